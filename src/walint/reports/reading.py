"""Reads JSON reports back into results, and puts several together. The files are not trusted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Literal, cast

from walint.findings.evaluation import OUTCOMES, SEVERITIES, Outcome, Severity
from walint.findings.places import joined
from walint.findings.result import (
    Incomplete,
    Notice,
    PracticeCount,
    Record,
    RelatedLocation,
    Result,
    RuleCount,
    Since,
    SuppressedBy,
)
from walint.reports import ReportError
from walint.reports.code import merged_code, read_code
from walint.reports.coverage import merged_coverage, read_suppression, read_table
from walint.reports.nodes import Node, read_location, read_subject
from walint.reports.places import read_place

_SUPPORTED = "1"
_KINDS = ("comment", "metadata", "config", "baseline")
_MODES = ("check", "audit")
_LEVELS = ("warning", "note")


def read(text: str, name: str = "report") -> Result:
    """The result that a JSON report was written from. `name` is the file's, for messages.

    Keys that this version does not know are passed over. Raises `ReportError` when the text is no report of walint, is
    of another major version, or has something of the wrong type in it.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise ReportError(f"this is no JSON report of walint: {reason}", where=name) from error
    node = Node(data, "", name)
    version = node.get("schema_version").text()
    if version.partition(".")[0] != _SUPPORTED:
        raise ReportError(
            f"the report is of schema version {version}; this walint reads version {_SUPPORTED}",
            where=name,
            help="render it with the version of walint that wrote it, or a newer one",
        )
    return _result(node)


def merge(results: Sequence[Result]) -> Result:
    """Several results as one: records joined and sorted, everything counted together. One alone comes back as it is."""
    if len(results) == 1:
        return results[0]
    passed = [result.passed for result in results if result.passed is not None]
    places = [result.places for result in results if result.places is not None]
    matrices = [result.alarm_coverage for result in results if result.alarm_coverage is not None]
    codes = [result.code for result in results if result.code is not None]
    suppressions = [result.suppressions for result in results if result.suppressions is not None]
    return Result(
        mode="audit" if any(result.mode == "audit" for result in results) else "check",
        version=", ".join(sorted({result.version for result in results})),
        started=min((result.started for result in results), default=""),
        finished=max((result.finished for result in results), default=""),
        resources=sum(result.resources for result in results),
        files=sum(result.files for result in results),
        outcomes={outcome: sum(result.outcomes.get(outcome, 0) for result in results) for outcome in OUTCOMES},
        severities={severity: sum(result.severities.get(severity, 0) for result in results) for severity in SEVERITIES},
        practices=_merged_practices(results),
        rules=_merged_rules(results),
        findings=_joined([result.findings for result in results]),
        suppressed=_joined([result.suppressed for result in results]),
        unknown=_joined([result.unknown for result in results]),
        errors=_joined([result.errors for result in results]),
        passed=_joined(passed) if passed else None,
        incomplete=[problem for result in results for problem in result.incomplete],
        notices=[notice for result in results for notice in result.notices],
        places=joined(places) if places else None,
        alarm_coverage=merged_coverage(matrices) if matrices else None,
        code=merged_code(codes) if codes else None,
        suppressions=[entry for entries in suppressions for entry in entries] if suppressions else None,
    )


def _joined(lists: Sequence[Sequence[Record]]) -> list[Record]:
    return sorted((record for records in lists for record in records), key=_place)


def _place(record: Record) -> tuple[str, int, int, str, str, str]:
    where = record.location
    path, line, column = (where.path, where.start_line, where.start_column) if where else ("", 0, 0)
    return path, line, column, record.rule_id, record.resource.address, record.fingerprint


def _merged_practices(results: Sequence[Result]) -> list[PracticeCount]:
    merged: dict[str, PracticeCount] = {}
    for count in (count for result in results for count in result.practices):
        before = merged.get(count.id, PracticeCount(count.id, count.title, 0, 0, 0))
        merged[count.id] = PracticeCount(
            count.id,
            before.title,
            before.passed + count.passed,
            before.failed + count.failed,
            before.unknown + count.unknown,
        )
    return [merged[practice] for practice in sorted(merged)]


def _merged_rules(results: Sequence[Result]) -> list[RuleCount]:
    merged: dict[str, RuleCount] = {}
    for rule in (rule for result in results for rule in result.rules):
        before = merged.get(rule.id)
        worst = min((rule.severity, before.severity if before else rule.severity), key=SEVERITIES.index)
        counts = before.outcomes if before else {}
        outcomes = {outcome: counts.get(outcome, 0) + rule.outcomes.get(outcome, 0) for outcome in OUTCOMES}
        merged[rule.id] = RuleCount(rule.id, before.title if before else rule.title, worst, rule.practices, outcomes)
    return [merged[rule] for rule in sorted(merged)]


def _result(node: Node) -> Result:
    run, summary = node.get("run"), node.get("summary")
    passed = node.get("passed")
    return Result(
        mode=cast("Literal['check', 'audit']", run.get("mode").one_of(_MODES)),
        version=node.get("tool").get("version").text(),
        started=run.get("started").text(),
        finished=run.get("finished").text(),
        resources=summary.get("resources").number(),
        files=summary.get("files").optional(Node.number) or 0,
        outcomes=cast("dict[Outcome, int]", summary.get("outcomes").counts(OUTCOMES)),
        severities=cast("dict[Severity, int]", summary.get("severities").counts(SEVERITIES)),
        practices=node.get("practices").items(_practice),
        rules=node.get("rules").items(_rule),
        findings=node.get("findings").items(_record),
        suppressed=node.get("suppressed").items(_record),
        unknown=node.get("unknown").items(_record),
        errors=node.get("errors").items(_record),
        passed=passed.optional(lambda records: records.items(_record)),
        incomplete=run.get("incomplete").items(_incomplete),
        notices=node.get("notices").items(_notice),
        since=node.get("since").optional(_since),
        places=node.get("places").optional(lambda places: places.items(read_place)),
        alarm_coverage=node.get("alarm_coverage").optional(lambda tables: tables.items(read_table)),
        code=node.get("code").optional(read_code),
        suppressions=node.get("suppressions").optional(lambda entries: entries.items(read_suppression)),
    )


def _practice(node: Node) -> PracticeCount:
    passed, failed, unknown = (node.get(key).number() for key in ("pass", "fail", "unknown"))
    return PracticeCount(node.get("id").text(), node.get("title").text(), passed, failed, unknown)


def _rule(node: Node) -> RuleCount:
    return RuleCount(
        node.get("id").text(),
        node.get("title").text(),
        node.get("severity").one_of(SEVERITIES),
        node.get("practices").texts(),
        cast("dict[Outcome, int]", node.get("outcomes").counts(OUTCOMES)),
    )


def _record(node: Node) -> Record:
    return Record(
        fingerprint=node.get("fingerprint").text(),
        rule_id=node.get("rule_id").text(),
        outcome=node.get("outcome").one_of(OUTCOMES),
        severity=node.get("severity").one_of(SEVERITIES),
        message=node.get("message").text(),
        resource=read_subject(node.get("resource")),
        location=node.get("location").optional(read_location),
        related=tuple(node.get("related").items(_related)),
        property=node.get("property").optional_text(),
        expected=node.get("expected").optional_text(),
        found=node.get("found").optional_text(),
        reason=node.get("reason").optional_text(),
        practices=node.get("practices").texts(),
        remediation=node.get("remediation").optional_text() or "",
        instances=node.get("instances").texts(),
        suppressed_by=node.get("suppressed_by").optional(_suppressed_by),
    )


def _related(node: Node) -> RelatedLocation:
    return RelatedLocation(read_location(node), node.get("message").text())


def _suppressed_by(node: Node) -> SuppressedBy:
    return SuppressedBy(
        cast("Any", node.get("kind").one_of(_KINDS)),
        node.get("reason").text(),
        node.get("until").optional_text(),
        node.get("location").optional(read_location),
    )


def _incomplete(node: Node) -> Incomplete:
    return Incomplete(
        node.get("what").text(),
        node.get("reason").text(),
        node.get("location").optional(read_location),
        node.get("help").optional_text(),
    )


def _since(node: Node) -> Since:
    new, unchanged, fixed = (node.get(key).number() for key in ("new", "unchanged", "fixed"))
    return Since(node.get("ref").text(), node.get("commit").text(), new, unchanged, fixed)


def _notice(node: Node) -> Notice:
    return Notice(
        cast("Any", node.get("level").one_of(_LEVELS)),
        node.get("message").text(),
        node.get("location").optional(read_location),
    )
