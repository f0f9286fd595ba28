"""Which metrics exist, with which dimensions, and which resource a dimension names."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from walint.catalog import alarm_metrics
from walint.catalog.alarm_metrics import (
    Dimension,
    MetricService,
    dimension_sets_of,
    for_namespace,
    for_type,
    services,
)
from walint.catalog.compiled import CatalogError
from walint.catalog.defaults import default_of
from walint.catalog.identity import identity_of
from walint.catalog.schemas import known_type, property_schema

CATALOGUE = Path(__file__).resolve().parents[3] / "shared" / "CATALOGUE.yaml"

ALL = [pytest.param(service, id=service.name) for service in services()]


@pytest.mark.parametrize(
    ("namespace", "metric", "dimensions", "published"),
    [
        ("AWS/Lambda", "Errors", ["FunctionName"], True),
        ("AWS/Lambda", "Errors", [], True),
        ("AWS/Lambda", "Errors", ["FunctionName", "Resource"], True),
        ("AWS/Lambda", "Errors", ["Function"], False),
        ("AWS/Lambda", "ClaimedAccountConcurrency", ["FunctionName"], False),
        ("AWS/ApiGateway", "5XXError", ["ApiName"], True),
        ("AWS/ApiGateway", "5XXError", ["ApiName", "Stage"], True),
        ("AWS/ApiGateway", "5XXError", ["ApiId"], False),
        ("AWS/ApiGateway", "5xx", ["ApiId"], True),
        ("AWS/ApiGateway", "5xx", ["ApiName"], False),
        ("AWS/ApiGateway", "Latency", ["ApiName"], True),
        ("AWS/ApiGateway", "Latency", ["ApiId"], True),
        ("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", ["LoadBalancer"], True),
        ("AWS/ApplicationELB", "UnHealthyHostCount", ["LoadBalancer"], False),
        ("AWS/ApplicationELB", "UnHealthyHostCount", ["TargetGroup", "LoadBalancer"], True),
        ("AWS/NetworkELB", "HealthyHostCount", ["TargetGroup", "LoadBalancer"], True),
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible", ["QueueName"], True),
        ("AWS/DynamoDB", "SystemErrors", ["TableName"], False),
        ("AWS/DynamoDB", "SystemErrors", ["TableName", "Operation"], True),
        ("AWS/DynamoDB", "ReadThrottleEvents", ["TableName"], True),
        ("AWS/DynamoDB", "UserErrors", ["TableName"], False),
        ("AWS/DynamoDB", "UserErrors", [], True),
        ("AWS/ECS", "CPUUtilization", ["ClusterName", "ServiceName"], True),
        ("AWS/ECS", "CPUUtilization", ["ClusterName"], True),
        ("AWS/ECS", "CPUUtilization", ["ServiceName"], False),
        ("AWS/RDS", "CPUUtilization", ["DBInstanceIdentifier"], True),
        ("AWS/RDS", "CPUUtilization", ["DBClusterIdentifier", "Role"], True),
        ("AWS/States", "ExecutionsFailed", ["StateMachineArn"], True),
        ("AWS/Events", "FailedInvocations", ["RuleName"], True),
        ("AWS/Backup", "NumberOfBackupJobsFailed", [], True),
    ],
)
def test_a_metric_is_published_with_these_dimensions(
    namespace: str, metric: str, dimensions: list[str], published: object
) -> None:
    sets = dimension_sets_of(namespace, metric)
    assert sets is not None
    assert (frozenset(dimensions) in sets) is published


@pytest.mark.parametrize(
    ("namespace", "metric"), [("AWS/Lambda", "errors"), ("MyShop", "Errors"), ("AWS/Lambda", "New")]
)
def test_an_unlisted_metric_is_not_judged(namespace: str, metric: str) -> None:
    assert dimension_sets_of(namespace, metric) is None


@pytest.mark.parametrize(
    ("type_name", "service", "dimension", "kind"),
    [
        ("AWS::Lambda::Function", "lambda", "FunctionName", "name"),
        ("AWS::ApiGateway::RestApi", "apigateway-rest", "ApiName", "name"),
        ("AWS::ApiGatewayV2::Api", "apigateway-http", "ApiId", "id"),
        ("AWS::ApiGatewayV2::Api", "apigateway-websocket", "ApiId", "id"),
        ("AWS::ElasticLoadBalancingV2::LoadBalancer", "alb", "LoadBalancer", "full_name"),
        ("AWS::ElasticLoadBalancingV2::LoadBalancer", "nlb", "LoadBalancer", "full_name"),
        ("AWS::SQS::Queue", "sqs", "QueueName", "name"),
        ("AWS::SNS::Topic", "sns", "TopicName", "name"),
        ("AWS::DynamoDB::Table", "dynamodb", "TableName", "name"),
        ("AWS::ECS::Service", "ecs-service", "ServiceName", "name"),
        ("AWS::ECS::Cluster", "ecs-cluster", "ClusterName", "name"),
        ("AWS::RDS::DBInstance", "rds-instance", "DBInstanceIdentifier", "name"),
        ("AWS::RDS::DBCluster", "rds-cluster", "DBClusterIdentifier", "name"),
        ("AWS::StepFunctions::StateMachine", "stepfunctions", "StateMachineArn", "arn"),
        ("AWS::Events::Rule", "events", "RuleName", "name"),
        ("AWS::Kinesis::Stream", "kinesis", "StreamName", "name"),
        ("AWS::Synthetics::Canary", "synthetics", "CanaryName", "name"),
        ("AWS::CertificateManager::Certificate", "acm", "CertificateArn", "arn"),
        ("AWS::AppSync::GraphQLApi", "appsync", "GraphQLAPIId", "id"),
    ],
)
def test_a_dimension_names_a_resource(type_name: str, service: str, dimension: str, kind: str) -> None:
    (found,) = [one for one in for_type(type_name) if one.name == service]
    (naming,) = found.naming(type_name)
    assert (naming.name, naming.kind) == (dimension, kind)


def test_a_dimension_that_names_no_resource_has_no_type() -> None:
    (found,) = for_namespace("AWS/Lambda")
    assert found.dimensions["ExecutedVersion"] == Dimension("ExecutedVersion")


def test_what_nobody_publishes() -> None:
    assert (for_type("AWS::IAM::Role"), for_namespace("AWS/Nothing")) == ((), ())


@pytest.mark.parametrize("service", ALL)
def test_the_types_and_their_identities_are_known(service: MetricService) -> None:
    named = {(name, dimension.kind) for dimension in service.dimensions.values() for name in dimension.types}
    for type_name, kind in named:
        found = identity_of(type_name)
        assert found is not None, type_name
        available = {*found.attributes.values(), *(["name"] if found.name_property else [])}
        assert kind in available, type_name
    assert all(known_type(name) for name in service.types)
    assert all(service.naming(name) for name in service.types)


@pytest.mark.parametrize("service", ALL)
def test_the_deciding_property_exists_and_may_have_the_value(service: MetricService) -> None:
    for path, value in service.when.items():
        for type_name in service.types:
            found = property_schema(type_name, path)
            assert found is not None
            assert found.enum is None or value in found.enum


def test_a_load_balancer_without_a_type_is_an_application_load_balancer() -> None:
    found = default_of("AWS::ElasticLoadBalancingV2::LoadBalancer", "Type", "sam", lambda _: False)
    assert found is not None
    (alb,) = for_namespace("AWS/ApplicationELB")
    assert alb.when == {"Type": found.value}


@pytest.mark.parametrize("service", ALL)
def test_a_metric_is_listed_once_in_a_service_and_says_its_source(service: MetricService) -> None:
    listed = [name for group in alarm_metrics._table()[service.name]["published"] for name in group["metrics"]]
    assert sorted(listed) == sorted(set(listed))
    assert service.source.startswith("https://docs.aws.amazon.com/")
    assert set(alarm_metrics._table()[service.name].get("notes", {})) <= set(listed)


@pytest.mark.skipif(not CATALOGUE.is_file(), reason="the rule catalogue is not beside the project")
def test_every_metric_that_the_rule_catalogue_demands_exists_with_its_dimensions() -> None:
    rules = yaml.load(CATALOGUE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    required = [one for rule in rules for one in rule.get("parameters", {}).get("required", ())]
    demanded = [one for one in required if isinstance(one, dict)]
    missing = []
    for one in demanded:
        wanted = [set(name.split("|")) for name in one["dims"]]
        for metric in one["metric"].split("|"):
            sets = dimension_sets_of(one["ns"], metric) or ()
            if not any(len(names) == len(wanted) and all(names & options for options in wanted) for names in sets):
                missing.append((one["ns"], metric, one["dims"]))
    # The rule accepts ThrottledRequests as one of three; with TableName alone it has no data, and the operator says so.
    assert missing == [("AWS/DynamoDB", "ThrottledRequests", ["TableName"])]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("published: [{with: [[Nmae]], metrics: [M]}]", "Nmae"),
        ("published: []\n  extra: 1", "extra"),
        ("dimensions: {Name: {kind: nmae}}\n  published: []", "nmae"),
    ],
)
def test_a_mistake_in_the_file_is_said(change: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "alarm_metrics.yaml"
    dimensions = "" if change.startswith("dimensions") else "  dimensions: {Name: {}}\n"
    path.write_text(f"x:\n  namespace: X\n  types: []\n  source: s\n{dimensions}  {change}\n", encoding="utf-8")
    monkeypatch.setattr(alarm_metrics, "_FILE", path)
    with pytest.raises(CatalogError, match=f"not understood: {said}"):
        alarm_metrics._build()
