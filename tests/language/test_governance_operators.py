"""The operators on tags, schedules, versions, permissions, state machines and pipelines."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from tests.language.values import value
from walint.language.condition import compile_condition
from walint.language.schedules import longest_silence
from walint.language.scope import Scope
from walint.language.truth import Judgement
from walint.model.value import Alternatives, Choice, Known, Unknown

MakeScope: TypeAlias = Callable[..., Scope]
Truth: TypeAlias = bool | None
OPEN = Unknown("a parameter has no default", surely_set=True)


def judged(make_scope: MakeScope, properties: dict[str, Any], condition: dict[str, Any], **more: Any) -> Judgement:
    scope = make_scope({name: value(each) for name, each in properties.items()}, **more)
    return compile_condition(condition, {})(scope)


@pytest.mark.parametrize(
    ("expression", "minutes"),
    [
        ("rate(1 minute)", 1),
        ("rate(5 minutes)", 5),
        ("rate(12 hours)", 720),
        ("rate(7 days)", 10080),
        ("cron(0 * * * ? *)", 60),
        ("cron(0/15 * * * ? *)", 15),
        ("cron(0 3 * * ? *)", 1440),
        ("cron(0 8,20 * * ? *)", 720),
        ("cron(0 8,18 * * ? *)", 840),
        ("cron(0 9-17 ? * MON-FRI *)", 1440 * 3 - 8 * 60),
        ("cron(0 5 1 * ? *)", 31 * 1440),
        ("cron(0 5 L * ? *)", 31 * 1440),
        ("cron(0 5 ? * 6#3 *)", 35 * 1440),
        ("cron(0 5 ? * 6L *)", 35 * 1440),
        ("cron(0 5 ? * SAT-MON *)", 5 * 1440),
        ("cron(0 5 1 JAN,JUL ? *)", 184 * 1440),
        ("cron(0 5 ? * * *)", 1440),
        ("cron(0 5 31 2 ? *)", None),
        ("cron(0 25 * * ? *)", None),
        ("cron(0 5 * * ?", None),
        ("cron(a b c d e f)", None),
        ("cron(0/0 * * * ? *)", None),
        ("daily", None),
    ],
)
def test_longest_silence(expression: str, minutes: int | None) -> None:
    assert longest_silence(expression) == minutes


@pytest.mark.parametrize(
    ("schedule", "argument", "truth"),
    [
        ("cron(0 3 * * ? *)", {"days": 1}, True),
        ("cron(0 3 * * ? *)", {"minutes": 60}, False),
        ("every now and then", {"days": 1}, None),
        (OPEN, {"days": 1}, None),
        (None, {"days": 1}, False),
        (None, {"days": 1, "absent_minutes": 1440}, True),
        (None, {"minutes": 60, "absent_minutes": 1440}, False),
    ],
)
def test_recurs_within(schedule: Any, argument: dict[str, int], truth: Truth, make_scope: MakeScope) -> None:
    properties = {} if schedule is None else {"Schedule": schedule}
    assert judged(make_scope, properties, {"Schedule": {"recurs_within": argument}}).truth is truth


@pytest.mark.parametrize(
    ("tags", "truth", "found"),
    [
        ([{"Key": "owner", "Value": "a"}, {"Key": "Environment", "Value": "b"}], True, None),
        ({"Team": "a", "environment": OPEN}, True, None),
        ([{"Key": "Owner", "Value": "a"}], False, "no tag Environment"),
        ({"Name": "a"}, False, "no tag Environment and no Owner/Team"),
        (None, False, "no tags"),
        ([{"Key": OPEN, "Value": "a"}, {"Key": "Owner", "Value": "a"}], None, None),
        (Known({"Owner": Known("a")}, rest=OPEN), None, None),
        (OPEN, None, None),
    ],
)
def test_tagged(tags: Any, truth: Truth, found: str | None, make_scope: MakeScope) -> None:
    properties = {} if tags is None else {"Tags": tags}
    judgement = judged(make_scope, properties, {"Tags": {"tagged": {"keys": ["Environment", "Owner|Team"]}}})
    assert (judgement.truth, [fact.found for fact in judgement.facts]) == (truth, [found] if found else [])


@pytest.mark.parametrize(
    ("engine", "version", "days", "truth"),
    [
        ("postgres", "13.4", 0, False),
        ("postgres", "9.6.22", 0, False),
        ("postgres", "17.2", 0, True),
        ("postgres", "14", 180, False),
        ("mysql", "8.4.3", 0, True),
        ("aurora-mysql", "8.0.mysql_aurora.3.05.2", 0, True),
        ("aurora-mysql", "5.7.mysql_aurora.2.11.2", 0, False),
        ("mysql", "8", 0, None),
        ("postgres", "99.1", 0, None),
        ("db2-se", "11.5", 0, None),
        (OPEN, "13", 0, None),
        ("postgres", OPEN, 0, None),
    ],
)
def test_in_standard_support(engine: Any, version: Any, days: int, truth: Truth, make_scope: MakeScope) -> None:
    condition = {"EngineVersion": {"in_standard_support": {"engine_at": "Engine", "within_days": days}}}
    assert judged(make_scope, {"Engine": engine, "EngineVersion": version}, condition).truth is truth


@pytest.mark.parametrize(
    ("statement", "truth"),
    [
        ([{"Effect": "Allow", "Action": "xray:PutTraceSegments"}], True),
        ({"Effect": "Allow", "Action": ["s3:*", "XRAY:put*"]}, True),
        ([{"Effect": "Allow", "NotAction": "iam:*"}], True),
        ([{"Effect": "Allow", "NotAction": "xray:*"}], False),
        ([{"Effect": "Deny", "Action": "*"}], False),
        ([{"Effect": "Allow", "Action": "sqs:*"}], False),
        ([{"Effect": "Allow", "Action": OPEN}], None),
        (OPEN, None),
    ],
)
def test_allows(statement: Any, truth: Truth, make_scope: MakeScope) -> None:
    condition = {"Policy": {"allows": {"actions": ["xray:PutTraceSegments"]}}}
    assert judged(make_scope, {"Policy": {"Statement": statement}}, condition).truth is truth


TASK = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": True}
CAUGHT = {**TASK, "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Failed"}]}


def machine(**states: Any) -> dict[str, Any]:
    return {"StartAt": next(iter(states), ""), "States": states}


@pytest.mark.parametrize(
    ("definition", "truth", "found"),
    [
        (machine(A=CAUGHT), True, None),
        (machine(A=TASK, B=CAUGHT, C=TASK), False, "none in A, C"),
        (machine(A={**TASK, "Retry": []}), False, "none in A"),
        (json.dumps(machine(A=TASK)), False, "none in A"),
        (machine(P={"Type": "Parallel", "Branches": [machine(A=TASK)]}), False, "none in A"),
        (machine(P={**CAUGHT, "Type": "Parallel", "Branches": [machine(A=TASK)]}), True, None),
        (machine(M={"Type": "Map", "Iterator": machine(A=TASK)}), False, "none in A"),
        (machine(M={"Type": "Map", "ItemProcessor": machine(A=CAUGHT)}), True, None),
        (machine(W={"Type": "Wait"}), True, None),
        (machine(A=OPEN), None, None),
        (machine(A=OPEN, B=TASK), False, "none in B"),
        (OPEN, None, None),
        ("no JSON", None, None),
    ],
)
def test_tasks_have(definition: Any, truth: Truth, found: str | None, make_scope: MakeScope) -> None:
    condition = {"Definition": {"tasks_have": {"keys": ["Retry", "Catch"], "inherited": True}}}
    judgement = judged(make_scope, {"Definition": definition}, condition)
    assert (judgement.truth, [fact.found for fact in judgement.facts]) == (truth, [found] if found else [])


def test_a_key_of_the_machine_stands_for_all_tasks(make_scope: MakeScope) -> None:
    condition = {"Definition": {"tasks_have": {"keys": ["TimeoutSeconds"], "machine": ["TimeoutSeconds"]}}}
    whole = machine(A=TASK)
    assert judged(make_scope, {"Definition": whole}, condition).truth is False
    assert judged(make_scope, {"Definition": {**whole, "TimeoutSeconds": 60}}, condition).truth is True


def test_definitions_that_contain_themselves_too_often_are_left_open(make_scope: MakeScope) -> None:
    deep: dict[str, Any] = machine(A=TASK)
    for _ in range(60):
        deep = machine(M={"Type": "Map", "Iterator": deep})
    condition = {"Definition": {"tasks_have": {"keys": ["Retry"]}}}
    assert judged(make_scope, {"Definition": deep}, condition).truth is None


def stage(*actions: tuple[str, int]) -> dict[str, Any]:
    return {"Actions": [{"ActionTypeId": {"Category": kind}, "RunOrder": order} for kind, order in actions]}


@pytest.mark.parametrize(
    ("stages", "truth"),
    [
        ([stage(("Approval", 1)), stage(("Deploy", 1))], True),
        ([stage(("Deploy", 1)), stage(("Approval", 1)), stage(("Deploy", 1))], True),
        ([stage(("Deploy", 1)), stage(("Approval", 1))], False),
        ([stage(("Approval", 1), ("Deploy", 2))], True),
        ([stage(("Approval", 1), ("Deploy", 1))], False),
        ([stage(("Source", 1))], True),
        ([stage((OPEN, 1)), stage(("Deploy", 1))], None),  # type: ignore[arg-type]
        ([OPEN, stage(("Deploy", 1))], None),
    ],
)
def test_gated(stages: list[Any], truth: Truth, make_scope: MakeScope) -> None:
    condition = {"Stages": {"gated": {"by": ["Approval"], "before": "last"}}}
    assert judged(make_scope, {"Stages": stages}, condition).truth is truth


def test_a_gate_under_a_condition(make_scope: MakeScope) -> None:
    either = Alternatives(
        (Choice((("t#Ask", True),), value(stage(("Approval", 1)))), Choice((("t#Ask", False),), value(stage())))
    )
    properties = {"Stages": [either, stage(("Deploy", 1))]}
    condition = {"Stages": {"gated": {"by": ["Approval"], "before": "last"}}}
    assert judged(make_scope, properties, condition).truth is None
    assert judged(make_scope, properties, condition, assumed={"t#Ask": True}).truth is True
    assert judged(make_scope, properties, condition, assumed={"t#Ask": False}).truth is False
