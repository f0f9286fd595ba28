"""The HTML report in a real browser: the alarm-coverage matrix, earlier runs, suppressions, fixes, paper."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from walint.findings.coverage import AlarmPlace, Cell, CoverageRow, CoverageTable, NeededAlarm
from walint.findings.result import Record, Result, Since, Subject
from walint.reports.context import ReportContext
from walint.reports.history import history_of
from walint.reports.html import render

from .conftest import ORDER, RULES
from .pages import Page, axe, opened
from .test_html import EVIL, section

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")


@pytest.fixture
def compared(context: ReportContext, detailed: Result) -> ReportContext:
    """The context with two earlier runs: the first finding is new, and one is gone."""
    gone = detailed.findings[0]._replace(fingerprint="a" * 32, message="Old: it was not traced", severity="low")
    gone = gone._replace(resource=gone.resource._replace(address="Old"))
    last = replace(detailed, findings=[*detailed.findings[1:], gone], incomplete=[], started="2026-11-14T08:00:00Z")
    first = replace(last, rules=[last.rules[1]._replace(outcomes={"pass": 1, "fail": 9})])
    history = history_of(replace(detailed, incomplete=[]), [("first.json", first), ("last.json", last)])
    return replace(context, history=history)


# The alarm-coverage matrix.


def test_every_cell_says_its_state(browser: Any, detailed: Result, context: ReportContext) -> None:
    tab = opened(browser, detailed, context).tab
    rows = [" ".join(text.split()) for text in tab.locator(".matrix tbody tr").all_inner_texts()]
    assert rows == [
        "OrderFunction app/template.yaml:4 covered missing",
        "BatchFunction app/template.yaml:16 no action unknown",
        "Edge app/template.yaml:16 not needed covered",
        "DeadLetters app/template.yaml:4 wrong dimension",
        "arn:aws:sqs:eu-west-1:123456789012:dead letters 123456789012/eu-west-1 missing",
    ]
    heads = [" ".join(text.split()) for text in tab.locator(".matrix thead th").all_inner_texts()]
    assert heads == ["Resource", "Errors 1 of 2", "Duration 1 of 3", "Resource", "Backlog 0 of 2"]
    assert "2 of 7 alarms in place" in tab.inner_text("#coverage")


def test_a_cell_opens_what_it_rests_on(browser: Any, detailed: Result, context: ReportContext) -> None:
    page = opened(browser, detailed, context)
    page.tab.locator("button.no-action").click()
    drawer = page.tab.locator("#drawer")
    assert drawer.locator("h2").inner_text() == "BatchFunction: Errors"
    assert drawer.locator("dd.found").inner_text() == "OrderAlarm: ActionsEnabled is false, expected true"
    assert "app/template.yaml:16:3 OrderAlarm" in " ".join(drawer.inner_text().split())
    assert not page.tab.locator("#next").is_visible()
    assert not page.tab.locator("#link").is_visible()
    page.tab.keyboard.press("Escape")
    assert page.tab.evaluate("document.activeElement.textContent") == "no action"
    page.open(1)
    assert page.tab.locator("#next").is_visible()
    assert page.tab.locator("#drawer-title").inner_text() == detailed.findings[1].message
    assert page.said == []


def test_a_cell_opens_by_the_keyboard(browser: Any, detailed: Result, context: ReportContext) -> None:
    tab = opened(browser, detailed, context).tab
    tab.locator("button.wrong-dimension").focus()
    tab.keyboard.press("Enter")
    assert tab.locator("#drawer-title").inner_text() == "DeadLetters: Backlog"
    tab.keyboard.press("ArrowRight")
    assert tab.locator("#drawer-title").inner_text() == "DeadLetters: Backlog"


def test_resources_without_gaps_can_be_hidden(browser: Any, detailed: Result, context: ReportContext) -> None:
    tab = opened(browser, detailed, context).tab
    assert tab.locator(".matrix tbody tr:visible").count() == 5
    tab.check("#gaps")
    assert tab.locator(".matrix tbody tr:visible").count() == 4
    assert not tab.locator("th", has_text="Edge").is_visible()


def test_without_a_matrix_there_is_no_section(result: Result, detailed: Result, context: ReportContext) -> None:
    assert 'id="coverage"' not in render(result, context)
    assert "Nothing here is of a kind that needs alarms." in render(replace(detailed, alarm_coverage=[]), context)


def test_rows_with_gaps_come_first_and_the_others_are_counted(detailed: Result, context: ReportContext) -> None:
    need = NeededAlarm("Errors", ("Errors",), "it fails")
    rows = [
        CoverageRow(ORDER._replace(address=f"F{number}"), None, (Cell("missing" if number > 390 else "covered"),))
        for number in range(400)
    ]
    page = render(replace(detailed, alarm_coverage=[CoverageTable("Functions", "", (need,), tuple(rows))]), context)
    said = section(page, "coverage")
    assert said.index("F391") < said.index("F0 ")
    assert "And 200 more; the JSON report lists them all." in said
    assert "391 of 400 alarms in place" in said


def test_hostile_names_in_the_matrix_are_text(browser: Any, detailed: Result, context: ReportContext) -> None:
    evil = EVIL.replace("\u2028", "").replace("\u202e", "")
    assert detailed.alarm_coverage
    assert detailed.suppressions
    need = NeededAlarm(evil, (evil,), evil)
    row = CoverageRow(
        ORDER._replace(address=evil, type=evil), None, (Cell("no-action", (AlarmPlace(evil, None),), evil),)
    )
    table = CoverageTable("Functions", "javascript:alert(1)", (need,), (row,))
    entry = detailed.suppressions[0]._replace(rules=(evil,), reason=evil, until=evil, note=evil)
    page = opened(browser, replace(detailed, alarm_coverage=[table], suppressions=[entry]), context)
    page.tab.locator("button.no-action").click()
    assert page.tab.inner_text("#drawer-title") == f"{evil}: {evil}"
    assert page.tab.locator("dd.found").inner_text() == evil
    assert page.tab.locator("img").count() == 0
    assert page.tab.locator("a[href^=javascript]").count() == 0
    assert page.said == []


# Earlier runs.


def test_new_fixed_and_trend(browser: Any, detailed: Result, compared: ReportContext) -> None:
    page = opened(browser, detailed, compared)
    tab = page.tab
    assert " ".join(tab.inner_text(".changes").split()) == "new 1 fixed 1 unchanged 2"
    assert "Old: it was not traced" in tab.inner_text("#trend")
    assert tab.locator("svg.chart").get_attribute("aria-label") == "Score over 3 runs: from 10 to 46 of 100"
    assert tab.locator(".chart-point").count() == 3
    assert [" ".join(text.split()) for text in tab.locator(".runs tbody tr").all_inner_texts()] == [
        "first.json 2026-11-14 08:00 UTC 10 3 1",
        "last.json 2026-11-14 08:00 UTC 46 3 1",
        "this run 2026-11-21 08:00 UTC 46 3 1",
    ]
    tab.click("#show-new")
    assert page.heads() == [detailed.findings[0].message]
    assert tab.url.endswith("#q=&age=new")
    assert tab.locator(".record .badge.new").count() == 1
    tab.select_option("#age", "unchanged")
    assert page.heads() == [record.message for record in detailed.findings[1:]]
    assert page.said == []


def test_the_address_keeps_the_choice_of_what_is_new(browser: Any, detailed: Result, compared: ReportContext) -> None:
    opened(browser, detailed, compared)
    again = Page(browser, compared.root / "report.html", fragment="#q=&age=new")
    assert again.heads() == [detailed.findings[0].message]
    assert again.tab.input_value("#age") == "new"


def test_without_an_earlier_run_there_is_no_such_choice(browser: Any, detailed: Result, context: ReportContext) -> None:
    tab = opened(browser, detailed, context).tab
    assert tab.locator("#age").count() == 0
    assert tab.locator("#trend").count() == 0


def test_cautions_stand_above_the_numbers(detailed: Result, context: ReportContext) -> None:
    history = history_of(detailed, [("old.json", replace(detailed, mode="audit"))])
    said = section(render(detailed, replace(context, history=history)), "trend")
    assert "The earlier run looked at live accounts, this one at infrastructure as code. " in said
    assert said.index("live accounts") < said.index("fixed")


def test_a_run_without_a_score_has_no_line(empty: Result, context: ReportContext) -> None:
    history = history_of(empty, [("old.json", empty)])
    said = section(render(empty, replace(context, history=history)), "trend")
    assert "Fewer than two of these runs came to a score." in said


def test_an_earlier_commit_is_named(detailed: Result, context: ReportContext) -> None:
    page = render(replace(detailed, since=Since("main", "1a2b3c4d" * 5, 1, 20, 2)), context)
    assert "Since main (1a2b3c4): 1 new, 20 unchanged, 2 fixed" in page


# Suppressions.


def test_suppressions_have_their_state_and_what_they_hide(
    browser: Any, detailed: Result, context: ReportContext
) -> None:
    tab = opened(browser, detailed, context).tab
    states = tab.locator(".suppressions tbody .badge").all_text_contents()
    assert states == ["expired", "invalid", "expiring", "unused", "unjudged", "active"]
    rows = [" ".join(text.split()) for text in tab.locator(".suppressions tbody tr").all_inner_texts()]
    assert rows[0] == (
        "expired lambda-tracing comment, app/template.yaml:3:3 traced by OTel expired on 2026-11-01; what it hid is "
        "reported again 2026-11-01 2 evaluations no longer hidden"
    )
    tab.click(".hides a")
    tab.locator("#drawer").wait_for()  # it opens when the browser has told of the new address
    assert tab.locator("#drawer-title").inner_text() == "BatchFunction: Lambda function is not traced"
    assert tab.get_attribute("button[data-outcome=suppressed]", "aria-pressed") == "true"


def test_what_no_suppression_hides_has_a_table(detailed: Result, context: ReportContext) -> None:
    known = detailed.suppressed[0]
    accepted = known.suppressed_by
    assert accepted
    other = known._replace(
        fingerprint="8" * 32,
        message="Recorded: it was there",
        suppressed_by=accepted._replace(kind="baseline", reason="recorded", until=None, location=None),
    )
    said = section(render(replace(detailed, suppressed=[known, other]), context), "accepted")
    assert "Accepted in other ways" in said
    assert "Recorded: it was there lambda-tracing recorded baseline" in said
    assert said.count("BatchFunction: Lambda function is not traced") == 1


# Fixes.


def test_the_fix_in_the_own_dialect_comes_first(browser: Any, detailed: Result, context: ReportContext) -> None:
    tab = opened(browser, detailed, context).tab
    tab.locator(".head").first.click()
    assert tab.locator(".dialects button").all_text_contents() == ["SAM", "CloudFormation", "Terraform"]
    assert tab.inner_text(".snippet .said") == "An example that passes: a function that is traced"
    assert "Properties: {Tracing: Active}" in tab.inner_text(".snippet pre")
    tab.locator(".dialects button", has_text="Terraform").click()
    assert tab.inner_text(".snippet pre") == 'tracing_config {\n  mode = "Active"\n}'
    assert tab.inner_text(".snippet .said") == "What to write"
    assert tab.locator(".dialects [aria-pressed=true]").all_text_contents() == ["Terraform"]
    tab.get_by_label("Copy snippet").click()
    playwright.expect(tab.locator("#copied")).to_have_text("Snippet copied")


def test_commands_for_a_live_resource_come_first(browser: Any, detailed: Result, context: ReportContext) -> None:
    arn = "arn:aws:lambda:eu-west-1:123456789012:function:orders"
    live = Subject("AWS::Lambda::Function", arn, "orders", "live", "123456789012", "eu-west-1", arn)
    finding = next(record for record in detailed.findings if record.rule_id == "lambda-tracing")
    rules = {**RULES, "lambda-tracing": replace(RULES["lambda-tracing"], commands="aws a b --function NAME --to ROLE")}
    found = replace(detailed, findings=[finding._replace(resource=live, location=None, related=())])
    tab = opened(browser, found, replace(context, rules=rules)).tab
    tab.locator(".head").first.click()
    assert tab.locator(".dialects button").all_text_contents() == ["AWS CLI", "CloudFormation", "SAM", "Terraform"]
    assert tab.inner_text(".snippet pre") == "aws a b --function orders --to ROLE"
    said = "What to run with rights in account 123456789012. Words in capitals are yours to fill in."
    assert tab.inner_text(".snippet .said") == said


def test_a_rule_without_snippets_has_no_choice(browser: Any, detailed: Result, context: ReportContext) -> None:
    tab = opened(browser, detailed, context).tab
    tab.locator(".head").nth(1).click()
    assert tab.locator("#drawer .dialects").count() == 0


# The whole page.


def test_one_request_and_the_same_bytes(browser: Any, detailed: Result, compared: ReportContext) -> None:
    page = opened(browser, detailed, compared)
    assert len(page.requests) == 1
    assert page.said == []
    assert render(detailed, compared) == render(detailed, compared)


@pytest.mark.skipif(axe() is None, reason="axe-core is not installed (npm axe-core)")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible(scheme: str, browser: Any, detailed: Result, compared: ReportContext) -> None:
    page = opened(browser, detailed, compared, scheme)
    assert page.violations() == []
    page.open()
    assert page.violations() == []
    page.tab.keyboard.press("Escape")
    page.tab.locator("button.no-action").click()
    assert page.violations() == []


def test_paper_holds_every_failing_rule_and_the_matrix(
    browser: Any, detailed: Result, compared: ReportContext, tmp_path: Path
) -> None:
    pypdf = pytest.importorskip("pypdf", reason="pypdf is not installed")
    first = detailed.findings[0]
    rules = [f"failing-rule-{number:03}" for number in range(120)]
    failing: list[Record] = [
        first._replace(rule_id=rule, fingerprint=f"{number:032}", message=f"{rule} broke {count}")
        for number, rule in enumerate(rules)
        for count in range(3)
    ]
    page = opened(browser, replace(detailed, findings=failing), compared)
    file = tmp_path / "report.pdf"
    page.tab.pdf(path=str(file), format="A4")
    text = "\n".join(sheet.extract_text() for sheet in pypdf.PdfReader(file).pages)
    assert [rule for rule in rules if rule not in text] == []
    for words in ("wrong dimension", "DeadLetters", "Duration", "Old: it was not traced", "OPS11", "expiring"):
        assert words in text
    assert "Only resources with gaps" not in text
    assert page.said == []
