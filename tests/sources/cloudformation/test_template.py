"""What a template becomes: resources with their spans, attributes, suppressions, loops, macros and stages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from walint.model.graph import Graph
from walint.model.resource import Resource
from walint.model.span import Span
from walint.model.value import Known, Unknown


def _one(graph: Graph, name: str) -> Resource:
    return next(resource for resource in graph.resources if resource.name == name)


def _text(source: str, span: Span | None) -> str:
    """The text at a span."""
    assert span is not None
    lines = source.split("\n")[span.start_line - 1 : span.end_line]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.start_column - 1 :]
    return "\n".join(lines)


SPANS = """\
Resources:
  # a comment
  Fn:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: "größe 😀"   # comment
      TracingConfig:
        Mode: Active

      # about the code
      Code:
        ZipFile: |
          line one

          line two

      Layers:
        - a
        - {b: c}
      Flow: [1, {x: y}]
      Sub: !Sub >-
        folded
        text
      If: !If
        - C
        - 1
        - 2
      Empty:
      Last: plain text here

  Other: {Type: AWS::SQS::Queue}

Conditions: {C: !Equals [!Ref P, x]}
Parameters: {P: {Type: String}}
"""


def test_spans_are_the_text(scan: Callable[..., Graph]) -> None:
    graph = scan(SPANS)
    function = _one(graph, "Fn")
    whole = SPANS[SPANS.index("Fn:") : SPANS.index("\n\n  Other")]
    assert _text(SPANS, function.span) == whole
    assert function.properties.span == function.span
    assert isinstance(function.properties, Known)
    data: Any = function.properties.data
    shown = {name: _text(SPANS, data[name].span) for name in data}
    assert shown == {
        "FunctionName": '"größe 😀"',
        "TracingConfig": "TracingConfig:\n        Mode: Active",
        "Code": "Code:\n        ZipFile: |\n          line one\n\n          line two",
        "Layers": "Layers:\n        - a\n        - {b: c}",
        "Flow": "[1, {x: y}]",
        "Sub": "!Sub >-\n        folded\n        text",
        "If": "If: !If\n        - C\n        - 1\n        - 2",
        "Empty": "",
        "Last": "plain text here",
    }
    assert _text(SPANS, data["TracingConfig"].data["Mode"].span) == "Active"
    assert _text(SPANS, data["Layers"].data[1].span) == "{b: c}"
    assert [_text(SPANS, choice.value.span) for choice in data["If"].choices] == ["1", "2"]
    assert data["Layers"].data[0].span == Span("t.yaml", 18, 11, 18, 12)


def test_spans_of_json(scan: Callable[..., Graph]) -> None:
    source = (
        '{\r\n  "Resources": {\r\n    "Q": {"Type": "AWS::SQS::Queue",\r\n      "Properties": {"DelaySeconds": 5}}}}'
    )
    queue = scan({"t.json": source}).resources[0]
    assert queue.span == Span("t.json", 3, 5, 4, 41)
    assert isinstance(queue.properties, Known)
    data: Any = queue.properties.data
    assert data["DelaySeconds"].span == Span("t.json", 4, 38, 4, 39)


def test_a_resource(scan: Callable[..., Graph], shown: Callable[..., Any]) -> None:
    graph = scan(
        """
Resources:
  Db:
    Type: AWS::RDS::DBInstance
    DeletionPolicy: Retain
    UpdateReplacePolicy: !If [Yes, Snapshot, Delete]
    UpdatePolicy: {CodeDeployLambdaAliasUpdate: {ApplicationName: !Ref App}}
    DependsOn: [App]
    Metadata:
      walint:
        ignore:
          - {rule: rds-multi-az, reason: dev only, until: 2027-01-31}
          - rule: rds-backup-retention
Conditions: {Yes: !Equals [a, a]}
""",
        region="eu-west-1",
        account="123456789012",
    )
    database = _one(graph, "Db")
    assert (database.key, database.type, database.address, database.source, database.unit) == (
        "t.yaml#Db",
        "AWS::RDS::DBInstance",
        "Db",
        "cloudformation",
        "t.yaml",
    )
    assert (database.region, database.account) == ("eu-west-1", "123456789012")
    assert shown(database.properties) == {}
    attributes = {
        name: shown(database.attributes[name]) for name in ("DeletionPolicy", "UpdateReplacePolicy", "DependsOn")
    }
    assert attributes == {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Snapshot", "DependsOn": ["App"]}
    assert shown(database.attributes["UpdatePolicy"]) == {
        "CodeDeployLambdaAliasUpdate": {"ApplicationName": "<ref App.Ref>"}
    }
    assert [(ignore.rule, ignore.reason, ignore.until) for ignore in database.ignores] == [
        ("rds-multi-az", "dev only", "2027-01-31"),
        ("rds-backup-retention", None, None),
    ]
    assert [ignore.span and ignore.span.start_line for ignore in database.ignores] == [12, 13]


def test_settings_give_pseudo_parameters(scan: Callable[..., Graph], shown: Callable[..., Any]) -> None:
    text = "${AWS::Region}/${AWS::AccountId}/${AWS::Partition}/${AWS::URLSuffix}"
    template = f'Resources: {{Q: {{Type: Custom::X, Properties: {{X: !Sub "{text}"}}}}}}'
    graph = scan(template, region="cn-north-1", account="1")
    assert shown(graph.resources[0].properties) == {"X": "cn-north-1/1/aws-cn/amazonaws.com.cn"}
    graph = scan(template, partition="aws-us-gov")
    assert shown(graph.resources[0].properties)["X"].endswith("/aws-us-gov/amazonaws.com")


LOOPS = """
Transform: AWS::LanguageExtensions
Parameters:
  Names: {Type: CommaDelimitedList, Default: "one, t-wo"}
  Open: {Type: CommaDelimitedList}
Mappings: {M: {one: {Days: 1}, t-wo: {Days: 2}}}
Resources:
  Fn::ForEach::Queues:
    - Name
    - !Ref Names
    - Queue&{Name}:
        Type: AWS::SQS::Queue
        Properties:
          QueueName: !Sub "q-${Name}"
          Days: !FindInMap [M, !Ref Name, Days]
          Plain: "x-${Name}"
          Fn::ForEach::Tags:
            - Key
            - [A, B]
            - Tag${Key}: !Join ["-", [!Ref Key, !Ref Name]]
          Dead: !GetAtt
            - !Sub Queue${Name}
            - Arn
  Fn::ForEach::Outer:
    - X
    - [a, b]
    - Fn::ForEach::Inner:
        - Y
        - [c, d]
        - Topic${X}${Y}: {Type: AWS::SNS::Topic}
  Fn::ForEach::Unknown:
    - Z
    - !Ref Open
    - Bucket${Z}: {Type: AWS::S3::Bucket}
Outputs:
  Fn::ForEach::Out:
    - Name
    - [one]
    - Out${Name}: {Value: !Ref "Queue${Name}"}
"""


def test_loops(scan: Callable[..., Graph], shown: Callable[..., Any]) -> None:
    graph = scan(LOOPS)
    assert [resource.name for resource in graph.resources] == [
        "Queueone", "Queuetwo", "Topicac", "Topicad", "Topicbc", "Topicbd", "Outone",
    ]  # fmt: skip
    assert shown(_one(graph, "Queuetwo").properties) == {
        "QueueName": "q-t-wo",
        "Days": 2,
        "Plain": "x-t-wo",
        "TagA": "A-t-wo",
        "TagB": "B-t-wo",
        "Dead": "<ref Queuet-wo.Arn>",
    }
    assert shown(_one(graph, "Outone").properties) == {"Value": "<ref Queueone.Ref>"}
    assert [unseen.reason for unseen in graph.unseen] == ["parameter Open has no default"]


@pytest.mark.parametrize(
    ("transform", "judged"),
    [
        ("AWS::LanguageExtensions", True),
        ("AWS::CodeDeployBlueGreen", True),
        ("AWS::SecretsManager-2020-07-23", True),
        ("[AWS::LanguageExtensions, AWS::CodeDeployBlueGreen]", True),
        ("MyMacro", False),
        ("[AWS::LanguageExtensions, MyMacro]", False),
        ("{Name: MyMacro, Parameters: {A: b}}", False),
    ],
)
def test_macros(scan: Callable[..., Graph], transform: str, judged: bool) -> None:  # noqa: FBT001
    graph = scan(f"Transform: {transform}\nResources: {{Q: {{Type: AWS::SQS::Queue}}}}\n")
    reason = "the macro MyMacro may write anything"
    assert isinstance(graph.resources[0].properties, Known if judged else Unknown)
    assert [unseen.reason for unseen in graph.unseen] == ([] if judged else [reason])


def test_includes_leave_the_rest_open(scan: Callable[..., Graph]) -> None:
    graph = scan("""
Resources:
  Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://x/y}}
  Q:
    Type: AWS::SQS::Queue
    Properties:
      Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://x/y}}
      DelaySeconds: 1
""")
    properties = graph.resources[0].properties
    assert isinstance(properties, Known)
    assert properties.rest is not None
    assert properties.rest.reason == "AWS::Include adds what another file holds"
    assert [unseen.reason for unseen in graph.unseen] == ["AWS::Include adds what another file holds"]


def test_a_module_is_unseen(scan: Callable[..., Graph]) -> None:
    graph = scan("AWSTemplateFormatVersion: x\nResources: {M: {Type: My::Own::Thing::MODULE}}")
    assert [unseen.reason for unseen in graph.unseen] == ["the module My::Own::Thing::MODULE may hold any resource"]


STAGE = """
Resources:
  Api: {Type: AWS::ApiGateway::RestApi}
  Deploy:
    Type: AWS::ApiGateway::Deployment
    Properties:
      RestApiId: !Ref Api
      StageName: prod
      StageDescription:
        TracingEnabled: true
        LoggingLevel: ERROR
        MethodSettings: [{ResourcePath: /a, HttpMethod: GET}]
"""


def test_a_deployment_creates_its_stage(scan: Callable[..., Graph], shown: Callable[..., Any]) -> None:
    graph = scan(STAGE)
    (stage,) = graph.of_type("AWS::ApiGateway::Stage")
    assert (stage.key, stage.address, stage.name, stage.generated) == (
        "t.yaml#Deploy.Stage",
        "Deploy.Stage",
        "Deploy",
        True,
    )
    assert shown(stage.properties) == {
        "DeploymentId": "<ref Deploy.Ref>",
        "RestApiId": "<ref Api.Ref>",
        "StageName": "prod",
        "TracingEnabled": True,
        "MethodSettings": [
            {"ResourcePath": "/*", "HttpMethod": "*", "LoggingLevel": "ERROR"},
            {"ResourcePath": "/a", "HttpMethod": "GET"},
        ],
    }
    assert isinstance(stage.properties, Known)
    data: Any = stage.properties.data
    assert data["TracingEnabled"].span == Span("t.yaml", 10, 25, 10, 29)
    assert stage.spoken("AccessLogSetting.Format") == "StageDescription.AccessLogSetting.Format"


@pytest.mark.parametrize(
    ("more", "stages"),
    [
        ("  S: {Type: AWS::ApiGateway::Stage, Properties: {RestApiId: !Ref Api, StageName: prod}}\n", ["S"]),
        ("  S: {Type: AWS::ApiGateway::Stage, Properties: {RestApiId: !Ref Api, StageName: dev}}\n", ["S", "Deploy"]),
        ("  S: {Type: AWS::ApiGateway::Deployment, Properties: {RestApiId: !Ref Api}}\n", ["Deploy"]),
    ],
)
def test_a_stage_that_is_declared_is_not_made_again(scan: Callable[..., Graph], more: str, stages: list[str]) -> None:
    graph = scan(STAGE + more)
    assert [stage.name for stage in graph.of_type("AWS::ApiGateway::Stage")] == stages


def test_nothing_is_resolved_before_it_is_asked_for(
    scan: Callable[..., Graph], monkeypatch: pytest.MonkeyPatch
) -> None:
    from walint.sources.cloudformation import functions

    called: list[str] = []
    original = functions.FUNCTIONS["Fn::Sub"]
    monkeypatch.setitem(functions.FUNCTIONS, "Fn::Sub", lambda *given: called.append("Sub") or original(*given))
    graph = scan("Resources: {Q: {Type: AWS::SQS::Queue, Properties: {A: !Sub x, B: !Sub y}}}")
    properties: Any = graph.resources[0].properties
    assert called == []
    first = properties.data["A"]
    assert called == ["Sub"]
    assert properties.data["A"] is first
    assert called == ["Sub"]
