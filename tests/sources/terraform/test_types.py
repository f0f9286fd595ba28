"""Type constraints: as variables write them, and what values become under them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sources.terraform.evaluating import ENV, parsed, shown, value
from walint.model.value import Reference, Text, Unknown
from walint.sources.terraform.types import convert, parse_type
from walint.sources.terraform.values import EvaluationError, ListOf, MapOf, OneOf, Partly, Sensitive, SetOf


@pytest.mark.parametrize(
    ("written", "shown_as"),
    [
        ("string", "string"),
        ('"string"', "string"),
        ("any", "any"),
        ("list", "list(any)"),
        ("map", "map(any)"),
        ("(number)", "number"),
        ("list(map(set(bool)))", "list(map(set(bool)))"),
        ("tuple([string, number])", "tuple([string, number])"),
        ('object({ a = string, "b" = number })', "object({a = string, b = number})"),
        (
            "object({ a = optional(number, 14), b = optional(bool) })",
            "object({a = optional(number), b = optional(bool)})",
        ),
        ("object({})", "object({})"),
    ],
)
def test_types_are_read(written: str, shown_as: str) -> None:
    assert repr(parse_type(parsed(written))) == shown_as


@pytest.mark.parametrize(
    "written",
    [
        "text",
        "5",
        "list()",
        "list(string, number)",
        "object(string)",
        "tuple(string)",
        "optional(string)",
        "object({ a = optional() })",
        'object({ a = optional(number, "x") })',
        "object({ (a) = string })",
        "set(nope)",
        "object({ a = optional(number, var.x) })",
        "provider::x::y(string)",
    ],
)
def test_what_is_no_type_is_refused(written: str) -> None:
    with pytest.raises(EvaluationError):
        parse_type(parsed(written))


@pytest.mark.parametrize(
    ("type_", "given", "expected"),
    [
        ("object({ a = optional(number, 14) })", "{}", {"a": {"number": "14"}}),
        ("object({ a = optional(number, 14) })", "{ a = null }", {"a": {"number": "14"}}),
        ("object({ a = optional(number, 14) })", '{ a = "3", z = 1 }', {"a": {"number": "3"}}),
        ("object({ a = optional(string) })", "{}", {"a": None}),
        (
            'object({ a = optional(object({ b = optional(string, "x") }), {}) })',
            "{}",
            {"a": {"b": "x"}},
        ),
        ("object({ a = string })", "{ a = null }", {"a": None}),
        ("list(object({ a = optional(bool, true) }))", "[{}, { a = false }]", [{"a": True}, {"a": False}]),
        ("string", "null", None),
        ("list(string)", "[env, 1]", [ENV, "1"]),
        ("number", "env", ENV),
    ],
)
def test_values_are_converted(type_: str, given: str, expected: Any) -> None:
    assert shown(convert(value(given), parse_type(parsed(type_)))) == expected


@pytest.mark.parametrize(
    ("type_", "given"),
    [
        ("object({ a = string })", "{}"),
        ("object({ a = string })", "[]"),
        ("list(string)", '"a"'),
        ("list(string)", "{}"),
        ("map(number)", '{ a = "x" }'),
        ("tuple([string])", '["a", "b"]'),
        ("tuple([string])", 'tolist(["a"])'),
        ("bool", "1"),
        ("number", "true"),
        ("string", "[]"),
    ],
)
def test_what_does_not_fit_is_refused(type_: str, given: str) -> None:
    with pytest.raises(EvaluationError):
        convert(value(given), parse_type(parsed(type_)))


def test_kinds_of_containers() -> None:
    def made(type_: str, given: str) -> Any:
        return convert(value(given), parse_type(parsed(type_)))

    assert type(made("list(any)", "[1]")) is ListOf
    assert type(made("set(any)", "[1]")) is SetOf
    assert type(made("map(any)", "{ a = 1 }")) is MapOf
    assert type(made("object({ a = number })", "tomap({ a = 1 })")) is dict
    assert type(made("tuple([number])", "[1]")) is tuple


def test_what_is_not_known_is_converted_inside() -> None:
    numbers = parse_type(parsed("list(number)"))
    text = Text(("1", Unknown("why", symbol="#x", surely_set=True)))

    assert convert(Sensitive(("1",)), numbers) == Sensitive((1,))
    assert convert(Partly(("1",), ENV), numbers) == Partly((1,), ENV)
    either = OneOf((((("c", True),), ("1",)), ((("c", False),), ())))
    assert convert(either, numbers) == OneOf((((("c", True),), (1,)), ((("c", False),), ())))
    assert convert((text,), numbers) == (Unknown("why", symbol='"1${#x}"', surely_set=True),)
    assert convert(Reference("k", "a", text="5"), parse_type(parsed("number"))) == 5
    assert convert(Reference("k", "a", text="5"), parse_type(parsed("string"))) == Reference("k", "a", text="5")


def test_object_of_a_map_with_unknown_members_has_all_its_attributes() -> None:
    members = Partly({"a": 1}, Unknown("why", symbol="#m"))
    type_ = parse_type(parsed("object({ a = string, b = string, c = optional(number, 3) })"))

    assert convert(members, type_) == {"a": "1", "b": Unknown("why", symbol="#m.b"), "c": Unknown("why", symbol="#m.c")}
