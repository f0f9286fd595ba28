"""The work of a scan grows with its resources, not with their square, however many stacks they stand in."""

from __future__ import annotations

import sys
from types import FrameType

import pytest

from walint.engine import Options, SelectedRule, evaluate
from walint.language.catalogue import load_rules
from walint.language.rule import Rule
from walint.model.graph import Graph
from walint.sources import SourceSettings, load

PER_STACK = """\
Resources:
  Work: {Type: AWS::Lambda::Function, Properties: {FunctionName: work-$N, Role: "arn:aws:iam::123456789012:role/r"}}
  Errors:
    Type: AWS::CloudWatch::Alarm
    Properties: {Namespace: AWS/Lambda, MetricName: Errors, Dimensions: [{Name: FunctionName, Value: !Ref Work}]}
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: queue-$N}}
  Old: {Type: AWS::CloudWatch::Alarm, Properties: {Namespace: AWS/SQS, MetricName: ApproximateAgeOfOldestMessage}}
  Table: {Type: AWS::DynamoDB::Table, Properties: {TableName: table-$N}}
  Topic: {Type: AWS::SNS::Topic, Properties: {TopicName: topic-$N}}
  Logs: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: /aws/lambda/work-$N}}
  Plan: {Type: AWS::Backup::BackupPlan, Properties: {BackupPlan: {BackupPlanName: plan-$N, BackupPlanRule: []}}}
"""
ONCE = """\
  Views: {Type: AWS::CloudWatch::Dashboard, Properties: {DashboardBody: '{"widgets": []}'}}
"""
"""Dashboards are few; each is searched for each resource."""
FEW, MANY = 25, 75
CATALOGUE = load_rules()
RULES = sorted(name for name, rule in CATALOGUE.rules.items() if "cloudformation" in rule.sources)


@pytest.fixture(scope="module")
def graphs(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Graph]:
    """Scans of few and of many stacks."""
    found = {}
    for count in (FEW, MANY):
        root = tmp_path_factory.mktemp(str(count))
        for number in range(count):
            template = PER_STACK.replace("$N", str(number)) + (ONCE if number == 0 else "")
            (root / f"{number}.yaml").write_text(template, encoding="utf-8")
        found[count] = load([root], SourceSettings(root=root))
    return found


def calls(graph: Graph, rule: Rule) -> int:
    """How many Python functions are called to judge a scan by a rule."""
    number = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal number
        number += event == "call"

    selected = [SelectedRule(rule, rule.severity)]
    list(evaluate(graph, selected, Options()))  # what is read and compiled once is no part of it
    sys.setprofile(count)
    try:
        list(evaluate(graph, selected, Options()))
    finally:
        sys.setprofile(None)
    return number


@pytest.mark.parametrize("rule_id", RULES)
def test_three_times_the_stacks_take_three_times_the_work(rule_id: str, graphs: dict[int, Graph]) -> None:
    few, many = (calls(graphs[count], CATALOGUE.rules[rule_id]) for count in (FEW, MANY))
    assert many < 3.6 * few + 5_000
