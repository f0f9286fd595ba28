"""Runs a program over a text."""

from __future__ import annotations

from collections.abc import Callable

from walint.sources.terraform.regex.program import Program, Step


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
