"""Findings and reasons on Terraform resources are worded in Terraform's own names."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from walint.cli import main

Worded = Callable[..., tuple[str, str, str]]


@pytest.fixture
def worded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Worded:
    """What a rule asks for and found, or why it cannot tell, in the first result that is no pass."""

    def judged(rule: str, text: str) -> tuple[str, str, str]:
        (tmp_path / "main.tf").write_text(text, encoding="utf-8")
        shown = ("--format", "json", "--isolated", "--fail-on", "never", "--show-unknown", "--no-cache")
        main(["check", str(tmp_path), "--select", rule, *shown])
        report = json.loads(capsys.readouterr().out)
        first = (report["findings"] + report["unknown"])[0]
        return first["property"], first["expected"], first["found"] or first["reason"]

    return judged


def test_a_list_that_is_of_maps_in_cloudformation(worded: Worded) -> None:
    text = 'resource "aws_eks_cluster" "c" {\n  name = "c"\n  enabled_cluster_log_types = ["api", "audit"]\n}\n'
    expected = "all of api, audit, authenticator, controllerManager and scheduler"
    assert worded("eks-control-plane-logs", text) == ("enabled_cluster_log_types", expected, "api, audit")


def test_what_stands_in_json_is_spelled_as_there(worded: Worded) -> None:
    text = """
resource "aws_ecs_task_definition" "t" {
  family                = "t"
  container_definitions = jsonencode([{ name = "t", image = "t:1" }])
}
"""
    expected = ("container_definitions.logConfiguration.logDriver", "a value", "nothing")
    assert worded("ecs-container-logging", text) == expected


@pytest.mark.parametrize(
    ("argument", "found"),
    [("", "none"), ("enable_deletion_protection = false", "one that does not fit (value: false)")],
)
def test_an_argument_that_is_an_item_of_a_list_in_cloudformation(worded: Worded, argument: str, found: str) -> None:
    text = f'resource "aws_lb" "b" {{\n  name = "b"\n  {argument}\n}}\n'
    expected = ("enable_deletion_protection", "deletion protection switched on", found)
    assert worded("service-deletion-protection", text) == expected


def test_a_meta_argument(worded: Worded) -> None:
    text = 'resource "aws_db_instance" "d" {\n  identifier = "d"\n  engine     = "mysql"\n}\n'
    assert worded("tf-prevent-destroy", text)[0] == "lifecycle.prevent_destroy"


def test_an_argument_of_the_backend(worded: Worded) -> None:
    text = """
terraform {
  required_version = ">= 1.10"
  backend "s3" {
    bucket = "state"
    key    = "orders"
    region = "eu-west-1"
  }
}
provider "aws" {}
"""
    assert worded("tf-remote-state", text)[0] == "backend.use_lockfile"


def test_another_property_that_is_compared_with(worded: Worded) -> None:
    text = """
resource "aws_db_instance" "d" {
  engine            = "mysql"
  instance_class    = "db.t3.large"
  allocated_storage = 20
}
"""
    expected = ("max_allocated_storage", "at least 10 % above allocated_storage", "nothing")
    assert worded("rds-storage-autoscaling", text) == expected


def test_an_attribute_that_is_referred_to(worded: Worded) -> None:
    text = """
resource "aws_db_instance" "d" { identifier = "d" }
resource "aws_cloudwatch_metric_alarm" "a" {
  namespace   = "AWS/RDS"
  metric_name = "CPUUtilization"
  dimensions  = { DBInstanceIdentifier = aws_db_instance.d.id }
}
"""
    expected = "the name of AWS::RDS::DBInstance in DBInstanceIdentifier"
    found = "its id (a reference to aws_db_instance.d.id)"
    assert worded("alarm-dimension-matches-resource", text) == ("dimensions", expected, found)


def test_what_another_provider_makes_is_known_after_apply(worded: Worded) -> None:
    text = """
resource "random_pet" "this" {}
resource "aws_cloudwatch_log_group" "g" {
  name              = "g"
  retention_in_days = random_pet.this.length
}
"""
    _, _, reason = worded("log-group-retention-min", text)
    assert reason == "retention_in_days: random_pet.this.length is known after apply"


@pytest.mark.parametrize(
    ("passed", "found"),
    [
        ("shop", "module.cluster (example/ecs/aws) is not on disk"),
        ("/aws/ecs/shop", "module.cluster (example/ecs/aws) is not on disk"),
        ("sho", "none"),
        ("other", "none"),
        ("ecs", "none"),
    ],
)
def test_a_module_that_is_not_there_may_make_a_name_of_what_it_is_given(
    worded: Worded, passed: str, found: str
) -> None:
    text = f"""
module "cluster" {{
  source = "example/ecs/aws"
  name   = "{passed}"
}}
resource "aws_ecs_task_definition" "t" {{
  family = "t"
  container_definitions = jsonencode([{{
    name  = "t"
    image = "t:1"
    logConfiguration = {{ logDriver = "awslogs", options = {{ awslogs-group = "/aws/ecs/shop" }} }}
  }}])
}}
"""
    assert worded("compute-log-group-managed", text)[2] == found
