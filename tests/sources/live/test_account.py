"""From scripted answers to snapshot and graph: failures, secrets, replay, resuming, merging, and the guard."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config

from walint.catalog.live import collectors
from walint.model.value import Absent, Known, Unknown
from walint.sources.live.graphs import graph_of
from walint.sources.live.guard import ForbiddenCallError, allowed
from walint.sources.live.plan import plan
from walint.sources.live.scripted import ScriptedCaller
from walint.sources.live.snapshot import SnapshotError, merged, read, write
from walint.sources.live.sweep import Sweep
from walint.sources.live.transport import new_session

TABLE = "AWS::DynamoDB::Table"
PITR = "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled"
BACKUPS = "dynamodb:DescribeContinuousBackups"


def property_of(resource: Any, *path: str) -> Any:
    value = resource.properties
    for step in path:
        value = value.data.get(step, value.rest)
    return value


def test_refused_details_are_unknown_and_name_the_action(scripted: Any) -> None:
    script = {
        "dynamodb:ListTables": {"TableNames": ["orders"]},
        "dynamodb:DescribeTable": {"error": "AccessDeniedException"},
        BACKUPS: {"error": "AccessDeniedException"},
    }
    snapshot, _ = scripted(script, {TABLE: (PITR,)})
    graph = graph_of(snapshot)
    (table,) = graph.of_type(TABLE)
    assert property_of(table, "TableName") == Known("orders")
    enabled = property_of(table, *PITR.split("."))
    assert enabled == Unknown(f"AccessDenied: {BACKUPS} in eu-west-1")
    deletion = property_of(table, "DeletionProtectionEnabled")
    assert deletion == Unknown("AccessDenied: dynamodb:DescribeTable in eu-west-1")
    assert sorted(problem.message for problem in graph.problems) == [enabled.reason, deletion.reason]


def test_a_refused_list_is_an_unknown_population(scripted: Any) -> None:
    snapshot, _ = scripted({"dynamodb:ListTables": {"error": "AccessDeniedException"}}, {TABLE: ()})
    (part,) = [part for part in graph_of(snapshot).unseen if part.stand_in is not None]
    assert (part.reason, part.types) == ("AccessDenied: dynamodb:ListTables in eu-west-1", frozenset({TABLE}))


def test_an_alarm_on_one_metric_has_no_list_of_metrics(scripted: Any) -> None:
    alarm = {"AlarmName": "errors", "Namespace": "AWS/Lambda", "MetricName": "Errors", "Metrics": []}
    snapshot, _ = scripted({"cloudwatch:DescribeAlarms": {"MetricAlarms": [alarm]}}, {"AWS::CloudWatch::Alarm": ("",)})
    (found,) = graph_of(snapshot).of_type("AWS::CloudWatch::Alarm")
    assert (property_of(found, "Metrics"), property_of(found, "MetricName")) == (Absent(), Known("Errors"))


def test_what_vanishes_between_two_calls_is_left_out(scripted: Any) -> None:
    script = {
        "dynamodb:ListTables": {"TableNames": ["gone", "here"]},
        "dynamodb:DescribeTable": [
            {"with": {"TableName": "gone"}, "error": "ResourceNotFoundException"},
            {"answer": {"Table": {"TableName": "here", "DeletionProtectionEnabled": True}}},
        ],
    }
    snapshot, _ = scripted(script, {TABLE: ()})
    assert [resource.name for resource in graph_of(snapshot).of_type(TABLE)] == ["here"]
    assert ("dynamodb:DescribeTable", "vanished") in {(entry.call, entry.outcome) for _, entry in snapshot.ledger()}


@pytest.mark.parametrize(("paths", "called"), [(("BillingMode",), False), ((PITR,), True), (("",), True)])
def test_only_what_rules_read_is_asked(scripted: Any, paths: tuple[str, ...], called: bool) -> None:  # noqa: FBT001
    script = {"dynamodb:ListTables": {"TableNames": ["orders"]}}
    script["dynamodb:DescribeTable"] = {"Table": {"TableName": "orders"}}  # type: ignore[dict-item]
    snapshot, caller = scripted(script, {TABLE: paths})
    assert (BACKUPS in caller.made) is called
    (table,) = graph_of(snapshot).of_type(TABLE)
    if not called:
        expected = f"{BACKUPS} was not called: no selected rule needed it"
        assert property_of(table, *PITR.split(".")) == Unknown(expected)


def test_what_aws_leaves_out_is_absent_and_what_it_never_leaves_out_is_unknown(scripted: Any) -> None:
    script = {"lambda:ListFunctions": {"Functions": [{"FunctionName": "f"}]}}
    (function,) = graph_of(scripted(script, {"AWS::Lambda::Function": ()})[0]).of_type("AWS::Lambda::Function")
    assert property_of(function, "DeadLetterConfig") == Absent()
    assert property_of(function, "TracingConfig", "Mode") == Unknown("lambda:ListFunctions did not return it")
    assert property_of(function, "SnapStartResponse") == Unknown("walint does not read it from live accounts")


CANARY = "canary-7f3a91"
SECRETS: dict[str, Any] = {
    "lambda:ListFunctions": {
        "Functions": [{"FunctionName": "f", "Environment": {"Variables": {"DB_PASSWORD": CANARY}}, "Extra": CANARY}]
    },
    "apigateway:GetRestApis": {"items": [{"id": "abc", "name": "shop"}]},
    "apigateway:GetStages": {"item": [{"stageName": "prod", "variables": {"token": CANARY}}]},
    "sns:ListSubscriptions": {
        "Subscriptions": [
            {"SubscriptionArn": "a", "TopicArn": "t", "Protocol": "https", "Endpoint": f"https://x/{CANARY}"}
        ]
    },
    "stepfunctions:ListStateMachines": {"stateMachines": [{"stateMachineArn": "arn:aws:states:::m", "name": "m"}]},
    "stepfunctions:DescribeStateMachine": {"definition": f'{{"x": "{CANARY}"}}', "stateMachineArn": "m"},
    "cloudwatch:DescribeAlarms": {
        "MetricAlarms": [{"AlarmName": "a", "AlarmDescription": f"see https://x.example/y?token={CANARY}"}]
    },
    "cloudformation:DescribeStacks": {
        "Stacks": [{"StackName": "s", "StackId": "i", "Parameters": [{"ParameterValue": CANARY}], "Outputs": [CANARY]}]
    },
    "ecs:ListClusters": {"clusterArns": ["c"]},
    "ecs:DescribeClusters": {"clusters": [{"clusterArn": "c", "clusterName": "c"}]},
    "ecs:ListServices": {"serviceArns": ["s"]},
    "ecs:DescribeServices": {"services": [{"serviceArn": "s", "serviceName": "s", "taskDefinition": "t"}]},
    "ecs:DescribeTaskDefinition": {
        "taskDefinition": {
            "family": "t",
            "containerDefinitions": [
                {
                    "name": "web",
                    "command": [CANARY],
                    "environment": [{"name": "KEY", "value": CANARY}],
                    "logConfiguration": {"logDriver": "splunk", "options": {"splunk-token": CANARY}},
                    "healthCheck": {"command": [CANARY], "interval": 5},
                }
            ],
        }
    },
}


def test_no_secret_reaches_the_snapshot_or_the_graph(scripted: Any, tmp_path: Path) -> None:
    snapshot, caller = scripted(SECRETS, {name: ("",) for one in collectors().values() for name in one.types})
    write(snapshot, tmp_path)
    assert "ecs:DescribeTaskDefinition" in caller.made
    files = [path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.json")]
    assert any("DB_PASSWORD" in text for text in files)
    assert [text for text in files if CANARY in text] == []
    assert CANARY not in repr(graph_of(snapshot).resources)


LOGS = {"logs:DescribeLogGroups": {"logGroups": [{"logGroupName": "/a"}, {"logGroupName": "/b", "retentionInDays": 7}]}}
NEEDS = {"AWS::Logs::LogGroup": ("RetentionInDays",)}


def test_a_snapshot_reads_back_as_it_was_and_writes_the_same_bytes(scripted: Any, tmp_path: Path) -> None:
    snapshot, _ = scripted(LOGS, NEEDS)
    write(snapshot, tmp_path / "one")
    again = read(tmp_path / "one")
    assert graph_of(again).resources == graph_of(snapshot).resources
    write(again, tmp_path / "two")
    for path in (tmp_path / "one").rglob("*.json"):
        assert path.read_bytes() == (tmp_path / "two" / path.relative_to(tmp_path / "one")).read_bytes()


def test_merging_does_not_depend_on_order_or_grouping(scripted: Any) -> None:
    one, _ = scripted(LOGS, NEEDS, at="2026-11-21T10:00:00+00:00")
    two, _ = scripted(
        {"logs:DescribeLogGroups": {"error": "ThrottlingException"}}, NEEDS, at="2026-11-21T11:00:00+00:00"
    )
    three, _ = scripted({}, {TABLE: ()})
    whole = merged([one, two, three])
    assert merged([merged([one, two]), three]) == whole
    assert merged([three, merged([two, one])]) == whole
    assert len(graph_of(whole).of_type("AWS::Logs::LogGroup")) == 2


def test_a_resumed_run_asks_only_for_what_is_not_whole(scripted: Any) -> None:
    needs = {**NEEDS, TABLE: ()}
    broken = {**LOGS, "dynamodb:ListTables": {"error": "ThrottlingException"}}
    first, _ = scripted(broken, needs)
    second, caller = scripted({"dynamodb:ListTables": {"TableNames": ["t"]}}, needs, earlier=first)
    assert caller.made == ["dynamodb:ListTables", "dynamodb:DescribeTable"]
    assert len(graph_of(second).of_type("AWS::Logs::LogGroup")) == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "the snapshot is damaged: not JSON"),
        (json.dumps({"format": 99}), "the snapshot has format 99; this version of walint reads format 1"),
        (json.dumps({"format": 1, "place": ["aws", "1", "r"]}), "the snapshot is damaged (KeyError: 'collections')"),
    ],
)
def test_a_part_that_cannot_be_read_says_why_and_hides_what_it_held(
    scripted: Any, tmp_path: Path, text: str, message: str
) -> None:
    write(scripted(LOGS, NEEDS)[0], tmp_path)
    next((tmp_path / "parts").rglob("*.json")).write_text(text, encoding="utf-8")
    graph = graph_of(read(tmp_path), plan(NEEDS))
    (problem,) = graph.problems
    assert (problem.level, problem.path) == ("error", "aws/123456789012/eu-west-1")
    assert problem.message == f"{message} (eu-west-1.json)"
    (unseen,) = graph.unseen
    assert (unseen.types, unseen.stand_in.region) == (frozenset(NEEDS), "eu-west-1")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "the snapshot is damaged: not JSON"),
        (json.dumps({"format": 2}), "the snapshot has format 2; this version of walint reads format 1"),
        (json.dumps({"format": 1}), "the snapshot is damaged (KeyError: 'places')"),
    ],
)
def test_a_snapshot_whose_manifest_cannot_be_read_is_refused(
    scripted: Any, tmp_path: Path, text: str, message: str
) -> None:
    write(scripted(LOGS, NEEDS)[0], tmp_path)
    (tmp_path / "walint-snapshot.json").write_text(text, encoding="utf-8")
    with pytest.raises(SnapshotError) as caught:
        read(tmp_path)
    assert caught.value.message == message


def test_no_other_operation_of_these_services_leaves_the_machine() -> None:
    session = new_session()
    Config(parameter_validation=False, retries={"total_max_attempts": 1})
    sent: list[str] = []
    session.register("before-send", lambda **_event: sent.append("a request"))
    refused, tried = 0, 0
    for service in sorted({name for name, _ in allowed()}):
        client = session.create_client(
            service,
            region_name="us-east-1",
            config=Config(parameter_validation=False, retries={"total_max_attempts": 1}),
        )
        for operation in client.meta.service_model.operation_names:
            if (service, operation) in allowed():
                continue
            tried += 1
            try:
                client._make_api_call(operation, {})
            except ForbiddenCallError:
                refused += 1
            except Exception:  # noqa: BLE001, S110 - botocore could not even put the request together
                pass
    assert sent == []
    assert tried > 3000
    assert refused > 0.7 * tried  # the others lack a parameter that their address is made of


def test_an_allowed_operation_passes_the_guard() -> None:
    assert ("lambda", "ListFunctions") in allowed()
    assert {("lambda", "GetFunction"), ("s3", "GetObject"), ("secretsmanager", "GetSecretValue")}.isdisjoint(allowed())


def test_the_plan_of_nothing_calls_nothing() -> None:
    caller = ScriptedCaller({})
    Sweep(caller).run()
    assert (plan({}).actions(), caller.made) == ((), [])


@pytest.mark.parametrize(
    ("script", "needs", "action", "types"),
    [
        pytest.param(
            {"codedeploy:ListApplications": {"error": "AccessDeniedException"}},
            {"AWS::CodeDeploy::DeploymentGroup": ()},
            "codedeploy:ListApplications",
            {"AWS::CodeDeploy::Application", "AWS::CodeDeploy::DeploymentGroup"},
            id="a list that others start from",
        ),
        pytest.param(
            {"ecs:ListClusters": {"error": "AccessDeniedException"}},
            {"AWS::ECS::TaskDefinition": ()},
            "ecs:ListClusters",
            {"AWS::ECS::Cluster", "AWS::ECS::Service", "AWS::ECS::TaskDefinition"},
            id="a list two steps away",
        ),
        pytest.param(
            {
                "ecs:ListClusters": {"clusterArns": ["arn:c"]},
                "ecs:DescribeClusters": {"clusters": [{"clusterArn": "arn:c", "clusterName": "c"}]},
                "ecs:ListServices": {"serviceArns": ["arn:s"]},
                "ecs:DescribeServices": {"error": "AccessDeniedException"},
            },
            {"AWS::ECS::TaskDefinition": ()},
            "ecs:DescribeServices",
            {"AWS::ECS::TaskDefinition"},
            id="a description that names others",
        ),
    ],
)
def test_what_cannot_be_listed_hides_what_is_found_through_it(
    scripted: Any, script: Any, needs: Any, action: str, types: set[str]
) -> None:
    graph = graph_of(scripted(script, needs)[0])
    reason = f"AccessDenied: {action} in eu-west-1"
    assert {name for part in graph.unseen if part.reason == reason for name in part.types or ()} == types


@pytest.mark.parametrize(
    ("script", "needs", "path", "expected"),
    [
        pytest.param(
            {
                "apigatewayv2:GetApis": {"Items": [{"ApiId": "w1s2", "Name": "chat", "ProtocolType": "WEBSOCKET"}]},
                "apigatewayv2:GetStages": {"Items": [{"StageName": "live"}]},
            },
            "AWS::ApiGatewayV2::Stage",
            "ApiId",
            "w1s2",
            id="the id of an API",
        ),
        pytest.param(
            {
                "lambda:ListFunctions": {
                    "Functions": [{"FunctionName": "orders", "FunctionArn": "arn:aws:lambda:orders"}]
                },
                "lambda:ListAliases": {"Aliases": [{"Name": "live", "AliasArn": "arn:aws:lambda:orders:live"}]},
            },
            "AWS::Lambda::Alias",
            "FunctionName",
            "orders",
            id="the name of a function",
        ),
    ],
)
def test_what_is_found_through_another_resource_names_that_one(
    scripted: Any, script: Any, needs: str, path: str, expected: str
) -> None:
    graph = graph_of(scripted(script, {needs: (path,)})[0])
    assert [property_of(found, path) for found in graph.of_type(needs)] == [Known(expected)]
