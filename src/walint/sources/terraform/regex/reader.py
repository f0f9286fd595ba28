"""Reads the pieces of an expression that stand for one character."""

from __future__ import annotations

from typing import Final

from walint.sources.terraform.budget import BudgetError
from walint.sources.terraform.regex.characters import CLASSES, SHORTHANDS, Test, folded, negated, ranges, within
from walint.sources.terraform.values import EvaluationError

_ESCAPES: Final = {"a": "\a", "f": "\f", "t": "\t", "n": "\n", "r": "\r", "v": "\v"}


class Flags:
    """Those that are set: (?i), (?m), (?s) and (?U)."""

    __slots__ = ("fold", "lines", "newline", "swap")

    def __init__(self, *, fold: bool = False, lines: bool = False, newline: bool = False, swap: bool = False) -> None:
        self.fold = fold
        self.lines = lines
        self.newline = newline
        self.swap = swap


class Reader:
    """An expression, the place in it, and the flags that hold there."""

    def __init__(self, pattern: str) -> None:
        self.written = pattern
        self.pattern = pattern
        self.place = 0
        self.flags = Flags()

    def refuse(self, why: str) -> EvaluationError:
        """What is wrong with the expression."""
        return EvaluationError(f"the regular expression {self.written!r} is not valid: {why}")

    def peek(self) -> str:
        """The next character; the empty text at the end."""
        return self.pattern[self.place : self.place + 1]

    def character_set(self) -> Test | None:
        """What an escaped `d` and its like stand for, None where no such thing stands here."""
        letter = self.peek()
        if letter.lower() in SHORTHANDS:
            self.place += 1
            test = within(ranges(SHORTHANDS[letter.lower()]))
            if self.flags.fold:
                test = folded(test)
            return negated(test) if letter.isupper() else test
        if letter in {"p", "P"}:
            return self._property()
        return None

    def _property(self) -> Test:
        from unicodedata import category

        negative, fold = self.peek() == "P", self.flags.fold
        self.place += 1
        name = self.peek()
        self.place += 1
        if name == "{":
            end = self.pattern.find("}", self.place)
            name = self.pattern[self.place : max(end, self.place)]
            self.place = end + 1
        if name.startswith("^"):
            name, negative = name[1:], not negative
        if not 1 <= len(name) <= 2 or name[0] not in "LMNPSZC":  # noqa: PLR2004 - general categories
            raise BudgetError(f"a regular expression asks for the characters of {name}, which walint has no list of")
        test: Test = lambda char: category(char).startswith(name)  # noqa: E731
        if fold:
            test = folded(test)
        return negated(test) if negative else test

    def escaped(self) -> str:
        """The one character that an escape stands for."""
        letter = self.peek()
        self.place += 1
        if letter in _ESCAPES and letter:
            return _ESCAPES[letter]
        if letter == "x":
            return self._hexadecimal()
        if letter == "0" or (letter.isdigit() and self.peek() in set("01234567")):
            digits = letter
            while len(digits) < 3 and self.peek() in set("01234567"):  # noqa: PLR2004 - \777
                digits += self.peek()
                self.place += 1
            return chr(int(digits, 8))
        if letter and letter.isascii() and not letter.isalnum():
            return letter
        raise self.refuse(f"\\{letter} is not understood")

    def _hexadecimal(self) -> str:
        end = self.place + 2
        digits = self.pattern[self.place : end]
        if digits.startswith("{"):
            end = self.pattern.find("}", self.place) + 1
            digits = self.pattern[self.place + 1 : end - 1]
        self.place = end
        try:
            return chr(int(digits, 16))
        except (ValueError, OverflowError):
            raise self.refuse("\\x is not followed by a character's number") from None

    def bracket(self) -> Test:
        """A class in brackets, of which the opening one was read."""
        negative = self.peek() == "^"
        self.place += negative
        spans: list[tuple[str, str]] = []
        tests: list[Test] = []
        first = True
        while first or self.peek() != "]":
            if not self.peek():
                raise self.refuse("a [ has no ]")
            first = False
            if self.pattern.startswith("[:", self.place) and self._named_class(tests):
                continue
            if self.peek() == "\\":
                self.place += 1
                test = self.character_set()
                if test is not None:
                    tests.append(test)
                    continue
                low = self.escaped()
            else:
                low = self.peek()
                self.place += 1
            spans.append((low, self._upper_end(low)))
        self.place += 1
        inside = within(spans)
        if tests:
            plain = inside
            inside = lambda char: plain(char) or any(test(char) for test in tests)  # noqa: E731
        if self.flags.fold:
            inside = folded(inside)
        return negated(inside) if negative else inside

    def _named_class(self, tests: list[Test]) -> bool:
        end = self.pattern.find(":]", self.place)
        name = self.pattern[self.place + 2 : end] if end >= 0 else ""
        test = CLASSES.get(name.removeprefix("^"))
        if test is None:
            return False
        self.place = end + 2
        tests.append(negated(within(ranges(test))) if name.startswith("^") else within(ranges(test)))
        return True

    def _upper_end(self, low: str) -> str:
        if self.peek() != "-" or self.pattern[self.place + 1 : self.place + 2] in {"]", ""}:
            return low
        self.place += 1
        high = self.peek()
        self.place += 1
        if high == "\\":
            high = self.escaped()
        if high < low:
            raise self.refuse("a range ends before it begins")
        return high
