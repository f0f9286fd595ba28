"""How resources are referred to, checked against CloudFormation's own schemas."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from walint.catalog import identity
from walint.catalog.compiled import CatalogError
from walint.catalog.identity import (
    IdentityKind,
    identified_types,
    identity_of,
    terraform_attribute,
    types_of_arn_service,
)
from walint.catalog.schemas import property_schema, ref_of


@pytest.mark.parametrize(
    ("type_name", "name", "attributes", "arn"),
    [
        ("AWS::Lambda::Function", "FunctionName", {"Ref": "name", "Arn": "arn"}, "lambda:function:{name}"),
        ("AWS::SQS::Queue", "QueueName", {"Ref": "url", "QueueName": "name", "Arn": "arn"}, "sqs:{name}"),
        ("AWS::SNS::Topic", "TopicName", {"Ref": "arn", "TopicName": "name"}, "sns:{name}"),
        ("AWS::ECS::Service", "ServiceName", {"Ref": "arn", "Name": "name"}, "ecs:service/{cluster}/{name}"),
        ("AWS::ECS::Cluster", "ClusterName", {"Ref": "name", "Arn": "arn"}, "ecs:cluster/{name}"),
        (
            "AWS::ElasticLoadBalancingV2::LoadBalancer",
            "Name",
            {"Ref": "arn", "LoadBalancerFullName": "full_name"},
            "elasticloadbalancing:loadbalancer/{full_name}",
        ),
        ("AWS::DynamoDB::Table", "TableName", {"Ref": "name", "StreamArn": "stream_arn"}, "dynamodb:table/{name}"),
        ("AWS::ApiGateway::RestApi", "Name", {"Ref": "id", "RestApiId": "id"}, "apigateway:/restapis/{id}"),
        ("AWS::ApiGatewayV2::Api", "Name", {"Ref": "id", "ApiId": "id"}, "apigateway:/apis/{id}"),
        ("AWS::StepFunctions::StateMachine", "StateMachineName", {"Ref": "arn"}, "states:stateMachine:{name}"),
        ("AWS::Logs::LogGroup", "LogGroupName", {"Ref": "name", "Arn": "arn"}, "logs:log-group:{name}"),
        ("AWS::CloudWatch::Alarm", "AlarmName", {"Ref": "name", "Arn": "arn"}, "cloudwatch:alarm:{name}"),
        ("AWS::Kinesis::Stream", "Name", {"Ref": "name", "Arn": "arn"}, "kinesis:stream/{name}"),
        ("AWS::RDS::DBInstance", "DBInstanceIdentifier", {"Ref": "name", "DbiResourceId": "id"}, "rds:db:{name}"),
        ("AWS::Lambda::Alias", "Name", {"Ref": "qualified"}, None),
        ("AWS::SecretsManager::Secret", "Name", {"Ref": "arn"}, None),
    ],
)
def test_what_ref_and_getatt_return(type_name: str, name: str, attributes: dict[str, str], arn: str | None) -> None:
    found = identity_of(type_name)
    assert found is not None
    assert (found.name_property, found.arn_resource) == (name, arn)
    assert attributes.items() <= found.attributes.items()


@pytest.mark.parametrize(
    ("terraform_type", "attribute", "expected"),
    [
        ("aws_lambda_function", "function_name", "name"),
        ("aws_lambda_function", "qualified_arn", "qualified"),
        ("aws_lambda_function", "memory_size", None),
        ("aws_sqs_queue", "id", "url"),
        ("aws_sns_topic", "id", "arn"),
        ("aws_db_instance", "id", "id"),
        ("aws_ecs_service", "id", "arn"),
        ("aws_alb", "arn_suffix", "full_name"),
        ("aws_nothing", "id", None),
    ],
)
def test_what_terraform_attributes_identify(terraform_type: str, attribute: str, expected: str | None) -> None:
    assert terraform_attribute(terraform_type, attribute) == expected


@pytest.mark.parametrize(
    ("type_name", "attribute", "expected"),
    [
        ("AWS::SQS::Queue", "Ref", "url"),
        ("AWS::SQS::Queue", "QueueName", "name"),
        ("AWS::ApiGateway::Stage", "*arn", "arn"),
        ("AWS::ApiGateway::Stage", "*number", None),
        ("AWS::ApiGateway::Stage", "Arn", None),
    ],
)
def test_which_kind_an_attribute_is(type_name: str, attribute: str, expected: str | None) -> None:
    found = identity_of(type_name)
    assert found is not None
    assert found.kind_of(attribute) == expected


@pytest.mark.parametrize(
    ("type_name", "kind", "expected"),
    [
        ("AWS::SNS::Topic", "arn", "Ref"),
        ("AWS::SNS::Topic", "name", "TopicName"),
        ("AWS::Lambda::Alias", "name", "*name"),
    ],
)
def test_the_attribute_for_a_kind(type_name: str, kind: IdentityKind, expected: str) -> None:
    found = identity_of(type_name)
    assert found is not None
    assert found.attribute_of(kind) == expected


def test_the_arn_of_a_log_group_ends_in_a_star() -> None:
    found = identity_of("AWS::Logs::LogGroup")
    assert found is not None
    assert found.arn_suffix == ":*"


@pytest.mark.parametrize(
    ("type_name", "expected"),
    [
        ("AWS::Lambda::Function", "function:{name}"),
        ("AWS::SQS::Queue", "{name}"),
        ("AWS::ECS::Service", None),
        ("AWS::ElasticLoadBalancingV2::LoadBalancer", None),
        ("AWS::ApiGatewayV2::Api", None),
        ("AWS::SecretsManager::Secret", None),
    ],
)
def test_an_arn_may_follow_from_the_name(type_name: str, expected: str | None) -> None:
    found = identity_of(type_name)
    assert found is not None
    assert found.arn_of_name == expected


def test_a_type_that_nothing_refers_to_has_no_identity() -> None:
    assert identity_of("AWS::Lambda::Permission") is None


def test_a_literal_arn_may_name_resources_of_these_types() -> None:
    assert types_of_arn_service("dynamodb") == ("AWS::DynamoDB::GlobalTable", "AWS::DynamoDB::Table")
    assert types_of_arn_service("nothing") == ()


AWS_TYPES = [name for name in identified_types() if name.startswith("AWS::")]


@pytest.mark.parametrize("type_name", AWS_TYPES)
def test_cloudformation_returns_these_attributes(type_name: str) -> None:
    manager = pytest.importorskip("cfnlint.schema", reason="cfn-lint is not installed").PROVIDER_SCHEMA_MANAGER
    returned = set(manager.get_resource_schema("us-east-1", type_name).get_atts)
    found = identity_of(type_name)
    assert found is not None
    assert found.attributes.keys() - {"Ref"} - returned == set()


@pytest.mark.parametrize("type_name", identified_types())
def test_the_name_is_a_property_of_the_type(type_name: str) -> None:
    found = identity_of(type_name)
    assert found is not None
    if found.name_property is not None:
        assert property_schema(type_name, found.name_property) is not None


REF_IS_NOT_THE_SCHEMA_S_IDENTIFIER = {
    "AWS::AppSync::GraphQLApi": "Ref returns the ARN, the schema's identifier is ApiId",
    "AWS::Batch::JobDefinition": "Ref returns the ARN with its revision, the schema's identifier is the name",
    "AWS::Events::Rule": "Ref returns the name, the schema's identifier is Arn",
}


@pytest.mark.parametrize("type_name", AWS_TYPES)
def test_ref_returns_what_the_schema_identifies_the_resource_by(type_name: str) -> None:
    """The primary identifier is what Ref returns, but for documented exceptions and for schemas that say only Id."""
    found = identity_of(type_name)
    assert found is not None
    if type_name in REF_IS_NOT_THE_SCHEMA_S_IDENTIFIER or "Ref" not in found.attributes:
        return
    match ref_of(type_name):
        case [part] if part == found.name_property:
            assert found.attributes["Ref"] == "name"
        case [part] if part in found.attributes and part != "Id":
            assert found.attributes["Ref"] == found.attributes[part]
        case [part] if part.lower().endswith("arn"):
            assert found.attributes["Ref"] in {"arn", "qualified"}


@pytest.mark.parametrize("type_name", identified_types())
def test_an_arn_is_built_of_what_the_type_has(type_name: str) -> None:
    found = identity_of(type_name)
    assert found is not None
    if found.arn_resource is None:
        return
    available = {*found.attributes.values(), "cluster", *(["name"] if found.name_property else [])}
    service, _, resource = found.arn_resource.partition(":")
    assert re.fullmatch(r"[a-z0-9-]+", service)
    assert set(re.findall(r"{(\w+)}", resource)) <= available


def test_a_mistake_in_the_file_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "identity.yaml"
    path.write_text("AWS::X::Y: {attributes: {Ref: nmae}}", encoding="utf-8")
    monkeypatch.setattr(identity, "_FILE", path)
    with pytest.raises(CatalogError, match="AWS::X::Y: not understood: nmae"):
        identity._build()


def test_the_table_survives_json() -> None:
    import json

    built: Any = identity._build()
    assert json.loads(json.dumps(built)) == built
