"""What an expression is compiled to."""

from __future__ import annotations

from walint.sources.terraform.regex.characters import Test


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
