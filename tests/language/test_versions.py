"""Whether what calls a function calls its alias: judged in templates, as `qualified_function` needs other resources."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from walint.language.condition import compile_condition
from walint.language.relation import Relations
from walint.language.scope import Context, resource_scope
from walint.sources import SourceSettings, load

TEMPLATE = """
Parameters: {{Name: {{Type: String}}}}
Resources:
  Orders:
    Type: AWS::Lambda::Function
    Properties: {{FunctionName: orders}}
  Live:
    Type: AWS::Lambda::Alias
    Properties: {{FunctionName: {of}, Name: live, FunctionVersion: "1"}}
  Caller:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {{FunctionName: {called}}}
"""


@pytest.mark.parametrize(
    ("of", "called", "expected"),
    [
        ("!Ref Orders", "!Ref Live", True),
        ("!Ref Orders", "!Ref Orders", False),
        ("!Ref Orders", "!GetAtt Orders.Arn", False),
        ("!Ref Orders", '!Sub "${Orders.Arn}:live"', True),
        ("another", "!Ref Orders", True),
        ("!Ref Orders", "!Ref Name", True),
        ("!Ref Name", "!Ref Orders", None),
    ],
    ids=["its alias", "its name", "its ARN", "the alias by ARN", "it has no alias", "what is not in here", "perhaps"],
)
def test_qualified_function(of: str, called: str, expected: bool | None, tmp_path: Path) -> None:  # noqa: FBT001
    (tmp_path / "template.yaml").write_text(TEMPLATE.format(of=of, called=called))
    graph = load([tmp_path], SourceSettings(root=tmp_path))
    caller = next(one for one in graph.resources if one.name == "Caller")
    context = Context(graph, Relations(graph), date(2026, 11, 21))
    judgement = compile_condition({"FunctionName": {"qualified_function": True}}, {})(resource_scope(context, caller))
    assert judgement.truth is expected
