"""Hostile and broken input: no hang, no crash, nothing outside read, and nothing lost silently."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.timing import within
from walint.model.graph import Graph

QUEUE = 'resource "aws_sqs_queue" "sound" {\n  name = "q"\n}\n'
OTHER = 'resource "aws_sqs_queue" "other" {\n  %s\n}\n'


def _locals(count: int, body: str, first: str) -> str:
    lines = "".join(f"  a{i} = {body.replace('@', str(i - 1))}\n" for i in range(1, count))
    return f"locals {{\n  a0 = {first}\n{lines}}}\n"


def _dynamic(depth: int) -> str:
    inner = "a = 1\n"
    for level in range(depth):
        inner = f'dynamic "d{level}" {{\nfor_each = range(1000)\ncontent {{\n{inner}}}\n}}\n'
    return inner


CASES: dict[str, dict[str, str | bytes]] = {
    "cycle of locals": {"main.tf": f"{QUEUE}locals {{\n  a = local.b\n  b = local.a\n}}\n{OTHER % 'name = local.a'}"},
    "cycle of resources": {
        "main.tf": QUEUE + 'resource "aws_sqs_queue" "a" {\n  name = aws_sqs_queue.b.name\n}\n'
        'resource "aws_sqs_queue" "b" {\n  name = aws_sqs_queue.a.name\n}\n'
    },
    "cycle of counts": {"main.tf": QUEUE + 'resource "aws_sqs_queue" "a" {\n  count = length(aws_sqs_queue.a)\n}\n'},
    "a module of itself": {"main.tf": QUEUE + 'module "m" {\n  source = "./"\n}\n'},
    "for_each over a million": {
        "main.tf": QUEUE
        + 'resource "aws_sqs_queue" "q" {\n  for_each = toset([for i in range(1000000) : tostring(i)])\n}\n'
        + 'resource "aws_sqs_queue" "c" {\n  count = 1000000\n}\n'
    },
    "a heredoc that never ends": {"main.tf": QUEUE + "locals {\n  a = <<EOT\nx\n"},
    "blank lines in such a heredoc": {"main.tf": QUEUE + "locals {\n  a = <<E\n" + "\n" * 200_000},
    "opening brackets": {"main.tf": QUEUE + "locals {\n  a = " + "[" * 100_000 + "\n}\n"},
    "parentheses": {"main.tf": QUEUE + "locals {\n  a = " + "(" * 100_000 + "1" + ")" * 100_000 + "\n}\n"},
    "a merge conflict": {"main.tf": f"{QUEUE}<<<<<<< HEAD\n=======\n>>>>>>> b\n" + QUEUE.replace("sound", "other")},
    "a regular expression": {
        "main.tf": QUEUE + 'resource "aws_sqs_queue" "r" {\n  name = regex("(a+)+$", "' + "a" * 60 + '!")\n}\n'
    },
    "a long chain": {"main.tf": QUEUE + _locals(3000, "local.a@", '"x"') + OTHER % "name = local.a2999"},
    "lists that double": {
        "main.tf": QUEUE
        + _locals(60, "concat(local.a@, local.a@)", '["x"]')
        + 'resource "aws_sqs_queue" "r" {\n  name = length(local.a59)\n}\n'
    },
    "objects that double": {
        "main.tf": QUEUE
        + _locals(60, "{ l = local.a@, r = local.a@ }", "{}")
        + 'resource "aws_sqs_queue" "r" {\n  tags = local.a59\n}\n'
    },
    "modules that double": {
        f"m{i}/main.tf": QUEUE
        + "".join(f'module "{name}" {{\n  source = "../m{i + 1}"\n}}\n' for name in "ab" if i < 18)
        for i in range(19)
    },
    "a thousand times a thousand modules": {
        "main.tf": QUEUE + 'module "m" {\n  count  = 1000\n  source = "./m"\n}\n',
        "m/main.tf": 'module "n" {\n  count  = 1000\n  source = "../n"\n}\n',
        "n/main.tf": QUEUE,
    },
    "dynamic blocks in dynamic blocks": {"main.tf": QUEUE + f'resource "aws_sqs_queue" "d" {{\n{_dynamic(4)}}}\n'},
    "blocks under forty conditions": {
        "main.tf": QUEUE
        + "".join(f'variable "v{i}" {{\n  type = bool\n}}\n' for i in range(40))
        + 'resource "aws_sqs_queue" "c" {\n'
        + "".join(f'  dynamic "x" {{\n    for_each = var.v{i} ? [1] : []\n    content {{}}\n  }}\n' for i in range(40))
        + "}\n"
    },
    "a hundred thousand arguments": {"main.tf": QUEUE + OTHER % "".join(f'  a{i} = "x"\n' for i in range(100_000))},
    "bytes that are no text": {"main.tf": QUEUE.encode() + b'resource "aws_sqs_queue" "q\x00" {\n}\n\xff\xfe'},
    "an empty file": {"main.tf": QUEUE, "empty.tf": "", "bom.tf": b"\xef\xbb\xbf", "space.tf": "\n\n"},
    "broken JSON": {"main.tf": QUEUE, "x.tf.json": '{"resource": ' + "[" * 50_000},
    "JSON of another shape": {
        "main.tf": QUEUE,
        "x.tf.json": '{"resource": [1, {"a": 2}], "module": "x", "locals": null}',
    },
    "operators": {"main.tf": QUEUE + 'resource "aws_sqs_queue" "o" {\n  d = ' + "+".join("1" * 20_000) + "\n}\n"},
    "a template in itself": {
        "main.tf": QUEUE + 'resource "aws_sqs_queue" "t" {\n  name = templatefile("t.tftpl", {})\n}\n',
        "t.tftpl": '${templatefile("t.tftpl", {})}',
    },
}

SILENT = {"an empty file", "blocks under forty conditions", "a hundred thousand arguments"}
"""They are no mistakes, and walint judges them."""


@pytest.mark.parametrize("name", CASES)
def test_bad_input(name: str, scan: Callable[..., Graph]) -> None:
    with within(2):
        graph = scan(CASES[name])
    assert any(resource.name == "sound" for resource in graph.resources)
    assert bool(graph.problems) is (name not in SILENT)


@pytest.mark.parametrize(
    ("text", "line", "message", "help_"),
    [
        (
            'locals {\n  a = local.b\n  b = local.a\n}\noutput "a" {\n  value = local.a\n}\n',
            2,
            "local.a depends on itself",
            "break the cycle: Terraform stops at it",
        ),
        (
            'resource "aws_sqs_queue" "bad" {\n  name =\n}\n',
            2,
            "expected a value, found the end of the line",
            "mend it and check again; the other blocks of the file are judged meanwhile",
        ),
    ],
)
def test_what_terraform_stops_at_is_an_error_with_its_place_and_help(
    scan: Callable[..., Graph], text: str, line: int, message: str, help_: str
) -> None:
    problems = scan({"main.tf": text}).problems
    found = [(one.level, one.span.start_line if one.span else 0, one.message, one.help) for one in problems]
    assert found == [("error", line, message, help_)]


def test_links_are_not_followed_out_of_the_tree(scan: Callable[..., Graph], tmp_path: Path) -> None:
    (tmp_path / "x.tf").symlink_to("/etc/passwd")
    (tmp_path / "loop").symlink_to(tmp_path)
    graph = scan({"main.tf": QUEUE})
    assert graph.files == ["main.tf"]
    assert graph.problems == []
