"""Every intrinsic function, in both spellings, on known, unknown, referring and alternative arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from walint.model.graph import Graph
from walint.model.value import Known, Reference, Text, Unknown

TEMPLATE = """
Parameters:
  Name: {Type: String, Default: shop}
  Open: {Type: String}
  Env: {Type: String, AllowedValues: [dev, prod]}
  Ports: {Type: CommaDelimitedList, Default: "80, 443"}
  Count: {Type: Number, Default: "3"}
  Secret: {Type: String, Default: hunter2, NoEcho: true}
  Ami: {Type: "AWS::SSM::Parameter::Value<String>", Default: /ami}
Mappings:
  Sizes:
    dev: {size: 1, same: x}
    prod: {size: 2, same: x}
Conditions:
  Yes: !Equals [a, a]
  No: !Equals [a, b]
  IsProd: !Equals [!Ref Env, prod]
  IsOpen: !Equals [!Ref Open, "1"]
Resources:
  Queue:
    Type: AWS::SQS::Queue
  Thing:
    Type: Custom::Thing
    Properties:
      X: EXPRESSION
"""

OPEN = "<unknown: parameter Open has no default>"


@pytest.fixture
def value(scan: Callable[..., Graph]) -> Callable[[str], Any]:
    def resolved(expression: str) -> Any:
        graph = scan(TEMPLATE.replace("EXPRESSION", expression))
        assert [problem.message for problem in graph.problems] == []
        properties = next(r for r in graph.resources if r.name == "Thing").properties
        assert isinstance(properties, Known)
        return properties.data["X"]  # type: ignore[index, call-overload]

    return resolved


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        # scalars as YAML 1.1 reads them
        ("7", 7),
        ('"7"', "7"),
        ("0x1F", "0x1F"),
        ("0123", "0123"),
        ("1_000", 1000),
        ("1.50", 1.5),
        ("1e3", 1000.0),
        ("yes", True),
        ("'yes'", "yes"),
        ("Off", False),
        ("2012-10-17", "2012-10-17"),
        ("12:30:45", "12:30:45"),
        ("~", None),
        ("", None),
        ("!!str 5", "5"),
        ("[1, a, {b: c}]", [1, "a", {"b": "c"}]),
        # Ref
        ("!Ref Name", "shop"),
        ("{Ref: Name}", "shop"),
        ("!Ref Count", 3),
        ("!Ref Ports", ["80", "443"]),
        ("!Ref Open", OPEN),
        ("!Ref Secret", "<unknown: parameter Secret is NoEcho>"),
        ("!Ref Ami", "<unknown: parameter Ami is read from the SSM Parameter Store at deployment>"),
        ("!Ref Env", {"Env=dev": "dev", "Env=prod": "prod"}),
        ("!Ref Queue", "<ref Queue.Ref>"),
        ("!Ref Nowhere", "<ref Nowhere.Ref>"),
        ("!Ref AWS::Region", "<unknown: AWS::Region is known at deployment>"),
        ("!Ref AWS::NoValue", "<absent>"),
        # GetAtt
        ("!GetAtt Queue.Arn", "<ref Queue.Arn>"),
        ("!GetAtt [Queue, Arn]", "<ref Queue.Arn>"),
        ("{'Fn::GetAtt': [Queue, Arn]}", "<ref Queue.Arn>"),
        ("{'Fn::GetAtt': Queue.Arn}", "<ref Queue.Arn>"),
        ("!GetAtt Queue.Deep.Name", "<ref Queue.Deep.Name>"),
        ("!GetAtt Queue", "<unknown: Fn::GetAtt is not written as CloudFormation expects>"),
        # Sub
        ("!Sub a-${Name}-b", "a-shop-b"),
        ("!Sub '${Name}'", "shop"),
        ("!Sub '${!Literal}'", "${Literal}"),
        ("!Sub '${Queue.Arn}'", "<ref Queue.Arn>"),
        ("!Sub 'x/${Queue}/${Open}'", f"x/<ref Queue.Ref>/{OPEN}"),
        ("!Sub ['${A}-${Name}', {A: !Ref Count}]", "3-shop"),
        ("{'Fn::Sub': ['${A}', {A: {Ref: Name}}]}", "shop"),
        ("!Sub '${Env}-x'", {"Env=dev": "dev-x", "Env=prod": "prod-x"}),
        ("!Sub 'p:${Ports}'", "p:80,443"),
        ("!Sub no placeholder", "no placeholder"),
        # Join
        ("!Join ['-', [a, !Ref Name, 3, true]]", "a-shop-3-true"),
        ("!Join ['', []]", ""),
        ("!Join [',', !Ref Ports]", "80,443"),
        ("!Join ['/', [x, !Ref AWS::NoValue, y]]", "x/y"),
        ("!Join ['/', [x, !Ref Queue]]", "x/<ref Queue.Ref>"),
        ("!Join ['-', [!Ref Env, !If [IsProd, p, d]]]", {"Env=dev": "dev-d", "Env=prod": "prod-p"}),
        ("!Join ['/', !Ref Open]", OPEN),
        # Select, Split
        ("!Select [1, [a, b, c]]", "b"),
        ("!Select ['0', !Split ['/', a/b]]", "a"),
        ("!Select [5, [a]]", "<unknown: Fn::Select asks for item 5 of a list of 1>"),
        ("!Select [0, !Ref Ports]", "80"),
        ("!Select [0, !Split [',', !Ref Open]]", OPEN),
        ("!Split [',', 'a,b']", ["a", "b"]),
        ("!Split [':', !GetAtt Queue.Arn]", "<unknown: Arn of Queue is known after deployment>"),
        # If
        ("!If [Yes, 1, 2]", 1),
        ("!If [No, 1, 2]", 2),
        ("{'Fn::If': [No, 1, {Ref: 'AWS::NoValue'}]}", "<absent>"),
        ("!If [IsProd, 30, 7]", {"Env=dev": 7, "Env=prod": 30}),
        ("!If [IsOpen, 30, 7]", {"IsOpen=True": 30, "IsOpen=False": 7}),
        ("[a, !If [No, b, !Ref AWS::NoValue]]", ["a"]),
        ("[a, !If [IsOpen, b, !Ref AWS::NoValue]]", ["a", {"IsOpen=True": "b", "IsOpen=False": "<absent>"}]),
        # FindInMap
        ("!FindInMap [Sizes, prod, size]", 2),
        ("!FindInMap [Sizes, !Ref Env, size]", {"Env=dev": 1, "Env=prod": 2}),
        ("!FindInMap [Sizes, !Ref Open, size]", {"Open=dev": 1, "Open=prod": 2}),
        ("!FindInMap [Sizes, !Ref Open, same]", "x"),
        ("!FindInMap [Sizes, nope, size]", "<unknown: the mapping has no entry nope>"),
        ("!FindInMap [Sizes, nope, size, {DefaultValue: 9}]", 9),
        ("!FindInMap [Sizes, prod, nope, {DefaultValue: 9}]", 9),
        ("!FindInMap [Sizes, !Ref Open, size, {DefaultValue: 9}]", OPEN),
        ("!FindInMap [Nope, a, b]", "<unknown: the mapping Nope is not declared>"),
        # the rest
        ("!ImportValue other", "<unknown: Fn::ImportValue other is exported by no template of this scan>"),
        ("!Base64 hi", "aGk="),
        ("{'Fn::Base64': {'Fn::Sub': '${Name}'}}", "c2hvcA=="),
        ("!Base64 {Ref: Open}", OPEN),
        ("!Cidr [10.0.0.0/16, 3, 8]", ["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"]),
        ("!Cidr ['2001:db8::/56', 2, 64]", ["2001:db8::/64", "2001:db8:0:1::/64"]),
        ("!Cidr [nonsense, 3, 8]", "<unknown: Fn::Cidr is not written as CloudFormation expects>"),
        ("!GetAZs ''", "<unknown: the availability zones of a region are known at deployment>"),
        ("!Length [a, b]", 2),
        ("{'Fn::Length': {Ref: Ports}}", 2),
        ("!Length {Ref: Open}", OPEN),
        ("!ToJsonString {a: [1, 'x\"y', true]}", '{"a":[1,"x\\"y",true]}'),
        ("!ToJsonString {a: !Ref Queue}", '{"a":"<ref Queue.Ref>"}'),
        ("!ToJsonString {a: !If [IsOpen, 1, 2]}", "<unknown: Fn::ToJsonString cannot be resolved here>"),
        ("!Equals [!Ref Name, shop]", True),
        ("!Not [!Equals [!Ref Env, prod]]", {"Env=dev": True, "Env=prod": False}),
        ("{'Fn::Transform': {Name: 'AWS::Include'}}", {"...": "AWS::Include adds what another file holds"}),
        ("{a: 1, 'Fn::Transform': {Name: Mine}}", "<unknown: the macro Mine may write anything here>"),
        ("!Rain::Embed file", "<unknown: the tag !Rain::Embed is none of CloudFormation's>"),
        # dynamic references
        ("'{{resolve:ssm:/a:1}}'", "<unknown: a dynamic reference to ssm is read at deployment>"),
        ("'x-{{resolve:ssm:/a}}-y'", "x-<unknown: a dynamic reference to ssm is read at deployment>-y"),
        (
            "!Sub '{{resolve:secretsmanager:${Open}}}'",
            OPEN.replace(
                "parameter Open has no default", "a dynamic reference to secretsmanager is read at deployment"
            ),
        ),
        # what is not written as it should be
        ("!Select [1]", "<unknown: Fn::Select is not written as CloudFormation expects>"),
        ("!Join x", "<unknown: Fn::Join is not written as CloudFormation expects>"),
        ("!If [Yes]", "<unknown: Fn::If is not written as CloudFormation expects>"),
        ("!Sub [x, y]", "<unknown: Fn::Sub is not written as CloudFormation expects>"),
        ("{Ref: [a]}", "<unknown: Ref is not written as CloudFormation expects>"),
    ],
)
def test_value(value: Callable[[str], Any], shown: Callable[[Any], Any], expression: str, expected: object) -> None:
    result = shown(value(expression))
    assert result == expected
    assert type(result) is type(expected)


def test_a_value_stands_where_it_is_used(value: Callable[[str], Any]) -> None:
    found = value("!Ref Name")
    assert (found.span.start_line, found.span.start_column) == (25, 10)


def test_equal_unknowns_have_equal_symbols(value: Callable[[str], Any]) -> None:
    first, second, other = value(
        "[!Select [0, !Split ['/', !Ref Open]], {'Fn::Select': [0, {'Fn::Split': ['/', {Ref: Open}]}]}, !Ref Open]"
    ).data
    assert first.symbol == second.symbol != other.symbol
    assert other == Unknown("parameter Open has no default", other.span, "t.yaml#Open", surely_set=True)


def test_text_keeps_its_pieces(value: Callable[[str], Any]) -> None:
    found = value("!Sub 'a${!b}/${Queue.Arn}:${Name}-x'")
    assert isinstance(found, Text)
    reference = found.pieces[1]
    assert isinstance(reference, Reference)
    assert found.pieces == ("a${b}/", reference, ":shop-x")
    assert reference.target == "t.yaml#Queue"


def test_no_secret_is_shown(value: Callable[[str], Any]) -> None:
    for expression in ("!Ref Secret", "!Sub 'x-${Secret}'", "!Base64 {Ref: Secret}", "'{{resolve:secretsmanager:pw}}'"):
        assert "hunter2" not in repr(value(expression))
        assert ":pw" not in repr(value(expression))


BALANCER = """
Resources:
  LB: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer}
  TG: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
  L: {Type: AWS::ElasticLoadBalancingV2::Listener, Properties: {LoadBalancerArn: !Ref LB}}
  Q: {Type: AWS::SQS::Queue}
  F: {Type: AWS::Lambda::Function}
  Thing: {Type: Custom::Thing, Properties: {X: EXPRESSION}}
"""


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (
            (
                "!Join ['', [!Select [1, !Split [/, !Ref L]], /, !Select [2, !Split [/, !Ref L]], /, "
                "!Select [3, !Split [/, !Ref L]]]]"
            ),
            "<ref LB.LoadBalancerFullName>",
        ),
        (
            (
                "!Sub ['x ${A}/${B}/${C}', {A: !Select [1, !Split [/, !Ref LB]], B: !Select [2, !Split [/, !Ref LB]], "
                "C: !Select [3, !Split [/, !Ref LB]]}]"
            ),
            "x <ref LB.LoadBalancerFullName>",
        ),
        ("!Select [1, !Split ['loadbalancer/', !Ref LB]]", "<ref LB.LoadBalancerFullName>"),
        ("!Select [5, !Split [':', !Ref TG]]", "<ref TG.TargetGroupFullName>"),
        ("!Select [5, {'Fn::Split': [':', {'Fn::GetAtt': [Q, Arn]}]}]", "<ref Q.QueueName>"),
        ("!Select [6, !Split [':', !GetAtt F.Arn]]", "<ref F.Ref>"),
        ("!Select [2, !Split [/, !Ref L]]", "<unknown: the name of LB is known after deployment>"),
        ("!Select [3, !Split [':', !GetAtt Q.Arn]]", "<unknown: Arn of Q is known after deployment>"),
        (
            "!Join ['/', [!Select [1, !Split [/, !Ref LB]], !Select [3, !Split [/, !Ref LB]]]]",
            "<unknown: the name of LB is known after deployment>/<unknown: the name of LB is known after deployment>",
        ),
    ],
)
def test_part_of_an_arn(
    scan: Callable[..., Graph], shown: Callable[[Any], Any], expression: str, expected: str
) -> None:
    graph = scan(BALANCER.replace("EXPRESSION", expression))
    assert shown(next(r for r in graph.resources if r.name == "Thing").properties) == {"X": expected}


def test_doubling_text_is_given_up(value: Callable[[str], Any]) -> None:
    expression = "x" * 50
    for _ in range(30):
        expression = f"!Sub ['${{A}}${{A}}', {{A: {expression}}}]"
    assert len(repr(value(expression))) < 1_000_000


def test_functions_nested_deeper_than_any_real_template_are_given_up(value: Callable[[str], Any]) -> None:
    expression = "!Ref Name"
    for _ in range(60):
        expression = f"!Join ['', [{expression}]]"
    assert isinstance(value(expression), Unknown)
