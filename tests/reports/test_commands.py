"""Commands of the AWS CLI: chosen by type, filled in where that is safe, shown where no code is in charge."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from typing import Any

import pytest

from walint.findings.result import Location, Result, Subject
from walint.reports.commands import Block, blocks_of, commands_for
from walint.reports.context import ReportContext
from walint.reports.html.data import data_of
from walint.reports.text import render

from .conftest import RULES

TABLE = Subject(
    "AWS::DynamoDB::Table",
    "arn:aws:dynamodb:eu-west-1:123456789012:table/orders",
    "orders",
    "live",
    "123456789012",
    "eu-west-1",
    "arn:aws:dynamodb:eu-west-1:123456789012:table/orders",
)
DELETE = "# Deletes it.\naws dynamodb delete-table --table-name NAME \\\n  --region REGION"
DELETED = "# Deletes it.\naws dynamodb delete-table --table-name orders \\\n  --region eu-west-1"
MIXED = """\
# For all.
# AWS::RDS::DBInstance
aws rds delete-db-instance --db-instance-identifier NAME
# AWS::DynamoDB::Table, AWS::DynamoDB::GlobalTable
# AWS::DynamoDB is meant.
aws dynamodb delete-table --table-name NAME"""


def named(name: str, **other: Any) -> Subject:
    return TABLE._replace(name=name, **other)


def test_blocks() -> None:
    assert blocks_of(MIXED) == [
        Block((), ("# For all.",)),
        Block(("AWS::RDS::DBInstance",), ("aws rds delete-db-instance --db-instance-identifier NAME",)),
        Block(
            ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"),
            ("# AWS::DynamoDB is meant.", "aws dynamodb delete-table --table-name NAME"),
        ),
    ]


@pytest.mark.parametrize(
    ("text", "subject", "expected"),
    [
        (DELETE, TABLE, DELETED),
        (MIXED, TABLE, "# For all.\n# AWS::DynamoDB is meant.\naws dynamodb delete-table --table-name orders"),
        (MIXED, TABLE._replace(type="AWS::SQS::Queue"), ""),
        ("", TABLE, ""),
        ("# NAME is a word.\naws a b NAME", TABLE, "# NAME is a word.\naws a b orders"),
        ("aws a b ARN ID ACCOUNT", TABLE, f"aws a b {TABLE.arn} orders 123456789012"),
        ("aws a b ARN ID", TABLE._replace(arn=None), "aws a b ARN ID"),
        ("aws a b NAME-5xx --to ROLE_ARN NAMES", TABLE, "aws a b orders-5xx --to ROLE_ARN NAMES"),
        ("aws a b REGION", TABLE._replace(region="global", arn="arn:aws:iam::1:role/r"), "aws a b us-east-1"),
        ("aws a b REGION", TABLE._replace(region="global", arn="arn:aws-cn:iam::1:role/r"), "aws a b REGION"),
        ("aws a b CLUSTER", TABLE._replace(arn="arn:aws:ecs:eu-west-1:1:service/shop/web"), "aws a b shop"),
        ("aws a b API", TABLE._replace(arn="arn:aws:apigateway:eu-west-1::/restapis/a1/stages/live"), "aws a b a1"),
        ("aws a b API", TABLE._replace(arn="arn:aws:apigateway:eu-west-1::/apis/z9/stages/live"), "aws a b z9"),
        ("aws a b APPLICATION", TABLE._replace(arn="arn:aws:codedeploy:e:1:deploymentgroup:shop/l"), "aws a b shop"),
        ("aws a b LOAD_BALANCER", TABLE._replace(arn="arn:aws:e:e:1:loadbalancer/app/web/5"), "aws a b app/web/5"),
    ],
)
def test_filled(text: str, subject: Subject, expected: str) -> None:
    assert commands_for(text, subject) == expected


def test_the_parts_of_a_scalable_target() -> None:
    target = named("table/orders|dynamodb:table:ReadCapacityUnits|dynamodb")
    target = target._replace(type="AWS::ApplicationAutoScaling::ScalableTarget", arn=None)
    text = "aws a b --namespace NAMESPACE --id RESOURCE_ID --dimension SCALABLE_DIMENSION"
    expected = "aws a b --namespace dynamodb --id table/orders --dimension dynamodb:table:ReadCapacityUnits"
    assert commands_for(text, target) == expected


@pytest.mark.parametrize(
    "name", ["$default", "Orders API", "a;b", "a&b", "`id`", "$(id)", "a|b", "*", "~", "a>b", "#x"]
)
def test_what_a_shell_would_read_is_quoted(name: str) -> None:
    assert shlex.split(commands_for("aws a b --name NAME --pair Key=NAME,Other=1", named(name))) == [
        *("aws", "a", "b", "--name", name, "--pair", f"Key={name},Other=1"),
    ]


@pytest.mark.parametrize(
    "name",
    [
        "-rf",
        "--cli-input-json",
        "file:///etc/passwd",
        "https://example.com",
        "it's",
        'a"b',
        "a\\b",
        "a,b=c",
        "[a]",
        "a\nb",
        "",
    ],
)
def test_what_cannot_be_written_safely_stays_a_placeholder(name: str) -> None:
    assert commands_for("aws a b --name NAME", named(name)) == "aws a b --name NAME"


@pytest.mark.parametrize("name", ["a,b", "$(id)", "Orders API", "a=b", "{x}"])
def test_in_json(name: str) -> None:
    line = commands_for('aws a b --it \'{"Name":"NAME"}\'', named(name))
    assert json.loads(shlex.split(line)[-1]) == {"Name": name}


@pytest.mark.parametrize("name", ["it's", 'a"b', "a\\b"])
def test_what_would_end_json_stays_a_placeholder(name: str) -> None:
    assert commands_for('aws a b --it \'{"Name":"NAME"}\'', named(name)) == 'aws a b --it \'{"Name":"NAME"}\''


# Reports.


def _result(result: Result, subject: Subject, location: Location | None = None) -> Result:
    """The first finding of a result, on another resource; nothing else."""
    record = result.findings[0]._replace(resource=subject, location=location, related=())
    return replace(result, findings=[record], unknown=[], suppressed=[], errors=[])


def _context(context: ReportContext, rule_id: str) -> ReportContext:
    return replace(context, rules={rule_id: replace(RULES["lambda-tracing"], id=rule_id, commands=DELETE)})


def test_the_text_says_what_to_run(result: Result, context: ReportContext) -> None:
    rule_id = result.findings[0].rule_id
    said = render(_result(result, TABLE), _context(context, rule_id))
    shown = said[said.index("     run: ") + 10 :].split("\n")
    assert "\n".join(line.strip() for line in shown[:3]) == DELETED.replace("\\\n  ", "\\\n")


@pytest.mark.parametrize("source", ["cloudformation", "terraform"])
def test_code_is_not_mended_by_commands(source: str, result: Result, context: ReportContext) -> None:
    rule_id = result.findings[0].rule_id
    judged = _result(result, TABLE._replace(source=source))
    assert "     run: " not in render(judged, _context(context, rule_id))
    assert "commands" not in data_of(judged, _context(context, rule_id))["columns"]


def test_a_live_resource_with_a_line_of_code_is_mended_there(result: Result, context: ReportContext) -> None:
    rule_id = result.findings[0].rule_id
    judged = _result(result, TABLE, result.findings[0].location)
    assert "     run: " not in render(judged, _context(context, rule_id))
    columns = data_of(judged, _context(context, rule_id))["columns"]
    assert columns["dialect"]["words"] == ["cloudformation"]
    assert columns["commands"]["words"] == [DELETED]


def test_the_page_has_commands_for_each_resource(result: Result, context: ReportContext) -> None:
    rule_id = result.findings[0].rule_id
    columns = data_of(_result(result, TABLE), _context(context, rule_id))["columns"]
    assert columns["dialect"]["words"] == ["cli"]
    assert columns["commands"]["words"] == [DELETED]
    assert columns["account"]["words"] == ["123456789012"]
    passed = [record._replace(outcome="pass") for record in _result(result, TABLE).findings]
    only = replace(_result(result, TABLE), findings=[], passed=passed)
    assert "commands" not in data_of(only, _context(context, rule_id))["columns"]
