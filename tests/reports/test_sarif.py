from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from jsonschema import Draft4Validator

from tests.checkers import multitool_complaints
from walint.findings.result import Location, RelatedLocation, Result, Since, SuppressedBy
from walint.reports import ReportError
from walint.reports.context import ReportContext
from walint.reports.sarif import refuse_what_is_too_large, render
from walint.reports.sarif.line_hash import line_hashes
from walint.reports.sarif.places import uri_of

HERE = Path(__file__).parent
RELATIVE_URI = re.compile(
    r"(?:[A-Za-z0-9._~!$&'()*+,;=@-]|%[0-9A-F]{2})+(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-F]{2})+)*"
)


def run_of(result: Result, context: ReportContext) -> dict[str, Any]:
    run: dict[str, Any] = json.loads(render(result, context))["runs"][0]
    return run


def everything(value: object) -> list[tuple[str, object]]:
    """Every key of a document with its value, at any depth."""
    if isinstance(value, dict):
        return [pair for key, member in value.items() for pair in [(key, member), *everything(member)]]
    if isinstance(value, list):
        return [pair for item in value for pair in everything(item)]
    return []


@pytest.fixture
def hostile(result: Result) -> Result:
    """The result with names that break careless writers."""
    evil = 'a](http://evil) </script> \u202e "\\ %zz ' + "x" * 2000
    record = result.findings[0]._replace(
        message=evil,
        expected=evil,
        found=evil,
        location=Location("a b/%zz/ü:c#?.yaml", 3, 5, 9, 2),
        related=(RelatedLocation(Location("./[x].yaml", 1, 1, 1, 2), evil),) * 30,
        resource=result.findings[0].resource._replace(name=evil, address=evil),
    )
    return replace(result, findings=[record, *result.findings])


def test_golden(result: Result, context: ReportContext, golden: Callable[[str, str], None]) -> None:
    golden("report.sarif", render(result, context))


@pytest.mark.parametrize("profile", ["github", "full"])
@pytest.mark.parametrize("which", ["result", "empty", "hostile"])
def test_outputs_are_valid(which: str, profile: str, context: ReportContext, request: pytest.FixtureRequest) -> None:
    schema = json.loads((HERE / "data" / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
    log = json.loads(render(request.getfixturevalue(which), replace(context, sarif_profile=profile)))
    assert [f"{list(error.path)}: {error.message}" for error in Draft4Validator(schema).iter_errors(log)] == []


@pytest.mark.parametrize("which", ["result", "hostile"])
def test_what_github_demands(which: str, context: ReportContext, request: pytest.FixtureRequest) -> None:
    run = run_of(request.getfixturevalue(which), context)
    rules = run["tool"]["driver"]["rules"]
    for found in run["results"]:
        assert found["level"] in {"error", "warning", "note"}
        assert rules[found["ruleIndex"]]["id"] == found["ruleId"]
        assert len(found["locations"]) == 1
        assert found["partialFingerprints"]["walintFinding/v1"]
        for place in [*found["locations"], *found.get("relatedLocations", [])]:
            physical = place["physicalLocation"]
            assert RELATIVE_URI.fullmatch(physical["artifactLocation"]["uri"])
            assert physical["region"]["endLine"] == physical["region"]["startLine"]
            assert physical["region"]["endColumn"] > physical["region"]["startColumn"]
    for rule in rules:
        assert len(rule["properties"]["tags"]) <= 10
    keys = {key for key, _ in everything(run)}
    assert keys & {"security-severity", "suppressions", "automationDetails", "startTimeUtc", "endTimeUtc"} == set()
    texts = [value for key, value in everything(run) if key == "text"]
    assert max(len(str(text)) for text in texts) <= 1024


def test_results_are_sorted_by_severity(result: Result, context: ReportContext) -> None:
    backwards = replace(result, findings=result.findings[::-1])
    assert [found["level"] for found in run_of(backwards, context)["results"]] == ["error", "warning", "note"]


def test_suppressed_and_unknown_are_no_results(result: Result, context: ReportContext) -> None:
    run = run_of(replace(result, findings=[]), context)
    assert run["results"] == []
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [rule.id for rule in result.rules]


def test_the_level_of_a_warning_is_written_though_its_rule_says_error(result: Result, context: ReportContext) -> None:
    milder = replace(result, findings=[result.findings[0]._replace(severity="medium")])
    run = run_of(milder, context)
    rule = next(rule for rule in run["tool"]["driver"]["rules"] if rule["id"] == "lambda-tracing")
    assert (rule["defaultConfiguration"]["level"], run["results"][0]["level"]) == ("error", "warning")


def test_columns_are_utf16_code_units(result: Result, context: ReportContext) -> None:
    run = run_of(result, context)
    region = run["results"][1]["locations"][0]["physicalLocation"]["region"]
    assert run["columnKind"] == "utf16CodeUnits"
    assert (region["startColumn"], region["endColumn"]) == (100, 101)  # one rocket before column 99


def test_odd_paths_are_encoded_once(result: Result, context: ReportContext) -> None:
    uri = run_of(result, context)["results"][1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "a%3Ab/gro%C3%9Fe%20Stacks%20100%25%231/%5Bid%5D%3F.yaml"
    assert result.findings[1].location is not None
    assert unquote(uri) == result.findings[1].location.path


@pytest.mark.parametrize(
    ("path", "uri"),
    [("a.yaml", "a.yaml"), ("./a.yaml", "a.yaml"), ("/a.yaml", "a.yaml"), ("", "unknown"), ("caf\udce9", "caf%E9")],
)
def test_uris(path: str, uri: str) -> None:
    assert uri_of(path) == uri


def test_a_live_resource_has_a_path_of_its_own(result: Result, context: ReportContext) -> None:
    found = run_of(result, context)["results"][2]
    physical = found["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"]["uri"] == "aws/123456789012/eu-west-1/sqs/Queue/dead%20letters"
    assert found["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == result.findings[2].resource.arn
    assert re.fullmatch(r"[0-9a-f]{16}:1", found["partialFingerprints"]["primaryLocationLineHash"])


def test_related_places_are_linked_in_the_message(result: Result, context: ReportContext) -> None:
    found = run_of(result, context)["results"][1]
    assert found["message"]["text"].endswith("found 7. See [written by this function](1).")
    assert found["relatedLocations"][0]["id"] == 1
    assert found["occurrenceCount"] == 2


def test_names_cannot_make_links(hostile: Result, context: ReportContext) -> None:
    text = run_of(hostile, context)["results"][0]["message"]["text"]
    assert re.findall(r"\]\(([^)]*)\)", text) == [str(number) for number in range(1, 21)]


def test_what_was_not_judged_is_notified(result: Result, context: ReportContext) -> None:
    invocation = run_of(result, context)["invocations"][0]
    told = [
        (told["descriptor"]["id"], told["level"], told["message"]["text"])
        for told in invocation["toolExecutionNotifications"]
    ]
    assert invocation["executionSuccessful"] is False
    assert told == [
        (
            "incomplete-input",
            "error",
            "app/broken.yaml: mapping values are not allowed here. mend the YAML, or exclude the file in the config.",
        ),
        ("run-notice", "warning", "unused suppression of dlq-alarm."),
        ("run-notice", "note", "the macro Include may add resources."),
    ]


def test_no_more_results_than_github_shows(result: Result, context: ReportContext) -> None:
    mild, place = result.findings[2], Location("many.yaml", 1, 1, 1, 2)
    lines = [mild._replace(location=place._replace(start_line=n, end_line=n)) for n in range(1, 5001)]
    many = replace(result, findings=[*lines, result.findings[0]])
    run = run_of(many, context)
    assert len(run["results"]) == 5000
    assert run["results"][0]["level"] == "error"
    last = run["invocations"][0]["toolExecutionNotifications"][-1]
    assert (last["descriptor"]["id"], last["message"]["text"][:43]) == (
        "results-left-out",
        "1 findings of the mildest severities were l",
    )


def test_one_result_for_a_rule_and_a_line(result: Result, context: ReportContext) -> None:
    first, *others = result.findings
    twin = first._replace(
        message="Second: Lambda function is not traced",
        resource=first.resource._replace(address="Second"),
        fingerprint="8" * 32,
        severity="low",
    )
    run = run_of(replace(result, findings=[twin, first, *others]), context)
    assert len(run["results"]) == len(result.findings)
    found = run["results"][0]
    assert found["message"]["text"] == (
        "OrderFunction: Lambda function is not traced. On the same line: Second: Lambda function is not traced. "
        "Tracing: expected Active, found PassThrough."
    )
    assert (found["level"], found["occurrenceCount"]) == ("error", 2)
    assert found["partialFingerprints"]["walintFinding/v1"] == first.fingerprint


def test_full_has_every_record(result: Result, context: ReportContext) -> None:
    twice = replace(result, findings=[result.findings[0], *result.findings], passed=[result.findings[0]])
    twice.passed = [result.findings[0]._replace(outcome="pass", message="OrderFunction: Lambda function is traced")]
    run = run_of(twice, replace(context, sarif_profile="full"))
    assert [(found.get("kind", "fail"), found["level"]) for found in run["results"]] == [
        ("fail", "error"),
        ("fail", "error"),
        ("fail", "warning"),
        ("fail", "note"),
        ("fail", "error"),
        ("open", "none"),
        ("pass", "none"),
    ]
    (suppression,) = run["results"][4]["suppressions"]
    assert (suppression["kind"], suppression["justification"]) == ("inSource", "traced by OTel (until 2027-01-31)")
    assert suppression["location"]["physicalLocation"]["region"]["startLine"] == 15


def test_full_tells_new_from_old(result: Result, context: ReportContext) -> None:
    known = result.suppressed[0]._replace(suppressed_by=SuppressedBy("baseline", "", None, None))
    compared = replace(result, suppressed=[known], since=Since("main", "0" * 40, 3, 1, 0))
    run = run_of(compared, replace(context, sarif_profile="full"))
    states = [found.get("baselineState") for found in run["results"]]
    assert states == ["new", "new", "new", "unchanged", None]


@pytest.mark.parametrize("category", ["stacks/orders", "stacks/orders/"])
def test_a_category_is_what_github_reads_of_it(category: str, result: Result, context: ReportContext) -> None:
    run = run_of(result, replace(context, sarif_category=category))
    assert run["automationDetails"] == {"id": "stacks/orders/"}


def test_a_report_that_github_would_refuse_is_refused() -> None:
    noise = "".join(f"{number * 2654435761 % 2**32:08x}" for number in range(1000))
    refuse_what_is_too_large(noise, most=8000)
    refuse_what_is_too_large("a" * 8000, most=1000)
    with pytest.raises(ReportError, match="larger than the 0 MB"):
        refuse_what_is_too_large(noise, most=1000)


# The vectors that GitHub publishes with its uploader.
GREETINGS = [
    "e9496ae3ebfced30:1", "fb7c023a8b9ccb3f:1", "ce8ba1a563dcdaca:1", "e20e36e16fcb0cc8:1", "b3edc88f2938467e:1",
    "c8e28b0b4002a3a0:1", "c129715d7a2bc9a3:1",
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "hashes"),
    [
        ("", ["c129715d7a2bc9a3:1"]),
        (
            " a\nb\n  \t\tc\n d",
            ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"],
        ),
        (
            " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End",
            [
                "8b7cf3e952e7aeb2:1", "b1ae1287ec4718d9:1", "bff680108adb0fcc:1", "c6805c5e1288b612:1",
                "b86d3392aea1be30:1", "e6ceba753e1a442:1",
            ],
        ),
        (" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n", GREETINGS),
        (" hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r", GREETINGS),
        (" hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n", GREETINGS),
        (" hello; \t\r\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n", GREETINGS),
        (
            "Lorem ipsum dolor sit amet.\n" * 10,
            [
                *[f"a7f2ff13bc495cf2:{number}" for number in range(1, 7)],
                "a7f2ff1481e87703:1", "a9cf91f7bbf1862b:1", "55ec222b86bcae53:1", "cc97dc7b1d7d8f7b:1",
                "c129715d7a2bc9a3:1",
            ],
        ),
    ],
)  # fmt: skip
def test_line_hashes_are_githubs(text: str, hashes: list[str]) -> None:
    assert line_hashes(text) == hashes


def test_a_finding_carries_the_hash_of_its_line(result: Result, context: ReportContext, project: Path) -> None:
    found = run_of(result, context)["results"][0]
    hashes = line_hashes((project / "app/template.yaml").read_text())
    assert found["partialFingerprints"]["primaryLocationLineHash"] == hashes[8]


def test_an_unreadable_file_has_no_line_hash(result: Result, tmp_path: Path) -> None:
    found = run_of(result, ReportContext(tmp_path / "elsewhere"))["results"][0]
    assert list(found["partialFingerprints"]) == ["walintFinding/v1"]


@pytest.mark.parametrize("profile", ["github", "full"])
@pytest.mark.parametrize("which", ["result", "empty", "hostile", "odd"])
def test_the_multitool_has_nothing_to_complain_of(
    which: str, profile: str, context: ReportContext, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    file = tmp_path / "report.sarif"
    text = render(request.getfixturevalue(which), replace(context, sarif_profile=profile, sarif_category="a/b"))
    file.write_text(text, encoding="utf-8")
    assert multitool_complaints(file, tmp_path / "out.sarif") == []
