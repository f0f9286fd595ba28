"""From the answers of AWS to CloudFormation's names and shapes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from walint.catalog.live import Property, collectors
from walint.sources.live.collect import collect, with_global
from walint.sources.live.folding import NOT_READ, NOT_RETURNED, fold, tidy, transformed
from walint.sources.live.graphs import graph_of
from walint.sources.live.normal import NOT_SET, REST, is_absent, unknown, value_of
from walint.sources.live.places import Place
from walint.sources.live.plan import everything
from walint.sources.live.sweep import Page, Request, Sweep
from walint.sources.live.transforms import TRANSFORMS

FUNCTION = "AWS::Lambda::Function"


def unexpected(path: str) -> Any:
    return unknown(f"AWS returned {path} in an unexpected shape")


def folded(type_name: str, document: Any, *paths: str, **sources: str) -> dict[str, Any]:
    wanted = [Property(path, path) for path in paths]
    wanted += [Property(path.replace("__", "."), source) for path, source in sources.items()]
    return fold(type_name, wanted, document, {"region": "eu-west-1"})


@pytest.mark.parametrize(
    ("type_name", "document", "path", "expected"),
    [
        (FUNCTION, {"Timeout": 3}, "Timeout", 3),
        (FUNCTION, {"timeout": "3"}, "Timeout", 3),
        (FUNCTION, {"Timeout": "soon"}, "Timeout", unexpected("Timeout")),
        (FUNCTION, {"Timeout": True}, "Timeout", unexpected("Timeout")),
        (FUNCTION, {}, "Timeout", NOT_SET),
        (FUNCTION, {"Timeout": None}, "Timeout", NOT_SET),
        ("AWS::SQS::Queue", {"fifoqueue": "true"}, "FifoQueue", True),
        ("AWS::SQS::Queue", {"FifoQueue": "perhaps"}, "FifoQueue", unexpected("FifoQueue")),
        ("AWS::SQS::Queue", {"RedrivePolicy": '{"maxReceiveCount": 3}'}, "RedrivePolicy", {"maxReceiveCount": 3}),
        ("AWS::SQS::Queue", {"RedrivePolicy": "{"}, "RedrivePolicy", "{"),
        (FUNCTION, {"tags": {"$team": "a"}}, "Tags", [{"Key": "$team", "Value": "a"}]),
        (FUNCTION, {"Layers": "none"}, "Layers", unexpected("Layers")),
        (FUNCTION, {"TracingConfig": {"mode": "Active", "Novel": 1}}, "TracingConfig", {"Mode": "Active"}),
        (FUNCTION, {"TracingConfig": "Active"}, "TracingConfig", unexpected("TracingConfig")),
    ],
)  # fmt: skip
def test_values_take_the_shape_of_the_schema(type_name: str, document: Any, path: str, expected: Any) -> None:
    assert folded(type_name, document, path) == {path: expected}


def test_a_property_comes_from_where_the_table_says() -> None:
    document = {"BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"}}
    found = folded("AWS::DynamoDB::Table", document, BillingMode="BillingModeSummary.BillingMode")
    assert found == {"BillingMode": "PAY_PER_REQUEST"}


def test_only_what_is_listed_is_kept() -> None:
    document = {"TracingConfig": {"Mode": "Active"}, "Environment": {"Variables": {"KEY": "secret"}}, "Timeout": 3}
    assert folded(FUNCTION, document, "Timeout") == {"Timeout": 3}


def test_parts_of_an_object_leave_the_others_open() -> None:
    found = folded("AWS::DynamoDB::Table", {"StreamSpecification": {"StreamViewType": "KEYS_ONLY", "X": 1}},
                   "StreamSpecification.StreamViewType")  # fmt: skip
    assert found == {"StreamSpecification": {"StreamViewType": "KEYS_ONLY", REST: NOT_READ}}


def test_a_parent_all_of_whose_parts_are_absent_is_absent() -> None:
    found = tidy(
        {"StreamSpecification": {"StreamViewType": NOT_SET, REST: NOT_READ}, "Other": {"A": 1, REST: NOT_READ}}
    )
    assert is_absent(found["StreamSpecification"])
    assert found["Other"] == {"A": 1, REST: NOT_READ}


def test_a_gap_is_unknown_not_absent() -> None:
    document = {"GlobalSecondaryIndexes": [{"IndexName": "by-day"}]}
    gaps = ["GlobalSecondaryIndexes.ContributorInsightsSpecification"]
    wanted = [Property("GlobalSecondaryIndexes", "GlobalSecondaryIndexes")]
    (index,) = fold("AWS::DynamoDB::Table", wanted, document, {}, gaps)["GlobalSecondaryIndexes"]
    assert (index["IndexName"], index["ContributorInsightsSpecification"]) == ("by-day", unknown(NOT_RETURNED))


def test_keys_of_a_users_own_map_are_never_mistaken_for_marks() -> None:
    found = folded("AWS::SQS::Queue", {"RedrivePolicy": {"$unknown": "x", "$absent": True}}, "RedrivePolicy")
    value = value_of(found["RedrivePolicy"])
    assert sorted(value.data) == ["$absent", "$unknown"]  # type: ignore[union-attr]


def test_times_are_text_and_bytes_are_not_kept() -> None:
    document = {"RedrivePolicy": {"at": datetime(2026, 1, 2, tzinfo=UTC), "raw": b"secret"}}
    assert folded("AWS::SQS::Queue", document, "RedrivePolicy") == {
        "RedrivePolicy": {"at": "2026-01-02T00:00:00+00:00", "raw": "bytes"}
    }


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("flag", "ENABLED", True),
        ("flag", "Disabled", False),
        ("flag", "ENABLING", True),
        ("flag", True, True),
        ("flag", "perhaps", unknown("AWS returned perhaps, which walint does not know")),
        ("keys_only", {"KEY": "secret"}, {"KEY": unknown("its value is not kept", surely_set=True)}),
        ("keys_only", {"LOG_LEVEL": "INFO"}, {"LOG_LEVEL": "INFO"}),
        ("only_arn", "arn:aws:sns:eu-west-1:1:t", "arn:aws:sns:eu-west-1:1:t"),
        ("only_arn", "https://events.example/integration/abc/enqueue", "(hidden)"),
        ("prose", "see https://a:b@w.example/run?token=x#y now", "see https://w.example/run now"),
        ("prose", "https://hooks.example/services/T0/B0/secret", "https://hooks.example"),
        ("comma_joined", "a,b,,c", ["a", "b", "c"]),
        ("tail", "arn:aws:kms:eu-west-1:1:key/abc", "abc"),
        ("count", [1, 2], 2),
        ("version_weights", {"3": 0.1}, [{"FunctionVersion": "3", "FunctionWeight": 0.1}]),
        ("items_of", {"Quantity": 0}, []),
        ("items_of", {"Quantity": 1, "Items": ["a"]}, ["a"]),
    ],
)  # fmt: skip
def test_transforms(name: str, value: Any, expected: Any) -> None:
    assert transformed(name, value) == expected


def test_method_settings_become_a_list_with_plain_paths() -> None:
    given_ = {"*/*": {"loggingLevel": "ERROR"}, "~1orders~1{id}/GET": {"metricsEnabled": True}}
    assert transformed("method_settings", given_) == [
        {"ResourcePath": "/*", "HttpMethod": "*", "loggingLevel": "ERROR"},
        {"ResourcePath": "/orders/{id}", "HttpMethod": "GET", "metricsEnabled": True},
    ]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(value=JSON)
@pytest.mark.parametrize("name", sorted(TRANSFORMS))
def test_no_answer_breaks_a_transform(name: str, value: Any) -> None:
    result = transformed(name, value)
    assert result is None or isinstance(result, (bool, int, float, str, list, Mapping))


class Babel:
    """A caller that answers every call with the same thing in the place of what it asks for."""

    def __init__(self, thing: Any) -> None:
        self.thing = thing
        self.calls = 0

    def page(self, request: Request, following: Mapping[str, Any] | None) -> Page:  # noqa: ARG002 - one page each
        self.calls += 1
        path = [step.removesuffix("[]") for step in request.call.items.split(".") if step]
        answer: Any = self.thing
        for step in reversed(path):
            answer = {step: answer}
        return Page(answer if isinstance(answer, dict) else {"Anything": answer})


@pytest.mark.parametrize(
    "thing",
    [
        None,
        [],
        {},
        "text",
        7,
        [None],
        ["a"],
        [7],
        [[]],
        [{}],
        [{"Name": {"a": [1]}, "Arn": 5, "name": [], "Id": {}}],
        {"Name": "a", "Tags": "b", "Status": []},
    ],
    ids=repr,
)
def test_no_answer_breaks_a_sweep(thing: Any) -> None:
    plan = everything()
    caller = Babel(thing)
    snapshot = collect(Sweep(caller, threads=2), with_global([Place("aws", "123456789012", "eu-west-1")], plan), plan)
    graph = graph_of(snapshot, plan)
    assert caller.calls >= len([one for one in collectors().values() if one.per is None])
    assert json.dumps([resource.address for resource in graph.resources])
