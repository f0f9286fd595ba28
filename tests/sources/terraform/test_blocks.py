"""Bodies as values: places of every leaf, nested and dynamic blocks, meta-arguments."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from tests.sources.terraform.conftest import Judged
from walint.model.value import Known, Unknown, Value

VARIABLES = """
variable "on" { type = bool }
variable "list" { type = list(string) }
variable "known" { default = ["a", "b"] }
"""


NESTED = """
dynamic "b" {
  for_each = [["x", "y"]]
  content {
    dynamic "c" {
      for_each = b.value
      content { v = "${b.key}${c.value}" }
    }
  }
}
"""


def cut(value: Value, path: Sequence[str | int], text: str) -> str:
    """The piece of the text that the place of a leaf covers."""
    for step in path:
        assert isinstance(value, Known)
        value = value.data[step]  # type: ignore[index, call-overload]
    span = value.span
    assert span is not None
    assert span.start_line == span.end_line
    return text.split("\n")[span.start_line - 1][span.start_column - 1 : span.end_column - 1]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (["name"], '"n"'),
        (["number"], "1 + 2"),
        (["variable"], "var.known"),
        (["tags", "Team"], '"a"'),
        (["tags", "Env"], '"x-${var.known[0]}"'),
        (["list", 1, "b"], "2"),
        (["policy", "Statement", 0, "Effect"], '"Allow"'),
        (["chosen", "a"], "true"),
        (["block", 0, "inner", 0, "deep"], "null == null"),
        (["block", 0, "inner", 0], "inner"),
        (["made", 1, "value"], "made.value"),
    ],
)
def test_the_place_of_a_leaf(path: list[str | int], expected: str, judge: Callable[..., Judged]) -> None:
    text = """resource "x_y" "z" {
  name     = "n"
  number   = 1 + 2
  variable = var.known
  tags = {
    Team = "a", Env = "x-${var.known[0]}"
  }
  list   = [{ a = 1 }, { "b" = 2 }]
  policy = jsonencode({ Statement = [{ Effect = "Allow" }] })
  chosen = var.known[0] == "a" ? { a = true } : { a = false }
  block {
    inner { deep = null == null }
  }
  dynamic "made" {
    for_each = var.known
    content { value = made.value }
  }
}
"""
    judged = judge(text + VARIABLES)
    assert cut(judged.by_address["x_y.z"].body, path, text) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("a = null\n b = { c = null, d = [null, 1] }", {"b": {"d": [None, 1]}}),
        ("block {}\n block {\n a = 1\n }", {"block": [{}, {"a": 1}]}),
        (
            'dynamic "b" {\n for_each = var.known\n content {\n k = b.key\n v = b.value\n }\n }',
            {"b": [{"k": 0, "v": "a"}, {"k": 1, "v": "b"}]},
        ),
        (
            'dynamic "b" {\n for_each = { x = 1 }\n iterator = it\n content {\n k = it.key\n v = it.value\n }\n }',
            {"b": [{"k": "x", "v": 1}]},
        ),
        (
            'dynamic "b" {\n for_each = toset(["s"])\n content {\n k = b.key\n v = b.value\n }\n }',
            {"b": [{"k": "s", "v": "s"}]},
        ),
        (
            'b {\n v = 0\n }\n dynamic "b" {\n for_each = [1]\n content {\n v = b.value\n }\n }',
            {"b": [{"v": 0}, {"v": 1}]},
        ),
        (
            NESTED,
            {"b": [{"c": [{"v": "0x"}, {"v": "0y"}]}]},
        ),
        (
            'dynamic "b" {\n for_each = var.on ? [1] : []\n content {\n v = b.value\n }\n }',
            {"b": {"var.on=True": [{"v": 1}], "var.on=False": []}},
        ),
        (
            'b {}\n dynamic "b" {\n for_each = var.on ? [] : [1]\n content {}\n }',
            {"b": {"var.on=True": [{}], "var.on=False": [{}, {}]}},
        ),
        ('dynamic "b" {\n for_each = []\n content {}\n }', {"b": []}),
        (
            'dynamic "b" {\n for_each = [var.list]\n content {\n v = b.value\n }\n }',
            {"b": [{"v": "<unknown: variable list has no value>"}]},
        ),
    ],
)  # fmt: skip
def test_a_body(body: str, expected: dict[str, Any], judge: Callable[..., Judged]) -> None:
    judged = judge(f'resource "x_y" "z" {{\n {body}\n}}\n{VARIABLES}')
    assert judged["x_y.z"] == expected
    assert judged.messages == []


@pytest.mark.parametrize(
    ("each", "reason"),
    [
        ("var.list", "variable list has no value"),
        ("concat(var.known, var.list)", "variable list has no value"),
        ("x_y.other.list", "x_y.other.list is known only after apply"),
        ("null", "the for_each of this dynamic block is no list, set or map"),
        ("range(1001)", "a dynamic block makes more than 1,000 blocks"),
    ],
)
def test_blocks_that_cannot_be_counted_may_be_there(each: str, reason: str, judge: Callable[..., Judged]) -> None:
    judged = judge(
        f'resource "x_y" "z" {{\n b {{ sure = 1 }}\n dynamic "b" {{\n for_each = {each}\n content {{}}\n }}\n}}\n'
        f'resource "x_y" "other" {{}}\n{VARIABLES}'
    )
    data = judged.by_address["x_y.z"].body.data
    assert isinstance(data, Mapping)
    blocks = data["b"]
    assert isinstance(blocks, Known)
    assert isinstance(blocks.rest, Unknown)
    assert blocks.rest.reason.startswith(reason)
    assert judged.shown(blocks.data[0]) == {"sure": 1}  # type: ignore[index]


def test_meta_arguments_are_no_arguments(judge: Callable[..., Judged]) -> None:
    judged = judge(
        """
resource "x_y" "z" {
  count      = 1
  provider   = x.west
  depends_on = [x_y.other, module.m]
  lifecycle {
    prevent_destroy      = true
    ignore_changes       = [tags["a"], name]
    replace_triggered_by = [x_y.other.id]
    precondition {
      condition     = false
      error_message = "no"
    }
  }
  provisioner "local-exec" {
    command = "true"
  }
  connection {
    host = "x"
  }
  real = 1
}
"""
    )
    resource = judged.by_address["x_y.z[0]"]
    assert judged["x_y.z[0]"] == {"real": 1}
    assert {name: judged.shown(value) for name, value in resource.meta.items()} == {
        "lifecycle": {
            "prevent_destroy": True,
            "ignore_changes": ["tags", "name"],
            "replace_triggered_by": ["x_y.other.id"],
        },
        "depends_on": ["x_y.other", "module.m"],
    }


def test_what_json_text_holds_is_looked_into_where_it_is_not_wholly_known(judge: Callable[..., Judged]) -> None:
    judged = judge(
        "locals {\n p = jsonencode({ a = x_y.other.arn, b = 1 })\n}\n"
        'resource "x_y" "other" {}\nresource "x_y" "z" {\n p = local.p\n q = "${local.p}!"\n}\n'
    )
    assert judged["x_y.z"]["p"] == {"a": "<ref x_y.other.arn>", "b": 1}
