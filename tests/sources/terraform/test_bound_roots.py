"""From Terraform's text to verdicts: what the parts of the source make together."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from walint.cli import main

Judge = Callable[..., dict[str, str]]


@pytest.fixture
def judge(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Judge:
    """The outcome of one rule for each resource of a root module, by address; a finding with its line."""

    def judged(rule: str, text: str, *options: str) -> dict[str, str]:
        (tmp_path / "main.tf").write_text(text, encoding="utf-8")
        shown = ("--format", "json", "--isolated", "--fail-on", "never", "--show-passed", "--show-unknown")
        main(["check", str(tmp_path), "--select", rule, "--no-cache", *shown, *options])
        report = json.loads(capsys.readouterr().out)
        assert report["run"]["incomplete"] == []
        found: dict[str, str] = {}
        for kind in ("findings", "unknown", "passed"):
            for one in report[kind]:
                line = f":{one['location']['start_line']}" if kind == "findings" else ""
                found[one["resource"]["address"]] = one["outcome"] + line
        return found

    return judged


def test_a_function_is_traced_or_not(judge: Judge) -> None:
    text = """
variable "trace" { type = string }
resource "aws_lambda_function" "on" {
  function_name = "on"
  tracing_config { mode = "Active" }
}
resource "aws_lambda_function" "off" {
  function_name = "off"
  tracing_config {
    mode = "PassThrough"
  }
}
resource "aws_lambda_function" "unset" { function_name = "unset" }
resource "aws_lambda_function" "open" {
  function_name = "open"
  tracing_config { mode = var.trace }
}
"""
    assert judge("lambda-tracing", text) == {
        "aws_lambda_function.on": "pass",
        "aws_lambda_function.off": "fail:10",
        "aws_lambda_function.unset": "fail:13",
        "aws_lambda_function.open": "unknown",
    }


ALARM = """
variable "env" {{ type = string }}
resource "aws_lambda_function" "api" {{ function_name = "api-${{var.env}}" }}
resource "aws_cloudwatch_metric_alarm" "errors" {{
  alarm_name          = "errors"
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  period              = 60
  statistic           = "Sum"
  threshold           = 0
  alarm_actions       = ["arn:aws:sns:eu-west-1:1:alerts"]
  dimensions          = {dimensions}
}}
"""


@pytest.mark.parametrize(
    ("dimensions", "expected"),
    [
        ("{ FunctionName = aws_lambda_function.api.function_name }", "pass"),
        ("{ FunctionName = aws_lambda_function.api.id }", "pass"),
        ('{ FunctionName = "api-${var.env}" }', "pass"),
        ('{ FunctionName = "other" }', "fail:3"),
        ("{ FunctionName = aws_lambda_function.api.arn }", "fail:3"),
        ("{}", "fail:3"),
        ("var.dimensions", "unknown"),
    ],
)
def test_an_alarm_names_its_function(judge: Judge, dimensions: str, expected: str) -> None:
    text = ALARM.format(dimensions=dimensions) + 'variable "dimensions" { type = map(string) }\n'
    assert judge("lambda-error-alarm", text)["aws_lambda_function.api"] == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ('"/aws/lambda/${aws_lambda_function.api.function_name}"', "pass"),
        ('"/aws/lambda/api"', "pass"),
        ('"/aws/lambda/other"', "fail:2"),
        ("var.name", "unknown"),
    ],
)
def test_a_log_group_is_a_function_s(judge: Judge, name: str, expected: str) -> None:
    text = f"""
resource "aws_lambda_function" "api" {{ function_name = "api" }}
variable "name" {{ type = string }}
resource "aws_cloudwatch_log_group" "api" {{
  name              = {name}
  retention_in_days = 14
}}
"""
    assert judge("compute-log-group-managed", text) == {"aws_lambda_function.api": expected}


@pytest.mark.parametrize(
    ("versioning", "expected"),
    [
        ("", "fail:2"),
        ('bucket = aws_s3_bucket.b.id\nversioning_configuration { status = "Enabled" }', "pass"),
        ('bucket = aws_s3_bucket.b.id\nversioning_configuration { status = "Suspended" }', "fail:6"),
        ('bucket = var.other\nversioning_configuration { status = "Enabled" }', "unknown"),
    ],
)
def test_the_versioning_of_a_bucket(judge: Judge, versioning: str, expected: str) -> None:
    text = '\nresource "aws_s3_bucket" "b" { bucket = var.name }\nvariable "name" { type = string }\n'
    if versioning:
        text += f'resource "aws_s3_bucket_versioning" "v" {{\n{versioning}\n}}\nvariable "other" {{ type = string }}\n'
    assert judge("s3-versioning", text)["aws_s3_bucket.b"] == expected


def test_versioning_that_depends_on_the_same_condition_as_the_bucket(judge: Judge) -> None:
    text = """
variable "create" { type = bool }
resource "aws_s3_bucket" "b" { count = var.create ? 1 : 0 }
resource "aws_s3_bucket_versioning" "v" {
  count  = var.create ? 1 : 0
  bucket = aws_s3_bucket.b[0].id
  versioning_configuration { status = "Enabled" }
}
"""
    assert judge("s3-versioning", text) == {"aws_s3_bucket.b[0]": "pass"}


def test_containers_are_read_from_json(judge: Judge) -> None:
    text = """
resource "aws_ecs_task_definition" "logged" {
  family = "logged"
  container_definitions = jsonencode([{
    name             = "web"
    image            = "web:1"
    logConfiguration = { logDriver = "awslogs", options = { awslogs-group = "/web" } }
  }])
}
resource "aws_ecs_task_definition" "silent" {
  family                = "silent"
  container_definitions = <<EOF
[{"name": "web", "image": "web:1"}]
EOF
}
resource "aws_ecs_task_definition" "open" {
  family                = "open"
  container_definitions = file("containers.json")
}
"""
    found = judge("ecs-container-logging", text)
    assert {address: outcome.partition(":")[0] for address, outcome in found.items()} == {
        "aws_ecs_task_definition.logged": "pass",
        "aws_ecs_task_definition.silent": "fail",
        "aws_ecs_task_definition.open": "unknown",
    }


def test_the_dead_letter_queue_of_a_queue(judge: Judge) -> None:
    text = """
resource "aws_sqs_queue" "dead" { name = "dead" }
resource "aws_sqs_queue" "own" {
  redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead.arn, maxReceiveCount = 3 })
}
resource "aws_sqs_queue" "apart" { name = "apart" }
resource "aws_sqs_queue_redrive_policy" "apart" {
  queue_url      = aws_sqs_queue.apart.id
  redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead.arn, maxReceiveCount = 3 })
}
resource "aws_sqs_queue" "none" { name = "none" }
"""
    assert judge("sqs-dlq", text) == {
        "aws_sqs_queue.own": "pass",
        "aws_sqs_queue.apart": "pass",
        "aws_sqs_queue.none": "fail:11",
    }


def test_a_scaling_policy_by_the_names_of_its_target(judge: Judge) -> None:
    text = """
resource "aws_ecs_cluster" "c" { name = "c" }
resource "aws_ecs_service" "web" {
  name            = "web"
  cluster         = aws_ecs_cluster.c.id
  desired_count   = 2
  task_definition = "web:1"
}
resource "aws_appautoscaling_target" "web" {
  min_capacity       = 2
  max_capacity       = 4
  resource_id        = "service/${aws_ecs_cluster.c.name}/${aws_ecs_service.web.name}"
  scalable_dimension = "ecs:service:DesiredCount"
  service_namespace  = "ecs"
}
resource "aws_appautoscaling_policy" "cpu" {
  name               = "cpu"
  policy_type        = "TargetTrackingScaling"
  resource_id        = aws_appautoscaling_target.web.resource_id
  scalable_dimension = aws_appautoscaling_target.web.scalable_dimension
  service_namespace  = aws_appautoscaling_target.web.service_namespace
  target_tracking_scaling_policy_configuration {
    target_value = 60
    predefined_metric_specification { predefined_metric_type = "ECSServiceAverageCPUUtilization" }
  }
}
"""
    assert judge("ecs-autoscaling", text)["aws_ecs_service.web"] == "pass"


def test_the_settings_of_a_stage(judge: Judge) -> None:
    text = """
resource "aws_api_gateway_rest_api" "a" { name = "a" }
resource "aws_api_gateway_stage" "logged" {
  rest_api_id = aws_api_gateway_rest_api.a.id
  stage_name  = "logged"
}
resource "aws_api_gateway_method_settings" "all" {
  rest_api_id = aws_api_gateway_rest_api.a.id
  stage_name  = aws_api_gateway_stage.logged.stage_name
  method_path = "*/*"
  settings { logging_level = "ERROR" }
}
resource "aws_api_gateway_stage" "silent" {
  rest_api_id = aws_api_gateway_rest_api.a.id
  stage_name  = "silent"
}
"""
    assert judge("apigateway-execution-logs", text) == {
        "aws_api_gateway_stage.logged": "pass",
        "aws_api_gateway_stage.silent": "fail:13",
    }


def test_the_default_of_the_provider_counts(judge: Judge) -> None:
    """RDS keeps no backups where Terraform does not say so; CloudFormation's default is a day."""
    text = '\nresource "aws_db_instance" "db" { engine = "postgres" }\n'
    assert judge("rds-backup-retention", text) == {"aws_db_instance.db": "fail:2"}


def test_members_of_a_cluster_have_its_backups(judge: Judge) -> None:
    text = """
resource "aws_rds_cluster" "c" {
  engine                  = "aurora-postgresql"
  backup_retention_period = 14
}
resource "aws_rds_cluster_instance" "i" { cluster_identifier = aws_rds_cluster.c.id }
"""
    assert judge("rds-backup-retention", text) == {"aws_rds_cluster.c": "pass"}


def test_names_of_the_cloud_control_provider(judge: Judge) -> None:
    text = """
resource "awscc_dynamodb_table" "t" {
  table_name                          = "t"
  point_in_time_recovery_specification = { point_in_time_recovery_enabled = true }
}
resource "awscc_dynamodb_table" "u" { table_name = "u" }
"""
    assert judge("dynamodb-pitr", text) == {"awscc_dynamodb_table.t": "pass", "awscc_dynamodb_table.u": "fail:6"}


def test_an_item_of_a_list_that_is_not_known_is_there(judge: Judge) -> None:
    text = """
variable "topic" { type = string }
variable "topics" { type = list(string) }
data "aws_sns_topic" "oncall" { name = "oncall" }
resource "aws_cloudwatch_metric_alarm" "variable" {
  alarm_name    = "a"
  alarm_actions = [var.topic]
}
resource "aws_cloudwatch_metric_alarm" "data" {
  alarm_name    = "b"
  alarm_actions = [data.aws_sns_topic.oncall.arn]
}
resource "aws_cloudwatch_metric_alarm" "several" {
  alarm_name    = "c"
  alarm_actions = var.topics
}
"""
    assert judge("alarm-has-action", text) == {
        "aws_cloudwatch_metric_alarm.variable": "pass",
        "aws_cloudwatch_metric_alarm.data": "pass",
        "aws_cloudwatch_metric_alarm.several": "unknown",
    }
