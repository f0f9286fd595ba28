"""Findings on generated resources must be blamed on what the user wrote, in the user's words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sources.cloudformation.sam.conftest import Expanded
from walint.sources import SourceSettings, load

Expand = Callable[..., Expanded]

_FUNCTION = """Globals:
  Function:
    Timeout: 9
    Environment:
      Variables:
        LEVEL: info
  Api:
    TracingEnabled: true
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Metadata: {walint: {ignore: [{rule: lambda-tracing, reason: traced elsewhere}]}}
    DeletionPolicy: Retain
    Properties:
      Handler: app.handler
      Runtime: python3.12
      CodeUri: src/
      Tracing: PassThrough
      Environment:
        Variables:
          TABLE: orders
      DeadLetterQueue:
        Type: SQS
        TargetArn: arn:aws:sqs:eu-west-1:111122223333:failed
      AutoPublishAlias: live
      DeploymentPreference:
        Type: Canary10Percent5Minutes
        Alarms:
          - errors
      EventInvokeConfig:
        MaximumRetryAttempts: 1
      Events:
        Jobs:
          Type: SQS
          Properties:
            Queue: arn:aws:sqs:eu-west-1:111122223333:jobs
            BatchSize: 5
        Web:
          Type: Api
          Properties: {Path: /, Method: get}
"""


@pytest.mark.parametrize(
    ("logical_id", "path", "text"),
    [
        ("Orders", "TracingConfig.Mode", "PassThrough"),
        ("Orders", "DeadLetterConfig.TargetArn", "arn:aws:sqs:eu-west-1:111122223333:failed"),
        ("Orders", "Timeout", "9"),
        ("Orders", "Environment.Variables.LEVEL", "info"),
        ("Orders", "Environment.Variables.TABLE", "orders"),
        ("OrdersAliaslive", "Name", "live"),
        ("OrdersDeploymentGroup", "DeploymentConfigName", "Canary10Percent5Minutes"),
        ("OrdersEventInvokeConfig", "MaximumRetryAttempts", "1"),
        ("OrdersJobs", "BatchSize", "5"),
        ("OrdersJobs", "EventSourceArn", "arn:aws:sqs:eu-west-1:111122223333:jobs"),
        ("ServerlessRestApiProdStage", "TracingEnabled", "true"),
    ],
)
def test_values_keep_the_place_where_they_were_written(expand: Expand, logical_id: str, path: str, text: str) -> None:
    expanded = expand(_FUNCTION)

    assert text == expanded.text(expanded.at(logical_id, path))


@pytest.mark.parametrize(
    ("logical_id", "path", "origin"),
    [
        ("Orders", "TracingConfig.Mode", "explicit"),
        ("Orders", "Timeout", "inherited"),
        ("Orders", "Environment", "explicit"),
        ("Orders", "Environment.Variables.LEVEL", "inherited"),
        ("Orders", "Environment.Variables.TABLE", "explicit"),
        ("ServerlessRestApiProdStage", "TracingEnabled", "inherited"),
    ],
)
def test_what_globals_set_is_inherited(expand: Expand, logical_id: str, path: str, origin: str) -> None:
    assert origin == expand(_FUNCTION).at(logical_id, path).origin  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("logical_id", "path", "spoken"),
    [
        ("Orders", "TracingConfig.Mode", "Tracing"),
        ("Orders", "TracingConfig", "Tracing"),
        ("Orders", "DeadLetterConfig.TargetArn", "DeadLetterQueue.TargetArn"),
        ("Orders", "Timeout", "Timeout"),
        ("Orders", "LoggingConfig.LogFormat", "LoggingConfig.LogFormat"),
        ("OrdersAliaslive", "Name", "AutoPublishAlias"),
        ("OrdersRole", "ManagedPolicyArns", "Policies"),
        ("OrdersDeploymentGroup", "DeploymentConfigName", "DeploymentPreference.Type"),
        ("OrdersDeploymentGroup", "AlarmConfiguration.Alarms", "DeploymentPreference.Alarms"),
        ("OrdersEventInvokeConfig", "DestinationConfig.OnFailure", "EventInvokeConfig.DestinationConfig.OnFailure"),
        ("OrdersJobs", "EventSourceArn", "Events.Jobs.Properties.Queue"),
        ("OrdersJobs", "DestinationConfig.OnFailure", "Events.Jobs.Properties.DestinationConfig.OnFailure"),
        ("ServerlessRestApiProdStage", "TracingEnabled", "Globals.Api.TracingEnabled"),
        ("ServerlessRestApiProdStage", "AccessLogSetting.Format", "Globals.Api.AccessLogSetting.Format"),
        ("ServerlessRestApiProdStage", "StageName", "StageName"),
    ],
)
def test_properties_are_called_as_the_user_calls_them(expand: Expand, logical_id: str, path: str, spoken: str) -> None:
    assert spoken == expand(_FUNCTION)[logical_id].spoken(path)


@pytest.mark.parametrize(
    ("logical_id", "line"),
    [
        ("Orders", "  Orders:"),
        ("OrdersRole", "  Orders:"),
        ("OrdersAliaslive", "      AutoPublishAlias: live"),
        ("OrdersDeploymentGroup", "      DeploymentPreference:"),
        ("OrdersEventInvokeConfig", "      EventInvokeConfig:"),
        ("OrdersJobs", "        Jobs:"),
        ("OrdersWebPermissionProd", "        Web:"),
        ("ServerlessRestApi", "        Web:"),
        ("ServerlessRestApiProdStage", "        Web:"),
    ],
)
def test_generated_resources_stand_where_their_cause_is_written(expand: Expand, logical_id: str, line: str) -> None:
    expanded = expand(_FUNCTION)
    span = expanded[logical_id].span

    assert span is not None
    assert line == ("Transform: AWS::Serverless-2016-10-31\n" + _FUNCTION).splitlines()[span.start_line - 1]


def test_a_generated_resource_belongs_to_what_the_user_wrote(expand: Expand) -> None:
    expanded = expand(_FUNCTION)
    role, function = expanded["OrdersRole"], expanded["Orders"]

    assert (role.generated, role.name, role.address) == (True, "Orders", "OrdersRole")
    assert (function.generated, function.name, function.address) == (False, "Orders", "Orders")
    assert function.ignores == role.ignores != ()
    assert {"DeletionPolicy"} == set(role.attributes)


def test_what_is_missing_from_an_implicit_api_belongs_into_globals(expand: Expand) -> None:
    expanded = expand(_FUNCTION)

    assert expanded.text(expanded.at("ServerlessRestApiProdStage")).startswith("Api:")


def test_addresses_in_a_nested_stack(tmp_path: Path) -> None:
    (tmp_path / "child.yaml").write_text("Transform: AWS::Serverless-2016-10-31\n" + _FUNCTION)
    (tmp_path / "parent.yaml").write_text(
        "Resources:\n  Inner:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: child.yaml}\n"
    )
    graph = load([tmp_path], SourceSettings(root=tmp_path))
    addresses = {resource.address: resource.name for resource in graph.resources}

    assert (addresses["Inner/Orders"], addresses["Inner/OrdersRole"]) == ("Orders", "Orders")
    assert addresses["Inner/ServerlessRestApi"] == "ServerlessRestApi"
