"""Test words for lists and maps: what is among their items, whether there is anything in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from walint.language.explain import found, literal, one_of
from walint.language.operators.asking import Argument, Ask, Test, all_of, any_of, listed, why_open
from walint.language.operators.scalars import equals
from walint.language.scope import Scope
from walint.language.truth import Answer
from walint.model.jsontext import from_json
from walint.model.value import Absent, Alternatives, Known, Reference, Text, Unknown, Value


def contains(test: Test) -> Test:
    """The `contains: {test}` operator: a list that has an item which passes the test."""
    return Test(f"an item that is {test.expected}", _contains_test(test))


def _contains_test(test: Test) -> Ask:
    def ask_item(item: Value, scope: Scope) -> Answer:
        if isinstance(item, Alternatives):
            answers = [ask_item(choice.value, scope) for choice in scope.context.possible(item)]
            return answers[0] if answers and all(a is answers[0] for a in answers) else "it depends on a condition"
        return test.ask(item, scope)

    def ask(value: Value, scope: Scope) -> Answer:
        members = _members(value)
        if members is None:
            return False if isinstance(value, (Absent, Known)) and not _is_text(value) else _contained(value, scope)
        items, more = members
        answer = any_of(ask_item(item, scope) for item in items)
        return more if answer is False and more else answer

    def _contained(value: Value, scope: Scope) -> Answer:
        return test.ask(value, scope) if _is_text(value) else why_open(value)

    return ask


def contains_item(argument: Argument) -> Ask:
    """The operator `contains` with a plain argument: such an item, or such a part of a text."""
    items = _contains_test(Test(literal(argument), equals(argument)))
    text = str(argument)

    def ask(value: Value, scope: Scope) -> Answer:
        match value:
            case Known(str() as data):
                return text in data
            case Text(pieces):
                return True if any(isinstance(p, str) and text in p for p in pieces) else why_open(value)
            case _:
                return items(value, scope)

    return ask


def contains_all(argument: Argument) -> Ask:
    """The operator of that name: all of these are among the items."""
    asks = [contains_item(item) for item in listed(argument)]
    return lambda value, scope: all_of(ask(value, scope) for ask in asks)


def contains_each(argument: Argument) -> Test:
    """The operator of that name: a list of maps has each of these values at the key."""
    key, values = str(argument["key"]), listed(argument["values"])  # type: ignore[index]
    tests = [Test(literal(item), _at(key, equals(item))) for item in values]
    asks = [_contains_test(test) for test in tests]
    words = f"all of {one_of(values).replace(' or ', ' and ')}"
    return Test(words, lambda value, scope: all_of(ask(value, scope) for ask in asks), words=_said_at(key))


def _said_at(key: str) -> Callable[[Value], str]:
    """Words for a list of maps: what stands at the key in each."""

    def said(value: Value) -> str:
        items, _ = _members(value) or ((), None)
        maps = [item.data for item in items if isinstance(item, Known) and isinstance(item.data, Mapping)]
        if not maps or len(maps) < len(items):
            return found(value)
        return found(Known([each.get(key, Absent()) for each in maps]))

    return said


def _at(key: str, ask: Ask) -> Ask:
    """The same question, asked of what an item of a list has at a key."""

    def asked(item: Value, scope: Scope) -> Answer:
        member = scope.item(item, ()).read((key,))
        if not isinstance(member, Alternatives):
            return ask(member, scope)
        answers = [ask(choice.value, scope) for choice in scope.context.possible(member)]
        return answers[0] if answers and all(a is answers[0] for a in answers) else "it depends on a condition"

    return asked


def _is_text(value: Value) -> bool:
    return isinstance(value, Known) and isinstance(value.data, str)


def _members(value: Value) -> tuple[Sequence[Value], str | None] | None:
    """The items of a known list, and why there may be more; None when it is no list."""
    match value:
        case Known(data, rest=rest) if isinstance(data, Sequence) and not isinstance(data, str):
            return data, rest.reason if rest else None
        case _:
            return None


def not_empty(_argument: Argument) -> Ask:
    """The operator of that name: something is in the list, the map or the text."""

    def ask(value: Value, scope: Scope) -> Answer:
        members = _members(value)
        if members is not None:
            return _some_there(*members, scope)
        match value:
            case Known(Mapping() as data, rest=rest):
                return _some_there(data.values(), rest.reason if rest else None, scope)
            case Known(data):
                return data != ""
            case Absent():
                return False
            case Reference():
                return True
            case Text(pieces) if any(isinstance(piece, str) and piece for piece in pieces):
                return True
            case _:
                return why_open(value)

    return ask


def _is_there(member: Value, scope: Scope) -> Answer:
    """Whether a member of a list or map is really there: not taken away by a condition, nor left empty."""
    if isinstance(member, Alternatives):
        answers = [_is_there(choice.value, scope) for choice in scope.context.possible(member)]
        return answers[0] if answers and all(a is answers[0] for a in answers) else "it depends on a condition"
    if isinstance(member, Unknown) and not member.surely_set:
        return member.reason
    return not isinstance(member, Absent) and not (isinstance(member, Known) and member.data is None)


def _some_there(members: Iterable[Value], rest: str | None, scope: Scope) -> Answer:
    answer = any_of(_is_there(member, scope) for member in members)
    return rest if answer is False and rest is not None else answer


def has_any_key(argument: Argument) -> Ask:
    """The operator of that name: a map, or the JSON text of one, has one of these keys."""
    names = [str(name) for name in listed(argument)]

    def ask(value: Value, scope: Scope) -> Answer:
        match from_json(value) or value:
            case Known(Mapping() as data, rest=rest):
                members = [data[name] for name in names if name in data]
                hidden = rest is not None and len(members) < len(names)
                return _some_there(members, rest.reason if rest and hidden else None, scope)
            case Absent() | Known():
                return False
            case _:
                return why_open(value)

    return ask
