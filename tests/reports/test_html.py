from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from dataclasses import replace
from typing import Any

import pytest

from walint.findings.result import Location, RelatedLocation, Result, SuppressedBy
from walint.reports.context import ReportContext
from walint.reports.html import render

from .conftest import ODD_PATH

EVIL = "</script><img src=x onerror=alert(1)>\u2028\u202e\"'&<!--"


def hostile(result: Result) -> Result:
    """The result with every text of an input turned against the page."""

    def spoil(record: Any) -> Any:
        return record._replace(
            message=EVIL,
            property=EVIL,
            expected=EVIL,
            found=EVIL,
            reason=EVIL,
            instances=(EVIL,),
            remediation=EVIL,
            resource=record.resource._replace(type=EVIL, address=EVIL, name=EVIL, construct_path=EVIL),
            location=Location(f"{EVIL}.yaml", 1, 1, 1, 2),
            related=(RelatedLocation(Location(f"{EVIL}.yaml", 1, 1, 1, 2), EVIL),),
            suppressed_by=SuppressedBy("comment", EVIL, EVIL, Location(EVIL, 1, 1, 1, 2))
            if record.suppressed_by
            else None,
        )

    return replace(
        result,
        version=EVIL,
        started=EVIL,
        findings=[spoil(record) for record in result.findings],
        unknown=[spoil(record) for record in result.unknown],
        suppressed=[spoil(record) for record in result.suppressed],
        rules=[rule._replace(title=EVIL) for rule in result.rules],
        incomplete=[problem._replace(what=EVIL, reason=EVIL, help=EVIL) for problem in result.incomplete],
        notices=[notice._replace(message=EVIL) for notice in result.notices],
    )


def data_of(page: str) -> dict[str, Any]:
    """The page's data block."""
    found = re.search(r'<script type="application/json" id="data" data-form="(\w+)">(.*?)</script>', page, re.DOTALL)
    assert found
    form, text = found.groups()
    data: dict[str, Any] = json.loads(text if form == "plain" else zlib.decompress(base64.b64decode(text)))
    return data


def cells(page: str, name: str) -> list[Any]:
    """A column of the data block, a cell for each record."""
    column = data_of(page)["columns"][name]
    return [column["words"][number] for number in column["at"]] if "at" in column else column["words"]


def section(page: str, name: str) -> str:
    """The text of one section of the page, tags taken out, white space collapsed."""
    found = re.search(rf'<section id="{name}".*?</section>', page, re.DOTALL)
    assert found
    return " ".join(re.sub(r"<[^>]+>", " ", found.group()).split())


def test_policy_allows_exactly_the_script_and_style_of_the_page(result: Result, context: ReportContext) -> None:
    page = render(result, context)
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    script, style = (
        re.search(r"<script>(.*?)</script>", page, re.DOTALL),
        re.search(r"<style>(.*?)</style>", page, re.DOTALL),
    )
    assert policy
    assert script
    assert style
    hashes = [
        "sha256-" + base64.b64encode(hashlib.sha256(found.group(1).encode()).digest()).decode()
        for found in (script, style)
    ]
    assert policy.group(1).replace("&#39;", "'") == (
        f"default-src 'none'; script-src '{hashes[0]}'; style-src '{hashes[1]}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def test_nothing_is_loaded_and_no_style_or_handler_stands_in_a_tag(result: Result, context: ReportContext) -> None:
    page = re.sub(r"<(script|style)\b.*?</\1>", "", render(result, context), flags=re.DOTALL)
    assert re.findall(r"<(?:link|img|iframe|object|embed|base)\b|\s(?:src|style|on\w+)=", page) == []


def test_hostile_names_stay_text(result: Result, context: ReportContext) -> None:
    page = render(hostile(result), context)
    assert page.count("<img") == 0
    assert page.count("<script") == 2
    assert "\u202e" not in page
    assert "\u2028" not in page
    assert cells(page, "message")[0] == EVIL.replace("\u2028", "\ufffd").replace("\u202e", "\ufffd")


def test_every_question_of_the_pillar_is_there(result: Result, context: ReportContext) -> None:
    said = section(render(result, context), "questions")
    assert [f"OPS{number:02}" in said for number in range(1, 12)] == [True] * 11
    assert "OPS01 How do you determine what your priorities are? not assessed" in said
    assert "OPS04 How do you implement observability in your workload? 50 1 of 2 evaluations passed" in said
    assert "REL06" in said


def test_practices_have_scores_and_questions_without_a_rule_are_named(result: Result, context: ReportContext) -> None:
    rules = [result.rules[0]._replace(practices=("OPS04-BP05",), outcomes={"pass": 3, "fail": 1, "unknown": 2})]
    said = section(render(replace(result, rules=rules), context), "questions")
    assert "1 of 5 practices assessed" in said
    assert "OPS04-BP05 Implement distributed tracing 3 of 4 passed, 2 unknown 75" in said
    assert "OPS04-BP03 Implement user experience telemetry no rule not assessed" in said
    assert "46 more questions that no rule of this run asks" in said
    assert "COST01 How do you implement cloud financial management? not assessed" in said


def test_unknown_alone_is_not_assessed(result: Result, context: ReportContext) -> None:
    rules = [result.rules[0]._replace(outcomes={"unknown": 4})]
    said = section(render(replace(result, rules=rules), context), "questions")
    assert "not assessed 4 unknown outcomes; no evaluation came to a verdict" in said


def test_what_could_not_be_read_comes_first(result: Result, empty: Result, context: ReportContext) -> None:
    page = render(result, context)
    said = section(page, "incomplete")
    assert "app/broken.yaml : mapping values are not allowed here app/broken.yaml:3:8 mend the YAML" in said
    assert page.index('id="incomplete"') < page.index('id="summary"')
    assert "Complete: everything found was judged" in render(empty, context)
    assert "Complete: everything" not in page


def test_what_is_true_of_many_inputs_is_said_once(result: Result, context: ReportContext) -> None:
    (broken,) = result.incomplete
    several = [broken._replace(what=f"app/{number}.yaml", location=None) for number in range(60)]
    page = render(replace(result, incomplete=[broken, *several, broken._replace(reason="is empty")]), context)
    said = section(page, "incomplete")
    assert said.count("mapping values are not allowed here") == said.count("mend the YAML") - 1 == 1
    assert "app/broken.yaml:3:8 app/0.yaml app/1.yaml" in said
    assert "app/48.yaml and 11 more mend the YAML" in said
    assert "Incomplete: 62 inputs were not judged" in page


def test_unknowns_are_listed_by_reason(result: Result, context: ReportContext) -> None:
    twice = replace(result, unknown=[result.unknown[0], result.unknown[0]._replace(rule_id="lambda-tracing")])
    said = section(render(twice, context), "unknown")
    assert "not on disk (https://example.com/alarms.yaml) 2 dlq-alarm, lambda-tracing app/template.yaml:13:3" in said


def test_accepted_findings_have_their_reason(result: Result, context: ReportContext) -> None:
    said = section(render(result, context), "accepted")
    assert "traced by OTel 2027-01-31 comment, app/template.yaml:15:3" in said


def test_rules_are_counted(result: Result, context: ReportContext) -> None:
    assert "lambda-tracing Lambda function is not traced high OPS04-BP05 REL06-BP07 1 1 0 1 4 0" in section(
        render(result, context), "rules"
    )


def test_code_is_cut_and_has_its_secrets_hidden(result: Result, context: ReportContext) -> None:
    (context.root / "one-line.json").write_text('{"DbPassword": "hunter2-hunter2", ' + "x" * 100_000 + "}")
    record = result.findings[0]._replace(location=Location("one-line.json", 1, 50_000, 1, 50_004))
    page = render(replace(result, findings=[record]), context)
    before, marked, after = (data_of(page)["lines"][number] for number in cells(page, "code")[0][2])
    assert (len(before), marked, len(after)) == (121, "xxxx", 241)
    assert "hunter2" not in page


def test_columns_say_each_word_once(result: Result, context: ReportContext) -> None:
    page = render(result, context)
    outcomes = ["fail", "fail", "fail", "unknown", "suppressed"]
    assert cells(page, "outcome") == outcomes
    assert data_of(page)["columns"]["outcome"]["words"] == ["fail", "unknown", "suppressed"]
    assert cells(page, "fingerprint") == [letter * 32 for letter in "fedbc"]
    assert cells(page, "path") == ["app/template.yaml", ODD_PATH, None, "app/template.yaml", "app/template.yaml"]


def test_many_findings_are_packed_the_same_every_time(result: Result, context: ReportContext) -> None:
    many = replace(
        result, findings=[result.findings[0]._replace(message=f"F{number} {EVIL}") for number in range(9000)]
    )
    page = render(many, context)
    assert 'data-form="deflate"' in page
    assert len(page) < 400_000
    assert cells(page, "message")[8999].startswith("F8999 </script>")
    assert render(many, context) == page


def test_a_score_is_never_rounded_up(result: Result, context: ReportContext) -> None:
    rules = [result.rules[0]._replace(outcomes={"pass": 9999, "fail": 1})]
    said = section(render(replace(result, rules=rules), context), "questions")
    assert "OPS08 How do you utilize workload observability in your organization? 99 9,999 of 10,000" in said


@pytest.mark.parametrize("mode", ["check", "audit"])
def test_an_empty_run_makes_a_whole_page(mode: str, empty: Result, context: ReportContext) -> None:
    page = render(replace(empty, mode=mode), context)  # type: ignore[arg-type]
    assert "Operational excellence: not assessed" in page
    assert page.rstrip().endswith("</html>")
