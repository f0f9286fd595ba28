"""The alarm-coverage matrix and the suppressions in JSON: as the schema says, read back the same, merged."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from walint.reports import ReportError
from walint.reports import json as json_report
from walint.reports.json import document, schema
from walint.reports.reading import merge, read

if TYPE_CHECKING:
    from walint.findings.result import Result
    from walint.reports.context import ReportContext


def test_as_the_schema_says(detailed: Result) -> None:
    jsonschema.validate(document(detailed), json.loads(schema()))


def test_read_back_the_same(detailed: Result, context: ReportContext) -> None:
    text = json_report.render(detailed, context)
    again = read(text)
    assert again.alarm_coverage == detailed.alarm_coverage
    assert again.suppressions == detailed.suppressions
    assert json_report.render(again, context) == text


def test_left_out_where_nobody_asked(result: Result) -> None:
    written = document(result)
    assert written.keys().isdisjoint({"alarm_coverage", "suppressions"})
    again = read(json.dumps(written))
    assert (again.alarm_coverage, again.suppressions) == (None, None)


def test_merged(detailed: Result, result: Result) -> None:
    merged = merge([detailed, result, detailed])
    assert merged.alarm_coverage is not None
    assert detailed.alarm_coverage is not None
    assert [table.title for table in merged.alarm_coverage] == [table.title for table in detailed.alarm_coverage]
    assert [len(table.rows) for table in merged.alarm_coverage] == [
        2 * len(table.rows) for table in detailed.alarm_coverage
    ]
    assert merged.suppressions is not None
    assert len(merged.suppressions) == 2 * len(detailed.suppressions or ())


def test_tables_of_different_alarms_stay_apart(detailed: Result) -> None:
    """Results of two versions of walint may ask for different alarms."""
    assert detailed.alarm_coverage
    first = detailed.alarm_coverage[0]
    other = first._replace(alarms=(first.alarms[0]._replace(why="another reason"), *first.alarms[1:]))
    merged = merge([detailed, replace(detailed, alarm_coverage=[other])])
    assert merged.alarm_coverage is not None
    assert [table.title for table in merged.alarm_coverage].count(first.title) == 2


def _first_table(whole: dict[str, Any]) -> Any:
    return whole["alarm_coverage"][0]


def _first_cells(whole: dict[str, Any]) -> Any:
    return _first_table(whole)["resources"][0]["cells"]


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (
            lambda w: _first_cells(w).pop(),
            "alarm_coverage[0].resources[0].cells should be a list with one cell for each",
        ),
        (lambda w: _first_cells(w)[0].update(status="green"), "cells[0].status should be one of covered, no-action"),
        (lambda w: _first_table(w).update(alarms={}), "alarm_coverage[0].alarms should be a list"),
        (lambda w: w.update(alarm_coverage=7), "alarm_coverage should be a list"),
        (lambda w: w["suppressions"][0].update(state="?"), "suppressions[0].state should be one of expired"),
        (lambda w: w["suppressions"][0].update(hides=[1]), "suppressions[0].hides[0] should be a text"),
    ],
)
def test_what_is_wrong_is_named(spoil: Any, message: str, detailed: Result) -> None:
    whole = document(detailed)
    spoil(whole)
    with pytest.raises(ReportError) as raised:
        read(json.dumps(whole))
    assert message in raised.value.message
