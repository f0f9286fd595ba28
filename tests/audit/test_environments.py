"""Environments of live resources: by account, tag and stack, or said with --env."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from tests.audit.cloud import ACCOUNT, Aws, Walint, client

RULE = """\
id: own-queue-keeps-messages
title: Queue forgets messages within a day
passing: Queue keeps its messages for a day
severity: high
only_in: production
practices: [REL04-BP02]
since: 0.1.0
sources: [live]
resource: AWS::SQS::Queue
expect: {MessageRetentionPeriod: {at_least: 86400}}
rationale: Somebody may need a night to mend the consumer.
remediation: Raise MessageRetentionPeriod.
"""


Told: TypeAlias = tuple[str, str | None]


def told(walint: Walint, config: str, *options: str, err: str = "") -> dict[str, Told]:
    """The severity and the environment of each finding, by the name of its queue."""
    folder = Path("my/own")
    folder.mkdir(parents=True)
    (folder / "own-queue-keeps-messages.yaml").write_text(RULE, encoding="utf-8")
    Path("walint.toml").write_text(config, encoding="utf-8")
    given = ("--rules", "my", "--select", "own-queue-keeps-messages", "--regions", "eu-west-1", "--format", "json")
    done = walint("audit", "--config", "walint.toml", *given, *options)
    assert done.err == err
    return {one["resource"]["name"]: (one["severity"], one["resource"]["environment"]) for one in _findings(done.out)}


def _findings(out: str) -> list[dict[str, Any]]:
    findings: list[dict[str, Any]] = json.loads(out)["findings"]
    return findings


@pytest.fixture
def queues(aws: Aws) -> Aws:
    """Three queues that forget: one of production and one of a stack, by their tags, and one without any."""
    sqs = client("sqs", "eu-west-1")
    stack = {"aws:cloudformation:stack-name": "shop-dev", "stage": "dev"}
    sqs.create_queue(QueueName="orders", Attributes={"MessageRetentionPeriod": "60"}, tags={"Stage": "prod"})
    sqs.create_queue(QueueName="drafts", Attributes={"MessageRetentionPeriod": "60"}, tags=stack)
    sqs.create_queue(QueueName="plain", Attributes={"MessageRetentionPeriod": "60"})
    return aws


BY_TAG = '[environments.prod.match]\ntag = {Stage = ["prod"]}\n'
BY_STACK = '[environments.dev.match]\nstack = ["*-dev"]\n[environments.prod.match]\nstack = ["*-prod"]\n'
BY_ACCOUNT = f'[environments.dev.match]\naccount = ["{ACCOUNT}"]\n'
BY_OTHER_ACCOUNT = '[environments.prod.match]\naccount = ["999999999999"]\n'
NOWHERE, PROD, DEV, ELSEWHERE = ("high", None), ("high", "prod"), ("info", "dev"), ("info", None)


@pytest.mark.usefixtures("queues")
@pytest.mark.parametrize(
    ("config", "options", "orders", "drafts", "plain"),
    [
        ("", (), NOWHERE, NOWHERE, NOWHERE),
        ("", ("--env", "dev"), DEV, DEV, DEV),
        ("", ("--env", "prod"), PROD, PROD, PROD),
        (BY_TAG, (), PROD, ELSEWHERE, ELSEWHERE),
        (f"{BY_TAG}[environments.dev]\n", ("--env", "dev"), PROD, DEV, DEV),
        (BY_STACK, (), ELSEWHERE, DEV, ELSEWHERE),
        (BY_ACCOUNT, (), DEV, DEV, DEV),
        (BY_OTHER_ACCOUNT, (), ELSEWHERE, ELSEWHERE, ELSEWHERE),
    ],
)
def test_the_environment_of_a_live_resource(
    config: str, options: tuple[str, ...], orders: Told, drafts: Told, plain: Told, walint: Walint
) -> None:
    assert told(walint, config, *options) == {"orders": orders, "drafts": drafts, "plain": plain}


@pytest.mark.usefixtures("queues")
def test_tags_that_may_not_be_read_leave_the_severity(aws: Aws, walint: Walint) -> None:
    aws.deny("GetResources")
    denied = f"error: aws/{ACCOUNT}/eu-west-1: AccessDenied: tag:GetResources in eu-west-1\n"
    assert told(walint, BY_TAG, err=denied) == dict.fromkeys(("orders", "drafts", "plain"), NOWHERE)


@pytest.mark.usefixtures("queues")
def test_an_environment_that_the_config_does_not_have(walint: Walint) -> None:
    Path("walint.toml").write_text(BY_TAG, encoding="utf-8")
    done = walint("audit", "--config", "walint.toml", "--regions", "eu-west-1", "--env", "prd")
    assert (done.status, "there is no environment 'prd'" in done.err) == (2, True)
