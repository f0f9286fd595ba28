"""The operator `arn_of`: whether a value is the ARN of a resource of some type."""

from __future__ import annotations

from datetime import date

import pytest

from walint.language.operators import OPERATORS
from walint.language.relation import Relations
from walint.language.scope import Context, resource_scope
from walint.model.graph import Graph
from walint.model.resource import Resource
from walint.model.value import Absent, Known, Reference, Text, Unknown, Value


def _resource(address: str, type_name: str) -> Resource:
    return Resource(f"t#{address}", type_name, address, address, "cloudformation", "t", Known({}))


_REGION = Unknown("AWS::Region is known at deployment")
_LOGS = _resource("Logs", "AWS::Logs::LogGroup")
_OTHERS = (_resource("Work", "AWS::Lambda::Function"), _resource("Made", "Custom::Thing"))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Reference("t#Logs", "Arn"), True),
        (Text((Reference("t#Logs", "Arn"), ":*")), True),
        (Reference("t#Work", "Arn"), False),
        (Known("arn:aws:logs:eu-west-1:111122223333:log-group:/a"), True),
        (Known("arn:aws:lambda:eu-west-1:111122223333:function:a"), False),
        (Known("arn:aws:logs:eu-west-1:111122223333:destination:a"), False),
        (Known("orders"), False),
        (Text(("arn:aws:logs:", _REGION, ":111122223333:log-group:/a")), True),
        (Text(("arn:aws:sqs:", _REGION, ":111122223333:", _REGION)), False),
        (Absent(), False),
    ],
)
def test_the_type_of_an_arn_is_told_apart(value: Value, expected: bool) -> None:  # noqa: FBT001 - parametrised
    assert expected is _ask(value)


@pytest.mark.parametrize(
    "value",
    [
        Unknown("parameter Target has no default"),
        Text(("arn:aws:logs:eu-west-1:111122223333:", _REGION)),
        Text(("arn:aws:", _REGION, ":eu-west-1:111122223333:log-group:/a")),
        Reference("t#Made", "Arn"),
        Reference("t#Nowhere", "Arn"),
    ],
)
def test_what_may_be_the_arn_of_anything_is_open(value: Value) -> None:
    assert isinstance(_ask(value), str)


def _ask(value: Value) -> bool | str:
    graph = Graph()
    graph.extend([_LOGS, *_OTHERS])
    context = Context(graph, Relations(graph), date(2026, 11, 20))
    return OPERATORS["arn_of"].build(["AWS::Logs::LogGroup"]).ask(value, resource_scope(context, _LOGS))
