from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from walint.findings.result import Result
from walint.reports import ReportError
from walint.reports.context import ReportContext
from walint.reports.json import document, read, render, schema
from walint.reports.reading import merge

RECORD_KEYS = [
    "fingerprint", "rule_id", "outcome", "severity", "message", "resource", "location", "related", "property",
    "expected", "found", "reason", "practices", "remediation", "instances", "suppressed_by",
]  # fmt: skip


@pytest.fixture
def full(result: Result) -> Result:
    """A result with every kind of record."""
    return replace(
        result,
        passed=[result.unknown[0]._replace(outcome="pass", reason=None)],
        errors=[result.unknown[0]._replace(outcome="error", reason="division by zero")],
    )


def test_golden(result: Result, context: ReportContext, golden: Callable[[str, str], None]) -> None:
    golden("report.json", render(result, context))


def test_outputs_are_valid(full: Result, empty: Result, context: ReportContext) -> None:
    validator = Draft202012Validator(json.loads(schema()))
    for one in (full, empty):
        assert [error.message for error in validator.iter_errors(json.loads(render(one, context)))] == []


def test_the_schema_itself_is_valid() -> None:
    Draft202012Validator.check_schema(json.loads(schema()))


def test_records_have_every_key_of_the_contract(full: Result) -> None:
    whole = document(full)
    for name in ("findings", "suppressed", "unknown", "errors", "passed"):
        assert list(whole[name][0]) == RECORD_KEYS


def test_passed_is_there_only_when_asked_for(result: Result) -> None:
    assert "passed" not in document(result)
    assert document(replace(result, passed=[]))["passed"] == []


def test_reading_gives_the_result_back(full: Result, context: ReportContext) -> None:
    assert read(render(full, context)) == full


def test_half_characters_of_a_file_name_survive(result: Result, context: ReportContext) -> None:
    odd = replace(result, findings=[result.findings[0]._replace(message="caf\udce9")])
    text = render(odd, context)
    text.encode()
    assert read(text).findings[0].message == "caf\udce9"


def test_merging_counts_and_sorts(result: Result) -> None:
    other = replace(
        result,
        mode="audit",
        version="0.2.0",
        started="2026-11-20T00:00:00Z",
        findings=[result.findings[0]._replace(location=None)],
    )
    merged = merge([result, other])
    assert merged.mode == "audit"
    assert merged.version == "0.1.0, 0.2.0"
    assert merged.started == "2026-11-20T00:00:00Z"
    assert merged.outcomes["fail"] == 6
    assert [rule.id for rule in merged.rules] == [rule.id for rule in result.rules]
    assert merged.rules[1].outcomes["not-applicable"] == 8
    assert [record.rule_id for record in merged.findings] == [
        "dlq-alarm",
        "lambda-tracing",
        "log-group-retention-min",
        "lambda-tracing",
    ]
    assert merged.practices[0].failed == 2


def test_merging_one_changes_nothing(result: Result) -> None:
    assert merge([result]) is result


def broken(change: Callable[[dict[str, Any]], object]) -> Callable[[dict[str, Any]], str]:
    def text(whole: dict[str, Any]) -> str:
        change(whole)
        return json.dumps(whole)

    return text


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda _: "", "this is no JSON report of walint: Expecting value"),
        (lambda _: "[1]", "the whole should be an object"),
        (lambda _: "[" * 100_000, "it is nested too deeply"),
        (lambda _: "{}", "schema_version should be a text"),
        (broken(lambda whole: whole.update(schema_version="2.0")), "schema version 2.0"),
        (broken(lambda whole: whole["run"].update(mode="guess")), "run.mode should be one of check, audit"),
        (broken(lambda whole: whole.update(findings={})), "findings should be a list"),
        (
            broken(lambda whole: whole["findings"][0].update(severity="huge")),
            r"findings\[0\].severity should be one of",
        ),
        (broken(lambda whole: whole["findings"][0].update(severity=["high"])), r"findings\[0\].severity should be one"),
        (
            broken(lambda whole: whole["findings"][0]["location"].update(start_line=0)),
            r"findings\[0\].location.start_line should be a whole number, 1 or more",
        ),
        (broken(lambda whole: whole["summary"].update(resources=True)), "summary.resources should be a whole number"),
    ],
)
def test_what_is_no_report_is_refused(
    make: Callable[[dict[str, Any]], str], message: str, result: Result, context: ReportContext
) -> None:
    with pytest.raises(ReportError, match=message) as caught:
        read(make(json.loads(render(result, context))), "old.json")
    assert caught.value.where == "old.json"


def test_reports_of_a_newer_minor_version_are_read(result: Result, context: ReportContext) -> None:
    whole = json.loads(render(result, context))
    whole.update(schema_version="1.9", something={"new": 1})
    assert read(json.dumps(whole)) == result
