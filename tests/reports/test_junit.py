from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree as ET

from walint.findings.result import Location, Result
from walint.reports.context import ReportContext
from walint.reports.junit import render


def parsed(result: Result, context: ReportContext) -> ET.Element:
    return ET.fromstring(render(result, context))  # noqa: S314 - our own output


def test_golden(odd: Result, context: ReportContext, golden: Callable[[str, str], None]) -> None:
    golden("report-junit.xml", render(odd, context))


def test_cases_and_counts_agree(odd: Result, context: ReportContext) -> None:
    root = parsed(odd, context)
    for element in (root, *root.iter("testsuite")):
        found = {
            "tests": len(list(element.iter("testcase"))),
            "failures": len(list(element.iter("failure"))),
            "errors": len(list(element.iter("error"))),
            "skipped": len(list(element.iter("skipped"))),
        }
        counted = {name: int(element.attrib[name]) for name in found if name != "skipped" or element is not root}
        assert counted == {name: found[name] for name in counted}
    assert {name: root.attrib[name] for name in ("tests", "failures", "errors")} == {
        "tests": "7",
        "failures": "4",
        "errors": "1",
    }
    assert sum(int(suite.attrib["skipped"]) for suite in root.iter("testsuite")) == 2


def test_a_suppressed_finding_is_skipped_with_its_reason(result: Result, context: ReportContext) -> None:
    skipped = [case.attrib["message"] for case in parsed(result, context).iter("skipped")]
    assert skipped[0] == "suppressed: traced by OTel"


def test_rules_without_findings_are_cases_that_pass(result: Result, context: ReportContext) -> None:
    clean = replace(result, findings=[], suppressed=[], unknown=[], incomplete=[])
    root = parsed(clean, context)
    assert (root.attrib["tests"], root.attrib["failures"]) == ("3", "0")


def test_passed_records_are_cases_where_the_result_has_them(result: Result, context: ReportContext) -> None:
    passed = [result.findings[0]._replace(outcome="pass", message="OrderFunction: Lambda function is traced")]
    root = parsed(replace(result, findings=[], passed=passed), context)
    names = [case.attrib["name"] for case in root.iter("testcase") if len(case) == 0]
    assert names == ["lambda-tracing: OrderFunction (app/template.yaml)"]


def test_characters_that_xml_forbids_are_replaced(result: Result, context: ReportContext) -> None:
    evil = "\x00\x08\ud800\ufffe]]>&<\"'"
    broken = replace(result, findings=[result.findings[0]._replace(message=evil)])
    case = next(parsed(broken, context).iter("failure"))
    assert case.attrib["message"].startswith("␀␈\ufffd\ufffd]]>&<\"'")


def test_no_two_cases_have_one_name(result: Result, context: ReportContext) -> None:
    """GitLab takes the first of them and no other."""
    elsewhere = result.findings[0]._replace(location=Location("other.yaml", 9, 16, 9, 27))
    several = replace(result, findings=[result.findings[0], result.findings[0], elsewhere], suppressed=[], unknown=[])
    names = [case.attrib["name"] for case in parsed(several, context).iter("testcase")]
    assert [name for name in names if name.startswith("lambda-tracing: ")] == [
        "lambda-tracing: OrderFunction (app/template.yaml)",
        "lambda-tracing: OrderFunction (app/template.yaml) #2",
        "lambda-tracing: OrderFunction (other.yaml)",
    ]
