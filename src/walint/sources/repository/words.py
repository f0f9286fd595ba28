"""Dates and times as people write them in documents, in English and in Portuguese."""

from __future__ import annotations

from datetime import date

from walint.patterns import lazy

_MONTHS = (
    ("january", "janeiro"), ("february", "fevereiro"), ("march", "março"), ("april", "abril"), ("may", "maio"),
    ("june", "junho"), ("july", "julho"), ("august", "agosto"), ("september", "setembro"), ("october", "outubro"),
    ("november", "novembro"), ("december", "dezembro"),
)  # fmt: skip
_NAME = r"(?:jan|feb|fev|mar|apr|abr|ma[iy]|jun|jul|aug|ago|sep|set|oct|out|nov|dec|dez)[a-zç]{0,6}"
_DATE = lazy(
    rf"""(?xi)
      \b(?P<y1>\d{{4}})[-/.](?P<m1>\d{{1,2}})[-/.](?P<d1>\d{{1,2}})\b
    | \b(?P<a2>\d{{1,2}})[/.-](?P<b2>\d{{1,2}})[/.-](?P<y2>\d{{4}})\b
    | \b(?P<d3>\d{{1,2}})(?:st|nd|rd|th|º)?\s+(?:de\s+|of\s+)?(?P<n3>{_NAME})\.?,?\s+(?:de\s+)?(?P<y3>\d{{4}})\b
    | \b(?P<n4>{_NAME})\.?\s+(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y4>\d{{4}})\b
    | \b(?P<n5>{_NAME})\.?\s+(?:de\s+)?(?P<y5>\d{{4}})\b
    | \b(?P<y6>\d{{4}})-(?P<m6>\d{{2}})\b
    """
)
_LEAST_YEAR, _MOST_YEAR, _MONTHS_IN_YEAR = 1990, 2200, 12
_LAST_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

_TIME = lazy(
    r"(?<![\w.,])(\d{1,5}(?:[.,]\d{1,3})?)\s*(?:-\s*)?"
    r"(s|secs?|seconds?|segundos?|m|mins?|minutes?|minutos?|h|hs|hrs?|hours?|horas?|d|days?|dias?|weeks?|semanas?)\b",
)
_MINUTES = {"s": 1 / 60, "m": 1, "h": 60, "d": 1440, "w": 10080}
_NONE = lazy(r"\b(?:zero|none|nenhum|near[- ]zero)\b")
_LONG = lazy(r"(?<![\w.,])(\d{1,3})[\s-]*(months?|mes(?:es)?|mês|years?|anos?)\b")
_YEAR = 366
_REVIEWS = (
    ("daily", 1), ("diári", 1), ("weekly", 7), ("semanal", 7), ("monthly", 31), ("mensal", 31), ("quarterly", 92),
    ("trimestral", 92), ("half-yearly", 184), ("semestral", 184), ("biannual", 184), ("annual", 366), ("yearly", 366),
    ("anual", 366),
)  # fmt: skip


def dates_in(text: str) -> list[date]:
    """The dates in a text. A month without a day is its last day; 05/06/2026 is the later of its two readings."""
    found = []
    for match in _DATE.finditer(text):
        parts = {name[0]: value for name, value in match.groupdict().items() if value}
        when = _two_ways(parts) if "a" in parts else _date(parts)
        if when is not None:
            found.append(when)
    return found


def _two_ways(parts: dict[str, str]) -> date | None:
    first, second, year = int(parts["a"]), int(parts["b"]), int(parts["y"])
    readings = [made for made in (_made(year, second, first), _made(year, first, second)) if made]
    return max(readings, default=None)


def _date(parts: dict[str, str]) -> date | None:
    month = int(parts["m"]) if "m" in parts else _month(parts["n"])
    if month is None or not 1 <= month <= _MONTHS_IN_YEAR:
        return None
    return _made(int(parts["y"]), month, int(parts.get("d") or _LAST_DAYS[month - 1]))


def _month(name: str) -> int | None:
    low = name.lower()
    short = 3
    for number, names in enumerate(_MONTHS, 1):
        if any(full == low or (len(low) >= short and full.startswith(low)) for full in names):
            return number
    return None


def _made(year: int, month: int, day: int) -> date | None:
    if not _LEAST_YEAR <= year <= _MOST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def minutes_in(text: str) -> list[float]:
    """The spans of time in a text, in minutes: "1 hour", "30min", "4 horas", "zero"."""
    low = text.lower()
    found = [
        float(match.group(1).replace(",", "."))
        * _MINUTES["w" if match.group(2).startswith("sem") else match.group(2)[0]]
        for match in _TIME.finditer(low)
    ]
    return found or ([0.0] if _NONE.search(low) else [])


def review_days(text: str) -> int | None:
    """How many days a review cycle is: "Quarterly" is 92."""
    low = text.lower()
    for word, days in _REVIEWS:
        if word in low:
            return days
    if found := _LONG.search(low):
        return round(float(found.group(1)) * (_YEAR if found.group(2).startswith(("year", "ano")) else _YEAR / 12))
    spans = minutes_in(low)
    return round(spans[0] / _MINUTES["d"]) or None if spans else None
