"""Input variables: what they are where nobody gives them a value, and what the user may give."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sources.terraform.conftest import Judged
from walint.sources.terraform.variables import VariableFileError

USE = 'resource "x_y" "z" {\n  value = var.v\n}\n'


@pytest.mark.parametrize(
    ("declaration", "expected"),
    [
        ("", "<unknown: variable v has no value>"),
        ("default = null", None),
        ('default = "x"', "x"),
        ('type = bool\n default = "true"', True),
        ('default = "secret"\n sensitive = true', "<unknown: a sensitive value, which walint does not look at>"),
        ("default = 7\n sensitive = true", 7),
        (
            'default = { a = "secret", b = true }\n sensitive = true',
            {"a": "<unknown: a sensitive value, which walint does not look at>", "b": True},
        ),
        ('type = number\n default = "x"', "<unknown: var.v: a number is required>"),
        (
            'validation {\n condition = contains(["dev", "prod"], var.v)\n error_message = "no"\n}',
            {"var.v=dev": "dev", "var.v=prod": "prod"},
        ),
        (
            'validation {\n condition = length(var.v) > 2\n error_message = "no"\n}',
            "<unknown: variable v has no value>",
        ),
    ],
)  # fmt: skip
def test_a_variable_that_nobody_gives(declaration: str, expected: object, judge: Callable[..., Judged]) -> None:
    body = judge(USE + f'variable "v" {{\n {declaration}\n}}\n')["x_y.z"]
    if isinstance(expected, str) and expected.startswith("<unknown: var.v:"):
        assert body["value"].startswith(expected)
    else:
        assert body == ({} if expected is None else {"value": expected})


def test_a_variable_that_may_not_be_null_is_surely_set(judge: Callable[..., Judged]) -> None:
    judged = judge(USE + 'variable "v" {\n  nullable = false\n}\n')
    value = judged.by_address["x_y.z"].body.data["value"]  # type: ignore[index, call-overload]
    assert (value.symbol, value.surely_set) == (".#var.v", True)


def test_a_variable_that_is_not_declared(judge: Callable[..., Judged]) -> None:
    judged = judge(USE)
    assert judged["x_y.z"] == {"value": "<unknown: var.v is not declared>"}
    assert judged.messages == ["note: cannot be evaluated: var.v is not declared"]


@pytest.mark.parametrize(
    ("given", "declaration", "expected"),
    [
        ("plain", "", "plain"),
        ("[1]", "", "[1]"),
        ("[1, 2]", "type = list(number)", [1, 2]),
        ('{ a = "b" }', "type = map(string)", {"a": "b"}),
        ("7", "type = number", 7),
    ],
)
def test_a_value_on_the_command_line(
    given: str, declaration: str, expected: object, judge: Callable[..., Judged]
) -> None:
    judged = judge(USE + f'variable "v" {{\n {declaration}\n}}\n', variables=(("v", given),))
    assert judged["x_y.z"] == {"value": expected}
    assert judged.messages == []


def test_a_value_that_does_not_fit(judge: Callable[..., Judged]) -> None:
    judged = judge(USE + 'variable "v" {\n type = list(string)\n}\n', variables=(("v", "[broken"),))
    assert judged["x_y.z"]["value"].startswith("<unknown: var.v: --var v=[broken is no value")


def test_values_for_other_roots_do_no_harm(judge: Callable[..., Judged]) -> None:
    judged = judge(USE + 'variable "v" { default = 1 }\n', variables=(("other", "x"),))
    assert (judged["x_y.z"], judged.messages) == ({"value": 1}, [])


def test_a_broken_file_of_values_beside_the_root_is_an_error(judge: Callable[..., Judged]) -> None:
    judged = judge({"main.tf": USE + 'variable "v" {}\n', "terraform.tfvars": 'v = "a\nb = 1\n'})
    assert [problem.path for problem in judged.problems if problem.level == "error"] == ["terraform.tfvars"]


@pytest.mark.parametrize("content", [None, 'v = "a', "v = [\n"])
def test_a_file_of_values_that_the_user_names_must_be_readable(
    content: str | None, tmp_path: Path, judge: Callable[..., Judged]
) -> None:
    file = tmp_path / "given.tfvars"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    with pytest.raises(VariableFileError):
        judge(USE + 'variable "v" {}\n', variables=(file,))
