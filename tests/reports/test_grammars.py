"""What other systems read, by their own schemas and grammars, whatever the names in a template are."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from walint.findings.result import Location, Result
from walint.reports import azure, github, gitlab, junit, rdjsonl
from walint.reports import csv as table
from walint.reports.context import ReportContext
from walint.reports.terminal import neutral
from walint.reports.wording import told
from walint.reports.writing import encoded

from .conftest import RULES, build_result
from .test_github import parsed

xmlschema = pytest.importorskip("xmlschema", reason="xmlschema is not installed")

DATA = Path(__file__).parent / "data"
JUNIT = xmlschema.XMLSchema(str(DATA / "junit-10.xsd"))
GITLAB = Draft202012Validator(json.loads((DATA / "gitlab-code-quality.schema.json").read_text()))
RDFORMAT = Draft202012Validator(json.loads((DATA / "rdformat.schema.json").read_text()))
NOWHERE = ReportContext(Path(__file__).parent / "no such folder", RULES)

# RFC 4180, section 2. TEXTDATA is "%x20-21 / %x23-2B / %x2D-7E" there: all but quotes, commas and control characters.
TEXT = r"[^\x00-\x1f\x7f\",]"
FIELD = rf'(?:"(?:[^"]|"")*"|{TEXT}*)'
RECORD = rf"{FIELD}(?:,{FIELD})*"
FILE = re.compile(rf"{RECORD}(?:\r\n{RECORD})*\r\n")


def junit_errors(text: str) -> list[str]:
    return [str(error.reason) for error in JUNIT.iter_errors(encoded(text).decode())]


def gitlab_errors(text: str) -> list[str]:
    return [f"{list(error.path)}: {error.message}" for error in GITLAB.iter_errors(json.loads(text))]


def rdformat_errors(text: str) -> list[str]:
    lines = [json.loads(line) for line in text.split("\n") if line]
    return [f"{list(error.path)}: {error.message}" for line in lines for error in RDFORMAT.iter_errors(line)]


def csv_errors(text: str) -> list[str]:
    widths = {len(row) for row in csv.reader(StringIO(text, newline=""))}
    wrong = [] if FILE.fullmatch(text) else ["not by the grammar"]
    return wrong if widths == {len(table.COLUMNS)} else [*wrong, f"rows of {widths} cells"]


def azure_errors(text: str) -> list[str]:
    return [line for line in text.splitlines() if azure_command(line)[0] != ["task", "logissue"]]


def azure_command(line: str) -> tuple[list[str], dict[str, str], str]:
    """A line as the agent of Azure Pipelines takes it apart: bracket, space, semicolons, equal signs."""
    assert line.startswith("##vso["), line
    command, bracket, data = line.removeprefix("##vso[").partition("]")
    assert bracket, line
    name, _, written = command.partition(" ")
    pairs = [part.split("=", 1) for part in written.split(";") if part]
    return name.split("."), {pair[0]: azure_decoded(pair[1]) for pair in pairs}, azure_decoded(data)


def azure_decoded(text: str) -> str:
    """Percent signs last, as the agent does."""
    for code, character in (("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%AZP25", "%")):
        text = text.replace(code, character)
    return text


FORMATS: dict[str, tuple[Callable[[Result, ReportContext], str], Callable[[str], list[str]]]] = {
    "junit": (junit.render, junit_errors),
    "gitlab": (gitlab.render, gitlab_errors),
    "rdjsonl": (rdjsonl.render, rdformat_errors),
    "csv": (table.render, csv_errors),
    "azure": (azure.render, azure_errors),
}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("which", ["result", "odd", "many", "empty"])
def test_reports_keep_to_their_schema(
    which: str, name: str, context: ReportContext, request: pytest.FixtureRequest
) -> None:
    render, errors = FORMATS[name]
    assert errors(render(request.getfixturevalue(which), context)) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("junit", '<testsuites skipped="1"/>'),
        ("junit", '<testsuites><testsuite name="a" tests="0" failures="0"/></testsuites>'),
        ("gitlab", '[{"description": "a", "fingerprint": "b", "severity": "high", "location": {"path": "c"}}]'),
        ("rdjsonl", '{"message": "a", "location": {"path": "b", "range": {"start": {"line": 0}}}, "severity": "INFO"}'),
        ("csv", "a,b\n"),
        ("csv", 'a"b,c\r\n'),
        ("azure", "##vso[task.complete result=Failed;]done"),
    ],
)
def test_the_schemas_refuse(name: str, text: str) -> None:
    assert FORMATS[name][1](text) != []


AWKWARD = st.text(
    st.one_of(st.sampled_from(" %:,;]=\"'<>&#|`\\\r\n\x1b\x00%25%3B%AZP25ü日🚀\u2028\u202e"), st.characters())
)


@st.composite
def renamed(draw: st.DrawFn) -> Result:
    """A result with one finding that is named and placed anyhow."""
    result = build_result()
    path = draw(AWKWARD.filter(lambda text: text.strip("./ ") and "\0" not in text)).lstrip("./") or "a"
    subject = result.findings[0].resource._replace(address=draw(AWKWARD) or "a", name=draw(AWKWARD))
    result.findings[:] = [
        result.findings[0]._replace(
            message=draw(AWKWARD) or "a",
            found=draw(AWKWARD),
            resource=subject,
            location=Location(path, 3, 5, 3, 9),
        )
    ]
    result.suppressed.clear()
    result.unknown.clear()
    result.incomplete.clear()
    return result


@settings(max_examples=150, deadline=None, derandomize=True)
@given(renamed())
def test_any_name_is_read_back(result: Result) -> None:
    (record,) = result.findings
    place, said = record.location, neutral(told(record))
    assert place is not None
    for render, errors in FORMATS.values():
        assert errors(render(result, NOWHERE)) == []
    path = neutral(place.path)
    name, properties, message = azure_command(azure.render(result, NOWHERE).removesuffix("\n"))
    assert (name, properties["sourcepath"], message) == (["task", "logissue"], path, said)
    level, shown, text = parsed(github.render(result, NOWHERE).removesuffix("\n"))
    assert (level, shown["file"], text.split("\n")[0]) == ("error", path, said)
    (entry,) = json.loads(gitlab.render(result, NOWHERE))
    assert (entry["location"]["path"], entry["description"]) == (place.path, f"{record.rule_id}: {said}")
    (diagnostic,) = [json.loads(line) for line in rdjsonl.render(result, NOWHERE).split("\n") if line]
    assert (diagnostic["location"]["path"], diagnostic["message"]) == (place.path, said)
    row = next(rows(table.render(result, NOWHERE)))
    assert row["message"].removeprefix("'") == neutral(" ".join(record.message.split()))
    failure = next(ET.fromstring(encoded(junit.render(result, NOWHERE))).iter("failure"))  # noqa: S314 - our own output
    assert failure.attrib["message"] == said


def rows(text: str) -> Iterator[dict[str, Any]]:
    yield from csv.DictReader(StringIO(text, newline=""))
