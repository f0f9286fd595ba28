"""Tests of one character: ranges, and the classes that have names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

Test: TypeAlias = Callable[[str], bool]
CLASSES: Final[dict[str, str]] = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "ascii": "\0-\x7f",
    "blank": "\t ",
    "cntrl": "\0-\x1f\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": "!-/:-@[-`{-~",
    "space": "\t-\r ",
    "upper": "A-Z",
    "word": "0-9A-Za-z_",
    "xdigit": "0-9A-Fa-f",
}
SHORTHANDS: Final = {"d": "0-9", "s": "\t\n\f\r ", "w": "0-9A-Za-z_"}


def ranges(text: str) -> list[tuple[str, str]]:
    """Ranges written side by side, each a character or two with a dash between."""
    found: list[tuple[str, str]] = []
    place = 0
    while place < len(text):
        if text[place + 1 : place + 2] == "-" and place + 2 < len(text):
            found.append((text[place], text[place + 2]))
            place += 3
        else:
            found.append((text[place], text[place]))
            place += 1
    return found


def within(these: list[tuple[str, str]]) -> Test:
    """Of a character between the ends of one of them."""
    return lambda char: any(low <= char <= high for low, high in these)


def negated(test: Test) -> Test:
    """Of a character that does not pass."""
    return lambda char: not test(char)


def folded(test: Test) -> Test:
    """Of a character and its other case, where that is one character, too."""
    return lambda char: any(len(each) == 1 and test(each) for each in (char, char.lower(), char.upper()))
