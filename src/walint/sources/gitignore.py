"""Which files git ignores, by the .gitignore files of the tree."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _Pattern:
    expression: re.Pattern[str]
    negated: bool
    folders_only: bool


class Ignored:
    """Answers whether git ignores a path below one of some folders. Each .gitignore is read once."""

    def __init__(self, tops: Sequence[str]) -> None:
        self._tops = tops
        self._patterns: dict[str, tuple[_Pattern, ...]] = {}

    def __call__(self, path: str, *, folder: bool = False) -> bool:
        """Whether the last pattern that matches a path ignores it. Its parents are taken not to be ignored."""
        current = os.path.dirname(path)
        top = next(
            (top for top in self._tops if current == top or current.startswith(top.rstrip(os.sep) + os.sep)), None
        )
        while top is not None:
            relative = path[len(current) + 1 :].replace(os.sep, "/")
            for pattern in reversed(self._read(current)):
                if (folder or not pattern.folders_only) and pattern.expression.fullmatch(relative):
                    return not pattern.negated
            if current == top:
                break
            current = os.path.dirname(current)
        return False

    def _read(self, folder: str) -> tuple[_Pattern, ...]:
        if folder not in self._patterns:
            lines: list[str] = []
            try:
                with open(os.path.join(folder, ".gitignore"), encoding="utf-8", errors="replace") as file:
                    lines = file.read(1 << 20).splitlines()
            except OSError:
                pass
            parsed = (_parsed(line) for line in lines)
            self._patterns[folder] = tuple(pattern for pattern in parsed if pattern is not None)
        return self._patterns[folder]


def _parsed(line: str) -> _Pattern | None:
    """One line of a .gitignore (gitignore(5))."""
    text = line.rstrip("\r\n")
    while text.endswith(" ") and not text.endswith("\\ "):
        text = text[:-1]
    if not text or text.startswith("#"):
        return None
    negated = text.startswith("!")
    text = text[1:] if negated else text
    folders_only = text.endswith("/")
    text = text.rstrip("/") if folders_only else text
    anchored = "/" in text
    body = _translated(text.lstrip("/"))
    if body is None or not text:
        return None
    return _Pattern(re.compile(body if anchored else f"(?:.*/)?{body}", re.DOTALL), negated, folders_only)


def _translated(text: str) -> str | None:
    """The regular expression of a glob: `**` crosses folders, `*` and `?` do not."""
    out: list[str] = []
    index = 0
    while index < len(text):
        character = text[index]
        if text.startswith("**/", index) and (index == 0 or text[index - 1] == "/"):
            out.append("(?:.*/)?")
            index += 3
            continue
        if text.startswith("**", index) and index + 2 == len(text) and (index == 0 or text[index - 1] == "/"):
            out.append(".*")
            index += 2
            continue
        if character == "*":
            while text.startswith("*", index + 1):
                index += 1
            out.append("[^/]*")
        elif character == "?":
            out.append("[^/]")
        elif character == "[":
            end = text.find("]", index + 2)
            if end < 0:
                return None
            inside = text[index + 1 : end].replace("\\", "\\\\")
            out.append("[" + ("^" + inside[1:] if inside[0] in "!^" else inside) + "]")
            index = end
        elif character == "\\" and index + 1 < len(text):
            index += 1
            out.append(re.escape(text[index]))
        else:
            out.append(re.escape(character))
        index += 1
    return "".join(out)
