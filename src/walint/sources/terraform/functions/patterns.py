"""Regular expressions in the syntax of RE2 (Go's `regexp`), matched in time that grows only linearly with the text.

Python's own engine tries one way after the other, so a small expression can keep it busy for years. Here a program of
simple instructions runs all ways side by side (Thompson's construction, with captures), as RE2 does it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from walint.sources.terraform.budget import BudgetError
from walint.sources.terraform.values import EvaluationError

Test: TypeAlias = Callable[[str], bool]
_MOST_INSTRUCTIONS: Final = 5_000
_MOST_REPEATS: Final = 1_000
_DEEPEST: Final = 100

_CLASSES: Final[dict[str, str]] = {
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
_SHORTHANDS: Final = {"d": "0-9", "s": "\t\n\f\r ", "w": "0-9A-Za-z_"}
_ESCAPES: Final = {"a": "\a", "f": "\f", "t": "\t", "n": "\n", "r": "\r", "v": "\v"}


def _ranges(text: str) -> list[tuple[str, str]]:
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


def _in(ranges: list[tuple[str, str]]) -> Test:
    return lambda char: any(low <= char <= high for low, high in ranges)


def _not(test: Test) -> Test:
    return lambda char: not test(char)


def _folded(test: Test) -> Test:
    return lambda char: test(char) or test(char.lower()) or test(char.upper())


class Step:
    """One instruction. `kind` says which; the others are what it needs.

    "test"   go on if the character passes `test`       "match"   done
    "split"  go on at `next`, or else at `other`         "save"    remember the place in `slot`
    "at"     go on if the place is right (`where`)       "jump"    go on at `next`
    """

    __slots__ = ("kind", "next", "other", "slot", "test", "where")

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.next = 0
        self.other = 0
        self.slot = 0
        self.test: Test | None = None
        self.where = ""


class Program:
    """A compiled expression: its steps, and the names of its groups (None for one without)."""

    __slots__ = ("groups", "steps")

    def __init__(self, steps: list[Step], groups: list[str | None]) -> None:
        self.steps = steps
        self.groups = groups


class _Flags:
    __slots__ = ("fold", "lines", "newline", "swap")

    def __init__(self, *, fold: bool = False, lines: bool = False, newline: bool = False, swap: bool = False) -> None:
        self.fold = fold
        self.lines = lines
        self.newline = newline
        self.swap = swap


class _Compiler:
    """Reads an expression and writes its program in one go."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.place = 0
        self.steps: list[Step] = []
        self.groups: list[str | None] = []
        self.flags = _Flags()
        self.depth = 0

    def refuse(self, why: str) -> EvaluationError:
        """What is wrong with the expression."""
        return EvaluationError(f"the regular expression {self.pattern!r} is not valid: {why}")

    def program(self) -> Program:
        """The whole expression."""
        self._save(0)
        self._alternatives()
        if self.place < len(self.pattern):
            raise self.refuse("a ) has no (")
        self._save(1)
        self._add("match")
        return Program(self.steps, self.groups)

    def _add(self, kind: str) -> Step:
        if len(self.steps) >= _MOST_INSTRUCTIONS:
            raise BudgetError("a regular expression is too large")
        step = Step(kind)
        step.next = len(self.steps) + 1
        self.steps.append(step)
        return step

    def _save(self, slot: int) -> None:
        self._add("save").slot = slot

    def _peek(self) -> str:
        return self.pattern[self.place : self.place + 1]

    def _alternatives(self) -> None:
        """a|b|c: before each but the last a fork, after each a jump to the end."""
        start = len(self.steps)
        self._sequence()
        ends: list[Step] = []
        while self._peek() == "|":
            self.place += 1
            self._insert(start, "split")
            fork = self.steps[start]
            ends.append(self._add("jump"))
            fork.next, fork.other = start + 1, len(self.steps)
            start = len(self.steps)
            self._sequence()
        for end in ends:
            end.next = len(self.steps)

    def _insert(self, at: int, kind: str) -> None:
        """Puts a step in front of those that were written last; what they point at moves with them."""
        self._add("jump")
        self.steps.pop()
        for step in self.steps[at:]:
            step.next += step.next >= at
            step.other += step.other >= at
        self.steps.insert(at, Step(kind))

    def _sequence(self) -> None:
        while self._peek() not in {"", "|", ")"}:
            start = len(self.steps)
            groups = len(self.groups)
            begin = self.place
            if not self._atom():
                continue
            self._repeats(start, groups, begin)

    def _repeats(self, start: int, groups: int, begin: int) -> None:
        repeated = False
        while True:
            least, most, length = self._quantifier()
            if length == 0:
                return
            if repeated and self.pattern[self.place - 1] in "*+?" and self._peek() in {"*", "+"}:
                raise self.refuse("a repetition is repeated")
            end = self.place
            self.place += length
            lazy = self._peek() == "?"
            self.place += lazy
            after = self.place
            self._repeat(start, (begin, end, groups), least, most, lazy != self.flags.swap)
            self.place = after
            repeated = True

    def _quantifier(self) -> tuple[int, int | None, int]:
        """How often, and the length of the sign that says so; 0 where there is none."""
        sign = self._peek()
        if sign in {"*", "+", "?"}:
            return (1 if sign == "+" else 0), (1 if sign == "?" else None), 1
        close = self.pattern.find("}", self.place)
        if sign != "{" or close < 0:
            return 1, 1, 0
        low, comma, high = self.pattern[self.place + 1 : close].partition(",")
        if not low.isascii() or not low.isdigit() or (high and not (high.isascii() and high.isdigit())):
            return 1, 1, 0
        least = int(low[:9])
        most = int(high[:9]) if high else None if comma else least
        if least > _MOST_REPEATS or (most is not None and (most > _MOST_REPEATS or most < least)):
            raise self.refuse("a repetition is out of range")
        return least, most, close + 1 - self.place

    def _repeat(
        self,
        start: int,
        atom: tuple[int, int, int],
        least: int,
        most: int | None,
        lazy: bool,  # noqa: FBT001
    ) -> None:
        """Writes the atom (which stands at `start`) as often as needed; it is read again for each copy."""
        if least == 0:
            self._insert(start, "split")
            fork = self.steps[start]
            if most is None:
                self._add("jump").next = start
            self._aim(fork, start + 1, len(self.steps), lazy=lazy)
            copies = 0 if most is None else most - 1
            forks = [fork]
        elif most is None and least == 1:
            fork = self._add("split")
            self._aim(fork, start, len(self.steps), lazy=lazy)
            return
        else:
            for _ in range(least - 1):
                self._copy(atom)
            forks = []
            if most is None:
                at = len(self.steps)
                fork = self._add("split")
                self._copy(atom)
                self._add("jump").next = at
                self._aim(fork, at + 1, len(self.steps), lazy=lazy)
                return
            copies = most - least
        inner: list[tuple[Step, int]] = []
        for _ in range(copies):
            at = len(self.steps)
            inner.append((self._add("split"), at + 1))
            self._copy(atom)
        if most == 0:
            self.steps[start].next = self.steps[start].other = len(self.steps)
            return
        for each, into in inner:
            self._aim(each, into, len(self.steps), lazy=lazy)
        for each in forks if most is not None else ():
            self._aim(each, start + 1, len(self.steps), lazy=lazy)

    @staticmethod
    def _aim(fork: Step, into: int, past: int, *, lazy: bool) -> None:
        fork.next, fork.other = (past, into) if lazy else (into, past)

    def _copy(self, atom: tuple[int, int, int]) -> None:
        begin, end, groups = atom
        kept = self.groups
        self.groups = kept[:groups]
        self.place = begin
        start = len(self.steps)
        self._atom()
        while self.place < end:
            least, most, length = self._quantifier()
            stop = self.place
            self.place += length
            lazy = self._peek() == "?"
            after = self.place + lazy
            self._repeat(start, (begin, stop, groups), least, most, lazy != self.flags.swap)
            self.place = after
        self.groups = kept

    def _atom(self) -> bool:
        """One character, class, group or place. False for a piece that only sets flags."""
        char = self.pattern[self.place]
        self.place += 1
        if char == "(":
            return self._group()
        if char == "[":
            self._character(self._class())
        elif char == ".":
            newline = self.flags.newline
            self._character(lambda each: newline or each != "\n")
        elif char == "^":
            self._add("at").where = "line start" if self.flags.lines else "start"
        elif char == "$":
            self._add("at").where = "line end" if self.flags.lines else "end"
        elif char == "\\":
            self._escape()
        elif char in "*+?":
            raise self.refuse(f"{char} has nothing to repeat")
        else:
            self._letter(char)
        return True

    def _character(self, test: Test) -> None:
        self._add("test").test = test

    def _letter(self, letter: str) -> None:
        if self.flags.fold and letter.lower() != letter.upper():
            both = {letter, letter.lower(), letter.upper()}
            self._character(both.__contains__)
        else:
            self._character(letter.__eq__)

    def _group(self) -> bool:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise BudgetError("a regular expression is nested too deeply")
        flags = self.flags
        slot = None
        if self._peek() != "?":
            slot = self._new_group(None)
        elif not self._marked():
            name = self._name()
            if name is None:
                if self._flags():
                    self.depth -= 1
                    return False
            else:
                slot = self._new_group(name)
        if slot is not None:
            self._save(slot)
        self._alternatives()
        if self._peek() != ")":
            raise self.refuse("a ( has no )")
        self.place += 1
        if slot is not None:
            self._save(slot + 1)
        self.flags = flags
        self.depth -= 1
        return True

    def _marked(self) -> bool:
        if self.pattern.startswith("?:", self.place):
            self.place += 2
            return True
        return False

    def _new_group(self, name: str | None) -> int:
        self.groups.append(name)
        return 2 * len(self.groups)

    def _name(self) -> str | None:
        for mark in ("?P<", "?<"):
            if self.pattern.startswith(mark, self.place):
                end = self.pattern.find(">", self.place)
                name = self.pattern[self.place + len(mark) : end]
                if end < 0 or not name.isascii() or not name.replace("_", "a").isalnum():
                    raise self.refuse("the name of a group is not valid")
                self.place = end + 1
                return name
        return None

    def _flags(self) -> bool:
        """Flags in front of a group, or (True) for all that follows."""
        values = {
            "i": self.flags.fold,
            "m": self.flags.lines,
            "s": self.flags.newline,
            "U": self.flags.swap,
        }
        value = True
        while True:
            self.place += 1
            char = self._peek()
            if char in {":", ")"}:
                break
            if char == "-" and value:
                value = False
            elif char in values and char:
                values[char] = value
            else:
                raise self.refuse("(? is not understood")
        self.place += 1
        self.flags = _Flags(fold=values["i"], lines=values["m"], newline=values["s"], swap=values["U"])
        return char == ")"

    def _escape(self) -> None:
        letter = self._peek()
        if letter in {"A", "z", "b", "B"}:
            self.place += 1
            self._add("at").where = {"A": "start", "z": "end", "b": "edge", "B": "no edge"}[letter]
        elif letter == "Q":
            end = self.pattern.find("\\E", self.place)
            end = len(self.pattern) if end < 0 else end
            quoted = self.pattern[self.place + 1 : end]
            self.place = min(end + 2, len(self.pattern))
            for each in quoted:
                self._letter(each)
        else:
            test = self._set()
            if test is None:
                self._letter(self._escaped())
            else:
                self._character(test)

    def _set(self) -> Test | None:
        """What an escaped `d` and its like stand for, None where no such thing stands here."""
        letter = self._peek()
        if letter.lower() in _SHORTHANDS:
            self.place += 1
            test = _in(_ranges(_SHORTHANDS[letter.lower()]))
            return _not(test) if letter.isupper() else test
        if letter in {"p", "P"}:
            return self._property()
        return None

    def _property(self) -> Test:
        from unicodedata import category

        negative = self._peek() == "P"
        self.place += 1
        name = self._peek()
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
        return _not(test) if negative else test

    def _escaped(self) -> str:
        """The one character that an escape stands for."""
        letter = self._peek()
        self.place += 1
        if letter in _ESCAPES and letter:
            return _ESCAPES[letter]
        if letter == "x":
            return self._hexadecimal()
        if letter == "0" or (letter.isdigit() and self._peek() in set("01234567")):
            digits = letter
            while len(digits) < 3 and self._peek() in set("01234567"):  # noqa: PLR2004 - \777
                digits += self._peek()
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

    def _class(self) -> Test:
        negative = self._peek() == "^"
        self.place += negative
        ranges: list[tuple[str, str]] = []
        tests: list[Test] = []
        first = True
        while first or self._peek() != "]":
            if not self._peek():
                raise self.refuse("a [ has no ]")
            first = False
            if self.pattern.startswith("[:", self.place) and self._named_class(tests):
                continue
            if self._peek() == "\\":
                self.place += 1
                test = self._set()
                if test is not None:
                    tests.append(test)
                    continue
                low = self._escaped()
            else:
                low = self._peek()
                self.place += 1
            ranges.append((low, self._upper_end(low)))
        self.place += 1
        inside = _in(ranges)
        if tests:
            plain = inside
            inside = lambda char: plain(char) or any(test(char) for test in tests)  # noqa: E731
        if self.flags.fold:
            inside = _folded(inside)
        return _not(inside) if negative else inside

    def _named_class(self, tests: list[Test]) -> bool:
        end = self.pattern.find(":]", self.place)
        name = self.pattern[self.place + 2 : end] if end >= 0 else ""
        test = _CLASSES.get(name.removeprefix("^"))
        if test is None:
            return False
        self.place = end + 2
        tests.append(_not(_in(_ranges(test))) if name.startswith("^") else _in(_ranges(test)))
        return True

    def _upper_end(self, low: str) -> str:
        if self._peek() != "-" or self.pattern[self.place + 1 : self.place + 2] in {"]", ""}:
            return low
        self.place += 1
        high = self._peek()
        self.place += 1
        if high == "\\":
            high = self._escaped()
        if high < low:
            raise self.refuse("a range ends before it begins")
        return high


def compiled(pattern: str) -> Program:
    """An expression, ready to run. Raises `EvaluationError` where it is not valid."""
    return _Compiler(pattern).program()


def search(program: Program, text: str, start: int, spend: Callable[[int], None]) -> list[int | None] | None:
    """The first match at or behind a place: where it and its groups begin and end, or None.

    `spend` pays for the work; it may raise to end it.
    """
    run = _Run(program, text)
    found: list[int | None] | None = None
    place = start
    while True:
        if found is None:
            run.add(0, place, [None] * (2 * len(program.groups) + 2))
        if not run.current and (found is not None or place >= len(text)):
            return found
        spend(1 + len(run.current) // 4)
        char = text[place : place + 1]
        waiting, run.current, run.seen = run.current, [], set()
        place += 1
        for step, slots in waiting:
            if step.kind == "match":
                found = slots
                break
            if char and step.test is not None and step.test(char):
                run.add(step.next, place, slots)
        if not char:
            return found


class _Run:
    """The ways that are under way, the preferred ones first."""

    def __init__(self, program: Program, text: str) -> None:
        self.steps = program.steps
        self.text = text
        self.current: list[tuple[Step, list[int | None]]] = []
        self.seen: set[int] = set()

    def add(self, at: int, place: int, slots: list[int | None]) -> None:
        """Follows a way to the next character that it needs, through all that needs none."""
        pending = [(at, slots)]
        while pending:
            at, slots = pending.pop()
            if at in self.seen:
                continue
            self.seen.add(at)
            step = self.steps[at]
            if step.kind == "jump":
                pending.append((step.next, slots))
            elif step.kind == "split":
                pending.append((step.other, slots))
                pending.append((step.next, slots))
            elif step.kind == "save":
                slots = slots.copy()
                slots[step.slot] = place
                pending.append((step.next, slots))
            elif step.kind == "at":
                if self._right(step.where, place):
                    pending.append((step.next, slots))
            else:
                self.current.append((step, slots))

    def _right(self, where: str, place: int) -> bool:
        text = self.text
        if where == "start":
            return place == 0
        if where == "end":
            return place == len(text)
        if where == "line start":
            return place == 0 or text[place - 1] == "\n"
        if where == "line end":
            return place == len(text) or text[place] == "\n"
        edge = _word(text[place - 1 : place] if place else "") != _word(text[place : place + 1])
        return edge is (where == "edge")


def _word(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char == "_")
