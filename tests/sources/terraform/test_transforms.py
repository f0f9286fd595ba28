"""The named transforms, on what is known, partly known and unknown; and the laws of putting values together."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sources.terraform.building import MAYBE, one_of, plain, ref, value
from walint.model.value import Absent, Alternatives, Known, Text, Unknown, Value
from walint.sources.terraform.joining import conditional, merged
from walint.sources.terraform.transforms import transformed

UNKNOWN = f"unknown: {MAYBE.reason}"
PAIRS = {"key": "Name", "value": "Value"}
STATES = {"values": {"true": "ENABLED", "false": "DISABLED"}}
CONTAINERS = '[{"name": "web", "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "g"}}}]'


@pytest.mark.parametrize(
    ("name", "arguments", "written", "expected"),
    [
        ("attribute", {"name": "idle"}, 60, [{"Key": "idle", "Value": 60}]),
        ("attribute", {"name": "idle"}, MAYBE, [{"Key": "idle", "Value": UNKNOWN}]),
        ("each", {"key": "Type"}, ["api", "audit"], [{"Type": "api"}, {"Type": "audit"}]),
        ("each", {"key": "Type"}, [MAYBE], [{"Type": UNKNOWN}]),
        ("each", {"key": "Type"}, Known([Known("api")], rest=MAYBE), [{"Type": "api"}, "..."]),
        ("each", {"key": "Type"}, MAYBE, UNKNOWN),
        ("each", {"key": "Type"}, ref("aws_x.y", "names"), "unknown: aws_x.y.names is known after apply"),
        ("each", {"key": "Type"}, "api", "unknown: a list is meant here"),
        ("enum", STATES, True, "ENABLED"),
        ("enum", STATES, "false", "DISABLED"),
        ("enum", STATES, "maybe", "maybe"),
        ("enum", STATES, MAYBE, UNKNOWN),
        ("first", {}, ["a", "b"], "a"),
        ("first", {}, [], None),
        ("first", {}, Known([], rest=MAYBE), UNKNOWN),
        ("first", {}, MAYBE, UNKNOWN),
        ("item", {"path": "Logs.Arn"}, "arn", [{"Logs": {"Arn": "arn"}}]),
        ("json", {}, '{"a": [1]}', {"a": [1]}),
        ("json", {}, {"a": 1}, {"a": 1}),
        ("json", {}, "not json", "not json"),
        ("json", {}, MAYBE, UNKNOWN),
        ("json", {}, Text(('{"a": ', MAYBE, "}")), {"a": UNKNOWN}),
        ("keyed", {"key": "T"}, [{"T": "a", "On": True}, {"T": "b"}], {"a": {"On": True}, "b": {}}),
        ("keyed", {"key": "T"}, [{"T": MAYBE}], {"...": "its T is not known"}),
        ("keyed", {"key": "T"}, MAYBE, UNKNOWN),
        ("method_of_path", {}, "*/*", "*"),
        ("method_of_path", {}, "orders~1{id}/GET", "GET"),
        ("method_of_path", {}, Text((MAYBE, "/POST")), "POST"),
        ("one", {}, "a", ["a"]),
        ("one", {}, ["a"], ["a"]),
        ("one", {}, MAYBE, [UNKNOWN]),
        ("pairs", PAIRS, {"A": 1, "B": MAYBE}, [{"Name": "A", "Value": 1}, {"Name": "B", "Value": UNKNOWN}]),
        ("pairs", PAIRS, MAYBE, UNKNOWN),
        ("pairs", PAIRS, "text", "unknown: a map is meant here"),
        ("pairs", PAIRS, Text(("a", MAYBE)), "unknown: a text stands where a map is meant"),
        ("pascal_json", {}, '{"image": "i", "logConfiguration": {}}', {"Image": "i", "LogConfiguration": {}}),
        ("pascal_json", {}, "x", "unknown: its JSON is only partly known"),
        ("path_of_method", {}, "*/*", "/*"),
        ("path_of_method", {}, "orders~1{id}/GET", "/orders/{id}"),
        ("path_of_method", {}, Text((MAYBE, "/POST")), "unknown: the path of the method is only partly known"),
        ("present", {"value": "VPC"}, ref("aws_vpc.v", "id"), "VPC"),
        (
            "containers",
            {},
            CONTAINERS,
            [{"Name": "web", "LogConfiguration": {"LogDriver": "awslogs", "Options": {"awslogs-group": "g"}}}],
        ),
        (
            "containers",
            {},
            [{"dockerLabels": {"com.x": "y"}, "environment": [{"name": "dbHost", "value": "h"}]}],
            [{"DockerLabels": {"com.x": "y"}, "Environment": [{"Name": "dbHost", "Value": "h"}]}],
        ),
        ("containers", {}, MAYBE, UNKNOWN),
        ("containers", {}, Text(("[", MAYBE, "]")), [UNKNOWN]),
        ("containers", {}, Text(("[{", MAYBE, "}]")), "unknown: its JSON is only partly known"),
        ("containers", {}, "{}", "unknown: its JSON is only partly known"),
    ],
)
def test_a_transform(name: str, arguments: dict[str, Any], written: Any, expected: Any) -> None:
    assert plain(transformed(value(written), name, arguments)) == expected


def test_a_transform_is_made_in_every_alternative() -> None:
    found = transformed(one_of("var.x", {"A": 1}, None), "pairs", PAIRS)
    assert plain(found) == {
        (("infra#var.x", True),): [{"Name": "A", "Value": 1}],
        (("infra#var.x", False),): None,
    }


def test_a_conditional_member_of_a_map_stays_conditional() -> None:
    found = transformed(value({"A": one_of("var.x", 1, None)}), "pairs", PAIRS)
    assert plain(found) == [
        {(("infra#var.x", True),): {"Name": "A", "Value": 1}, (("infra#var.x", False),): None},
    ]


def test_a_changed_unknown_is_not_the_same_expression() -> None:
    """Equal symbols mean equal values: "x/GET" and its method must not share one."""
    found = transformed(MAYBE, "method_of_path", {})
    assert isinstance(found, Unknown)
    assert found.symbol is None


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ({"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
        ({"a": {"b": 1}}, {"a": {"c": 2}}, {"a": {"b": 1, "c": 2}}),
        ([1], [2], [1, 2]),
        (1, 2, 1),
        (Absent(), 2, 2),
        (1, Absent(), 1),
        ({"a": 1}, MAYBE, {"a": 1, "...": MAYBE.reason}),
        (MAYBE, {"a": 1}, {"a": 1, "...": MAYBE.reason}),
        ([1], MAYBE, [1, "..."]),
        (Known([], rest=MAYBE), [1], [1, "..."]),
        (MAYBE, 1, UNKNOWN),
        (
            one_of("x", {"a": 1}, None),
            {"b": 2},
            {(("infra#x", True),): {"a": 1, "b": 2}, (("infra#x", False),): {"b": 2}},
        ),
        (
            {"b": 2},
            one_of("x", {"a": 1}, None),
            {(("infra#x", True),): {"b": 2, "a": 1}, (("infra#x", False),): {"b": 2}},
        ),
    ],
)
def test_values_are_merged(left: Any, right: Any, expected: Any) -> None:
    assert plain(merged(value(left), value(right))) == expected


@pytest.mark.parametrize(
    ("presence", "expected"),
    [
        (Known(data=True), 1),
        (Known(data=False), None),
        (one_of("x", yes=True, no=False), {(("infra#x", True),): 1, (("infra#x", False),): None}),
        (MAYBE, {(("v", True),): 1, (("v", False),): None}),
        (
            one_of("x", yes=True, no=MAYBE),
            {(("infra#x", True),): 1, (("infra#x", False),): {(("v", True),): 1, (("v", False),): None}},
        ),
    ],
)
def test_a_value_is_there_if_its_resource_is(presence: Value, expected: Any) -> None:
    assert plain(conditional(presence, value(1), "v")) == expected


def test_alternatives_of_a_conditional_value_cover_every_case() -> None:
    found = conditional(MAYBE, value(1), "v")
    assert isinstance(found, Alternatives)
    assert [choice.given for choice in found.choices] == [(("v", True),), (("v", False),)]
