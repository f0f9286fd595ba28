"""Functions on times that do not ask for the present one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from typing import TYPE_CHECKING, Final

from walint.patterns import lazy
from walint.sources.terraform.values import EvaluationError, TerraformValue

if TYPE_CHECKING:
    from datetime import datetime

_TIMESTAMP = lazy(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(?:([Zz])|([+-])(\d\d):(\d\d))", 256
)  # 256 is re.ASCII
_DURATION = lazy(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h)")
_NANOSECONDS: Final = {
    "ns": 1,
    "us": 1_000,
    "\u00b5s": 1_000,
    "\u03bcs": 1_000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
}
_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _parsed(text: str) -> tuple[datetime, int]:
    """A time of RFC 3339: the second it is in, with its zone, and the nanoseconds."""
    from datetime import datetime, timedelta, timezone

    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        raise EvaluationError(f"{text} is not a time such as 2006-01-02T15:04:05Z")
    *numbers, fraction, _, sign, hours, minutes = match.groups()
    zone = UTC
    if sign:
        offset = timedelta(hours=int(hours), minutes=int(minutes))
        zone = timezone(-offset if sign == "-" else offset)
    try:
        moment = datetime(*map(int, numbers), tzinfo=zone)  # type: ignore[arg-type,misc] # six numbers
    except ValueError as error:
        raise EvaluationError(f"{text} is not a time: {error}") from None
    return moment, int((fraction or "0")[:9].ljust(9, "0"))


def shown(moment: datetime) -> str:
    """A time as RFC 3339 writes it, without parts of a second."""
    return f"{moment.year:04d}-{moment:%m-%dT%H:%M:%S}{_zone(moment, ':', 'Z')}"


def _zone(moment: datetime, between: str, utc: str) -> str:
    offset = moment.utcoffset()
    minutes = 0 if offset is None else int(offset.total_seconds()) // 60
    if minutes == 0:
        return utc
    sign, minutes = ("-", -minutes) if minutes < 0 else ("+", minutes)
    return f"{sign}{minutes // 60:02d}{between}{minutes % 60:02d}"


def _timeadd(timestamp: str, duration: str) -> TerraformValue:
    from datetime import timedelta

    moment, nanoseconds = _parsed(timestamp)
    total = nanoseconds + _nanoseconds(duration)
    try:
        moment += timedelta(seconds=total // 1_000_000_000)
    except OverflowError:
        raise EvaluationError("the time lies too far away") from None
    return shown(moment)


def _nanoseconds(duration: str) -> int:
    """A duration as Go writes it: "1h30m"."""
    text = duration.lstrip("+-")
    if text == "0":
        return 0
    total = 0
    place = 0
    while place < len(text):
        match = _DURATION.match(text, place)
        if match is None or len(match[0]) > 40 or match[0][0] in "+-":  # noqa: PLR2004 - 290 years is the longest
            break
        number = match[0].rstrip("nu\u00b5\u03bcmsh")
        whole, _, fraction = number.partition(".")
        unit = _NANOSECONDS[match[0][len(number) :]]
        total += int(whole or 0) * unit + (int(fraction) * unit // 10 ** len(fraction) if fraction else 0)
        place = match.end()
    if place < len(text) or not text or len(duration) - len(text) > 1:
        raise EvaluationError(f"{duration} is not a duration such as 1h30m")
    return -total if duration.startswith("-") else total


def _timecmp(first: str, second: str) -> TerraformValue:
    one, other = _parsed(first), _parsed(second)
    return (one > other) - (one < other)


def _formatdate(pattern: str, timestamp: str) -> TerraformValue:
    moment, _ = _parsed(timestamp)
    written: list[str] = []
    place = 0
    while place < len(pattern):
        letter = pattern[place]
        end = place + 1
        if letter == "'":
            end = _end_of_quote(pattern, place)
            inside = pattern[place + 1 : end - 1]
            written.append(inside.replace("''", "'"))
        elif letter.isascii() and letter.isalpha():
            while end < len(pattern) and pattern[end] == letter:
                end += 1
            written.append(_piece(pattern[place:end], moment))
        else:
            written.append(letter)
        place = end
    return "".join(written)


def _end_of_quote(pattern: str, start: int) -> int:
    """The offset behind a quoted piece; two marks in it stand for one."""
    place = pattern.find("'", start + 1)
    while place >= 0 and pattern[place + 1 : place + 2] == "'":
        place = pattern.find("'", place + 2)
    if place < 0:
        raise EvaluationError("a quoted part of a date's format does not end")
    return place + 1


def _piece(word: str, moment: datetime) -> str:
    hour = moment.hour % 12 or 12
    pieces: dict[str, Callable[[], str]] = {
        "YYYY": lambda: f"{moment.year:04d}",
        "YY": lambda: f"{moment.year % 100:02d}",
        "MMMM": lambda: _MONTHS[moment.month - 1],
        "MMM": lambda: _MONTHS[moment.month - 1][:3],
        "MM": lambda: f"{moment.month:02d}",
        "M": lambda: str(moment.month),
        "DD": lambda: f"{moment.day:02d}",
        "D": lambda: str(moment.day),
        "EEEE": lambda: _DAYS[moment.weekday()],
        "EEE": lambda: _DAYS[moment.weekday()][:3],
        "hh": lambda: f"{moment.hour:02d}",
        "h": lambda: str(moment.hour),
        "HH": lambda: f"{hour:02d}",
        "H": lambda: str(hour),
        "mm": lambda: f"{moment.minute:02d}",
        "m": lambda: str(moment.minute),
        "ss": lambda: f"{moment.second:02d}",
        "s": lambda: str(moment.second),
        "AA": lambda: "AM" if moment.hour < 12 else "PM",  # noqa: PLR2004 - noon
        "aa": lambda: "am" if moment.hour < 12 else "pm",  # noqa: PLR2004 - noon
        "Z": lambda: _zone(moment, ":", "Z"),
        "ZZZZ": lambda: _zone(moment, "", "+0000"),
        "ZZZ": lambda: _zone(moment, "", "UTC"),
        "ZZZZZ": lambda: _zone(moment, ":", "+00:00"),
    }
    if word not in pieces:
        raise EvaluationError(f"{word} is no part of a date's format")
    return pieces[word]()


FUNCTIONS: Final[dict[str, Callable[..., TerraformValue]]] = {
    "formatdate": _formatdate,
    "timeadd": _timeadd,
    "timecmp": _timecmp,
}
