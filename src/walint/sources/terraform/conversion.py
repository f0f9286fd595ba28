"""Converts values to types, by the rules of Terraform's own type system (cty, its package `convert`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from walint.model.value import Reference, Text, Unknown
from walint.sources.terraform import numeric
from walint.sources.terraform.sets import in_order, set_of_values
from walint.sources.terraform.unification import ANY, Type, type_of, unify
from walint.sources.terraform.unknowns import NOT_PLAIN, apply, attempt, member_of, one_of, unknown_of
from walint.sources.terraform.values import (
    EvaluationError,
    Handle,
    JsonText,
    ListOf,
    MapOf,
    OneOf,
    Partly,
    Sensitive,
    SetOf,
    TerraformValue,
)

_BOOLEANS: Final = {"true": True, "1": True, "false": False, "0": False}


def convert(value: TerraformValue, wanted: Type) -> TerraformValue:
    """A value as a value of a type. Raises `EvaluationError` where Terraform would refuse.

    What is not known stays what it is; in a container its members are converted where they are known.
    """
    if value is None or wanted.kind in _NO_CHANGE:
        return value
    return _CONVERSIONS[wanted.kind](value, wanted)


def convert_all(values: Iterable[TerraformValue]) -> tuple[TerraformValue, ...]:
    """Some values, brought to their common type. Raises `EvaluationError` where they have none."""
    values = tuple(values)
    if uniform(values):
        return values
    common = unify([type_of(value) for value in values])
    if common is None:
        raise EvaluationError("the elements have no type in common")
    return tuple(convert(value, common) for value in values)


def uniform(values: tuple[TerraformValue, ...]) -> bool:
    """Whether values are all text, all numbers or all booleans: then there is nothing to convert."""
    kinds = set(map(type, values))
    return len(kinds) < 2 and kinds <= _SCALARS  # noqa: PLR2004 - one kind


_NO_CHANGE: Final = {"any", "unknown"}
_SCALARS: Final = {str, int, bool, Reference, Text}


def _otherwise(value: TerraformValue, wanted: Type) -> TerraformValue:
    """What is not plainly known, converted inside; anything else is refused."""
    match value:
        case OneOf():
            return one_of((given, attempt(convert, choice, wanted)) for given, choice in value.choices)
        case Sensitive():
            return Sensitive(convert(value.value, wanted))
        case Handle():
            return _handle(value, wanted)
        case Unknown() | Reference():
            return value
        case _:
            raise EvaluationError(f"{_article(wanted)} is required, not {_article(type_of(value))}")


def _handle(value: Handle, wanted: Type) -> TerraformValue:
    names = value.names()
    if names is None or wanted.kind not in {"object", "map"}:
        return value.whole()
    return convert({name: value.attribute(name) for name in sorted(names)}, wanted)


def _article(type_: Type) -> str:
    return f"{'an' if type_.kind in {'object', 'any'} else 'a'} {type_.kind}"


def to_text(value: TerraformValue, wanted: Type) -> TerraformValue:
    """A value as text."""
    kind = type(value)
    if kind is str or kind is Text or kind is JsonText:
        return value
    if kind is bool:
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return numeric.text(value)
    return _otherwise(value, wanted)


def to_number(value: TerraformValue, wanted: Type) -> TerraformValue:
    """A value as a number."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    if isinstance(value, Reference) and value.text is not None:
        value = value.text
    if isinstance(value, str):
        number = numeric.parse(value)
        if number is None:
            raise EvaluationError("a number is required")
        return number
    if isinstance(value, Text):
        return unknown_of(value)
    return _otherwise(value, wanted)


def to_bool(value: TerraformValue, wanted: Type) -> TerraformValue:
    """A value as a boolean."""
    if isinstance(value, bool):
        return value
    if isinstance(value, Reference) and value.text is not None:
        value = value.text
    if isinstance(value, str):
        if value not in _BOOLEANS:
            raise EvaluationError("a bool is required")
        return _BOOLEANS[value]
    if isinstance(value, Text):
        return unknown_of(value)
    return _otherwise(value, wanted)


def _to_list(value: TerraformValue, wanted: Type) -> TerraformValue:
    value = in_order(value)
    if isinstance(value, tuple):
        return ListOf(_elements(value, wanted.element or ANY))
    if isinstance(value, Partly) and isinstance(value.known, tuple):
        return Partly(_elements(value.known, wanted.element or ANY), value.rest)
    return _otherwise(value, wanted)


def _to_set(value: TerraformValue, wanted: Type) -> TerraformValue:
    if isinstance(value, tuple):
        elements = _elements(value, wanted.element or ANY)
        if any(isinstance(each, NOT_PLAIN) for each in elements):
            return apply(lambda *each: set_of_values(each), *elements)
        return set_of_values(elements)
    if isinstance(value, Partly) and isinstance(value.known, tuple):
        return Partly(_elements(value.known, wanted.element or ANY), value.rest)
    return _otherwise(value, wanted)


def _elements(values: tuple[TerraformValue, ...], element: Type) -> tuple[TerraformValue, ...]:
    if element.kind == "any":
        return convert_all(values)
    return tuple(convert(value, element) for value in values)


def _to_map(value: TerraformValue, wanted: Type) -> TerraformValue:
    if isinstance(value, Partly) and isinstance(value.known, dict):
        return Partly(dict(_to_map_of(value.known, wanted)), value.rest)
    if isinstance(value, dict):
        return _to_map_of(value, wanted)
    return _otherwise(value, wanted)


def _to_map_of(value: dict[str, TerraformValue], wanted: Type) -> MapOf:
    names = sorted(value)
    return MapOf(zip(names, _elements(tuple(value[name] for name in names), wanted.element or ANY), strict=True))


def _to_tuple(value: TerraformValue, wanted: Type) -> TerraformValue:
    if not isinstance(value, tuple) or isinstance(value, (ListOf, SetOf)):
        return _otherwise(value, wanted)
    if len(value) != len(wanted.items):
        raise EvaluationError(f"a tuple of {len(wanted.items)} elements is required, not of {len(value)}")
    return tuple(convert(item, type_) for item, type_ in zip(value, wanted.items, strict=True))


def _to_object(value: TerraformValue, wanted: Type) -> TerraformValue:
    if isinstance(value, Partly) and isinstance(value.known, dict):
        return _partly_object(value.known, value.rest, wanted)
    if not isinstance(value, dict):
        return _otherwise(value, wanted)
    result: dict[str, TerraformValue] = {}
    for name in sorted(wanted.attributes):
        type_ = wanted.attributes[name]
        member = value.get(name)
        if member is None:
            if name in wanted.defaults:
                member = wanted.defaults[name]
            elif name not in value:
                raise EvaluationError(f'the attribute "{name}" is required')
        result[name] = convert(member, type_)
    return result


def _partly_object(known: dict[str, TerraformValue], rest: Unknown, wanted: Type) -> dict[str, TerraformValue]:
    """An object of whose attributes some are not known: its type says which there are."""
    return {
        name: convert(known[name], wanted.attributes[name]) if name in known else member_of(rest, name)
        for name in sorted(wanted.attributes)
    }


_CONVERSIONS: Final[dict[str, Callable[[TerraformValue, Type], TerraformValue]]] = {
    "string": to_text,
    "number": to_number,
    "bool": to_bool,
    "list": _to_list,
    "set": _to_set,
    "map": _to_map,
    "tuple": _to_tuple,
    "object": _to_object,
}
