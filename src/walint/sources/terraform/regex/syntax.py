"""Reads an expression and writes its program."""

from __future__ import annotations

from typing import Final

from walint.sources.terraform.budget import BudgetError
from walint.sources.terraform.regex.characters import Test
from walint.sources.terraform.regex.program import Program, Step
from walint.sources.terraform.regex.reader import Flags, Reader

_MOST_INSTRUCTIONS: Final = 5_000
_MOST_REPEATS: Final = 1_000
_MOST_WORK: Final = 100_000
_DEEPEST: Final = 100


class _Compiler(Reader):
    """Reads an expression and writes its program in one go."""

    def __init__(self, pattern: str) -> None:
        super().__init__(pattern)
        self.work = 0
        self.steps: list[Step] = []
        self.groups: list[str | None] = []
        self.depth = 0

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

    def _alternatives(self) -> None:
        """a|b|c: before each but the last a fork, after each a jump to the end."""
        start = len(self.steps)
        self._sequence()
        ends: list[Step] = []
        while self.peek() == "|":
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
        while self.peek() not in {"", "|", ")"}:
            if self.pattern.startswith("\\Q", self.place):
                self._unquote()
                continue
            start = len(self.steps)
            groups = len(self.groups)
            begin = self.place
            if not self._atom():
                if self._quantifier()[2]:
                    raise BudgetError("a regular expression repeats what stands before a flag")
                continue
            self._repeats(start, groups, begin)

    def _spend(self, work: int) -> None:
        """Pays for reading: what is repeated is read again, also where that writes no step."""
        self.work += work
        if self.work > _MOST_WORK:
            raise BudgetError("a regular expression is too large")

    def _unquote(self) -> None:
        r"""Writes what stands between \Q and \E with an escape before each sign, to be read like the rest."""
        self._spend(100)
        quoted, _, rest = self.pattern[self.place + 2 :].partition("\\E")
        plain = "".join(f"\\{each}" if each.isascii() and not each.isalnum() else each for each in quoted)
        self.pattern = self.pattern[: self.place] + plain + rest

    def _repeats(self, start: int, groups: int, begin: int) -> None:
        """Reads how often the atom is wanted that stands at `start` and was written from `begin` on."""
        least, most, length = self._quantifier()
        if length == 0:
            return
        atom = (begin, groups)
        self.place += length
        lazy = self.peek() == "?"
        self.place += lazy
        after = self.place
        self._repeat(start, atom, least, most, lazy != self.flags.swap)
        self.place = after
        if self._quantifier()[2]:
            raise self.refuse("a repetition is repeated")

    def _quantifier(self) -> tuple[int, int | None, int]:
        """How often, and the length of the sign that says so; 0 where there is none."""
        sign = self.peek()
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
        atom: tuple[int, int],
        least: int,
        most: int | None,
        lazy: bool,  # noqa: FBT001
    ) -> None:
        """Writes the atom (which stands at `start`) as often as needed; it is read again for each copy."""
        if least == 0:
            self._insert(start, "split")
            fork = self.steps[start]
            if most is None:  # x* is (x+)?, which differs where x matches nothing
                self._aim(self._add("split"), start + 1, len(self.steps), lazy=lazy)
            self._aim(fork, start + 1, len(self.steps), lazy=lazy)
            copies = 0 if most is None else most - 1
            forks = [fork]
        else:
            for _ in range(least - 1):
                start = len(self.steps)
                self._copy(atom)
            if most is None:
                self._aim(self._add("split"), start, len(self.steps), lazy=lazy)
                return
            forks = []
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

    def _copy(self, atom: tuple[int, int]) -> None:
        kept = self.groups
        self.place, self.groups = atom[0], kept[: atom[1]]
        self._atom()
        self.groups = kept

    def _atom(self) -> bool:
        """One character, class, group or place. False for a piece that only sets flags."""
        self._spend(1)
        char = self.pattern[self.place]
        self.place += 1
        if char == "(":
            return self._group()
        if char == "[":
            self._character(self.bracket())
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
        elif char == "{" and self._quantified():
            raise self.refuse("{ has nothing to repeat")
        else:
            self._letter(char)
        return True

    def _quantified(self) -> bool:
        """Whether the brace that was just read begins a repetition."""
        self.place -= 1
        length = self._quantifier()[2]
        self.place += 1
        return length > 0

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
        if self.peek() != "?":
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
        if self.peek() != ")":
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
            char = self.peek()
            if char in {":", ")"}:
                break
            if char == "-" and value:
                value = False
            elif char in values and char:
                values[char] = value
            else:
                raise self.refuse("(? is not understood")
        self.place += 1
        self.flags = Flags(fold=values["i"], lines=values["m"], newline=values["s"], swap=values["U"])
        return char == ")"

    def _escape(self) -> None:
        letter = self.peek()
        if letter in {"A", "z", "b", "B"}:
            self.place += 1
            self._add("at").where = {"A": "start", "z": "end", "b": "edge", "B": "no edge"}[letter]
        else:
            test = self.character_set()
            if test is None:
                self._letter(self.escaped())
            else:
                self._character(test)


def compiled(pattern: str) -> Program:
    """An expression, ready to run. Raises `EvaluationError` where it is not valid."""
    return _Compiler(pattern).program()
