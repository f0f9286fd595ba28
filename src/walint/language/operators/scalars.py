"""Test words for plain values: equal to this, one of these, more or less than that."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from walint.language.explain import literal
from walint.language.operators.asking import Argument, Ask, Test, any_of, listed, number_of, why_open
from walint.language.pieces import could_be
from walint.language.scope import Scope, parse_path
from walint.language.truth import Answer
from walint.model.value import Absent, Known, Reference, Text, Value


def equals(argument: Argument) -> Ask:
    """The operator of that name, for text, numbers and true or false."""

    def ask(value: Value, _scope: Scope) -> Answer:
        match value:
            case Known(data) if not isinstance(data, (Mapping, list, tuple)):
                return _same(data, argument)
            case Known() | Absent():
                return False
            case Reference(text=str(text)):
                return _same(text, argument)
            case Text() if not _could_equal(value, argument):
                return False
            case _:
                return why_open(value)

    return ask


def _same(data: object, expected: object) -> bool:
    """Equality as CloudFormation sees it: "true" is true and "7" is 7."""
    if isinstance(expected, bool):
        return data is expected if isinstance(data, bool) else str(data).lower() == literal(expected)
    if isinstance(data, bool):
        return literal(data) == str(expected).lower()
    number = number_of(expected)
    if number is not None and (other := number_of(data)) is not None:
        return number == other
    return str(data) == str(expected)


def _could_equal(text: Text, expected: object) -> bool:
    """Whether a partly known text can still turn out to be the expected one."""
    if isinstance(expected, bool):
        pieces = tuple(piece.lower() if isinstance(piece, str) else piece for piece in text.pieces)
        return could_be(pieces, literal(expected))
    return number_of(expected) is not None or could_be(text.pieces, str(expected))


def equals_any(argument: Argument) -> Ask:
    """The operator `one_of`: equal to one of the items."""
    asks = [equals(item) for item in listed(argument)]
    return lambda value, scope: any_of(ask(value, scope) for ask in asks)


def comparison(compare: Callable[[float, float], bool]) -> Callable[[Argument], Ask]:
    """The operators that compare a number with a bound."""

    def build(argument: Argument) -> Ask:
        bound = number_of(argument)
        assert bound is not None, argument  # noqa: S101 - the rule's loader has checked that it is a number

        def ask(value: Value, _scope: Scope) -> Answer:
            match value:
                case Known(data):
                    number = number_of(data)
                    return compare(number, bound) if number is not None else "it is not a number"
                case Absent():
                    return False
                case _:
                    return why_open(value)

        return ask

    return build


def above(argument: Argument) -> Test:
    """The operator of that name: more than another property, by so many per cent."""
    assert isinstance(argument, Mapping)  # noqa: S101 - the rule's loader has checked it
    other, percent = str(argument["property"]), number_of(argument.get("percent", 0)) or 0.0
    path = parse_path(other)

    def ask(value: Value, scope: Scope) -> Answer:
        base = scope.read_in_force(path)
        if isinstance(value, Absent):
            return False
        for each in (value, base):
            if not isinstance(each, (Known, Absent)):
                return why_open(each)
        if isinstance(base, Absent):
            return True
        mine, theirs = number_of(value.data), number_of(base.data)  # type: ignore[union-attr]
        if mine is None or theirs is None:
            return "it is not a number"
        return mine > theirs and mine * 100 >= theirs * (100 + percent)

    return Test(f"at least {percent:g} % above {other}", ask, about=other)
