"""Functions that make other collections of collections: `range`, `zipmap`, `setproduct`, `transpose` and others."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Final

from walint.model.value import Reference
from walint.sources.terraform import numeric
from walint.sources.terraform.budget import ELEMENTS, BudgetError
from walint.sources.terraform.conversion import convert
from walint.sources.terraform.functions.collections import unresolved
from walint.sources.terraform.operators import equal
from walint.sources.terraform.scope import Scope
from walint.sources.terraform.sets import in_order, set_of_values
from walint.sources.terraform.unification import ANY, Type, type_of, unify
from walint.sources.terraform.unknowns import pending, symbol_of_call
from walint.sources.terraform.values import EvaluationError, ListOf, MapOf, Partly, SetOf, TerraformValue


def _range(scope: Scope, *limits: float) -> TerraformValue:
    if not 1 <= len(limits) <= 3:  # noqa: PLR2004 - start, end, step
        raise EvaluationError("range takes 1 to 3 arguments")
    start, end = (0, limits[0]) if len(limits) == 1 else limits[:2]
    down = numeric.compare(end, start) < 0
    step = limits[2] if len(limits) > 2 else (-1 if down else 1)  # noqa: PLR2004 - the third one
    if step == 0 or down != (step < 0):
        if end == start:
            return ListOf()
        raise EvaluationError("the step of range leads away from its end")
    found: list[float] = []
    while numeric.compare(start, end) * (-1 if down else 1) < 0:
        if len(found) >= 1024:  # noqa: PLR2004 - Terraform's own limit
            raise EvaluationError("range makes more than 1,024 elements")
        found.append(start)
        start = numeric.add(start, step)
    scope.budget.elements(len(found))
    return ListOf(found)


def _zipmap(keys: TerraformValue, values: TerraformValue) -> TerraformValue:
    for each in (keys, values):
        if unresolved(each) or isinstance(each, Partly):
            return pending(symbol_of_call("zipmap", [keys, values]), keys, values)
    if not isinstance(keys, tuple) or not isinstance(values, tuple) or isinstance(values, SetOf):
        raise EvaluationError("zipmap needs a list of keys and a list of values")
    if len(keys) != len(values):
        raise EvaluationError(f"zipmap has {len(keys)} keys for {len(values)} values")
    found: dict[str, TerraformValue] = {}
    for key, value in zip(keys, values, strict=True):
        name = key.text if isinstance(key, Reference) else key
        if name is None and not isinstance(key, Reference):
            raise EvaluationError("zipmap finds a key that is null")
        if not isinstance(name, str):
            return pending(symbol_of_call("zipmap", [keys, values]), key)
        found[name] = value
    ordered = {name: found[name] for name in sorted(found)}
    return MapOf(ordered) if isinstance(values, ListOf) else ordered


def _chunklist(values: TerraformValue, size: TerraformValue) -> TerraformValue:
    if unresolved(values) or isinstance(values, Partly) or unresolved(size):
        return pending(symbol_of_call("chunklist", [values, size]), values, size)
    if not isinstance(values, tuple):
        raise EvaluationError("chunklist needs a list")
    if not isinstance(size, int) or size < 0:
        raise EvaluationError("the size of a chunk must be a whole number")
    if not values:
        return ListOf()
    size = size or len(values)
    return ListOf(ListOf(values[start : start + size]) for start in range(0, len(values), size))


def _matchkeys(values: TerraformValue, keys: TerraformValue, wanted: TerraformValue) -> TerraformValue:
    if not isinstance(values, tuple) or not isinstance(keys, tuple) or not isinstance(wanted, tuple):
        raise EvaluationError("matchkeys needs lists")
    if len(values) != len(keys):
        raise EvaluationError("matchkeys needs as many keys as values")
    common = unify([type_of(keys), type_of(wanted)])
    if common is None:
        raise EvaluationError("the keys and the wanted keys of matchkeys have no type in common")
    keys, wanted = convert(keys, common), convert(wanted, common)
    if not isinstance(keys, tuple) or not isinstance(wanted, tuple):
        raise EvaluationError("matchkeys needs lists")
    return ListOf(value for key, value in zip(keys, values, strict=True) if any(equal(key, each) for each in wanted))


def _transpose(values: TerraformValue) -> TerraformValue:
    found: dict[str, set[str]] = {}
    if isinstance(values, dict):
        for name, inside in values.items():
            for each in inside if isinstance(inside, tuple) else ():
                found.setdefault(each.text or "" if isinstance(each, Reference) else str(each), set()).add(name)
    return MapOf((name, ListOf(sorted(found[name]))) for name in sorted(found))


def _setproduct(scope: Scope, *sets: TerraformValue) -> TerraformValue:
    if len(sets) < 2:  # noqa: PLR2004 - a product needs two
        raise EvaluationError("setproduct needs at least two sets")
    for each in map(in_order, sets):
        if unresolved(each) or isinstance(each, Partly):
            return pending(symbol_of_call("setproduct", sets), each)
    elements = [_list_elements(each) for each in sets]
    count = 1
    for each in elements:
        count *= len(each)
        if count > ELEMENTS:
            raise BudgetError(f"setproduct makes more than {ELEMENTS:,} elements")
    scope.budget.elements(count * len(sets))
    combinations = tuple(product(*elements))
    if all(isinstance(each, SetOf) for each in sets):
        return set_of_values(combinations)
    return ListOf(combinations)


def _list_elements(value: TerraformValue) -> tuple[TerraformValue, ...]:
    if isinstance(value, (ListOf, SetOf)):
        return value
    converted = convert(value, Type("list", ANY))
    if not isinstance(converted, tuple):
        raise EvaluationError("setproduct needs sets or lists")
    return converted


FUNCTIONS: Final[dict[str, Callable[..., TerraformValue]]] = {
    "range": _range,
    "zipmap": _zipmap,
    "chunklist": _chunklist,
    "matchkeys": _matchkeys,
    "transpose": _transpose,
    "setproduct": _setproduct,
}
