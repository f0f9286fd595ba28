"""A false AWS for whole audits: moto inside the process, and before it a transport that fails on demand."""

from __future__ import annotations

import io
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import boto3
import pytest
from botocore.awsrequest import AWSResponse

from walint.cli import main

ACCOUNT = "123456789012"
REGIONS = ("eu-west-1", "us-east-1")
RULES = Path(__file__).resolve().parent.parent / "fixtures" / "live" / "rules"
ALL_RULES = tuple(sorted(path.stem for path in RULES.rglob("*.yaml")))


class Asked(NamedTuple):
    """A request as it would leave the machine."""

    operation: str
    region: str
    body: str
    times: int


Answer = Callable[[Asked], AWSResponse | None]


class Aws:
    """What the network says before moto may: nothing (moto answers), an answer of its own, or an exception."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.instead: dict[str, dict[str, Any]] = {}
        self.asked: Counter[str] = Counter()
        self.places: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()

    def deny(self, *operations: str, region: str | None = None) -> None:
        """These operations ("DescribeTable") are refused, everywhere or in one region."""
        for operation in operations:
            self.answers[operation] = lambda asked: (
                error("AccessDeniedException", 400) if region in {None, asked.region} else None
            )

    def answer(self, operation: str, answer: Answer) -> None:
        self.answers[operation] = answer

    def instead_of_moto(self, operation: str, answer: dict[str, Any]) -> None:
        """What AWS answers to an operation that moto does not know: moto is not asked at all."""
        self.instead[operation] = {**answer, "ResponseMetadata": {"HTTPStatusCode": 200}}

    def before_call(self, event_name: str, **_event: Any) -> tuple[AWSResponse, dict[str, Any]] | None:
        answer = self.instead.get(event_name.rpartition(".")[2])
        return (response(""), answer) if answer is not None else None

    def before_send(self, event_name: str, request: Any, **_event: Any) -> AWSResponse | None:
        operation = event_name.rpartition(".")[2]
        host = request.url.split("/")[2]
        region = next((region for region in (*REGIONS, "ap-east-1") if region in host), "global")
        with self._lock:
            self.asked[operation] += 1
            self.places[operation, region] += 1
            times = self.asked[operation]
        answer = self.answers.get(operation)
        body = request.body or b""
        text = body.decode() if isinstance(body, bytes) else str(body)
        return answer(Asked(operation, region, text, times)) if answer is not None else None


def response(body: str | bytes, status: int = 200, headers: dict[str, str] | None = None) -> AWSResponse:
    """An answer of AWS."""
    data = body.encode() if isinstance(body, str) else body

    class Raw(io.BytesIO):
        def stream(self, **_options: Any) -> Iterator[bytes]:
            yield self.read()

    return AWSResponse("https://aws.example", status, headers or {}, Raw(data))


def as_json(data: Any) -> AWSResponse:
    return response(json.dumps(data))


def error(code: str, status: int, message: str = "no") -> AWSResponse:
    """An error in the JSON protocols of AWS."""
    return response(json.dumps({"__type": code, "message": message}), status, {"x-amzn-errortype": code})


class Done(NamedTuple):
    """How a run of the program ended."""

    status: int
    out: str
    err: str


class Walint:
    """Runs walint in process, in a folder of its own."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: str) -> Done:
        self._capsys.readouterr()
        status = main(list(arguments))
        out, err = self._capsys.readouterr()
        return Done(status, out, err)

    def audit(self, *arguments: str, rules: tuple[str, ...] = ALL_RULES) -> Done:
        """An audit by the fixed rules of these tests, in the two regions."""
        given = list(arguments)
        if not {"--regions", "--replay"} & set(given):
            given += ["--regions", ",".join(REGIONS)]
        return self("audit", "--isolated", "--rules", str(RULES), "--select", ",".join(rules), *given)

    def document(self, *arguments: str, rules: tuple[str, ...] = ALL_RULES) -> tuple[int, dict[str, Any]]:
        """The exit status and the JSON report of such an audit."""
        done = self.audit(*arguments, "--format", "json", rules=rules)
        return done.status, json.loads(done.out)


def client(service: str, region: str = REGIONS[0]) -> Any:
    return boto3.client(service, region_name=region)


def role_arn() -> str:
    """A role that Lambda may assume, as moto demands one."""
    trust = {"Version": "2012-10-17", "Statement": []}
    iam = client("iam")
    return str(iam.create_role(RoleName="worker", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"])


def seed_tables(region: str = REGIONS[0], *, safe: bool = True, name: str = "orders") -> None:
    dynamodb = client("dynamodb", region)
    dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        DeletionProtectionEnabled=safe,
    )
    if safe:
        dynamodb.update_continuous_backups(
            TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )


def seed_account(environment: dict[str, str] | None = None) -> None:
    """Something good and something bad of everything, in two regions."""
    role = role_arn()
    for region, good in zip(REGIONS, (True, False), strict=True):
        client("lambda", region).create_function(
            FunctionName="orders",
            Runtime="python3.13",
            Role=role,
            Handler="app.handler",
            Code={"ZipFile": b"PK\x05\x06" + bytes(18)},
            TracingConfig={"Mode": "Active" if good else "PassThrough"},
            Environment={"Variables": environment or {}},
        )
        logs = client("logs", region)
        logs.create_log_group(logGroupName="/aws/lambda/orders")
        if good:
            logs.put_retention_policy(logGroupName="/aws/lambda/orders", retentionInDays=30)
        seed_tables(region, safe=good)
        sqs = client("sqs", region)
        dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        redrive = {"RedrivePolicy": json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 3})} if good else {}
        sqs.create_queue(QueueName="work", Attributes=redrive)
        topic = client("sns", region).create_topic(
            Name="pager", Attributes={"KmsMasterKeyId": "alias/aws/sns"} if good else {}
        )
        client("cloudwatch", region).put_metric_alarm(
            AlarmName="orders-errors",
            Namespace="AWS/Lambda",
            MetricName="Errors",
            Dimensions=[{"Name": "FunctionName", "Value": "orders"}],
            ComparisonOperator="GreaterThanThreshold",
            EvaluationPeriods=1,
            Period=60,
            Threshold=1,
            Statistic="Sum",
            AlarmActions=[topic["TopicArn"]] if good else [],
        )
