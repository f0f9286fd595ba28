"""Whether the configuration in a folder is the one that a plan was made from, at a glance.

The files are not parsed for that: a plan may lie beside the configuration of something else, whose mistakes are then
nobody's business.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from walint.patterns import lazy
from walint.sources.terraform.config import in_reading_order

_BLOCK = lazy(r'^[ \t]*(?:resource[ \t]+"([^"\n]+)"[ \t]+"([^"\n]+)"|module[ \t]+"([^"\n]+)")', re.MULTILINE)
_MOST_BYTES = 10 << 20


def is_alike(folder: Path, planned: set[str]) -> bool:
    """Whether most of what a plan's root module and a folder declare, taken together, is in both.

    `planned` are resource blocks and module calls ("aws_sqs_queue.q", "module.worker"). The configuration may be a
    little newer than its plan.
    """
    try:
        names = in_reading_order(path.name for path in folder.iterdir())
    except OSError:
        return False
    declared = {address for name in names for address in _declared(folder / name)}
    return bool(declared & planned) and 2 * len(declared & planned) >= len(declared | planned)


def _declared(path: Path) -> Iterator[str]:
    try:
        if not path.is_file():
            return
        with path.open("rb") as stream:
            text = stream.read(_MOST_BYTES).decode("utf-8", "replace")
    except OSError:
        return
    if path.suffix == ".json":
        yield from _in_json(text)
        return
    for type_, name, called in _BLOCK.findall(text):
        yield f"module.{called}" if called else f"{type_}.{name}"


def _in_json(text: str) -> Iterator[str]:
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError):
        return
    for section in _objects(data, "resource"):
        for type_ in section:
            for blocks in _objects(section, type_):
                yield from (f"{type_}.{name}" for name in blocks)
    for section in _objects(data, "module"):
        yield from (f"module.{name}" for name in section)


def _objects(data: Any, name: str) -> Iterator[Mapping[str, Any]]:
    """A member that may be an object or a list of objects."""
    found = data.get(name) if isinstance(data, dict) else None
    yield from (each for each in (found if isinstance(found, list) else [found]) if isinstance(each, dict))
