"""What rules offer as commands of the AWS CLI: every one is what the CLI accepts, for the region and resource found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from walint import examples
from walint.catalog.live import collectors
from walint.findings.place import subject_of
from walint.findings.result import Subject
from walint.language.catalogue import load_rules
from walint.reports.commands import FILLED, blocks_of, commands_for

from .aws_cli import Command, CommandError, command_of, lines_of

CATALOGUE = load_rules()
LIVE = [name for name, rule in sorted(CATALOGUE.rules.items()) if "live" in rule.sources]
COMMANDS = {name: text for name in LIVE if (text := CATALOGUE.texts(name).fix.get("cli"))}
COLLECTED = {name for collector in collectors().values() for name in collector.types}

WHOLE_ALARM = "an alarm is written as a whole, and only its author knows the rest of it"
TASK_DEFINITION = "a task definition cannot be changed: a new revision comes from the code that made it"
NO_COMMAND = {
    "alarm-action-target-exists": WHOLE_ALARM,
    "alarm-dimension-matches-resource": WHOLE_ALARM,
    "alarm-latency-percentile": WHOLE_ALARM,
    "alarm-missing-data": WHOLE_ALARM,
    "alarm-standard-threshold": WHOLE_ALARM,
    "api-versioned": "a version comes with the next stage, mapping or route, and callers must move to it",
    "appsync-logging": "update-graphql-api resets what is not said again, the ways of authentication among it",
    "appsync-tracing": "update-graphql-api resets what is not said again, the ways of authentication among it",
    "business-metrics": "metrics of its own are what the application publishes",
    "codepipeline-gates": "a pipeline is written as a whole",
    "ecs-container-logging": TASK_DEFINITION,
    "ecs-progressive-strategy": "needs a second target group, a listener rule and a role beside the service",
    "ecs-tracing": TASK_DEFINITION,
    "iac-managed": "code is what is missing",
    "lambda-gradual-deployment": "needs versions, an alias, a deployment group and a pipeline that uses them",
    "stepfunctions-error-handling": "the definition is the code of the state machine",
}
"""Rules on live accounts whose findings no command mends."""
NOT_FOR = {
    ("auto-minor-upgrade", "AWS::MemoryDB::Cluster"): "only set when the cluster is made",
    ("config-recorder", "Walint::Stack"): "a stack is code",
    ("deployment-bake-time", "AWS::ECS::TaskSet"): TASK_DEFINITION,
    ("elasticache-failover", "AWS::ElastiCache::CacheCluster"): "nodes move with a new cluster only",
    ("event-target-dlq", "AWS::Scheduler::Schedule"): "update-schedule resets what is not said again",
    ("health-check-defined", "AWS::ECS::TaskDefinition"): TASK_DEFINITION,
    ("image-immutable-tag", "AWS::ECS::TaskDefinition"): TASK_DEFINITION,
    ("log-level", "AWS::ECS::TaskDefinition"): TASK_DEFINITION,
    ("multi-az-subnets", "AWS::EKS::Nodegroup"): "the subnets of a node group are fixed",
    ("rpo-met", "AWS::EC2::Volume"): "the backup plan is written as a whole",
    ("rpo-met", "AWS::EFS::FileSystem"): "the backup plan is written as a whole",
    ("service-deletion-protection", "AWS::Cognito::UserPool"): "update-user-pool resets what is not said again",
    ("slo-defined", "Walint::Account"): "an objective needs a service and a goal that somebody has agreed to",
    ("synthetics-canary", "Walint::Account"): "a canary is code",
}
"""Types that such a rule has no command for, though it has some for others."""

_TO_FILL_IN = """
    ALARM BUCKET BUCKET_ARN CONNECTIONS ENGINE ENVIRONMENT FUNCTION_ARN GIGABYTES IMAGE_AT_DIGEST INSTANCE_ARN
    INSTANCE_CLASS INSTANCE_PROFILE KEY LOG_GROUP LOG_GROUP_ARN MAIL_ADDRESS METRIC_TYPE MILLISECONDS MONITOR_ARN OWNER
    PLAN_ID QUEUE_ARN ROLE ROLE_ARN RUNBOOK_ADDRESS RUNTIME SECONDS SECURITY_GROUP SERVICE STREAM_ARN SUBNET_1 SUBNET_2
    TARGET_ARN TARGET_GROUP TARGET_ID TOPIC_ARN VAULT VERSION
"""
TO_FILL_IN = frozenset(_TO_FILL_IN.split())
"""Words that the user fills in."""
PLACEHOLDERS = TO_FILL_IN | frozenset(FILLED)
WITHOUT_REGION = {"budgets", "ce", "iam"}
"""Services that have one address for the whole world."""

RISKY = {
    # Deletes, replaces, takes away for a while, or lets through less than before.
    "cloudwatch delete_alarms",
    "autoscaling put_scaling_policy",
    "application-autoscaling put_scaling_policy",
    "application-autoscaling register_scalable_target",
    "backup update_backup_plan",
    "backup put_backup_vault_notifications",
    "ecr put_lifecycle_policy",
    "ecs update_service",
    "eks update_cluster_version",
    "events put_targets",
    "lambda put_function_concurrency",
    "lambda update_function_code",
    "ssm send_command",
    "secretsmanager rotate_secret",
    # Costs money as long as it stays.
    "backup create_backup_selection",
    "backup create_restore_testing_plan",
    "cloudtrail update_trail",
    "config put_configuration_recorder",
    "dynamodb update_continuous_backups",
    "ec2 create_flow_logs",
    "ecs update_cluster_settings",
    "efs put_backup_policy",
    "elasticache increase_replica_count",
    "rds create_db_instance",
    "s3 put_bucket_versioning",
}
"""Operations that a sentence must stand before."""
RISKY_OPTIONS = {
    "--multi-az",
    "--engine-version",
    "--billing-mode",
    "--max-allocated-storage",
    "--timeout",
    "--runtime",
}


def _commands() -> Iterator[Any]:
    for rule_id, text in COMMANDS.items():
        for line in lines_of(text):
            yield pytest.param(rule_id, line, id=f"{rule_id}: {' '.join(line.split()[1:3])}")


@pytest.mark.parametrize(("rule_id", "line"), list(_commands()))
def test_the_cli_and_aws_accept_a_command(rule_id: str, line: str) -> None:
    command = command_of(line, PLACEHOLDERS)
    region = list(command.given.get("region", ()))
    assert region == ([] if command.service in WITHOUT_REGION else ["REGION"]), rule_id


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("aws sqss list-queues", "there is no service sqss"),
        ("aws sqs lists-queues", "sqs has no operation lists-queues"),
        ("aws sqs get-queue-url --queue-nam NAME", "sqs get-queue-url has no option --queue-nam"),
        ("aws sqs get-queue-url", 'Missing required parameter in input: "QueueName"'),
        ("aws sqs get-queue-url --queue-name", "--queue-name needs a value"),
        ("aws sqs get-queue-url --queue-name a b", "--queue-name takes one value, not a b"),
        ("aws sqs get-queue-url a", "a belongs to no option"),
        (
            "aws dynamodb update-table --table-name a --billing-mode FREE",
            "FREE is none of PROVISIONED, PAY_PER_REQUEST",
        ),
        ("aws dynamodb update-table --table-name a --deletion-protection-enabled true", "takes no value"),
        ("aws dynamodb update-table --table-name a --no-billing-mode", "BillingMode is no switch"),
        ("aws logs put-retention-policy --log-group-name a --retention-in-days many", "many is no number"),
        ("aws lambda update-function-configuration --function-name a --tracing-config Made=Active", "no member Made"),
        ("aws lambda update-function-configuration --function-name a --vpc-config '{\"Subnets\":[]}'", "Subnets"),
        (
            "aws lambda update-function-configuration --function-name a --vpc-config '{\"SubnetIds\":'",
            "Expecting value",
        ),
        ("aws sns subscribe --topic-arn a --protocol email --endpoint a", "has no option --endpoint"),
        ("rm -r .", "rm is not the AWS CLI"),
    ],
)
def test_what_the_cli_would_refuse_is_seen(line: str, problem: str) -> None:
    with pytest.raises(CommandError, match=re.escape(problem)):
        command_of(line)


def test_a_command_becomes_what_botocore_sends() -> None:
    line = "aws ecs update-service --cluster CLUSTER --service NAME --desired-count 2 --no-enable-execute-command"
    wanted = {"cluster": "CLUSTER", "service": "NAME", "desiredCount": 2, "enableExecuteCommand": False}
    assert command_of(line)[:3] == ("ecs", "UpdateService", wanted)
    tags = command_of("aws cloudwatch tag-resource --resource-arn a --tags Key=a,Value=b Key=c,Value=d").parameters
    assert tags == {"ResourceARN": "a", "Tags": [{"Key": "a", "Value": "b"}, {"Key": "c", "Value": "d"}]}


def test_every_rule_on_live_accounts_has_commands_or_a_reason() -> None:
    assert sorted(NO_COMMAND) == [rule_id for rule_id in LIVE if rule_id not in COMMANDS]


def _subject(type_name: str) -> Subject:
    return Subject(type_name, "thing", "thing", "live", "123456789012", "eu-west-1")


@pytest.mark.parametrize("rule_id", list(COMMANDS))
def test_every_live_type_has_commands_or_a_reason(rule_id: str) -> None:
    rule = CATALOGUE.rules[rule_id]
    live = [name for name in rule.types if name in COLLECTED or name == "Walint::Account"]
    if {"Walint::Account", "Walint::Stack"} <= set(rule.types):
        live = [name for name in live if name == "Walint::Account" or name in {t for b in _blocks(rule_id) for t in b}]
    without = [name for name in live if not commands_for(COMMANDS[rule_id], _subject(name))]
    assert without == [name for name in live if (rule_id, name) in NOT_FOR]
    headed = [name for types in _blocks(rule_id) for name in types]
    assert [name for name in headed if name not in rule.types] == []
    assert len(headed) == len(set(headed))


def _blocks(rule_id: str) -> list[tuple[str, ...]]:
    return [block.types for block in blocks_of(COMMANDS[rule_id])]


@pytest.mark.parametrize("rule_id", list(COMMANDS))
def test_words_in_capitals_are_known_placeholders(rule_id: str) -> None:
    words = set()
    for line in lines_of(COMMANDS[rule_id]):
        command = command_of(line, PLACEHOLDERS)
        allowed = _words_of_aws(command)
        words |= {word for word in re.findall(r"(?<![\w.-])[A-Z][A-Z0-9_]{1,}(?![\w])", line) if word not in allowed}
    assert words - PLACEHOLDERS == set()


def _words_of_aws(command: Command) -> set[str]:
    """Words in capitals that are AWS's own: values of enumerations, and texts that the service knows."""
    known = {"AWS", "AND", "BY", "ERROR", "FROM", "GROUP", "LATEST", "SCHEMA", "SELECT", "SUM", "USD", "VPC", "XX"}
    known |= {"ACCESS_LOGS", "ES_APPLICATION_LOGS", "INFO", "EMAIL", "JSON", "HTTPC", "ELB", "ECS", "SQS", "SNS", "RDS"}
    return known | set(re.findall(r"[A-Z][A-Z0-9_]+", " ".join(_enumerated(command.parameters))))


def _enumerated(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _enumerated(item)
    elif isinstance(value, list):
        for item in value:
            yield from _enumerated(item)
    elif isinstance(value, str) and re.fullmatch(r"[A-Z]+(_[A-Z]+)*", value) and value not in PLACEHOLDERS:
        yield value


@pytest.mark.parametrize("rule_id", list(COMMANDS))
def test_what_deletes_replaces_or_costs_says_so(rule_id: str) -> None:
    for block in blocks_of(COMMANDS[rule_id]):
        general = [one for one in blocks_of(COMMANDS[rule_id]) if not one.types]
        text = "\n".join(block.lines)
        risky = [
            command.name
            for line in lines_of(text)
            if (command := command_of(line, PLACEHOLDERS)).name in RISKY
            or {f"--{name}" for name in command.given} & RISKY_OPTIONS
        ]
        comments = [line for one in (*general, block) for line in one.lines if line.startswith("#")]
        assert not risky or [line for line in comments if line.endswith(".")], f"{risky} without a word"


def _found() -> Iterator[Any]:
    for rule_id in COMMANDS:
        for example in CATALOGUE.texts(rule_id).examples:
            if "# finding" in example.get("live", ""):
                yield pytest.param(rule_id, example, id=f"{rule_id}: {example['name']}")


@pytest.mark.parametrize(("rule_id", "example"), list(_found()))
def test_what_is_known_of_the_resource_is_filled_in(rule_id: str, example: dict[str, Any]) -> None:
    run = examples.run_example(CATALOGUE.rules[rule_id], example, "live")
    failed = [evaluation for evaluation in run.evaluations if evaluation.outcome == "fail"]
    assert failed != []
    for evaluation in failed:
        subject = subject_of(evaluation.resource)
        said = commands_for(COMMANDS[rule_id], subject)
        assert said != "" or (rule_id, subject.type) in NOT_FOR
        left = {word for line in lines_of(said) for word in re.findall(rf"\b(?:{'|'.join(FILLED)})\b", line)}
        assert left <= ({"SCALABLE_DIMENSION"} if subject.type.endswith("ScalingPolicy") else set()), said
        for line in lines_of(said):
            command_of(line, PLACEHOLDERS)
