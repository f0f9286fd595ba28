"""The JSON report: the stable contract of walint (docs/json-report.md), written and read back.

Keys are only ever added within a major version. `report.schema.json` beside this module is its JSON Schema.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from walint.findings.evaluation import OUTCOMES, SEVERITIES
from walint.reports.code import code_document
from walint.reports.coverage import coverage_document, suppressions_document
from walint.reports.places import places_document
from walint.reports.reading import read
from walint.reports.scores import QuestionScore, not_assessed, practice_scores, question_scores
from walint.reports.writing import json_text

if TYPE_CHECKING:
    from walint.findings.result import (
        Incomplete,
        Location,
        Notice,
        Record,
        RelatedLocation,
        Result,
        Subject,
        SuppressedBy,
    )
    from walint.reports.context import ReportContext

__all__ = ["SCHEMA_VERSION", "document", "read", "records", "render", "schema"]

SCHEMA_VERSION = "1.0"


def render(result: Result, context: ReportContext) -> str:
    """The report as one indented JSON object. The passed records are in it when the result carries them."""
    del context
    return json_text(document(result))


def schema() -> str:
    """The JSON Schema of the report, for `walint schema report`."""
    return Path(__file__).with_name("report.schema.json").read_text(encoding="utf-8")


def document(result: Result) -> dict[str, Any]:
    """The report as plain data."""
    whole: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "walint", "version": result.version},
        "run": {
            "mode": result.mode,
            "started": result.started,
            "finished": result.finished,
            "complete": result.complete,
            "incomplete": [_incomplete(problem) for problem in result.incomplete],
        },
        "summary": {
            "resources": result.resources,
            "files": result.files,
            "outcomes": {outcome: result.outcomes.get(outcome, 0) for outcome in OUTCOMES},
            "severities": {severity: result.severities.get(severity, 0) for severity in SEVERITIES},
        },
        "practices": _practices(result),
        "questions": _questions(result),
        "not_assessed": [
            {"id": question.id, "title": question.title, "pillar": question.pillar, "reason": reason}
            for question, reason in not_assessed(result)
        ],
        "rules": [
            {
                "id": rule.id,
                "title": rule.title,
                "severity": rule.severity,
                "practices": list(rule.practices),
                "outcomes": {outcome: rule.outcomes.get(outcome, 0) for outcome in OUTCOMES},
            }
            for rule in result.rules
        ],
        "findings": records(result.findings),
        "suppressed": records(result.suppressed),
        "unknown": records(result.unknown),
        "errors": records(result.errors),
    }
    if result.passed is not None:
        whole["passed"] = records(result.passed)
    if result.places is not None:
        whole["places"] = places_document(result.places)
    if result.since is not None:
        since = result.since
        whole["since"] = {
            "ref": since.ref,
            "commit": since.commit,
            "new": since.new,
            "unchanged": since.unchanged,
            "fixed": since.fixed,
        }
    if result.alarm_coverage is not None:
        whole["alarm_coverage"] = coverage_document(result.alarm_coverage, _location, _subject)
    if result.code is not None:
        whole["code"] = code_document(result.code, _location, _subject)
    if result.suppressions is not None:
        whole["suppressions"] = suppressions_document(result.suppressions, _location)
    whole["notices"] = [_notice(notice) for notice in result.notices]
    return whole


def _practices(result: Result) -> list[dict[str, Any]]:
    scores = {score.id: score for score in practice_scores(result)}
    return [
        {
            "id": count.id,
            "title": count.title,
            **_score(scores.get(count.id)),
            "pass": count.passed,
            "fail": count.failed,
            "unknown": count.unknown,
        }
        for count in result.practices
    ]


def _score(score: QuestionScore | None) -> dict[str, float | None]:
    if score is None:
        return {"score": None, "coverage": None}
    return {
        "score": None if score.score is None else round(score.score, 4),
        "coverage": None if score.coverage is None else round(score.coverage, 4),
    }


def _questions(result: Result) -> list[dict[str, Any]]:
    return [
        {
            "id": question.id,
            "title": question.title,
            **_score(question),
            "pass": question.passed,
            "fail": question.failed,
            "unknown": question.unknown,
        }
        for question in question_scores(result)
    ]


def records(several: Iterable[Record]) -> list[dict[str, Any]]:
    """Records as plain data, as every JSON document of walint has them."""
    return [_record(record) for record in several]


def _record(record: Record) -> dict[str, Any]:
    return {
        "fingerprint": record.fingerprint,
        "rule_id": record.rule_id,
        "outcome": record.outcome,
        "severity": record.severity,
        "message": record.message,
        "resource": _subject(record.resource),
        "location": _location(record.location),
        "related": _related(record.related),
        "property": record.property,
        "expected": record.expected,
        "found": record.found,
        "reason": record.reason,
        "practices": list(record.practices),
        "remediation": record.remediation,
        "instances": list(record.instances),
        "suppressed_by": _suppressed_by(record.suppressed_by),
    }


def _subject(subject: Subject) -> dict[str, str | None]:
    return {
        "type": subject.type,
        "address": subject.address,
        "name": subject.name,
        "source": subject.source,
        "account": subject.account,
        "region": subject.region,
        "arn": subject.arn,
        "construct_path": subject.construct_path,
        "environment": subject.environment,
    }


def _location(location: Location | None) -> dict[str, Any] | None:
    if location is None:
        return None
    return {
        "path": location.path,
        "start_line": location.start_line,
        "start_column": location.start_column,
        "end_line": location.end_line,
        "end_column": location.end_column,
    }


def _related(related: Sequence[RelatedLocation]) -> list[dict[str, Any]]:
    return [{**(_location(place.location) or {}), "message": place.message} for place in related]


def _suppressed_by(accepted: SuppressedBy | None) -> dict[str, Any] | None:
    if accepted is None:
        return None
    return {
        "kind": accepted.kind,
        "reason": accepted.reason,
        "until": accepted.until,
        "location": _location(accepted.location),
    }


def _incomplete(problem: Incomplete) -> dict[str, Any]:
    return {
        "what": problem.what,
        "reason": problem.reason,
        "location": _location(problem.location),
        "help": problem.help,
    }


def _notice(notice: Notice) -> dict[str, Any]:
    return {"level": notice.level, "message": notice.message, "location": _location(notice.location)}
