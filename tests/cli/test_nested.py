"""Findings of nested stacks and of what SAM makes, end to end."""

from __future__ import annotations

import json
from typing import Any

CHILD = """\
Parameters:
  Seconds: {Type: Number, Default: 60}
Resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties:
      MessageRetentionPeriod: !Ref Seconds
"""
PARENT = """\
Resources:
  Blue:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: ./child.yaml}
  Green:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: ./child.yaml, Parameters: {Seconds: 70}}
"""


def found(done: Any) -> dict[str, Any]:
    return json.loads(done.out)  # type: ignore[no-any-return]


def test_a_nested_stack_used_twice_is_one_finding(project: Any) -> None:
    project.write("child.yaml", CHILD)
    project.write("parent.yaml", PARENT)
    (record,) = found(project.check("--format", "json"))["findings"]
    assert record["instances"] == ["Blue/Orders", "Green/Orders"]
    assert (record["location"]["path"], record["location"]["start_line"]) == ("child.yaml", 7)


def test_the_same_template_alone_has_the_same_fingerprint(project: Any) -> None:
    project.write("child.yaml", CHILD)
    (alone,) = found(project.check("--format", "json"))["findings"]
    project.write("parent.yaml", PARENT)
    (nested,) = found(project.check("--format", "json"))["findings"]
    assert alone["fingerprint"] == nested["fingerprint"]


def test_a_comment_in_the_nested_template_holds_for_every_use(project: Any) -> None:
    project.write("child.yaml", CHILD.replace("  Orders:", '  # walint: ignore[own-*] reason="short-lived"\n  Orders:'))
    project.write("parent.yaml", PARENT)
    data = found(project.check("--format", "json"))
    assert (data["findings"], data["notices"]) == ([], [])
    assert [record["instances"] for record in data["suppressed"]] == [["Blue/Orders", "Green/Orders"]]


def test_one_use_alone_may_be_accepted_in_the_config(project: Any) -> None:
    project.write("child.yaml", CHILD)
    project.write("parent.yaml", PARENT)
    project.write("walint.toml", '[[suppress]]\nrule = "own-*"\nresource = "Blue/*"\nreason = "short-lived"\n')
    data = found(project.check("--format", "json"))
    assert [record["resource"]["address"] for record in data["findings"]] == ["Green/Orders"]
    assert [record["resource"]["address"] for record in data["suppressed"]] == ["Blue/Orders"]


def test_a_comment_above_a_sam_function_covers_what_sam_makes_of_it(project: Any) -> None:
    template = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  # walint: ignore[lambda-tracing] reason="a batch job"
  Orders:
    Type: AWS::Serverless::Function
    Properties: {Runtime: python3.13, Handler: app.handler, InlineCode: pass}
  Payments:
    Type: AWS::Serverless::Function
    Properties: {Runtime: python3.13, Handler: app.handler, InlineCode: pass}
"""
    project.write("app.yaml", template)
    data = found(project.check("app.yaml", "--select", "lambda-tracing", "--format", "json"))
    assert [record["resource"]["name"] for record in data["findings"]] == ["Payments"]
    assert [record["resource"]["name"] for record in data["suppressed"]] == ["Orders"]
