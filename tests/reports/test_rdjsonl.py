from __future__ import annotations

import json
from collections.abc import Callable

from walint.findings.result import Result
from walint.reports.context import ReportContext
from walint.reports.rdjsonl import render


def test_golden(odd: Result, context: ReportContext, golden: Callable[[str, str], None]) -> None:
    golden("report.rdjsonl", render(odd, context))


def test_columns_count_bytes_of_utf8(result: Result, context: ReportContext) -> None:
    place = json.loads(render(result, context).splitlines()[1])["location"]
    line = (context.root / place["path"]).read_bytes().split(b"\r\n")[1]
    start, end = place["range"]["start"]["column"], place["range"]["end"]["column"]
    found = result.findings[1].location
    assert found is not None
    assert line[start - 1 : end - 1].decode() == line.decode()[found.start_column - 1 : found.end_column - 1]
    assert start > found.start_column


def test_a_related_place_comes_along(result: Result, context: ReportContext) -> None:
    related = json.loads(render(result, context).splitlines()[1])["relatedLocations"]
    assert [(one["message"], one["location"]["path"]) for one in related] == [
        ("written by this function", "app/template.yaml")
    ]
