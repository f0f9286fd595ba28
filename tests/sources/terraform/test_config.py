"""Files of a directory merged into one configuration."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.sources.terraform.conftest import Judged
from walint.sources.terraform.config import in_reading_order

QUEUE = 'resource "aws_sqs_queue" "q" {\n  name = "q"\n}\n'


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["b.tf", "a.tf"], ["a.tf", "b.tf"]),
        (["override.tf", "main.tf", "a_override.tf"], ["main.tf", "a_override.tf", "override.tf"]),
        (["main.tf.json", "main.tf", "x_override.tf.json"], ["main.tf", "main.tf.json", "x_override.tf.json"]),
        (["main.tf", "main.tofu", "other.tf"], ["main.tofu", "other.tf"]),
        (["main.tf.json", "main.tofu.json"], ["main.tofu.json"]),
        ([".hidden.tf", "main.tf~", "#main.tf", "main.tfvars", "main.tf.bak", "x.tftest.hcl"], []),
    ],
)
def test_which_files_are_read_in_which_order(names: list[str], expected: list[str]) -> None:
    assert in_reading_order(names) == expected


def test_an_override_replaces_nested_blocks_of_the_same_type(judge: Callable[..., Judged]) -> None:
    judged = judge(
        {
            "main.tf": """
resource "aws_lambda_function" "f" {
  timeout = 3
  environment {
    variables = { A = "base" }
  }
  dynamic "tracing_config" {
    for_each = [1]
    content { mode = "Active" }
  }
  vpc_config { subnet_ids = ["kept"] }
  lifecycle {
    prevent_destroy       = true
    create_before_destroy = true
  }
}
""",
            "override.tf": """
resource "aws_lambda_function" "f" {
  timeout = 9
  environment {
    variables = { B = "override" }
  }
  tracing_config { mode = "PassThrough" }
  lifecycle { prevent_destroy = false }
}
""",
        }
    )
    assert judged["aws_lambda_function.f"] == {
        "timeout": 9,
        "environment": [{"variables": {"B": "override"}}],
        "tracing_config": [{"mode": "PassThrough"}],
        "vpc_config": [{"subnet_ids": ["kept"]}],
    }
    resource = judged.by_address["aws_lambda_function.f"]
    assert resource.span is not None
    assert resource.span.path == "main.tf"
    timeout = resource.body.data["timeout"]  # type: ignore[index, call-overload]
    assert (timeout.span.path, timeout.span.start_line) == ("override.tf", 3)


def test_what_an_override_changes_must_exist(judge: Callable[..., Judged]) -> None:
    judged = judge({"main.tf": QUEUE, "override.tf": 'resource "aws_sqs_queue" "other" {}\nvariable "x" {}\n'})
    assert judged.addresses == ["aws_sqs_queue.q"]
    assert judged.messages == [
        "error: aws_sqs_queue.other is overridden, but nothing declares it",
        "error: var.x is overridden, but nothing declares it",
    ]


def test_duplicates_are_reported_and_the_first_one_is_judged(judge: Callable[..., Judged]) -> None:
    judged = judge(
        {"a.tf": QUEUE + "locals { a = 1 }\n", "b.tf": QUEUE.replace('"q"\n', '"z"\n') + "locals { a = 2 }\n"}
    )
    assert judged["aws_sqs_queue.q"] == {"name": "q"}
    assert judged.messages == [
        "note: aws_sqs_queue.q is declared twice in this directory; the first declaration is judged",
        "note: local.a is declared twice in this directory; the first declaration is judged",
    ]


def test_a_broken_block_is_an_error_and_the_sound_ones_are_kept(judge: Callable[..., Judged]) -> None:
    judged = judge(
        QUEUE
        + 'resource "aws_sqs_queue" "broken" {\n  name = = "x"\n}\n'
        + 'resource "aws_sns_topic" "t" {\n  name = aws_sqs_queue.broken.arn\n  x = local.lost\n}\n'
    )
    assert judged.addresses == ["aws_sqs_queue.q", "aws_sns_topic.t", "aws_sqs_queue.broken"]
    assert judged["aws_sqs_queue.q"] == {"name": "q"}
    assert judged["aws_sqs_queue.broken"] == {"...": "the block cannot be read wholly"}
    assert judged["aws_sns_topic.t"] == {
        "name": "<ref aws_sqs_queue.broken.arn>",
        "x": "<unknown: local.lost is not in what could be read of the module>",
    }
    problem = judged.problems[0]
    assert (problem.level, problem.path, problem.span.start_line if problem.span else 0) == ("error", "main.tf", 5)


def test_wrong_labels_are_an_error(judge: Callable[..., Judged]) -> None:
    judged = judge(QUEUE + 'resource "aws_sqs_queue" {\n}\n')
    assert judged.addresses == ["aws_sqs_queue.q"]
    assert judged.messages == ["error: resource takes 2 labels, not 1"]


def test_json_blocks_and_arguments(judge: Callable[..., Judged]) -> None:
    judged = judge(
        {
            "main.tf.json": """{
  "resource": {"aws_lambda_function": {"f": {
    "//": "a comment",
    "timeout": 3,
    "function_name": "${var.name}-f",
    "environment": {"variables": {"A": "b"}},
    "dynamic": {"tracing_config": {"for_each": ["Active"], "content": {"mode": "${tracing_config.value}"}}},
    "lifecycle": {"prevent_destroy": true, "ignore_changes": ["timeout"]}
  }}},
  "variable": {"name": {"type": "string", "default": "n"}}
}"""
        }
    )
    assert judged["aws_lambda_function.f"] == {
        "timeout": 3,
        "function_name": "n-f",
        "environment": {"variables": {"A": "b"}},
        "tracing_config": [{"mode": "Active"}],
    }
    lifecycle = judged.by_address["aws_lambda_function.f"].meta["lifecycle"]
    assert judged.shown(lifecycle) == {"prevent_destroy": True, "ignore_changes": ["timeout"]}
