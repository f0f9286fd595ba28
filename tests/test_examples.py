"""The examples, end to end: what must be found in the careless service, and that nothing is in the careful one.

New rules may find more in the careless one, so only what must and must not be found is said here.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent


def judge(folder: str, profile: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "walint", "check", f"examples/{folder}", "--profile", profile, "--isolated"]
    options = ["--format", "json", "--today", "2026-11-21"]
    done = subprocess.run(
        [*command, *options], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def pairs(records: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(record["rule_id"], record["resource"]["address"]) for record in records}


@pytest.fixture(scope="module")
def careless() -> dict[str, Any]:
    return judge("bad", "default")


@pytest.mark.parametrize("profile", ["minimal", "default", "strict"])
def test_nothing_is_wrong_or_open_in_the_careful_service(profile: str) -> None:
    result = judge("good", profile)
    assert (pairs(result["findings"]), pairs(result["unknown"]), result["run"]["incomplete"]) == (set(), set(), [])
    assert result["summary"]["outcomes"]["pass"] > 20


@pytest.mark.parametrize(
    ("rule", "resource"),
    [
        ("lambda-tracing", "ShipOrder"),
        ("log-group-retention-min", "PlaceOrderLogs"),
        ("compute-log-group-managed", "NotifyCustomer"),
        ("lambda-error-alarm", "PlaceOrder"),
        ("lambda-error-alarm", "NotifyCustomer"),
        ("alarm-dimension-matches-resource", "DeadLettersVisible"),
        ("dlq-alarm", "DeadLetters"),
        ("alarm-topic-has-subscription", "Alerts"),
        ("alarm-has-action", "ReportsDatabaseCpu"),
        ("lambda-async-failure", "NotifyCustomer"),
        ("lambda-gradual-deployment", "PlaceOrder"),
        ("lambda-runtime-supported", "PlaceOrder"),
        ("dynamodb-pitr", "OrdersTable"),
        ("rds-backup-retention", "ReportsDatabase"),
        ("stateful-deletion-policy", "OrdersTable"),
        ("stepfunctions-logging", "ChargeWorkflow"),
        ("sqs-visibility-timeout", "aws_sqs_queue.orders"),
        ("dynamodb-pitr", "aws_dynamodb_table.invoices"),
        ("alarm-dimension-matches-resource", "aws_cloudwatch_metric_alarm.errors"),
        ("tf-prevent-destroy", "aws_s3_bucket.archive"),
    ],
)
def test_found_in_the_careless_service(rule: str, resource: str, careless: dict[str, Any]) -> None:
    assert (rule, resource) in pairs(careless["findings"])


@pytest.mark.parametrize(
    ("rule", "resource"),
    [
        ("lambda-error-alarm", "ShipOrder"),
        ("lambda-tracing", "PlaceOrder"),
        ("compute-log-group-managed", "ShipOrder"),
        ("lambda-async-failure", "ShipOrder"),
        ("sqs-dlq", "DeadLetters"),
        ("sqs-dlq", "ShippingQueue"),
        ("apigateway-tracing", "OrdersApiStage"),
        ("log-group-retention-min", "ShipOrderLogs"),
    ],
)
def test_not_found_in_the_careless_service(rule: str, resource: str, careless: dict[str, Any]) -> None:
    assert (rule, resource) not in pairs(careless["findings"])


def test_what_cannot_be_known_is_said(careless: dict[str, Any]) -> None:
    reasons = {record["rule_id"]: record["reason"] for record in careless["unknown"]}
    assert reasons["log-group-retention-min"] == "RetentionInDays: parameter LogDays has no default"
    assert reasons["apigateway-tracing"].startswith("fails when Stage is dev")


def test_cdk_functions_are_named_by_their_construct_and_the_cdks_own_are_left_alone() -> None:
    findings = judge("cdk", "strict")["findings"]
    functions = {
        (finding["resource"]["address"], finding["resource"]["construct_path"])
        for finding in findings
        if finding["resource"]["type"] == "AWS::Lambda::Function"
    }
    assert functions == {("Resize4D6A7F90", "Thumbnails/Resize/Resource")}
