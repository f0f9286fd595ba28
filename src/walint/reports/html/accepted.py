"""What the HTML report says of suppressions and the baseline: each with its state, its reason and what it hides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from walint.reports.html.code import shown
from walint.reports.wording import counted, written

if TYPE_CHECKING:
    from walint.findings.accepted import SuppressionEntry
    from walint.findings.result import Record, Result, SuppressedBy

_MOST_ROWS = 500
_MOST_HIDDEN = 5
_KINDS = {"comment": "comment", "metadata": "Metadata", "config": "config"}


def accepted_words(accepted: SuppressedBy) -> str:
    """Why and how long a finding is accepted."""
    until = f", until {accepted.until}" if accepted.until else ""
    return f"{accepted.reason}{until}"


def accepted_where(accepted: SuppressedBy) -> str:
    """Where a finding is accepted: the place of the suppression, or the baseline."""
    return f"{accepted.kind}, {written(accepted.location)}" if accepted.location else accepted.kind


def accepted_of(result: Result) -> dict[str, Any]:
    """What the template prints. Findings whose suppression is listed stand beside it; the others have a table."""
    entries = result.suppressions or []
    records = {record.fingerprint: record for record in result.suppressed}
    told = {fingerprint for entry in entries for fingerprint in entry.hides}
    rest = [record for record in result.suppressed if record.suppressed_by and record.fingerprint not in told]
    counts = Counter(entry.state for entry in entries)
    return {
        "accepted_words": f"{counted(len(result.suppressed), 'finding')} somebody chose to live with.",
        "accepted_some": bool(entries or rest),
        "suppressions": [_entry(entry, records) for entry in entries[:_MOST_ROWS]],
        "suppressions_more": max(len(entries) - _MOST_ROWS, 0),
        "suppression_states": [{"state": state, "number": f"{number:,}"} for state, number in counts.items()],
        "accepted": [_row(record) for record in rest[:_MOST_ROWS]],
        "accepted_more": max(len(rest) - _MOST_ROWS, 0),
    }


def _entry(entry: SuppressionEntry, records: Mapping[str, Record]) -> dict[str, Any]:
    place = f"{_KINDS[entry.kind]}, {written(entry.location)}" if entry.location else _KINDS[entry.kind]
    hides = [records[fingerprint] for fingerprint in entry.hides if fingerprint in records]
    back = entry.state in {"expired", "invalid"} and entry.matched
    return {
        "state": entry.state,
        "rules": shown(", ".join(entry.rules)),
        "reason": shown(entry.reason) or "no reason",
        "until": shown(entry.until or ""),
        "note": shown(entry.note),
        "where": shown(place),
        "hides": [{"message": shown(one.message), "fingerprint": one.fingerprint} for one in hides[:_MOST_HIDDEN]],
        "more": max(len(hides) - _MOST_HIDDEN, 0),
        "back": f"{counted(entry.matched, 'evaluation')} no longer hidden" if back else "",
    }


def _row(record: Record) -> dict[str, str]:
    accepted = record.suppressed_by
    assert accepted is not None  # noqa: S101 - the caller has looked
    return {
        "severity": record.severity,
        "message": shown(record.message),
        "rule": record.rule_id,
        "fingerprint": record.fingerprint,
        "reason": shown(accepted.reason),
        "until": shown(accepted.until or ""),
        "where": shown(accepted_where(accepted)),
    }
