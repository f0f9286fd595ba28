"""Kleene's logic, exhaustively, and what becomes of facts, reasons and places."""

from __future__ import annotations

from itertools import product

import pytest

from walint.language.truth import FAILS, HOLDS, Fact, Judgement, conjunction, disjunction, same_in_all, undecided
from walint.model.span import Span

TRUTHS = (True, False, None)
BAD = Fact("A", "A", "1", "2")
WORSE = Fact("B", "B", "3", "4")
HERE = Span("t.yaml", 1, 1, 1, 2)
THERE = Span("t.yaml", 9, 1, 9, 2)


def _judgements(truths: tuple[bool | None, ...]) -> list[Judgement]:
    made = {True: HOLDS, False: Judgement(truth=False, facts=(BAD,)), None: undecided("open")}
    return [made[truth] for truth in truths]


def _all(truths: tuple[bool | None, ...]) -> bool | None:
    if False in truths:
        return False
    return None if None in truths else True


def _any(truths: tuple[bool | None, ...]) -> bool | None:
    if True in truths:
        return True
    return None if None in truths else False


def _same(truths: tuple[bool | None, ...]) -> bool | None:
    return truths[0] if len(set(truths)) == 1 else None


@pytest.mark.parametrize("truths", [each for length in (1, 2, 3) for each in product(TRUTHS, repeat=length)])
def test_the_tables(truths: tuple[bool | None, ...]) -> None:
    judgements = _judgements(truths)
    assert _all(truths) == conjunction(judgements).truth
    assert _any(truths) == disjunction(judgements).truth
    assert _same(truths) == same_in_all(judgements).truth


def test_of_nothing_at_all() -> None:
    assert conjunction([]) == HOLDS
    assert disjunction([]) == FAILS


def test_and_keeps_the_facts_of_all_that_fail_and_drops_the_reasons() -> None:
    parts = [Judgement(truth=False, facts=(BAD,)), undecided("open"), Judgement(truth=False, facts=(WORSE,))]
    assert conjunction(parts) == Judgement(truth=False, facts=(BAD, WORSE))


def test_or_keeps_the_facts_of_the_first_that_fails() -> None:
    parts = [Judgement(truth=False, facts=(BAD,)), Judgement(truth=False, facts=(WORSE,))]
    assert disjunction(parts) == parts[0]


@pytest.mark.parametrize("joined", [conjunction, disjunction, same_in_all])
def test_open_reasons_are_kept_once_each_and_the_first_place_is_blamed(joined: object) -> None:
    parts = [undecided("one"), undecided("two", "one", span=HERE), undecided("two", span=THERE)]
    assert joined(parts) == Judgement(None, (), ("one", "two"), HERE)  # type: ignore[operator]


def test_or_stops_at_the_first_that_holds() -> None:
    def parts() -> object:
        yield undecided("open")
        yield HOLDS
        raise AssertionError("asked once too often")

    assert disjunction(parts()) == HOLDS  # type: ignore[arg-type]


def test_different_possibilities_are_open_even_without_a_reason() -> None:
    assert same_in_all([HOLDS, FAILS]) == Judgement(None)
