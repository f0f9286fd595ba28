"""Operators: arithmetic, comparison, equality and logic, also on values that are not known.

A result that is the same whatever an unknown turns out to be is known: `unknown && false` is false. (Terraform 1.11
itself gives up there, but what it does in the end cannot differ.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from walint.model.value import Reference, Text, Unknown
from walint.sources.terraform import numeric
from walint.sources.terraform.conversion import convert
from walint.sources.terraform.unification import BOOL, NUMBER
from walint.sources.terraform.unknowns import pending, reason_of, symbol_of, unknown_of
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

_ARITHMETIC: Final[dict[str, Callable[[float, float], float]]] = {
    "+": numeric.add,
    "-": numeric.subtract,
    "*": numeric.multiply,
    "/": numeric.divide,
    "%": numeric.remainder,
}
_COMPARISONS: Final[dict[str, Callable[[int], bool]]] = {
    "<": lambda order: order < 0,
    ">": lambda order: order > 0,
    "<=": lambda order: order <= 0,
    ">=": lambda order: order >= 0,
}


def binary(operator: str, left: TerraformValue, right: TerraformValue) -> TerraformValue:
    """The result of an operator between two values that are not delayed, marked or several."""
    if operator in {"==", "!="}:
        return _equality(operator, left, right)
    if operator in _ARITHMETIC or operator in _COMPARISONS:
        return _numbers(operator, _number(operator, left), _number(operator, right), left, right)
    return logic(operator, left, right)


def _number(operator: str, value: TerraformValue) -> TerraformValue:
    number = convert(value, NUMBER)
    if number is None:
        raise EvaluationError(f"one side of {operator} is null")
    return number


def _numbers(operator: str, left: TerraformValue, right: TerraformValue, *written: TerraformValue) -> TerraformValue:
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        if operator in _COMPARISONS:
            return _COMPARISONS[operator](numeric.compare(left, right))
        return _ARITHMETIC[operator](left, right)
    return pending(_between(operator, *written), left, right)


def _between(operator: str, left: TerraformValue, right: TerraformValue) -> str | None:
    first, second = symbol_of(left), symbol_of(right)
    return None if first is None or second is None else f"{_grouped(first)} {operator} {_grouped(second)}"


def _grouped(symbol: str) -> str:
    return f"({symbol})" if symbol.startswith("!(") or (" " in symbol and not symbol.startswith('"')) else symbol


def _equality(operator: str, left: TerraformValue, right: TerraformValue) -> TerraformValue:
    result = equal(left, right)
    if result is not None:
        return result if operator == "==" else not result
    if isinstance(left, _KNOWN) and isinstance(right, _KNOWN) and reason_of(left) is None is reason_of(right):
        return Unknown("whether two empty collections are equal depends on their types", surely_set=True)
    first, second = symbol_of(left), symbol_of(right)
    if first is None or second is None:
        return pending(None, left, right)
    # `a == "b"` and `"b" == a` are one question: what is known stands on the right.
    if isinstance(left, _KNOWN) or (not isinstance(right, _KNOWN) and first > second):
        first, second = second, first
    symbol = f"{_grouped(first)} == {_grouped(second)}"
    return pending(symbol if operator == "==" else f"!({symbol})", left, right)


_KNOWN: Final = (bool, int, float, str, tuple, dict, type(None))


def equal(left: TerraformValue, right: TerraformValue) -> bool | None:  # noqa: C901, PLR0912 - arm per kind
    """Whether two values are equal as Terraform sees it, None where that cannot be told. Types must agree as well."""
    if left is right and not isinstance(left, Unknown):
        return True
    if isinstance(left, _DOUBTFUL) or isinstance(right, _DOUBTFUL):
        return _equal_if_known(left, right)
    if left is None or right is None:
        return False
    if isinstance(left, bool) or isinstance(right, bool):
        return isinstance(left, bool) and isinstance(right, bool) and left == right
    if isinstance(left, str):
        return left == right
    if isinstance(left, (int, float)):
        return isinstance(right, (int, float)) and numeric.equal(left, right)
    if type(left) is not type(right):
        return False
    if isinstance(left, SetOf) and isinstance(right, SetOf):
        return _equal_sets(left, right)
    if isinstance(left, tuple) and isinstance(right, tuple):
        if len(left) != len(right):
            return False
        if not left and type(left) is ListOf:
            # They are equal if they are lists of one type, which an empty list does not show.
            return None
        return _all_equal(zip(left, right, strict=True))
    if isinstance(left, dict) and isinstance(right, dict):
        if left.keys() != right.keys():
            return False
        if not left and type(left) is MapOf:
            return None
        return _all_equal((value, right[name]) for name, value in left.items())
    return None


def _all_equal(pairs: Iterable[tuple[TerraformValue, TerraformValue]]) -> bool | None:
    result: bool | None = True
    for left, right in pairs:
        one = equal(left, right)
        if one is False:
            return False
        if one is None:
            result = None
    return result


def _equal_sets(left: SetOf, right: SetOf) -> bool | None:
    """Sets whose elements are all known are in one order; others may shrink when their elements become known."""
    if not left and not right:
        return None
    if len(left) == len(right):
        result = _all_equal(zip(left, right, strict=True))
        if result is True or not _has_doubt(left, right):
            return result
        return None
    return None if _has_doubt(left, right) else False


def _has_doubt(*sets: SetOf) -> bool:
    return any(isinstance(item, _DOUBTFUL) for items in sets for item in items)


_DOUBTFUL: Final = (Unknown, Reference, Text, JsonText, Partly, OneOf, Sensitive, Handle)


def _equal_if_known(left: TerraformValue, right: TerraformValue) -> bool | None:
    """Equality where a side is not plainly known."""
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Sensitive):
            return equal(one.value, other)
        if isinstance(one, Reference) and one.text is not None:
            return equal(one.text, other)
        if isinstance(one, OneOf):
            results = {equal(choice, other) for _, choice in one.choices}
            return results.pop() if len(results) == 1 else None
    for one, other in ((left, right), (right, left)):
        if other is None:
            return False if never_null(one) else None
        if isinstance(one, Text | JsonText) and isinstance(other, (bool, int, float, tuple, dict)):
            return False
    if isinstance(left, Text) or isinstance(right, Text):
        return _equal_texts(left, right)
    symbol = symbol_of(left)
    return True if symbol is not None and symbol == symbol_of(right) else None


def never_null(value: TerraformValue) -> bool:
    """Whether a value that is not known is surely not null."""
    match value:
        case Unknown():
            return value.surely_set
        case Reference():
            # What AWS gives every resource; any other attribute may be null for all we know.
            return value.text is not None or value.attribute in {"arn", "id"}
        case Text() | JsonText() | Partly():
            return True
        case Sensitive():
            return never_null(value.value)
        case OneOf():
            return all(never_null(choice) for _, choice in value.choices)
        case Handle():
            return not value.several()
        case _:
            return value is not None


def _equal_texts(left: TerraformValue, right: TerraformValue) -> bool | None:
    """Texts with unknown pieces differ where their known ends differ."""
    if left == right and symbol_of(left) is not None:
        return True
    first, second = _ends(left), _ends(right)
    if first is None or second is None:
        return None
    starts = first[0].startswith(second[0]) or second[0].startswith(first[0])
    finishes = first[1].endswith(second[1]) or second[1].endswith(first[1])
    if not starts or not finishes:
        return False
    for value, needed in ((left, second), (right, first)):
        if isinstance(value, str) and len(value) < len(needed[0]) + len(needed[1]):
            return False
    return None


def _ends(value: TerraformValue) -> tuple[str, str] | None:
    """The known beginning and end of a text."""
    if isinstance(value, str):
        return value, value
    if not isinstance(value, Text):
        return None
    first, last = value.pieces[0], value.pieces[-1]
    return first if isinstance(first, str) else "", last if isinstance(last, str) else ""


def logic(operator: str, left: TerraformValue, right: TerraformValue) -> TerraformValue:
    """`left && right` and `left || right`: one side that decides is enough."""
    deciding = operator == "||"
    first, second = _truth(operator, left), _truth(operator, right)
    if first is deciding or second is deciding:
        return deciding
    if isinstance(first, bool):
        return second
    if isinstance(second, bool) or (symbol_of(first) is not None and symbol_of(first) == symbol_of(second)):
        return first
    return pending(_between(operator, first, second), first, second)


def negation(operand: TerraformValue) -> TerraformValue:
    """`!operand`."""
    value = _truth("!", operand)
    if isinstance(value, bool):
        return not value
    symbol = symbol_of(value)
    if symbol is not None:
        symbol = symbol[2:-1] if symbol.startswith("!(") else f"!({symbol})"
    return pending(symbol, value)


def _truth(operator: str, value: TerraformValue) -> TerraformValue:
    result = convert(value, BOOL)
    if result is None:
        raise EvaluationError(f"one side of {operator} is null" if operator != "!" else "! has no value to negate")
    return result if isinstance(result, bool) else unknown_of(result)


def negative(operand: TerraformValue) -> TerraformValue:
    """`-operand`."""
    value = _number("-", operand)
    if isinstance(value, (int, float)):
        return numeric.negate(value)
    symbol = symbol_of(value)
    return pending(symbol and f"-({symbol})", value)
