"""What cannot be told must stay open: nothing is guessed, and nothing is lost without a word."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.sources.cloudformation.sam.conftest import Expanded
from walint.model.value import Alternatives, Known, Unknown, Value

Expand = Callable[..., Expanded]
Plain = Callable[[Value], object]

_HEAD = """Parameters:
  Text: {Type: String}
  Flag: {Type: String, AllowedValues: ["true", "false"]}
Conditions:
  IsProd: !Equals [!Ref Text, prod]
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Runtime: python3.12
      CodeUri: src/
"""


@pytest.mark.parametrize(
    ("properties", "logical_id"),
    [
        ("      AutoPublishAlias: !Ref Text\n", "FAlias"),
        ("      AutoPublishAlias: live\n      DeploymentPreference: {Type: AllAtOnce, Enabled: !Ref Text}\n", None),
    ],
)
def test_an_unknown_switch_leaves_the_existence_open(expand: Expand, properties: str, logical_id: str | None) -> None:
    expanded = expand(_HEAD + properties)

    assert isinstance(expanded[logical_id or "FDeploymentGroup"].presence, Unknown)


def test_an_unknown_switch_leaves_the_update_policy_open(expand: Expand) -> None:
    body = "      AutoPublishAlias: live\n      DeploymentPreference: {Type: AllAtOnce, Enabled: !Ref Text}\n"

    assert isinstance(expand(_HEAD + body)["FAliaslive"].attributes["UpdatePolicy"], Unknown)


def test_a_conditional_preference_exists_under_its_condition(expand: Expand) -> None:
    body = "      AutoPublishAlias: live\n      DeploymentPreference: {Type: AllAtOnce, Enabled: !Ref Flag}\n"
    presence = expand(_HEAD + body)["FDeploymentGroup"].presence

    assert isinstance(presence, Alternatives)
    assert [choice.value.data for choice in presence.choices] == [True, False]  # type: ignore[union-attr]


@pytest.mark.parametrize(("flag", "exists"), [("true", True), ("false", False)])
def test_a_given_parameter_settles_it(expand: Expand, flag: str, exists: bool) -> None:  # noqa: FBT001
    body = "      AutoPublishAlias: live\n      DeploymentPreference: {Type: AllAtOnce, Enabled: !Ref Flag}\n"

    assert exists == ("FDeploymentGroup" in expand(_HEAD + body, Flag=flag))


@pytest.mark.parametrize(
    ("properties", "logical_id", "path", "value"),
    [
        ("Tracing: !Ref Text", "F", "TracingConfig.Mode", "?"),
        ("Role: !Ref Text", "F", "Role", "?"),
        (
            'Role: !If [IsProd, "arn:aws:iam::111122223333:role/own", !Ref "AWS::NoValue"]',
            "F",
            "Role",
            [({"IsProd": True}, "arn:aws:iam::111122223333:role/own"), ({"IsProd": False}, "->FRole.Arn")],
        ),
        (
            "AutoPublishAlias: live\n      DeploymentPreference: {Type: !Ref Text}",
            "FDeploymentGroup",
            "DeploymentConfigName",
            "?",
        ),
        (
            "AutoPublishAlias: live\n      DeploymentPreference: {Type: !If [IsProd, AllAtOnce, Own]}",
            "FDeploymentGroup",
            "DeploymentConfigName",
            [({"IsProd": True}, "CodeDeployDefault.LambdaAllAtOnce"), ({"IsProd": False}, "Own")],
        ),
    ],
)
def test_values_stay_open(
    expand: Expand, plain: Plain, properties: str, logical_id: str, path: str, value: object
) -> None:
    found = plain(expand(f"{_HEAD}      {properties}\n").at(logical_id, path))
    if isinstance(found, list):
        found = [({"IsProd": next(iter(given.values())) in (True, "prod")}, each) for given, each in found]

    assert value == found


def test_a_role_that_may_be_given_exists_where_it_is_not(expand: Expand, plain: Plain) -> None:
    role = 'Role: !If [IsProd, "arn:aws:iam::111122223333:role/own", !Ref "AWS::NoValue"]'
    presence = plain(expand(f"{_HEAD}      {role}\n")["FRole"].presence)

    assert [exists for _, exists in presence] == [False, True]  # type: ignore[attr-defined]


def test_no_role_is_made_where_one_is_given_by_a_parameter(expand: Expand) -> None:
    assert "FRole" not in expand(_HEAD + "      Role: !Ref Text\n")


@pytest.mark.parametrize(
    "events",
    [
        "      Events: {'Fn::Transform': {Name: Mine}}\n",
        "      Events:\n        E: {'Fn::Transform': {Name: Mine}}\n",
        "      Events:\n        E: {Type: !Ref Text}\n",
        "      Events:\n        E: {Type: Unheard}\n",
    ],
)
def test_events_that_cannot_be_read_are_noted_as_unseen(expand: Expand, events: str) -> None:
    expanded = expand(_HEAD + events)

    assert [frozenset({"template.yaml#F"})] == [unseen.names for unseen in expanded.graph.unseen]
    assert "F" in expanded


def test_properties_that_a_macro_writes_keep_the_function_and_say_so(expand: Expand) -> None:
    expanded = expand(
        "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties: {'Fn::Transform': {Name: Mine}}\n"
    )

    assert isinstance(expanded.at("F"), Unknown)
    assert [resource.type for resource in expanded.graph.resources] == ["AWS::Lambda::Function"]
    assert len(expanded.graph.unseen) == 1


def test_an_event_under_a_condition_makes_resources_under_it(expand: Expand, plain: Plain) -> None:
    events = (
        "      Events:\n        E: !If [IsProd, {Type: Schedule, Properties: {Schedule: rate(1 day)}}, "
        '!Ref "AWS::NoValue"]\n'
    )
    expanded = expand(_HEAD + events)

    assert [exists for _, exists in plain(expanded["FE"].presence)] == [True, False]  # type: ignore[attr-defined]
    assert plain(expanded["FE"].presence) == plain(expanded["FEPermission"].presence)


def test_an_implicit_api_exists_if_any_of_its_functions_does(expand: Expand, plain: Plain) -> None:
    function = (
        "    Type: AWS::Serverless::Function\n    Condition: {0}\n    Properties:\n      Handler: a.b\n"
        "      Runtime: python3.12\n      CodeUri: src/\n      Events:\n"
        "        E: {{Type: Api, Properties: {{Path: /{0}, Method: get}}}}\n"
    )
    head = "Conditions:\n  A: !Equals [!Ref 'AWS::StackName', a]\n  B: !Equals [!Ref 'AWS::AccountId', b]\nResources:\n"
    expanded = expand(head + "  F:\n" + function.format("A") + "  G:\n" + function.format("B"))
    presence = plain(expanded["ServerlessRestApi"].presence)

    assert [exists for _, exists in presence] == [True, True, True, False]  # type: ignore[attr-defined]
    assert isinstance(expanded["ServerlessRestApiProdStage"].presence, Alternatives)


def test_nothing_is_made_for_what_never_exists(expand: Expand) -> None:
    expanded = expand(
        "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Condition: Never\n    Properties:\n"
        "      Events: {E: {Type: Api, Properties: {Path: /, Method: get}}}\n"
        "Conditions:\n  Never: !Equals [a, b]\n"
    )

    assert expanded.resources == {}


def test_a_flag_of_a_parameter_is_known_false(expand: Expand, plain: Plain) -> None:
    queue = "      DeadLetterQueue: {Type: SQS, TargetArn: !Ref Text}\n      VpcConfig: !Ref 'AWS::NoValue'\n"
    expanded = expand(_HEAD + queue)

    assert plain(expanded.at("F", "DeadLetterConfig")) == {"TargetArn": "?"}
    assert isinstance(expanded.at("FRole", "Policies"), Known)


def test_what_an_include_may_add_is_unseen_and_not_invented(expand: Expand) -> None:
    include = "      Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://bucket/more.yaml}}\n"
    expanded = expand(_HEAD + include)

    assert {"AWS::Lambda::Function", "AWS::IAM::Role"} == {each.type for each in expanded.graph.resources}
    assert {"AWS::Lambda::Alias", "AWS::CodeDeploy::DeploymentGroup", "AWS::Lambda::EventInvokeConfig"} <= {
        type_name for unseen in expanded.graph.unseen for type_name in unseen.types or ()
    }
    assert None in {unseen.types for unseen in expanded.graph.unseen}
