"""Values, presence and masks: one resource at a time, as `resource_changes` and `configuration` tell of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from walint.sources.terraform.plan.merging import SENSITIVE

Body = Callable[..., dict[str, Any]]
LATER = "? known after apply"
HIDDEN = f"? {SENSITIVE}"
SET: dict[str, Any] = {}
"""What the configuration tells of an argument with an expression that refers to nothing and is not constant."""


@pytest.mark.parametrize(
    ("after", "unknown", "told", "expected"),
    [
        pytest.param({"a": 7}, {}, {"a": {"constant_value": 7}}, {"a": 7}, id="known"),
        pytest.param({"a": None}, {}, {}, {}, id="null is not set"),
        pytest.param({"a": []}, {}, {}, {}, id="an empty list is a block that is not there"),
        pytest.param({"a": []}, {}, {"a": {"constant_value": []}}, {"a": []}, id="unless it is written"),
        pytest.param({}, {"a": True}, {"a": SET}, {"a": LATER}, id="unknown"),
        pytest.param({}, {"a": True}, {}, {}, id="computed by the provider"),
        pytest.param({"a": 128}, {}, {}, {}, id="a default of the provider"),
        pytest.param({"a": -1}, {}, {}, {}, id="its way to say none"),
        pytest.param({"a": [None, "k"]}, {"a": [True, False]}, {"a": SET}, {"a": [LATER, "k"]}, id="in a list"),
        pytest.param({"a": {"k": 1}}, {"a": {"u": True}}, {"a": SET}, {"a": {"k": 1, "u": LATER}}, id="in a map"),
        pytest.param(
            {"a": [None, 1]}, {"a": [False, False]}, {"a": SET}, {"a": [None, 1]}, id="a null in a list stays"
        ),
        pytest.param({"a": [1, 2]}, {"a": [False]}, {"a": SET}, {"a": [1, 2]}, id="a mask that is too short"),
        pytest.param(
            {"a": {"b": {"c": 1}}}, {"a": {"b": 7}}, {"a": SET}, {"a": {"b": {"c": 1}}}, id="a mask of nonsense"
        ),
    ],
)
def test_arguments(body: Body, after: dict[str, Any], unknown: Any, told: dict[str, Any], expected: object) -> None:
    assert body(after, unknown, told) == expected


@pytest.mark.parametrize(
    ("after", "unknown", "told", "expected"),
    [
        pytest.param(
            {"b": [{"mode": "Active", "x": None}]}, {}, {"b": [{"mode": SET}]}, {"b": [{"mode": "Active"}]}, id="known"
        ),
        pytest.param(
            {"b": [{}]}, {"b": [{"m": True}]}, {"b": [{"m": SET}]}, {"b": [{"m": LATER}]}, id="unknown inside"
        ),
        pytest.param({"b": [{}]}, {"b": [{"m": True}]}, {"b": [{}]}, {"b": [{}]}, id="computed inside"),
        pytest.param({"b": {"m": 1}}, {}, {"b": {"m": SET}}, {"b": [{"m": 1}]}, id="a block that may stand only once"),
        pytest.param({"b": [{"c": []}]}, {}, {"b": [{}]}, {"b": [{}]}, id="a block that is not in it"),
        pytest.param(
            {"b": [{"c": [{"d": 1}]}]}, {}, {"b": [{"c": [{"d": SET}]}]}, {"b": [{"c": [{"d": 1}]}]}, id="a block in it"
        ),
        pytest.param({}, {"b": True}, {}, {}, id="a computed block"),
        pytest.param({"b": [{"m": 1}]}, {}, {}, {"b": [{"m": 1}]}, id="a dynamic block is not listed"),
        pytest.param(
            {"b": [{}, {}]},
            {"b": [{"m": True}, {"m": True}]},
            {"b": [{"m": SET}]},
            {"b": [{"m": LATER}, {"m": LATER}]},
            id="a dynamic block beside a static one",
        ),
        pytest.param({}, {"b": True}, {"b": [{"m": SET}]}, {"b": ["... known after apply"]}, id="unknown how many"),
    ],
)
def test_blocks(body: Body, after: dict[str, Any], unknown: Any, told: dict[str, Any], expected: object) -> None:
    assert body(after, unknown, told) == expected


@pytest.mark.parametrize(
    ("after", "unknown", "expected"),
    [
        ({"a": 1, "b": None}, {"c": True}, {"a": 1, "c": LATER}),
        ({"b": [{"m": True}]}, {}, {"b": [{"m": True}]}),
        ({"b": []}, {}, {}),
    ],
)
def test_a_plan_without_its_configuration(body: Body, after: dict[str, Any], unknown: Any, expected: object) -> None:
    assert body(after, unknown) == expected


@pytest.mark.parametrize(
    ("after", "sensitive", "expected"),
    [
        ({"a": "s3cret"}, {"a": True}, {"a": HIDDEN}),
        ({"a": None}, {"a": True}, {}),
        ({"a": {"k": "s3cret", "o": "open"}}, {"a": {"k": True}}, {"a": {"k": HIDDEN, "o": "open"}}),
        ({"a": ["s3cret", "open"]}, {"a": [True, False]}, {"a": [HIDDEN, "open"]}),
        ({"a": [{"m": "s3cret"}]}, {"a": [{"m": True}]}, {"a": [{"m": HIDDEN}]}),
        ({"a": "s3cret", "b": 1}, True, {"a": HIDDEN, "b": HIDDEN}),
    ],
)
def test_what_is_sensitive_is_hidden(body: Body, after: dict[str, Any], sensitive: Any, expected: object) -> None:
    assert body(after, {}, {"a": SET, "b": SET}, sensitive=sensitive) == expected


def test_what_exists_keeps_what_nobody_configured(body: Body) -> None:
    after = {"engine_version": "16.3", "concurrency": -1, "tags_all": {"a": "b"}, "flag": False}
    assert body(after, {}, {}, actions=["no-op"]) == {"engine_version": "16.3"}


def test_values_of_any_depth_are_read(body: Body) -> None:
    deep: Any = "x"
    for _ in range(400):
        deep = [deep]
    assert str(body({"a": deep}, {}, {"a": SET})).count("[") < 200
