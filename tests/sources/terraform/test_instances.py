"""`count` and `for_each`: which instances there are, and when."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.sources.terraform.conftest import Judged

BOOL = 'variable "on" {\n  type = bool\n}\n'
NUMBER = 'variable "n" {\n  type = number\n}\n'


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("", {"": True}),
        ("count = 0", {}),
        ("count = 2", {"[0]": True, "[1]": True}),
        ("count = var.on ? 1 : 0", {"[0]": {"var.on=True": True, "var.on=False": False}}),
        ("count = var.on ? 1 : 2", {"[0]": True, "[1]": {"var.on=True": False, "var.on=False": True}}),
        ("count = var.n", {"[*]": "<unknown: variable n has no value>"}),
        ("count = x_y.other.number", {"[*]": "<unknown: x_y.other.number is known only after apply>"}),
        ("count = null", {"[*]": "<unknown: count must be a whole number, 0 or more>"}),
        ("count = -1", {"[*]": "<unknown: count must be a whole number, 0 or more>"}),
        ("count = 5000", {"[*]": "<unknown: it has 5,000 instances; walint looks at no more than 1,000>"}),
        ("for_each = {}", {}),
        ("for_each = { a = 1, b = 2 }", {'["a"]': True, '["b"]': True}),
        ('for_each = toset(["b", "a"])', {'["a"]': True, '["b"]': True}),
        ("for_each = var.on ? { a = 1 } : {}", {'["a"]': {"var.on=True": True, "var.on=False": False}}),
        ("for_each = var.on ? { a = 1 } : { a = 1 }", {'["a"]': True}),
        ("for_each = toset([var.name])", {'["${var.name}"]': True}),
        ("for_each = toset([x_y.other.id])", {'["${x_y.other.id}"]': True}),
        ("for_each = var.map", {"[*]": "<unknown: variable map has no value>"}),
        ('for_each = ["a"]', {"[*]": "<unknown: for_each must be a map or a set of texts, and is a list>"}),
        ("for_each = null", {"[*]": "<unknown: for_each must be a map or a set of texts, and is null>"}),
    ],
)  # fmt: skip
def test_instances(arguments: str, expected: dict[str, object], judge: Callable[..., Judged]) -> None:
    judged = judge(
        f'resource "x_y" "z" {{\n  {arguments}\n}}\nresource "x_y" "other" {{}}\n{BOOL}{NUMBER}'
        'variable "name" {\n type = string\n}\nvariable "map" {\n type = map(string)\n}\n'
    )
    found = {a.removeprefix("x_y.z"): judged.presence(a) for a in judged.addresses if a.startswith("x_y.z")}
    assert found == expected


def test_what_an_instance_that_stands_for_all_sees(judge: Callable[..., Judged]) -> None:
    judged = judge(
        'variable "map" { type = map(string) }\n'
        'resource "x_y" "z" {\n  for_each = var.map\n  a = each.key\n  b = "x-${each.value}"\n}\n'
        'resource "x_y" "user" {\n  a = x_y.z["k"].id\n  b = [for one in x_y.z : one.id]\n'
        "  c = x_y.z[var.key].id\n  d = x_y.z[var.other].id\n}\n"
        'variable "key" {}\nvariable "other" {}\n'
    )
    unknown = "<unknown: variable map has no value>"
    assert judged["x_y.z[*]"] == {"a": unknown, "b": f"x-{unknown}"}
    data = judged.by_address["x_y.user"].body.data
    assert [data[name].symbol for name in "acd"] == [  # type: ignore[index, call-overload]
        '.#x_y.z["k"].id',
        ".#x_y.z[.#var.key].id",
        ".#x_y.z[.#var.other].id",
    ]


def test_an_instance_under_a_condition_is_referred_to_under_it(judge: Callable[..., Judged]) -> None:
    judged = judge(
        f'{BOOL}resource "x_y" "z" {{\n  count = var.on ? 1 : 0\n}}\n'
        'resource "x_y" "user" {\n  a = one(x_y.z[*].id)\n  b = try(x_y.z[0].id, "none")\n  c = x_y.z[0].id\n}\n'
    )
    assert judged["x_y.user"] == {
        "a": {"var.on=True": "<ref x_y.z[0].id>", "var.on=False": "<absent>"},
        "b": {"var.on=True": "<ref x_y.z[0].id>", "var.on=False": "none"},
        "c": "<ref x_y.z[0].id>",
    }


def test_a_value_of_for_each_that_depends_on_a_condition(judge: Callable[..., Judged]) -> None:
    judged = judge(
        f'{BOOL}resource "x_y" "z" {{\n'
        "  for_each = { for k, v in var.on ? { a = 1, b = 1 } : { a = 2 } : k => v }\n"
        "  v = each.value\n}\n"
    )
    assert judged['x_y.z["a"]'] == {"v": {"var.on=True": 1, "var.on=False": 2}}
    assert judged.presence('x_y.z["b"]') == {"var.on=True": True, "var.on=False": False}


def test_presence_of_what_a_conditional_module_declares(judge: Callable[..., Judged]) -> None:
    judged = judge(
        {
            "main.tf": f'{BOOL}{NUMBER}module "m" {{\n  source = "./m"\n  count = var.on ? 1 : 0\n  on = var.on\n}}\n'
            'module "u" {\n  source = "./m"\n  count = var.n\n  on = true\n}\n',
            "m/main.tf": BOOL
            + 'resource "x_y" "both" {\n  count = var.on ? 1 : 0\n}\n'
            + 'resource "x_y" "never" {\n  count = var.on ? 0 : 1\n}\n',
        }
    )
    yes_no = {"var.on=True": True, "var.on=False": False}
    unknown = "<unknown: variable n has no value>"
    assert {address: judged.presence(address) for address in judged.addresses} == {
        "module.m[0].x_y.both[0]": yes_no,
        "module.u[*].x_y.both[0]": unknown,
    }


def test_what_has_no_instance_is_told_once(judge: Callable[..., Judged]) -> None:
    judged = judge('resource "x_y" "a" {\n  count = 0\n}\nresource "x_y" "b" {\n  for_each = {}\n}\n')
    assert judged.messages == [
        "note: 2 blocks have no instance with these variable values, and nothing to judge (x_y.a, x_y.b)"
    ]
