"""Alarms of a live account on resources that are not there, as far as the account was read."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.test_rules import CATALOGUE
from walint.engine import Options, SelectedRule, evaluate
from walint.sources.live.graphs import graph_of

RULE = CATALOGUE.rules["alarm-dimension-matches-resource"]
ALARM, BALANCER, QUEUE = (
    "AWS::CloudWatch::Alarm",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::SQS::Queue",
)
WEB = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/50dc6c495c0c9188"


def alarm(namespace: str, metric: str, **dimensions: str) -> dict[str, Any]:
    listed = [{"Name": name, "Value": value} for name, value in dimensions.items()]
    return {"AlarmName": "a", "Namespace": namespace, "MetricName": metric, "Dimensions": listed}


def of_balancer(full_name: str) -> dict[str, Any]:
    return alarm("AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", LoadBalancer=full_name)


BALANCERS = {"elbv2:DescribeLoadBalancers": {"LoadBalancers": [{"LoadBalancerArn": WEB, "LoadBalancerName": "web"}]}}
QUEUES = {"sqs:ListQueues": {"QueueUrls": ["https://sqs.eu-west-1.amazonaws.com/123456789012/orders"]}}


@pytest.mark.parametrize(
    ("watching", "script", "needed", "expected"),
    [
        pytest.param(of_balancer("app/web/50dc6c495c0c9188"), BALANCERS, BALANCER, "pass", id="it is there"),
        pytest.param(of_balancer("app/web/0000000000000000"), BALANCERS, BALANCER, "fail", id="it is not there"),
        pytest.param(of_balancer("app/web/0000000000000000"), BALANCERS, None, "pass", id="nobody looked for any"),
        pytest.param(of_balancer("app/web/0000000000000000"), {}, BALANCER, "pass", id="there is none at all"),
        pytest.param(
            of_balancer("app/web/50dc6c495c0c9188"),
            {"elbv2:DescribeLoadBalancers": {"error": "AccessDenied"}},
            BALANCER,
            "unknown",
            id="they may not be listed",
        ),
        pytest.param(
            alarm("AWS/SQS", "ApproximateAgeOfOldestMessage", QueueName="gone"),
            {**QUEUES, "sqs:GetQueueAttributes": {"error": "AccessDenied"}},
            QUEUE,
            "fail",
            id="what may not be described is known by its name all the same",
        ),
    ],
)
def test_an_alarm_on_what_is_not_there(
    scripted: Any, watching: dict[str, Any], script: dict[str, Any], needed: str | None, expected: str
) -> None:
    needs: dict[str, tuple[str, ...]] = {ALARM: ("",)} | ({needed: ()} if needed else {})
    snapshot, _ = scripted({"cloudwatch:DescribeAlarms": {"MetricAlarms": [watching]}, **script}, needs)
    selected = [SelectedRule(RULE, RULE.severity, {})]
    found = evaluate(graph_of(snapshot), selected, Options(today=date(2026, 11, 21)))
    assert [one.outcome for one in found if one.resource.type == ALARM] == [expected]
