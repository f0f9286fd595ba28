"""Code frames: a line of an input with the part that a finding blames underlined."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from walint.reports.lines import moved_column
from walint.reports.terminal import Paint, clipped, expanded, neutral

if TYPE_CHECKING:
    from walint.findings.result import Location
    from walint.reports.context import ReportContext

_LEAST_WIDTH = 40


class Frames:
    """Draws the frames of one report."""

    def __init__(self, context: ReportContext, paint: Paint) -> None:
        self._lines = context.lines
        self._paint = paint
        self._width = max(context.width, _LEAST_WIDTH)
        self._root = quote(str(context.root.absolute())) if context.hyperlinks else ""

    def place(self, location: Location) -> str:
        """`path:line:column`, linked to the file where links are wanted."""
        text = f"{neutral(location.path)}:{location.start_line}:{location.start_column}"
        if not self._root:
            return text
        address = f"file://{self._root}/{quote(location.path, errors='surrogateescape')}#{location.start_line}"
        return self._paint.link(text, address)

    def draw(self, location: Location, label: str, gutter: int, *, primary: bool = True) -> list[str]:
        """The lines of a frame, from its arrow to the underlined code; only the arrow when the code cannot be read."""
        paint = self._paint
        margin = " " * gutter
        arrow = "-->" if primary else ":::"
        head = f"{margin}{paint('line', arrow)} {self.place(location)}"
        code, start, end = self._code(location, self._width - gutter - 3)
        if code is None:
            return [head]
        mark = ("^" if primary else "-") * max(end - start, 1)
        style = "error" if primary else "line"
        under = f"{' ' * start}{paint(style, f'{mark} {neutral(label)}' if label else mark)}"
        bar = paint("line", "|")
        number = paint("line", str(location.start_line).rjust(gutter))
        return [head, f"{margin} {bar}", f"{number} {bar} {code}".rstrip(), f"{margin} {bar} {under}"]

    def _code(self, location: Location, limit: int) -> tuple[str | None, int, int]:
        raw = self._lines.raw(location.path, location.start_line)
        shown = self._lines.shown(location.path, location.start_line)
        if raw is None or shown is None:
            return None, 0, 0
        start = min(location.start_column, len(raw) + 1)
        last = location.end_column if location.end_line == location.start_line else len(raw.rstrip()) + 1
        if raw != shown:
            start, last = moved_column(raw, shown, start), moved_column(raw, shown, last)
        end = min(max(last, start + 1), max(len(shown), start) + 1)
        return clipped(*expanded(shown, start - 1, end - 1), limit)
