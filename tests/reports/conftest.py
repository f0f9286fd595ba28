"""One small result, built by hand, that every report prints: three rules, odd names, every kind of record."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from walint.findings.accepted import SuppressionEntry, SuppressionState
from walint.findings.coverage import AlarmPlace, Cell, CoverageRow, CoverageTable, NeededAlarm
from walint.findings.evaluation import OUTCOMES, SEVERITIES, Outcome
from walint.findings.result import (
    Incomplete,
    Location,
    Notice,
    PracticeCount,
    Record,
    RelatedLocation,
    Result,
    RuleCount,
    Subject,
    SuppressedBy,
)
from walint.reports.context import ReportContext, Snippet

from .pages import ARGUMENTS, CHROMIUM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

HERE = Path(__file__).parent

TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Resources:
  OrderFunction:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: python3.13
      Tracing: PassThrough
      Environment:
        Variables:
          DB_PASSWORD: correct-horse-battery
  DeadLetters:
    Type: AWS::SQS::Queue
  # walint: ignore[lambda-tracing] reason="traced by OTel"
  BatchFunction:
    Type: AWS::Serverless::Function
"""
ODD_TEMPLATE = (
    "Resources:\r\n"
    "\tProtokollgruppe: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: '日本/ログ🚀', RetentionInDays: 7}}\r\n"
)
ODD_PATH = "a:b/große Stacks 100%#1/[id]?.yaml"


@dataclass(frozen=True)
class Texts:
    """The texts of a rule, as walint.language will give them."""

    id: str
    family: str
    title: str
    passing: str
    severity: str
    practices: Sequence[str]
    rationale: str
    remediation: str
    references: Sequence[str] = ("https://docs.aws.amazon.com/wellarchitected/latest/framework/ops.html",)
    parameters: Mapping[str, object] = field(default_factory=dict)
    help_url: str = ""
    snippets: Sequence[Snippet] = ()
    commands: str = ""


RULES = {
    "lambda-tracing": Texts(
        "lambda-tracing",
        "tracing",
        "Lambda function is not traced",
        "Lambda function is traced",
        "high",
        ("OPS04-BP05", "REL06-BP07"),
        "Without traces a slow request cannot be followed through its services. With AWS X-Ray it can.",
        "Set `Tracing: Active` on the function, or once for all under `Globals`. Costs are small.",
        snippets=(
            Snippet("cloudformation", "", "TracingConfig:\n  Mode: Active"),
            Snippet("sam", "a function that is traced", "Resources:\n  Orders:\n    Properties: {Tracing: Active}"),
            Snippet("terraform", "", 'tracing_config {\n  mode = "Active"\n}'),
        ),
    ),
    "log-group-retention-min": Texts(
        "log-group-retention-min",
        "logging",
        "Log group keeps its events for less than the required time",
        "Log group retention is long enough",
        "medium",
        ("OPS08-BP02",),
        "Logs that are gone cannot explain an incident.",
        "Set RetentionInDays to at least 30.",
        parameters={"min_days": 30},
        help_url="https://example.com/rules/log-group-retention-min",
    ),
    "dlq-alarm": Texts(
        "dlq-alarm",
        "alarms",
        "Dead-letter queue has no alarm",
        "Dead-letter queue has an alarm",
        "low",
        ("OPS08-BP04",),
        "A message in a dead-letter queue is work that nobody does. Somebody must be told.",
        "Add an alarm on ApproximateNumberOfMessagesVisible > 0.",
    ),
}

ORDER = Subject("AWS::Lambda::Function", "OrderFunction", "OrderFunction", "sam")
ODD = Subject(
    "AWS::Logs::LogGroup", "Protokollgruppe", "日本/ログ🚀", "cloudformation", construct_path="Stack/Logs/Gruppe"
)
QUEUE = Subject("AWS::SQS::Queue", "DeadLetters", "DeadLetters", "sam")
BATCH = Subject("AWS::Lambda::Function", "BatchFunction", "BatchFunction", "sam")
LIVE_ARN = "arn:aws:sqs:eu-west-1:123456789012:dead letters"
LIVE = Subject("AWS::SQS::Queue", LIVE_ARN, "dead letters", "live", "123456789012", "eu-west-1", LIVE_ARN)


def counts(*numbers: int) -> dict[Outcome, int]:
    """Outcomes in their order, those left out being none."""
    return dict(zip(OUTCOMES, [*numbers, *[0] * (len(OUTCOMES) - len(numbers))], strict=True))


def build_result() -> Result:
    """The result. Its records are sorted as those of a run are."""
    findings = [
        Record(
            "f" * 32,
            "lambda-tracing",
            "fail",
            "high",
            "OrderFunction: Lambda function is not traced",
            ORDER,
            Location("app/template.yaml", 9, 16, 9, 27),
            property="Tracing",
            expected="Active",
            found="PassThrough",
            practices=("OPS04-BP05", "REL06-BP07"),
            remediation="Set `Tracing: Active` on the function, or once for all under `Globals`. Costs are small.",
        ),
        Record(
            "e" * 32,
            "log-group-retention-min",
            "fail",
            "medium",
            "日本/ログ🚀: Log group keeps its events for less than the required time. "
            "The same lines declare 2 resources: Eins/Protokollgruppe, Zwei/Protokollgruppe",
            ODD,
            Location(ODD_PATH, 2, 99, 2, 100),
            related=(RelatedLocation(Location("app/template.yaml", 4, 3, 12, 49), "written by this function"),),
            property="RetentionInDays",
            expected="at least 30",
            found="7",
            practices=("OPS08-BP02",),
            remediation="Set RetentionInDays to at least 30.",
            instances=("Eins/Protokollgruppe", "Zwei/Protokollgruppe"),
        ),
        Record(
            "d" * 32,
            "dlq-alarm",
            "fail",
            "low",
            "dead letters: Dead-letter queue has no alarm",
            LIVE,
            None,
            expected="an alarm on ApproximateNumberOfMessagesVisible",
            found="nothing",
            practices=("OPS08-BP04",),
            remediation="Add an alarm on ApproximateNumberOfMessagesVisible > 0.",
        ),
    ]
    suppressed = [
        Record(
            "c" * 32,
            "lambda-tracing",
            "suppressed",
            "high",
            "BatchFunction: Lambda function is not traced",
            BATCH,
            Location("app/template.yaml", 16, 3, 16, 16),
            property="Tracing",
            expected="Active",
            found="PassThrough (AWS default)",
            practices=("OPS04-BP05", "REL06-BP07"),
            remediation="Set `Tracing: Active` on the function, or once for all under `Globals`. Costs are small.",
            suppressed_by=SuppressedBy(
                "comment", "traced by OTel", "2027-01-31", Location("app/template.yaml", 15, 3, 15, 58)
            ),
        ),
    ]
    unknown = [
        Record(
            "b" * 32,
            "dlq-alarm",
            "unknown",
            "low",
            "DeadLetters: cannot tell whether this holds: Dead-letter queue has an alarm",
            QUEUE,
            Location("app/template.yaml", 13, 3, 13, 14),
            expected="an alarm on ApproximateNumberOfMessagesVisible",
            reason="the nested stack Alarms is not on disk (https://example.com/alarms.yaml)",
            practices=("OPS08-BP04",),
        ),
    ]
    return Result(
        mode="check",
        version="0.1.0",
        started="2026-11-21T08:00:00Z",
        finished="2026-11-21T08:00:01Z",
        resources=6,
        files=2,
        outcomes=counts(2, 3, 1, 4, 1),
        severities={"high": 1, "medium": 1, "low": 1, "info": 0},
        practices=[
            PracticeCount("OPS04-BP05", "Implement distributed tracing", 1, 1, 0),
            PracticeCount("OPS08-BP02", "Analyze workload logs", 1, 1, 0),
            PracticeCount("OPS08-BP04", "Create actionable alerts", 0, 1, 1),
            PracticeCount("REL06-BP07", "Monitor end-to-end tracing of requests", 1, 1, 0),
        ],
        rules=[
            RuleCount("dlq-alarm", RULES["dlq-alarm"].title, "low", ("OPS08-BP04",), counts(0, 1, 1)),
            RuleCount(
                "lambda-tracing",
                RULES["lambda-tracing"].title,
                "high",
                ("OPS04-BP05", "REL06-BP07"),
                counts(1, 1, 0, 4, 1),
            ),
            RuleCount(
                "log-group-retention-min",
                RULES["log-group-retention-min"].title,
                "medium",
                ("OPS08-BP02",),
                counts(1, 1),
            ),
        ],
        findings=findings,
        suppressed=suppressed,
        unknown=unknown,
        incomplete=[
            Incomplete(
                "app/broken.yaml",
                "mapping values are not allowed here",
                Location("app/broken.yaml", 3, 8, 3, 9),
                "mend the YAML, or exclude the file in the config",
            ),
        ],
        notices=[
            Notice("warning", "unused suppression of dlq-alarm", Location("app/template.yaml", 15, 3, 15, 58)),
            Notice("note", "the macro Include may add resources"),
        ],
    )


@pytest.fixture
def result() -> Result:
    return build_result()


@pytest.fixture
def detailed(result: Result) -> Result:
    """The result with an alarm-coverage matrix and with suppressions of every state."""
    failing, slow = NeededAlarm("Errors", ("Errors",), "it fails"), NeededAlarm("Duration", ("Duration",), "it is slow")
    waiting = NeededAlarm(
        "Backlog", ("ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"), "work waits"
    )
    here, alarm = Location("app/template.yaml", 4, 3, 4, 16), Location("app/template.yaml", 16, 3, 16, 16)
    why = "OrderAlarm: ActionsEnabled is false, expected true"
    stray = "DeadAlarm watches its url, expected the name of AWS::SQS::Queue in QueueName"
    functions = (
        CoverageRow(ORDER, here, (Cell("covered", (AlarmPlace("OrderAlarm", alarm),)), Cell("missing"))),
        CoverageRow(
            BATCH,
            alarm,
            (
                Cell("no-action", (AlarmPlace("OrderAlarm", alarm),), why),
                Cell("unknown", (), "the parameter Env is open"),
            ),
        ),
        CoverageRow(BATCH._replace(address="Edge"), alarm, (Cell("not-needed"), Cell("covered"))),
    )
    queues = (
        CoverageRow(QUEUE, here, (Cell("wrong-dimension", (AlarmPlace("DeadAlarm", alarm),), stray),)),
        CoverageRow(LIVE, None, (Cell("missing"),)),
    )
    comment = Location("app/template.yaml", 15, 3, 15, 58)

    def entry(state: SuppressionState, line: int, until: str | None, matched: int, note: str) -> SuppressionEntry:
        place = comment._replace(start_line=line, end_line=line)
        return SuppressionEntry(
            "comment", ("lambda-tracing",), "traced by OTel", until, place, state, matched, (), note
        )

    return replace(
        result,
        alarm_coverage=[
            CoverageTable("Lambda functions", "https://docs.aws.amazon.com/lambda/", (failing, slow), functions),
            CoverageTable("Queues", "https://docs.aws.amazon.com/sqs/", (waiting,), queues),
        ],
        suppressions=[
            entry("expired", 3, "2026-11-01", 2, "expired on 2026-11-01; what it hid is reported again"),
            entry("invalid", 4, "soon", 1, "until=soon is no date (YYYY-MM-DD)"),
            entry("expiring", 5, "2026-12-01", 1, "holds until 2026-12-01, 10 more days"),
            entry("unused", 6, None, 0, "lambda-tracing reports nothing here any more"),
            entry("unjudged", 7, None, 0, "its rule did not run"),
            entry("active", 15, "2027-01-31", 1, "")._replace(location=comment, hides=("c" * 32,)),
        ],
    )


@pytest.fixture
def odd(result: Result) -> Result:
    """The result with names that break careless writers: every mark that some format takes for its own."""
    subject = Subject("AWS::SQS::Queue", "=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0", "cloudformation")
    record = Record(
        "9" * 32,
        "dlq-alarm",
        "fail",
        "high",
        "=1+2, `x`; 100%: [a](http://evil.example) @team #1 ]]> <img src=x> \r\n::error::no\x1b[31m | ünïcode 日本🚀",
        subject,
        Location("ein Ordner, 50%; voll: ja/täg]lich.yaml", 3, 5, 5, 9),
        property="Queue, Name",
        expected="an alarm",
        found="nothing: 0%",
        practices=("OPS08-BP04",),
        remediation="Add an alarm; 50% is enough, <b>really</b>: see www.evil.example.",
    )
    return replace(result, findings=[record, *result.findings])


@pytest.fixture
def many(result: Result) -> Result:
    """25 findings of each severity, each on a line of its own."""
    findings = [
        result.findings[0]._replace(
            fingerprint=f"{level}{number:030}",
            severity=severity,
            location=Location("app/template.yaml", number, 1, number, 9),
        )
        for level, severity in enumerate(SEVERITIES, start=10)
        for number in range(1, 26)
    ]
    return replace(result, findings=findings)


@pytest.fixture
def empty() -> Result:
    """A run that found nothing wrong, and nothing at all."""
    return Result("check", "0.1.0", "2026-11-21T08:00:00Z", "2026-11-21T08:00:01Z", 0, 0, {}, {})


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The folder that the result speaks of."""
    for path, text in {
        "app/template.yaml": TEMPLATE,
        ODD_PATH: ODD_TEMPLATE,
        "app/broken.yaml": "a:\n  b: 1\n  c: d: e\n",
    }.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
    return tmp_path


@pytest.fixture
def context(project: Path) -> ReportContext:
    return ReportContext(project, RULES)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A running Chromium; tests that need one are skipped where there is none."""
    driving = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    with driving.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """Compares an output with the one that was looked at and kept; WALINT_UPDATE_GOLDEN=1 keeps the new one instead."""

    def check(name: str, text: str) -> None:
        file = HERE / "golden" / name
        if os.environ.get("WALINT_UPDATE_GOLDEN"):
            file.write_bytes(text.encode())
        assert file.read_bytes().decode() == text

    return check
