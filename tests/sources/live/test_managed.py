"""Which stack manages a live resource: by its tags, and by the stack's own list."""

from __future__ import annotations

from typing import Any

import pytest

from walint.sources.live.managed import ENTRY, Manager, Managers

TOPIC = "AWS::SNS::Topic"
ARN = "arn:aws:sns:eu-west-1:123456789012:oncall"
STACK = {"Key": "aws:cloudformation:stack-name", "Value": "shop"}
LOGICAL = {"Key": "aws:cloudformation:logical-id", "Value": "Alerts"}
LISTED = [{"LogicalResourceId": "OnCall", "ResourceType": TOPIC, "PhysicalResourceId": ARN}]


@pytest.mark.parametrize(
    ("tags", "listed", "expected"),
    [
        ([], [], None),
        ([], LISTED, Manager("stack", "shop", "OnCall")),
        ([STACK, LOGICAL], LISTED, Manager("stack", "shop", "Alerts")),
        ([STACK], LISTED, Manager("stack", "shop", "OnCall")),
        ([STACK], [], Manager("stack", "shop", "")),
    ],
)
def test_the_stack_of_a_topic(tags: Any, listed: Any, expected: Manager | None, scripted: Any) -> None:
    script = {
        "sns:ListTopics": {"Topics": [{"TopicArn": ARN}]},
        "resourcegroupstaggingapi:GetResources": {"ResourceTagMappingList": [{"ResourceARN": ARN, "Tags": tags}]},
        "cloudformation:DescribeStacks": {"Stacks": [{"StackName": "shop", "StackId": "shop", "StackStatus": "OK"}]},
        "cloudformation:ListStackResources": {"StackResourceSummaries": listed},
    }
    snapshot, _ = scripted(script, {TOPIC: ("Tags",), ENTRY: ("Key",)})
    managers = Managers(snapshot)
    found = [
        managers.of(place, one)
        for place, part in snapshot.parts.items()
        for collection in part.collections.values()
        for one in collection.resources
        if one.type == TOPIC
    ]
    assert found == [expected]
