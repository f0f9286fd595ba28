"""The code behind an account: findings on its lines, coverage by code, declared versus live."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.audit.cloud import REGIONS, RULES, Aws, Walint, client

EU = REGIONS[0]
RULE = "live-log-retention"
BOTH = "retention-everywhere"
TEMPLATE = """\
Resources:
  Orders:
    Type: AWS::Logs::LogGroup
    Properties:
      LogGroupName: /shop/orders
      RetentionInDays: 30
  Debug:
    Type: AWS::Logs::LogGroup
    Properties:
      LogGroupName: /shop/debug
"""
OTHER = "Resources:\n  Orders:\n    Type: AWS::SQS::Queue\n"


def seed(template: str = TEMPLATE) -> None:
    """A stack, changed by hand afterwards, and a log group of nobody's."""
    client("cloudformation", EU).create_stack(StackName="shop", TemplateBody=template)
    logs = client("logs", EU)
    logs.create_log_group(logGroupName="/made/by/hand")
    logs.put_retention_policy(logGroupName="/shop/orders", retentionInDays=30)


def change_by_hand() -> None:
    logs = client("logs", EU)
    logs.delete_retention_policy(logGroupName="/shop/orders")
    logs.put_retention_policy(logGroupName="/shop/debug", retentionInDays=30)


def write(folder: Path, **files: str) -> None:
    (folder / "code").mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / "code" / f"{name}.yaml").write_text(text, encoding="utf-8")


def both(folder: Path) -> tuple[str, ...]:
    """Options for a rule that judges code as well as accounts: the same, with another source and name."""
    text = next(RULES.rglob(f"{RULE}.yaml")).read_text(encoding="utf-8")
    (folder / "rules" / "logging").mkdir(parents=True)
    (folder / "rules" / "logging" / f"{BOTH}.yaml").write_text(
        text.replace(RULE, BOTH).replace("sources: [live]", "sources: [cloudformation, live]"), encoding="utf-8"
    )
    return ("--rules", "rules")


def lines(report: dict[str, Any]) -> dict[str, tuple[str, int] | None]:
    """Where each finding is."""
    return {
        one["resource"]["name"]: (one["location"]["path"], one["location"]["start_line"]) if one["location"] else None
        for one in report["findings"]
    }


def test_findings_have_the_lines_that_declare_them(aws: Aws, walint: Walint, tmp_path: Path) -> None:  # noqa: ARG001
    seed()
    write(tmp_path, shop=TEMPLATE, other=OTHER)
    _, report = walint.document("--code", "code", rules=(RULE,))
    assert lines(report) == {"/shop/debug": ("code/shop.yaml", 7), "/made/by/hand": None}
    _, plain = walint.document(rules=(RULE,))
    assert {one["fingerprint"] for one in report["findings"]} == {one["fingerprint"] for one in plain["findings"]}


def test_what_was_changed_by_hand_is_told_both_ways(aws: Aws, walint: Walint, tmp_path: Path) -> None:  # noqa: ARG001
    seed()
    change_by_hand()
    write(tmp_path, shop=TEMPLATE)
    rules = both(tmp_path)
    _, report = walint.document("--code", "code", *rules, rules=(BOTH,))
    assert [
        (one["resource"]["name"], one["declared"], one["live"], one["location"]["start_line"])
        for one in report["code"]["differences"]
    ] == [("/shop/debug", "fail", "pass", 7), ("/shop/orders", "pass", "fail", 6)]
    done = walint.audit("--code", "code", *rules, rules=(BOTH,))
    assert "declared and live do not agree:" in done.out
    assert "passes in code, fails in the account: changed by hand, or not deployed" in done.out
    assert "--> code/shop.yaml:6:" in done.out
    assert "code manages 66% (2 of 3 resources by a stack or a Terraform state), 2 traced to their lines" in done.out
    assert "made by hand: 1 of 3 AWS::Logs::LogGroup" in done.out


def test_coverage_by_code_counts_each_type(aws: Aws, walint: Walint, tmp_path: Path) -> None:  # noqa: ARG001
    seed()
    write(tmp_path, shop=TEMPLATE)
    _, report = walint.document("--code", "code", rules=(RULE,))
    rows = {row.pop("type"): row for row in report["code"]["coverage"]}
    assert rows["AWS::Logs::LogGroup"] == {
        "resources": 3,
        "stack": 2,
        "state": 0,
        "unmanaged": 1,
        "unknown": 0,
        "traced": 2,
    }


@pytest.mark.parametrize("two", [True, False])
def test_two_templates_that_fit_equally_well_trace_nothing(
    aws: Aws,  # noqa: ARG001
    walint: Walint,
    tmp_path: Path,
    *,
    two: bool,
) -> None:
    seed()
    write(tmp_path, shop=TEMPLATE, **({"copy": TEMPLATE} if two else {}))
    _, report = walint.document("--code", "code", rules=(RULE,))
    assert lines(report)["/shop/debug"] == (None if two else ("code/shop.yaml", 7))


def state(*resources: dict[str, Any], version: int = 4) -> str:
    return json.dumps({"version": version, "resources": list(resources)})


def log_group(name: str, key: str | None = None) -> dict[str, Any]:
    arn = f"arn:aws:logs:{EU}:123456789012:log-group:{name}"
    instance = {"attributes": {"arn": arn, "id": name, "name": name, "tags": {"token": "canary"}}}
    return {
        "mode": "managed",
        "type": "aws_cloudwatch_log_group",
        "name": "logs",
        "instances": [instance if key is None else {**instance, "index_key": key}],
    }


def test_a_terraform_state_names_the_block(aws: Aws, walint: Walint, tmp_path: Path) -> None:  # noqa: ARG001
    client("logs", EU).create_log_group(logGroupName="/app")
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "main.tf").write_text(
        'variable "names" { type = set(string) }\n'
        'resource "aws_cloudwatch_log_group" "logs" {\n  for_each = var.names\n  name = each.key\n}\n',
        encoding="utf-8",
    )
    (tmp_path / "terraform.tfstate").write_text(state(log_group("/app", "app")), encoding="utf-8")
    arguments = ("--code", "code", "--tfstate", "terraform.tfstate")
    _, report = walint.document(*arguments, rules=(RULE,))
    assert lines(report) == {"/app": ("code/main.tf", 2)}
    row = next(one for one in report["code"]["coverage"] if one["type"] == "AWS::Logs::LogGroup")
    assert (row["state"], row["traced"], row["unmanaged"]) == (1, 1, 0)
    assert "canary" not in json.dumps(report)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no json", "not a Terraform state: no JSON"),
        ("[]", "not a Terraform state: it has no resources"),
        (state(version=3), "a state of version 3; walint reads version 4"),
        ("[" * 100_000, "not a Terraform state: no JSON"),
    ],
    ids=["text", "list", "old", "deep"],
)
def test_what_is_no_state_is_said(aws: Aws, walint: Walint, tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "terraform.tfstate").write_text(text, encoding="utf-8")
    done = walint.audit("--tfstate", "terraform.tfstate", rules=(RULE,))
    assert done.status == 2
    assert said in done.err
    assert aws.asked == {}


def test_code_without_infrastructure_is_said(aws: Aws, walint: Walint, tmp_path: Path) -> None:  # noqa: ARG001
    (tmp_path / "empty").mkdir()
    done = walint.audit("--code", "empty", rules=(RULE,))
    assert (done.status, "no infrastructure code was found in empty" in done.err) == (2, True)


def test_refused_stacks_leave_the_coverage_unknown(aws: Aws, walint: Walint, tmp_path: Path) -> None:
    seed()
    write(tmp_path, shop=TEMPLATE)
    aws.deny("ListStackResources")
    _, report = walint.document("--code", "code", rules=(RULE,))
    row = next(one for one in report["code"]["coverage"] if one["type"] == "AWS::Logs::LogGroup")
    assert (row["unmanaged"], row["stack"] + row["unknown"]) == (0, 3)


def test_reports_read_back_and_merge(aws: Aws, walint: Walint, tmp_path: Path) -> None:  # noqa: ARG001
    seed()
    change_by_hand()
    write(tmp_path, shop=TEMPLATE)
    reports = ("--report", "json=one.json", "--report", "html=one.html")
    done = walint.audit("--code", "code", *reports, *both(tmp_path), rules=(BOTH,))
    assert done.status == 1
    page = (tmp_path / "one.html").read_text(encoding="utf-8")
    assert "The code behind it" in page
    assert "the next deployment undoes it" in page
    twice = walint("report", "one.json", "one.json", "--format", "json")
    code = json.loads(twice.out)["code"]
    one = json.loads((tmp_path / "one.json").read_text(encoding="utf-8"))["code"]
    assert [row["resources"] for row in code["coverage"]] == [2 * row["resources"] for row in one["coverage"]]
    assert len(code["differences"]) == 2 * len(one["differences"])


def test_findings_land_in_sarif_on_their_lines(aws: Aws, walint: Walint, tmp_path: Path) -> None:  # noqa: ARG001
    seed()
    write(tmp_path, shop=TEMPLATE)
    done = walint.audit("--code", "code", "--format", "sarif", rules=(RULE,))
    places = [one["locations"][0]["physicalLocation"] for one in json.loads(done.out)["runs"][0]["results"]]
    found = {place["artifactLocation"]["uri"]: place["region"]["startLine"] for place in places}
    assert found["code/shop.yaml"] == 7


def test_what_other_code_may_add_is_no_difference(aws: Aws, walint: Walint, tmp_path: Path) -> None:  # noqa: ARG001
    template = """\
Resources:
  Work:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: work
      RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3}
  Dead:
    Type: AWS::SQS::Queue
    Properties: {QueueName: dead}
"""
    client("cloudformation").create_stack(StackName="work", TemplateBody=template)
    write(tmp_path, work=template)
    rules = ("--isolated", "--select", "dlq-alarm,required-tags", "--regions", EU, "--code", "code")
    before = json.loads(walint("audit", *rules, "--format", "json").out)
    tags = {"Environment": "prod", "Owner": "shop", "Service": "shop"}
    for name in ("work", "dead"):
        client("sqs").tag_queue(QueueUrl=client("sqs").get_queue_url(QueueName=name)["QueueUrl"], Tags=tags)
    topic = client("sns").create_topic(Name="pager")["TopicArn"]
    client("cloudwatch").put_metric_alarm(
        AlarmName="dead",
        Namespace="AWS/SQS",
        MetricName="ApproximateNumberOfMessagesVisible",
        Dimensions=[{"Name": "QueueName", "Value": "dead"}],
        ComparisonOperator="GreaterThanThreshold",
        EvaluationPeriods=1,
        Period=300,
        Threshold=0,
        Statistic="Maximum",
        AlarmActions=[topic],
    )
    after = json.loads(walint("audit", *rules, "--format", "json").out)
    assert {one["rule_id"] for one in before["findings"]} == {"dlq-alarm", "required-tags"}
    assert {one["resource"]["name"] for one in after["findings"]} == {"pager"}
    assert (before["code"]["differences"], after["code"]["differences"]) == ([], [])
