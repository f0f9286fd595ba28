"""The named transforms of catalog/data/terraform.yaml: from the shape of a Terraform argument to CloudFormation's.

Each takes a value that is neither absent nor alternatives, and the arguments that the table gives it.

    attribute {name}      a scalar -> [{Key: name, Value: scalar}], as load balancers and target groups keep attributes
    containers            JSON text or data of container definitions -> the same with CloudFormation's capitals
    each {key}            a list of scalars -> a list of {key: scalar}
    enum {values}         a scalar -> the one that the table gives for it
    first                 a list -> its first item
    item {path}           a value -> a list of one object that has it at a path
    json                  JSON text -> the data that it spells; data stay as they are
    keyed {key}           a list of objects -> a map of them by the value of their member `key`
    method_of_path        "orders/GET" or "*/*" of a method's settings -> "GET", "*"
    one                   a scalar -> a list of it
    pairs {key, value}    a map -> a list of {key: its key, value: its value}
    pascal_json           JSON text whose keys start with a small letter -> data whose keys start with a capital
    path_of_method        "orders/GET" or "*/*" of a method's settings -> "/orders", "/*"
    present {value}       anything -> the value that the table gives
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from walint.model.value import Absent, Alternatives, Known, Reference, Text, Unknown, Value
from walint.sources.terraform.joining import at_path, each, items_of, members_of, unknown_shape

Arguments: TypeAlias = Mapping[str, Any]
Transform: TypeAlias = Callable[[Value, Arguments], Value]

_FREE_FORM: Final = frozenset(("Options", "DockerLabels", "Labels", "DriverOpts"))
"""Members of container definitions and volumes whose keys are the user's own."""


def transformed(value: Value, name: str, arguments: Arguments) -> Value:
    """A value through a transform, in every alternative."""
    change = BY_NAME[name]
    return each(value, lambda one: change(one, arguments))


def _attribute(value: Value, arguments: Arguments) -> Value:
    return Known([Known({"Key": Known(arguments["name"], value.span), "Value": value}, value.span)], value.span)


def _containers(value: Value, _arguments: Arguments) -> Value:
    spelled = _json(value, {})
    if items_of(spelled) is None:
        whole = isinstance(spelled, (Unknown, Reference))
        return unknown_shape(spelled, "a list") if whole else Unknown("its JSON is only partly known", value.span)
    return _capitals(spelled, 0)


_DEEPEST: Final = 40


def _capitals(value: Value, depth: int) -> Value:
    """The same data with CloudFormation's spelling of the keys that ECS defines, none of the user's own."""
    if isinstance(value, Alternatives):
        return each(value, lambda one: _capitals(one, depth))
    members, items = members_of(value), items_of(value)
    if depth > _DEEPEST or not isinstance(value, Known):
        return value
    if members is not None:
        renamed = {}
        for key, member in members.items():
            name = key[:1].upper() + key[1:]
            renamed[name] = member if name in _FREE_FORM else _capitals(member, depth + 1)
        return Known(renamed, value.span, value.origin, value.rest)
    if items is not None:
        return Known([_capitals(item, depth + 1) for item in items], value.span, value.origin, value.rest)
    return value


def _each(value: Value, arguments: Arguments) -> Value:
    items = items_of(value)
    if items is None:
        return unknown_shape(value, "a list")
    key = arguments["key"]
    changed = [each(item, lambda one: Known({key: one}, one.span)) for item in items]
    return Known(changed, value.span, "explicit", value.rest if isinstance(value, Known) else None)


def _enum(value: Value, arguments: Arguments) -> Value:
    if not isinstance(value, Known):
        return Unknown(value.reason, value.span) if isinstance(value, Unknown) else unknown_shape(value, "a word")
    values: Mapping[str, Any] = arguments["values"]
    spelled = str(value.data).lower() if isinstance(value.data, bool) else str(value.data)
    return Known(values[spelled], value.span, value.origin) if spelled in values else value


def _first(value: Value, _arguments: Arguments) -> Value:
    items = items_of(value)
    if items is None:
        return unknown_shape(value, "a list")
    if items:
        return items[0]
    return value.rest if isinstance(value, Known) and value.rest is not None else Absent(value.span)


def _item(value: Value, arguments: Arguments) -> Value:
    return Known([at_path(arguments["path"].split("."), value, value.span)], value.span)


def _json(value: Value, _arguments: Arguments) -> Value:
    from walint.model.jsontext import from_json

    if isinstance(value, Known) and not isinstance(value.data, str):
        return value
    spelled = from_json(value)
    return value if spelled is None else spelled


def _keyed(value: Value, arguments: Arguments) -> Value:
    items = items_of(value)
    if items is None:
        return unknown_shape(value, "a list")
    rest = value.rest if isinstance(value, Known) else None
    found: dict[str, Value] = {}
    for item in items:
        members = members_of(item)
        key = members.get(arguments["key"]) if members is not None else None
        if members is None or not isinstance(key, Known) or not isinstance(key.data, str):
            rest = rest or Unknown(f"its {arguments['key']} is not known", item.span)
            continue
        kept = {name: member for name, member in members.items() if name != arguments["key"]}
        found[key.data] = Known(kept, item.span, rest=item.rest if isinstance(item, Known) else None)
    return Known(found, value.span, "explicit", rest)


def _method_of_path(value: Value, _arguments: Arguments) -> Value:
    """The last segment. A slash inside the path is written "~1"."""
    match value:
        case Known(str() as text, span, origin):
            return Known(text.rpartition("/")[2], span, origin)
        case Text((*_, str() as last), span, origin) if "/" in last:
            return Known(last.rpartition("/")[2], span, origin)
        case _:
            return _without_symbol(value)


def _path_of_method(value: Value, _arguments: Arguments) -> Value:
    match value:
        case Known(str() as text, span, origin):
            return Known("/" + text.rpartition("/")[0].strip("/").replace("~1", "/"), span, origin)
        case Text(_, span, _):
            return Unknown("the path of the method is only partly known", span)
        case _:
            return _without_symbol(value)


def _without_symbol(value: Value) -> Value:
    """An unknown whose changed value is another one than the expression's own."""
    return Unknown(value.reason, value.span, None, value.surely_set) if isinstance(value, Unknown) else value


def _one(value: Value, _arguments: Arguments) -> Value:
    return value if items_of(value) is not None else Known([value], value.span)


def _pairs(value: Value, arguments: Arguments) -> Value:
    members = members_of(value)
    if members is None:
        return unknown_shape(value, "a map")
    key, content = arguments["key"], arguments["value"]

    def pair(name: str, member: Value) -> Value:
        return each(member, lambda one: Known({key: Known(name, one.span), content: one}, one.span))

    pairs = [pair(name, member) for name, member in members.items()]
    assert isinstance(value, Known)  # noqa: S101 - it has members
    return Known(pairs, value.span, value.origin, value.rest)


def _pascal_json(value: Value, _arguments: Arguments) -> Value:
    spelled = _json(value, {})
    if members_of(spelled) is None and not isinstance(spelled, (Unknown, Reference)):
        return Unknown("its JSON is only partly known", value.span)
    return _capitals(spelled, 0)


def _present(value: Value, arguments: Arguments) -> Value:
    return Known(arguments["value"], value.span)


BY_NAME: Final[Mapping[str, Transform]] = {
    "attribute": _attribute,
    "containers": _containers,
    "each": _each,
    "enum": _enum,
    "first": _first,
    "item": _item,
    "json": _json,
    "keyed": _keyed,
    "method_of_path": _method_of_path,
    "one": _one,
    "pairs": _pairs,
    "pascal_json": _pascal_json,
    "path_of_method": _path_of_method,
    "present": _present,
}
"""By their names, which walint.catalog.terraform.TRANSFORMS lists with their arguments."""
