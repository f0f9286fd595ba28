"""Where something is written: a file and a range of lines and columns."""

from __future__ import annotations

from walint.records import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A range in a file: 1-based lines and columns (in code points), the end column exclusive.

    `path` is relative to the root of the scan (the git root when there is one), POSIX style.
    """

    path: str
    start_line: int
    start_column: int
    end_line: int
    end_column: int

    def first_line(self) -> Span:
        """The part of the span that lies on its first line; a longer span ends just after its start."""
        if self.end_line == self.start_line:
            return self
        return Span(self.path, self.start_line, self.start_column, self.start_line, self.start_column + 1)
