"""Data sources whose answer follows from the configuration, and symbols for all others."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.sources.terraform.conftest import Judged

DATA = """
data "aws_region" "here" {}
data "aws_caller_identity" "me" {}
data "aws_partition" "p" {}
data "aws_region" "west" { provider = aws.west }
data "aws_sns_topic" "t" { name = "topic" }
data "aws_lambda_function" "f" { function_name = "orders" }
provider "aws" {
  alias = "west"
}
"""


def unknown_of(judged: Judged, expression_at: str = "v") -> Any:
    return judged.by_address["x_y.z"].body.data[expression_at]  # type: ignore[index, call-overload]


@pytest.mark.parametrize(
    ("expression", "symbol"),
    [
        ("data.aws_region.here.name", ".#aws:region"),
        ("data.aws_region.here.id", ".#aws:region"),
        ("data.aws_region.here.region", ".#aws:region"),
        ("data.aws_region.west.name", ".#aws.west:region"),
        ("data.aws_caller_identity.me.account_id", ".#aws:account"),
        ("data.aws_partition.p.partition", ".#aws:partition"),
        ("data.aws_caller_identity.me.arn", ".#data.aws_caller_identity.me.arn"),
        ("data.aws_sns_topic.t.arn", ".#data.aws_sns_topic.t.arn"),
    ],
)
def test_a_symbol(expression: str, symbol: str, judge: Callable[..., Judged]) -> None:
    judged = judge(f'resource "x_y" "z" {{\n  v = {expression}\n}}\n{DATA}')
    assert unknown_of(judged).symbol == symbol
    assert judged.messages == []


def test_what_is_configured_is_known(judge: Callable[..., Judged]) -> None:
    judged = judge(f'resource "x_y" "z" {{\n  v = data.aws_lambda_function.f.function_name\n}}\n{DATA}')
    assert judged["x_y.z"] == {"v": "orders"}


ACCOUNT = "<unknown: the account of provider aws is not known>"


@pytest.mark.parametrize(
    ("provider", "settings", "expected"),
    [
        ('provider "aws" { region = "eu-west-1" }', {}, ["eu-west-1", ACCOUNT]),
        ("", {"region": "us-east-1", "account": "123456789012"}, ["us-east-1", "123456789012"]),
        ('provider "aws" { region = data.aws_region.here.name }', {"region": "us-east-1"}, ["us-east-1", ACCOUNT]),
    ],
)
def test_what_the_provider_or_the_user_says(
    provider: str, settings: dict[str, str], expected: list[str], judge: Callable[..., Judged]
) -> None:
    judged = judge(
        'resource "x_y" "z" {\n  v = [data.aws_region.here.name, data.aws_caller_identity.me.account_id]\n}\n'
        f'data "aws_region" "here" {{}}\ndata "aws_caller_identity" "me" {{}}\n{provider}\n',
        **settings,
    )
    assert judged["x_y.z"] == {"v": expected}


DOCUMENT = """
data "aws_iam_policy_document" "base" {
  statement {
    sid       = "One"
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::b/&{aws:username}"]
  }
}
data "aws_iam_policy_document" "whole" {
  source_policy_documents   = [data.aws_iam_policy_document.base.json]
  override_policy_documents = [jsonencode({
    Statement = { Sid = "Two", Effect = "Deny", Action = "*", Resource = "*" }
  })]
  policy_id = "P"
  statement {
    sid     = "Two"
    actions = ["a:B", "a:A"]
    principals {
      type        = "AWS"
      identifiers = ["1"]
    }
    principals {
      type        = "AWS"
      identifiers = ["2"]
    }
  }
  dynamic "statement" {
    for_each = ["sqs.amazonaws.com"]
    content {
      effect      = "Deny"
      not_actions = ["a:*"]
      principals {
        type        = "Service"
        identifiers = [statement.value]
      }
      condition {
        test     = "Bool"
        variable = "aws:SecureTransport"
        values   = ["false"]
      }
    }
  }
}
data "aws_iam_policy_document" "open" {
  statement {
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.t.arn]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
}
data "aws_iam_policy_document" "unknown" {
  dynamic "statement" {
    for_each = var.list
    content {
      actions = [statement.value]
    }
  }
}
resource "aws_sns_topic" "t" { name = "t" }
variable "list" {}
resource "x_y" "z" {
  whole   = data.aws_iam_policy_document.whole.json
  open    = data.aws_iam_policy_document.open.json
  unknown = data.aws_iam_policy_document.unknown.json
}
"""


def test_policy_documents(judge: Callable[..., Judged]) -> None:
    judged = judge(DOCUMENT)
    body = judged["x_y.z"]
    assert json.loads(body["whole"]) == {
        "Version": "2012-10-17",
        "Id": "P",
        "Statement": [
            {"Sid": "One", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/${aws:username}"},
            {"Sid": "Two", "Effect": "Deny", "Action": "*", "Resource": "*"},
            {
                "Effect": "Deny",
                "NotAction": "a:*",
                "Principal": {"Service": "sqs.amazonaws.com"},
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
        ],
    }
    assert body["open"] == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sns:Publish",
                "Resource": "<ref aws_sns_topic.t.arn>",
                "Principal": "*",
            }
        ],
    }
    assert body["unknown"] == "<unknown: variable list has no value>"
    assert judged.messages == []


def test_a_template_file(judge: Callable[..., Judged]) -> None:
    judged = judge(
        'data "template_file" "t" {\n  template = "Hello $${name}, $${port}"\n'
        '  vars = { name = "you", port = 80 }\n}\n'
        'resource "x_y" "z" {\n  v = data.template_file.t.rendered\n}\n'
    )
    assert judged["x_y.z"] == {"v": "Hello you, 80"}
