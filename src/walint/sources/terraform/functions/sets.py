"""`setunion`, `setintersection` and `setsubtract`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from walint.model.value import Unknown
from walint.sources.terraform.conversion import convert
from walint.sources.terraform.sets import mark_of, set_of_values
from walint.sources.terraform.unification import type_of, unify
from walint.sources.terraform.unknowns import unknown_of
from walint.sources.terraform.values import EvaluationError, Partly, TerraformValue


def _alike(sets: Sequence[TerraformValue]) -> list[tuple[TerraformValue, ...]]:
    """Sets as sets of one type."""
    common = unify([type_of(each) for each in sets])
    if common is None:
        raise EvaluationError("the sets have no type in common")
    converted = (convert(each, common) for each in sets)
    return [each if isinstance(each, tuple) else () for each in converted]


def _setunion(*sets: TerraformValue) -> TerraformValue:
    known: list[TerraformValue] = []
    rest: Unknown | None = None
    for each in sets:
        if isinstance(each, Partly):
            known.append(each.known)
            rest = rest or each.rest
        elif isinstance(each, tuple):
            known.append(each)
        else:
            rest = rest or unknown_of(each)
    joined = set_of_values(item for each in _alike(known) for item in each)
    return joined if rest is None else Partly(joined, rest)


def _marks(values: Iterable[TerraformValue]) -> set[str | None]:
    return {mark_of(value) for value in values}


def _setintersection(*sets: TerraformValue) -> TerraformValue:
    first, *others = _alike(sets)
    marks = [_marks(other) for other in others]
    return set_of_values(value for value in first if all(mark_of(value) in other for other in marks))


def _setsubtract(first: TerraformValue, second: TerraformValue) -> TerraformValue:
    values, without = _alike((first, second))
    marks = _marks(without)
    return set_of_values(value for value in values if mark_of(value) not in marks)


FUNCTIONS: Final[dict[str, Callable[..., TerraformValue]]] = {
    "setunion": _setunion,
    "setintersection": _setintersection,
    "setsubtract": _setsubtract,
}
