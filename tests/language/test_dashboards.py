"""Which dashboards show a resource, which metrics of the user's own are in use, and whether a body is JSON."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from walint.catalog.relations import relations
from walint.language.operators import OPERATORS
from walint.language.relation import Relations
from walint.language.scope import Context, Scope, resource_scope
from walint.sources import SourceSettings, load

_TEMPLATE = """
Parameters:
  Any: {{Type: String}}
Resources:
  Orders: {{Type: AWS::SQS::Queue}}
  Named: {{Type: AWS::SQS::Queue, Properties: {{QueueName: !Sub "paid-${{Any}}"}}}}
  Dashboard:
    Type: AWS::CloudWatch::Dashboard
    Properties:
      DashboardBody: {body}
"""


def _scope(folder: Path, body: str, address: str = "Orders") -> Scope:
    (folder / "template.yaml").write_text(_TEMPLATE.format(body=body), encoding="utf-8")
    graph = load([folder], SourceSettings(root=folder))
    context = Context(graph, Relations(graph), date(2026, 11, 20))
    return resource_scope(context, next(one for one in graph.resources if one.address == address))


@pytest.mark.parametrize(
    ("address", "body", "expected"),
    [
        ("Orders", """!Sub '{"widgets": ["${Orders.QueueName}"]}'""", [True]),
        ("Orders", """!Sub '{"widgets": ["${Orders.QueueName}", "${AWS::Region}"]}'""", [True]),
        ("Orders", """!Sub '{"widgets": ["${Named}", "${AWS::Region}"]}'""", []),
        ("Orders", """!Sub '{"widgets": ["${Named}", "${AWS::AccountId}"]}'""", []),
        ("Orders", """!Sub '{"widgets": ["${Any}"]}'""", [None]),
        ("Orders", "!Ref Any", [None]),
        ("Named", """'{"widgets": ["orders"]}'""", []),
        ("Named", """'{"widgets": ["paid-orders"]}'""", [None]),
        ("Orders", """'{"widgets": ["orders"]}'""", []),
        ("Named", """!Sub '{"widgets": ["paid-${Any}"]}'""", [True]),
        ("Orders", json.dumps("""{"a": "SEARCH('{AWS/SQS,QueueName} NumberOfMessagesSent', 'Sum')"}"""), [True]),
        (
            "Orders",
            json.dumps('{"a": "SELECT SUM(NumberOfMessagesSent) FROM SCHEMA(\\"AWS/SQS\\", QueueName)"}'),
            [True],
        ),
        ("Orders", json.dumps("""{"a": "SEARCH('{AWS/Lambda,FunctionName} Errors', 'Sum')"}"""), []),
        ("Orders", json.dumps('{"resourceType": "AWS::SQS::Queue"}'), [True]),
    ],
)
def test_dashboards_that_show_a_queue(tmp_path: Path, address: str, body: str, expected: list[bool | None]) -> None:
    scope = _scope(tmp_path, body, address)
    found = scope.context.relations.related(relations()["dashboards"], scope, {})
    assert [link.judgement.truth for link in found.links] == expected


def test_a_dashboard_that_jsonencode_makes_is_read_leaf_by_leaf(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        """
        resource "aws_sqs_queue" "orders" {}
        resource "aws_sqs_queue" "paid" {}
        resource "aws_cloudwatch_dashboard" "all" {
          dashboard_name = "all"
          dashboard_body = jsonencode({ widgets = [{ metrics = [["AWS/SQS", aws_sqs_queue.orders.name]] }] })
        }
        """,
        encoding="utf-8",
    )
    graph = load([tmp_path], SourceSettings(root=tmp_path))
    context = Context(graph, Relations(graph), date(2026, 11, 20))
    shown = {
        queue.name: bool(context.relations.related(relations()["dashboards"], resource_scope(context, queue), {}).links)
        for queue in graph.of_type("AWS::SQS::Queue")
    }
    assert shown == {"orders": True, "paid": False}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("""'{"widgets": []}'""", True),
        ("""'{"widgets": [}'""", False),
        ("""!Sub '{"widgets": ["${Any}"]}'""", True),
        ("{widgets: []}", True),
        ("!Ref Any", "parameter Any has no default"),
        ("!Ref AWS::NoValue", False),
    ],
)
def test_a_body_that_is_json(tmp_path: Path, body: str, *, expected: bool | str) -> None:
    scope = _scope(tmp_path, body, "Dashboard")
    test = OPERATORS["valid_json"].build(argument=True)
    assert test.ask(scope.read(("DashboardBody",)), scope) == expected


_SHOWN = '{"metrics": [["Orders", "Placed"], [".", "Paid"], ["AWS/SQS", "Sent"], [{"expression": "m1 + 1"}]]}'


@pytest.mark.parametrize(
    ("body", "required", "expected"),
    [
        (json.dumps(_SHOWN), [], True),
        (json.dumps(_SHOWN), ["Placed", "Paid"], True),
        (json.dumps(_SHOWN), ["Placed", "Refunded"], False),
        (json.dumps('{"metrics": [["AWS/SQS", "Sent"]]}'), [], False),
        ("""!Sub '{"metrics": [["${Any}", "Placed"]]}'""", [], None),
        ("""!Sub '{"metrics": [["AWS/SQS", "${Any}"]]}'""", [], False),
    ],
)
def test_metrics_of_the_users_own(tmp_path: Path, body: str, required: list[str], *, expected: bool | None) -> None:
    scope = _scope(tmp_path, body)
    judge = OPERATORS["sees_metrics"].build({"foreign": ["AWS/*"], "required": required}).judge
    assert judge is not None
    assert judge(scope.read(()), scope).truth is expected
