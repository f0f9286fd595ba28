"""Whether a value names a resource: by reference, spelling, ARN, URL, template, or perhaps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from walint.language.naming import Naming, names
from walint.language.pieces import could_be
from walint.language.relation import Relations
from walint.language.scope import Context, Pieces, resource_scope
from walint.language.truth import Answer
from walint.model.graph import Graph
from walint.model.value import Unknown

Related = Callable[..., dict[str, Any]]

HEAD = """
Parameters:
  Env: {Type: String}
  Name: {Type: String}
  Fixed: {Type: String, Default: orders}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
Resources:
  Plain: {Type: AWS::Lambda::Function}
  Named: {Type: AWS::Lambda::Function, Properties: {FunctionName: orders}}
  Spelled: {Type: AWS::Lambda::Function, Properties: {FunctionName: !Sub "${Env}-orders"}}
  Given: {Type: AWS::Lambda::Function, Properties: {FunctionName: !Ref Name}}
  Split: {Type: AWS::Lambda::Function, Properties: {FunctionName: !If [IsProd, orders, orders-test]}}
  Live: {Type: AWS::Lambda::Alias, Properties: {Name: live, FunctionName: !Ref Plain, FunctionVersion: "1"}}
  Either:
    Type: AWS::Lambda::Alias
    Properties: {Name: either, FunctionVersion: "1", FunctionName: !If [IsProd, !Ref Plain, x]}
  Made: {Type: "Custom::Maker", Properties: {ServiceToken: x}}
"""
PERMISSION = """
  It: {Type: AWS::Lambda::Permission, Properties: {FunctionName: %s, Action: a, Principal: b}}
"""
ARN = "arn:aws:lambda:eu-west-1:111122223333:function"

FUNCTION_NAMES: list[tuple[str, str, str | None]] = [
    # Which attribute a reference takes.
    ("!Ref Plain", "Plain", "surely"),
    ("!GetAtt Plain.Arn", "Plain", "surely"),
    ("!GetAtt Plain.SnapStartResponse", "Plain", "perhaps"),
    ("!Ref Plain", "Named", None),
    ("!Sub '${Plain}'", "Plain", "surely"),
    ("!Sub '${Plain.Arn}:live'", "Plain", "surely"),
    ("!Sub '${Plain.Arn}-x'", "Plain", None),
    # Aliases and versions stand for their function.
    ("!Ref Live", "Plain", "surely"),
    ("!Ref Live", "Named", None),
    ("!Ref Either", "Plain", "perhaps"),
    ("!Ref Either", "Named", None),
    # Plain names, literal ARNs, qualified ones, ARNs put together.
    ("orders", "Named", "surely"),
    ("ORDERS", "Named", None),
    ("orders-2", "Named", None),
    ("!Ref Fixed", "Named", "surely"),
    (f"{ARN}:orders", "Named", "surely"),
    (f"{ARN}:orders:live", "Named", "surely"),
    (f"{ARN}:orders-2", "Named", None),
    ("arn:aws:sns:eu-west-1:111122223333:orders", "Named", None),
    ("!Sub 'arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:orders'", "Named", "surely"),
    ("!Sub 'arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:${Named}'", "Named", "surely"),
    ("!Sub 'arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:${Plain}:live'", "Plain", "surely"),
    ("!Sub 'arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:${Plain}'", "Named", None),
    ("!Join [':', [arn, aws, lambda, !Ref 'AWS::Region', !Ref 'AWS::AccountId', function, orders]]", "Named", "surely"),
    # The same unresolved expression on both sides.
    ("!Sub '${Env}-orders'", "Spelled", "surely"),
    ("!Join ['-', [!Ref Env, orders]]", "Spelled", "surely"),
    ("!Ref Spelled", "Spelled", "surely"),
    ("!Ref Name", "Given", "surely"),
    # What may turn out to be the name, and what cannot.
    ("!Sub '${Env}-orders'", "Named", None),
    ("!Sub '${Env}orders'", "Named", "perhaps"),
    ("!Sub '${Env}-payments'", "Spelled", None),
    ("prod-orders", "Spelled", "perhaps"),
    ("prod-payments", "Spelled", None),
    ("orders", "Given", "perhaps"),
    ("!Ref Env", "Named", "perhaps"),
    ("!Ref Env", "Plain", "perhaps"),
    ("!Sub '${Env}-orders'", "Plain", None),
    ("orders", "Plain", None),
    ("orders", "Split", "perhaps"),
    ("orders-test", "Split", "perhaps"),
    ("payments", "Split", None),
    ("!If [IsProd, orders, payments]", "Named", "perhaps"),
    ("!If [IsProd, orders, !Ref Named]", "Named", "surely"),
    ("!If [IsProd, !Ref Live, payments]", "Plain", "perhaps"),
    # What another template's code computes.
    ("!GetAtt Made.Name", "Named", "perhaps"),
    ("!GetAtt Made.Name", "Plain", "perhaps"),
    ("!Ref Made", "Named", None),
]  # fmt: skip


@pytest.mark.parametrize(("value", "function", "expected"), FUNCTION_NAMES)
def test_a_permission_names_a_function(related: Related, value: str, function: str, expected: str | None) -> None:
    assert expected == related(HEAD + PERMISSION % value, "permissions", function).get("It")


@pytest.mark.parametrize(
    ("assumed", "expected"),
    [({"template.yaml#IsProd": True}, "surely"), ({"template.yaml#IsProd": False}, None)],
)
@pytest.mark.parametrize(
    ("value", "function"), [("orders", "Split"), ("!If [IsProd, orders, x]", "Named"), ("!Ref Either", "Plain")]
)
def test_a_condition_settles_it(
    related: Related, value: str, function: str, assumed: dict[str, bool], expected: str | None
) -> None:
    assert expected == related(HEAD + PERMISSION % value, "permissions", function, assumed=assumed).get("It")


@pytest.mark.parametrize(
    ("name", "function", "expected"),
    [
        ("/aws/lambda/orders", "Named", "surely"),
        ("!Sub '/aws/lambda/${Named}'", "Named", "surely"),
        ("!Sub '/aws/lambda/${Plain}'", "Plain", "surely"),
        ("!Sub '/aws/lambda/${Plain}'", "Named", None),
        ("!Join ['', [/aws/lambda/, !Ref Plain]]", "Plain", "surely"),
        ("!Sub '/aws/lambda/${Env}-orders'", "Spelled", "surely"),
        ("!Sub '/aws/lambda/${Env}'", "Named", "perhaps"),
        ("!Sub '/aws/lambda/${Env}'", "Plain", "perhaps"),
        ("!Sub '/aws/ecs/${Env}'", "Plain", None),
        ("orders", "Named", None),
        ("!Ref Named", "Named", None),
        ("!Ref Name", "Named", "perhaps"),
    ],
)
def test_a_template_surrounds_the_name(related: Related, name: str, function: str, expected: str | None) -> None:
    group = f"  It: {{Type: AWS::Logs::LogGroup, Properties: {{LogGroupName: {name}}}}}\n"
    assert expected == related(HEAD + group, "log_group", function).get("It")


QUEUES = """
Parameters:
  Env: {Type: String}
Resources:
  Named: {Type: AWS::SQS::Queue, Properties: {QueueName: orders-dlq}}
  Plain: {Type: AWS::SQS::Queue}
"""


@pytest.mark.parametrize(
    ("value", "queue", "expected"),
    [
        ("!GetAtt Plain.Arn", "Plain", "surely"),
        ("!Ref Plain", "Plain", None),
        ("!GetAtt Plain.QueueName", "Plain", None),
        ("arn:aws:sqs:eu-west-1:111122223333:orders-dlq", "Named", "surely"),
        ("https://sqs.eu-west-1.amazonaws.com/111122223333/orders-dlq", "Named", None),
        ("orders-dlq", "Named", None),
        ("!Ref Env", "Plain", "perhaps"),
    ],
)
def test_an_arn_is_asked_for(related: Related, value: str, queue: str, expected: str | None) -> None:
    function = f"  It: {{Type: AWS::Lambda::Function, Properties: {{DeadLetterConfig: {{TargetArn: {value}}}}}}}\n"
    assert expected == related(QUEUES + function, "dead_letter_sources", queue).get("It")


_URL = "https://sqs.eu-west-1.amazonaws.com/111122223333"


@pytest.mark.parametrize(
    ("value", "queue", "expected"),
    [
        ("!Ref Plain", "Plain", True),
        ("!GetAtt Plain.QueueUrl", "Plain", True),
        ("!GetAtt Plain.Arn", "Plain", False),
        ("!Ref Plain", "Named", False),
        (f"{_URL}/orders-dlq", "Named", True),
        (f"{_URL}/orders", "Named", False),
        ("!Sub 'https://sqs.${AWS::Region}.amazonaws.com/${AWS::AccountId}/orders-dlq'", "Named", True),
        ("!Ref Env", "Plain", "parameter Env has no default"),
    ],
)
def test_a_url_names_a_queue(scan: Callable[..., Graph], value: str, queue: str, expected: Answer) -> None:
    graph = scan(f"{QUEUES}  It: {{Type: 'Custom::It', Properties: {{Url: {value}}}}}\n")
    context = Context(graph, Relations(graph), date(2026, 11, 20))
    resources = {resource.address: resource for resource in graph.resources}
    url = resource_scope(context, resources["It"]).read(("Url",))
    assert expected == names(url, resources[queue], Naming(("url",)), context)


_LONG = ("a", Unknown("?"), "b", Unknown("?"), "c")


@pytest.mark.parametrize(
    ("pieces", "text", "expected"),
    [
        (_LONG, "abc", True),
        (_LONG, "axxbyyc", True),
        (_LONG, "axxyyc", False),
        (_LONG, "axxbyy", False),
        (_LONG, "ac", False),
        (("ab", Unknown("?"), "ba"), "aba", False),
        (("ab", Unknown("?"), "ba"), "abba", True),
        ((Unknown("?"), "-orders"), "orders", False),
        ((Unknown("?"),), "", True),
        (("a",), "ab", False),
    ],
)
def test_what_a_partly_known_text_can_be(pieces: Pieces, text: str, *, expected: bool) -> None:
    assert expected is could_be(pieces, text)
