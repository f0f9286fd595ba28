"""Whether something exists: three-valued logic over values that are true, false, alternatives or unknown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product

from walint.model.value import TRUE, Absent, Alternatives, Assumption, Choice, Known, Unknown, Value

FALSE = Known(data=False)
_MAX_CHOICES = 64
"""More combinations of conditions than this are not written out."""


def is_true(value: Value) -> bool:
    """Whether something certainly exists."""
    return isinstance(value, Known) and value.data is True


def is_false(value: Value) -> bool:
    """Whether something certainly does not exist."""
    return isinstance(value, Known) and value.data is False


def given(value: Value) -> Value:
    """Whether a property is set to something, in SAM's eyes: an empty mapping, list or text counts as nothing."""
    match value:
        case Known(data=data, rest=rest):
            if isinstance(data, Mapping | Sequence):
                return TRUE if len(data) else rest or FALSE
            return TRUE if data else FALSE
        case Absent():
            return FALSE
        case Alternatives(choices, _):
            return _simplified([(choice.given, given(choice.value)) for choice in choices])
        case Unknown():
            return value
        case _:
            return TRUE


def whether(value: Value, test: Callable[[Value], Value]) -> Value:
    """What a test says of each alternative, or of the value itself when it has none."""
    if isinstance(value, Alternatives):
        return _simplified([(choice.given, whether(choice.value, test)) for choice in value.choices])
    return test(value)


def is_set(value: Value) -> Value:
    """Whether a property is set at all, were it to an empty text."""
    match value:
        case Absent() | Known(data=None, rest=None):
            return FALSE
        case Unknown(surely_set=False):
            return value
        case Alternatives(choices, _):
            return _simplified([(choice.given, is_set(choice.value)) for choice in choices])
        case _:
            return TRUE


def switched_on(value: Value) -> Value:
    """Whether a flag is on: true, or anything but the texts for false."""
    match value:
        case Known(data=str() as text):
            return FALSE if text in {"", "false", "False"} else TRUE
        case Alternatives(choices, _):
            return _simplified([(choice.given, switched_on(choice.value)) for choice in choices])
        case _:
            return given(value)


def negated(value: Value) -> Value:
    """Not."""
    match value:
        case Known(data=data):
            return FALSE if data else TRUE
        case Alternatives(choices, span):
            return Alternatives(tuple(Choice(choice.given, negated(choice.value)) for choice in choices), span)
        case _:
            return value


def both(first: Value, second: Value) -> Value:
    """And."""
    if is_true(first) or is_false(second):
        return second
    if is_true(second) or is_false(first):
        return first
    return _combined(first, second, _and)


def either(first: Value, second: Value) -> Value:
    """Or."""
    if is_false(first) or is_true(second):
        return second
    if is_false(second) or is_true(first):
        return first
    return _combined(first, second, _or)


def provided(presence: Value, value: Value) -> Value:
    """The value where something exists, and absent where it does not."""
    match presence:
        case Known(data=data):
            return value if data else Absent(value.span)
        case Alternatives(choices, span):
            return Alternatives(tuple(Choice(each.given, provided(each.value, value)) for each in choices), span)
        case Unknown(reason, span, _):
            return Unknown(reason, span)
        case _:
            return value


def _and(first: Value, second: Value) -> Value:
    if is_false(first) or is_true(second):
        return first
    return second if is_true(first) or is_false(second) else first


def _or(first: Value, second: Value) -> Value:
    if is_true(first) or is_false(second):
        return first
    return second if is_false(first) or is_true(second) else first


_Case = tuple[tuple[Assumption, ...], Value]


def _combined(first: Value, second: Value, operator: Callable[[Value, Value], Value]) -> Value:
    left, right = _cases(first), _cases(second)
    if len(left) * len(right) > _MAX_CHOICES:
        return Unknown("it depends on many conditions at once", first.span)
    cases: list[_Case] = []
    for (mine, one), (theirs, other) in product(left, right):
        joined = _joined(mine, theirs)
        if joined is not None:
            cases.append((joined, operator(one, other)))
    return _simplified(cases)


def _cases(value: Value) -> list[_Case]:
    if isinstance(value, Alternatives):
        cases: list[_Case] = []
        for choice in value.choices:
            for assumptions, inner in _cases(choice.value):
                joined = _joined(choice.given, assumptions)
                if joined is not None:
                    cases.append((joined, inner))
        return cases
    return [((), value)]


def _joined(first: tuple[Assumption, ...], second: tuple[Assumption, ...]) -> tuple[Assumption, ...] | None:
    """All assumptions of both, or None when they contradict each other."""
    together = dict(first)
    for name, value in second:
        if together.setdefault(name, value) != value:
            return None
    return tuple(together.items())


def _simplified(cases: list[_Case]) -> Value:
    """Alternatives of the cases, or the one value that they all share."""
    if cases and all(is_true(value) for _, value in cases):
        return TRUE
    if not cases or all(is_false(value) for _, value in cases):
        return FALSE
    if len(cases) == 1:
        return cases[0][1]
    return Alternatives(tuple(Choice(assumptions, value) for assumptions, value in cases))
