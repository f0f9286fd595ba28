"""Worlds: under which assumptions something holds, and functions of values that differ from world to world."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from walint.model.span import Span
from walint.model.value import Alternatives, Assumption, Choice, Unknown, Value

Given: TypeAlias = tuple[Assumption, ...]
Cases: TypeAlias = tuple[tuple[Given, bool], ...]
"""A condition: exhaustive and mutually exclusive assumptions, each with the truth under it."""

ALWAYS: Cases = (((), True),)
NEVER: Cases = (((), False),)

MAX_CASES = 16
"""How many worlds a combination of parameters and conditions may have before it is given up as unknown."""

MAX_CHOICES = 64
"""How many choices a single value may have: the AllowedValues of one parameter are kept up to here."""

_MAX_VARYING = 100
"""How many arguments of one function may differ from world to world."""


def joined(first: Given, second: Given) -> Given | None:
    """Both assumptions at once, or None when they contradict each other."""
    if not second:
        return first
    if not first:
        return second
    merged = dict(first)
    for variable, value in second:
        if variable not in merged:
            merged[variable] = value
        elif merged[variable] != value:
            return None
    return tuple(merged.items())


def both(first: Cases, second: Cases) -> Cases | None:
    """The conjunction, or None when it has too many worlds."""
    return _combined(first, second, decisive=False)


def either(first: Cases, second: Cases) -> Cases | None:
    """The disjunction, or None when it has too many worlds."""
    return _combined(first, second, decisive=True)


def negated(cases: Cases) -> Cases:
    """The negation."""
    return tuple((given, not holds) for given, holds in cases)


def _combined(first: Cases, second: Cases, *, decisive: bool) -> Cases | None:
    found: list[tuple[Given, bool]] = []
    for given, holds in first:
        if holds is decisive:
            found.append((given, holds))
            continue
        for other, truth in second:
            merged = joined(given, other)
            if merged is not None:
                found.append((merged, truth))
    return simplified(found) if len(found) <= MAX_CASES else None


def simplified(cases: Sequence[tuple[Given, bool]]) -> Cases:
    """The same condition, constant when all its worlds agree."""
    if all(holds for _, holds in cases):
        return ALWAYS
    if not any(holds for _, holds in cases):
        return NEVER
    return tuple(cases)


def alternatives(choices: Sequence[Choice], span: Span | None) -> Value:
    """The value that these choices make: nested alternatives are flattened, impossible ones dropped."""
    flat: list[Choice] = []
    for choice in choices:
        if isinstance(choice.value, Alternatives):
            for inner in choice.value.choices:
                given = joined(choice.given, inner.given)
                if given is not None:
                    flat.append(Choice(given, inner.value))
        else:
            flat.append(choice)
    if len(flat) == 1:
        return flat[0].value
    if len(flat) > MAX_CHOICES:
        return Unknown(f"it has more than {MAX_CHOICES} possible values", span)
    return Alternatives(tuple(flat), span)


def lifted(values: Sequence[Value], function: Callable[[Sequence[Value]], Value], span: Span | None) -> Value:
    """Applies a function of plain values to values that may have alternatives, world by world."""
    places = [place for place, value in enumerate(values) if value.__class__ is Alternatives]
    if not places:
        return function(values)
    worlds: list[tuple[Given, dict[int, Value]]] = [((), {})]
    for place in places[:_MAX_VARYING]:
        following: list[tuple[Given, dict[int, Value]]] = []
        for given, chosen in worlds:
            for choice in values[place].choices:  # type: ignore[union-attr]
                merged = joined(given, choice.given)
                if merged is not None:
                    following.append((merged, {**chosen, place: choice.value}))
        worlds = following
        if len(worlds) > MAX_CHOICES:
            break
    if len(worlds) > MAX_CHOICES or len(places) > _MAX_VARYING:
        return Unknown(f"it has more than {MAX_CHOICES} possible values", span)
    found = [
        Choice(given, function([chosen.get(place, value) for place, value in enumerate(values)]))
        for given, chosen in worlds
    ]
    return alternatives(found, span)
