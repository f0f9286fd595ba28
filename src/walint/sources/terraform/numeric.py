"""Terraform's numbers: binary floating point with 512 bits of precision (cty's `big.Float`).

A whole number is an int. Any other is a float where the shortest decimal of the float, read with 512 bits, is the
number; otherwise it is a `Real`. So `0.1` is a float, and a third is a `Real`.
"""

from __future__ import annotations

from typing import Final

from walint.patterns import lazy
from walint.sources.terraform.budget import BudgetError
from walint.sources.terraform.values import EvaluationError

PRECISION: Final = 512
_LARGEST_EXPONENT: Final = 4096
"""Beyond it, in bits, a number takes pages to print: nothing that a rule looks at."""

_NUMBER = lazy(r"([+-]?)(?=\.?[0-9])([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]+))?")


class Real(float):
    """A number that its float only approximates: `mantissa` * 2 ** `exponent`, the mantissa odd."""

    __slots__ = ("exponent", "mantissa")

    mantissa: int
    exponent: int


def divide(dividend: float, divisor: float) -> float:
    """The quotient. Raises `EvaluationError` for a division by zero."""
    if divisor == 0:
        raise EvaluationError("division by zero")
    if type(dividend) is int and type(divisor) is int and dividend % divisor == 0:
        return dividend // divisor
    left, left_exponent = parts(dividend)
    right, right_exponent = parts(divisor)
    return _ratio(left, right, left_exponent - right_exponent)


def remainder(dividend: float, divisor: float) -> float:
    """What is left of a division, with the sign of the dividend. By zero, all of it is (so Terraform)."""
    if divisor == 0:
        return dividend
    return subtract(dividend, multiply(divisor, truncate(divide(dividend, divisor))))


def add(left: float, right: float) -> float:
    """The sum."""
    if type(left) is int and type(right) is int:
        return _whole(left + right)
    left_mantissa, left_exponent = parts(left)
    right_mantissa, right_exponent = parts(right)
    exponent = min(left_exponent, right_exponent)
    mantissa = (left_mantissa << (left_exponent - exponent)) + (right_mantissa << (right_exponent - exponent))
    return _number(mantissa, exponent)


def subtract(left: float, right: float) -> float:
    """The difference."""
    return add(left, negate(right))


def multiply(left: float, right: float) -> float:
    """The product."""
    if type(left) is int and type(right) is int:
        return _whole(left * right)
    left_mantissa, left_exponent = parts(left)
    right_mantissa, right_exponent = parts(right)
    return _number(left_mantissa * right_mantissa, left_exponent + right_exponent)


def negate(number: float) -> float:
    """The number with the other sign."""
    if isinstance(number, Real):
        return _number(-number.mantissa, number.exponent)
    return -number


def truncate(number: float) -> int:
    """The whole part."""
    if type(number) is int:
        return number
    mantissa, exponent = parts(number)
    whole = abs(mantissa) >> -exponent if exponent < 0 else abs(mantissa) << exponent
    return whole if mantissa >= 0 else -whole


def floor(number: float) -> int:
    """The largest whole number that is not larger."""
    mantissa, exponent = parts(number)
    return mantissa >> -exponent if exponent < 0 else mantissa << exponent


def compare(left: float, right: float) -> int:
    """-1, 0 or 1."""
    if type(left) is not Real and type(right) is not Real:
        # Two floats stand for the decimals that they are printed as, and so does their order.
        return (left > right) - (left < right)
    left_mantissa, left_exponent = parts(left)
    right_mantissa, right_exponent = parts(right)
    exponent = min(left_exponent, right_exponent)
    difference = (left_mantissa << (left_exponent - exponent)) - (right_mantissa << (right_exponent - exponent))
    return (difference > 0) - (difference < 0)


def equal(left: float, right: float) -> bool:
    """Whether two numbers are the same."""
    return compare(left, right) == 0


def parse(text: str) -> float | None:
    """The number that a text gives, or None where it gives none."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    sign, whole, fraction, power = match.groups()
    if fraction is None and power is None and len(whole) < PRECISION // 4:
        return int(text)
    if len(text) > _LARGEST_EXPONENT or (power and len(power) > len(str(_LARGEST_EXPONENT))):
        raise BudgetError("a number is too large")
    digits = int(whole + (fraction or "") or "0")
    exponent = int(power or 0) - len(fraction or "")
    return _decimal(-digits if sign == "-" else digits, exponent)


def text(number: float) -> str:
    """A number as Terraform turns it into text: no exponent, and no more digits than tell it from its neighbours."""
    if type(number) is int:
        return str(number)
    if isinstance(number, Real):
        return _shortest(number)
    written = repr(number)
    return written if "e" not in written and "." in written else _without_exponent(written)


def parts(number: float) -> tuple[int, int]:
    """A number as mantissa and exponent: mantissa * 2 ** exponent."""
    if type(number) is int:
        return number, 0
    if isinstance(number, Real):
        return number.mantissa, number.exponent
    return _decimal_parts(*_digits(repr(number)))


def from_float(number: float) -> float:
    """The result of ordinary floating-point arithmetic: it is shown with no more digits than it has."""
    found = parse(repr(number))
    if found is None:
        raise EvaluationError("the result is not a finite number")
    return found


def _digits(written: str) -> tuple[int, int]:
    """The digits and the power of ten of a float's `repr`."""
    match = _NUMBER.fullmatch(written)
    if match is None:
        raise BudgetError("a number is too large")
    sign, whole, fraction, power = match.groups()
    digits = int(whole + (fraction or ""))
    return (-digits if sign == "-" else digits), int(power or 0) - len(fraction or "")


def _without_exponent(written: str) -> str:
    digits, exponent = _digits(written)
    sign, figures = ("-", str(-digits)) if digits < 0 else ("", str(digits))
    if exponent >= 0:
        return sign + figures + "0" * exponent
    figures = figures.rjust(1 - exponent, "0")
    fraction = figures[exponent:].rstrip("0")
    return f"{sign}{figures[:exponent]}.{fraction}" if fraction else sign + figures[:exponent]


def _decimal(digits: int, exponent: int) -> float:
    """A decimal: digits * 10 ** exponent."""
    return _number(*_decimal_parts(digits, exponent))


def _decimal_parts(digits: int, exponent: int) -> tuple[int, int]:
    if exponent >= 0:
        return digits * 10**exponent, 0
    return _rounded_ratio(digits, 10**-exponent, 0)


def _ratio(numerator: int, denominator: int, exponent: int) -> float:
    return _number(*_rounded_ratio(numerator, denominator, exponent))


def _rounded_ratio(numerator: int, denominator: int, exponent: int) -> tuple[int, int]:
    """A fraction, numerator / denominator * 2 ** exponent, rounded as `_rounded` does it."""
    negative = (numerator < 0) != (denominator < 0)
    numerator, denominator = abs(numerator), abs(denominator)
    shift = max(0, PRECISION + 2 + denominator.bit_length() - numerator.bit_length())
    quotient, rest = divmod(numerator << shift, denominator)
    # The last bit stands for all that was cut off, so that a tie is only taken for one where it is one.
    quotient = quotient << 1 | (rest != 0)
    mantissa, exponent = _rounded(quotient, exponent - shift - 1)
    return (-mantissa if negative else mantissa), exponent


def _rounded(mantissa: int, exponent: int) -> tuple[int, int]:
    """The nearest number of 512 bits, the even one of two equally near, its mantissa odd (or zero)."""
    negative = mantissa < 0
    mantissa = abs(mantissa)
    surplus = mantissa.bit_length() - PRECISION
    if surplus > 0:
        half = 1 << (surplus - 1)
        rest = mantissa & ((1 << surplus) - 1)
        mantissa >>= surplus
        exponent += surplus
        if rest > half or (rest == half and mantissa & 1):
            mantissa += 1
    if mantissa == 0:
        return 0, 0
    zeros = (mantissa & -mantissa).bit_length() - 1
    mantissa >>= zeros
    return (-mantissa if negative else mantissa), exponent + zeros


def _whole(number: int) -> int:
    return number if number.bit_length() <= PRECISION else int(_number(number, 0))


def _number(mantissa: int, exponent: int) -> float:
    mantissa, exponent = _rounded(mantissa, exponent)
    if abs(exponent) > _LARGEST_EXPONENT:
        raise BudgetError("a number is too large")
    if exponent >= 0:
        return mantissa << exponent
    try:
        near = mantissa / (1 << -exponent)
    except OverflowError:
        raise BudgetError("a number is too large") from None
    if near and _rounded(*_decimal_parts(*_digits(repr(near)))) == (mantissa, exponent):
        return near
    real = Real(near)
    real.mantissa = mantissa
    real.exponent = exponent
    return real


def _shortest(number: Real) -> str:
    """The shortest decimal that lies nearer to the number than to its neighbours: how Go prints a `big.Float`.

    It follows the digits of the number and of the two points half-way to its neighbours, until the cut is safe.
    """
    shift = PRECISION + 1 - number.mantissa.bit_length()
    mantissa, exponent = abs(number.mantissa) << shift, number.exponent - shift
    digits, point = _expansion(mantissa, exponent)
    lower, lower_point = _expansion(mantissa - 1, exponent)
    upper, upper_point = _expansion(mantissa + 1, exponent)
    inclusive = mantissa & 2 == 0
    if lower_point == point == upper_point:
        for place, digit in enumerate(digits):
            low = lower[place : place + 1] or "0"
            high = upper[place : place + 1] or "0"
            down = low != digit or (inclusive and place + 1 == len(lower))
            up = digit != high and (inclusive or int(digit) + 1 < int(high) or place + 1 < len(upper))
            if down or up:
                kept = int(digits[: place + 1])
                if up and (not down or _rounds_up(digits, place + 1)):
                    kept += 1
                return _written(kept, point - place - 1, negative=number.mantissa < 0)
    return _written(int(digits), point - len(digits), negative=number.mantissa < 0)


def _rounds_up(digits: str, cut: int) -> bool:
    if digits[cut:] == "5":
        return int(digits[cut - 1]) & 1 == 1
    return digits[cut : cut + 1] >= "5"


def _expansion(mantissa: int, exponent: int) -> tuple[str, int]:
    """All digits of a number below one unit of its last place, and where its point stands in them."""
    figures = str(mantissa * 5**-exponent)
    return figures.rstrip("0"), len(figures) + exponent


def _written(digits: int, exponent: int, *, negative: bool) -> str:
    return _without_exponent(f"{'-' if negative else ''}{digits}e{exponent}")
