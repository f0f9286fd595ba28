"""Until when AWS gives the versions of databases and of Kubernetes standard support (data/engine_versions.json).

Each date stands under the page that says it, beside the newest date in the copy of it that was read (`as_of`); all were
looked up on the day `checked`. A version that no page gives a date for is left out.
"""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_FILE: Final = Path(__file__).resolve().parent / "data" / "engine_versions.json"


def engine_names() -> tuple[str, ...]:
    """The engines of which the dates are known, in order of name; "eks" is Kubernetes."""
    return tuple(sorted(_dates()))


def standard_support_ends(engine: str, version: str) -> date | None:
    """The last day of standard support of a version ("8.0.35"); None where it is not in the data.

    A version older than all in the data ended with the oldest of them, or before.
    """
    majors = _dates().get(engine, {})
    parts = version.split(".")
    for length in range(len(parts), 0, -1):
        written = majors.get(".".join(parts[:length]))
        if written is not None:
            return date.fromisoformat(written)
    if majors:
        oldest = min(majors, key=_number)
        if len(parts) >= oldest.count(".") + 1 and (0,) < _number(version) < _number(oldest):
            return date.fromisoformat(majors[oldest])
    return None


def _number(version: str) -> tuple[int, ...]:
    """A version as numbers, to compare: "8.0.mysql_aurora.3.05.2" is (8, 0)."""
    found: list[int] = []
    for part in version.split("."):
        if not part.isdecimal():
            break
        found.append(int(part))
    return tuple(found)


@cache
def _dates() -> Mapping[str, Mapping[str, str]]:
    """The dates of all sources, by engine and version."""
    engines: Mapping[str, list[Mapping[str, Mapping[str, str]]]] = json.loads(_FILE.read_text(encoding="utf-8"))[
        "engines"
    ]
    return {
        name: {version: day for page in pages for version, day in page["ends"].items()}
        for name, pages in engines.items()
    }
