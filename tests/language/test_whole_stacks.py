"""Rules on a whole stack: what is in it wherever its file is, and a failure of several resources as one list."""

from __future__ import annotations

from pathlib import Path

import pytest

from walint.engine import Options, SelectedRule, evaluate
from walint.findings.evaluation import Evaluation
from walint.language.catalogue import Catalogue
from walint.language.needs import needs_of
from walint.sources import SourceSettings, load

_RULE = """
id: a-stack-rule
title: It is wrong
passing: It is right
severity: low
practices: [OPS01-BP01]
since: 0.1.0
sources: [cloudformation]
resource: Walint::Stack
parameters:
  types: {type: list, default: [AWS::SQS::Queue], description: The types that are asked about}
rationale: Because this is how it has to be.
remediation: Write it in another way.
"""
_QUEUES = """
Resources:
  Orders: {Type: AWS::SQS::Queue}
  Paid: {Type: AWS::SQS::Queue}
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/SQS
      MetricName: ApproximateAgeOfOldestMessage
      Dimensions: [{Name: QueueName, Value: !GetAtt Paid.QueueName}]
"""
_NESTED = "  Elsewhere: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: 'https://example.com/a.yaml'}}\n"


def _rules(folder: Path, conditions: str) -> Catalogue:
    (folder / "rules").mkdir()
    (folder / "rules" / "a-stack-rule.yaml").write_text(_RULE + conditions, encoding="utf-8")
    return Catalogue([folder / "rules"])


def _judged(folder: Path, conditions: str, template: str) -> Evaluation:
    rule = _rules(folder, conditions).rules["a-stack-rule"]
    path = folder / "in" / "services" / "orders" / "template.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(template, encoding="utf-8")
    graph = load([folder / "in"], SourceSettings(root=folder / "in"))
    (evaluation,) = evaluate(graph, [SelectedRule(rule, rule.severity, {})], Options())
    return evaluation


@pytest.mark.parametrize(
    ("least", "in_sight", "template", "expected"),
    [
        (2, "false", _QUEUES, "pass"),
        (3, "false", _QUEUES, "fail"),
        (3, "false", _QUEUES + _NESTED, "unknown"),
        (3, "true", _QUEUES + _NESTED, "fail"),
    ],
)
def test_what_a_stack_in_a_folder_holds(
    tmp_path: Path, least: int, in_sight: str, template: str, expected: str
) -> None:
    asked = f"relation: declared, types: $types, same_stack: true, in_sight: {in_sight}, min: {least}"
    assert _judged(tmp_path, f"expect: {{some: {{{asked}}}}}\n", template).outcome == expected


def test_what_fails_of_several_resources_is_one_list(tmp_path: Path) -> None:
    more = "".join(f"  Queue{number:02}: {{Type: AWS::SQS::Queue}}\n" for number in range(12))
    alarmed = "some: {relation: alarms, metric: [ApproximateAgeOfOldestMessage], expected: an alarm}"
    asked = f"relation: declared, types: $types, same_stack: true, expect: {{{alarmed}}}"
    (fact,) = _judged(tmp_path, f"expect: {{every: {{{asked}}}}}\n", _QUEUES + more).facts
    shown = ", ".join(f"Queue{number:02}" for number in range(9))
    assert (fact.expected, fact.found) == ("an alarm", f"none for Orders, {shown} and 3 more")
    assert [related.message for related in fact.related][:2] == ["Queue00: none", "Queue01: none"]


def test_an_account_is_asked_for_the_types_of_a_parameter(tmp_path: Path) -> None:
    rules = _rules(tmp_path, "expect: {some: {relation: declared, types: $types, where: {QueueName: present}}}\n")
    assert needs_of(rules.rules.values())["AWS::SQS::Queue"] == {"QueueName"}
