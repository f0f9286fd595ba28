"""Functions on the marks of values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from walint.model.value import Reference, Unknown
from walint.sources.terraform.functions.contents import unmarked
from walint.sources.terraform.unknowns import one_of, pending, sensitive
from walint.sources.terraform.values import OneOf, Sensitive, TerraformValue


def _issensitive(value: TerraformValue) -> TerraformValue:
    """Only what the whole value is marked with counts. A value that comes from elsewhere may be marked there."""
    if isinstance(value, Sensitive):
        return True
    if isinstance(value, OneOf):
        return one_of((given, _issensitive(choice)) for given, choice in value.choices)
    return pending(None, value) if isinstance(value, (Unknown, Reference)) else False


def _nonsensitive(value: TerraformValue) -> TerraformValue:
    bare = unmarked(value)
    return bare.value if isinstance(bare, Sensitive) else bare


FUNCTIONS: Final[dict[str, Callable[..., TerraformValue]]] = {
    "sensitive": sensitive,
    "issensitive": _issensitive,
    "nonsensitive": _nonsensitive,
    # Only `ephemeral` values become null. They exist while terraform runs; walint never has one.
    "ephemeralasnull": lambda value: value,
}
