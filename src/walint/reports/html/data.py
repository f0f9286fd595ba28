"""The data block of the HTML report: the records that the page's script lists, and what rules say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from walint.catalog import practices
from walint.reports.html.code import code_of, shown
from walint.reports.scores import question_of
from walint.reports.wording import place_of, remediation_of, suppression_of, written

if TYPE_CHECKING:
    from walint.findings.result import Record, RelatedLocation, Result, SuppressedBy
    from walint.reports.context import ReportContext

_MOST_RELATED = 10


def data_of(result: Result, context: ReportContext) -> dict[str, Any]:
    """Plain data for the script. Keys with nothing to say are left out of a record."""
    records = [_record(record, context) for record in _all(result)]
    asked = sorted({question_of(practice) for record in records for practice in record.get("practices", ())})
    named = sorted({practice for record in records for practice in record.get("practices", ())})
    return {
        "records": records,
        "rules": {rule_id: _rule(rule_id, context) for rule_id in sorted({record["rule"] for record in records})},
        "questions": {name: found.title for name in asked if (found := practices.question(name))},
        "practices": {name: known.title for name in named if (known := practices.practice(name))},
    }


def accepted_words(accepted: SuppressedBy) -> str:
    """Why and how long a finding is accepted."""
    until = f", until {accepted.until}" if accepted.until else ""
    return f"{accepted.reason}{until}"


def accepted_where(accepted: SuppressedBy) -> str:
    """Where a finding is accepted: the place of the suppression, or the baseline."""
    return f"{accepted.kind}, {written(accepted.location)}" if accepted.location else accepted.kind


def _all(result: Result) -> Iterator[Record]:
    yield from result.findings
    yield from result.unknown
    yield from result.suppressed
    yield from result.errors
    yield from result.passed or ()


def _record(record: Record, context: ReportContext) -> dict[str, Any]:
    texts = context.rule(record.rule_id)
    fix = remediation_of(record, context)
    subject = record.resource
    accepted = record.suppressed_by
    said = {
        "outcome": record.outcome,
        "severity": record.severity,
        "rule": record.rule_id,
        "message": shown(record.message),
        "address": shown(subject.address or subject.name),
        "type": shown(subject.type),
        "construct": shown(subject.construct_path or ""),
        "place": shown(place_of(record)),
        "property": shown(record.property or ""),
        "expected": shown(record.expected or ""),
        "found": shown(record.found or ""),
        "reason": shown(record.reason or ""),
        "accepted": shown(f"{accepted_words(accepted)} ({accepted_where(accepted)})") if accepted else "",
        "instances": [shown(address) for address in record.instances],
        "practices": list(record.practices),
        "fix": "" if texts and fix == texts.remediation.strip() else shown(fix),
        "code": code_of(record.location, context.lines) if record.location else None,
        "related": [_related(place, context) for place in record.related[:_MOST_RELATED]],
        "related_more": max(len(record.related) - _MOST_RELATED, 0),
        "accept": suppression_of(record) if record.outcome == "fail" and record.location else "",
        "fingerprint": record.fingerprint,
    }
    return {key: value for key, value in said.items() if value}


def _related(place: RelatedLocation, context: ReportContext) -> dict[str, Any]:
    said = {
        "place": shown(written(place.location)),
        "message": shown(place.message),
        "code": code_of(place.location, context.lines),
    }
    return {key: value for key, value in said.items() if value}


def _rule(rule_id: str, context: ReportContext) -> dict[str, Any]:
    texts = context.rule(rule_id)
    if texts is None:
        return {}
    return {
        "why": shown(" ".join(texts.rationale.split())),
        "fix": shown(texts.remediation.strip()),
        "references": [address for address in texts.references if address.startswith(("https://", "http://"))],
    }
