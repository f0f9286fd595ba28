"""`count` and `for_each`: which instances a block has, and when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from walint.model.value import TRUE, Alternatives, Assumption, Choice, Known, Reference, Text, Unknown, Value
from walint.records import NamedTuple
from walint.sources.terraform.hcl import ast
from walint.sources.terraform.values import (
    EvaluationError,
    Handle,
    JsonText,
    OneOf,
    Partly,
    Sensitive,
    SetOf,
    TerraformValue,
)

MOST_INSTANCES = 1_000
"""Of one block. Terraform itself has no limit; a million would stop the scan."""
_MOST_CASES = 64
_MOST_DIGITS = 12

Presence: TypeAlias = bool | OneOf | Unknown
"""When something exists: always, under some conditions, or it cannot be told."""
Given: TypeAlias = tuple[Assumption, ...]


class Entry(NamedTuple):
    """One instance.

    key      what follows the address: "", "[0]", '["blue"]'; "[*]" for one that stands for any number
    names    `count` or `each`, as the block's expressions see them
    text     the key of a `for_each` itself: "blue"
    """

    key: str
    names: Mapping[str, TerraformValue]
    presence: Presence = True
    text: str = ""


class Expansion(NamedTuple):
    """The instances of a block.

    kind      "one", "count" or "each"
    cases     under which conditions which of the entries exist, by their positions
    unknown   why the instances cannot be told; there is one entry then, which stands for them all
    """

    kind: str
    entries: tuple[Entry, ...]
    cases: tuple[tuple[Given, tuple[int, ...]], ...]
    unknown: Unknown | None = None


ONE = Expansion("one", (Entry("", {}),), (((), (0,)),))


def by_count(value: TerraformValue, symbol: str) -> Expansion:
    """The instances for a value of `count`. Raises `EvaluationError` for what is no count."""
    counts: list[tuple[Given, int]] = []
    for given, choice in _choices(value):
        number = _number(choice)
        if isinstance(number, Unknown):
            return _any("count", number, {"count": {"index": Unknown(number.reason, None, f"{symbol}.count.index")}})
        counts.append((given, number))
    highest = max((number for _, number in counts), default=0)
    if highest > MOST_INSTANCES:
        why = Unknown(f"it has {highest:,} instances; walint looks at no more than {MOST_INSTANCES:,}")
        return _any("count", why, {"count": {"index": Unknown(why.reason)}})
    cases = tuple((given, tuple(range(number))) for given, number in counts)
    entries = (Entry(f"[{i}]", {"count": {"index": i}}, _presence(cases, i)) for i in range(highest))
    return Expansion("count", tuple(entries), cases)


def by_each(value: TerraformValue, symbol: str) -> Expansion:
    """The instances for a value of `for_each`. Raises `EvaluationError` for what Terraform does not take."""
    known: list[tuple[Given, Mapping[str, tuple[TerraformValue, TerraformValue]]]] = []
    for given, choice in _choices(value):
        pairs = _pairs(choice)
        if isinstance(pairs, Unknown):
            names = {name: Unknown(pairs.reason, None, f"{symbol}.each.{name}") for name in ("key", "value")}
            return _any("each", pairs, {"each": dict(names)})
        known.append((given, pairs))
    keys = list(dict.fromkeys(key for _, pairs in known for key in pairs))
    if len(keys) > MOST_INSTANCES:
        why = Unknown(f"it has {len(keys):,} instances; walint looks at no more than {MOST_INSTANCES:,}")
        return _any("each", why, {"each": {"key": Unknown(why.reason), "value": Unknown(why.reason)}})
    at = {key: position for position, key in enumerate(keys)}
    cases = tuple((given, tuple(at[key] for key in pairs)) for given, pairs in known)
    entries = []
    for key in keys:
        found = [(given, pairs[key]) for given, pairs in known if key in pairs]
        each = {"key": found[0][1][0], "value": _one_of([(given, pair[1]) for given, pair in found])}
        entries.append(Entry(f'["{_quoted(key)}"]', {"each": each}, _presence(cases, at[key]), key))
    return Expansion("each", tuple(entries), cases)


def _any(kind: str, why: Unknown, names: Mapping[str, TerraformValue]) -> Expansion:
    return Expansion(kind, (Entry("[*]", names, why),), (), why)


def _choices(value: TerraformValue) -> Iterable[tuple[Given, TerraformValue]]:
    value = value.value if isinstance(value, Sensitive) else value
    return value.choices if isinstance(value, OneOf) else (((), value),)


def _number(value: TerraformValue) -> int | Unknown:
    """A count, or why it cannot be told."""
    value = value.value if isinstance(value, Sensitive) else value
    if isinstance(value, str):
        if not value.isdecimal() or len(value) > _MOST_DIGITS:
            raise EvaluationError("count must be a whole number, 0 or more")
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    if isinstance(value, Unknown | Reference | Text | Handle | Partly):
        return reason_of(value, "its count")
    raise EvaluationError("count must be a whole number, 0 or more")


def _pairs(value: TerraformValue) -> Mapping[str, tuple[TerraformValue, TerraformValue]] | Unknown:
    """Key and value of every instance by the text of its key, or why they cannot be told."""
    value = value.value if isinstance(value, Sensitive) else value
    if isinstance(value, dict):
        return {key: (key, item) for key, item in value.items()}
    if isinstance(value, SetOf):
        return {spelled(item): (item, item) for item in value}
    if isinstance(value, Handle) and (names := value.names()) is not None:
        return {name: (name, value.attribute(name)) for name in names}
    if isinstance(value, Unknown | Reference | Text | Handle | Partly | JsonText):
        return reason_of(value, "its for_each")
    what = "null" if value is None else "a list" if isinstance(value, tuple) else "neither"
    raise EvaluationError(f"for_each must be a map or a set of texts, and is {what}")


def spelled(value: TerraformValue) -> str:
    """An element of a set as the key of an address; what is not known in the words of an interpolation."""
    match value:
        case str():
            return value
        case Reference(target, attribute, _, text):
            return text or f"${{{target.rpartition('#')[2]}.{attribute}}}"
        case Unknown(reason, _, symbol):
            return f"${{{(symbol or reason).rpartition('#')[2]}}}"
        case Text(pieces):
            return "".join(spelled(piece) for piece in pieces)
        case _:
            raise EvaluationError("for_each takes a set of texts")


def reason_of(value: TerraformValue, what: str) -> Unknown:
    """Why something that rests on a value cannot be told."""
    match value:
        case Unknown():
            return value
        case Partly():
            return value.rest
        case Handle():
            return value.whole()
        case Reference(target, attribute):
            address = target.rpartition("#")[2]
            return Unknown(f"{address}.{attribute} is known only after apply", None, f"{target}.{attribute}")
        case Text(pieces):
            return next((reason_of(piece, what) for piece in pieces if not isinstance(piece, str)), Unknown(what))
        case _:
            return Unknown(f"{what} is not known")


def _presence(cases: Iterable[tuple[Given, tuple[int, ...]]], position: int) -> Presence:
    answers = [(given, position in there) for given, there in cases]
    return _settled(answers)


def _settled(answers: list[tuple[Given, bool]]) -> Presence:
    """Cases as a presence: one answer where all agree."""
    holds = {answer for _, answer in answers}
    return OneOf(tuple(answers)) if len(holds) > 1 else holds.pop() if holds else False


def _one_of(values: list[tuple[Given, TerraformValue]]) -> TerraformValue:
    first = values[0][1]
    return first if all(value == first for _, value in values) else OneOf(tuple(values))


def both(one: Presence, other: Presence) -> Presence:
    """When both exist. What is never there, however unknown the other is, is not there."""
    if one is False or other is False:
        return False
    if one is True:
        return other
    if other is True:
        return one
    if isinstance(one, Unknown):
        return one
    if isinstance(other, Unknown):
        return other
    answers: dict[Given, bool] = {}
    for given, holds in one.choices:
        for more, also in other.choices:
            merged = joined(given, more)
            if merged is not None:
                answers[merged] = bool(holds) and bool(also)
    if len(answers) > _MOST_CASES:
        return Unknown("too many conditions decide whether it exists")
    return _settled(list(answers.items()))


def joined(one: Given, other: Given) -> Given | None:
    """Both assumptions at once; None where they contradict each other."""
    merged = dict(one)
    for variable, value in other:
        if merged.setdefault(variable, value) != value:
            return None
    return tuple(merged.items())


def presence_value(presence: Presence) -> Value:
    """A presence as the model has it."""
    match presence:
        case True:
            return TRUE
        case OneOf():
            return Alternatives(tuple(Choice(given, Known(bool(holds))) for given, holds in presence.choices))
        case Unknown(reason, _, symbol):
            return Unknown(reason, None, symbol)
        case _:
            return Known(data=False)


def _quoted(key: str) -> str:
    """A key as Terraform writes it in an address."""
    return key.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def traversal(node: ast.Expression) -> str | None:
    """A reference as it was written, without its indexes: "aws.west", "module.api"; None for anything else."""
    match node:
        case ast.Variable():
            return node.name
        case ast.Literal() if isinstance(node.value, str):
            return node.value
        case ast.GetAttr():
            head = traversal(node.object)
            return None if head is None else f"{head}.{node.name}"
        case ast.Index():
            return traversal(node.object)
        case ast.Parentheses():
            return traversal(node.inner)
        case ast.Template() if len(node.parts) == 1:
            return traversal(node.parts[0])
        case ast.Interpolation():
            return traversal(node.expression)
        case _:
            return None
