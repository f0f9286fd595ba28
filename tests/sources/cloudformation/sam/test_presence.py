"""Three-valued logic over the conditions under which things exist."""

from __future__ import annotations

from itertools import product

import pytest

from walint.model.value import TRUE, Absent, Alternatives, Choice, Known, Reference, Unknown, Value
from walint.sources.cloudformation.sam.presence import (
    FALSE,
    both,
    either,
    given,
    is_set,
    negated,
    provided,
    switched_on,
)

OPEN = Unknown("not known")


def when(name: str, yes: Value = TRUE, no: Value = FALSE) -> Alternatives:
    return Alternatives((Choice(((name, True),), yes), Choice(((name, False),), no)))


def truth(value: Value, world: dict[str, bool]) -> bool | None:
    """The truth of a presence in one world; None where it is unknown."""
    match value:
        case Known(data=bool() as data):
            return data
        case Alternatives(choices=choices):
            fitting = [each for each in choices if all(world[name] == wanted for name, wanted in each.given)]
            assert len(fitting) == 1, "the choices are exhaustive and exclude each other"
            return truth(fitting[0].value, world)
        case _:
            return None


VALUES = [TRUE, FALSE, OPEN, when("a"), when("b"), when("a", FALSE, TRUE), when("a", OPEN, FALSE), when("b", when("a"))]
WORLDS = [{"a": a, "b": b} for a, b in product((True, False), repeat=2)]


@pytest.mark.parametrize("world", WORLDS, ids=str)
@pytest.mark.parametrize(("first", "second"), list(product(VALUES, repeat=2)))
def test_and_or_not_are_kleenes(first: Value, second: Value, world: dict[str, bool]) -> None:
    one, other = truth(first, world), truth(second, world)
    conjunction = False if False in (one, other) else None if None in (one, other) else True
    disjunction = True if True in (one, other) else None if None in (one, other) else False

    assert conjunction == truth(both(first, second), world)
    assert disjunction == truth(either(first, second), world)
    assert (None if one is None else not one) == truth(negated(first), world)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Absent(), FALSE),
        (Known(""), FALSE),
        (Known({}), FALSE),
        (Known([]), FALSE),
        (Known(None), FALSE),
        (Known("live"), TRUE),
        (Known({"a": TRUE}), TRUE),
        (Known({}, rest=OPEN), OPEN),
        (Reference("t#Q"), TRUE),
        (OPEN, OPEN),
        (when("a", Known("live"), Absent()), when("a")),
        (when("a", Known("x"), Known("y")), TRUE),
    ],
)
def test_given_is_what_sam_takes_for_set(value: Value, expected: Value) -> None:
    assert expected == given(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Absent(), FALSE),
        (Known(""), TRUE),
        (OPEN, OPEN),
        (Unknown("parameter", surely_set=True), TRUE),
        (when("a", OPEN, Absent()), when("a", OPEN, FALSE)),
    ],
)
def test_set_is_anything_but_absent(value: Value, expected: Value) -> None:
    assert expected == is_set(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Known("false"), FALSE),
        (Known("False"), FALSE),
        (Known(False), FALSE),  # noqa: FBT003
        (Known("true"), TRUE),
        (Known(True), TRUE),  # noqa: FBT003
        (Unknown("parameter", surely_set=True), Unknown("parameter", surely_set=True)),
    ],
)
def test_switches(value: Value, expected: Value) -> None:
    assert expected == switched_on(value)


def test_a_value_is_provided_where_something_exists() -> None:
    assert Known(1) == provided(TRUE, Known(1))
    assert Absent() == provided(FALSE, Known(1))
    assert when("a", Known(1), Absent()) == provided(when("a"), Known(1))
    assert isinstance(provided(OPEN, Known(1)), Unknown)


def test_many_conditions_do_not_explode() -> None:
    value: Value = TRUE
    for index in range(40):
        value = both(value, when(str(index)))

    assert isinstance(value, Alternatives)
    assert len(value.choices) <= 64
    assert truth(value, {str(index): True for index in range(40)}) is None
    assert truth(value, {str(index): index < 39 for index in range(40)}) is False
