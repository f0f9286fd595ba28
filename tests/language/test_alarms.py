"""Which alarms watch a resource, and whether what an alarm watches exists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from walint.findings.evaluation import Evaluation
from walint.language.ends import MOST_OPEN

Related = Callable[..., dict[str, Any]]
Judge = Callable[..., dict[str, Evaluation]]

HEAD = """
Parameters:
  Env: {Type: String}
  Name: {Type: String}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
Resources:
  Work: {Type: AWS::Lambda::Function}
  Named: {Type: AWS::Lambda::Function, Properties: {FunctionName: orders}}
  Live: {Type: AWS::Lambda::Alias, Properties: {Name: live, FunctionName: !Ref Work, FunctionVersion: "1"}}
  Queue: {Type: AWS::SQS::Queue}
  Balancer: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer}
"""


def _alarm(properties: str) -> str:
    return f"{HEAD}  It: {{Type: AWS::CloudWatch::Alarm, Properties: {{{properties}}}}}\n"


def _on(value: str, *, metric: str = "Errors", namespace: str = "AWS/Lambda", more: str = "") -> str:
    dimensions = f"[{{Name: FunctionName, Value: {value}}}{more}]"
    return f"Namespace: {namespace}, MetricName: {metric}, Dimensions: {dimensions}"


def _math(stat: str, expression: str = "m1 * 100") -> str:
    return f"Metrics: [{{Id: e, Expression: {expression}}}, {{Id: m1, MetricStat: {{Metric: {{{stat}}}, Stat: Sum}}}}]"


def _query(expression: str) -> str:
    return f"Metrics: [{{Id: q, Expression: {expression}}}]"


ALL = "'SEARCH(''{AWS/Lambda,FunctionName} MetricName=\"Errors\"'', ''Sum'')'"
ORDERS = "'SEARCH(''{AWS/Lambda,FunctionName} MetricName=\"Errors\" FunctionName=\"orders\"'', ''Sum'')'"
LAMBDA = 'SELECT MAX(Errors) FROM SCHEMA("AWS/Lambda", FunctionName)'
OF_WORK = f"!Sub '{LAMBDA} WHERE FunctionName = ''${{Work}}'''"
IN_PROD = f"!If [IsProd, {{Id: m, MetricStat: {{Metric: {{{_on('!Ref Work')}}}}}}}, {{Id: n}}]"
DIMENSION = "Namespace: AWS/Lambda, MetricName: Errors, Dimensions: [{Name: %s, Value: !Ref Work}]"
QUEUE = "Namespace: AWS/SQS, MetricName: NumberOfMessagesSent"
BALANCER = "Namespace: AWS/ApplicationELB, MetricName: HTTPCode_ELB_5XX_Count"
FULL_NAME = f"{BALANCER}, Dimensions: [{{Name: LoadBalancer, Value: %s}}]"

WATCHING: list[tuple[str, str, str | None]] = [
    # The metric itself.
    (_on("!Ref Work"), "Work", "surely"),
    (_on("!Ref Work"), "Named", None),
    (_on("orders"), "Named", "surely"),
    (_on("orders"), "Work", None),
    (_on("!Ref Name"), "Work", "perhaps"),
    (_on("!Sub '${Env}-orders'"), "Named", None),
    (_on("!If [IsProd, !Ref Work, other]"), "Work", "perhaps"),
    (_on("!Ref Live"), "Work", "surely"),
    (_on("!GetAtt Work.Arn"), "Work", None),
    (_on("!Ref Work", metric="Throttles"), "Work", None),
    (_on("!Ref Work", metric="!Ref Name"), "Work", "perhaps"),
    (_on("!Ref Work", metric="!If [IsProd, Errors, Throttles]"), "Work", "perhaps"),
    (_on("!Ref Work", namespace="AWS/SQS"), "Work", None),
    (_on("!Ref Work", namespace="!Ref Name"), "Work", "perhaps"),
    (_on("!Ref Work", namespace="Mine"), "Work", None),
    # Sets of dimensions.
    (_on("!Ref Work", more=", {Name: Resource, Value: !Sub '${Work}:live'}"), "Work", "surely"),
    (_on("!Ref Work", more=", {Name: Stage, Value: prod}"), "Work", None),
    (_on("!Ref Work", more=", !If [IsProd, {Name: Stage, Value: prod}, !Ref AWS::NoValue]"), "Work", "perhaps"),
    (_on("!Ref Work", more=", !Ref Name"), "Work", "perhaps"),
    (_on("!Ref Work", more=", {Name: !Ref Name, Value: x}"), "Work", "perhaps"),
    ("Namespace: AWS/Lambda, MetricName: Errors, Dimensions: !Ref Name", "Work", "perhaps"),
    (DIMENSION % "!Ref Name", "Work", "perhaps"),
    (DIMENSION % "QueueName", "Work", None),
    ("Namespace: AWS/Lambda, MetricName: Errors", "Work", None),
    # Metric math.
    (_math(_on("!Ref Work")), "Work", "surely"),
    (_math(_on("!Ref Work"), "!Sub 'm1 * ${Env}'"), "Work", "surely"),
    (_math(_on("!Ref Work")), "Named", None),
    (_math(_on("!Ref Name")), "Named", "perhaps"),
    (f"Metrics: [{IN_PROD}]", "Work", "perhaps"),
    ("Metrics: !Ref Name", "Work", "perhaps"),
    ("Metrics: [{Id: m, MetricStat: !Ref Name}]", "Work", "perhaps"),
    ("'Fn::Transform': {Name: M}", "Work", "perhaps"),
    # Queries over many metrics.
    (_query(ALL), "Work", "surely"),
    (_query(ORDERS), "Named", "surely"),
    (_query(ORDERS), "Work", "perhaps"),
    (_query(LAMBDA), "Work", "surely"),
    (_query(LAMBDA.replace("Errors", "Throttles")), "Work", None),
    (_query(LAMBDA.replace("Lambda", "SQS")), "Work", None),
    (_query(OF_WORK), "Work", "surely"),
    (_query(OF_WORK), "Named", "perhaps"),
    (_query(f"!Sub '{LAMBDA} ${{Name}}'"), "Work", "perhaps"),
    (_query("!Ref Name"), "Work", "perhaps"),
    (_query("m1 / m2"), "Work", None),
]


@pytest.mark.parametrize(("properties", "function", "expected"), WATCHING)
def test_an_alarm_watches_the_errors_of_a_function(
    related: Related, properties: str, function: str, expected: str | None
) -> None:
    found = related(_alarm(properties), "alarms", function, metric=["Errors"])
    assert ({"It": expected} if expected else {}) == found


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ("Namespace: AWS/Lambda, MetricName: Errors", "surely"),
        ("Namespace: AWS/Lambda, MetricName: Errors, Dimensions: []", "surely"),
        ("Namespace: AWS/Lambda, MetricName: Errors, Dimensions: !Ref AWS::NoValue", "surely"),
        ("Namespace: AWS/Lambda, MetricName: Duration", None),
        ("Namespace: AWS/SQS, MetricName: Errors", None),
        ("Namespace: AWS/Lambda, MetricName: Errors, Dimensions: !If [IsProd, [], [{Name: A, Value: b}]]", "perhaps"),
    ],
)
def test_an_alarm_without_dimensions_watches_all_functions(
    related: Related, properties: str, expected: str | None
) -> None:
    found = related(_alarm(properties), "alarms", "Work", metric=["Errors"], account_wide=True)
    assert ({"It": expected} if expected else {}) == found


@pytest.mark.parametrize("metric", [["Errors"], ["Throttles", "Errors"]])
def test_one_of_the_metrics_is_enough(related: Related, metric: list[str]) -> None:
    assert related(_alarm(_on("!Ref Work")), "alarms", "Work", metric=metric) == {"It": "surely"}


@pytest.mark.parametrize(("is_prod", "expected"), [(True, {"It": "surely"}), (False, {})])
@pytest.mark.parametrize(
    "properties",
    [
        _on("!If [IsProd, !Ref Work, other]"),
        _on("!Ref Work", metric="!If [IsProd, Errors, Throttles]"),
        _on("!Ref Work", more=", !If [IsProd, !Ref AWS::NoValue, {Name: Stage, Value: prod}]"),
        f"Metrics: !If [IsProd, [{{Id: m, MetricStat: {{Metric: {{{_on('!Ref Work')}}}}}}}], []]",
    ],
)
def test_a_condition_settles_it(related: Related, properties: str, expected: dict[str, str], *, is_prod: bool) -> None:
    assumed = {"template.yaml#IsProd": is_prod}
    assert expected == related(_alarm(properties), "alarms", "Work", metric=["Errors"], assumed=assumed)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("!GetAtt Queue.QueueName", {"It": "surely"}), ("!Ref Queue", {}), ("!GetAtt Queue.Arn", {})],
)
def test_the_attribute_that_the_metric_carries(related: Related, value: str, expected: dict[str, str]) -> None:
    metric = "ApproximateNumberOfMessagesVisible"
    alarm = f"Namespace: AWS/SQS, MetricName: {metric}, Dimensions: [{{Name: QueueName, Value: {value}}}]"
    assert expected == related(_alarm(alarm), "alarms", "Queue", metric=[metric])


def test_with_too_many_unresolved_dimensions_the_rest_is_open(related: Related) -> None:
    open_name = "!Sub '%d-${Env}ers'"
    alarms = "".join(
        f"  A{n}: {{Type: AWS::CloudWatch::Alarm, Properties: {{{_on(open_name % n)}}}}}\n"
        for n in range(MOST_OPEN + 1)
    )
    found = related(HEAD + alarms, "alarms", "Named", metric=["Errors"])
    assert found == {"...": "201 alarms have dimensions that are not wholly known"}


def test_among_too_many_what_surely_watches_is_still_found(related: Related) -> None:
    alarms = "".join(
        f"  A{n}: {{Type: AWS::CloudWatch::Alarm, Properties: {{Namespace: AWS/Lambda, MetricName: Errors, "
        f"Dimensions: !Ref Name}}}}\n"
        for n in range(MOST_OPEN + 1)
    )
    sure = (
        f"  It: {{Type: AWS::CloudWatch::Alarm, Properties: {{{_on('!Ref Work')}}}}}\n"
        f"  Search: {{Type: AWS::CloudWatch::Alarm, Properties: {{{_query(ALL)}}}}}\n"
    )
    found = related(HEAD + alarms + sure, "alarms", "Work", metric=["Errors"])
    assert found == {"It": "surely", "Search": "surely", "...": "201 alarms watch what is not wholly known"}


def test_too_many_conditional_dimensions_are_open(related: Related) -> None:
    conditions = "".join(f"  C{n}: !Equals [!Ref Env, '{n}']\n" for n in range(6))
    items = "".join(f", !If [C{n}, {{Name: D{n}, Value: x}}, !Ref AWS::NoValue]" for n in range(6))
    template = _alarm(_on("!Ref Work", more=items)).replace("Resources:", conditions + "Resources:")
    assert related(template, "alarms", "Work", metric=["Errors"]) == {"It": "perhaps"}


EXISTING: list[tuple[str, str, str]] = [
    (_on("!Ref Work"), "pass", ""),
    (_on("orders"), "pass", ""),
    (_on("!Ref Name"), "unknown", "parameter Name has no default"),
    (_on("!GetAtt Work.Arn"), "fail", "its arn (a reference to Work.Arn)"),
    (_on("arn:aws:lambda:eu-west-1:111122223333:function:orders"), "fail", "arn:aws:lambda:eu-west-1:111122223333"),
    (_on("!Ref Queue"), "fail", "a reference to Queue, a AWS::SQS::Queue"),
    (_on("!If [IsProd, !Ref Work, !GetAtt Work.Arn]"), "unknown", "fails unless IsProd"),
    (_on("!If [IsProd, !Ref Queue, !GetAtt Work.Arn]"), "fail", ""),
    (_on("!Ref Work", more=", {Name: Stage, Value: prod}"), "fail", "FunctionName + Stage"),
    (_on("!Ref Work", metric="!Ref Name"), "unknown", "parameter Name has no default"),
    (_on("!Ref Work", namespace="Mine"), "pass", ""),
    (_on("!Ref Work", metric="MyOwn"), "pass", ""),
    (f"{QUEUE}, Dimensions: [{{Name: QueueName, Value: !Ref Queue}}]", "fail", "its url"),
    (QUEUE, "fail", "no dimension"),
    (FULL_NAME % "!GetAtt Balancer.LoadBalancerFullName", "pass", ""),
    (FULL_NAME % "!Ref Balancer", "fail", "its arn"),
    (FULL_NAME % "!GetAtt Balancer.LoadBalancerName", "fail", "its name"),
    (_math(_on("!Ref Work")), "pass", ""),
    (_math(_on("!GetAtt Work.Arn")), "fail", "its arn"),
    (_query(ALL), "pass", ""),
]  # fmt: skip


@pytest.mark.parametrize(("properties", "outcome", "found"), EXISTING)
def test_watches_existing_metric(judge: Judge, properties: str, outcome: str, found: str) -> None:
    evaluation = judge(_alarm(properties), "AWS::CloudWatch::Alarm", {".": {"watches_existing_metric": True}})["It"]
    words = " ".join(fact.found for fact in evaluation.facts) + evaluation.reason
    assert (outcome, True) == (evaluation.outcome, found in words), words
