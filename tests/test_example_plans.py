"""Plans that rule examples write short."""

from __future__ import annotations

import json
from typing import Any

import pytest

from walint.example_plans import plan_document

CONSTANTS = {"name": {"constant_value": "orders"}, "block": [{"mode": {"constant_value": "on"}}]}


def document(text: str) -> Any:
    return json.loads(plan_document(text))


def change(text: str) -> Any:
    (only,) = document(text)["resource_changes"]
    return only


def configured(text: str) -> Any:
    return document(text)["configuration"]["root_module"]["resources"][0]["expressions"]


@pytest.mark.parametrize(
    ("address", "resource_type", "name"),
    [
        ("aws_sqs_queue.orders", "aws_sqs_queue", "orders"),
        ("aws_sqs_queue.orders[0]", "aws_sqs_queue", "orders"),
        ("module.shop.aws_sqs_queue.orders", "aws_sqs_queue", "orders"),
    ],
)
def test_the_address_names_type_and_name(address: str, resource_type: str, name: str) -> None:
    made = change(f"{address}:  # finding\n  name: orders\n")
    assert (made["address"], made["type"], made["name"]) == (address, resource_type, name)


@pytest.mark.parametrize(
    ("written", "mask"),
    [
        ("[arn, id]", {"arn": True, "id": True}),
        ("[{block: [{mode: true}]}]", {"block": [{"mode": True}]}),
    ],
)
def test_what_is_known_after_apply(written: str, mask: dict[str, object]) -> None:
    made = change(f"aws_sqs_queue.orders:\n  (known after apply): {written}\n")
    assert made["change"]["after_unknown"] == mask


@pytest.mark.parametrize(
    ("more", "expressions"),
    [("", CONSTANTS), ("\n  (configuration): {name: {references: [var.n]}}", {"name": {"references": ["var.n"]}})],
)
def test_the_configuration_holds_constants_unless_it_is_given(more: str, expressions: object) -> None:
    assert configured(f"aws_sqs_queue.orders:\n  name: orders\n  block: [{{mode: 'on'}}]{more}") == expressions


def test_more_of_the_document_can_be_given() -> None:
    text = "aws_sqs_queue.orders: {name: orders}\n(plan):\n  variables: {n: {value: 1}}\n"
    assert document(text)["variables"] == {"n": {"value": 1}}
