"""Values that are put together: changed under every condition, merged, made conditional.

The laws here keep what is not known honest: an unknown list with known items is a list that may hold more, an unknown
object with known members an object whose other members are unknown, and what depends on a condition still does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from walint.model.span import Span
from walint.model.value import Absent, Alternatives, Choice, Known, Origin, Reference, Text, Unknown, Value

Items: TypeAlias = Sequence[Value]
Members: TypeAlias = Mapping[str, Value]


def each(value: Value, change: Callable[[Value], Value]) -> Value:
    """Changes every value that is possible, however deep conditions are nested. What is absent stays so."""
    match value:
        case Alternatives(choices, span):
            return Alternatives(tuple(Choice(choice.given, each(choice.value, change)) for choice in choices), span)
        case Absent():
            return value
        case _:
            return change(value)


def members_of(value: Value) -> Members | None:
    """The members of a known mapping; None for any other value."""
    return value.data if isinstance(value, Known) and isinstance(value.data, Mapping) else None


def items_of(value: Value) -> Items | None:
    """The items of a known sequence; None for any other value."""
    data = value.data if isinstance(value, Known) else None
    return data if isinstance(data, Sequence) and not isinstance(data, str) else None


def unknown_shape(value: Value, wanted: str) -> Unknown:
    """What stands for a value where a map or a list is needed and only an expression for it is known."""
    match value:
        case Unknown():
            return value
        case Reference(target, attribute, span):
            address = f"{target.rpartition('#')[2]}.{attribute}"
            return Unknown(f"{address} is known after apply", span, f"{target}.{attribute}")
        case Text(span=span):
            return Unknown(f"a text stands where {wanted} is meant", span)
        case _:
            return Unknown(f"{wanted} is meant here", value.span)


def merged(left: Value, right: Value) -> Value:
    """Both values together: members of two objects, items of two lists. Of two scalars the first counts."""
    if isinstance(left, Absent):
        return right
    if isinstance(right, Absent):
        return left
    if isinstance(left, Alternatives):
        return _each_choice(left, lambda one: merged(one, right))
    if isinstance(right, Alternatives):
        return _each_choice(right, lambda one: merged(left, one))
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return _with_unknown(left, right)
    ours, theirs = members_of(left), members_of(right)
    if ours is not None and theirs is not None:
        return _merged_members(left, right, ours, theirs)
    first, second = items_of(left), items_of(right)
    if first is not None and second is not None:
        return Known([*first, *second], left.span, _origin(left), _rest(left) or _rest(right))
    return left


def _each_choice(value: Alternatives, change: Callable[[Value], Value]) -> Alternatives:
    """As `each`, but the choice that there is nothing is changed too."""
    return Alternatives(
        tuple(
            Choice(
                choice.given,
                _each_choice(choice.value, change) if isinstance(choice.value, Alternatives) else change(choice.value),
            )
            for choice in value.choices
        ),
        value.span,
    )


def _with_unknown(left: Value, right: Value) -> Value:
    """An unknown value and another one: what is known of an object or a list, and that there may be more."""
    unknown, other = (left, right) if isinstance(left, Unknown) else (right, left)
    assert isinstance(unknown, Unknown)  # noqa: S101 - the caller has looked
    if isinstance(other, Known) and not isinstance(other.data, str) and isinstance(other.data, (Mapping, Sequence)):
        return Known(other.data, other.span, other.origin, other.rest or unknown)
    return left


def _merged_members(left: Value, right: Value, ours: Members, theirs: Members) -> Known:
    together = dict(ours)
    for name, value in theirs.items():
        mine = together.get(name)
        together[name] = value if mine is None else merged(mine, value)
    return Known(together, left.span or right.span, _origin(left), _rest(left) or _rest(right))


def _rest(value: Value) -> Unknown | None:
    return value.rest if isinstance(value, Known) else None


def _origin(value: Value) -> Origin:
    return value.origin if isinstance(value, Known) else "explicit"


def at_path(path: Sequence[str], value: Value, span: Span | None) -> Value:
    """An object that has only this value at a path; for an empty path the value itself."""
    for step in reversed(path):
        value = Known({step: value}, span)
    return value


def put(members: dict[str, Value], path: Sequence[str], value: Value, span: Span | None) -> None:
    """Adds a value at a path of an object that is being built; the objects on the way get the span."""
    inner = at_path(path[1:], value, span)
    there = members.get(path[0])
    members[path[0]] = inner if there is None or isinstance(there, Absent) else merged(there, inner)


def conditional(presence: Value, value: Value, variable: str) -> Value:
    """A value that is there only if the resource that sets it is.

    `presence` is a value of booleans. Where it is not known, `variable` stands for it in the result's alternatives.
    """
    match presence:
        case Known(True):
            return value
        case Known(False) | Absent():
            return Absent(value.span)
        case Alternatives(choices, span):
            kept = tuple(Choice(choice.given, conditional(choice.value, value, variable)) for choice in choices)
            return Alternatives(kept, span or value.span)
        case _:
            there, missing = Choice(((variable, True),), value), Choice(((variable, False),), Absent(value.span))
            return Alternatives((there, missing), value.span)
