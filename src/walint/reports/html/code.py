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


class Frames:
    """Makes frames and keeps every text of theirs once; a frame names the texts by their numbers in `texts`."""

    def __init__(self, lines: Lines) -> None:
        """`lines` reads the input files and hides their secrets."""
        self.texts: list[str] = []
        self._lines = lines
        self._numbers: dict[str, int] = {}
        self._made: dict[Location, list[Any] | None] = {}

    def code_of(self, location: Location) -> list[Any] | None:
        """The frame of a place, or None when the file cannot be shown.

        It is the number of its first line, the lines above, the blamed line in three pieces (the middle one is what is
        blamed), and the lines below.
        """
        if location not in self._made:
            self._made[location] = self._make(location)
        return self._made[location]

    def _make(self, location: Location) -> list[Any] | None:
        lines = self._lines
        raw = lines.raw(location.path, location.start_line)
        line = lines.shown(location.path, location.start_line)
        if raw is None or line is None:
            return None
        start = min(location.start_column, len(raw) + 1)
        end = location.end_column if location.end_line == location.start_line else len(raw.rstrip()) + 1
        start, end = moved_column(raw, line, start) - 1, moved_column(raw, line, max(end, start + 1)) - 1
        first, above = lines.around(location.path, location.start_line - _AROUND, location.start_line - 1)
        _, below = lines.around(location.path, location.start_line + 1, location.start_line + _AROUND)
        pieces = (_tail(line[:start], _LONGEST // 2), _cut(line[start:end]), _cut(line[end:]))
        return [
            first,
            [self._number(_cut(text)) for text in above],
            [self._number(piece) for piece in pieces],
            [self._number(_cut(text)) for text in below],
        ]

    def _number(self, text: str) -> int:
        number = self._numbers.setdefault(text, len(self.texts))
        if number == len(self.texts):
            self.texts.append(text)
        return number


def _cut(text: str) -> str:
    return shown(text if len(text) <= _LONGEST else text[:_LONGEST] + ELLIPSIS)


def _tail(text: str, most: int) -> str:
    return shown(text if len(text) <= most else ELLIPSIS + text[-most:])
