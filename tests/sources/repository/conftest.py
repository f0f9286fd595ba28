"""A repository made on the spot, and the resources of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from walint.model.graph import Graph
from walint.model.value import Absent, Known, Unknown, Value
from walint.sources import load
from walint.sources.settings import RepositorySettings, SourceSettings

Load: TypeAlias = Callable[..., Graph]


@pytest.fixture
def loaded(tmp_path: Path) -> Load:
    """The graph of a repository with these files."""

    def made(files: Mapping[str, str | bytes], **settings: Any) -> Graph:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        repository = RepositorySettings(**settings)
        return load([tmp_path / repository.folder], SourceSettings(root=tmp_path, repository=repository))

    return made


def plain(value: Value | None) -> Any:
    """A value as plain data; "?" for what is not known, "..." at the end of a list that may hold more."""
    match value:
        case Known(Mapping() as data):
            return {name: plain(member) for name, member in data.items()}
        case Known(str() as data):
            return data
        case Known(data, rest=rest) if isinstance(data, (list, tuple)) or hasattr(data, "__getitem__"):
            return [*(plain(item) for item in data), *(["..."] if rest else [])]  # type: ignore[union-attr]
        case Known(data):
            return data
        case Unknown():
            return "?"
        case Absent() | None:
            return None
        case _:
            raise AssertionError(value)


def facts(graph: Graph, type_name: str, path: str | None = None) -> dict[str, Any]:
    """The properties of the resource of a type, or of the one at a path."""
    found = [each for each in graph.of_type(type_name) if path is None or each.address == path]
    assert len(found) == 1
    properties: dict[str, Any] = plain(found[0].properties)
    return properties
