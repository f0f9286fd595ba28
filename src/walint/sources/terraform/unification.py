"""Terraform's types: the type constraints of variables, and how values are converted and brought to a common type.

The rules are those of Terraform's own type system (cty, its package `convert`): a number becomes text where text is
wanted, text that reads as a number becomes one, and there is nothing between numbers and booleans. What is not known
keeps its place in every conversion.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from walint.model.value import Reference, Text
from walint.sources.terraform.values import (
    JsonText,
    ListOf,
    MapOf,
    OneOf,
    Refused,
    Sensitive,
    SetOf,
    TerraformValue,
)


class Type:
    """One type.

    kind        "any", "string", "number", "bool", "list", "set", "map", "tuple" or "object"
    element     of a list, set or map
    items       of a tuple
    attributes  of an object
    defaults    of an object: the attributes that are `optional`, with the default of each (None where it has none)
    """

    __slots__ = ("attributes", "defaults", "element", "items", "kind")

    def __init__(
        self,
        kind: str,
        element: Type | None = None,
        items: tuple[Type, ...] = (),
        attributes: dict[str, Type] | None = None,
        defaults: dict[str, TerraformValue] | None = None,
    ) -> None:
        self.kind = kind
        self.element = element
        self.items = items
        self.attributes: dict[str, Type] = {} if attributes is None else attributes
        self.defaults: dict[str, TerraformValue] = {} if defaults is None else defaults

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, Type)
            and self.kind == other.kind
            and self.element == other.element
            and self.items == other.items
            and self.attributes == other.attributes
            and self.defaults == other.defaults
        )

    def __hash__(self) -> int:
        return hash((self.kind, self.element, self.items))

    def __repr__(self) -> str:
        if self.element is not None:
            return f"{self.kind}({self.element!r})"
        if self.kind == "tuple":
            return f"tuple([{', '.join(map(repr, self.items))}])"
        if self.kind == "object":
            inside = (
                f"{name} = optional({type_!r})" if name in self.defaults else f"{name} = {type_!r}"
                for name, type_ in self.attributes.items()
            )
            return f"object({{{', '.join(inside)}}})"
        return self.kind


ANY: Final = Type("any")
STRING: Final = Type("string")
NUMBER: Final = Type("number")
BOOL: Final = Type("bool")
OPEN: Final = Type("unknown")
"""The type of a value of which nothing is known: it may turn out to be any, and then have a say."""


def list_of(element: Type) -> Type:
    """`list(element)`."""
    return Type("list", element)


def set_of(element: Type) -> Type:
    """`set(element)`."""
    return Type("set", element)


def map_of(element: Type) -> Type:
    """`map(element)`."""
    return Type("map", element)


def type_of(value: TerraformValue) -> Type:  # noqa: C901, PLR0912 - one arm per kind of value
    """The type of a value: `any` for null and for the elements of an empty list, `OPEN` where it cannot be told."""
    match value:
        case bool():
            return BOOL
        case str() | Text() | JsonText():
            return STRING
        case int() | float():
            return NUMBER
        case ListOf():
            return Type("list", _common(value))
        case SetOf():
            return Type("set", _common(value))
        case tuple():
            return Type("tuple", items=tuple(map(type_of, value)))
        case MapOf():
            return Type("map", _common(value.values()))
        case dict():
            return Type("object", attributes={name: type_of(item) for name, item in value.items()})
        case Sensitive():
            return type_of(value.value)
        case OneOf():
            return _of_choices(value)
        case Reference() if value.text is not None:
            return STRING
        case None:
            return ANY
        case _:
            return OPEN


def _of_choices(value: OneOf) -> Type:
    """The type that all choices have; a refused one has none."""
    types = [type_of(choice) for _, choice in value.choices if not isinstance(choice, Refused)]
    return types[0] if types and all(type_ == types[0] for type_ in types) else OPEN


def _common(values: Iterable[TerraformValue]) -> Type:
    """The type of the elements of a collection: they have one, so the first that shows it tells it."""
    found: list[Type] = []
    for value in values:
        type_ = type_of(value)
        if type_ in {STRING, NUMBER, BOOL}:
            return type_
        if type_.kind != "any" and type_ not in found:
            found.append(type_)
    return (unify(found) or ANY) if found else ANY


def unify(types: Sequence[Type]) -> Type | None:
    """The type that all of some types can be converted to, by Terraform's rules; None where there is none.

    `any` stands for a type that is not known, and has no say.
    """
    known: list[Type] = []
    for type_ in types:
        if type_.kind not in {"any", "unknown"} and type_ not in known:
            known.append(type_)
    if len(known) <= 1:
        return known[0] if known else OPEN if OPEN in types else ANY
    common = _unified(known, any(type_.kind in {"any", "unknown"} for type_ in types))
    # What cannot be brought together as it is may well be, once all types are known: then nothing is refused.
    return OPEN if common is None and OPEN in types else common


def _unified(known: Sequence[Type], undecided: bool) -> Type | None:  # noqa: FBT001 - an arm per mixture of kinds
    """The type that two or more different ones have in common."""
    kinds = {type_.kind for type_ in known}
    if undecided and not kinds & {"string", "number", "bool"}:
        # Nobody can say yet what collections and a type that is not known have in common: all stay what they are.
        return ANY
    if kinds <= {"string", "number", "bool"}:
        # Numbers and booleans meet only where text is already among them.
        return STRING if "string" in kinds else None
    if kinds in ({"map"}, {"list"}, {"set"}):
        element = unify([type_.element or ANY for type_ in known])
        return None if element is None else Type(known[0].kind, element)
    if kinds == {"map", "object"}:
        return _as_collection("map", known)
    if kinds == {"list", "tuple"}:
        return _as_collection("list", known)
    if "set" in kinds and kinds <= {"list", "set", "tuple"}:
        return _with_sets("list" if "list" in kinds else "set", known)
    if kinds == {"object"}:
        return _unified_objects(known)
    if kinds == {"tuple"}:
        return _unified_tuples(known)
    return None


def _as_collection(kind: str, types: Sequence[Type]) -> Type | None:
    """The list, set or map that holds all elements of collections and of tuples or objects."""
    inside: list[Type] = []
    for type_ in types:
        inside.extend(type_.items or type_.attributes.values())
        if type_.element is not None:
            inside.append(type_.element)
    element = unify(inside)
    return None if element is None else Type(kind, element)


def _with_sets(kind: str, types: Sequence[Type]) -> Type | None:
    """The list or set for sets beside others: the elements of tuples have no say in its type, they must fit."""
    element = unify([type_.element for type_ in types if type_.element is not None])
    if element is None or element == OPEN:
        return element and Type(kind, element)
    if any(unify([element, item]) != element for type_ in types for item in type_.items):
        return None
    return Type(kind, element)


def _unified_objects(types: Sequence[Type]) -> Type | None:
    names = types[0].attributes.keys()
    if any(type_.attributes.keys() != names for type_ in types):
        return _as_collection("map", types)
    attributes: dict[str, Type] = {}
    for name in names:
        unified = unify([type_.attributes[name] for type_ in types])
        if unified is None:
            return None
        attributes[name] = unified
    return Type("object", attributes=attributes)


def _unified_tuples(types: Sequence[Type]) -> Type | None:
    count = len(types[0].items)
    if any(len(type_.items) != count for type_ in types):
        return _as_collection("list", types)
    items: list[Type] = []
    for place in range(count):
        unified = unify([type_.items[place] for type_ in types])
        if unified is None:
            return None
        items.append(unified)
    return Type("tuple", items=tuple(items))
