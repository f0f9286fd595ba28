"""Values in words, for messages: what was found, what is expected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from walint.model.value import Absent, Alternatives, Known, Origin, Reference, Text, Unknown, Value

_LONGEST = 80
ORIGINS: Mapping[Origin, str] = {
    "explicit": "",
    "default": " (AWS default)",
    "provider": " (provider default)",
    "inherited": " (inherited)",
}
"""What is said behind a value that the user did not write where it holds."""


def found(value: Value) -> str:
    """A value as a message says it: "PassThrough (AWS default)", "nothing", "a reference to Orders"."""
    match value:
        case Known(data, _, origin):
            suffix = ORIGINS[origin]
            return _data(data, suffix) + suffix
        case Absent():
            return "nothing"
        case Unknown(reason):
            return f"unknown: {reason}"
        case Reference():
            return f"a reference to {reference(value)}"
        case Text(pieces):
            return _clip("".join(piece if isinstance(piece, str) else "${...}" for piece in pieces))
        case Alternatives(choices):
            return " or ".join(dict.fromkeys(found(choice.value) for choice in choices))


def literal(data: object) -> str:
    """A literal of a rule in words, spelled as in a template."""
    if isinstance(data, bool):
        return "true" if data else "false"
    if isinstance(data, (list, tuple)):
        return ", ".join(literal(item) for item in data)
    return str(data)


def one_of(items: Sequence[object]) -> str:
    """Several literals joined by "or"; an empty list, which a rule's parameter may be, is "nothing"."""
    if not items:
        return "nothing"
    words = [literal(item) for item in items]
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1]


_MOST_NAMED = 5


def some_of(items: Sequence[object]) -> str:
    """The same for a list that a message need not spell out: "owner, team, contact or one of 24 others"."""
    if len(items) <= _MOST_NAMED:
        return one_of(items)
    words = [literal(item) for item in items[: _MOST_NAMED - 1]]
    return f"{', '.join(words)} or one of {len(items) - len(words)} others"


def given(assumptions: Sequence[tuple[str, str | bool]]) -> str:
    """Assumptions in words: "IsProd", "not IsProd", "Env is prod"."""
    words = []
    for variable, value in assumptions:
        name = variable.rpartition("#")[2]
        match value:
            case True:
                words.append(name)
            case False:
                words.append(f"not {name}")
            case _:
                words.append(f"{name} is {value}")
    return " and ".join(words)


def _data(data: object, suffix: str) -> str:
    """The data in words; `suffix` is said once for all of a list."""
    match data:
        case bool():
            return literal(data)
        case Mapping():
            return _clip("a map with " + ", ".join(map(str, data))) if data else "an empty map"
        case str():
            return _clip(data) if data else "an empty text"
        case Sequence():
            return _clip(", ".join(found(item).removesuffix(suffix) for item in data)) if data else "an empty list"
        case _:
            return str(data)


def reference(value: Reference) -> str:
    """What a reference points at, as the user writes it: "Orders", "Orders.Arn", "aws_sqs_queue.orders.arn"."""
    address = value.target.rpartition("#")[2]
    attribute = value.written or value.attribute
    return address if attribute == "Ref" else f"{address}.{attribute}"


def _clip(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
