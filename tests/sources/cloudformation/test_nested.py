"""Nested stacks: parameters in, outputs out, cycles, and what cannot be followed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from walint.model.graph import Graph

PARENT = """
Parameters: {Env: {Type: String}}
Conditions: {IsProd: !Equals [!Ref Env, prod]}
Resources:
  Fn:
    Type: AWS::Lambda::Function
    Properties: {Runtime: !GetAtt Nested.Outputs.Chosen, Role: !Sub "${Nested.Outputs.Alarm}"}
  Nested:
    Type: AWS::CloudFormation::Stack
    Condition: IsProd
    Properties:
      TemplateURL: ./child.yaml
      Parameters:
        Function: !Ref Fn
        Stage: !Ref Env
        Days: "30"
"""
CHILD = """
Parameters:
  Function: {Type: String}
  Stage: {Type: String, Default: dev}
  Days: {Type: Number, Default: 7}
  Free: {Type: String}
Conditions: {Prod: !Equals [!Ref Stage, prod]}
Resources:
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Dimensions: [{Name: FunctionName, Value: !Ref Function}]
      Period: !Ref Days
      Free: !Ref Free
      Same: !If [Prod, 1, 2]
      Here: !Ref Alarm
Outputs:
  Chosen: {Value: python3.12}
  Alarm: {Value: !GetAtt Alarm.Arn}
"""


def _one(graph: Graph, name: str) -> Any:
    return next(resource for resource in graph.resources if resource.name == name)


def test_values_flow_both_ways(scan: Callable[..., Graph], shown: Callable[..., Any]) -> None:
    graph = scan({"app/parent.yaml": PARENT, "app/child.yaml": CHILD})
    alarm = _one(graph, "Alarm")
    assert (alarm.key, alarm.unit, alarm.address) == (
        "app/parent.yaml/Nested#Alarm",
        "app/parent.yaml/Nested",
        "Nested/Alarm",
    )
    assert alarm.span.path == "app/child.yaml"
    assert shown(alarm.properties) == {
        "Dimensions": [{"Name": "FunctionName", "Value": "<ref Fn.Ref>"}],
        "Period": 30,
        "Free": "<unknown: parameter Free has no default>",
        "Same": {"IsProd=True": 1, "IsProd=False": 2},
        "Here": "<ref Alarm.Ref>",
    }
    function = alarm.properties.data["Dimensions"].data[0].data["Value"]
    assert function.target == "app/parent.yaml#Fn"
    assert shown(_one(graph, "Fn").properties) == {"Runtime": "python3.12", "Role": "<ref Alarm.Arn>"}
    assert shown(alarm.presence) == {"IsProd=True": True, "IsProd=False": False}
    assert graph.unseen == []
    assert graph.problems == []


def test_a_called_template_is_not_judged_on_its_own(scan: Callable[..., Graph]) -> None:
    graph = scan({"parent.yaml": PARENT, "child.yaml": CHILD})
    assert [resource.unit for resource in graph.of_type("AWS::CloudWatch::Alarm")] == ["parent.yaml/Nested"]
    assert sorted(graph.files) == ["child.yaml", "parent.yaml"]


def test_a_child_that_is_named_alone_is_a_root(scan: Callable[..., Graph]) -> None:
    graph = scan({"parent.yaml": PARENT, "child.yaml": CHILD}, ["child.yaml"])
    assert [resource.unit for resource in graph.of_type("AWS::CloudWatch::Alarm")] == ["child.yaml"]


def test_a_parent_that_is_named_alone_finds_its_child(scan: Callable[..., Graph]) -> None:
    graph = scan({"parent.yaml": PARENT, "child.yaml": CHILD}, ["parent.yaml"])
    assert [resource.unit for resource in graph.of_type("AWS::CloudWatch::Alarm")] == ["parent.yaml/Nested"]


def test_used_twice(scan: Callable[..., Graph]) -> None:
    graph = scan(
        {
            "p.yaml": """
Resources:
  One: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: c.yaml}}
  Two: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: c.yaml}}
""",
            "c.yaml": "Resources: {Q: {Type: AWS::SQS::Queue}}",
        }
    )
    assert [resource.address for resource in graph.of_type("AWS::SQS::Queue")] == ["One/Q", "Two/Q"]


def test_a_remote_template_is_unseen(scan: Callable[..., Graph]) -> None:
    graph = scan(PARENT.replace("./child.yaml", "https://bucket.s3.amazonaws.com/x.yaml"))
    assert [(unseen.reason, unseen.unit, unseen.names) for unseen in graph.unseen] == [
        (
            "the nested stack Nested is not on disk (https://bucket.s3.amazonaws.com/x.yaml)",
            "t.yaml",
            frozenset({"t.yaml#Fn"}),
        )
    ]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"a.yaml": "a.yaml"}, "the nested stack N contains itself"),
        ({"a.yaml": "b.yaml", "b.yaml": "a.yaml"}, "the nested stack N contains itself"),
        ({"a.yaml": "../b.yaml"}, "the template of the nested stack N lies outside the folder that is checked"),
    ],
)
def test_what_is_not_followed(scan: Callable[..., Graph], files: dict[str, str], message: str) -> None:
    templates = {
        name: f"Resources:\n  N:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: {target}\n"
        for name, target in files.items()
    }
    graph = scan(templates)
    assert [
        (problem.level, problem.message, problem.span and problem.span.start_line) for problem in graph.problems
    ] == [("error", message, 5)]
    assert [unseen.reason for unseen in graph.unseen] == [message]


def test_no_wider_check_would_find_what_lies_outside_of_the_repository(
    scan: Callable[..., Graph], tmp_path: Path
) -> None:
    (tmp_path / ".git").mkdir()
    graph = scan("Resources: {N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ../shared/dlq.yaml}}}")
    message = "the template of the nested stack N lies outside the repository (../shared/dlq.yaml)"
    assert [(problem.level, problem.message) for problem in graph.problems] == [("note", message)]
    assert [unseen.reason for unseen in graph.unseen] == [message]


def test_a_link_out_of_the_root_is_not_followed(scan: Callable[..., Graph], tmp_path: Path) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-outside.yaml"
    outside.write_text("Resources: {Q: {Type: AWS::SQS::Queue}}")
    (tmp_path / "c.yaml").symlink_to(outside)
    graph = scan("Resources: {N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: c.yaml}}}")
    assert [problem.message for problem in graph.problems] == [
        "the template of the nested stack N lies outside the folder that is checked"
    ]
    assert graph.of_type("AWS::SQS::Queue") == ()


def test_an_output_that_feeds_its_own_parameter_ends(scan: Callable[..., Graph], shown: Callable[..., Any]) -> None:
    graph = scan(
        {
            "p.yaml": """
Resources:
  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: c.yaml, Parameters: {A: !GetAtt N.Outputs.O}}}
  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !GetAtt N.Outputs.O}}
""",
            "c.yaml": "Parameters: {A: {Type: String}}\n"
            "Resources: {T: {Type: AWS::SNS::Topic}}\nOutputs: {O: {Value: !Ref A}}\n",
        }
    )
    assert shown(_one(graph, "Q").properties)["QueueName"].startswith("<unknown: ")


def test_imports_are_found_in_other_templates(scan: Callable[..., Graph], shown: Callable[..., Any]) -> None:
    graph = scan(
        {
            "network.yaml": """
Resources: {Vpc: {Type: AWS::EC2::VPC}, T: {Type: AWS::SNS::Topic}}
Outputs:
  Vpc: {Value: !Ref Vpc, Export: {Name: net-vpc}}
  Topic: {Value: !Ref T, Export: {Name: !Sub "${AWS::StackName}-topic"}}
  Loop: {Value: !ImportValue loop, Export: {Name: loop}}
""",
            "app.yaml": """
Resources:
  Q:
    Type: Custom::X
    Properties:
      A: !ImportValue net-vpc
      B: {"Fn::ImportValue": !Sub "net-${X}"}
      C: !ImportValue nowhere
      D: !ImportValue loop
Parameters: {X: {Type: String, Default: vpc}}
""",
        }
    )
    assert shown(_one(graph, "Q").properties) == {
        "A": "<ref Vpc.Ref>",
        "B": "<ref Vpc.Ref>",
        "C": "<unknown: Fn::ImportValue nowhere is exported by no template of this scan>",
        "D": "<unknown: Fn::ImportValue loop is exported by no template of this scan>",
    }
