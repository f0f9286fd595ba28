"""Scripts as single commands, each with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from walint.model.span import Span
from walint.patterns import lazy
from walint.sources.repository.trees import Tree

_EXPRESSION = lazy(r"\$\{\{.*?\}\}", re.DOTALL)
_KEPT = lazy(r"\0(\d+)\0")
_SPLIT = lazy(r"\s*(?:&&|\|\||;)\s*")
_COMMENT = lazy(r"\s*(?:#|//|rem\b)")
_SILENT = lazy(r"\s*(?:#|echo\b|printf\b|Write-(?:Host|Output)\b|:\s)")
_FED = lazy(r"\s*(?:echo|printf)\b((?:[^|\"'&;]|\"[^\"]*\"|'[^']*')*)(?<!\|)\|(?!\|)\s*(\S.*)")
"""What a message feeds: in `echo yes | terraform apply` the command is what stands behind the bar."""
_YES = lazy(r"[\s\"'-]*(?:n\s|e\s)?[\s\"']*y(?:es)?(?:\\n)?[\s\"']*", re.IGNORECASE)
_MOST = 3000
"""Commands of one script; past it, a script is no pipeline."""
_LONGEST_LINE = 8000
"""What of a line is looked at: longer ones are data."""
_LONGEST = 1000
"""What of a command is looked at: what it does stands at its beginning."""


def commands_of(tree: Tree) -> Iterator[tuple[str, Span]]:
    """The commands of the texts in a tree: one script, or a list of lines."""
    for leaf in tree.leaves():
        start = leaf.span.start_line + 1 if leaf.block else leaf.span.start_line
        for text, offset in split(leaf.text or ""):
            if leaf.block or offset:
                line = start + offset
                yield text, Span(leaf.span.path, line, 1, line, 2)
            else:
                yield text, leaf.span.first_line()


def split(script: str) -> Iterator[tuple[str, int]]:
    """The commands of a script, each with the number of its line, from 0; comments and messages are left out."""
    pending, start, count = "", 0, 0
    for number, line in enumerate(script.split("\n")):
        if not pending:
            start = number
        pending += line
        if line.rstrip().endswith(("\\", "`")) and number < _MOST:
            pending = pending.rstrip().rstrip("\\`") + " "
            continue
        text, pending = pending[:_LONGEST_LINE], ""
        if not text.strip() or _COMMENT.match(text):
            continue
        for part in _parts(text.replace(" \\ ", " ")):
            said = _said(part)
            if said:
                count += 1
                yield said[:_LONGEST], start
        if count > _MOST:
            return


def _parts(text: str) -> Iterator[str]:
    """The parts of a line; `&&` and `||` within an expression (`${{ a && b }}`) are not the shell's."""
    if "${{" not in text:
        yield from _SPLIT.split(text)
        return
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found.group())
        return f"\0{len(kept) - 1}\0"

    for part in _SPLIT.split(_EXPRESSION.sub(keep, text.replace("\0", ""))):
        yield _KEPT.sub(lambda found: kept[int(found.group(1))], part)


def _said(part: str) -> str:
    """What a part of a line does, "" for a mere message. Whoever answers a question with yes does it unseen."""
    part = part.strip()
    if not _SILENT.match(part):
        return part
    fed = _FED.match(part)
    if fed is None:
        return ""
    return f"yes | {fed.group(2)}".strip() if _YES.fullmatch(fed.group(1)) else fed.group(2).strip()
