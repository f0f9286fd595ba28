"""The account of the demo: a shop in two regions, filled as its owners would, by AWS's own API.

Only what moto returns as it was given: a fact that moto drops would make a finding that is not true.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from walint.sources.live.demo import stacks
from walint.sources.live.demo.emulator import Account, Client, false_aws

HOME, SECOND = stacks.HOME, "us-east-1"
REGIONS: Final = (HOME, SECOND)
ACCOUNT: Final = stacks.ACCOUNT
TEMPLATE: Final = stacks.TEMPLATE
_IN_JSON: Final = frozenset({"checkout", "write-invoice"})
"""Functions that log in JSON."""
_UNCONFIRMED: Final = "night-shift@shop.example"
_TAGS: Final = {"environment": "prod"}
_EMPTY_ZIP: Final = b"PK\x05\x06" + bytes(18)


def _as_aws_says(operation: str, answer: dict[str, Any]) -> None:
    """What moto would have said otherwise: it confirms every subscription at once, and forgets how functions log."""
    if operation == "ListSubscriptions":
        for one in answer.get("Subscriptions", ()):
            if one["Endpoint"] == _UNCONFIRMED:
                one["SubscriptionArn"] = "PendingConfirmation"
    if operation == "ListFunctions":
        for one in answer.get("Functions", ()):
            name = one["FunctionName"]
            form = "JSON" if name in _IN_JSON else "Text"
            one["LoggingConfig"] = {"LogFormat": form, "LogGroup": f"/aws/lambda/{name}"}


SHOP: Final = Account(
    regions=REGIONS,
    services=frozenset(
        {"dynamodb", "iam", "lambda", "logs", "monitoring", "rds", "s3", "sns", "sqs", "sts", "tagging"}
    ),
    refused={"DescribeContinuousBackups": frozenset({SECOND}), "ListStateMachines": frozenset({SECOND})},
    edit=_as_aws_says,
    told=stacks.told,
)
"""What the role of the demo may not do is refused, so that the reports show what that hides."""


@contextmanager
def open_shop() -> Iterator[None]:
    """While it is open, this account is the only one there is."""
    with false_aws(SHOP) as clients:
        fill(clients(HOME), clients(SECOND))
        yield


def fill(home: Client, second: Client) -> None:
    """Makes everything. `home` and `second` give clients in the two regions."""
    role = _role(home)
    _well_run(home, role)
    _old_alarms(home)
    _neglected(home, role)
    _second_region(second, role)


def _role(client: Client) -> str:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
    made = client("iam").create_role(RoleName="shop-functions", AssumeRolePolicyDocument=json.dumps(trust))
    allowed = ["logs:CreateLogStream", "logs:PutLogEvents", "xray:PutTelemetryRecords", "xray:PutTraceSegments"]
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": allowed, "Resource": "*"}]}
    client("iam").put_role_policy(RoleName="shop-functions", PolicyName="run", PolicyDocument=json.dumps(policy))
    return str(made["Role"]["Arn"])


def _function(client: Client, name: str, role: str, *, traced: bool, days: int | None = None, **more: Any) -> None:
    """A function and its log group, which keeps events for so many days, or for ever."""
    client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role=role,
        Handler="app.handler",
        Code={"ZipFile": _EMPTY_ZIP},
        TracingConfig={"Mode": "Active" if traced else "PassThrough"},
        Tags=_TAGS,
        **more,
    )
    group = f"/aws/lambda/{name}"
    client("logs").create_log_group(logGroupName=group)
    if days is not None:
        client("logs").put_retention_policy(logGroupName=group, retentionInDays=days)


def _alarm(client: Client, name: str, metric: str, topic: str, dimensions: Mapping[str, str], **more: Any) -> None:
    """An alarm that goes off at one event in five minutes and tells a topic; `metric` is "AWS/Lambda Errors"."""
    namespace, metric_name = metric.split(" ")
    client("cloudwatch").put_metric_alarm(
        **{
            "AlarmName": name,
            "AlarmDescription": f"{metric_name} of {', '.join(dimensions.values())}: see the runbook of the shop",
            "Namespace": namespace,
            "MetricName": metric_name,
            "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "EvaluationPeriods": 1,
            "Period": 300,
            "Threshold": 1.0,
            "Statistic": "Sum",
            "TreatMissingData": "notBreaching",
            "AlarmActions": [topic],
            **more,
        }
    )


def _topic(client: Client, name: str, address: str) -> str:
    """A topic, and a mailbox that is to listen."""
    arn = str(client("sns").create_topic(Name=name)["TopicArn"])
    client("sns").subscribe(TopicArn=arn, Protocol="email", Endpoint=address)
    return arn


def _queue(client: Client, name: str, dead_letters: str | None = None) -> str:
    """A queue, by its ARN, with a dead-letter queue or without."""
    attributes = {"SqsManagedSseEnabled": "true", "VisibilityTimeout": "180"}
    if dead_letters is not None:
        attributes["RedrivePolicy"] = json.dumps({"deadLetterTargetArn": dead_letters, "maxReceiveCount": 5})
    sqs = client("sqs")
    url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return str(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"])


def _table(client: Client, name: str, *, protected: bool) -> None:
    dynamodb = client("dynamodb")
    dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        DeletionProtectionEnabled=protected,
    )
    if protected:
        dynamodb.update_continuous_backups(
            TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )


def _database(client: Client, name: str, *, days: int, protected: bool) -> None:
    """A PostgreSQL instance whose backups are kept for so many days."""
    client("rds").create_db_instance(
        DBInstanceIdentifier=name,
        Engine="postgres",
        EngineVersion="16.4",
        DBInstanceClass="db.t4g.medium",
        AllocatedStorage=50,
        MasterUsername="owner",
        ManageMasterUserPassword=True,
        StorageEncrypted=True,
        BackupRetentionPeriod=days,
        DeletionProtection=protected,
        MultiAZ=protected,
        **({"EnableCloudwatchLogsExports": ["postgresql", "upgrade"]} if protected else {}),
    )


def _well_run(client: Client, role: str) -> None:
    """What the team looks after: the checkout."""
    topic = _topic(client, "on-call", "on-call@shop.example")
    dead = _queue(client, "orders-dead")
    orders = _queue(client, "orders", dead)
    _function(client, "checkout", role, traced=True, days=90, Timeout=20)
    for metric in ("Errors", "Throttles"):
        _alarm(client, f"checkout-{metric.lower()}", f"AWS/Lambda {metric}", topic, {"FunctionName": "checkout"})
    _function(client, "write-invoice", role, traced=True, days=90, Timeout=30)
    client("lambda").create_event_source_mapping(
        EventSourceArn=orders,
        FunctionName="write-invoice",
        BatchSize=10,
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )
    for metric in ("Errors", "Throttles"):
        _alarm(
            client, f"write-invoice-{metric.lower()}", f"AWS/Lambda {metric}", topic, {"FunctionName": "write-invoice"}
        )
    visible, oldest = "AWS/SQS ApproximateNumberOfMessagesVisible", "AWS/SQS ApproximateAgeOfOldestMessage"
    _alarm(client, "orders-dead-visible", visible, topic, {"QueueName": "orders-dead"}, Statistic="Maximum")
    _alarm(client, "orders-oldest", oldest, topic, {"QueueName": "orders"}, Statistic="Maximum", Threshold=600.0)
    _table(client, "orders", protected=True)
    _database(client, "ledger", days=14, protected=True)


def _old_alarms(client: Client) -> None:
    """Alarms that look as if somebody watched: on what was deleted, and to somebody who never confirmed."""
    pending = _topic(client, "night-shift", _UNCONFIRMED)
    on_call = f"arn:aws:sns:{HOME}:{ACCOUNT}:on-call"
    _alarm(client, "import-errors", "AWS/Lambda Errors", on_call, {"FunctionName": "nightly-import"})
    _alarm(client, "send-receipt-errors", "AWS/Lambda Errors", pending, {"FunctionName": "send-receipt"})


def _neglected(client: Client, role: str) -> None:
    """What nobody looks after."""
    _function(client, "send-receipt", role, traced=False)
    _queue(client, "receipts")
    _table(client, "carts", protected=False)


def _second_region(client: Client, role: str) -> None:
    """What was copied to the second region, in a hurry."""
    _function(client, "search", role, traced=False, days=3)
    _table(client, "catalogue", protected=True)
    _database(client, "reporting", days=0, protected=False)
    topic = _topic(client, "on-call", "on-call@shop.example")
    _alarm(client, "search-errors", "AWS/Lambda Errors", topic, {"FunctionName": "search"})
    storage = client("s3")
    storage.create_bucket(Bucket="shop-exports")
