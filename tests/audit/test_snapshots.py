"""Recording, replaying, resuming; and that no secret is kept or shown."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.audit.cloud import REGIONS, Aws, Walint, client, error, seed_account, seed_tables

EU, US = REGIONS
PITR = "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled"
TABLES = ("live-table-protection", "live-table-recovery")


def test_what_was_recorded_gives_the_same_bytes_again_without_asking(aws: Aws, walint: Walint, tmp_path: Path) -> None:
    seed_account()
    aws.deny("DescribeContinuousBackups", region=EU)
    aws.deny("ListQueues", region=US)
    folder = str(tmp_path / "kept")
    live = walint.audit("--record", folder, "--format", "json")
    asked = sum(aws.asked.values())
    replayed = [walint.audit("--replay", folder, "--format", "json") for _ in range(2)]
    assert [(one.status, one.out) for one in replayed] == [(live.status, live.out)] * 2
    assert sum(aws.asked.values()) == asked


def test_two_recordings_of_one_account_differ_only_in_their_times(aws: Aws, walint: Walint, tmp_path: Path) -> None:
    seed_account()
    walint.audit("--record", str(tmp_path / "one"))
    walint.audit("--record", str(tmp_path / "two"))
    assert aws.asked["ListTables"] == 4
    texts = [
        {path.relative_to(folder): _timeless(path) for path in sorted(folder.rglob("*.json"))}
        for folder in (tmp_path / "one", tmp_path / "two")
    ]
    assert texts[0] == texts[1]
    assert len(texts[0]) == 4  # two regions, the global services, the manifest


def _timeless(path: Path) -> str:
    return re.sub(r'"finished": "[^"]*"', "", path.read_text(encoding="utf-8"))


def test_replayed_rules_that_need_more_than_was_recorded_are_unknown(aws: Aws, walint: Walint, tmp_path: Path) -> None:
    seed_tables(EU)
    folder = str(tmp_path / "kept")
    walint.audit("--record", folder, "--regions", EU, rules=("live-table-protection",))
    assert aws.asked["DescribeContinuousBackups"] == 0
    status, report = walint.document("--replay", folder, rules=(*TABLES, "live-log-retention"))
    assert status == 0
    assert {(one["rule_id"], one["reason"]) for one in report["unknown"]} == {
        ("live-log-retention", "the snapshot was recorded without AWS::Logs::LogGroup"),
        (
            "live-table-recovery",
            f"{PITR}: dynamodb:DescribeContinuousBackups was not called: no selected rule needed it",
        ),
    }
    assert report["summary"]["outcomes"]["pass"] == 1


def test_a_resumed_audit_asks_only_for_what_is_missing(aws: Aws, walint: Walint, tmp_path: Path) -> None:
    seed_account()
    folder = str(tmp_path / "kept")
    whole = json.loads(walint.audit("--format", "json").out)
    aws.answer("DescribeTable", lambda asked: error("ThrottlingException", 400) if asked.region == US else None)
    first = walint.audit("--record", folder)
    assert first.status == 1
    aws.answers.clear()
    aws.asked.clear()
    resumed = json.loads(walint.audit("--record", folder, "--resume", "--format", "json").out)
    assert resumed == whole
    assert {name: number for name, number in aws.asked.items() if not name.endswith(("Regions", "Identity"))} == {
        "ListTables": 1,
        "DescribeTable": 1,
        "DescribeContinuousBackups": 1,
    }
    again = json.loads(walint.audit("--replay", folder, "--format", "json").out)
    assert again == whole


def test_a_resumed_audit_asks_again_where_it_was_denied(aws: Aws, walint: Walint, tmp_path: Path) -> None:
    seed_tables(EU)
    folder = str(tmp_path / "kept")
    aws.deny("DescribeTable")
    walint.audit("--record", folder, "--regions", EU, rules=TABLES)
    aws.answers.clear()
    status, report = walint.document("--record", folder, "--resume", "--regions", EU, rules=TABLES)
    assert (status, report["unknown"], report["summary"]["outcomes"]["pass"]) == (0, [], 2)


def test_a_folder_with_a_snapshot_is_not_overwritten(aws: Aws, walint: Walint, tmp_path: Path) -> None:
    seed_tables(EU)
    folder = tmp_path / "kept"
    walint.audit("--record", str(folder), rules=TABLES)
    before = {path: path.read_bytes() for path in folder.rglob("*.json")}
    asked = sum(aws.asked.values())
    done = walint.audit("--record", str(folder), rules=TABLES)
    assert (done.status, done.err.splitlines()) == (
        2,
        [
            f"error: {folder}: the folder holds a snapshot already",
            "help: add --resume to go on with it, or name a new folder",
        ],
    )
    assert {path: path.read_bytes() for path in folder.rglob("*.json")} == before
    assert sum(aws.asked.values()) == asked


def test_a_folder_with_something_else_is_refused_before_any_call(aws: Aws, walint: Walint, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    done = walint.audit("--record", str(tmp_path), rules=TABLES)
    assert (done.status, sum(aws.asked.values())) == (2, 0)
    assert done.err.splitlines()[0] == f"error: {tmp_path}: the folder is not empty and holds no snapshot"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"format": 1, "pla', "the snapshot is damaged: not JSON"),
        ('{"format": 2}', "the snapshot has format 2; this version of walint reads format 1"),
    ],
)
def test_a_damaged_part_is_said_and_the_rest_is_judged(
    aws: Aws, walint: Walint, tmp_path: Path, text: str, message: str
) -> None:
    seed_tables(EU, safe=False)
    seed_tables(US, safe=False)
    folder = tmp_path / "kept"
    walint.audit("--record", str(folder), rules=TABLES)
    assert aws.asked["DescribeTable"] == 2
    next(folder.rglob("us-east-1.json")).write_text(text, encoding="utf-8")
    status, report = walint.document("--replay", str(folder), rules=TABLES)
    assert {one["resource"]["region"] for one in report["findings"]} == {EU}
    assert {one["rule_id"] for one in report["unknown"]} == set(TABLES)
    assert [one["reason"] for one in report["run"]["incomplete"]] == [f"{message} (us-east-1.json)"]
    assert status == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"format": 1, "pla', "the snapshot is damaged: not JSON"),
        ('{"format": 9}', "the snapshot has format 9; this version of walint reads format 1"),
    ],
)
def test_a_damaged_snapshot_is_one_error(aws: Aws, walint: Walint, tmp_path: Path, text: str, message: str) -> None:
    seed_tables(EU)
    folder = tmp_path / "kept"
    walint.audit("--record", str(folder), rules=TABLES)
    assert aws.asked["DescribeTable"] == 1
    (folder / "walint-snapshot.json").write_text(text, encoding="utf-8")
    done = walint.audit("--replay", str(folder), rules=TABLES)
    assert (done.status, done.out) == (2, "")
    assert done.err.splitlines()[0] == f"error: {folder}/walint-snapshot.json: {message}"


CANARY = "canary-7f3a9c-S3cr3t"


def seed_canaries() -> None:
    """A token in every environment variable, stage variable, header, definition and parameter."""
    seed_account({"DB_PASSWORD": CANARY, "PLAIN": f"postgres://app:{CANARY}@db/app"})
    apis = client("apigateway")
    api = apis.create_rest_api(name="orders")["id"]
    root = apis.get_resources(restApiId=api)["items"][0]["id"]
    apis.put_method(restApiId=api, resourceId=root, httpMethod="GET", authorizationType="NONE")
    apis.put_integration(restApiId=api, resourceId=root, httpMethod="GET", type="MOCK")
    deployment = apis.create_deployment(restApiId=api)["id"]
    apis.create_stage(restApiId=api, stageName="prod", deploymentId=deployment, variables={"token": CANARY})
    definition = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": CANARY, "End": True}}}
    client("stepfunctions").create_state_machine(
        name="orders", definition=json.dumps(definition), roleArn=role_of("worker")
    )
    ecs = client("ecs")
    ecs.create_cluster(clusterName="main")
    ecs.register_task_definition(
        family="web",
        containerDefinitions=[
            {
                "name": "web",
                "image": "web",
                "memory": 64,
                "command": ["--token", CANARY],
                "environment": [{"name": "API_KEY", "value": CANARY}],
                "logConfiguration": {"logDriver": "splunk", "options": {"splunk-token": CANARY}},
            }
        ],
    )
    ecs.create_service(cluster="main", serviceName="web", taskDefinition="web", desiredCount=1)
    template = {
        "Parameters": {"Password": {"Type": "String", "NoEcho": True}, "Plain": {"Type": "String"}},
        "Resources": {"Queue": {"Type": "AWS::SQS::Queue"}},
        "Outputs": {"Token": {"Value": CANARY}},
    }
    client("cloudformation").create_stack(
        StackName="shop",
        TemplateBody=json.dumps(template),
        Parameters=[{"ParameterKey": name, "ParameterValue": CANARY} for name in ("Password", "Plain")],
    )
    client("ssm").put_parameter(Name="/token", Value=CANARY, Type="SecureString")
    client("secretsmanager").create_secret(Name="db", SecretString=CANARY)
    client("codebuild").create_project(
        name="build",
        source={"type": "GITHUB", "location": "https://github.com/a/b", "buildspec": f"env: {CANARY}"},
        artifacts={"type": "NO_ARTIFACTS"},
        environment={
            "type": "LINUX_CONTAINER",
            "image": "i",
            "computeType": "BUILD_GENERAL1_SMALL",
            "environmentVariables": [{"name": "TOKEN", "value": CANARY}],
        },
        serviceRole=role_of("worker"),
    )
    origin = {
        "Id": "o",
        "DomainName": "shop.example",
        "CustomOriginConfig": {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only"},
        "CustomHeaders": {"Quantity": 1, "Items": [{"HeaderName": "X-Origin-Key", "HeaderValue": CANARY}]},
    }
    client("cloudfront").create_distribution(
        DistributionConfig={
            "CallerReference": "1",
            "Comment": "shop",
            "Enabled": True,
            "Origins": {"Quantity": 1, "Items": [origin]},
            "DefaultCacheBehavior": {
                "TargetOriginId": "o",
                "ViewerProtocolPolicy": "https-only",
                "MinTTL": 0,
                "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}},
            },
        }
    )


def role_of(name: str) -> str:
    return str(client("iam").get_role(RoleName=name)["Role"]["Arn"])


RULE = """\
id: own-{number}
title: Something is not there
passing: Something is there
severity: low
practices: [OPS08-BP01]
since: 0.1.0
sources: [live]
resource: {type}
expect: {{{path}: {{equals: never}}}}
rationale: Everything is read and blamed, so that everything could leak.
remediation: Nothing needs to be done.
"""
READ = {
    "AWS::Lambda::Function": "Environment.Variables.PLAIN",
    "AWS::ApiGateway::Stage": "Variables.token",
    "AWS::StepFunctions::StateMachine": "DefinitionString",
    "AWS::ECS::TaskDefinition": "Family",
    "AWS::CloudFormation::Stack": "StackId",
    "AWS::SecretsManager::Secret": "Description",
    "AWS::CodeBuild::Project": "Description",
    "AWS::CloudFront::Distribution": "DistributionConfig.Comment",
}


def test_no_secret_leaves_the_account(
    aws: Aws, walint: Walint, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    seed_canaries()
    rules = tmp_path / "rules" / "own"
    rules.mkdir(parents=True)
    for number, (type_name, path) in enumerate(READ.items()):
        text = RULE.format(number=number, type=type_name, path=path)
        (rules / f"own-{number}.yaml").write_text(text, encoding="utf-8")
    reports = {
        name: tmp_path / f"report.{name}" for name in ("json", "sarif", "html", "markdown", "junit", "csv", "text")
    }
    written = [word for name, path in reports.items() for word in ("--report", f"{name}={path}")]
    with caplog.at_level("DEBUG"):
        done = walint(
            *("audit", "--isolated", "-v", "--rules", str(tmp_path / "rules"), "--regions", ",".join(REGIONS)),
            *("--select", ",".join(f"own-{number}" for number in range(len(READ)))),
            *("--record", str(tmp_path / "kept"), "--show-passed", "--show-unknown", *written),
        )  # fmt: skip
    assert done.status == 0, done.err  # low, and below the default of --fail-on
    found = {one["resource"]["type"] for one in json.loads(reports["json"].read_text())["findings"]}
    unknown = {one["resource"]["type"] for one in json.loads(reports["json"].read_text())["unknown"]}
    assert found | unknown == set(READ)
    kept = list((tmp_path / "kept").rglob("*.json"))
    texts = {str(path): path.read_text(encoding="utf-8") for path in (*kept, *reports.values())}
    texts |= {"stdout": done.out, "stderr": done.err, "log": caplog.text}
    assert [name for name, text in texts.items() if CANARY in text] == []
    assert any("DB_PASSWORD" in text for text in texts.values())  # names are no secrets
    assert aws.asked["GetSecretValue"] + aws.asked["GetParameter"] + aws.asked["GetFunction"] == 0
