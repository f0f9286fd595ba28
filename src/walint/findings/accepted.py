"""Every suppression of a scan, and what becomes of it: for the reports that list them.

Only imported where such a report is asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from fnmatch import fnmatchcase
from typing import Literal, TypeAlias

from walint.findings.result import Location, Record
from walint.findings.ruleinfo import RuleInfo
from walint.findings.suppression import Suppression, Suppressions
from walint.records import NamedTuple

SuppressionState: TypeAlias = Literal["expired", "invalid", "expiring", "unused", "unjudged", "active"]

SUPPRESSION_STATES: tuple[SuppressionState, ...] = (
    "expired", "invalid", "expiring", "unused", "unjudged", "active",
)  # fmt: skip
"""What becomes of a suppression, the most urgent first.

expired   its last day is over: what it hid is reported again
invalid   it is not honoured, for it gives no reason or no date that can be read, or names a rule that does not exist
expiring  its last day is near
unused    it hides nothing any more
unjudged  its rule did not run, or only a part of what it speaks of was scanned
active    it hides something
"""

_SOON = timedelta(days=30)


class SuppressionEntry(NamedTuple):
    """A suppression as written, its state in words, and the findings that it hides.

    matched   how many evaluations it speaks of, unknown ones included; those of an expired one are findings again
    hides     the fingerprints of the findings that it hides
    note      what is wrong with it, or how long it still holds
    """

    kind: Literal["comment", "metadata", "config"]
    rules: tuple[str, ...]
    reason: str
    until: str | None
    location: Location | None
    state: SuppressionState
    matched: int = 0
    hides: tuple[str, ...] = ()
    note: str = ""


def listed(
    suppressions: Suppressions,
    accepted: Sequence[Record],
    selected: Sequence[RuleInfo],
    known: Collection[str],
    *,
    whole: bool,
) -> list[SuppressionEntry]:
    """Every suppression, the most urgent first. `accepted` are the suppressed findings of the run.

    `selected` are the rules that ran, `known` the ids and aliases of all rules; `whole` says that everything the config
    speaks of was scanned.
    """
    ran = {name for rule in selected for name in rule.names}
    hidden: dict[tuple[str, str, str | None, Location | None], list[str]] = {}
    for record in accepted:
        by = record.suppressed_by
        if by is not None:
            hidden.setdefault((by.kind, by.reason, by.until, by.location), []).append(record.fingerprint)
    entries = []
    for one in suppressions.entries:
        state, note = _state(one, suppressions, ran, known, whole=whole)
        hides = hidden.get((one.kind, one.reason or "", one.until, one.location), ())
        own = tuple(dict.fromkeys(hides)) if state in {"active", "expiring", "unused"} else ()
        entries.append(
            SuppressionEntry(
                one.kind, one.rules, one.reason or "", one.until, one.location, state, one.matched, own, note
            )
        )
    return sorted(entries, key=_order)


def _state(
    one: Suppression, suppressions: Suppressions, ran: Collection[str], known: Collection[str], *, whole: bool
) -> tuple[SuppressionState, str]:
    last = _last_day(one.until)
    if last is not None and last < suppressions.today:
        return "expired", f"expired on {one.until}; what it hid is reported again"
    flaw = suppressions.flaw(one)
    if flaw is not None:
        return "invalid", flaw.partition("is not honoured: ")[2] or flaw
    strangers = [pattern for pattern in one.rules if not _any_matches(pattern, known)]
    if strangers:
        return "invalid", f"there is no rule {', '.join(strangers)}"
    idle = [pattern for pattern in one.rules if pattern not in one.used]
    ours = [pattern for pattern in idle if _any_matches(pattern, ran)]
    if idle and (len(idle) > len(ours) or (one.kind == "config" and not whole)) and not one.used:
        return "unjudged", "its rule did not run" if not ours else "only a part of what it speaks of was scanned"
    if ours and not (one.kind == "config" and not whole):
        return "unused", f"{', '.join(ours)} reports nothing here any more"
    if last is not None and last - suppressions.today <= _SOON:
        return "expiring", f"holds until {one.until}, {_days((last - suppressions.today).days)}"
    return "active", ""


def _days(number: int) -> str:
    return "today is its last day" if number == 0 else "1 more day" if number == 1 else f"{number} more days"


def _any_matches(pattern: str, names: Collection[str]) -> bool:
    return any(fnmatchcase(name, pattern) for name in names)


def _last_day(until: str | None) -> date | None:
    try:
        return None if until is None else date.fromisoformat(until)
    except ValueError:
        return None


def _order(entry: SuppressionEntry) -> tuple[int, str, str, int, tuple[str, ...]]:
    place = entry.location
    rank = SUPPRESSION_STATES.index(entry.state)
    return rank, entry.until or "9", place.path if place else "", place.start_line if place else 0, entry.rules
