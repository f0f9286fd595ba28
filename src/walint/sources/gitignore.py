"""Which files git ignores, by the .gitignore files of the tree."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence

from walint.records import NamedTuple

_STAR = "*"
_FOLDERS = "(?:.*/)?"
_EVERYTHING = ".*"
_JUMPS = frozenset((_STAR, _FOLDERS, _EVERYTHING))
_MAX_FOLDER_STARS = 4


class _Pattern(NamedTuple):
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
    try:
        expression = re.compile(body if anchored else f"(?:.*/)?{body}", re.DOTALL)
    except re.error:
        return None
    return _Pattern(expression, negated, folders_only)


def _translated(text: str) -> str | None:
    """The regular expression of a glob: `**` crosses folders, `*` and `?` do not. None when it is not understood.

    What follows a `*` up to the next one is an atomic group: the first match is the only one tried, so that no
    pattern takes more than linear time.
    """
    tokens = list(_tokens(text))
    if None in tokens or tokens.count(_FOLDERS) > _MAX_FOLDER_STARS:
        return None
    out: list[str] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        place += 1
        if token == _STAR:
            end = next((other for other in range(place, len(tokens)) if tokens[other] in _JUMPS), len(tokens))
            fixed = "".join(str(part) for part in tokens[place:end])
            out.append(f"[^/]*{fixed}" if end == len(tokens) else f"(?>[^/]*?{fixed})")
            place = end
        else:
            out.append(str(token))
    return "".join(out)


def _tokens(text: str) -> Iterator[str | None]:
    """The parts of a glob as regular expressions; None for what is not understood."""
    index = 0
    while index < len(text):
        character = text[index]
        starts = index == 0 or text[index - 1] == "/"
        if starts and text.startswith("**/", index):
            yield _FOLDERS
            index += 3
        elif starts and text[index:] == "**":
            yield _EVERYTHING
            index += 2
        elif character == "*":
            yield _STAR
            index += len(text[index:]) - len(text[index:].lstrip("*"))
        elif character == "[":
            end = text.find("]", index + 2)
            yield _set(text[index + 1 : end]) if end > 0 else None
            index = end + 1 if end > 0 else len(text)
        elif character == "\\" and index + 1 < len(text):
            yield re.escape(text[index + 1])
            index += 2
        else:
            yield "[^/]" if character == "?" else re.escape(character)
            index += 1


def _set(inside: str) -> str | None:
    """A set of characters in brackets."""
    if "[" in inside:
        return None
    negated = inside[0] in "!^"
    plain = re.sub(r"([\\&~|^])", r"\\\1", inside[1:] if negated else inside)
    return f"[{'^' if negated else ''}{plain}]" if plain else None
