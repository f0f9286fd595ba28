"""Numbers have 512 bits, and print as Go prints them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walint.sources.terraform import numeric

RATIOS = st.tuples(st.integers(-(10**30), 10**30), st.integers(1, 10**20))


def exact(number: float) -> Fraction:
    """A number without any rounding."""
    mantissa, exponent = numeric.parts(number)
    return Fraction(mantissa) * Fraction(2) ** exponent


@given(RATIOS)
def test_quotient_is_the_nearest_of_its_precision(ratio: tuple[int, int]) -> None:
    dividend, divisor = ratio
    true = Fraction(dividend, divisor)

    assert abs(exact(numeric.divide(dividend, divisor)) - true) <= abs(true) / 2**512


@given(RATIOS)
def test_text_leads_back_to_the_number(ratio: tuple[int, int]) -> None:
    number = numeric.divide(*ratio)
    back = numeric.parse(numeric.text(number))

    assert back is not None
    assert exact(back) == exact(number)


@given(RATIOS, RATIOS)
def test_order_is_that_of_the_exact_numbers(left: tuple[int, int], right: tuple[int, int]) -> None:
    first, second = numeric.divide(*left), numeric.divide(*right)
    difference = exact(first) - exact(second)

    assert numeric.compare(first, second) == (difference > 0) - (difference < 0)


@given(st.integers(-(10**40), 10**40), st.integers(-(10**40), 10**40))
def test_whole_numbers_are_exact(left: int, right: int) -> None:
    assert (numeric.add(left, right), numeric.subtract(left, right), numeric.multiply(left, right)) == (
        left + right,
        left - right,
        left * right,
    )


@pytest.mark.parametrize(
    ("written", "text"),
    [("0.10", "0.1"), ("1e3", "1000"), ("1.5E-2", "0.015"), (".5", "0.5"), ("5.", "5"), ("-0.0", "0"), ("007", "7")],
)
def test_texts_are_numbers(written: str, text: str) -> None:
    number = numeric.parse(written)

    assert number is not None
    assert numeric.text(number) == text


@pytest.mark.parametrize("written", ["", ".", "e5", "1e", "0x10", "1_000", " 1", "1 ", "\u0661", "inf", "nan", "--1"])
def test_other_texts_are_none(written: str) -> None:
    assert numeric.parse(written) is None
