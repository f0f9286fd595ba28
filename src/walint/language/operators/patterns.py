"""Test words for the shape of a text: regular expressions and globs, which also rule out what is partly known."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fnmatch import translate
from functools import cached_property

from walint.language.explain import literal
from walint.language.operators.asking import Argument, Ask, any_of, listed, why_open
from walint.language.scope import Scope
from walint.language.truth import Answer
from walint.model.value import Absent, Known, Reference, Text, Unknown, Value
from walint.patterns import lazy


def matches(argument: Argument) -> Ask:
    """The operator of that name: the regular expression is found somewhere in the text, in either case."""
    pattern = lazy(str(argument), re.IGNORECASE)
    anchored = re.search(r"[\^$]|\(\?|\\[bBAZ]", str(argument)) is not None

    def ask(value: Value, _scope: Scope) -> Answer:
        match value:
            case Known(data) if not isinstance(data, (Mapping, list, tuple)):
                return pattern.search(literal(data)) is not None
            case Known() | Absent():
                return False
            case Reference(text=str(text)):
                return pattern.search(text) is not None
            case Text(pieces) if not anchored and any(isinstance(p, str) and pattern.search(p) for p in pieces):
                return True
            case Text() if (spellings := _spellings(value)) and not any(map(pattern.search, spellings)):
                return False
            case _:
                return why_open(value)

    return ask


# What the pseudo-parameters of an ARN can be. Regions are told by their shape: see `_spellings`.
_PSEUDO_PARAMETERS = {
    "AWS::Partition": ("aws", "aws-cn", "aws-us-gov"),
    "AWS::Region": ("us-east-1", "eu-west-3", "ap-southeast-2", "cn-north-1", "us-gov-west-1"),
    "AWS::AccountId": ("123456789012",),
    "AWS::URLSuffix": ("amazonaws.com", "amazonaws.com.cn"),
}


def _spellings(text: Text) -> list[str]:
    """A partly known text with its region, account and partition filled in by examples; [] when more is unknown.

    Enough to say that a pattern of names cannot match: neither regions nor account numbers hold names of layers.
    """
    spelled = [""]
    for piece in text.pieces:
        if isinstance(piece, str):
            options: Sequence[str] = (piece,)
        elif isinstance(piece, Unknown) and piece.symbol is not None:
            options = _PSEUDO_PARAMETERS.get(piece.symbol.rpartition("#")[2], ())
        else:
            return []
        spelled = [start + option for start in spelled for option in options][:64]
    return spelled


def like(argument: Argument) -> Ask:
    """The operator of that name: one of the globs matches the whole text, in either case."""
    globs = [_Glob(str(glob)) for glob in listed(argument)]
    return lambda value, _scope: any_of(glob.ask(value) for glob in globs)


class _Glob:
    """A shell-style pattern that can also rule itself out for a partly known text, by its literal start and end."""

    def __init__(self, glob: str) -> None:
        self._glob = glob

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(translate(self._glob), re.IGNORECASE)

    def ask(self, value: Value) -> Answer:
        match value:
            case Known(data) if not isinstance(data, (Mapping, list, tuple)):
                return self._matches(literal(data))
            case Known() | Absent():
                return False
            case Reference(text=str(text)):
                return self._matches(text)
            case Text(pieces):
                return self._ask_text(pieces, value)
            case _:
                return why_open(value)

    def _matches(self, text: str) -> bool:
        """Whether the whole text matches. Most globs need no regular expression for most texts."""
        if self._glob.isascii() and text.isascii() and _SPECIAL.isdisjoint(self._glob):
            start, star, end = self._glob.lower().partition("*")
            text = text.lower()
            if not star:
                return text == start
            if "*" not in end:
                return len(text) >= len(start) + len(end) and text.startswith(start) and text.endswith(end)
            if not start and end.find("*") == len(end) - 1:
                return end[:-1] in text
        return self._pattern.match(text) is not None

    def _ask_text(self, pieces: tuple[str | Unknown | Reference, ...], value: Text) -> Answer:
        glob, first, last = self._glob, pieces[0], pieces[-1]
        start = re.split(r"[*?\[]", glob, maxsplit=1)[0].lower()
        end = re.split(r"[*?\]]", glob)[-1].lower()
        starts = _starts(first.lower(), start) if isinstance(first, str) else _edge(first, start[:1])
        ends = _ends(last.lower(), end) if isinstance(last, str) else _edge(last, end[-1:], ends=True)
        if starts is False or ends is False:
            return False
        simple = glob.count("*") == 1 and _SPECIAL.isdisjoint(glob)
        return True if starts and ends and simple else why_open(value)


_SPECIAL = frozenset("?[")
"""What a glob may hold beside stars."""


def _edge(piece: Unknown | Reference, wanted: str, *, ends: bool = False) -> bool | None:
    """Whether an open piece at an end of a text has the character that a glob wants there; "" is any.

    An account is a number, and the name of a region ends in one.
    """
    if not wanted:
        return True
    name = (piece.symbol or "").rpartition("#")[2] if isinstance(piece, Unknown) else ""
    numbers = name == "AWS::AccountId" or (ends and name == "AWS::Region")
    return False if numbers and not wanted.isdigit() else None


def _starts(text: str, start: str) -> bool | None:
    if text.startswith(start):
        return True
    return None if start.startswith(text) else False


def _ends(text: str, end: str) -> bool | None:
    if text.endswith(end):
        return True
    return None if end.endswith(text) else False
