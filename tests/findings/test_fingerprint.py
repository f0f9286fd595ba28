from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from walint.findings.fingerprint import fingerprint, fingerprints
from walint.model.resource import Resource
from walint.model.span import Span

Make = Callable[..., Resource]


def test_has_32_hexadecimal_digits(make_resource: Make) -> None:
    made = fingerprint("lambda-tracing", make_resource(), "TracingConfig.Mode")
    assert (len(made), set(made) <= set("0123456789abcdef")) == (32, True)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(line=st.integers(1, 10_000), column=st.integers(1, 200), length=st.integers(0, 500))
def test_does_not_depend_on_lines(make_resource: Make, line: int, column: int, length: int) -> None:
    moved = replace(make_resource(), span=Span("app.yaml", line, column, line + length, 1))
    assert fingerprint("lambda-tracing", moved, "A.B") == fingerprint("lambda-tracing", make_resource(), "A.B")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(6)))
def test_does_not_depend_on_the_order_of_resources(make_resource: Make, order: list[int]) -> None:
    judged = [(make_resource(f"Stack{number % 3}/Fn{number // 3}"), "Mode") for number in range(6)]
    expected = fingerprints(["r"] * 6, judged)
    shuffled = fingerprints(["r"] * 6, [judged[position] for position in order])
    assert dict(zip(order, shuffled, strict=True)) == dict(enumerate(expected))
    assert len(set(expected)) == 6


@pytest.mark.parametrize(
    "change",
    [{"address": "Other"}, {"path": "other.yaml"}, {"type": "AWS::SQS::Queue"}],
)
def test_tells_resources_apart(make_resource: Make, change: dict[str, str]) -> None:
    assert fingerprint("r", make_resource(**change), "A") != fingerprint("r", make_resource(), "A")


def test_tells_rules_and_facts_apart(make_resource: Make) -> None:
    resource = make_resource()
    made = {fingerprint(rule, resource, path) for rule in ("r", "s") for path in ("", "A", "A.B")}
    assert len(made) == 6


def test_reordering_list_items_changes_nothing(make_resource: Make) -> None:
    resource = make_resource()
    first = fingerprint("r", resource, "ContainerDefinitions[0].LogConfiguration")
    assert fingerprint("r", resource, "ContainerDefinitions[3].LogConfiguration") == first


def test_a_template_used_as_nested_stack_keeps_its_findings(make_resource: Make) -> None:
    alone = make_resource("Orders", path="child.yaml")
    nested = make_resource("Blue/Orders", path="child.yaml", unit="parent.yaml")
    assert fingerprint("r", nested, "A") == fingerprint("r", alone, "A")


def test_the_hash_in_ids_that_sam_makes_up_does_not_count(make_resource: Make) -> None:
    before = make_resource("OrdersVersion0123456789", source="sam", generated=True)
    after = make_resource("OrdersVersionabcdef0123", source="sam", generated=True)
    assert fingerprint("r", before, "A") == fingerprint("r", after, "A")


def test_a_terraform_resource_may_move_between_the_files_of_its_module(make_resource: Make) -> None:
    before = make_resource("module.a[0].aws_sqs_queue.q", path="modules/a/main.tf", source="terraform")
    after = make_resource("module.a[0].aws_sqs_queue.q", path="modules/a/queues.tf", source="terraform")
    assert fingerprint("r", before, "A") == fingerprint("r", after, "A")
