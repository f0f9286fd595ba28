"""Types, properties and enums that a rule may name."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
import yaml

from walint.catalog import schemas
from walint.catalog.schemas import known_type, property_names, property_schema, split_path, type_names

CATALOGUE = Path(__file__).resolve().parents[3] / "shared" / "CATALOGUE.yaml"


@pytest.mark.parametrize(
    ("type_name", "path", "kind", "enum"),
    [
        ("AWS::Lambda::Function", "TracingConfig.Mode", "text", ("Active", "PassThrough")),
        ("AWS::Lambda::Function", "Timeout", "integer", None),
        ("AWS::Lambda::Function", "Environment.Variables", "map", None),
        ("AWS::Lambda::Function", "Environment.Variables.ANY_NAME", "any", None),
        ("AWS::Lambda::Function", "Architectures", "list", None),
        ("AWS::ECS::TaskDefinition", "ContainerDefinitions.LogConfiguration.LogDriver", "text", None),
        ("AWS::ECS::TaskDefinition", "ContainerDefinitions.LogConfiguration.Options.[awslogs-group]", "text", None),
        ("AWS::ECS::TaskDefinition", "ContainerDefinitions", "list", None),
        ("AWS::Backup::BackupPlan", "BackupPlan.BackupPlanRule.Lifecycle.DeleteAfterDays", "number", None),
        ("AWS::RDS::DBInstance", "MultiAZ", "boolean", None),
        ("AWS::SQS::Queue", "RedrivePolicy", "json", None),
        ("AWS::SQS::Queue", "RedrivePolicy.deadLetterTargetArn", "any", None),
        ("AWS::CloudWatch::Alarm", "Metrics.MetricStat.Metric.Dimensions.Value", "text", None),
        ("AWS::S3::Bucket", "@DeletionPolicy", "text", ("Delete", "Retain", "RetainExceptOnCreate", "Snapshot")),
        ("AWS::S3::Bucket", "@UpdateReplacePolicy", "text", ("Delete", "Retain", "Snapshot")),
        ("AWS::Lambda::Alias", "@UpdatePolicy.CodeDeployLambdaAliasUpdate.BeforeAllowTrafficHook", "text", None),
        ("AWS::Lambda::Alias", "@UpdatePolicy", "object", None),
        ("AWS::Lambda::Function", "@Metadata.walint.anything", "any", None),
        ("AWS::Lambda::Function", ".", "object", None),
        ("Custom::LogRetention", "RetentionInDays", "integer", None),
        ("Custom::AnythingAtAll", "Some.Property", "any", None),
        ("AWS::Glue::Trigger", "Whatever.It.Is", "any", None),
        ("Walint::Output", "ExportName", "text", None),
        ("Walint::Template", "whatever", "any", None),
    ],
)
def test_a_property_has_its_kind_and_enum(type_name: str, path: str, kind: str, enum: tuple[str, ...] | None) -> None:
    found = property_schema(type_name, path)
    assert found is not None
    assert (found.kind, found.enum and tuple(sorted(map(str, found.enum)))) == (kind, enum)


@pytest.mark.parametrize(
    ("type_name", "path"),
    [
        ("AWS::Lambda::Function", "TracingConfig.Mood"),
        ("AWS::Lambda::Function", "Tracing"),
        ("AWS::Lambda::Function", "Timeout.Seconds"),
        ("AWS::Lambda::Function", "@DeletePolicy"),
        ("AWS::Lambda::Function", "@UpdatePolicy.CodeDeploy"),
        ("AWS::Lambda::Functions", "Timeout"),
    ],
)
def test_what_does_not_exist_is_not_known(type_name: str, path: str) -> None:
    assert property_schema(type_name, path) is None


def test_a_list_knows_its_items() -> None:
    found = property_schema("AWS::Lambda::Function", "Architectures")
    assert found is not None
    assert found.item is not None
    assert (found.item.kind, found.item.enum) == ("text", ("x86_64", "arm64"))


def test_a_path_may_be_relative_to_the_items_of_a_list() -> None:
    containers = property_schema("AWS::ECS::TaskDefinition", "ContainerDefinitions")
    assert containers is not None
    assert containers.at("LogConfiguration.LogDriver") == property_schema(
        "AWS::ECS::TaskDefinition", "ContainerDefinitions.LogConfiguration.LogDriver"
    )


@pytest.mark.parametrize(
    ("type_name", "path", "names"),
    [
        ("AWS::Lambda::Function", "TracingConfig", ("Mode",)),
        ("AWS::ECS::Cluster", "ClusterSettings", ("Name", "Value")),
        ("AWS::Lambda::Function", "Timeout", ()),
        ("AWS::Nothing", "", ()),
    ],
)
def test_the_names_that_may_follow(type_name: str, path: str, names: tuple[str, ...]) -> None:
    assert property_names(type_name, path) == names


def test_at_the_top_attributes_are_offered_too() -> None:
    assert {"Timeout", "@DeletionPolicy", "@Metadata"} <= set(property_names("AWS::Lambda::Function"))


@pytest.mark.parametrize(
    ("path", "keys"),
    [
        ("", ()),
        (".", ()),
        ("A.B", ("A", "B")),
        ("Options.[awslogs-group]", ("Options", "awslogs-group")),
        ("[a.b].c", ("a.b", "c")),
        ("[unclosed.x", ("[unclosed", "x")),
    ],
)
def test_a_path_is_split_into_keys(path: str, keys: tuple[str, ...]) -> None:
    assert split_path(path) == keys


def words(node: object, definitions: dict[str, object]) -> set[str]:
    """The kinds that a node of schemas.json uses; fails on a form that the reader does not know."""
    match node:
        case str() if node.startswith("#"):
            assert node[1:] in definitions
            return set()
        case str():
            return {node}
        case [item]:
            return words(item, definitions)
        case {"properties": dict() as properties}:
            return set().union(*(words(child, definitions) for child in properties.values()))
        case {"map": child}:
            return words(child, definitions)
        case {"kind": str() as kind, "enum": [_, *_]}:
            return {kind}
        case _:
            pytest.fail(f"not understood: {node!r}")


@pytest.mark.parametrize("type_name", sorted(schemas._types()))
def test_schemas_json_holds_no_word_that_the_reader_does_not_know(type_name: str) -> None:
    entry = schemas._types()[type_name]
    definitions = entry.get("definitions", {})
    used = words(entry, definitions).union(*(words(one, definitions) for one in definitions.values()))
    assert used - set(get_args(schemas.Kind)) == set()


@pytest.mark.skipif(not CATALOGUE.is_file(), reason="the rule catalogue is not beside the project")
def test_every_type_and_path_of_the_rule_catalogue_is_known() -> None:
    rules = yaml.load(CATALOGUE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    expanded = {f"AWS::Serverless::{name}" for name in ("Api", "Function", "HttpApi", "SimpleTable", "StateMachine")}
    paths = {path for rule in rules for path in rule.get("cfn_paths", ())}
    types = {name for rule in rules for name in rule.get("cfn_types", ())} | {path.partition("/")[0] for path in paths}
    assert sorted(name for name in types - expanded - {"*"} if not known_type(name)) == []
    assert sorted(path for path in paths if property_schema(*path.split("/", 1)) is None) == []


def test_every_type_of_cloudformation_may_be_named() -> None:
    names = type_names()
    assert list(names) == sorted(set(names))
    assert {"AWS::Lambda::Function", "AWS::Glue::Trigger", "Custom::LogRetention", "Walint::Template"} <= set(names)
    assert [name for name in names if not known_type(name)] == []
