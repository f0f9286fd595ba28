"""Limits of what one root module may cost to evaluate, so that no file can hang or flood a scan.

Past a limit the evaluator does not guess: the value is unknown, and the reason names the limit.
"""

from __future__ import annotations

from walint.errors import WalintError

STEPS = 2_000_000
"""Elements, calls and characters (1,000 of them count as one) in one root module: about two seconds."""

STEPS_AT_ONCE = 400_000
"""Of these, for one argument: a bomb in one place must not make the rest of the root unknown."""

ELEMENTS = 20_000
"""Of one list, set or map."""

CHARACTERS = 2_000_000
"""Of one text."""

DEPTH = 60
"""Values that need values that need values: locals, outputs, module inputs."""


class BudgetError(WalintError):
    """A limit is passed. It ends the evaluation of one argument, which becomes unknown; `try` does not catch it."""


class Budget:
    """What is left to spend in one root module.

    steps    left in all
    at_once  left for the argument being evaluated
    depth    how many evaluations are under way, one inside the other
    """

    __slots__ = ("at_once", "depth", "steps")

    def __init__(self, steps: int = STEPS) -> None:
        self.steps = steps
        self.at_once = STEPS_AT_ONCE
        self.depth = 0

    def spend(self, steps: int) -> None:
        """Pays for some work before it is done. Raises `BudgetError` where it cannot be afforded."""
        self.steps -= steps
        self.at_once -= steps
        if self.steps < 0 or self.at_once < 0:
            raise BudgetError("it takes too many steps to evaluate")

    def walk(self, value: object) -> None:
        """Pays for looking at all that a value holds. Shared parts count as often as they are met."""
        left = self.at_once
        pending = [value]
        while pending:
            one = pending.pop()
            if isinstance(one, dict):
                left -= len(one)
                pending.extend(each for each in one.values() if isinstance(each, (dict, tuple)))
            elif isinstance(one, tuple):
                left -= len(one)
                pending.extend(each for each in one if isinstance(each, (dict, tuple)))
            if left < 0:
                break
        self.spend(self.at_once - left)

    def elements(self, count: int) -> None:
        """Pays for a collection of that many elements."""
        if count > ELEMENTS:
            raise BudgetError(f"it has more than {ELEMENTS:,} elements")
        self.spend(count)

    def text(self, length: int) -> None:
        """Pays for a text of that many characters."""
        if length > CHARACTERS:
            raise BudgetError(f"it is a text of more than {CHARACTERS:,} characters")
        if length > 1000:  # noqa: PLR2004 - shorter ones cost less than counting them
            self.spend(length // 1000)
