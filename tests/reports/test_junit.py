from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree as ET

from walint.findings.result import Result
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
        assert {name: int(element.attrib[name]) for name in found} == found
    assert {name: root.attrib[name] for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "7",
        "failures": "4",
        "errors": "1",
        "skipped": "2",
    }


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
    assert names == ["lambda-tracing: OrderFunction"]


def test_characters_that_xml_forbids_are_replaced(result: Result, context: ReportContext) -> None:
    evil = "\x00\x08\ud800\ufffe]]>&<\"'"
    broken = replace(result, findings=[result.findings[0]._replace(message=evil)])
    case = next(parsed(broken, context).iter("failure"))
    assert case.attrib["message"].startswith("␀␈\ufffd\ufffd]]>&<\"'")
