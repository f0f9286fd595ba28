"""What counts as a reference: the words `refers_to` and `resolves`, links by reference, links to families of types."""

from __future__ import annotations

from pathlib import Path

import pytest

from walint.engine import Options, SelectedRule, evaluate
from walint.findings.evaluation import Evaluation
from walint.language.catalogue import Catalogue
from walint.sources import SourceSettings, load

_RULE = """
id: a-rule
title: It is wrong
passing: It is right
severity: low
practices: [OPS01-BP01]
since: 0.1.0
sources: [cloudformation]
rationale: Because this is how it has to be.
remediation: Write it in another way.
"""


def _evaluations(folder: Path, rule_text: str, template: str) -> list[Evaluation]:
    (folder / "rules").mkdir()
    (folder / "rules" / "a-rule.yaml").write_text(_RULE + rule_text, encoding="utf-8")
    (folder / "in").mkdir()
    (folder / "in" / "template.yaml").write_text(template, encoding="utf-8")
    rule = Catalogue([folder / "rules"]).rules["a-rule"]
    graph = load([folder / "in"], SourceSettings(root=folder / "in"))
    return list(evaluate(graph, [SelectedRule(rule, rule.severity)], Options()))


def _outcome(folder: Path, rule_text: str, template: str) -> str:
    (evaluation,) = _evaluations(folder, rule_text, template)
    return evaluation.outcome


_ALARM = """
Parameters:
  Given: {{Type: String}}
Resources:
  Topic: {{Type: AWS::SNS::Topic}}
  Grow: {{Type: AWS::AutoScaling::ScalingPolicy, Properties: {{AutoScalingGroupName: web}}}}
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties: {{AlarmActions: [{action}]}}
"""


@pytest.mark.parametrize(
    ("action", "outcome"),
    [
        ("!Ref Grow", "pass"),
        ("!GetAtt Grow.Arn", "pass"),
        ("!Ref Topic", "fail"),
        ("!Ref Nowhere", "fail"),
        ("!Ref Given", "fail"),
        ("!ImportValue a-policy", "fail"),
        ("arn:aws:autoscaling:eu-west-1:111122223333:scalingPolicy:1", "fail"),
    ],
)
def test_refers_to_looks_at_what_is_written_not_at_what_it_may_mean(tmp_path: Path, action: str, outcome: str) -> None:
    rule = """
resource: AWS::CloudWatch::Alarm
expect: {AlarmActions: {contains: {refers_to: [AWS::AutoScaling::ScalingPolicy]}}}
"""
    assert outcome == _outcome(tmp_path, rule, _ALARM.format(action=action))


@pytest.mark.parametrize(
    ("action", "outcome"),
    [("!Ref Topic", "pass"), ("!Ref Nowhere", "fail"), ("!Ref Given", "pass"), ("!ImportValue a-topic", "pass")],
)
def test_what_comes_from_outside_refers_to_nothing_that_is_missing(tmp_path: Path, action: str, outcome: str) -> None:
    rule = """
resource: AWS::CloudWatch::Alarm
expect: {every: {items: AlarmActions, expect: {.: {resolves: true}}}}
"""
    assert outcome == _outcome(tmp_path, rule, _ALARM.format(action=action))


@pytest.mark.parametrize(
    ("output", "outcome"),
    [
        ("!Ref Topic", "pass"),
        ("!GetAtt Topic.TopicName", "pass"),
        ("!Ref Given", "fail"),
        ("arn:aws:sns:eu-west-1:111122223333:topic", "fail"),
    ],
)
def test_an_output_exports_what_it_refers_to(tmp_path: Path, output: str, outcome: str) -> None:
    template = f"""
Parameters:
  Given: {{Type: String}}
Resources:
  Topic: {{Type: AWS::SNS::Topic}}
Outputs:
  Shown: {{Value: {output}, Export: {{Name: shown}}}}
"""
    rule = "resource: AWS::SNS::Topic\nexpect: {some: {relation: exports}}\n"
    assert outcome == _outcome(tmp_path, rule, template)


@pytest.mark.parametrize(
    ("type_name", "outcome"),
    [
        ("Custom::Tables", "pass"),
        ("Custom::Anything", "pass"),
        ("AWS::CloudFormation::CustomResource", "pass"),
        ("Customs::Office", "fail"),
    ],
)
def test_a_relation_may_lead_to_a_family_of_types(tmp_path: Path, type_name: str, outcome: str) -> None:
    template = f"""
Resources:
  Setup: {{Type: AWS::Lambda::Function}}
  Made: {{Type: "{type_name}", Properties: {{ServiceToken: !GetAtt Setup.Arn}}}}
"""
    rule = "resource: AWS::Lambda::Function\nexpect: {some: {relation: deployment_callers}}\n"
    assert outcome == _outcome(tmp_path, rule, template)


@pytest.mark.parametrize(
    ("attributes", "found"),
    [
        (
            '[{Key: a, Value: "1"}, {Key: wanted, Value: "no"}]',
            "one that does not fit (LoadBalancerAttributes.Value: no)",
        ),
        ('[{Key: a, Value: "1"}]', "none"),
    ],
)
def test_the_item_that_was_meant_is_blamed(tmp_path: Path, attributes: str, found: str) -> None:
    rule = """
resource: AWS::ElasticLoadBalancingV2::LoadBalancer
expect: {some: {items: LoadBalancerAttributes, where: {Key: wanted}, expect: {Value: "yes"}, expected: wanted = yes}}
"""
    template = f"""
Resources:
  Web:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties:
      LoadBalancerAttributes: {attributes}
"""
    (evaluation,) = _evaluations(tmp_path, rule, template)
    (fact,) = evaluation.facts
    assert fact.span is not None
    blamed = template.splitlines()[fact.span.start_line - 1][fact.span.start_column - 1 : fact.span.end_column - 1]

    assert ("wanted = yes", found) == (fact.expected, fact.found)
    assert blamed == ('"no"' if found != "none" else attributes)


@pytest.mark.parametrize(
    ("log_format", "outcome"),
    [
        ('{"id":"$context.requestId","status":$context.status}', "pass"),
        ('{"id":"$context.extendedRequestId","status":"$context.status"}', "pass"),
        ('{"id":"$context.requestTime","status":"$context.status"}', "fail"),
        ('{"id":"$context.requestId"}', "fail"),
        ('["$context.requestId","$context.status"]', "fail"),
        ("$context.requestId $context.status", "fail"),
    ],
)
def test_a_field_of_a_log_format_may_have_two_names(tmp_path: Path, log_format: str, outcome: str) -> None:
    rule = """
resource: AWS::ApiGateway::Stage
expect: {AccessLogSetting.Format: {json_log_format: {fields: ["requestId|extendedRequestId", status]}}}
"""
    template = f"""
Resources:
  Live:
    Type: AWS::ApiGateway::Stage
    Properties:
      AccessLogSetting: {{Format: '{log_format}'}}
"""
    assert outcome == _outcome(tmp_path, rule, template)
