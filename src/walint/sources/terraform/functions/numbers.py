"""Functions on numbers."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Final

from walint.sources.terraform import numeric
from walint.sources.terraform.budget import BudgetError
from walint.sources.terraform.conversion import convert
from walint.sources.terraform.unification import NUMBER
from walint.sources.terraform.values import EvaluationError, TerraformValue

_LARGEST_POWER: Final = 4096


def _sum(values: TerraformValue) -> TerraformValue:
    if not isinstance(values, tuple):
        raise EvaluationError("sum needs a list or set")
    if not values:
        raise EvaluationError("sum needs at least one number")
    total: float = 0
    for value in values:
        number = convert(value, NUMBER)
        if not isinstance(number, (int, float)):
            raise EvaluationError("sum finds a null value")
        total = numeric.add(total, number)
    return total


def _ceil(number: float) -> float:
    return -numeric.floor(numeric.negate(number))


def _largest(*numbers: float) -> float:
    if not numbers:
        raise EvaluationError("max needs at least one number")
    return reduce(lambda best, each: each if numeric.compare(each, best) > 0 else best, numbers)


def _smallest(*numbers: float) -> float:
    if not numbers:
        raise EvaluationError("min needs at least one number")
    return reduce(lambda best, each: each if numeric.compare(each, best) < 0 else best, numbers)


def _abs(number: float) -> float:
    return numeric.negate(number) if number < 0 else number


def _signum(number: float) -> int:
    if not isinstance(number, int):
        raise EvaluationError("signum needs a whole number")
    return (number > 0) - (number < 0)


def _log(number: float, base: float) -> float:
    """Go computes it in ordinary floating point: the quotient of two natural logarithms."""
    import math

    if number < 0 or base < 0:
        raise EvaluationError("log has no finite result")
    try:
        return numeric.from_float(math.log(float(number)) / math.log(float(base)))
    except (ValueError, ZeroDivisionError, OverflowError):
        raise EvaluationError("log has no finite result") from None


def _pow(number: float, power: float) -> float:
    """Go computes it in ordinary floating point, so large results lose their last digits."""
    if abs(power) > _LARGEST_POWER:
        raise BudgetError("pow makes too large a number")
    try:
        result = float(number) ** float(power)
    except (OverflowError, ZeroDivisionError):
        raise EvaluationError("pow has no finite result") from None
    if isinstance(result, complex):
        raise EvaluationError("pow has no finite result")
    return numeric.from_float(result)


def _parseint(text: TerraformValue, base: float) -> int:
    """Bases up to 36 take letters of either case; in larger ones capital letters follow the small ones."""
    if not isinstance(text, str):
        raise EvaluationError("parseint needs a text")
    if not isinstance(base, int) or not 2 <= base <= 62:  # noqa: PLR2004 - as Terraform documents it
        raise EvaluationError("a base must be a whole number from 2 to 62")
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text.removeprefix("+"))
    value = 0
    if not digits or len(digits) > 1000:  # noqa: PLR2004 - far beyond what is a number to anybody
        raise EvaluationError("parseint finds no number")
    for digit in digits:
        place = _digit(digit, base)
        if not 0 <= place < base:
            raise EvaluationError(f"parseint finds no number in base {base}")
        value = value * base + place
    return sign * value


def _digit(digit: str, base: int) -> int:
    if base <= 36:  # noqa: PLR2004 - ten digits and the alphabet
        digit = digit.lower()
    return "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".find(digit)


FUNCTIONS: Final[dict[str, Callable[..., TerraformValue]]] = {
    "sum": _sum,
    "abs": _abs,
    "ceil": _ceil,
    "floor": numeric.floor,
    "log": _log,
    "max": _largest,
    "min": _smallest,
    "parseint": _parseint,
    "pow": _pow,
    "signum": _signum,
}
