from __future__ import annotations

import csv
from collections.abc import Callable
from io import StringIO

import pytest

from walint.findings.result import Result
from walint.reports.context import ReportContext
from walint.reports.csv import COLUMNS, render, safe


def test_golden(odd: Result, context: ReportContext, golden: Callable[[str, str], None]) -> None:
    golden("report.csv", render(odd, context))


def test_every_row_has_every_column(odd: Result, context: ReportContext) -> None:
    rows = list(csv.reader(StringIO(render(odd, context), newline="")))
    assert rows[0] == list(COLUMNS)
    assert {len(row) for row in rows} == {len(COLUMNS)}
    outcomes = [row[0] for row in rows[1:]]
    assert outcomes == ["fail", "fail", "fail", "fail", "suppressed", "unknown", "incomplete"]


def test_a_clean_run_is_a_header(empty: Result, context: ReportContext) -> None:
    assert render(empty, context) == ",".join(COLUMNS) + "\r\n"


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+2", "'=1+2"),
        ("+49 30", "'+49 30"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1+2", "'=1+2"),
        (" \r\n =1+2", "'=1+2"),
        ("＝1+2", "'＝1+2"),  # noqa: RUF001 - spreadsheets take the wide sign for a formula, too
        ("a=b", "a=b"),
        ("7", "7"),
        (7, "7"),
        (None, ""),
        ("", ""),
    ],
)
def test_no_cell_is_a_formula(cell: str | int | None, written: str) -> None:
    assert safe(cell) == written
