"""The IAM policy: what the calls need, no more, and never longer than AWS takes."""

from __future__ import annotations

import json

import pytest

from walint.catalog.live import collectors
from walint.cli import main
from walint.language.catalogue import load_rules
from walint.language.needs import needs_of
from walint.sources.live.plan import everything, plan
from walint.sources.live.policy import MOST_CHARACTERS, policies

BEFORE = {"account:ListRegions", "ec2:DescribeRegions", "sts:GetCallerIdentity"}


def allowed(documents: list[dict[str, object]]) -> list[str]:
    return [
        action
        for document in documents
        for statement in document["Statement"]  # type: ignore[attr-defined]
        if statement["Effect"] == "Allow"
        for action in statement["Action"]
    ]


def test_the_policy_allows_every_call_of_the_plan_and_no_other() -> None:
    whole = everything()
    calls = {call.action for one in collectors().values() for call in one.calls()}
    assert sorted(allowed(policies(whole.actions()))) == sorted(calls | BEFORE | {"tag:GetResources"})


def test_every_rule_needs_no_more_than_its_plan() -> None:
    for rule in load_rules([]).rules.values():
        needed = plan(needs_of([rule]))
        operations = {action for _, action, _ in needed.calls()} | BEFORE
        assert set(allowed(policies(needed.actions()))) == operations


@pytest.mark.parametrize("most", [400, 1_000, 2_500, MOST_CHARACTERS])
def test_long_policies_are_split_and_lose_nothing(most: int) -> None:
    actions = everything().actions()
    documents = policies(actions, most)
    assert all(len(json.dumps(one, separators=(",", ":"))) <= most for one in documents)
    assert sorted(allowed(documents)) == sorted({*actions, *BEFORE})
    assert len(documents) == 1 or most < MOST_CHARACTERS


def test_api_keys_stay_hidden() -> None:
    (document,) = policies(["apigateway:GET"])
    deny = document["Statement"][1]
    assert (deny["Effect"], deny["Action"]) == ("Deny", "apigateway:GET")
    assert all("/apikeys" in name for name in deny["Resource"])
    assert len(policies(["logs:DescribeLogGroups"])[0]["Statement"]) == 1


def test_the_command_prints_a_policy_for_the_selected_rules(
    capsys: pytest.CaptureFixture[str], pytestconfig: pytest.Config
) -> None:
    rules = str(pytestconfig.rootpath / "tests" / "fixtures" / "live" / "rules")
    status = main(["iam-policy", "--isolated", "--rules", rules, "--select", "live-table-recovery,live-log-retention"])
    assert status == 0
    assert allowed([json.loads(capsys.readouterr().out)]) == [
        "account:ListRegions",
        "dynamodb:DescribeContinuousBackups",
        "dynamodb:DescribeTable",
        "dynamodb:ListTables",
        "ec2:DescribeRegions",
        "logs:DescribeLogGroups",
        "sts:GetCallerIdentity",
    ]
