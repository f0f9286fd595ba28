"""Going on behind what cannot be read: which lines of a broken file still start a sound block.

A block with a mistake in it is given up whole, for half a block would be judged by what it seems to lack. Reading goes
on at the next line in the first column that looks like the start of a block or an argument, counted from the start of
the broken block and not from the mistake: where a brace is missing, the blocks behind it are inside the broken one. The
second reading costs time, so it has a budget; past it, reading goes on behind the mistake.
"""

from __future__ import annotations

from bisect import bisect_right

from walint.patterns import lazy
from walint.sources.terraform.hcl.ast import SyntaxProblem
from walint.sources.terraform.hcl.tokens import ANCHOR, Cursor, HclError

PROBLEMS = 20
"""So many problems of one file are told; one more says that there are others."""
BROKEN_ITEMS = 1_000
"""After so many broken items the rest of a file is not read."""
SCANNED = 50_000_000
"""So many characters of one file may be searched in vain for ends of heredocs."""
REREAD = 1_000_000
"""So many characters of one file may be read a second time."""

_CONFLICT = lazy(r"^<{7}(?=[ \t\r\n])[^\n]*+\n(?:(?!>{7}(?=[ \t\r\n]))[^\n]*+\n)*+(?:>{7}[^\n]*+\n?)?", 8)
_ESCAPED = lazy("[\udc80-\udcff]+")


def readable(text: str, problems: list[SyntaxProblem]) -> str:
    """The text with U+FFFD for each byte that `decode` could not read, and a problem for the first ones."""
    match = None
    for count, match in enumerate(_ESCAPED.finditer(text)):
        if count == PROBLEMS:
            break
        problems.append(SyntaxProblem(match.start(), match.end(), "this is not UTF-8", "save the file as UTF-8"))
    return _ESCAPED.sub(lambda bad: "\ufffd" * len(bad[0]), text) if match is not None else text


class Recovery:
    """Finds the next place to read on from. Made at the first mistake of a file, for most files have none."""

    def __init__(self, cursor: Cursor, problems: list[SyntaxProblem]) -> None:
        self._cursor = cursor
        self._problems = problems
        self._conflicts = [match.span() for match in _CONFLICT.finditer(cursor.text)]
        self._told: set[int] = set()
        self._left = REREAD
        self._failed = 0
        self._untold = 0

    def after(self, error: HclError, start: int) -> int:
        """Notes the mistake in the item that starts at `start`, and says where to read on."""
        cursor = self._cursor
        self._failed += 1
        reached = max(cursor.pos, error.start + 1)
        self._left -= reached - start
        resume = self._anchor(start + 1, start) if self._left >= 0 else self._anchor(reached, start)
        self._tell(error, start, resume)
        if (self._failed >= BROKEN_ITEMS or cursor.scanned > SCANNED) and resume < cursor.size:
            self._problems.append(SyntaxProblem(resume, resume, "too many mistakes: the rest of the file is not read"))
            return cursor.size
        return resume

    def _anchor(self, pos: int, item_start: int) -> int:
        """The next start of an item that is in no comment, no heredoc and no merge conflict."""
        cursor = self._cursor
        taken = [span for span in cursor.heredocs if span[0] >= item_start]
        for comment in reversed(cursor.comments):
            if comment.start < item_start:
                break
            taken.append((comment.start, comment.end))
        taken.sort()
        cursor.heredocs.clear()
        while True:
            match = ANCHOR.search(cursor.text, pos)
            if match is None:
                return cursor.size
            span = _around(taken, match.start()) or _around(self._conflicts, match.start())
            if span is None:
                return match.start()
            pos = span[1]

    def _tell(self, error: HclError, start: int, resume: int) -> None:
        at = bisect_right(self._conflicts, (resume, 0)) - 1
        if at >= 0 and start < self._conflicts[at][1]:
            first = self._conflicts[at][0]
            if first not in self._told:
                self._told.add(first)
                self._add(
                    first,
                    first + len("<<<<<<<"),
                    "merge conflict: git's markers are still in the file",
                    "keep one side and delete the lines with <<<<<<<, ======= and >>>>>>>",
                )
            return
        self._add(error.start, error.end, error.message, error.help)

    def _add(self, start: int, end: int, message: str, help_: str | None) -> None:
        if len(self._problems) < PROBLEMS:
            self._problems.append(SyntaxProblem(start, end, message, help_))
        else:
            self._untold += 1

    def finish(self) -> None:
        """Says how many problems were not told."""
        if self._untold:
            last = self._problems[-1]
            self._problems.append(SyntaxProblem(last.start, last.end, f"{self._untold} more problems in this file"))


def _around(spans: list[tuple[int, int]], pos: int) -> tuple[int, int] | None:
    """The span, of several that are sorted and apart, that holds this place."""
    at = bisect_right(spans, (pos, pos)) - 1
    if at >= 0 and spans[at][1] > pos:
        return spans[at]
    # The one that starts exactly here sorts behind (pos, pos).
    return spans[at + 1] if at + 1 < len(spans) and spans[at + 1][0] == pos else None
