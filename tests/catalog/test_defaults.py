"""What AWS does when a property is left out, and that an authority says so."""

from __future__ import annotations

import gzip
import html
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from walint.catalog import defaults
from walint.catalog.compiled import CatalogError
from walint.catalog.defaults import Default, default_of, known_defaults
from walint.catalog.schemas import known_type, property_schema
from walint.model.resource import Source

MAYBE = object()

WRITTEN: Mapping[str, Mapping[str, Any]] = yaml.safe_load(defaults._FILE.read_text(encoding="utf-8"))


def ask(
    type_name: str, path: str, source: Source = "cloudformation", given: Mapping[str, object] | None = None
) -> tuple[object, str | None] | None:
    """The default of a resource with these properties; `...` is a value, and MAYBE a presence, that is not known."""
    properties = given or {}
    found = default_of(
        type_name,
        path,
        source,
        lambda asked: None if properties.get(asked) is MAYBE else asked in properties,
        lambda asked, wanted: None if properties[asked] is ... else properties[asked] == wanted,
    )
    return None if found is None else (found.value, found.unknown)


@pytest.mark.parametrize(
    ("type_name", "path", "cloudformation", "terraform"),
    [
        ("AWS::RDS::DBInstance", "BackupRetentionPeriod", 1, 0),
        ("AWS::RDS::DBCluster", "BackupRetentionPeriod", 1, 1),
        ("AWS::RDS::DBInstance", "AutoMinorVersionUpgrade", True, True),
        ("AWS::RDS::DBInstance", "MonitoringInterval", 0, 0),
        ("AWS::RDS::DBInstance", "EnablePerformanceInsights", False, False),
        ("AWS::RDS::DBInstance", "DatabaseInsightsMode", "standard", "standard"),
        ("AWS::RDS::DBInstance", "MultiAZ", False, False),
        ("AWS::DynamoDB::Table", "BillingMode", "PROVISIONED", "PROVISIONED"),
        ("AWS::DynamoDB::Table", "PointInTimeRecoverySpecification.RecoveryPeriodInDays", 35, 35),
        ("AWS::DynamoDB::Table", "DeletionProtectionEnabled", False, False),
        ("AWS::Lambda::Function", "Timeout", 3, 3),
        ("AWS::Lambda::Function", "MemorySize", 128, 128),
        ("AWS::Lambda::Function", "Architectures", ("x86_64",), ("x86_64",)),
        ("AWS::Lambda::Function", "TracingConfig.Mode", "PassThrough", "PassThrough"),
        ("AWS::Lambda::EventSourceMapping", "MaximumRetryAttempts", -1, -1),
        ("AWS::CloudWatch::Alarm", "ActionsEnabled", True, True),
        ("AWS::CloudWatch::Alarm", "TreatMissingData", "missing", "missing"),
        ("AWS::ECS::Service", "DesiredCount", 1, 0),
        ("AWS::ECS::Service", "DeploymentConfiguration.MinimumHealthyPercent", 100, 100),
        ("AWS::ECS::Service", "DeploymentConfiguration.DeploymentCircuitBreaker.Enable", False, False),
        ("AWS::ECS::Service", "DeploymentConfiguration.Strategy", "ROLLING", "ROLLING"),
        ("AWS::ElastiCache::ReplicationGroup", "SnapshotRetentionLimit", 0, 0),
        ("AWS::ElastiCache::ReplicationGroup", "AutomaticFailoverEnabled", False, False),
        ("AWS::Redshift::Cluster", "AutomatedSnapshotRetentionPeriod", 1, 1),
        ("AWS::Redshift::Cluster", "AllowVersionUpgrade", True, True),
        ("AWS::Neptune::DBCluster", "BackupRetentionPeriod", 1, 1),
        ("AWS::SQS::Queue", "MessageRetentionPeriod", 345600, 345600),
        ("AWS::SQS::Queue", "VisibilityTimeout", 30, 30),
        ("AWS::AutoScaling::AutoScalingGroup", "HealthCheckType", "EC2", "EC2"),
        ("AWS::CloudTrail::Trail", "IsMultiRegionTrail", False, False),
        ("AWS::SNS::Topic", "TracingConfig", "PassThrough", "PassThrough"),
        ("AWS::ECR::Repository", "ImageTagMutability", "MUTABLE", "MUTABLE"),
        ("AWS::CodeBuild::Project", "LogsConfig.CloudWatchLogs.Status", "ENABLED", "ENABLED"),
        ("AWS::AmazonMQ::Broker", "AutoMinorVersionUpgrade", True, False),
        ("AWS::Backup::BackupPlan", "BackupPlan.BackupPlanRule.ScheduleExpression", *(["cron(0 5 ? * * *)"] * 2)),
        ("AWS::StepFunctions::StateMachine", "LoggingConfiguration.Level", "OFF", "OFF"),
    ],
)
def test_the_default_of_a_property_per_source(
    type_name: str, path: str, cloudformation: object, terraform: object
) -> None:
    found = {
        source: ask(type_name, path, source) for source in ("cloudformation", "sam", "terraform", "terraform-plan")
    }
    assert found == {
        "cloudformation": (cloudformation, None),
        "sam": (cloudformation, None),
        "terraform": (terraform, None),
        "terraform-plan": (terraform, None),
    }


@pytest.mark.parametrize(
    ("type_name", "path"),
    [
        ("AWS::Logs::LogGroup", "RetentionInDays"),
        ("AWS::ECS::Cluster", "ClusterSettings"),
        ("AWS::CloudWatch::Alarm", "AlarmActions"),
        ("AWS::Lambda::Function", "NoSuchProperty"),
        ("AWS::No::Such", "Thing"),
        ("AWS::RDS::DBInstance", "@Metadata.walint"),
    ],
)
def test_where_aws_has_no_default_there_is_none(type_name: str, path: str) -> None:
    assert ask(type_name, path) is None


DEPENDS_ON_CLUSTER = (None, "its AWS default depends on whether DBClusterIdentifier is set")


@pytest.mark.parametrize(
    ("type_name", "path", "given", "expected"),
    [
        ("AWS::RDS::DBInstance", "@DeletionPolicy", {}, ("Snapshot", None)),
        ("AWS::RDS::DBInstance", "@DeletionPolicy", {"DBClusterIdentifier": "a"}, ("Delete", None)),
        ("AWS::RDS::DBInstance", "@DeletionPolicy", {"DBClusterIdentifier": MAYBE}, DEPENDS_ON_CLUSTER),
        ("AWS::RDS::DBCluster", "@DeletionPolicy", {}, ("Snapshot", None)),
        ("AWS::DynamoDB::Table", "@DeletionPolicy", {}, ("Delete", None)),
        ("AWS::RDS::DBCluster", "@UpdateReplacePolicy", {}, ("Delete", None)),
        ("Custom::Anything", "@DeletionPolicy", {}, ("Delete", None)),
        ("AWS::RDS::DBInstance", "BackupRetentionPeriod", {"DBClusterIdentifier": "a"}, None),
        ("AWS::RDS::DBInstance", "BackupRetentionPeriod", {"DBClusterIdentifier": MAYBE}, DEPENDS_ON_CLUSTER),
        ("AWS::RDS::DBInstance", "BackupRetentionPeriod", {"SourceDBInstanceIdentifier": "a"}, None),
        (
            "AWS::RDS::DBInstance",
            "AutoMinorVersionUpgrade",
            {"SourceDBInstanceIdentifier": "a"},
            (None, "a read replica takes it over from its source"),
        ),
        ("AWS::ECS::Service", "DesiredCount", {"SchedulingStrategy": "DAEMON"}, None),
        ("AWS::ECS::Service", "DesiredCount", {"SchedulingStrategy": "REPLICA"}, (1, None)),
        (
            "AWS::ECS::Service",
            "DesiredCount",
            {"SchedulingStrategy": ...},
            (None, "its AWS default depends on SchedulingStrategy, which is not known"),
        ),
        ("AWS::ECS::Service", "DeploymentConfiguration.BakeTimeInMinutes", {}, None),
        (
            "AWS::ECS::Service",
            "DeploymentConfiguration.BakeTimeInMinutes",
            {"DeploymentConfiguration.Strategy": "BLUE_GREEN"},
            (15, None),
        ),
        ("AWS::Lambda::Function", "LoggingConfig.LogFormat", {}, ("Text", None)),
        ("AWS::Lambda::Function", "LoggingConfig.LogFormat", {"CapacityProviderConfig": "a"}, ("JSON", None)),
        ("AWS::Lambda::Function", "LoggingConfig.ApplicationLogLevel", {}, None),
        (
            "AWS::Lambda::Function",
            "LoggingConfig.ApplicationLogLevel",
            {"LoggingConfig.LogFormat": "JSON"},
            ("INFO", None),
        ),
        ("AWS::Lambda::Function", "LoggingConfig.ApplicationLogLevel", {"CapacityProviderConfig": "a"}, ("INFO", None)),
        ("AWS::EFS::FileSystem", "BackupPolicy.Status", {"AvailabilityZoneName": "a"}, ("ENABLED", None)),
    ],
)
def test_a_default_may_depend_on_another_property(
    type_name: str, path: str, given: dict[str, object], expected: object
) -> None:
    assert ask(type_name, path, given=given) == expected


@pytest.mark.parametrize("source", ["terraform", "terraform-plan", "live", "repository"])
def test_deletion_policies_are_cloudformation_s_own(source: Source) -> None:
    assert ask("AWS::RDS::DBInstance", "@DeletionPolicy", source) is None


@pytest.mark.parametrize(
    ("type_name", "path", "given", "expected"),
    [
        ("AWS::RDS::DBInstance", "BackupRetentionPeriod", {}, (0, None)),
        ("AWS::RDS::DBInstance", "BackupRetentionPeriod", {"DBClusterIdentifier": "a"}, None),
        ("AWS::RDS::DBInstance", "BackupRetentionPeriod", {"SourceDBInstanceIdentifier": "a"}, None),
        ("AWS::ECS::Service", "DesiredCount", {}, (0, None)),
        ("AWS::ECS::Service", "DesiredCount", {"SchedulingStrategy": "DAEMON"}, None),
        ("AWS::S3::Bucket", "@ForceDestroy", {}, (False, None)),
        ("AWS::RDS::DBInstance", "@SkipFinalSnapshot", {}, (False, None)),
    ],
)
def test_a_default_of_terraform_s_provider_may_depend_on_another_property(
    type_name: str, path: str, given: dict[str, object], expected: object
) -> None:
    assert ask(type_name, path, "terraform", given) == expected


@pytest.mark.parametrize("source", ["cloudformation", "sam", "live", "terraform-plan"])
def test_a_plan_does_not_say_what_terraform_refuses_to_destroy(source: Source) -> None:
    assert ask("AWS::S3::Bucket", "@PreventDestroy", source) is None


def test_without_a_way_to_compare_a_deciding_property_that_is_set_leaves_the_default_unknown() -> None:
    found = default_of("AWS::ECS::Service", "DesiredCount", "sam", lambda path: path == "SchedulingStrategy")
    reason = "its AWS default depends on SchedulingStrategy, which is not known"
    assert found == Default(None, "CloudFormation resource reference, AWS::ECS::Service", reason)


def test_an_undecided_case_that_changes_nothing_leaves_the_default_known(monkeypatch: pytest.MonkeyPatch) -> None:
    same = [{"if_set": "A", "default": 1, "origin": "x"}, {"default": 1, "origin": "x"}]
    monkeypatch.setattr(defaults, "_table", lambda: {"T": {"P": {"cases": same}}, "*": {}})
    assert default_of("T", "P", "sam", lambda _: None) == Default(1, "x")


@pytest.mark.parametrize(
    "written", ["T: {P: {defalt: 1}}", "T: {P: {origin: x}}", "T: {P: {default: 1, none: true, origin: x}}"]
)
def test_a_mistake_in_the_file_is_said_with_its_place(
    written: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "defaults.yaml"
    path.write_text(written, encoding="utf-8")
    monkeypatch.setattr(defaults, "_FILE", path)
    with pytest.raises(CatalogError, match=r"defaults\.yaml: T P: "):
        defaults._build()


# Every entry against the authority it names.


def facts() -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Type, path and statement: of each entry, of each of its cases and of each of its sources."""
    for type_name, entries in WRITTEN.items():
        for path, entry in entries.items():
            for one in (
                entry,
                *entry.get("cases", ()),
                *(entry[name] for name in ("terraform", "live") if name in entry),
                *(case for name in ("terraform", "live") for case in entry.get(name, {}).get("cases", ())),
            ):
                if one.keys() & {"default", "unknown"}:
                    yield type_name, path, one


def checked_by(how: str) -> list[Any]:
    return [
        pytest.param(type_name, path, one, id=f"{type_name} {path} {one.get('default')}")
        for type_name, path, one in facts()
        if how in one.get("checked", ())
    ]


@cache
def bundled(type_name: str) -> dict[str, Any]:
    """CloudFormation's own schema of a type, as cfn-lint bundles it."""
    cfnlint = pytest.importorskip("cfnlint", reason="cfn-lint is not installed")
    folder = Path(cfnlint.__file__).parent / "data" / "schemas"
    digests = json.loads((folder / "providers" / "us-east-1.json").read_text(encoding="utf-8"))
    path = folder / "resources" / f"{digests[type_name]}.json"
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return schema


def bundled_property(type_name: str, path: str) -> dict[str, Any]:
    schema = bundled(type_name)
    node: dict[str, Any] = schema
    for key in path.split("."):
        while "$ref" in node or "items" in node:
            node = schema["definitions"][node["$ref"].rpartition("/")[2]] if "$ref" in node else node["items"]
        node = node["properties"][key]
    return node


@pytest.mark.parametrize(("type_name", "path", "fact"), checked_by("schema"))
def test_the_schema_states_the_default(type_name: str, path: str, fact: Mapping[str, Any]) -> None:
    assert fact["default"] == bundled_property(type_name, path)["default"]


@cache
def api_reference(service: str) -> dict[str, Any]:
    """The shapes of a service as botocore describes them, documentation included."""
    botocore = pytest.importorskip("botocore", reason="botocore is not installed")
    (file, *_) = sorted((Path(botocore.__file__).parent / "data" / service).glob("*/service-2.json.gz"), reverse=True)
    shapes: dict[str, Any] = json.loads(gzip.decompress(file.read_bytes()))["shapes"]
    return shapes


@pytest.mark.parametrize(("type_name", "path", "fact"), checked_by("botocore"))
def test_the_api_reference_states_the_default(type_name: str, path: str, fact: Mapping[str, Any]) -> None:
    service, shape, member = fact["checked"]["botocore"].split(".")
    text = re.sub(r"<[^>]+>", "", api_reference(service)[shape]["members"][member]["documentation"])
    plain = re.sub(r"\s+", " ", html.unescape(text))
    assert fact["checked"]["says"] in plain, (type_name, path)
    said = str(fact.get("default", "")).lower().strip("[]'")
    if said.isdigit():
        assert re.search(rf"\b{said}\b|three", plain.replace(",", "")), (type_name, path)


OFF = {False, "OFF", "NONE", "INACTIVE"}


@pytest.mark.parametrize(("type_name", "path", "fact"), checked_by("switch"))
def test_a_switch_is_off_and_no_schema_says_otherwise(type_name: str, path: str, fact: Mapping[str, Any]) -> None:
    found = property_schema("AWS::S3::Bucket" if type_name == "*" else type_name, path)
    assert found is not None
    assert found.kind == "boolean" if fact["default"] is False else fact["default"] in (found.enum or OFF)
    assert fact["default"] in OFF
    if type_name != "*":
        assert bundled_property(type_name, path).get("default", fact["default"]) == fact["default"]


@pytest.mark.parametrize(("type_name", "path", "fact"), checked_by("page"))
def test_a_page_is_quoted(type_name: str, path: str, fact: Mapping[str, Any]) -> None:
    checked = fact["checked"]
    assert re.match(r"https://(docs\.aws\.amazon|registry\.terraform|github)\.", checked["page"]), (type_name, path)
    assert len(checked["says"]) > 10


def test_every_fact_names_one_authority() -> None:
    kinds = {"schema", "botocore", "switch", "page"}
    wrong = [f"{name} {path}" for name, path, one in facts() if len(kinds & one.get("checked", {}).keys()) != 1]
    assert wrong == []


@pytest.mark.parametrize(("type_name", "path"), [(name, path) for name, paths in WRITTEN.items() for path in paths])
def test_every_default_is_of_a_property_that_exists(type_name: str, path: str) -> None:
    assert property_schema("AWS::S3::Bucket" if type_name == "*" else type_name, path) is not None


@pytest.mark.parametrize(
    ("type_name", "path", "fact"), [pytest.param(*one, id=f"{one[0]} {one[1]}") for one in facts()]
)
def test_every_default_is_a_value_that_the_property_may_have(
    type_name: str, path: str, fact: Mapping[str, Any]
) -> None:
    found = property_schema("AWS::S3::Bucket" if type_name == "*" else type_name, path)
    assert found is not None
    if "default" not in fact:
        return
    values = fact["default"] if isinstance(fact["default"], list) else [fact["default"]]
    kind = (found.item or found) if found.kind == "list" else found
    python: Mapping[str, tuple[type, ...]] = {"text": (str,), "integer": (int,), "number": (int,), "boolean": (bool,)}
    for value in values:
        assert isinstance(value, python.get(kind.kind, (str, int, bool)))
        assert kind.enum is None or value in kind.enum


def test_every_deciding_property_exists() -> None:
    deciding = {
        (type_name, path)
        for type_name, entries in known_defaults().items()
        for entry in entries.values()
        for case in entry.get("cases", ())
        for path in (case.get("if_set"), case.get("unless_set"), *case.get("if", ())[:1])
        if path
    }
    assert [one for one in sorted(deciding) if not known_type(one[0]) or property_schema(*one) is None] == []
