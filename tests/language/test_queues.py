"""The operator `outlasts_consumers`: how long a queue hides a message, against what its functions may take."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from walint.language.operators import OPERATORS
from walint.language.relation import Relations
from walint.language.scope import Context, resource_scope
from walint.sources import SourceSettings, load

_TEMPLATE = """
Parameters:
  Seconds: {{Type: Number}}
Conditions:
  IsProd: !Equals [!Ref AWS::Region, eu-west-1]
Resources:
  Orders: {{Type: AWS::SQS::Queue, Properties: {{VisibilityTimeout: {visibility}}}}}
  Quick: {{Type: AWS::Lambda::Function, Properties: {{Timeout: 1}}}}
  Worker: {{Type: AWS::Lambda::Function, Properties: {{Timeout: {timeout}}}}}
  Poll1:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {{EventSourceArn: !GetAtt Orders.Arn, FunctionName: !Ref Quick}}
  Poll2:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      EventSourceArn: !GetAtt Orders.Arn
      FunctionName: {function}
      MaximumBatchingWindowInSeconds: {window}
"""


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, True),
        ({"visibility": 59}, False),
        ({"window": 1}, False),
        ({"visibility": 61, "window": 1}, True),
        ({"timeout": "!Ref Seconds"}, None),
        ({"visibility": "!Ref Seconds"}, None),
        ({"window": "!Ref Seconds"}, None),
        ({"function": "elsewhere"}, None),
        ({"timeout": "!If [IsProd, 5, 10]"}, True),
        ({"timeout": "!If [IsProd, 5, 11]"}, None),
        ({"timeout": "!If [IsProd, 12, 11]"}, False),
        ({"visibility": 3, "function": "elsewhere"}, False),
    ],
)
def test_the_longest_function_counts(tmp_path: Path, values: dict[str, object], *, expected: bool | None) -> None:
    filled = {"visibility": 60, "timeout": 10, "window": 0, "function": "!Ref Worker", **values}
    (tmp_path / "template.yaml").write_text(_TEMPLATE.format(**filled), encoding="utf-8")
    graph = load([tmp_path], SourceSettings(root=tmp_path))
    context = Context(graph, Relations(graph), date(2026, 11, 20))
    orders = next(resource for resource in graph.resources if resource.address == "Orders")
    scope = resource_scope(context, orders)
    judge = OPERATORS["outlasts_consumers"].build({"times": 6}).judge
    assert judge is not None
    assert expected is judge(scope.read_in_force(("VisibilityTimeout",)), scope).truth


@pytest.mark.parametrize(("visibility", "expected"), [(10, True), (9, False)])
def test_what_lambda_refuses_does_not_count_the_time_that_a_batch_fills(
    tmp_path: Path, visibility: int, *, expected: bool
) -> None:
    filled = {"visibility": visibility, "timeout": 10, "window": 300, "function": "!Ref Worker"}
    (tmp_path / "template.yaml").write_text(_TEMPLATE.format(**filled), encoding="utf-8")
    graph = load([tmp_path], SourceSettings(root=tmp_path))
    context = Context(graph, Relations(graph), date(2026, 11, 20))
    orders = next(resource for resource in graph.resources if resource.address == "Orders")
    scope = resource_scope(context, orders)
    judge = OPERATORS["outlasts_consumers"].build({"times": 1, "window": False}).judge
    assert judge is not None
    assert expected is judge(scope.read_in_force(("VisibilityTimeout",)), scope).truth
