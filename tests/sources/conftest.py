"""A tree of files to scan, and a readable form of values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from walint.model.graph import Graph
from walint.model.value import Absent, Alternatives, Known, Reference, Text, Unknown, Value
from walint.sources import SourceSettings, load


def _shown(value: Value) -> Any:
    """Python data for what is known, texts like `<ref X.Arn>` for what is not."""
    match value:
        case Known(data=Mapping() as entries):
            shown = {name: _shown(entry) for name, entry in entries.items()}
            return shown | ({"...": value.rest.reason} if value.rest else {})
        case Known(data=str() | int() | float() | None as scalar):
            return scalar
        case Known(data=Sequence() as items):
            return [_shown(item) for item in items]
        case Absent():
            return "<absent>"
        case Unknown(reason=reason):
            return f"<unknown: {reason}>"
        case Reference(target=target, attribute=attribute):
            return f"<ref {target.partition('#')[2]}.{attribute}>"
        case Text(pieces=pieces):
            return "".join(piece if isinstance(piece, str) else _shown(piece) for piece in pieces)
        case Alternatives(choices=choices):
            return {
                " ".join(f"{variable.partition('#')[2]}={value}" for variable, value in choice.given): _shown(
                    choice.value
                )
                for choice in choices
            }
    raise AssertionError(value)


@pytest.fixture
def shown() -> Callable[[Value], Any]:
    """Turns a value into data that a test can compare."""
    return _shown


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes files (path to text or bytes) below a fresh folder and returns it."""

    def written(files: Mapping[str, str | bytes]) -> Path:
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return tmp_path

    return written


@pytest.fixture
def scan(write: Callable[..., Path]) -> Callable[..., Graph]:
    """Scans a template, or files by path, with settings."""

    def scanned(files: str | bytes | Mapping[str, str | bytes], paths: Sequence[str] = (), **settings: Any) -> Graph:
        root = write(files if isinstance(files, Mapping) else {"t.yaml": files})
        return load([root / path for path in paths] or [root], SourceSettings(root=root, **settings))

    return scanned
