from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from walint.findings.result import Location, Result
from walint.reports.context import ReportContext
from walint.reports.github_summary import MOST_BYTES, render


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)


def test_golden(odd: Result, context: ReportContext, golden: Callable[[str, str], None]) -> None:
    golden("report-github-summary.md", render(odd, context))


def test_the_worst_are_shown_and_all_are_there_by_file(many: Result, context: ReportContext) -> None:
    text = render(many, context)
    assert "### The worst 20 findings" in text
    assert "<details><summary>app/template.yaml: 100 findings</summary>" in text


def test_it_never_grows_beyond_what_github_takes(many: Result, context: ReportContext) -> None:
    findings = [
        record._replace(location=Location(f"stack-{number}.yaml", 1, 1, 1, 2))
        for number in range(100)
        for record in many.findings
    ]
    text = render(replace(many, findings=findings), context)
    assert 900_000 < len(text.encode()) <= MOST_BYTES
    assert "found no room here: a summary may have 1,024 KiB." in text


def test_problems_without_end_are_counted(many: Result, context: ReportContext) -> None:
    text = render(replace(many, incomplete=many.incomplete * 50_000), context)
    assert len(text.encode()) <= MOST_BYTES
    assert "found no room in this summary." in text


def test_suppressions_that_end_soon_are_told(result: Result, context: ReportContext) -> None:
    soon = replace(result, finished="2027-01-15T00:00:00Z")
    assert "- until 2027-01-31: `lambda-tracing` at `app/template.yaml:16`, traced by OTel" in render(soon, context)
    assert "end soon" not in render(result, context)
