from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from walint.findings.result import Result
from walint.reports.context import ReportContext
from walint.reports.markdown import MOST_BYTES, render


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)


def test_golden(odd: Result, context: ReportContext, golden: Callable[[str, str], None]) -> None:
    golden("report.md", render(odd, context))


def test_a_comment_can_be_found_again(result: Result, context: ReportContext) -> None:
    assert render(result, context).splitlines()[0] == "<!-- walint -->"


def test_a_clean_run_says_so(empty: Result, context: ReportContext) -> None:
    assert "✅ **No findings** in 0 resources in 0 files." in render(empty, context)


def test_what_has_no_room_is_counted(many: Result, context: ReportContext) -> None:
    crowd = replace(many, findings=many.findings * 50)
    text = render(crowd, context)
    rows = sum(line.startswith("| ") and "lambda-tracing" in line for line in text.splitlines())
    assert MOST_BYTES - 5_000 < len(text.encode()) <= MOST_BYTES
    assert f"{len(crowd.findings) - rows:,} more findings not shown here." in text


def test_a_comment_with_no_room_for_problems_still_fits(many: Result, context: ReportContext) -> None:
    assert len(render(replace(many, incomplete=many.incomplete * 5_000), context).encode()) <= MOST_BYTES
