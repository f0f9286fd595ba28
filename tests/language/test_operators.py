"""Every operator on known, absent, unknown and partly known values, references and alternatives."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from walint.catalog import runtimes
from walint.language.condition import compile_condition
from walint.language.operators import OPERATORS
from walint.language.scope import Scope
from walint.model.resource import Resource
from walint.model.value import Absent, Alternatives, Choice, Known, Reference, Text, Unknown, Value

MakeScope = Callable[..., Scope]

HIDDEN = Unknown("parameter Env has no default", symbol="t.yaml#Env", surely_set=True)
ACCOUNT = Unknown("AWS::AccountId is known at deployment", symbol="t.yaml#AWS::AccountId", surely_set=True)
REGION = Unknown("AWS::Region is known at deployment", symbol="t.yaml#AWS::Region", surely_set=True)
PERHAPS = Unknown("a transform adds keys")
OTHER = Resource("t.yaml#Other", "AWS::SQS::Queue", "Other", "Other", "cloudformation", "t.yaml", Known({}))
REF = Reference("t.yaml#Other", "Arn")
NOWHERE = Reference("t.yaml#Nowhere")
SPELLED = Reference("t.yaml#Other", "QueueName", text="orders-dlq")


def text(*pieces: str | Unknown | Reference) -> Text:
    return Text(tuple(HIDDEN if piece == "?" else piece for piece in pieces))


def either(yes: Value, no: Value) -> Alternatives:
    return Alternatives((Choice((("t#C", True),), yes), Choice((("t#C", False),), no)))


def items(*data: object) -> Known:
    return Known(
        tuple(each if isinstance(each, (Known, Unknown, Text, Alternatives, Absent)) else Known(each) for each in data)
    )  # type: ignore[arg-type]


NOTHING, LIST, MAP = Absent(), items("a", "b"), Known({"A": Known(1)})
OPEN_LIST, OPEN_MAP = Known((Known("a"),), rest=PERHAPS), Known({"A": Known(1)}, rest=PERHAPS)
EMPTY_LIST, EMPTY_MAP = Known(()), Known({})
HOLDS, FAILS, OPEN = True, False, None

TABLE: list[tuple[Any, Value, bool | None]] = [
    # A text that changes with a resource.
    ({"mentions": ["AWS::SQS::Queue"]}, REF, HOLDS),
    ({"mentions": ["AWS::SQS::Queue"]}, text("a-", REF), HOLDS),
    ({"mentions": ["AWS::SNS::Topic", "AWS::SQS::Queue"]}, SPELLED, HOLDS),
    ({"mentions": ["AWS::SQS::Queue.Arn"]}, REF, HOLDS),
    ({"mentions": ["AWS::SQS::Queue.QueueName"]}, REF, FAILS),
    ({"mentions": ["AWS::SNS::Topic"]}, REF, FAILS),
    ({"mentions": ["AWS::SQS::Queue"]}, NOWHERE, FAILS),
    ({"mentions": ["AWS::SQS::Queue"]}, Known("orders"), FAILS),
    ({"mentions": ["AWS::SQS::Queue"]}, NOTHING, FAILS),
    ({"mentions": ["AWS::SQS::Queue"]}, LIST, FAILS),
    ({"mentions": ["AWS::SQS::Queue"]}, PERHAPS, OPEN),
    ({"mentions": ["AWS::SQS::Queue"]}, HIDDEN, OPEN),
    # What "present" and "absent" say.
    ("present", Known(0), HOLDS),
    ("present", Known(data=False), HOLDS),
    ("present", Known(None), FAILS),
    ("present", NOTHING, FAILS),
    ("present", HIDDEN, HOLDS),
    ("present", PERHAPS, OPEN),
    ("present", text("a", "?"), HOLDS),
    ("present", REF, HOLDS),
    ("present", either(Known(1), HIDDEN), HOLDS),
    ("present", either(Known(1), NOTHING), OPEN),
    ("absent", NOTHING, HOLDS),
    ("absent", HIDDEN, FAILS),
    ("absent", PERHAPS, OPEN),
    ("absent", either(NOTHING, Known(None)), HOLDS),
    # A plain value and `equals`.
    ("Active", Known("Active"), HOLDS),
    ("Active", Known("active"), FAILS),
    ("Active", NOTHING, FAILS),
    ("Active", HIDDEN, OPEN),
    ("Active", REF, OPEN),
    ("orders-dlq", SPELLED, HOLDS),
    ("orders", SPELLED, FAILS),
    ("Active", LIST, FAILS),
    ("Active", MAP, FAILS),
    ("Active", text("Act", "?"), OPEN),
    ("Active", text("?", "ive"), OPEN),
    ("Active", text("A", "?", "t", "?", "e"), OPEN),
    ("Active", text("Pass", "?"), FAILS),
    ("Active", text("?", "x"), FAILS),
    ("Active", text("Active", "?", "Active"), FAILS),
    ("Active", text(*["?"] * 2000, "x"), FAILS),
    (True, text("Tr", "?"), OPEN),
    (True, text("y", "?"), FAILS),
    (7, text("0", "?"), OPEN),
    (True, Known(data=True), HOLDS),
    (True, Known("true"), HOLDS),
    (True, Known("True"), HOLDS),
    (True, Known("yes"), FAILS),
    (True, Known(1), FAILS),
    (False, Known("false"), HOLDS),
    ("true", Known(data=True), HOLDS),
    (7, Known("7"), HOLDS),
    ("7", Known(7), HOLDS),
    (7, Known(7.0), HOLDS),
    (7, Known("seven"), FAILS),
    ("1.0", Known("1.0"), HOLDS),
    ({"equals": "a"}, either(Known("a"), Known("a")), HOLDS),
    ({"equals": "a"}, either(Known("b"), NOTHING), FAILS),
    ({"equals": "a"}, either(Known("a"), NOTHING), OPEN),
    ({"equals": "a"}, either(Known("a"), HIDDEN), OPEN),
    ({"not_equals": "a"}, Known("b"), HOLDS),
    ({"not_equals": "a"}, Known("a"), FAILS),
    ({"not_equals": "a"}, NOTHING, HOLDS),
    ({"not_equals": "a"}, HIDDEN, OPEN),
    ({"unlike": ["*AllAtOnce*"]}, Known("CodeDeployDefault.OneAtATime"), HOLDS),
    ({"unlike": ["*AllAtOnce*"]}, Known("CodeDeployDefault.AllAtOnce"), FAILS),
    ({"unlike": ["*AllAtOnce*"]}, NOTHING, HOLDS),
    ({"unlike": ["*AllAtOnce*"]}, HIDDEN, OPEN),
    ({"not_equals": "a"}, text("b", "?"), HOLDS),
    ({"one_of": ["a", "b"]}, Known("b"), HOLDS),
    ({"one_of": ["a", "b"]}, Known("c"), FAILS),
    ({"one_of": ["a", "b"]}, NOTHING, FAILS),
    ({"one_of": ["a", "b"]}, HIDDEN, OPEN),
    ({"one_of": ["apple", "pear"]}, text("ap", "?"), OPEN),
    ({"one_of": ["apple", "pear"]}, text("plum", "?"), FAILS),
    ({"one_of": ["a", "b"]}, either(Known("a"), Known("b")), HOLDS),
    ({"one_of": [1, 2]}, Known("2"), HOLDS),
    # Numbers.
    ({"at_least": 30}, Known(30), HOLDS),
    ({"at_least": 30}, Known("31"), HOLDS),
    ({"at_least": 30}, Known(29), FAILS),
    ({"at_least": 30}, NOTHING, FAILS),
    ({"at_least": 30}, HIDDEN, OPEN),
    ({"at_least": 30}, Known("many"), OPEN),
    ({"at_least": 30}, either(Known(30), Known(90)), HOLDS),
    ({"at_least": 30}, either(Known(7), Known(90)), OPEN),
    ({"at_most": 30}, Known(30), HOLDS),
    ({"at_most": 30}, Known(31), FAILS),
    ({"at_most": 30}, NOTHING, FAILS),
    ({"more_than": 30}, Known(30), FAILS),
    ({"more_than": 30}, Known(30.5), HOLDS),
    ({"less_than": 30}, Known(30), FAILS),
    ({"less_than": 30}, Known(29), HOLDS),
    ({"at_least": 3, "at_most": 5}, Known(4), HOLDS),
    ({"at_least": 3, "at_most": 5}, Known(6), FAILS),
    # Regular expressions, unanchored and whatever the case.
    ({"matches": "otel"}, Known("arn:OTEL:1"), HOLDS),
    ({"matches": "otel"}, Known("arn"), FAILS),
    ({"matches": "^7$"}, Known(7), HOLDS),
    ({"matches": "otel"}, NOTHING, FAILS),
    ({"matches": "otel"}, HIDDEN, OPEN),
    ({"matches": "dlq$"}, SPELLED, HOLDS),
    ({"matches": "otel"}, REF, OPEN),
    ({"matches": "otel"}, LIST, FAILS),
    ({"matches": "otel"}, text("arn:", "?", ":otel:", "?"), HOLDS),
    ({"matches": "otel"}, text("arn:", "?"), OPEN),
    ({"matches": "^otel"}, text("?", "otel"), OPEN),
    ({"matches": "a$"}, text("a", "?"), OPEN),
    ({"matches": r"\ba"}, text("?", "a"), OPEN),
    # Globs: the whole text, whatever the case.
    ({"like": ["*-dlq", "dead*"]}, Known("Orders-DLQ"), HOLDS),
    ({"like": ["*-dlq", "dead*"]}, Known("dead-letters"), HOLDS),
    ({"like": ["*-dlq"]}, Known("dlq"), FAILS),
    ({"like": ["*-dlq"]}, NOTHING, FAILS),
    ({"like": ["*-dlq"]}, HIDDEN, OPEN),
    ({"like": ["*-dlq"]}, SPELLED, HOLDS),
    ({"like": ["*-dlq"]}, text("?", "-DLQ"), HOLDS),
    ({"like": ["*-dlq"]}, text("?", "-queue"), FAILS),
    ({"like": ["*-dlq"]}, text("orders", "?"), OPEN),
    ({"like": ["dead*"]}, text("de", "?"), OPEN),
    ({"like": ["dead*"]}, text("orders", "?"), FAILS),
    ({"like": ["dead*"]}, text("dead-", "?"), HOLDS),
    ({"like": ["*-lock"]}, text("orders-", ACCOUNT), FAILS),
    ({"like": ["*-lock"]}, text("orders-", REGION), FAILS),
    ({"like": ["*-7"]}, text("orders-", ACCOUNT), OPEN),
    ({"like": ["lock-*"]}, text(ACCOUNT, "-orders"), FAILS),
    ({"like": ["eu-*"]}, text(REGION, "-orders"), OPEN),
    ({"like": ["*-lock"]}, text("orders-", ACCOUNT, "?"), OPEN),
    ({"like": ["a*b*c"]}, text("a", "?", "c"), OPEN),
    ({"like": ["a*b*c"]}, text("a", "?", "d"), FAILS),
    ({"like": ["a?c"]}, Known("abc"), HOLDS),
    ({"like": ["[ab]x"]}, Known("bx"), HOLDS),
    ({"like": ["*"]}, text("?"), HOLDS),
    # Lists and texts that hold something.
    ({"contains": "b"}, LIST, HOLDS),
    ({"contains": "c"}, LIST, FAILS),
    ({"contains": "c"}, OPEN_LIST, OPEN),
    ({"contains": "a"}, OPEN_LIST, HOLDS),
    ({"contains": "c"}, items("a", HIDDEN), OPEN),
    ({"contains": "a"}, items("a", HIDDEN), HOLDS),
    ({"contains": "c"}, items("a", text("b", "?")), FAILS),
    ({"contains": "c"}, NOTHING, FAILS),
    ({"contains": "c"}, HIDDEN, OPEN),
    ({"contains": "c"}, items(either(Known("c"), NOTHING)), OPEN),
    ({"contains": "c"}, items(either(Known("c"), Known("c"))), HOLDS),
    ({"contains": "rde"}, Known("orders"), HOLDS),
    ({"contains": "x"}, Known("orders"), FAILS),
    ({"contains": "rde"}, text("orders-", "?"), HOLDS),
    ({"contains": "x"}, text("orders-", "?"), OPEN),
    ({"contains": "x"}, MAP, FAILS),
    ({"contains": {"matches": "^a"}}, LIST, HOLDS),
    ({"contains": {"matches": "^c"}}, LIST, FAILS),
    ({"contains": {"at_least": 3}}, items(1, 4), HOLDS),
    ({"contains_all": ["a", "b"]}, LIST, HOLDS),
    ({"contains_all": ["a", "c"]}, LIST, FAILS),
    ({"contains_all": ["a", "c"]}, OPEN_LIST, OPEN),
    ({"contains_all": ["a", "c"]}, NOTHING, FAILS),
    ({"contains_all": ["a", "c"]}, items("a", HIDDEN), OPEN),
    ({"not_empty": True}, LIST, HOLDS),
    ({"not_empty": True}, EMPTY_LIST, FAILS),
    ({"not_empty": True}, Known((), rest=PERHAPS), OPEN),
    ({"not_empty": True}, items(NOTHING), FAILS),
    ({"not_empty": True}, items(either(Known("a"), NOTHING)), OPEN),
    ({"not_empty": True}, items(either(Known("a"), Known("b"))), HOLDS),
    ({"not_empty": True}, items(HIDDEN), HOLDS),
    ({"not_empty": True}, items(PERHAPS), OPEN),
    ({"not_empty": True}, MAP, HOLDS),
    ({"not_empty": True}, EMPTY_MAP, FAILS),
    ({"not_empty": True}, Known({}, rest=PERHAPS), OPEN),
    ({"not_empty": True}, Known({"A": NOTHING, "B": Known(None)}), FAILS),
    ({"not_empty": True}, Known({"A": either(Known(1), NOTHING)}), OPEN),
    ({"not_empty": True}, Known("x"), HOLDS),
    ({"not_empty": True}, Known(""), FAILS),
    ({"not_empty": True}, Known(data=False), HOLDS),
    ({"not_empty": True}, NOTHING, FAILS),
    ({"not_empty": True}, HIDDEN, OPEN),
    ({"not_empty": True}, REF, HOLDS),
    ({"not_empty": True}, text("a", "?"), HOLDS),
    ({"not_empty": True}, text("?"), OPEN),
    ({"has_any_key": ["A", "B"]}, MAP, HOLDS),
    ({"has_any_key": ["B", "C"]}, MAP, FAILS),
    ({"has_any_key": ["B"]}, OPEN_MAP, OPEN),
    ({"has_any_key": ["A"]}, OPEN_MAP, HOLDS),
    ({"has_any_key": ["A"]}, Known({"A": NOTHING}), FAILS),
    ({"has_any_key": ["A"]}, Known({"A": HIDDEN}), HOLDS),
    ({"has_any_key": ["A"]}, Known({"A": PERHAPS}), OPEN),
    ({"has_any_key": ["A"]}, Known({"A": either(Known(1), NOTHING)}), OPEN),
    ({"has_any_key": ["A", "B"]}, Known({"A": either(Known(1), NOTHING), "B": Known(2)}), HOLDS),
    ({"has_any_key": ["A"]}, NOTHING, FAILS),
    ({"has_any_key": ["A"]}, Known("A"), FAILS),
    ({"has_any_key": ["A"]}, HIDDEN, OPEN),
    # Access logs.
    ({"json_log_format": {"fields": ["requestId"]}}, Known('{"id": "$context.requestId", "n": $context.n}'), HOLDS),
    ({"json_log_format": {"fields": ["error.message|x"]}}, Known('{"e": "$context.error.message"}'), HOLDS),
    ({"json_log_format": {"fields": ["requestId", "status"]}}, Known('{"id": "$context.requestId"}'), FAILS),
    ({"json_log_format": {"fields": ["requestId"]}}, Known("$context.requestId $context.status"), FAILS),
    ({"json_log_format": {"fields": []}}, Known("[1]"), FAILS),
    ({"json_log_format": {"fields": ["requestId"]}}, NOTHING, FAILS),
    ({"json_log_format": {"fields": ["requestId"]}}, Known({"a": Known({"id": Known("$context.requestId")})}), HOLDS),
    ({"json_log_format": {"fields": ["requestId"]}}, Known({"id": Known("$context.status"), "n": Known(1)}), FAILS),
    ({"json_log_format": {"fields": ["requestId"]}}, Known({"id": Known("$context.requestId"), "x": HIDDEN}), HOLDS),
    ({"json_log_format": {"fields": ["requestId"]}}, Known({"id": HIDDEN}), OPEN),
    ({"json_log_format": {"fields": ["requestId"]}}, Known({"id": text("$context.", "?")}), OPEN),
    ({"json_log_format": {"fields": ["status"]}}, Known({"s": text("$context.status", "?")}), OPEN),
    ({"json_log_format": {"fields": ["status"]}}, Known({"s": text("?", "$context.status")}), HOLDS),
    ({"json_log_format": {"fields": ["requestId"]}}, Known({"a": NOTHING}, rest=PERHAPS), OPEN),
    ({"json_log_format": {"fields": []}}, items(Known("$context.requestId")), FAILS),
    ({"json_log_format": {"fields": ["requestId"]}}, HIDDEN, OPEN),
    # Links.
    ({"resolves": True}, REF, HOLDS),
    ({"resolves": True}, NOWHERE, FAILS),
    ({"resolves": True}, text(NOWHERE, ":1"), FAILS),
    ({"resolves": True}, text("arn:", "?"), HOLDS),
    ({"resolves": True}, HIDDEN, HOLDS),
    ({"resolves": True}, PERHAPS, OPEN),
    ({"resolves": True}, Known("arn:aws:sns:::x"), HOLDS),
    ({"resolves": True}, NOTHING, HOLDS),
]  # fmt: skip


def _truth(scope: Scope, test: Any) -> bool | None:
    return compile_condition({"P": test}, {})(scope).truth


@pytest.mark.parametrize(("test", "value", "expected"), TABLE)
def test_the_table(make_scope: MakeScope, test: Any, value: Value, *, expected: bool | None) -> None:
    assert expected is _truth(make_scope({"P": value}, others=(OTHER,)), test)


@pytest.mark.parametrize(
    ("test", "members"),
    [
        ({"has_any_key": ["A"]}, Known({"A": either(Known(1), NOTHING)})),
        ({"not_empty": True}, Known({"A": either(Known(1), NOTHING)})),
        ({"not_empty": True}, items(either(Known(1), NOTHING))),
        ({"contains": "1"}, items(either(Known(1), NOTHING))),
    ],
)
@pytest.mark.parametrize(("holds", "expected"), [(True, HOLDS), (False, FAILS)])
def test_what_depends_on_a_condition_is_settled_under_it(
    make_scope: MakeScope, test: Any, members: Value, *, holds: bool, expected: bool
) -> None:
    assert expected is _truth(make_scope({"P": members}, assumed={"t#C": holds}), test)


@pytest.mark.parametrize(
    ("timeout", "visibility", "expected"),
    [
        (Known(10), Known(60), HOLDS),
        (Known(10), Known(11), FAILS),
        (Known(10), Known(12), HOLDS),
        (Known(0), Known(0), FAILS),
        (NOTHING, Known(1), HOLDS),
        (Known(10), NOTHING, FAILS),
        (HIDDEN, Known(60), OPEN),
        (Known(10), HIDDEN, OPEN),
        (either(Known(10), Known(20)), Known(60), OPEN),
        (Known("x"), Known(60), OPEN),
    ],
)
def test_above_another_property(
    make_scope: MakeScope, timeout: Value, visibility: Value, *, expected: bool | None
) -> None:
    scope = make_scope({"T": timeout, "P": visibility})
    assert expected is _truth(scope, {"above": {"property": "T", "percent": 20}})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Known("nodejs16.x"), FAILS),
        (Known("python3.13"), HOLDS),
        (Known("cobol85"), OPEN),
        (NOTHING, OPEN),
        (HIDDEN, OPEN),
    ],
)
def test_a_runtime_is_supported(make_scope: MakeScope, value: Value, *, expected: bool | None) -> None:
    assert expected is _truth(make_scope({"P": value}), {"lambda_runtime_supported": {"within_days": 90}})


def test_a_runtime_is_judged_by_the_day_of_the_run(make_scope: MakeScope) -> None:
    scope = make_scope({"P": Known("nodejs16.x")})
    ends = runtimes.deprecation_date("nodejs16.x")
    assert ends is not None
    got = []
    for year in (ends.year - 2, ends.year - 1, ends.year + 1):
        scope.context.today = ends.replace(year=year)
        got.append(_truth(scope, {"lambda_runtime_supported": {"within_days": 400}}))
    assert got == [True, False, False]


@pytest.mark.parametrize("name", sorted(OPERATORS))
def test_every_operator_is_tested_here(name: str) -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert re.search(rf"\b{name}\b", tests)


@pytest.mark.parametrize("name", sorted(OPERATORS))
def test_every_operator_is_documented(name: str) -> None:
    assert len(OPERATORS[name].doc) > 5
