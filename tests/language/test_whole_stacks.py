"""Rules on a whole stack: what is in it wherever its file is, and a failure of several resources as one list."""

from __future__ import annotations

from pathlib import Path

import pytest

from walint.engine import Options, SelectedRule, evaluate
from walint.findings.evaluation import Evaluation
from walint.language.catalogue import Catalogue
from walint.language.needs import needs_of
from walint.language.scope import Scope
from walint.model.value import Value
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


@pytest.mark.parametrize(
    ("first", "looks"),
    [
        ("Type: AWS::SQS::Queue, Properties: {QueueName: q}", 4),
        ("Condition: Never, Type: AWS::SQS::Queue, Properties: {QueueName: q}", 3),
        ("Type: AWS::SQS::Queue, Properties: {QueueName: !If [Perhaps, q, r]}", 4),
    ],
)
def test_what_the_whole_scan_holds_is_looked_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: str, looks: int
) -> None:
    """However many stacks ask: each queue is looked at for one of them only."""
    asked = "relation: declared, types: $types, min: 5, where: {QueueName: q}"
    rule = _rules(tmp_path, f"expect: {{some: {{{asked}}}}}\n").rules["a-stack-rule"]
    conditions = "Conditions: {Never: !Equals [a, b], Perhaps: !Equals [!Ref Stage, a]}"
    for number in range(4):
        queue = "Type: AWS::SQS::Queue, Properties: {QueueName: q}" if number else first
        topic = "Topic: {Type: AWS::SNS::Topic}"  # each is a stack, whatever becomes of its queue
        resources = f"Resources:\n  {topic}\n  Queue: {{{queue}}}\n"
        (tmp_path / "in" / str(number)).mkdir(parents=True)
        file = tmp_path / "in" / str(number) / "template.yaml"
        file.write_text(f"Parameters: {{Stage: {{Type: String}}}}\n{conditions}\n{resources}", encoding="utf-8")
    graph = load([tmp_path / "in"], SourceSettings(root=tmp_path / "in"))
    looked: set[tuple[str, int]] = set()
    outcomes: list[str] = []
    real = Scope.read

    def noted(scope: Scope, path: tuple[str, ...]) -> Value:
        if path == ("QueueName",):
            looked.add((scope.resource.key, len(outcomes)))
        return real(scope, path)

    monkeypatch.setattr(Scope, "read", noted)
    outcomes.extend(one.outcome for one in evaluate(graph, [SelectedRule(rule, "low", {})], Options()))
    assert (outcomes, len(looked)) == (["fail"] * 4, looks)
