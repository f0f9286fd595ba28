"""Where parameter values come from: settings, parameter files, samconfig.toml, the CDK's manifest."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from walint.model.graph import Graph
from walint.sources.cloudformation.parameter_files import ParameterFileError, read_parameters

TEMPLATE = """
Parameters:
  Days: {Type: Number, Default: 1}
  Name: {Type: String}
Resources:
  Q:
    Type: Custom::X
    Properties: {Days: !Ref Days, Name: !Ref Name, Stack: !Ref AWS::StackName, Region: !Ref AWS::Region}
"""
OPEN = {
    "Days": 1,
    "Name": "<unknown: parameter Name has no default>",
    "Stack": "<unknown: AWS::StackName is known at deployment>",
    "Region": "<unknown: AWS::Region is known at deployment>",
}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('[{"ParameterKey": "A", "ParameterValue": "1"}, {"ParameterKey": "B", "UsePreviousValue": true}]', {"A": "1"}),
        ('{"Parameters": {"A": "1", "B": "x, y"}, "Tags": {"T": "t"}}', {"A": "1", "B": "x, y"}),
        ('{"A": "1", "B": 2, "C": ["x", "y"]}', {"A": "1", "B": "2", "C": "x,y"}),
        ('["A=1", "B=x=y"]', {"A": "1", "B": "x=y"}),
        ('{"Stack": {"A": "1"}, "B": "2"}', {"Stack:A": "1", "B": "2"}),
        ('{"Stack:A": "1"}', {"Stack:A": "1"}),
        ("A: 1\nB: yes\n", {"A": "1", "B": "yes"}),
    ],
)
def test_parameter_files(write: Callable[..., Path], content: str, expected: dict[str, str]) -> None:
    assert read_parameters(write({"p.json": content}) / "p.json") == expected


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "not valid JSON: "),
        ("text", "holds no parameters"),
        ("", "holds no parameters"),
        ('[{"Key": "A"}]', "an item of the list names no ParameterKey"),
        ('{"A": [{"b": 1}]}', "the value of A is neither text nor a list of texts"),
        ("[" * 5000, "nested more than 200 levels deep"),
        ("x" * 2_000_000, "is longer than 1,048,576 bytes"),
    ],
)
def test_a_parameter_file_that_cannot_be_understood(write: Callable[..., Path], content: str, message: str) -> None:
    with pytest.raises(ParameterFileError) as raised:
        read_parameters(write({"p.json": content}) / "p.json")
    assert raised.value.message.startswith(message)
    assert raised.value.help


def test_a_parameter_file_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ParameterFileError, match="cannot be read: No such file or directory"):
        read_parameters(tmp_path / "nope.json")


def test_precedence(scan: Callable[..., Graph], write: Callable[..., Path], shown: Callable[..., Any]) -> None:
    root = write({"one.json": '{"Days": "2", "Name": "file"}', "two.json": '{"Name": "later"}'})
    files = (root / "one.json", root / "two.json")
    graph = scan({"template.yaml": TEMPLATE}, ["template.yaml"], parameter_files=files, parameters={"Days": "3"})
    assert shown(graph.resources[0].properties) | {"Days": 3, "Name": "later"} == shown(graph.resources[0].properties)


@pytest.mark.parametrize(
    ("config", "template", "settings", "expected"),
    [
        (
            (
                '[default.deploy.parameters]\nparameter_overrides = "Days=7 Name=\\"a b\\""\n'
                'stack_name = "shop"\nregion = "eu-west-1"\n'
            ),
            "template.yaml",
            {},
            {"Days": 7, "Name": "a b", "Stack": "shop", "Region": "eu-west-1"},
        ),
        (
            '[default.deploy.parameters]\nparameter_overrides = ["Days=7", "Name=a b"]\n',
            "template.yml",
            {},
            OPEN | {"Days": 7, "Name": "a b"},
        ),
        (
            (
                "[default.global.parameters]\n"
                'parameter_overrides = "ParameterKey=Days,ParameterValue=7 ParameterKey=Name,ParameterValue=x"\n'
            ),
            "template.yaml",
            {},
            OPEN | {"Days": 7, "Name": "x"},
        ),
        (
            (
                '[prod.deploy.parameters]\nparameter_overrides = "Days=9"\n'
                '[default.deploy.parameters]\nparameter_overrides = "Days=7"\n'
            ),
            "template.yaml",
            {"sam_config_env": "prod"},
            OPEN | {"Days": 9},
        ),
        ('[default.deploy.parameters]\nparameter_overrides = "Days=7"\n', "other.yaml", {}, OPEN),
        (
            '[default.deploy.parameters]\ntemplate_file = "other.yaml"\nparameter_overrides = "Days=7"\n',
            "other.yaml",
            {},
            OPEN | {"Days": 7},
        ),
        (
            '[default.deploy.parameters]\ntemplate_file = "other.yaml"\nparameter_overrides = "Days=7"\n',
            "template.yaml",
            {},
            OPEN,
        ),
        (
            '[default.deploy.parameters]\nparameter_overrides = "Days=7"\n',
            "template.yaml",
            {"parameters": {"Days": "8"}},
            OPEN | {"Days": 8},
        ),
        ("version = 0.1\n[default]\ndeploy = 3\n", "template.yaml", {}, OPEN),
    ],
)
def test_samconfig(
    scan: Callable[..., Graph],
    shown: Callable[..., Any],
    config: str,
    template: str,
    settings: dict[str, Any],
    expected: dict[str, Any],
) -> None:
    graph = scan({template: TEMPLATE, "samconfig.toml": config}, **settings)
    assert graph.problems == []
    assert shown(graph.resources[0].properties) == expected


def test_a_broken_samconfig_is_one_error(scan: Callable[..., Graph]) -> None:
    graph = scan({"template.yaml": TEMPLATE, "b.yaml": TEMPLATE, "samconfig.toml": "= nope"})
    assert [(problem.level, problem.path) for problem in graph.problems] == [("error", "samconfig.toml")]
    assert len(graph.resources) == 2


def _manifest(*stacks: dict[str, Any], nested: tuple[str, ...] = ()) -> str:
    artifacts: dict[str, Any] = {f"Stack{index}": stack for index, stack in enumerate(stacks)}
    for name in nested:
        artifacts[name] = {"type": "cdk:cloud-assembly", "properties": {"directoryName": name}}
    artifacts["Tree"] = {"type": "cdk:tree", "properties": {"file": "tree.json"}}
    return json.dumps({"version": "36.0.0", "artifacts": artifacts})


def _stack(file: str, environment: str = "aws://unknown-account/unknown-region", **properties: Any) -> dict[str, Any]:
    return {
        "type": "aws:cloudformation:stack",
        "environment": environment,
        "properties": {"templateFile": file, **properties},
    }


def _template(**resources: Any) -> str:
    return json.dumps({"Resources": resources})


def test_a_cloud_assembly(scan: Callable[..., Graph], shown: Callable[..., Any]) -> None:
    function = {
        "Type": "AWS::Lambda::Function",
        "Metadata": {"aws:cdk:path": "App/Fn/Resource", "aws:asset:path": "asset.abc"},
    }
    parent = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": {"Fn::Join": ["", ["https://s3/", {"Ref": "AWS::Region"}, "/abc.json"]]}},
        "Metadata": {
            "aws:cdk:path": "App/N.NestedStack/N.NestedStackResource",
            "aws:asset:path": "AppN.nested.template.json",
        },
    }
    place = {
        "Type": "Custom::X",
        "Properties": {"R": {"Ref": "AWS::Region"}, "S": {"Ref": "AWS::StackName"}, "P": {"Ref": "P"}},
    }
    files = {
        ".gitignore": "cdk.out\n",
        "cdk.out/manifest.json": _manifest(
            _stack("App.template.json", "aws://123456789012/eu-west-1", stackName="app", parameters={"P": "given"}),
            nested=("assembly-Prod",),
        ),
        "cdk.out/App.template.json": json.dumps(
            {"Resources": {"Fn": function, "N": parent, "Place": place}, "Parameters": {"P": {"Type": "String"}}}
        ),
        "cdk.out/AppN.nested.template.json": _template(Q={"Type": "AWS::SQS::Queue"}),
        "cdk.out/Stale.template.json": _template(Old={"Type": "AWS::SQS::Queue"}),
        "cdk.out/asset.abc/template.yaml": "Resources: {Asset: {Type: AWS::SQS::Queue}}",
        "cdk.out/assembly-Prod/manifest.json": _manifest(_stack("Prod.template.json")),
        "cdk.out/assembly-Prod/Prod.template.json": _template(T={"Type": "AWS::SNS::Topic"}),
    }
    graph = scan(files)
    assert graph.problems == []
    assert sorted((resource.address, resource.span and resource.span.path) for resource in graph.resources) == [
        ("Fn", "cdk.out/App.template.json"),
        ("N", "cdk.out/App.template.json"),
        ("N/Q", "cdk.out/AppN.nested.template.json"),
        ("Place", "cdk.out/App.template.json"),
        ("T", "cdk.out/assembly-Prod/Prod.template.json"),
    ]
    by_name = {resource.name: resource for resource in graph.resources}
    assert by_name["Fn"].construct_path == "App/Fn/Resource"
    assert shown(by_name["Place"].properties) == {"R": "eu-west-1", "S": "app", "P": "given"}
    assert (by_name["Place"].region, by_name["Place"].account) == ("eu-west-1", "123456789012")
    assert sorted(r.name for r in scan(files, ["cdk.out"]).resources) == sorted(by_name)


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        ('{"artifacts": {"a": {"type": "aws:cloudformation:stack", ', "not a readable manifest: "),
        (_manifest(_stack("../../out.json")), "names a file outside the folder that is checked: ../out.json"),
        (_manifest(_stack("gone.json")), "cannot be read: No such file or directory"),
    ],
)
def test_a_broken_assembly_is_one_error(scan: Callable[..., Graph], manifest: str, message: str) -> None:
    graph = scan({"cdk.out/manifest.json": manifest, "a.yaml": "Resources: {Q: {Type: AWS::SQS::Queue}}"})
    assert [problem.level for problem in graph.problems] == ["error"]
    assert graph.problems[0].message.startswith(message)
    assert len(graph.resources) == 1


@pytest.mark.parametrize(
    ("type_name", "logical_id", "path", "exempt"),
    [
        (
            "AWS::Lambda::Function",
            "LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8aFD4BFC8A",
            "App/LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8a/Resource",
            True,
        ),
        ("AWS::Lambda::Function", "X", "App/Custom::S3AutoDeleteObjectsCustomResourceProvider/Handler", True),
        ("AWS::Lambda::Function", "X", "App/BucketNotificationsHandler050a0587b7544547bf325f094a3db834/Resource", True),
        ("AWS::Lambda::Function", "X", "App/AWS679f53fac002430cb0da5b7982bd2287/Resource", True),
        ("AWS::Lambda::Function", "X", "App/Provider/framework-onEvent/Resource", True),
        (
            "AWS::Lambda::Function",
            "X",
            "App/Custom::CDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756C/Resource",
            True,
        ),
        ("AWS::Lambda::Function", "X", "App/Provider/OnEvent/Resource", False),
        ("AWS::Lambda::Function", "AWS679f53fac002430cb0da5b7982bd22872D164C4C", None, True),
        ("AWS::Lambda::Function", "ProviderframeworkonEvent12AB34CD", None, True),
        ("AWS::Lambda::Function", "ClusterDrainECSHookFunction2EBDBB88", None, True),
        ("AWS::SNS::Subscription", "ClusterDrainECSHookFunctionTopicA73E385D", None, True),
        ("AWS::SNS::Subscription", "X", "App/Cluster/Group/DrainECSHook/Function/Topic/Resource", True),
        ("AWS::SNS::Topic", "ClusterLifecycleHookDrainHookTopic1E77F3E8", None, True),
        ("AWS::SNS::Topic", "X", "App/Cluster/Group/LifecycleHookDrainHook/Topic/Resource", True),
        ("AWS::SNS::Topic", "OrdersTopic1E77F3E8", None, False),
        ("AWS::Lambda::Function", "SingletonFunction1488541a7b23466481b69b4408076b81HandlerCD40AE9F", None, True),
        ("AWS::StepFunctions::StateMachine", "X", "App/Provider/waiter-state-machine/Resource", True),
        ("AWS::StepFunctions::StateMachine", "AwsApiCallsqsSendMessageabc1WaitForBFDD3410", None, True),
        ("AWS::Lambda::Function", "CustomHandler", None, False),
        ("AWS::Lambda::Function", "OnEventHandler42BEBAE0", None, False),
        ("Custom::LogRetention", "X", "App/Fn/LogRetention/Resource", False),
        ("AWS::SQS::Queue", "X", "App/AWS679f53fac002430cb0da5b7982bd2287/Resource", False),
    ],
)
def test_functions_of_the_cdk_are_exempt(
    scan: Callable[..., Graph],
    type_name: str,
    logical_id: str,
    path: str | None,
    exempt: bool,  # noqa: FBT001 - a column of the table
) -> None:
    metadata = {"Metadata": {"aws:cdk:path": path}} if path else {}
    graph = scan({"t.json": _template(**{logical_id: {"Type": type_name, **metadata}})})
    assert (graph.resources[0].exempt is not None) == exempt
