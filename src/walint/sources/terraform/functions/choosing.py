"""Functions that pick one value of several: `coalesce`, `coalescelist`, `one`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from walint.model.value import Reference, Text, Unknown
from walint.sources.terraform.conversion import convert
from walint.sources.terraform.functions.collections import unresolved
from walint.sources.terraform.operators import never_null
from walint.sources.terraform.unification import type_of, unify
from walint.sources.terraform.unknowns import member_of, pending, symbol_of_call, unknown_of
from walint.sources.terraform.values import EvaluationError, JsonText, Partly, SetOf, TerraformValue


def _coalesce(*values: TerraformValue) -> TerraformValue:
    """The first value that is neither null nor an empty text, in the type that all have in common."""
    common = unify([type_of(value) for value in values])
    if common is None:
        raise EvaluationError("the arguments of coalesce have no type in common")
    for value in values:
        if value is None or value == "" or (isinstance(value, Reference) and value.text == ""):
            continue
        if unresolved(value) and not _surely_filled(value):
            return pending(symbol_of_call("coalesce", values), value)
        return convert(value, common)
    raise EvaluationError("coalesce finds nothing that is not null or empty")


def _surely_filled(value: TerraformValue) -> bool:
    """Whether a value that is not known is surely neither null nor an empty text."""
    if isinstance(value, Text):
        return any(isinstance(piece, str) for piece in value.pieces)
    return isinstance(value, JsonText) or (isinstance(value, Reference) and never_null(value))


def _coalescelist(*values: TerraformValue) -> TerraformValue:
    for value in values:
        if value == ():
            continue
        if unresolved(value) or (isinstance(value, Partly) and not value.known):
            return pending(symbol_of_call("coalescelist", values), value)
        if not isinstance(value, (tuple, Partly)):
            raise EvaluationError("coalescelist needs lists")
        return value
    raise EvaluationError("coalescelist finds no list with elements")


def _one(values: TerraformValue) -> TerraformValue:
    """The only element of a list or set, null where it has none."""
    if isinstance(values, Partly):
        return values.known[0] if isinstance(values.known, tuple) and values.known else Unknown(values.rest.reason)
    if unresolved(values):
        return member_of(unknown_of(values), "[one]")
    if not isinstance(values, tuple):
        raise EvaluationError("one needs a list or set")
    if len(values) > 1 and not (isinstance(values, SetOf) and any(map(unresolved, values))):
        raise EvaluationError("one finds more than one element")
    return values[0] if values else None


FUNCTIONS: Final[dict[str, Callable[..., TerraformValue]]] = {
    "coalesce": _coalesce,
    "coalescelist": _coalescelist,
    "one": _one,
}
