from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from walint.findings.result import Result
from walint.reports.concise import render
from walint.reports.context import ReportContext


def test_golden(result: Result, context: ReportContext, golden: Callable[[str, str], None]) -> None:
    golden("report-concise.txt", render(result, replace(context, show_unknown=True)))


def test_a_clean_run_prints_nothing(empty: Result, context: ReportContext) -> None:
    assert render(empty, context) == ""


def test_one_line_a_record_whatever_the_names(result: Result, context: ReportContext) -> None:
    record = result.findings[0]._replace(message="two\nlines \x1b[1m")
    text = render(replace(result, findings=[record], incomplete=[]), context)
    assert text == "app/template.yaml:9:16: high lambda-tracing two␊lines ␛[1m\n"
