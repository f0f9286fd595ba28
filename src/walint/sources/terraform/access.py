"""Attributes and elements: `value.name` and `value[key]`."""

from __future__ import annotations

from walint.model.value import Reference, Text, Unknown
from walint.sources.terraform import numeric
from walint.sources.terraform.unknowns import (
    apply,
    attempt,
    member_of,
    one_of,
    pending,
    quoted,
    sensitive,
    symbol_of,
    unknown_of,
)
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


def attribute(value: TerraformValue, name: str) -> TerraformValue:
    """`value.name`. Raises `EvaluationError` where there is no such attribute."""
    if isinstance(value, dict):
        if name in value:
            return value[name]
        raise EvaluationError(f"there is no attribute {name}")
    if isinstance(value, Handle):
        return value.attribute(name)
    match value:
        case OneOf(choices=choices):  # not by `apply`: a choice may be an instance, whose attributes are asked for
            return one_of((given, attempt(attribute, choice, name)) for given, choice in choices)
        case Sensitive(value=inner):
            return sensitive(attribute(inner, name))
        case Partly():
            if isinstance(value.known, dict) and name in value.known:
                return value.known[name]
            return member_of(value.rest, name)
        case Unknown() | Reference(text=None):
            return member_of(unknown_of(value), name)
        case None:
            raise EvaluationError(f"a null value has no attribute {name}")
        case _:
            raise EvaluationError(f"this value has no attributes, so no {name}")


def element(value: TerraformValue, key: TerraformValue) -> TerraformValue:  # noqa: C901 - one arm per kind of value
    """`value[key]`. Raises `EvaluationError` where there is no such element."""
    if isinstance(value, (OneOf, Sensitive)) or isinstance(key, (OneOf, Sensitive, Handle)):
        return apply(element, value, key) if not isinstance(value, Handle) else _of_handle(value, key)
    if isinstance(key, Reference) and key.text is not None:
        key = key.text
    if key is None:
        raise EvaluationError("an index is null")
    if isinstance(value, Handle):
        return value.index(key)
    if isinstance(value, dict):
        return _member(value, key)
    if isinstance(value, SetOf):
        raise EvaluationError("the elements of a set have no index")
    if isinstance(value, tuple):
        return _item(value, key)
    if isinstance(value, Partly):
        if isinstance(value.known, dict) and isinstance(key, str) and key in value.known:
            return value.known[key]
        return member_of(value.rest, _shown(key))
    if isinstance(value, Unknown) or (isinstance(value, Reference) and value.text is None):
        return member_of(unknown_of(value), _shown(key))
    raise EvaluationError("a null value has no elements" if value is None else "this value has no elements")


def _of_handle(handle: Handle, key: TerraformValue) -> TerraformValue:
    return apply(lambda plain_key: element(handle, plain_key), key)


def _shown(key: TerraformValue) -> str:
    """A key as it stands in a symbol."""
    if isinstance(key, str) and key.isidentifier():
        return key
    return f"[{symbol_of(key) or '?'}]"


def _member(value: dict[str, TerraformValue], key: TerraformValue) -> TerraformValue:
    if isinstance(key, bool):
        key = "true" if key else "false"
    elif isinstance(key, (int, float)):
        key = numeric.text(key)
    if isinstance(key, str):
        if key in value:
            return value[key]
        raise EvaluationError(f"there is no element {quoted(key)}")
    return _unknown_key(value, key)


def _item(value: tuple[TerraformValue, ...], key: TerraformValue) -> TerraformValue:
    number = numeric.parse(key) if isinstance(key, str) else key
    if isinstance(number, (int, float)) and not isinstance(number, bool):
        if not isinstance(number, int) or not 0 <= number < len(value):
            raise EvaluationError(f"there is no element {numeric.text(number)}")
        return value[number]
    return _unknown_key(value, key)


def _unknown_key(value: TerraformValue, key: TerraformValue) -> TerraformValue:
    if not isinstance(key, (Unknown, Reference, Text, JsonText)):
        raise EvaluationError("this is not an index")
    symbol, of = symbol_of(key), symbol_of(value)
    found = pending(symbol and of and f"{of}[{symbol}]", key)
    return Unknown(found.reason, symbol=found.symbol)
