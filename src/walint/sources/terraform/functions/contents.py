"""What is inside a container: marks and alternatives are lifted out of it for functions that look into it."""

from __future__ import annotations

from walint.model.value import Reference, Text, Unknown
from walint.sources.terraform.sets import set_of_values
from walint.sources.terraform.unknowns import NOT_PLAIN, apply, plain, sensitive
from walint.sources.terraform.values import (
    Handle,
    JsonText,
    OneOf,
    Partly,
    Sensitive,
    SetOf,
    TerraformValue,
)


def is_open(value: TerraformValue) -> bool:
    """Whether something in a value is not known."""
    match value:
        case tuple():
            return any(is_open(item) for item in value)
        case dict():
            return any(is_open(member) for member in value.values())
        case Sensitive():
            return is_open(value.value)
        case Reference():
            return value.text is None
        case Unknown() | Text() | JsonText() | Partly() | OneOf() | Handle():
            return True
        case _:
            return False


def lifted(value: TerraformValue) -> TerraformValue:
    """A value in whose containers there is nothing marked and nothing that depends: the whole is, instead."""
    if not isinstance(value, (tuple, dict)) or not _holds(value, NOT_PLAIN):
        return value
    if isinstance(value, dict):
        kind, names = type(value), list(value)
        return apply(
            lambda *members: kind(zip(names, members, strict=True)), *(lifted(member) for member in value.values())
        )
    return apply(lambda *items: like(value, items), *(lifted(item) for item in value))


def unmarked(value: TerraformValue) -> TerraformValue:
    """A value in whose containers nothing is marked: the whole is, instead. Handles become what they stand for."""
    if not isinstance(value, (tuple, dict)) or not _holds(value, (Sensitive, Handle)):
        return value
    return sensitive(_bare(value)) if _holds(value, (Sensitive,)) else _bare(value)


def _bare(value: TerraformValue) -> TerraformValue:
    value = plain(value)
    if isinstance(value, Sensitive):
        return _bare(value.value)
    if isinstance(value, OneOf):
        return OneOf(tuple((given, _bare(choice)) for given, choice in value.choices))
    if isinstance(value, dict):
        return type(value)((name, _bare(member)) for name, member in value.items())
    return like(value, tuple(_bare(item) for item in value)) if isinstance(value, tuple) else value


def like(value: tuple[TerraformValue, ...], items: tuple[TerraformValue, ...]) -> tuple[TerraformValue, ...]:
    """Other elements in a container of the same kind."""
    if isinstance(value, SetOf):
        return set_of_values(items)
    return items if type(value) is tuple else type(value)(items)


def _holds(value: TerraformValue, kinds: tuple[type, ...]) -> bool:
    if isinstance(value, kinds):
        return True
    if isinstance(value, tuple):
        return any(_holds(item, kinds) for item in value)
    if isinstance(value, dict):
        return any(_holds(member, kinds) for member in value.values())
    if isinstance(value, OneOf):
        return any(_holds(choice, kinds) for _, choice in value.choices)
    return False
