"""Whole audits of a false account, from the command line to the report."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.audit.cloud import (
    ACCOUNT,
    ALL_RULES,
    REGIONS,
    RULES,
    Aws,
    Walint,
    client,
    error,
    response,
    seed_account,
    seed_tables,
)

EU, US = REGIONS
PITR = "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled"


def test_every_kind_of_resource_is_judged_in_every_region(aws: Aws, walint: Walint) -> None:
    seed_account()
    status, report = walint.document()
    outcomes = Counter((one["rule_id"], one["resource"]["region"]) for one in report["findings"])
    expected = dict.fromkeys(((name, US) for name in ALL_RULES if name != "live-distribution-logging"), 1)
    expected["live-queue-dead-letters", EU] = 1  # the dead-letter queue itself
    expected["live-queue-dead-letters", US] = 2
    assert dict(outcomes) == expected
    assert (status, report["run"]["mode"], report["run"]["complete"]) == (1, "audit", True)
    assert report["summary"]["outcomes"]["pass"] == 7
    assert {one["resource"]["account"] for one in report["findings"]} == {ACCOUNT}
    assert set(aws.asked) >= {"GetCallerIdentity", "ListFunctions", "DescribeLogGroups", "ListTables", "DescribeTable"}


def test_an_empty_account_is_clean(aws: Aws, walint: Walint) -> None:  # noqa: ARG001 - nothing in it
    done = walint.audit()
    assert done.status == 0
    assert done.out.splitlines()[-3:] == [
        "no findings (0 resources, 8 rules)",
        "0 passed, 0 unknown, 0 suppressed, 0 not applicable, 0 errors, 0 incomplete",
        "score: not assessed, coverage 0% (0 of 0 evaluations came to a verdict)",
    ]


def test_the_text_report_says_what_the_score_rests_on(aws: Aws, walint: Walint) -> None:
    seed_tables()
    aws.deny("DescribeContinuousBackups")
    done = walint.audit(rules=("live-table-protection", "live-table-recovery"))
    assert done.out.splitlines()[-2] == "score: 100 of 100, coverage 50% (1 of 2 evaluations came to a verdict)"
    assert done.status == 3


@pytest.mark.parametrize("region", [None, EU])
def test_refused_details_of_protected_tables_are_unknown_and_name_both_actions(
    aws: Aws, walint: Walint, region: str | None
) -> None:
    seed_tables(EU)
    seed_tables(US)
    aws.deny("DescribeContinuousBackups", "DescribeTable", region=region)
    status, report = walint.document(rules=("live-table-protection", "live-table-recovery"))
    assert (status, report["findings"]) == (3, [])
    regions = REGIONS if region is None else (region,)
    assert {(one["rule_id"], one["reason"]) for one in report["unknown"]} == {
        pair
        for name in regions
        for pair in (
            ("live-table-protection", f"DeletionProtectionEnabled: AccessDenied: dynamodb:DescribeTable in {name}"),
            ("live-table-recovery", f"{PITR}: AccessDenied: dynamodb:DescribeContinuousBackups in {name}"),
        )
    }
    assert report["summary"]["outcomes"]["pass"] == 4 - 2 * len(regions)
    assert {one["help"] for one in report["run"]["incomplete"]} == {
        "allow dynamodb:DescribeTable to the role that walint uses",
        "allow dynamodb:DescribeContinuousBackups to the role that walint uses",
    }
    question = report["questions"][0]
    assert question["coverage"] == (4 - 2 * len(regions)) / 4


def test_a_refused_list_is_an_unknown_population_never_an_empty_one(aws: Aws, walint: Walint) -> None:
    seed_tables(US)
    aws.deny("ListTables", region=EU)
    status, report = walint.document(rules=("live-table-protection",))
    (unknown,) = report["unknown"]
    assert unknown["reason"] == f"AccessDenied: dynamodb:ListTables in {EU}"
    assert (unknown["resource"]["account"], unknown["resource"]["region"]) == (ACCOUNT, EU)
    assert (report["summary"]["outcomes"]["pass"], status) == (1, 3)


def test_findings_come_before_incompleteness_and_either_can_be_accepted(aws: Aws, walint: Walint) -> None:
    seed_tables(EU, safe=False)
    aws.deny("DescribeContinuousBackups")
    rules = ("live-table-protection", "live-table-recovery")
    found = [
        walint.audit(*more, rules=rules).status
        for more in ([], ["--fail-on", "never"], ["--fail-on", "never", "--allow-incomplete"])
    ]
    assert found == [1, 3, 0]


def test_only_the_calls_that_the_rules_need_are_made(aws: Aws, walint: Walint) -> None:
    seed_account()
    walint.audit(rules=("live-log-retention",))
    assert dict(aws.asked) == {
        "GetCallerIdentity": 1,
        "ListRegions": 1,
        "DescribeRegions": 1,
        "DescribeLogGroups": 2,
    }


def test_services_limit_what_is_asked(aws: Aws, walint: Walint) -> None:
    seed_account()
    _, report = walint.document("--services", "sqs,logs")
    assert {one["resource"]["type"] for one in report["findings"]} == {"AWS::SQS::Queue", "AWS::Logs::LogGroup"}
    assert {"ListTables", "ListFunctions"}.isdisjoint(aws.asked)


def test_without_regions_all_enabled_ones_are_looked_at(aws: Aws, walint: Walint) -> None:
    enabled = {one["RegionName"] for one in client("ec2").describe_regions()["Regions"]}
    seed_tables("ap-south-1", safe=False)
    done = walint("audit", "--isolated", "--rules", str(RULES), "--select", "live-table-protection", "--format", "json",
                  "--jobs", "1")  # fmt: skip
    report = json.loads(done.out)
    assert [one["resource"]["region"] for one in report["findings"]] == ["ap-south-1"]
    assert aws.asked["ListTables"] == len(enabled)


def test_a_region_that_is_off_is_a_note(aws: Aws, walint: Walint) -> None:
    seed_tables(EU)
    aws.answer("ListRegions", lambda _asked: response(json.dumps({"Regions": [{"RegionName": EU}]})))
    done = walint.audit("--regions", f"{EU},ap-east-1", rules=("live-table-protection",))
    assert done.status == 0
    assert f"note: aws/{ACCOUNT}/ap-east-1: the region ap-east-1 is not enabled for the account" in done.out
    assert aws.places["ListTables", "ap-east-1"] == 0


def test_when_all_regions_are_off_nothing_was_audited(aws: Aws, walint: Walint) -> None:
    aws.answer("ListRegions", lambda _asked: response(json.dumps({"Regions": [{"RegionName": EU}]})))
    done = walint.audit("--regions", "ap-east-1", rules=("live-table-protection",))
    assert done.status == 3
    assert "error: nothing was audited: none of the regions is enabled" in done.out


def test_regions_that_cannot_be_asked_for_are_said(aws: Aws, walint: Walint) -> None:
    denied = "<Response><Errors><Error><Code>UnauthorizedOperation</Code></Error></Errors></Response>"
    aws.answer("ListRegions", lambda _asked: error("AccessDeniedException", 403))
    aws.answer("DescribeRegions", lambda _asked: response(denied, 403))
    done = walint("audit", "--isolated", "--rules", str(RULES), "--select", "live-table-protection", "--jobs", "1")
    assert done.status == 3
    assert (
        "cannot tell which regions are enabled (AccessDeniedException, UnauthorizedOperation); "
        "looked at those that are on by default"
    ) in done.out
    assert aws.asked["ListTables"] == 17


def test_reports_of_every_kind_are_written(aws: Aws, walint: Walint, tmp_path: Path) -> None:
    seed_account()
    aws.deny("DescribeTable")
    names = ("json", "sarif", "html", "markdown", "junit", "csv", "github-summary")
    given = [word for name in names for word in ("--report", f"{name}={tmp_path / name}")]
    assert walint.audit(*given).status == 1
    for name in names:
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert "dynamodb" in text, name
        assert ("orders-errors" in text) or name == "csv"


def test_suppressions_of_the_config_know_account_and_region(aws: Aws, walint: Walint, tmp_path: Path) -> None:
    seed_tables(EU, safe=False)
    seed_tables(US, safe=False)
    config = tmp_path / "walint.toml"
    config.write_text(
        f'[[suppress]]\nrule = "live-table-protection"\nregion = "{US}"\naccount = "{ACCOUNT}"\nreason = "a sandbox"\n'
    )
    done = walint("audit", "--config", str(config), "--rules", str(RULES), "--select", "live-table-protection",
                  "--regions", ",".join(REGIONS), "--format", "json")  # fmt: skip
    assert aws.asked["ListTables"] == 2
    report = json.loads(done.out)
    assert [one["resource"]["region"] for one in report["findings"]] == [EU]
    assert [one["resource"]["region"] for one in report["suppressed"]] == [US]
