"""Code frames of the HTML report: a few lines around the blamed one, as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from walint.reports.lines import moved_column
from walint.reports.terminal import ELLIPSIS, neutral

if TYPE_CHECKING:
    from walint.findings.result import Location
    from walint.reports.lines import Lines

_AROUND = 2
_LONGEST = 240
"""Characters of a line that are shown; a template may be one line of a megabyte."""


def shown(text: str) -> str:
    """A text without characters that are invisible or that turn the writing direction; tabs and line breaks stay."""
    if text.isprintable():
        return text
    return "\n".join("\t".join(neutral(cell) for cell in line.split("\t")) for line in text.split("\n"))


def code_of(location: Location, lines: Lines) -> dict[str, Any] | None:
    """The blamed line in three pieces (the middle one is blamed) with the lines above and below, secrets hidden."""
    raw = lines.raw(location.path, location.start_line)
    line = lines.shown(location.path, location.start_line)
    if raw is None or line is None:
        return None
    start = min(location.start_column, len(raw) + 1)
    end = location.end_column if location.end_line == location.start_line else len(raw.rstrip()) + 1
    start, end = moved_column(raw, line, start) - 1, moved_column(raw, line, max(end, start + 1)) - 1
    first, above = lines.around(location.path, location.start_line - _AROUND, location.start_line - 1)
    _, below = lines.around(location.path, location.start_line + 1, location.start_line + _AROUND)
    return {
        "first": first,
        "above": [_cut(text) for text in above],
        "before": _tail(line[:start], _LONGEST // 2),
        "marked": _cut(line[start:end]),
        "after": _cut(line[end:]),
        "below": [_cut(text) for text in below],
    }


def _cut(text: str) -> str:
    return shown(text if len(text) <= _LONGEST else text[:_LONGEST] + ELLIPSIS)


def _tail(text: str, most: int) -> str:
    return shown(text if len(text) <= most else ELLIPSIS + text[-most:])
