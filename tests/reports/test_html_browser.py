"""The HTML report in a real browser: nothing on the console, one request, names are text, the filter works."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from walint.findings.result import Location, Result
from walint.reports import write
from walint.reports.context import ReportContext

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
HERE = Path(__file__).parent
EVIL = '</script><img src="x" onerror="document.title=1">'

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
if CHROMIUM is None:
    pytest.skip("no Chromium is installed", allow_module_level=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield chromium
        chromium.close()


class Page:
    """A page opened from a file, with everything that it asked for and said."""

    def __init__(self, browser: Any, file: Path, scheme: str = "light") -> None:
        self.tab = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
        self.said: list[str] = []
        self.requests: list[str] = []
        self.tab.on("console", lambda message: self.said.append(message.text))
        self.tab.on("pageerror", lambda error: self.said.append(str(error)))
        self.tab.on("request", lambda request: self.requests.append(request.url))
        self.tab.goto(file.as_uri())

    def heads(self) -> list[str]:
        """The messages of the records that are listed."""
        texts: list[str] = self.tab.locator(".record .what b").all_text_contents()
        return texts


def opened(browser: Any, result: Result, context: ReportContext, scheme: str = "light") -> Page:
    file = context.root / "report.html"
    write("html", result, context, file)
    return Page(browser, file, scheme)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_one_request_and_a_silent_console(scheme: str, browser: Any, result: Result, context: ReportContext) -> None:
    page = opened(browser, result, context, scheme)
    for head in page.tab.locator(".head").all():
        head.click()
    assert page.said == []
    assert len(page.requests) == 1


def test_findings_are_listed_worst_first_and_open(browser: Any, result: Result, context: ReportContext) -> None:
    page = opened(browser, replace(result, findings=result.findings[::-1]), context)
    assert page.heads() == [record.message for record in result.findings]
    head = page.tab.locator(".head").first
    assert head.get_attribute("aria-expanded") == "false"
    head.click()
    assert head.get_attribute("aria-expanded") == "true"
    detail = page.tab.locator(".detail").first
    assert detail.locator("mark").inner_text() == "PassThrough"
    assert detail.locator("dd.expected").inner_text() == "Active"
    assert "Set Tracing: Active on the function" in detail.inner_text()
    head.click()
    assert not detail.is_visible()


def test_filters(browser: Any, result: Result, context: ReportContext) -> None:
    page = opened(browser, result, context)
    tab = page.tab
    tab.fill("#query", "RETENTION 30")
    playwright.expect(tab.locator("#tally")).to_have_text("1 of 3")
    assert page.heads() == [result.findings[1].message]
    tab.click("#reset")
    assert len(page.heads()) == 3
    tab.uncheck("input[name=severity][value=high]")
    assert page.heads() == [record.message for record in result.findings[1:]]
    tab.check("input[name=severity][value=high]")
    tab.select_option("#rule", "dlq-alarm")
    assert page.heads() == [result.findings[2].message]
    tab.select_option("#rule", "")
    tab.click("button[data-question=OPS04]")
    assert page.heads() == [result.findings[0].message]
    tab.click("button[data-outcome=suppressed]")
    assert tab.locator(".said").all_text_contents() == [
        "traced by OTel, until 2027-01-31 (comment, app/template.yaml:15:3)"
    ]
    tab.click("#reset")
    tab.click("button[data-outcome=unknown]")
    assert tab.locator(".said").all_text_contents() == [result.unknown[0].reason]
    assert page.said == []


def test_nothing_left_says_so(browser: Any, result: Result, context: ReportContext) -> None:
    page = opened(browser, result, context)
    page.tab.fill("#query", "no such words")
    page.tab.wait_for_selector(".none-left")
    assert page.tab.inner_text(".none-left") == "Nothing matches this filter."


def test_hostile_names_are_text(browser: Any, result: Result, context: ReportContext) -> None:
    record = result.findings[0]._replace(
        message=EVIL,
        expected=EVIL,
        remediation=EVIL,
        location=Location(f"{EVIL}.yaml", 1, 1, 1, 2),
        resource=result.findings[0].resource._replace(address=EVIL, type=EVIL),
    )
    page = opened(browser, replace(result, findings=[record]), context)
    page.tab.locator(".head").first.click()
    assert page.heads() == [EVIL]
    assert page.tab.locator("dd.expected").inner_text() == EVIL
    assert page.tab.locator("img").count() == 0
    assert page.tab.title().startswith("Well-Architected report")
    assert page.said == []


def test_the_policy_refuses_a_foreign_script(browser: Any, result: Result, context: ReportContext) -> None:
    page = opened(browser, result, context)
    page.tab.evaluate(
        "const s = document.createElement('script'); s.text = 'document.title = \"run\"'; document.body.append(s)"
    )
    assert page.tab.title() != "run"
    assert "Content Security Policy" in page.said[0]


def test_many_findings_are_quick(browser: Any, result: Result, context: ReportContext) -> None:
    many = [
        result.findings[0]._replace(message=f"Function{number}: Lambda function is not traced")
        for number in range(5000)
    ]
    page = opened(browser, replace(result, findings=many), context)
    assert page.tab.evaluate("performance.getEntriesByType('navigation')[0].domComplete") < 3000
    assert page.tab.evaluate("document.querySelectorAll('*').length") < 3000
    assert len(page.heads()) == 100
    page.tab.click("#more")
    assert len(page.heads()) == 200
    page.tab.fill("#query", "function4999:")
    playwright.expect(page.tab.locator("#tally")).to_have_text("1 of 5,000")
    assert page.heads() == ["Function4999: Lambda function is not traced"]


def test_the_page_says_something_without_scripts(browser: Any, result: Result, context: ReportContext) -> None:
    file = context.root / "report.html"
    write("html", result, context, file)
    tab = browser.new_context(java_script_enabled=False).new_page()
    tab.goto(file.as_uri())
    assert "OrderFunction: Lambda function is not traced" in tab.inner_text(".plain-list")
    assert not tab.locator("#filters").is_visible()


def axe() -> Path | None:
    """axe-core, named by AXE_CORE or installed by npm in the working tree."""
    installed = HERE.parents[1] / "node_modules" / "axe-core" / "axe.min.js"
    named = Path(os.environ["AXE_CORE"]) if "AXE_CORE" in os.environ else installed
    return named if named.is_file() else None


@pytest.mark.skipif(axe() is None, reason="axe-core is not installed (npm axe-core)")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible(scheme: str, browser: Any, result: Result, context: ReportContext) -> None:
    page = opened(browser, result, context, scheme)
    for head in page.tab.locator(".head").all():
        head.click()
    script = axe()
    assert script
    page.tab.evaluate(script.read_text(encoding="utf-8"))
    violations = page.tab.evaluate("axe.run().then(found => found.violations.map(one => one.id))")
    assert violations == []
