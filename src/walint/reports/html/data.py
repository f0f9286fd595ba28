"""What the script of the HTML report lists: the records as columns, and what rules say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from walint.catalog import practices
from walint.reports.commands import commands_for
from walint.reports.html.accepted import accepted_where, accepted_words
from walint.reports.html.code import Frames, shown
from walint.reports.html.columns import columns_of
from walint.reports.html.matrix import cells_of
from walint.reports.scores import question_of
from walint.reports.wording import place_of, remediation_of, suppression_of, written

if TYPE_CHECKING:
    from walint.findings.result import Record, RelatedLocation, Result
    from walint.reports.context import ReportContext

_MOST_RELATED = 10
_DIALECTS = {"cloudformation": "cloudformation", "sam": "sam", "terraform": "terraform", "terraform-plan": "terraform"}
"""The language in which a resource of a source is written."""
_TERRAFORM = (".tf", ".tofu", ".tf.json", ".tofu.json", ".tfstate")


def data_of(result: Result, context: ReportContext) -> dict[str, Any]:
    """Plain data for the script: a column for each key of a record, in the order of the records."""
    frames = Frames(context.lines)
    records = [_record(record, context, frames) for record in _all(result)]
    used = sorted({record["rule"] for record in records})
    named = sorted({practice for record in records for practice in record.get("practices", ())})
    asked = sorted({question_of(practice) for practice in named})
    cells = cells_of(result, frames)
    return {
        "count": len(records),
        "columns": columns_of(records),
        "cells": cells,
        "lines": frames.texts,
        "rules": {rule_id: _rule(rule_id, context) for rule_id in used},
        "questions": {name: found.title for name in asked if (found := practices.question(name))},
        "practices": {name: known.title for name in named if (known := practices.practice(name))},
    }


def _all(result: Result) -> Iterator[Record]:
    yield from result.findings
    yield from result.unknown
    yield from result.suppressed
    yield from result.errors
    yield from result.passed or ()


def _record(record: Record, context: ReportContext, frames: Frames) -> dict[str, Any]:
    texts = context.rule(record.rule_id)
    fix = remediation_of(record, context)
    subject = record.resource
    accepted = record.suppressed_by
    place = record.location
    said = {
        "outcome": record.outcome,
        "severity": record.severity,
        "rule": record.rule_id,
        "message": shown(record.message),
        "address": shown(subject.address or subject.name),
        "type": shown(subject.type),
        "construct": shown(subject.construct_path or ""),
        "path": shown(place.path) if place else "",
        "place": shown(place_of(record)),
        "property": shown(record.property or ""),
        "expected": shown(record.expected or ""),
        "found": shown(record.found or ""),
        "reason": shown(record.reason or ""),
        "accepted": shown(f"{accepted_words(accepted)} ({accepted_where(accepted)})") if accepted else "",
        "instances": [shown(address) for address in record.instances],
        "practices": list(record.practices),
        "fix": "" if texts and fix == texts.remediation.strip() else shown(fix),
        "code": frames.code_of(place) if place else None,
        "related": [_related(other, frames) for other in record.related[:_MOST_RELATED]],
        "related_more": max(len(record.related) - _MOST_RELATED, 0),
        "accept": suppression_of(record) if record.outcome == "fail" and place else "",
        "dialect": _dialect(record),
        "commands": shown(commands_for(texts.commands, subject)) if texts and _is_live_finding(record) else "",
        "account": subject.account if _is_live_finding(record) else None,
        "age": _age(record, context),
        "fingerprint": record.fingerprint,
    }
    return {key: value for key, value in said.items() if value}


def _is_live_finding(record: Record) -> bool:
    return record.resource.source == "live" and record.outcome != "pass"


def _dialect(record: Record) -> str:
    """The language that a resource is written in; of a live one that of the code that declares it, else the AWS CLI."""
    if record.resource.source != "live":
        return _DIALECTS.get(record.resource.source, "")
    if record.location is None:
        return "cli"
    return "terraform" if record.location.path.endswith(_TERRAFORM) else "cloudformation"


def _age(record: Record, context: ReportContext) -> str:
    """Whether a finding is new, where there is an earlier run to tell."""
    if context.history is None or record.outcome != "fail":
        return ""
    return "new" if record.fingerprint in context.history.new else "unchanged"


def _related(other: RelatedLocation, frames: Frames) -> dict[str, Any]:
    said = {
        "place": shown(written(other.location)),
        "message": shown(other.message),
        "code": frames.code_of(other.location),
    }
    return {key: value for key, value in said.items() if value}


def _rule(rule_id: str, context: ReportContext) -> dict[str, Any]:
    texts = context.rule(rule_id)
    if texts is None:
        return {}
    return {
        "why": shown(" ".join(texts.rationale.split())),
        "fix": shown(texts.remediation.strip()),
        "snippets": [
            {"dialect": one.dialect, "example": shown(one.example), "text": shown(one.text)} for one in texts.snippets
        ],
        "references": [address for address in texts.references if address.startswith(("https://", "http://"))],
    }
