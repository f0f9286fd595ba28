"""Conditions: combinators, quantifiers over items and related resources, and the wording of what fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from walint.findings.evaluation import Evaluation
from walint.language.condition import compile_condition, describe
from walint.language.scope import Scope
from walint.model.span import Span
from walint.model.value import Absent, Alternatives, Choice, Known, Unknown, Value

MakeScope = Callable[..., Scope]
Judge = Callable[..., dict[str, Evaluation]]

YES, NO, OPEN = {"Yes": 1}, {"No": 1}, {"Open": 1}
LEAVES = {"Yes": Known(1), "No": Known(2), "Open": Unknown("not known")}


@pytest.mark.parametrize(
    ("condition", "truth"),
    [
        (YES, True),
        (NO, False),
        (OPEN, None),
        ({**YES, **OPEN}, None),
        ({**NO, **OPEN}, False),
        ({"all": [YES, YES]}, True),
        ({"all": [YES, OPEN]}, None),
        ({"all": [OPEN, NO]}, False),
        ({"any": [NO, YES]}, True),
        ({"any": [NO, OPEN]}, None),
        ({"any": [OPEN, YES]}, True),
        ({"any": [NO, NO]}, False),
        ({"not": YES}, False),
        ({"not": NO}, True),
        ({"not": OPEN}, None),
        ({"not": {"any": [NO, OPEN]}}, None),
        ({"not": {"all": [NO, OPEN]}}, True),
        ({"type": "AWS::Lambda::Function"}, True),
        ({"type": ["AWS::SQS::Queue"]}, False),
    ],
)
def test_combinators(make_scope: MakeScope, condition: dict[str, Any], *, truth: bool | None) -> None:
    assert truth is compile_condition(condition, {})(make_scope(LEAVES)).truth


PARAMETERS = {"days": 30, "names": ["a", "b"], "map": {"x": ["c"]}, "on": True, "off": False, "type": "AWS::SQS::Queue"}


@pytest.mark.parametrize(
    ("condition", "value", "truth"),
    [
        ({"P": "$days"}, 30, True),
        ({"P": {"at_least": "$days"}}, 29, False),
        ({"P": {"one_of": "$names"}}, "b", True),
        ({"P": {"one_of": "$map.x"}}, "c", True),
        ({"P": {"one_of": "$map.y"}}, "c", False),
        ({"enabled": "$on"}, 0, True),
        ({"enabled": "$off"}, 0, False),
        ({"type": "$type"}, 0, False),
        ({"P": {"above": {"property": "Q", "percent": "$days"}}}, 13, True),
        ({"P": {"above": {"property": "Q", "percent": "$days"}}}, 12, False),
    ],
)
def test_parameters_are_filled_in(
    make_scope: MakeScope, condition: dict[str, Any], value: object, *, truth: bool
) -> None:
    scope = make_scope({"P": Known(value), "Q": Known(10)})  # type: ignore[arg-type]
    assert truth is compile_condition(condition, PARAMETERS)(scope).truth


def _item(mode: Value | None, line: int, **others: Value) -> Known:
    members: dict[str, Value] = dict(others) if mode is None else {"Mode": mode, **others}
    return Known(members, Span("t.yaml", line, 1, line, 9))


ON, OFF, HIDDEN, EMPTY = _item(Known("on"), 5), _item(Known("off"), 6), _item(Unknown("why"), 7), _item(None, 8)
MORE = Unknown("a loop")


def _if(yes: Value, no: Value) -> Alternatives:
    return Alternatives((Choice((("t#C", True),), yes), Choice((("t#C", False),), no)))


SOME, EVERY, NONE = ({word: {"items": "Items", "expect": {"Mode": "on"}}} for word in ("some", "every", "no"))
TWO = {"some": {"items": "Items", "expect": {"Mode": "on"}, "min": 2}}
ANY_ITEM, NO_ITEM = {"some": {"items": "Items"}}, {"no": {"items": "Items"}}
CHOSEN = {"every": {"items": "Items", "where": {"Mode": "present"}, "expect": {"Mode": "on"}}}


@pytest.mark.parametrize(
    ("condition", "items", "truth"),
    [
        (SOME, [ON, OFF], True),
        (SOME, [OFF], False),
        (SOME, [], False),
        (SOME, None, False),
        (SOME, [OFF, HIDDEN], None),
        (SOME, [ON, HIDDEN], True),
        (SOME, [OFF, MORE], None),
        (SOME, [ON, MORE], True),
        (SOME, [_if(ON, Absent())], None),
        (SOME, [_if(ON, ON)], None),
        (SOME, [_if(OFF, Absent())], False),
        (TWO, [ON, ON], True),
        (TWO, [ON, OFF], False),
        (TWO, [ON, HIDDEN], None),
        (TWO, [ON, MORE], None),
        (ANY_ITEM, [OFF], True),
        (ANY_ITEM, [], False),
        (ANY_ITEM, [Absent()], False),
        (EVERY, [ON, ON], True),
        (EVERY, [ON, OFF], False),
        (EVERY, [], True),
        (EVERY, None, True),
        (EVERY, [ON, HIDDEN], None),
        (EVERY, [OFF, HIDDEN], False),
        (EVERY, [ON, MORE], None),
        (EVERY, [OFF, MORE], False),
        (EVERY, [ON, _if(OFF, Absent())], None),
        (EVERY, [ON, _if(ON, Absent())], True),
        (CHOSEN, [ON, EMPTY], True),
        (CHOSEN, [OFF, EMPTY], False),
        (CHOSEN, [HIDDEN, EMPTY], None),
        (NONE, [OFF], True),
        (NONE, [ON], False),
        (NONE, [], True),
        (NONE, [HIDDEN], None),
        (NONE, [OFF, MORE], None),
        (NONE, [ON, MORE], False),
        (NONE, [_if(ON, Absent())], None),
        (NO_ITEM, [], True),
        (NO_ITEM, [OFF], False),
    ],
)
def test_quantifiers_over_items(
    make_scope: MakeScope, condition: dict[str, Any], items: list[Value] | None, *, truth: bool | None
) -> None:
    rest = MORE if items and items[-1] is MORE else None
    listed = Known(tuple(item for item in items if item is not MORE), rest=rest) if items is not None else Absent()
    assert truth is compile_condition(condition, {})(make_scope({"Items": listed})).truth


def test_an_unknown_list_leaves_it_open_with_its_name_and_reason(make_scope: MakeScope) -> None:
    judgement = compile_condition(SOME, {})(make_scope({"Items": Unknown("no default")}))
    assert (judgement.truth, judgement.reasons) == (None, ("Items: no default",))


@pytest.mark.parametrize(
    ("condition", "properties", "expected", "found", "line"),
    [
        ({"TracingConfig.Mode": "Active"}, {}, "Active", "PassThrough (AWS default)", 2),
        ({"Timeout": {"at_least": 3}}, {"Timeout": Known(1, Span("t", 9, 1, 9, 2))}, "at least 3", "1", 9),
        ({"Timeout": {"at_least": 3}}, {"Timeout": Known(1, None, "inherited")}, "at least 3", "1 (inherited)", 2),
        ({"Role": "present"}, {}, "a value", "nothing", 2),
        ({"Role": "absent"}, {"Role": Known("x")}, "nothing", "x", 2),
        ({"Role": {"one_of": ["a", "b", "c"]}}, {"Role": Known("")}, "a, b or c", "an empty text", 2),
        ({"not": {"Role": "x"}}, {"Role": Known("x")}, "not Role x", "Role x", 2),
        (SOME, {"Items": Known((OFF,))}, "one of Items with Mode on", "one that does not fit (Items.Mode: off)", 2),
        (SOME, {"Items": Known((OFF, OFF))}, "one of Items with Mode on", "none of 2 that fits (Items.Mode: off)", 2),
        (SOME, {}, "one of Items with Mode on", "none", 2),
        (TWO, {"Items": Known((ON, OFF))}, "2 of Items with Mode on", "only 1", 2),
        (EVERY, {"Items": Known((ON, EMPTY))}, "on", "nothing", 8),
        (NONE, {"Items": Known((OFF, ON))}, "none of Items with Mode on", "one", 5),
        ({"some": {**SOME["some"], "expected": "an item that is on"}}, {}, "an item that is on", "none", 2),
    ],
)
def test_what_is_expected_and_found(
    make_scope: MakeScope, condition: dict[str, Any], properties: dict[str, Value], expected: str, found: str, line: int
) -> None:
    fact = compile_condition(condition, {})(make_scope(properties)).facts[0]
    assert (expected, found) == (fact.expected, fact.found)
    assert fact.span is not None
    assert line == fact.span.start_line


def test_of_alternatives_that_all_fail_the_first_is_told(make_scope: MakeScope) -> None:
    value = _if(Known("a"), Known("b"))
    judgement = compile_condition({"Role": "x"}, {})(make_scope({"Role": value}))
    assert [(fact.expected, fact.found) for fact in judgement.facts] == [("x", "a")]


def test_all_that_fails_is_told_of_any_only_the_first(make_scope: MakeScope) -> None:
    scope = make_scope({})
    every = compile_condition({"all": [{"A": "x"}, {"B": "y"}]}, {})(scope)
    either = compile_condition({"any": [{"A": "x"}, {"B": "y"}]}, {})(scope)
    assert [fact.path for fact in every.facts] == ["A", "B"]
    assert [fact.path for fact in either.facts] == ["A"]


def test_a_reason_says_which_property_and_where(make_scope: MakeScope) -> None:
    place = Span("t.yaml", 7, 1, 7, 5)
    judgement = compile_condition({"Role": "x"}, {})(make_scope({"Role": Unknown("no default", place)}))
    assert (judgement.reasons, judgement.span) == (("Role: no default",), place)


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ({"A.B": "x"}, "A.B x"),
        ({"A": True}, "A true"),
        ({"A": {"at_least": 3}}, "A at least 3"),
        ({"A": {"at_least": 3, "at_most": 5}}, "A at least 3 and at most 5"),
        ({"A": "x", "B": "y"}, "A x and B y"),
        ({"any": [{"A": "x"}, {"B": {"one_of": ["y", "z"]}}]}, "A x or B one of y, z"),
        ({"not": {"A": "x"}}, "not A x"),
        ({"type": ["X", "Y"]}, "type X, Y"),
        ({"enabled": "$strictly"}, "strictly"),
        ({"every": {"items": "L", "expect": {"M": "x"}}}, "every one of L with M x"),
        ({"no": {"relation": "log_group"}}, "none of log group"),
        ({"A": {"contains": {"matches": "x"}}}, "A contains matches x"),
    ],
)
def test_a_condition_in_words(condition: dict[str, Any], words: str) -> None:
    assert words == describe(condition)


TEMPLATE = """
Parameters: {Env: {Type: String}}
Conditions: {IsProd: !Equals [!Ref Env, prod]}
Resources:
  Work: {Type: AWS::Lambda::Function}
  Quiet:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/Lambda
      MetricName: Errors
      Dimensions: [{Name: FunctionName, Value: !Ref Work}]
      ActionsEnabled: false
"""
LOUD = (
    TEMPLATE
    + """
  Loud:
    Type: AWS::CloudWatch::Alarm
%s
    Properties: {Namespace: AWS/Lambda, MetricName: Errors, Dimensions: [{Name: FunctionName, Value: !Ref Work}]}
"""
)
ALARM = {"relation": "alarms", "metric": ["Errors"], "expected": "an alarm on Errors"}


def test_a_near_miss_is_shown_beside_the_finding(judge: Judge) -> None:
    condition = {"some": {**ALARM, "where": {"ActionsEnabled": {"not_equals": False}}}}
    evaluation = judge(TEMPLATE, "AWS::Lambda::Function", condition)["Work"]
    (fact,) = evaluation.facts
    assert (evaluation.outcome, fact.expected) == ("fail", "an alarm on Errors")
    assert fact.found == "one that does not fit (ActionsEnabled: false)"
    (related,) = fact.related
    assert related.message == "Quiet: ActionsEnabled is false, expected anything but false"
    assert related.span.start_line == 12


def test_a_near_miss_says_what_it_lacks(judge: Judge) -> None:
    heard = {"some": {"relation": "action_topic", "expected": "a topic"}}
    heard = {"some": {"items": "AlarmActions", "expected": "an action", "where": heard}}
    evaluation = judge(TEMPLATE, "AWS::Lambda::Function", {"some": {**ALARM, "where": heard}})["Work"]
    (fact,) = evaluation.facts
    assert fact.found == "one that does not fit (AlarmActions: none)"
    deployed = {"some": {"relation": "alarm_consumers", "expected": "a deployment that goes back"}}
    evaluation = judge(TEMPLATE, "AWS::Lambda::Function", {"some": {**ALARM, "where": deployed}})["Work"]
    (fact,) = evaluation.facts
    assert fact.found == "one that does not fit (it lacks a deployment that goes back)"
    assert [related.message for related in fact.related] == ["Quiet: it lacks a deployment that goes back"]


def test_what_must_not_be_there_is_shown_beside_the_finding(judge: Judge) -> None:
    evaluation = judge(TEMPLATE, "AWS::Lambda::Function", {"no": ALARM})["Work"]
    assert [(fact.found, [r.message for r in fact.related]) for fact in evaluation.facts] == [
        ("Quiet", ["Quiet is one"])
    ]


@pytest.mark.parametrize(
    ("condition", "minimum", "outcome", "reason"),
    [
        ("", 1, "pass", ""),
        ("", 2, "fail", ""),
        ("    Condition: IsProd", 1, "unknown", "fails unless IsProd"),
    ],
)
def test_how_many_related_resources_are_enough(
    judge: Judge, condition: str, minimum: int, outcome: str, reason: str
) -> None:
    asked = {"some": {**ALARM, "where": {"ActionsEnabled": True}, "min": minimum}}
    evaluation = judge(LOUD % condition, "AWS::Lambda::Function", asked)["Work"]
    assert (outcome, reason) == (evaluation.outcome, evaluation.reason)


def test_the_user_hears_the_name_that_they_know(judge: Judge) -> None:
    template = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Work: {Type: AWS::Serverless::Function, Properties: {Runtime: python3.13, Tracing: PassThrough}}
"""
    (fact,) = judge(template, "AWS::Lambda::Function", {"TracingConfig.Mode": "Active"})["Work"].facts
    assert (fact.path, fact.property, fact.found) == ("TracingConfig.Mode", "Tracing", "PassThrough")
