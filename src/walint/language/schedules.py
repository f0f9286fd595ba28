"""How long a schedule may stay silent: the longest time between two runs of a cron or rate expression of AWS.

Syntax from the Amazon EventBridge user guide, "Cron expressions" and "Rate expressions"; AWS Backup takes the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final

from walint.patterns import lazy

_RATE = lazy(r"rate\(\s*(\d+)\s+(minute|hour|day)s?\s*\)", re.IGNORECASE)
_CRON = lazy(r"cron\(\s*(.+?)\s*\)", re.IGNORECASE)
_MINUTES: Final = {"minute": 1, "hour": 60, "day": 1440}
_DAY: Final = 1440
_FIELDS: Final = 5
_WATCHED_DAYS: Final = 800
"""More than two years: a schedule that runs once a year runs twice in them."""
_START: Final = date(2025, 1, 1)
_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"), 1
    )
}
_WEEKDAYS: Final = {name: number for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), 1)}


@lru_cache(maxsize=256)
def longest_silence(expression: str) -> int | None:
    """The most minutes between two runs; None for what is no such expression, or runs less often than once a year."""
    rate = _RATE.fullmatch(expression.strip())
    if rate is not None:
        return int(rate[1]) * _MINUTES[rate[2].lower()]
    cron = _CRON.fullmatch(expression.strip())
    fields = cron[1].upper().split() if cron is not None else []
    if len(fields) not in (_FIELDS, _FIELDS + 1):
        return None
    try:
        return _silence_of(fields)
    except ValueError:
        return None


def _silence_of(fields: list[str]) -> int | None:
    minutes, hours = _numbers(fields[0], 0, 59), _numbers(fields[1], 0, 23)
    times = sorted(hour * 60 + minute for hour in hours for minute in minutes)
    months = _numbers(fields[3], 1, 12, _MONTHS)
    on_day, on_weekday = _days(fields[2]), _weekdays(fields[4])
    runs: list[int] = []
    for index in range(_WATCHED_DAYS):
        day = _START + timedelta(days=index)
        if day.month in months and on_day(day) and on_weekday(day):
            runs.append(index)
    if not times or len(runs) < 2:  # noqa: PLR2004 - two runs make one gap
        return None
    within = max((later - earlier for earlier, later in pairwise(times)), default=0)
    apart = max(later - earlier for earlier, later in pairwise(runs))
    return max(within, apart * _DAY + times[0] - times[-1])


def _days(field: str) -> Callable[[date], bool]:
    """The days of a month; `W` (the nearest weekday) is taken for the day itself."""
    if field == "L":
        return lambda day: (day + timedelta(days=1)).day == 1
    numbers = _numbers(field.replace("W", ""), 1, 31)
    return lambda day: day.day in numbers


def _weekdays(field: str) -> Callable[[date], bool]:
    """The days of a week, Sunday the first; `6L` is the last Friday, `6#3` the third."""
    if field.endswith("L") and len(field) > 1:
        last = _number(field[:-1], _WEEKDAYS)
        return lambda day: _weekday(day) == last and (day + timedelta(days=7)).month != day.month
    name, numbered, week = field.partition("#")
    if numbered:
        wanted, nth = _number(name, _WEEKDAYS), int(week)
        return lambda day: _weekday(day) == wanted and (day.day - 1) // 7 + 1 == nth
    numbers = _numbers("7" if field == "L" else field, 1, 7, _WEEKDAYS)
    return lambda day: _weekday(day) in numbers


def _weekday(day: date) -> int:
    return day.isoweekday() % 7 + 1


def _numbers(field: str, low: int, high: int, names: dict[str, int] | None = None) -> Collection[int]:
    return frozenset(number for part in field.split(",") for number in _range(part, low, high, names or {}))


def _range(part: str, low: int, high: int, names: dict[str, int]) -> Iterator[int]:
    span, stepped, step = part.partition("/")
    first, to, last = span.partition("-")
    if span in ("*", "?"):
        start, end = low, high
    elif to:
        start, end = _number(first, names), _number(last, names)
    else:
        start = _number(first, names)
        end = high if stepped else start
    if not (low <= start <= high and low <= end <= high):
        raise ValueError(part)
    width = int(step) if stepped else 1
    if width < 1:
        raise ValueError(part)
    if start <= end:
        yield from range(start, end + 1, width)
    else:  # FRI-MON goes over the end of the week
        yield from range(start, high + 1, width)
        yield from range(low, end + 1, width)


def _number(text: str, names: dict[str, int]) -> int:
    return names[text] if text in names else int(text)
