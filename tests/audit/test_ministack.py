"""Whole audits of an account that enforces its policies, detects drift and tags what its stacks make."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.audit.cloud import Walint
from tests.audit.ministack import REGION, Account, installed, policy, running, statement

TABLE_RULES = "dynamodb-deletion-protection,dynamodb-pitr"
REFUSED = ("dynamodb:DescribeTable", "dynamodb:DescribeContinuousBackups")
TEMPLATE = """\
Resources:
  Orders:
    Type: AWS::Logs::LogGroup
    Properties:
      LogGroupName: /shop/orders
      RetentionInDays: 30
  Work:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: work
"""
_numbers = itertools.count(100_000_000_001)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with running(installed(shared / "ministack"), tmp_path_factory.mktemp("server")) as found:
        yield found


@pytest.fixture
def account(address: str, monkeypatch: pytest.MonkeyPatch) -> Account:
    """An empty account of one's own, in which one is root."""
    return Account(address, str(next(_numbers)), monkeypatch)


def audit(walint: Walint, *arguments: str, select: str) -> tuple[int, dict[str, Any]]:
    """The exit status and the JSON report of an audit of one region, by rules of walint's own."""
    given = ("--isolated", "--regions", REGION, "--select", select, *arguments, "--format", "json")
    done = walint("audit", *given)
    assert done.out, done.err
    return done.status, json.loads(done.out)


def protected_table(account: Account) -> None:
    dynamodb = account.client("dynamodb")
    dynamodb.create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        DeletionProtectionEnabled=True,
    )
    dynamodb.update_continuous_backups(
        TableName="orders", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )


def deploy(account: Account) -> None:
    formation = account.client("cloudformation")
    tags = [{"Key": key, "Value": "shop"} for key in ("Environment", "Owner", "Service")]
    formation.create_stack(StackName="shop", TemplateBody=TEMPLATE, Tags=tags)
    formation.get_waiter("stack_create_complete").wait(StackName="shop", WaiterConfig={"Delay": 1})


def test_what_the_caller_may_not_see_is_no_finding(account: Account, walint: Walint) -> None:
    protected_table(account)
    account.sign_in(account.user("auditor", policy(statement("Allow", "*"), statement("Deny", *REFUSED))))
    status, report = audit(walint, select=TABLE_RULES)
    assert (status, report["findings"]) == (3, [])
    assert {one["rule_id"] for one in report["unknown"]} == set(TABLE_RULES.split(","))
    assert all(f"AccessDenied: {REFUSED[0]} in {REGION}" in one["reason"] for one in report["unknown"])
    assert {one["help"] for one in report["run"]["incomplete"]} == {
        f"allow {action} to the role that walint uses" for action in REFUSED
    }
    account.permit("auditor", policy(statement("Allow", "*")))
    status, report = audit(walint, select=TABLE_RULES)
    assert (status, report["unknown"], report["summary"]["outcomes"]["pass"]) == (0, [], 2)


def test_the_policy_that_walint_prints_is_enough_and_lets_nobody_write(account: Account, walint: Walint) -> None:
    protected_table(account)
    deploy(account)
    rules = f"{TABLE_RULES},log-group-retention-min,sqs-dlq"
    printed = json.loads(walint("iam-policy", "--isolated", "--select", rules).out)
    auditor = account.user("auditor", printed)
    account.sign_in(auditor)
    status, report = audit(walint, select=rules)
    assert (status, report["run"]["incomplete"], report["unknown"]) == (1, [], [])
    assert [(one["rule_id"], one["resource"]["name"]) for one in report["findings"]] == [("sqs-dlq", "work")]
    with pytest.raises(ClientError, match="AccessDenied"):
        account.client("dynamodb", auditor).delete_table(TableName="orders")


def test_a_role_is_entered_with_the_external_id_that_it_asks_for(account: Account, walint: Walint) -> None:
    auditor = account.user("auditor", policy(statement("Allow", "sts:AssumeRole")))
    role = f"arn:aws:iam::{account.number}:role/WalintReadOnly"
    trust = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"AWS": f"arn:aws:iam::{account.number}:user/auditor"},
        "Condition": {"StringEquals": {"sts:ExternalId": "ours"}},
    }
    iam = account.client("iam")
    iam.create_role(RoleName="WalintReadOnly", AssumeRolePolicyDocument=json.dumps(policy(trust)))
    printed = walint("iam-policy", "--isolated", "--select", "sqs-dlq").out
    iam.put_role_policy(RoleName="WalintReadOnly", PolicyName="reads", PolicyDocument=printed)
    account.client("sqs").create_queue(QueueName="loose")
    account.sign_in(auditor)
    status, report = audit(walint, "--role-arn", role, "--external-id", "ours", select="sqs-dlq")
    assert (status, report["run"]["incomplete"]) == (1, [])
    assert [one["resource"]["name"] for one in report["findings"]] == ["loose"]
    done = walint("audit", "--isolated", "--role-arn", role, "--external-id", "theirs")
    assert (done.status, done.out) == (2, "")
    assert done.err.splitlines()[0] == f"error: {role}: the role cannot be assumed (AccessDenied)"


def test_a_stack_that_was_changed_by_hand_is_found_once_its_drift_was_detected(
    account: Account, walint: Walint
) -> None:
    deploy(account)
    account.client("logs").put_retention_policy(logGroupName="/shop/orders", retentionInDays=3)
    _, report = audit(walint, select="stack-drift")  # which starts no detection itself
    (found,) = report["findings"]
    assert found["message"] == "shop: Drift of the stack was not looked for lately"
    formation = account.client("cloudformation")
    begun = formation.detect_stack_drift(StackName="shop")["StackDriftDetectionId"]
    status = "DETECTION_IN_PROGRESS"
    while status == "DETECTION_IN_PROGRESS":
        status = formation.describe_stack_drift_detection_status(StackDriftDetectionId=begun)["DetectionStatus"]
    _, report = audit(walint, select="stack-drift")
    assert [(one["resource"]["name"], one["found"]) for one in report["findings"]] == [("shop", "DRIFTED")]


def test_what_a_stack_made_is_traced_to_its_template(account: Account, walint: Walint, tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "shop.yaml").write_text(TEMPLATE, encoding="utf-8")
    deploy(account)
    account.client("sqs").create_queue(QueueName="loose")
    account.client("logs").put_retention_policy(logGroupName="/shop/orders", retentionInDays=3)
    rules = "log-group-retention-min,iac-managed,required-tags"
    status, report = audit(walint, "--code", "code", "--services", "logs,sqs,cloudformation", select=rules)
    assert status == 1
    assert {
        (one["rule_id"], one["resource"]["name"]): one["location"]
        and (one["location"]["path"], one["location"]["start_line"])
        for one in report["findings"]
    } == {
        ("log-group-retention-min", "/shop/orders"): ("code/shop.yaml", 6),
        ("iac-managed", "loose"): None,
        ("required-tags", "loose"): None,
    }
    rows = {row["type"]: (row["stack"], row["unmanaged"], row["traced"]) for row in report["code"]["coverage"]}
    assert (rows["AWS::Logs::LogGroup"], rows["AWS::SQS::Queue"]) == ((1, 0, 1), (1, 1, 1))
    assert [
        (one["rule_id"], one["resource"]["name"], one["declared"], one["live"]) for one in report["code"]["differences"]
    ] == [("log-group-retention-min", "/shop/orders", "pass", "fail")]  # tags that the stack hands down are none
