"""Dates and spans of time as people write them."""

from __future__ import annotations

from datetime import date

import pytest

from walint.sources.repository.words import dates_in, minutes_in, review_days


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-10-05", [date(2026, 10, 5)]),
        ("2026/1/5", [date(2026, 1, 5)]),
        ("5 October 2026", [date(2026, 10, 5)]),
        ("October 5th, 2026", [date(2026, 10, 5)]),
        ("5 de outubro de 2026", [date(2026, 10, 5)]),
        ("Oct 2026", [date(2026, 10, 31)]),
        ("2026-02", [date(2026, 2, 28)]),
        ("25/12/2026", [date(2026, 12, 25)]),
        ("12/25/2026", [date(2026, 12, 25)]),
        ("05/06/2026", [date(2026, 6, 5)]),
        ("06/05/2026", [date(2026, 6, 5)]),
        ("from 2026-01-02 to 2026-03-04", [date(2026, 1, 2), date(2026, 3, 4)]),
        ("2026-13-40", []),
        ("version 1.2.3", []),
        ("soon", []),
    ],
)
def test_dates(text: str, expected: list[date]) -> None:
    assert dates_in(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 hour", [60]),
        ("at most 30min", [30]),
        ("4 horas", [240]),
        ("2 d", [2880]),
        ("1,5 h", [90]),
        ("90 seconds", [1.5]),
        ("2 semanas", [20160]),
        ("zero", [0]),
        ("15 min / 4 h", [15, 240]),
        ("3 tables", []),
    ],
)
def test_spans_of_time(text: str, expected: list[float]) -> None:
    assert minutes_in(text) == expected


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Quarterly", 92),
        ("mensal", 31),
        ("every 30 days", 30),
        ("annually", 366),
        ("6 months", 183),
        ("12-month", 366),
        ("2 anos", 732),
        ("often", None),
    ],
)
def test_review_cycles(text: str, days: int | None) -> None:
    assert review_days(text) == days
