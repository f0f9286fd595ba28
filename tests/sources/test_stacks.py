"""Whole stacks and root modules as resources of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from walint.sources import SourceSettings, load
from walint.sources.stacks import STACK, stacks

NESTED = "Resources:\n  Inner: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ./inner.yaml}}\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a.yaml": "Resources: {T: {Type: AWS::SNS::Topic}}"}, {("a.yaml", "a.yaml")}),
        (
            {
                "a.yaml": "Resources: {T: {Type: AWS::SNS::Topic}}",
                "b/c.yaml": "Resources: {Q: {Type: AWS::SQS::Queue}}",
            },
            {("a.yaml", "a.yaml"), ("b/c.yaml", "b/c.yaml")},
        ),
        (
            {"outer.yaml": NESTED, "inner.yaml": "Resources: {T: {Type: AWS::SNS::Topic}}"},
            {("outer.yaml", "outer.yaml")},
        ),
        ({"infra/main.tf": 'resource "aws_sns_topic" "t" {}\n'}, {("infra", "infra/main.tf")}),
        ({"infra/main.tf": 'variable "nothing" {}\n'}, set()),
    ],
    ids=["one template", "two", "what is nested belongs to it", "a root module", "nothing is declared"],
)
def test_one_for_each_that_is_deployed(
    files: dict[str, str], expected: set[tuple[str, str]], tmp_path: Path, write: Callable[..., Path]
) -> None:
    write(files)
    found = list(stacks(load([tmp_path], SourceSettings(root=tmp_path))))
    assert {(one.name, one.span and one.span.path) for one in found} == expected
    assert {one.type for one in found} <= {STACK}
