"""Whole stacks and root modules as resources of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from walint.model.resource import Resource
from walint.model.value import Known
from walint.sources import SourceSettings, load
from walint.sources.stacks import STACK, stacks

NESTED = "Resources:\n  Inner: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ./inner.yaml}}\n"

TOPIC = 'resource "aws_sns_topic" "t" {}\n'
CALLS = 'module "m" {\n  source = "./mod"\n}\n'
RUN = 'provider "aws" {\n  region = "eu-west-1"\n}\n'


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
        (
            {"infra/main.tf": CALLS, "infra/z.tf": "", "infra/mod/t.tf": TOPIC, "infra/terraform.tfvars": "a = 1\n"},
            {("infra", "infra/main.tf")},
        ),
        ({"api.tf": CALLS, "mod/t.tf": TOPIC}, {(".", "api.tf")}),
    ],
    ids=[
        "one template",
        "two",
        "what is nested belongs to it",
        "a root module",
        "nothing is declared",
        "a root module whose resources are in a module",
        "the same at the top",
    ],
)
def test_one_for_each_that_is_deployed(
    files: dict[str, str], expected: set[tuple[str, str]], tmp_path: Path, write: Callable[..., Path]
) -> None:
    write(files)
    found = list(stacks(load([tmp_path], SourceSettings(root=tmp_path))))
    assert {(one.name, one.span and one.span.path) for one in found} == expected
    assert {one.type for one in found} <= {STACK}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"main.tf": 'variable "a" {}\n' + TOPIC}, {".": True}),
        ({"main.tf": RUN + TOPIC}, {".": False}),
        ({"main.tf": TOPIC, "examples/all/main.tf": RUN + CALLS.replace("./mod", "../..")}, {"examples/all": True}),
        ({"mod/t.tf": TOPIC, "tests/one/main.tf": RUN + CALLS.replace("./", "../../")}, {"tests/one": True}),
        ({"examples/shop/main.tf": RUN + CALLS, "examples/shop/mod/t.tf": TOPIC}, {"examples/shop": False}),
        ({"infra/main.tf": RUN + CALLS.replace("./", "../"), "mod/t.tf": TOPIC}, {"infra": False}),
    ],
    ids=["a module", "a root module", "its example", "its test", "an example that stands alone", "a shared module"],
)
def test_what_is_no_workload(
    files: dict[str, str], expected: dict[str, bool], tmp_path: Path, write: Callable[..., Path]
) -> None:
    write(files)
    found = stacks(load([tmp_path], SourceSettings(root=tmp_path)))
    assert expected == {one.name: _is_reusable(one) for one in found}


def _is_reusable(stack: Resource) -> bool:
    assert isinstance(stack.properties, Known)
    assert isinstance(stack.properties.data, Mapping)
    value = stack.properties.data["Reusable"]
    return isinstance(value, Known) and value.data is True
