"""What an audit says of an account as a whole, and what it calls it."""

from __future__ import annotations

import json

import pytest

from tests.audit.cloud import ACCOUNT, REGIONS, Aws, Walint, as_json, client

EU, US = REGIONS
WHOLE, REGIONAL = f"account {ACCOUNT}", f"account {ACCOUNT} in {EU}"
RULES = ("--select", "cloudtrail-enabled,config-recorder", "--regions", EU)


def trail(**more: object) -> None:
    """A trail of all regions in another one than is audited."""
    client("s3", US).create_bucket(Bucket="trails")
    cloudtrail = client("cloudtrail", US)
    cloudtrail.create_trail(Name="main", S3BucketName="trails", IsMultiRegionTrail=True, **more)
    cloudtrail.start_logging(Name="main")


def found(walint: Walint, rule: str) -> list[tuple[str, str]]:
    done = walint("audit", "--isolated", *RULES, "--format", "json")
    return [(one["outcome"], one["message"]) for one in _records(json.loads(done.out)) if one["rule_id"] == rule]


def _records(report: dict[str, list[dict[str, str]]]) -> list[dict[str, str]]:
    return report["findings"] + report["unknown"]


def test_an_account_without_a_trail_is_told_once(aws: Aws, walint: Walint) -> None:  # noqa: ARG001
    assert found(walint, "cloudtrail-enabled") == [("fail", f"{WHOLE}: No trail records what is done in this account")]
    trail()
    assert found(walint, "cloudtrail-enabled") == []


def test_a_trail_of_the_organization_counts_for_its_members(aws: Aws, walint: Walint) -> None:
    arn = "arn:aws:cloudtrail:us-east-1:999999999999:trail/everybody"
    listed = {"Name": "everybody", "TrailARN": arn, "HomeRegion": US, "IsMultiRegionTrail": True}
    shadow = listed | {"IsOrganizationTrail": True, "HasCustomEventSelectors": False}
    aws.answer(
        "DescribeTrails",
        lambda asked: as_json({"trailList": [shadow] if json.loads(asked.body)["includeShadowTrails"] else []}),
    )
    aws.answer("GetTrailStatus", lambda _asked: as_json({"IsLogging": True}))
    aws.answer("GetEventSelectors", lambda _asked: as_json({}))
    assert found(walint, "cloudtrail-enabled") == []


@pytest.mark.parametrize("operation", ["DescribeTrails", "GetTrailStatus"])
def test_trails_that_may_not_be_seen_are_unknown(aws: Aws, walint: Walint, operation: str) -> None:
    trail()
    aws.deny(operation)
    assert {outcome for outcome, _ in found(walint, "cloudtrail-enabled")} == {"unknown"}


def test_each_region_without_a_recorder_is_told(aws: Aws, walint: Walint) -> None:  # noqa: ARG001
    assert found(walint, "config-recorder") == [("fail", f"{REGIONAL}: No recorder of AWS Config runs in this region")]


def test_what_was_not_looked_for_is_not_missing(aws: Aws, walint: Walint) -> None:  # noqa: ARG001
    done = walint("audit", "--isolated", "--regions", EU, "--services", "sqs,cloudtrail", "--format", "json")
    report = json.loads(done.out)
    assert [one["rule_id"] for one in report["findings"]] == ["cloudtrail-enabled"]
    reasons = {one["rule_id"]: one["reason"] for one in report["unknown"] if one["resource"]["name"] == REGIONAL}
    assert reasons["config-recorder"] == f"walint did not look for any AWS::Config::ConfigurationRecorder in {EU}"


def test_reports_call_the_account_by_its_number_and_region(aws: Aws, walint: Walint) -> None:  # noqa: ARG001
    formats = ("text", "concise", "markdown", "html", "sarif", "csv", "junit", "github")
    said = {name: walint("audit", "--isolated", *RULES, "--format", name).out for name in formats}
    for name, text in said.items():
        assert REGIONAL in text, name
        assert f"{ACCOUNT}/{EU}/aws" not in text, name
    lines = said["text"].splitlines()
    assert f"medium[config-recorder]: {REGIONAL}: No recorder of AWS Config runs in this region" in lines
    assert f"  --> {REGIONAL}" in lines
    assert f"   = resource: {REGIONAL} (Walint::Account)" in lines
    results = json.loads(said["sarif"])["runs"][0]["results"]
    places = [one["locations"][0] for one in results if one["ruleId"] == "config-recorder"]
    assert places[0]["logicalLocations"][0]["fullyQualifiedName"] == REGIONAL
    assert places[0]["physicalLocation"]["artifactLocation"]["uri"] == f"walint/{ACCOUNT}/{EU}/account"
