"""The account by region map of the HTML report, refused calls and what could not be counted; and their JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from walint.findings.places import PlaceCount, joined
from walint.findings.result import Incomplete, Record, Result, Subject
from walint.reports import write
from walint.reports.context import ReportContext
from walint.reports.html.places import places_of
from walint.reports.json import document
from walint.reports.reading import merge, read
from walint.reports.writing import json_text

from .pages import axe, opened

EU, US = ("123456789012", "eu-west-1"), ("123456789012", "us-east-1")
DENIED = "AccessDenied: states:ListStateMachines in us-east-1"
EVIL = '<img src="x" onerror="document.title=1">'


def place(account: str, region: str, *, passed: int = 0, failed: int = 0, unknown: int = 0) -> PlaceCount:
    made = PlaceCount(account, region, resources=passed + failed)
    made.outcomes.update({"pass": passed, "fail": failed, "unknown": unknown})
    made.passed["high"], made.failed["low"] = passed, failed
    return made


def hidden(rule: str) -> Record:
    stand_in = Subject("Walint::Account", "aws/123456789012/us-east-1", "123456789012 us-east-1", "live", *US)
    return Record(rule[0] * 32, rule, "unknown", "high", "Not traced", stand_in, None, reason=DENIED)


@pytest.fixture
def audit(result: Result) -> Result:
    """Two regions of an account, a call that one of them refuses, and a region of another account."""
    return replace(
        result,
        mode="audit",
        places=[
            place(*EU, passed=3, failed=1),
            place(*US, passed=1, failed=8, unknown=2),
            place("210987654321", "global", passed=9),
        ],
        unknown=[hidden("stepfunctions-logging"), hidden("stepfunctions-tracing")],
        incomplete=[Incomplete("aws/123456789012/us-east-1", DENIED, None, "allow states:ListStateMachines")],
    )


def test_each_account_has_a_row_and_each_region_a_column(audit: Result) -> None:
    page = places_of(audit)
    assert page["places_words"] == "2 accounts in 3 regions"
    assert page["places_regions"] == ["eu-west-1", "us-east-1", "global"]
    rows = {row["account"]: [(cell["style"], cell["score"]) for cell in row["cells"]] for row in page["places_rows"]}
    away = ("absent", "not looked at")
    assert rows == {
        "123456789012": [("good", "92"), ("poor", "33"), away],  # 24 of 26 and 8 of 24, by weight
        "210987654321": [away, away, ("good", "100")],
    }
    assert page["places_rows"][0]["cells"][1]["words"] == ["8 findings", "2 unknown: coverage 81%", "9 resources"]


def test_a_refused_call_says_what_it_hides(audit: Result) -> None:
    page = places_of(audit)
    call = {"action": "states:ListStateMachines", "how": "denied", "places": "123456789012/us-east-1", "unknown": "2"}
    assert page["refused"] == [call]
    both = "stepfunctions-logging, stepfunctions-tracing"
    assert page["populations"] == [{"account": US[0], "region": US[1], "reason": DENIED, "rules": both}]


@pytest.mark.parametrize(
    ("one", "style", "score"),
    [
        (place(*EU), "none", "nothing there"),
        (place(*EU, unknown=3), "none", "not assessed"),
        (place(*EU, failed=1), "poor", "0"),
        (place(*EU, passed=1), "good", "100"),
    ],
)
def test_a_cell_without_a_verdict_has_no_score(result: Result, one: PlaceCount, style: str, score: str) -> None:
    (row,) = places_of(replace(result, places=[one]))["places_rows"]
    assert [(cell["style"], cell["score"]) for cell in row["cells"]] == [(style, score)]


def test_a_result_without_accounts_has_no_map(result: Result, context: ReportContext, tmp_path: Path) -> None:
    write("html", result, context, tmp_path / "report.html")
    assert 'id="accounts"' not in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "places" not in document(result)


def test_json_keeps_places_and_several_results_are_added_up(audit: Result) -> None:
    text = json_text(document(audit))
    assert read(text).places == audit.places
    told = {(one["account"], one["region"]): (one["score"], one["coverage"]) for one in json.loads(text)["places"]}
    assert told[US] == (0.3333, 0.8182)
    again = merge([read(text), read(text)])
    assert again.places == joined([audit.places or [], audit.places or []])
    assert again.places[0].outcomes["pass"] == 6


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_a_browser(scheme: str, browser: Any, audit: Result, context: ReportContext) -> None:
    odd = replace(audit, places=[*(audit.places or ()), place(EVIL, EVIL, failed=1)])
    page = opened(browser, odd, context, scheme)
    section = page.tab.locator("#accounts")
    assert EVIL in section.locator("tbody th").all_text_contents()
    assert section.locator("img").count() == 0
    assert section.locator("[role=region]").count() == 3
    page.tab.locator("nav a", has_text="Accounts").focus()
    page.tab.keyboard.press("Enter")
    assert page.tab.url.endswith("#accounts")
    page.tab.locator("#accounts .matrix-scroll").focus()
    assert page.tab.evaluate("document.activeElement.getAttribute('aria-label')") == "Accounts by regions"
    assert page.said == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(scheme: str, browser: Any, audit: Result, context: ReportContext) -> None:
    if axe() is None:
        pytest.skip("axe-core is not installed (AXE_CORE names it)")
    assert opened(browser, audit, context, scheme).violations() == []
