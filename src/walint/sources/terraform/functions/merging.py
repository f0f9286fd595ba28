"""Functions that put collections together: `merge`, `concat`, `flatten`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from walint.model.value import Reference, Unknown
from walint.sources.terraform.conversion import convert
from walint.sources.terraform.functions.collections import unresolved
from walint.sources.terraform.functions.contents import lifted
from walint.sources.terraform.operators import never_null
from walint.sources.terraform.sets import in_order
from walint.sources.terraform.unification import type_of, unify
from walint.sources.terraform.unknowns import apply, unknown_of
from walint.sources.terraform.values import (
    EvaluationError,
    ListOf,
    MapOf,
    OneOf,
    Partly,
    Sensitive,
    SetOf,
    TerraformValue,
)


def _merge(*maps: TerraformValue) -> TerraformValue:
    """Later members replace earlier ones; after a map that is not known, the earlier ones are not either."""
    found: dict[str, TerraformValue] = {}
    rest: Unknown | None = None
    for each in maps:
        if each is None:
            continue
        if unresolved(each) or isinstance(each, Partly):
            why = unknown_of(each)
            rest = rest or why
            for name in found:
                found[name] = Unknown(why.reason)  # the other map may say null
        if isinstance(each, (dict, Partly)):
            members = each.known if isinstance(each, Partly) else each
            found.update(members if isinstance(members, dict) else {})
        elif not unresolved(each):
            raise EvaluationError("merge needs maps or objects")
    ordered = {name: found[name] for name in sorted(found)}
    if rest is not None:
        known = [each for each in maps if each is not None and each != {}]
        return rest if not ordered and len(known) == 1 else Partly(ordered, rest)
    return MapOf(ordered) if _all_maps(maps) else ordered


def _all_maps(maps: tuple[TerraformValue, ...]) -> bool:
    """Whether all are maps of one type: then so is the result."""
    if not maps or not all(isinstance(each, MapOf) for each in maps):
        return False
    types = [type_of(each).element for each in maps if each]
    return all(type_ == types[0] for type_ in types)


def _concat(*lists: TerraformValue) -> TerraformValue:
    found: list[TerraformValue] = []
    rest: Unknown | None = None
    for each in lists:
        if unresolved(each) or isinstance(each, Partly):
            rest = rest or unknown_of(each)
        inside = each.known if isinstance(each, Partly) else each
        if isinstance(inside, tuple) and not isinstance(inside, SetOf):
            found.extend(inside)
        elif not unresolved(inside):
            raise EvaluationError("concat needs lists")
    if rest is not None:
        return rest if not found and len(lists) == 1 else Partly(tuple(found), rest)
    if lists and all(isinstance(each, ListOf) for each in lists):
        common = unify([type_of(each) for each in lists])
        if common is not None:
            return convert(tuple(found), common)
    return tuple(found)


def _flatten(value: TerraformValue) -> TerraformValue:
    if _hides_lists(value):
        return apply(_flatten, lifted(value))
    found: list[TerraformValue] = []
    rest = _gather(value, found, None)
    if not isinstance(value, (tuple, Partly)):
        if rest is not None:
            return rest
        raise EvaluationError("flatten needs a list")
    return tuple(found) if rest is None else Partly(tuple(found), rest)


def _hides_lists(value: TerraformValue, *, inside: bool = False) -> bool:
    """Whether there are lists behind a mark or a condition: then what is around them depends on it, too."""
    if isinstance(value, OneOf):
        return any(_hides_lists(choice, inside=True) for _, choice in value.choices)
    if isinstance(value, Sensitive):
        return _hides_lists(value.value, inside=True)
    if inside and (isinstance(value, (tuple, Partly)) or _maybe_list(value)):
        return True
    return isinstance(value, tuple) and any(_hides_lists(each) for each in value)


def _gather(value: TerraformValue, found: list[TerraformValue], rest: Unknown | None) -> Unknown | None:
    """Adds what is inside, lists in lists included. An element that may be a list itself is left to `rest`."""
    if isinstance(value, Partly) and isinstance(value.known, tuple):
        return _gather(value.known, found, rest or value.rest)
    value = in_order(value)
    if isinstance(value, Partly):
        return _gather(value, found, rest)
    if not isinstance(value, tuple):
        return rest or unknown_of(value) if unresolved(value) else rest
    for each in value:
        if isinstance(each, (tuple, Partly)):
            rest = _gather(each, found, rest)
        elif _maybe_list(each):
            rest = rest or unknown_of(each)
        else:
            found.append(each)
    return rest


def _maybe_list(value: TerraformValue) -> bool:
    if isinstance(value, Reference):
        return not never_null(value) and value.attribute.endswith("s")
    return isinstance(value, Unknown)


FUNCTIONS: Final[dict[str, Callable[..., TerraformValue]]] = {"merge": _merge, "concat": _concat, "flatten": _flatten}
