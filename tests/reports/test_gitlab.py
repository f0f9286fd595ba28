from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from walint.findings.result import Result
from walint.reports.context import ReportContext
from walint.reports.gitlab import render


def test_golden(odd: Result, context: ReportContext, golden: Callable[[str, str], None]) -> None:
    golden("report-gitlab.json", render(odd, context))


def test_a_clean_run_is_an_empty_list(empty: Result, context: ReportContext) -> None:
    assert render(empty, context) == "[]\n"


def test_what_gitlab_demands(odd: Result, context: ReportContext) -> None:
    twice = replace(odd, findings=[*odd.findings, *odd.findings, *odd.findings])
    entries = json.loads(render(twice, context))
    assert len(entries) == 3 * 4 + 1
    assert len({entry["fingerprint"] for entry in entries}) == len(entries)
    for entry in entries:
        assert entry["description"].startswith(f"{entry['check_name']}: ")
        assert entry["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert entry["location"]["lines"]["begin"] >= 1
        assert entry["location"]["path"]


def test_the_first_of_equal_fingerprints_keeps_its_own(result: Result, context: ReportContext) -> None:
    twice = replace(result, findings=[result.findings[0]] * 2)
    assert json.loads(render(twice, context))[0]["fingerprint"] == result.findings[0].fingerprint
