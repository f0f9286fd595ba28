"""When an alarm fires: how soon, how near to a function's timeout, and whether another alarm fires earlier."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from walint.catalog.relations import relations
from walint.language.operators import OPERATORS
from walint.language.relation import Relations
from walint.language.scope import Context, Scope, resource_scope
from walint.sources import SourceSettings, load

_TEMPLATE = """
Parameters:
  Any: {{Type: Number}}
  Name: {{Type: String}}
Conditions:
  IsProd: !Equals [!Ref AWS::Region, eu-west-1]
Resources:
  Report: {{Type: AWS::Lambda::Function, Properties: {{Timeout: 100, FunctionName: report}}}}
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties: {{{properties}}}
  Other:
    Type: AWS::CloudWatch::Alarm
    Properties: {{{other}}}
"""


def _scope(folder: Path, properties: str, other: str = "") -> Scope:
    (folder / "template.yaml").write_text(_TEMPLATE.format(properties=properties, other=other), encoding="utf-8")
    graph = load([folder], SourceSettings(root=folder))
    context = Context(graph, Relations(graph), date(2026, 11, 20))
    return resource_scope(context, next(one for one in graph.resources if one.address == "Alarm"))


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ("Period: 300, EvaluationPeriods: 3", True),
        ("Period: 300, EvaluationPeriods: 4", False),
        ("Period: 300, EvaluationPeriods: 4, DatapointsToAlarm: 3", True),
        ("Period: 60, EvaluationPeriods: 3, DatapointsToAlarm: 4", False),
        ("Period: '300', EvaluationPeriods: '4'", False),
        ("Period: !Ref Any, EvaluationPeriods: 4", None),
        ("Period: 300, EvaluationPeriods: !Ref Any", None),
        ("Period: !If [IsProd, 60, 300], EvaluationPeriods: 3", True),
        ("Period: !If [IsProd, 60, 600], EvaluationPeriods: 3", None),
        ("EvaluationPeriods: 3", True),
        ("Metrics: [{Id: a, Period: 60}, {Id: b, MetricStat: {Period: 3600}}], EvaluationPeriods: 1", False),
        ("Metrics: [{Id: a, Period: 60}, {Id: b, MetricStat: {Period: 300}}], EvaluationPeriods: 3", True),
    ],
)
def test_how_soon_an_alarm_fires(tmp_path: Path, properties: str, *, expected: bool | None) -> None:
    scope = _scope(tmp_path, properties)
    judge = OPERATORS["detects_within"].build(900).judge
    assert judge is not None
    assert judge(scope.read(()), scope).truth is expected


def test_a_late_alarm_says_how_late(tmp_path: Path) -> None:
    scope = _scope(tmp_path, "Period: 600, EvaluationPeriods: 3")
    judge = OPERATORS["detects_within"].build(900).judge
    assert judge is not None
    (fact,) = judge(scope.read(()), scope).facts
    assert (fact.property, fact.expected, fact.found) == (
        "Period",
        "an alarm after 900 s at most",
        "3 x 600 s = 1800 s",
    )


@pytest.mark.parametrize(
    ("threshold", "about", "expected"),
    [
        ("80000", "!Ref Report", True),
        ("79999", "!Ref Report", False),
        ("90000", "report", True),
        ("!Ref Any", "!Ref Report", None),
        ("90000", "elsewhere", None),
        ("90000", "!Ref Name", None),
    ],
)
def test_a_threshold_against_the_timeout(tmp_path: Path, threshold: str, about: str, *, expected: bool | None) -> None:
    dimensions = f"Dimensions: [{{Name: FunctionName, Value: {about}}}]"
    scope = _scope(tmp_path, f"Namespace: AWS/Lambda, MetricName: Duration, Threshold: {threshold}, {dimensions}")
    judge = OPERATORS["near_timeout"].build(80).judge
    assert judge is not None
    assert judge(scope.read(("Threshold",)), scope).truth is expected


def test_no_function_has_no_timeout(tmp_path: Path) -> None:
    scope = _scope(tmp_path, "Namespace: AWS/Lambda, MetricName: Duration, Threshold: 90000")
    judge = OPERATORS["near_timeout"].build(80).judge
    assert judge is not None
    assert judge(scope.read(("Threshold",)), scope).truth is False


@pytest.mark.parametrize(
    ("own", "other", "expected"),
    [
        ("[{Name: A, Value: x}, {Name: B, Value: y}]", "[{Name: B, Value: y}, {Name: A, Value: x}]", ["Other"]),
        ("[{Name: A, Value: !Ref Name}]", "[{Name: A, Value: !Ref Name}]", ["Other"]),
        ("[{Name: A, Value: !Ref Report}]", "[{Name: A, Value: !Ref Report}]", ["Other"]),
        ("[{Name: A, Value: x}]", "[{Name: A, Value: y}]", []),
        ("[{Name: A, Value: x}]", "[]", []),
    ],
)
def test_alarms_on_the_same_metric(tmp_path: Path, own: str, other: str, expected: list[str]) -> None:
    same = "Namespace: AWS/RDS, MetricName: CPUUtilization"
    scope = _scope(tmp_path, f"{same}, Dimensions: {own}", f"{same}, Dimensions: {other}")
    found = scope.context.relations.related(relations()["same_metric_alarms"], scope, {})
    assert ([link.resource.address for link in found.links], found.more) == (expected, [])


@pytest.mark.parametrize(
    ("value", "expected"),
    [("0.05", True), ("0.051", False), ("!Ref Any", "parameter Any has no default")],
)
def test_hundredths(tmp_path: Path, value: str, *, expected: bool | str) -> None:
    scope = _scope(tmp_path, f"Threshold: {value}")
    test = OPERATORS["at_most_percent"].build(5)
    assert (test.ask(scope.read(("Threshold",)), scope), test.expected) == (expected, "at most 0.05 (5 %)")
