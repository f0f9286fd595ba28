"""What becomes of answers: properties that come in several ways, and changes of shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from walint.catalog.live import Property
from walint.sources.live.folding import NOT_READ, fold, tidy
from walint.sources.live.normal import NOT_SET, REST
from walint.sources.live.transforms import TRANSFORMS

NAME = Property("BackupPlan.BackupPlanName", "BackupPlan.BackupPlanName")
RULES = Property("BackupPlan.BackupPlanRule", "BackupPlan.Rules", "backup_rules")
PLAN = "AWS::Backup::BackupPlan"


@pytest.mark.parametrize("properties", [(NAME, RULES), (RULES, NAME)])
def test_parts_of_a_property_that_come_in_two_ways_stand_side_by_side(properties: tuple[Property, ...]) -> None:
    answer = {"BackupPlan": {"BackupPlanName": "daily", "Rules": [{"RuleName": "a", "TargetBackupVaultName": "v"}]}}
    rules = [{"RuleName": "a", "TargetBackupVault": "v"}]
    expected = {"BackupPlan": {"BackupPlanName": "daily", "BackupPlanRule": rules, REST: NOT_READ}}
    assert expected == fold(PLAN, properties, answer, {})


def test_what_comes_in_two_ways_and_in_neither_is_not_set() -> None:
    assert tidy(fold(PLAN, (NAME, RULES), {}, {})) == {"BackupPlan": NOT_SET}


GROUP: Mapping[str, Any] = {"NodeGroupId": "0001", "NodeGroupMembers": [{}, {}]}


@pytest.mark.parametrize(
    ("name", "answer", "expected"),
    [
        ("nodes_of_one_group", [GROUP], 2),
        ("nodes_of_one_group", [GROUP, GROUP], NOT_SET),
        ("node_groups", [GROUP], [{"NodeGroupId": "0001", "ReplicaCount": 1}]),
        ("rotating_secrets", [{"Name": "a"}, {"Name": "b", "RotationEnabled": False}], []),
        ("rotating_secrets", [{"Name": "c", "RotationEnabled": True}], [{"Name": "c", "RotationEnabled": True}]),
        ("log_delivery", [{"Grantee": {"URI": "http://acs.amazonaws.com/groups/s3/LogDelivery"}}], "LogDeliveryWrite"),
        ("log_delivery", [{"Grantee": {"ID": "abc"}}], NOT_SET),
        ("nothing", "arn:aws:secretsmanager:eu-west-1:1:secret:a", NOT_SET),
    ],
)
def test_changes_of_shape(name: str, answer: Any, expected: Any) -> None:
    found = TRANSFORMS[name](answer)
    assert expected == ([_plain(one) for one in found] if isinstance(found, list) else found)


def _plain(value: Mapping[str, Any]) -> dict[str, Any]:
    return {key: one for key, one in value.items() if key != REST}
