"""Functions that look at lists, sets, maps and objects."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from walint.model.value import Reference, Text, Unknown
from walint.sources.terraform.conversion import convert
from walint.sources.terraform.functions.contents import is_open
from walint.sources.terraform.operators import equal
from walint.sources.terraform.sets import in_order, mark_of, text_of
from walint.sources.terraform.unification import type_of
from walint.sources.terraform.unknowns import pending, symbol_of, symbol_of_call, unknown_of
from walint.sources.terraform.values import (
    EvaluationError,
    JsonText,
    ListOf,
    MapOf,
    Partly,
    SetOf,
    TerraformValue,
)


def unresolved(value: TerraformValue) -> bool:
    """Whether a value as a whole is not known: nothing can be said about what it holds."""
    return isinstance(value, (Unknown, JsonText, Text)) or (isinstance(value, Reference) and value.text is None)


def _length(value: TerraformValue) -> TerraformValue:
    if isinstance(value, SetOf) and len(value) > 1 and is_open(value):
        # Two elements that are not known may turn out to be one.
        return pending(symbol_of_call("length", [value]), value)
    if isinstance(value, (tuple, dict)):
        return len(value)
    if isinstance(value, str):
        return len(characters(value))
    if unresolved(value) or isinstance(value, Partly):
        return pending(symbol_of_call("length", [value]), value)
    if isinstance(value, Reference):
        return len(characters(value.text or ""))
    raise EvaluationError("length needs a list, a map or a text")


def characters(text: str) -> list[str]:
    """The characters of a text as people count them: with the marks that combine with each."""
    if text.isascii():
        return list(text.replace("\r\n", "\n")) if "\r\n" not in text else _clusters(text)
    return _clusters(text)


def _clusters(text: str) -> list[str]:
    from unicodedata import category

    found: list[str] = []
    joined = False
    for character in text:
        marks = category(character) in {"Mn", "Me", "Mc"} or character == "\u200d"
        skin = "\U0001f3fb" <= character <= "\U0001f3ff"
        if found and (marks or skin or joined or (character == "\n" and found[-1] == "\r")):
            found[-1] += character
        else:
            found.append(character)
        joined = character == "\u200d"
    return found


def _lookup(mapping: TerraformValue, key: TerraformValue, *default: TerraformValue) -> TerraformValue:
    if len(default) > 1:
        raise EvaluationError("lookup takes 2 or 3 arguments")
    if unresolved(mapping) or unresolved(key):
        return _looked_up(mapping, key, default)
    if isinstance(mapping, Partly) and isinstance(mapping.known, dict):
        if isinstance(key, str) and key in mapping.known:
            return mapping.known[key]
        return _looked_up(mapping.rest, key, default)
    if not isinstance(mapping, dict):
        raise EvaluationError("lookup needs a map")
    name = str(key)
    if name in mapping:
        return mapping[name]
    if not default:
        raise EvaluationError(f'lookup finds no key "{name}", and there is no default')
    if isinstance(mapping, MapOf) and mapping:
        element = type_of(mapping).element
        return default[0] if element is None else convert(default[0], element)
    return default[0]


def _looked_up(mapping: TerraformValue, key: TerraformValue, default: tuple[TerraformValue, ...]) -> TerraformValue:
    found = pending(symbol_of_call("lookup", [mapping, key, *default]), mapping, key)
    return Unknown(found.reason, symbol=found.symbol)


def _element(values: TerraformValue, index: TerraformValue) -> TerraformValue:
    if unresolved(values) or isinstance(values, Partly) or unresolved(index):
        found = pending(symbol_of_call("element", [values, index]), values, index)
        return Unknown(found.reason, symbol=found.symbol)
    if not isinstance(values, tuple) or isinstance(values, SetOf):
        raise EvaluationError("element needs a list")
    if not isinstance(index, int):
        raise EvaluationError("an index must be a whole number")
    if index < 0:
        raise EvaluationError("element takes no negative index")
    if not values:
        raise EvaluationError("element finds nothing in an empty list")
    return values[index % len(values)]


def _contains(values: TerraformValue, wanted: TerraformValue) -> TerraformValue:
    inside = values.known if isinstance(values, Partly) else values
    if unresolved(inside):
        return pending(symbol_of_call("contains", [values, wanted]), values, wanted)
    if not isinstance(inside, tuple):
        raise EvaluationError("contains needs a list or set")
    results = {equal(each, wanted) for each in inside}
    if True in results:
        return True
    if None in results or isinstance(values, Partly):
        return pending(symbol_of_call("contains", [values, wanted]), values, wanted)
    return False


def _keys(mapping: TerraformValue) -> TerraformValue:
    if unresolved(mapping):
        return pending(symbol_of_call("keys", [mapping]), mapping)
    if isinstance(mapping, Partly):
        return Partly(tuple(sorted(mapping.known)) if isinstance(mapping.known, dict) else (), mapping.rest)
    if not isinstance(mapping, dict):
        raise EvaluationError("keys needs a map")
    names = sorted(mapping)
    return ListOf(names) if isinstance(mapping, MapOf) else tuple(names)


def _values(mapping: TerraformValue) -> TerraformValue:
    if unresolved(mapping):
        return pending(symbol_of_call("values", [mapping]), mapping)
    if isinstance(mapping, Partly):
        return Partly(tuple(mapping.known.values()) if isinstance(mapping.known, dict) else (), mapping.rest)
    if not isinstance(mapping, dict):
        raise EvaluationError("values needs a map")
    members = tuple(mapping[name] for name in sorted(mapping))
    return ListOf(members) if isinstance(mapping, MapOf) else members


def _compact(values: TerraformValue) -> TerraformValue:
    rest = values.rest if isinstance(values, Partly) else None
    inside = values.known if isinstance(values, Partly) else values
    if not isinstance(inside, tuple):
        return pending(symbol_of_call("compact", [values]), values)
    kept: list[TerraformValue] = []
    for value in inside:
        if value is None or value == "" or (isinstance(value, Reference) and value.text == ""):
            continue
        if _maybe_empty(value):
            rest = rest or unknown_of(value)
        else:
            kept.append(value)
    return ListOf(kept) if rest is None else Partly(tuple(kept), rest)


def _maybe_empty(value: TerraformValue) -> bool:
    """Whether a text that is not wholly known may turn out to be empty or null."""
    if isinstance(value, Text):
        return not any(isinstance(piece, str) for piece in value.pieces)
    return not isinstance(value, (str, Reference, JsonText))


def _distinct(values: TerraformValue) -> TerraformValue:
    if isinstance(values, Partly) or not isinstance(values, tuple):
        return values
    found: dict[object, TerraformValue] = {}
    rest: Unknown | None = None
    for value in values:
        mark: object = mark_of(value)
        if mark is None:
            rest = rest or unknown_of(value)
            mark = (symbol_of(value) or id(value),)
        found.setdefault(mark, value)
    kept = tuple(found.values())
    return ListOf(kept) if rest is None or len(kept) < 2 else Partly(kept, rest)  # noqa: PLR2004 - one is distinct


def _index(values: TerraformValue, wanted: TerraformValue) -> TerraformValue:
    if not isinstance(values, tuple) or isinstance(values, SetOf):
        raise EvaluationError("index needs a list")
    for place, value in enumerate(values):
        if equal(value, wanted):
            return place
    raise EvaluationError("index does not find the value")


def _reverse(values: TerraformValue) -> TerraformValue:
    several = isinstance(values, (ListOf, SetOf))
    values = in_order(values)
    if unresolved(values) or isinstance(values, Partly):
        return pending(symbol_of_call("reverse", [values]), values)
    if not isinstance(values, tuple):
        raise EvaluationError("reverse needs a list")
    reversed_ = values[::-1]
    return ListOf(reversed_) if several else tuple(reversed_)


def _slice(values: TerraformValue, start: TerraformValue, end: TerraformValue) -> TerraformValue:
    if unresolved(values) or isinstance(values, Partly) or unresolved(start) or unresolved(end):
        return pending(symbol_of_call("slice", [values, start, end]), values, start, end)
    if not isinstance(values, tuple) or isinstance(values, SetOf):
        raise EvaluationError("slice needs a list")
    if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start <= end <= len(values):
        raise EvaluationError("slice reaches beyond the list")
    part = values[start:end]
    return ListOf(part) if isinstance(values, ListOf) else part


def _sort(values: TerraformValue) -> TerraformValue:
    if unresolved(values) or isinstance(values, Partly):
        return values
    if not isinstance(values, tuple):
        raise EvaluationError("sort needs a list")
    if None in values:
        raise EvaluationError("sort finds a null value")
    if is_open(values) and len(values) > 1:
        return Partly(tuple(values), unknown_of(tuple(values)))
    return ListOf(sorted(values, key=text_of))


def _quantified(name: str, deciding: bool) -> Callable[[TerraformValue], TerraformValue]:  # noqa: FBT001
    def run(values: TerraformValue) -> TerraformValue:
        inside: Iterable[TerraformValue] = ()
        if isinstance(values, Partly) and isinstance(values.known, tuple):
            inside = values.known
        elif isinstance(values, tuple):
            inside = values
        if any(value is deciding or (value is None and not deciding) for value in inside):
            return deciding
        if not isinstance(values, tuple) or is_open(values):
            return pending(symbol_of_call(name, [values]), values)
        return not deciding

    return run


FUNCTIONS: Final[dict[str, Callable[..., TerraformValue]]] = {
    "length": _length,
    "lookup": _lookup,
    "element": _element,
    "contains": _contains,
    "keys": _keys,
    "values": _values,
    "compact": _compact,
    "distinct": _distinct,
    "index": _index,
    "reverse": _reverse,
    "slice": _slice,
    "sort": _sort,
    "alltrue": _quantified("alltrue", deciding=False),
    "anytrue": _quantified("anytrue", deciding=True),
}
