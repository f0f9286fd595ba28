"""Which AWS Backup selections cover a resource."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Related = Callable[..., dict[str, Any]]

HEAD = """
Parameters:
  Env: {Type: String}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: orders
      Tags: [{Key: backup, Value: daily}, {Key: env, Value: !Ref Env}]
  Made: {Type: AWS::DynamoDB::Table}
  Files:
    Type: AWS::EFS::FileSystem
    Properties:
      FileSystemTags: [{Key: backup, Value: daily}]
  Odd:
    Type: AWS::DynamoDB::Table
    Properties: {Tags: !Ref Env}
  Either:
    Type: AWS::DynamoDB::Table
    Properties: {Tags: [!If [IsProd, {Key: backup, Value: daily}, !Ref AWS::NoValue]]}
"""
ARN = "arn:aws:dynamodb:eu-west-1:111122223333:table"
DAILY = "ListOfTags: [{ConditionType: STRINGEQUALS, ConditionKey: backup, ConditionValue: daily}]"
ALL = "Resources: ['*']"


def _if(operator: str, key: str = "backup", value: str = "daily") -> str:
    return f"{ALL}, Conditions: {{{operator}: [{{ConditionKey: 'aws:ResourceTag/{key}', ConditionValue: {value}}}]}}"


TABLE: list[tuple[str, str, str | None]] = [
    # By ARN.
    ("Resources: [!GetAtt Table.Arn]", "Table", "surely"),
    ("Resources: [!GetAtt Table.Arn]", "Made", None),
    ("Resources: [!Ref Table]", "Table", None),
    (f"Resources: ['{ARN}/orders']", "Table", "surely"),
    (f"Resources: ['{ARN}/payments']", "Table", None),
    (f"Resources: ['{ARN}/orders']", "Made", None),
    ("Resources: [!Sub 'arn:aws:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${Made}']", "Made", "surely"),
    ("Resources: [!Ref Env]", "Made", "perhaps"),
    ("Resources: !Ref Env", "Made", "perhaps"),
    ("Resources: [!If [IsProd, !GetAtt Made.Arn, x]]", "Made", "perhaps"),
    ("Resources: !If [IsProd, [!GetAtt Made.Arn], []]", "Made", "perhaps"),
    # By wildcard.
    (ALL, "Table", "surely"),
    (ALL, "Files", "surely"),
    ("Resources: ['arn:aws:dynamodb:*:*:table/*']", "Table", "surely"),
    ("Resources: ['arn:aws:dynamodb:*:*:table/*']", "Files", None),
    ("Resources: ['arn:aws:dynamodb:*:*:*']", "Table", "surely"),
    ("Resources: ['arn:aws:dynamodb:*:*:backup/*']", "Table", None),
    ("Resources: ['arn:aws:*:*:*:*']", "Files", "surely"),
    ("Resources: [!Sub 'arn:${AWS::Partition}:dynamodb:*:*:table/*']", "Table", "surely"),
    ("Resources: ['arn:aws:dynamodb:*:*:table/orders*']", "Table", "surely"),
    ("Resources: ['arn:aws:dynamodb:*:*:table/pay*']", "Table", None),
    ("Resources: ['arn:aws:dynamodb:*:*:table/orders*']", "Made", "perhaps"),
    ("Resources: ['arn:aws:elasticfilesystem:*:*:file-system/*']", "Files", "surely"),
    ("Resources: ['arn:aws:elasticfilesystem:*:*:file-system/fs-1*']", "Files", "perhaps"),
    # By tag.
    (DAILY, "Table", "surely"),
    (DAILY, "Files", "surely"),
    (DAILY, "Made", None),
    (DAILY, "Odd", "perhaps"),
    (DAILY, "Either", "perhaps"),
    (DAILY.replace("daily", "weekly"), "Table", None),
    (DAILY.replace("daily", "!Ref Env"), "Table", "perhaps"),
    (DAILY.replace("backup", "env"), "Table", "perhaps"),
    (f"{DAILY}, Resources: ['{ARN}/payments']", "Table", "surely"),
    # Conditions restrict what was chosen by ARN.
    (_if("StringEquals"), "Table", "surely"),
    (_if("StringEquals"), "Made", None),
    (_if("StringEquals"), "Odd", "perhaps"),
    (_if("StringNotEquals"), "Table", None),
    (_if("StringNotEquals"), "Made", "surely"),
    (_if("StringLike", value="'dai*'"), "Table", "surely"),
    (_if("StringLike", value="'dai*'"), "Made", None),
    (_if("StringNotLike", value="'dai*'"), "Table", None),
    (_if("StringNotLike", value="'dai*'"), "Made", "surely"),
    (_if("StringEquals", value="!Ref Env"), "Table", "perhaps"),
    (f"{ALL}, Conditions: !Ref Env", "Table", "perhaps"),
    # Exclusions win.
    (f"{ALL}, NotResources: [!GetAtt Table.Arn]", "Table", None),
    (f"{ALL}, NotResources: [!GetAtt Table.Arn]", "Made", "surely"),
    (f"{ALL}, NotResources: [!Ref Env]", "Table", "perhaps"),
    (f"{DAILY}, NotResources: ['arn:aws:dynamodb:*:*:table/*']", "Table", None),
    # Nothing is chosen.
    ("SelectionName: none", "Table", None),
]


@pytest.mark.parametrize(("selection", "resource", "expected"), TABLE)
def test_a_selection_covers_a_resource(related: Related, selection: str, resource: str, expected: str | None) -> None:
    template = f"{HEAD}  It: {{Type: AWS::Backup::BackupSelection, Properties: {{BackupSelection: {{{selection}}}}}}}\n"
    assert ({"It": expected} if expected else {}) == related(template, "backup_selections", resource)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"Condition: IsProd, Properties: {{BackupSelection: {{{ALL}}}}}", {"It": "perhaps"}),
        (f"Properties: {{BackupSelection: !If [IsProd, {{{ALL}}}, {{{DAILY}}}]}}", {"It": "surely"}),
        (f"Properties: {{BackupSelection: !If [IsProd, {{{ALL}}}, {{SelectionName: none}}]}}", {"It": "perhaps"}),
        ("Properties: {BackupSelection: !Ref Env}", {"It": "perhaps"}),
        ("Properties: {}", {}),
    ],
)
def test_conditional_selections(related: Related, body: str, expected: dict[str, str]) -> None:
    template = f"{HEAD}  It: {{Type: AWS::Backup::BackupSelection, {body}}}\n"
    assert expected == related(template, "backup_selections", "Table")


@pytest.mark.parametrize(("is_prod", "expected"), [(True, {"It": "surely"}), (False, {})])
def test_a_conditional_tag_is_settled_under_its_condition(
    related: Related, expected: dict[str, str], *, is_prod: bool
) -> None:
    template = f"{HEAD}  It: {{Type: AWS::Backup::BackupSelection, Properties: {{BackupSelection: {{{DAILY}}}}}}}\n"
    assumed = {"template.yaml#IsProd": is_prod}
    assert expected == related(template, "backup_selections", "Either", assumed=assumed)


def test_a_hostile_pattern_costs_no_time(related: Related) -> None:
    name, pattern = "a" * 2000, "*a" * 2000
    table = f"  Long: {{Type: AWS::DynamoDB::Table, Properties: {{TableName: {name}}}}}\n"
    selection = f"Resources: ['arn:aws:dynamodb:*:*:table/{pattern}b']"
    template = (
        f"{HEAD}{table}  It: {{Type: AWS::Backup::BackupSelection, Properties: {{BackupSelection: {{{selection}}}}}}}\n"
    )
    assert related(template, "backup_selections", "Long") == {}
