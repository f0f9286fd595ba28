from __future__ import annotations

import json

import pytest

from tests.sources.terraform.plan.conftest import change, parsed, plan_of
from walint.model.span import Span
from walint.sources.terraform.plan.document import PlanError, module_of, parent_of, parse, steps_of, without_keys

ADDRESS = 'module.a["x.module.y"].module.b[0].aws_sqs_queue.q["a.b[0]"]'


def test_addresses_are_taken_apart() -> None:
    module = 'module.a["x.module.y"].module.b[0]'
    assert module_of(ADDRESS) == module
    assert steps_of(module) == ("a", "b")
    assert parent_of(module) == 'module.a["x.module.y"]'
    assert parent_of('module.a["x"]') == ""
    assert without_keys(ADDRESS) == "module.a.module.b.aws_sqs_queue.q"


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (change("aws_thing.a", {}), ["aws_thing.a"]),
        (change("aws_thing.a", {}, actions=["no-op"]), ["aws_thing.a"]),
        (change("aws_thing.a", {}, actions=["update"]), ["aws_thing.a"]),
        (change("aws_thing.a", {}, actions=["delete", "create"]), ["aws_thing.a"]),
        (change("aws_thing.a", {}, actions=["create", "delete"]), ["aws_thing.a"]),
        (change("aws_thing.a", {}, actions=["delete"]), []),
        (change("aws_thing.a", {}, actions=["forget"]), []),
        (change("aws_thing.a", {}, deposed="12345678"), []),
        (change("aws_thing.a", {}, mode="data"), []),
        (change("aws_thing.a", None), []),  # type: ignore[arg-type]
    ],
)
def test_what_will_be_there_is_read(entry: dict[str, object], expected: list[str]) -> None:
    assert [each.address for each in plan_of(entry).changes] == expected


def test_planned_values_stand_in_where_there_are_no_changes() -> None:
    inner = {"address": "module.m.aws_thing.b", "mode": "managed", "type": "aws_thing", "name": "b", "values": {"x": 1}}
    outer = {"address": "aws_thing.a", "mode": "managed", "type": "aws_thing", "name": "a", "values": {"x": 2}}
    root = {"resources": [outer], "child_modules": [{"address": "module.m", "resources": [inner]}]}
    plan = parsed({"format_version": "0.1", "planned_values": {"root_module": root}})
    assert [(each.address, each.module, each.after) for each in plan.changes] == [
        ("aws_thing.a", "", {"x": 2}),
        ("module.m.aws_thing.b", "module.m", {"x": 1}),
    ]


def test_what_a_change_leaves_unknown_holds_for_the_planned_values() -> None:
    entry = {"address": "aws_thing.a", "mode": "managed", "type": "aws_thing", "name": "a", "values": {"log": [{}]}}
    plan = parsed(
        {
            "format_version": "1.0",
            "planned_values": {"root_module": {"resources": [entry]}},
            "resource_changes": [change("aws_thing.a", None, {"log": [{"bucket": True}]})],  # type: ignore[arg-type]
        }
    )
    assert [(each.after, each.mask) for each in plan.changes] == [({"log": [{}]}, {"log": [{"bucket": True}]})]


def test_a_state_is_read_like_a_plan() -> None:
    entry = {"address": "aws_thing.a", "mode": "managed", "type": "aws_thing", "name": "a", "values": {"x": 1}}
    plan = parsed(
        {"format_version": "1.0", "terraform_version": "1", "values": {"root_module": {"resources": [entry]}}}
    )
    assert (plan.is_state, [each.address for each in plan.changes]) == (True, ["aws_thing.a"])


@pytest.mark.parametrize(
    "data", [{"planned_values": 1}, {"resource_changes": {}}, {"values": []}, {"configuration": {}}, {}, {"a": "b"}]
)
def test_other_json_is_no_plan(data: object) -> None:
    assert parse(json.dumps(data), "other.json") is None


@pytest.mark.parametrize(
    "hostile", [1, "text", None, [], [1], ["x"], {"a": 1}, [{"change": 1}], [{"change": {"after": 1}}]]
)
@pytest.mark.parametrize("name", ["resource_changes", "planned_values", "configuration", "variables", "values"])
def test_members_of_a_wrong_type_count_as_missing(name: str, hostile: object) -> None:
    plan = parsed(
        {"resource_changes": [change("aws_thing.a", {})], "planned_values": {"root_module": {}}, name: hostile}
    )
    assert {each.address for each in plan.changes} <= {"aws_thing.a"}


def test_lines_of_a_wrapper_around_the_json_do_no_harm() -> None:
    text = '[command]/bin/terraform show -json p\n{"resource_changes": []}%0A\n::set-output name=exitcode::0\n'
    assert parse(text, "plan.json") is not None


def test_a_cut_file_is_one_clear_error() -> None:
    text = '{"format_version": "1.2", "planned_values": {"root_module": {"resources": ['
    with pytest.raises(PlanError, match="looks like a Terraform plan, but the file is cut off") as caught:
        parse(text, "plan.json")
    assert isinstance(caught.value.where, Span)
    assert caught.value.help is not None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"planned_values": {,}}', "not valid JSON"),
        ('{"planned_values": ' + "[" * 100_000, "nested too deep"),
        ('{"planned_values": ' + "9" * 5000 + "}", "not valid JSON"),
        ('{"format_version": "2.0", "resource_changes": []}', "its format_version is '2.0'; walint reads 0.1 to 1.x"),
    ],
)
def test_what_cannot_be_read_says_why(text: str, message: str) -> None:
    with pytest.raises(PlanError, match=message):
        parse(text, "plan.json")


def test_the_value_of_a_sensitive_variable_is_not_given_out() -> None:
    variables = {"open": {"value": "x"}, "secret": {"value": "s3cret"}}
    plan = plan_of(variables=variables, configuration={"root_module": {"variables": {"secret": {"sensitive": True}}}})
    assert (plan.variable("open"), plan.variable("secret"), plan.variable("none")) == ("x", None, None)
