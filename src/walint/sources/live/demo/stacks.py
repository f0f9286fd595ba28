"""The stacks of the demo: what CloudFormation says of them, and the template of one.

moto's own CloudFormation is not asked: it drops much of what a template says of functions and tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

HOME: Final = "eu-west-1"
ACCOUNT: Final = "123456789012"
TEMPLATE: Final = Path(__file__).with_name("shop.yaml")
"""What the shop's stack was deployed from. By hand, a table's protection was taken off then, and a log group mended."""

_FUNCTION, _LOGS, _TABLE, _QUEUE = (
    "AWS::Lambda::Function",
    "AWS::Logs::LogGroup",
    "AWS::DynamoDB::Table",
    "AWS::SQS::Queue",
)
_SHOP: Final = {
    "OnCall": ("AWS::SNS::Topic", f"arn:aws:sns:{HOME}:{ACCOUNT}:on-call"),
    "Checkout": (_FUNCTION, "checkout"),
    "CheckoutLogs": (_LOGS, "/aws/lambda/checkout"),
    "WriteInvoice": (_FUNCTION, "write-invoice"),
    "WriteInvoiceLogs": (_LOGS, "/aws/lambda/write-invoice"),
    "SendReceipt": (_FUNCTION, "send-receipt"),
    "SendReceiptLogs": (_LOGS, "/aws/lambda/send-receipt"),
    "Orders": (_QUEUE, f"https://sqs.{HOME}.amazonaws.com/{ACCOUNT}/orders"),
    "OrdersDead": (_QUEUE, f"https://sqs.{HOME}.amazonaws.com/{ACCOUNT}/orders-dead"),
    "OrdersTable": (_TABLE, "orders"),
    "CartsTable": (_TABLE, "carts"),
}
_ALARMS: Final = (
    "checkout-errors",
    "checkout-throttles",
    "write-invoice-errors",
    "write-invoice-throttles",
    "orders-dead-visible",
    "orders-oldest",
)
_STACKS: Final[Mapping[str, Mapping[str, tuple[str, str]]]] = {
    "shop": _SHOP,
    "shop-alarms": {f"Alarm{number}": ("AWS::CloudWatch::Alarm", name) for number, name in enumerate(_ALARMS, 1)},
}


def told(operation: str, region: str, asked: Mapping[str, Any]) -> dict[str, Any] | None:
    """CloudFormation's answers about both stacks, as botocore returns them; None for anything else."""
    if region != HOME:
        return None
    if operation == "DescribeStacks":
        return {"Stacks": [_stack(name) for name in _STACKS]}
    if operation == "ListStackResources":
        name = str(asked["StackName"]).split("/")[1]
        rows = [
            {"LogicalResourceId": logical, "ResourceType": type_name, "PhysicalResourceId": physical}
            for logical, (type_name, physical) in _STACKS[name].items()
        ]
        return {"StackResourceSummaries": rows}
    return None


def _stack(name: str) -> dict[str, Any]:
    """Somebody looked for the drift of the shop yesterday, and for that of the alarms never."""
    now = datetime.now(UTC)
    checked = {"StackDriftStatus": "DRIFTED", "LastCheckTimestamp": now - timedelta(days=1)}
    return {
        "StackName": name,
        "StackId": f"arn:aws:cloudformation:{HOME}:{ACCOUNT}:stack/{name}/00000000-0000-4000-8000-000000000000",
        "StackStatus": "UPDATE_COMPLETE",
        "CreationTime": now - timedelta(days=400),
        "EnableTerminationProtection": name == "shop",
        "DriftInformation": checked if name == "shop" else {"StackDriftStatus": "NOT_CHECKED"},
    }
