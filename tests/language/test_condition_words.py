"""The words `enabled`, `type: $types` and the path `@Name`, as a rule's author uses them."""

from __future__ import annotations

from pathlib import Path

import pytest

from walint.engine import Options, SelectedRule, evaluate
from walint.language.catalogue import Catalogue, RulesError
from walint.sources import SourceSettings, load

_RULE = """
id: a-queue-rule
title: It is wrong
passing: It is right
severity: low
practices: [OPS01-BP01]
since: 0.1.0
sources: [cloudformation]
resource: [AWS::SQS::Queue, AWS::SNS::Topic]
parameters:
  strictly: {type: boolean, default: false}
  types: {type: list, default: [AWS::SQS::Queue]}
rationale: Because this is how it has to be.
remediation: Write it in another way.
"""
_TEMPLATE = """
Resources:
  OrdersDLQ: {Type: AWS::SQS::Queue}
  Orders: {Type: AWS::SQS::Queue}
  News: {Type: AWS::SNS::Topic}
"""


def _outcomes(folder: Path, conditions: str, parameters: dict[str, object]) -> dict[str, str]:
    (folder / "rules").mkdir()
    (folder / "rules" / "a-queue-rule.yaml").write_text(_RULE + conditions, encoding="utf-8")
    (folder / "in").mkdir()
    (folder / "in" / "template.yaml").write_text(_TEMPLATE, encoding="utf-8")
    rule = Catalogue([folder / "rules"]).rules["a-queue-rule"]
    graph = load([folder / "in"], SourceSettings(root=folder / "in"))
    selected = SelectedRule(rule, rule.severity, parameters)
    return {evaluation.resource.address: evaluation.outcome for evaluation in evaluate(graph, [selected], Options())}


@pytest.mark.parametrize(("strictly", "outcome"), [(False, "pass"), (True, "fail")])
def test_a_condition_can_be_switched_by_a_parameter(tmp_path: Path, *, strictly: bool, outcome: str) -> None:
    conditions = "when: {type: $types}\nexpect: {any: [{'@Name': nobody}, {not: {enabled: $strictly}}]}\n"
    got = _outcomes(tmp_path, conditions, {"strictly": strictly})
    assert {"OrdersDLQ": outcome, "Orders": outcome, "News": "not-applicable"} == got


@pytest.mark.parametrize(
    ("types", "expected"),
    [
        (["AWS::SQS::Queue"], {"OrdersDLQ": "pass", "Orders": "fail", "News": "not-applicable"}),
        (["AWS::SNS::Topic"], {"OrdersDLQ": "not-applicable", "Orders": "not-applicable", "News": "fail"}),
    ],
)
def test_the_types_and_the_name_of_a_resource(tmp_path: Path, types: list[str], expected: dict[str, str]) -> None:
    conditions = "when: {type: $types}\nexpect: {any: [{'@Name': {like: ['*dlq']}}, {enabled: $strictly}]}\n"
    assert expected == _outcomes(tmp_path, conditions, {"types": types})


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("{enabled: true}", "enabled takes a parameter of type boolean"),
        ("{enabled: $types}", "$types is no parameter of type boolean"),
        ("{enabled: $strict}", "unknown parameter $strict"),
        ("{type: $typos}", "unknown parameter $typos"),
    ],
)
def test_mistakes_are_reported(tmp_path: Path, condition: str, message: str) -> None:
    uses = "when: {any: [{enabled: $strictly}, {type: $types}]}\n"
    with pytest.raises(RulesError) as caught:
        _outcomes(tmp_path, f"{uses}expect: {condition}\n", {})
    assert message in [error.message for error in caught.value.errors]
