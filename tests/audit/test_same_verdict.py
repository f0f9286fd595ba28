"""The same small system says the same thing whether it is written as SAM, CloudFormation, Terraform or a plan, or runs.

Each file of fixtures/same_verdict holds one system for one rule, in every dialect and as calls of boto3 that make it in
moto. A line that ends in `# fails` is part of the system that has the fault, `# passes` of the one that has not.
`answers` are those of AWS to what moto does not know; `mended: true` says that moto takes the commands of the rule.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from tests.audit.cloud import Aws, Walint, client
from tests.aws_cli import command_of, lines_of
from walint.example_plans import plan_document
from walint.findings.result import Subject
from walint.language.catalogue import load_rules
from walint.reports.commands import commands_for

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "same_verdict"
RULES = sorted(path.stem for path in FIXTURES.glob("*.yaml"))
REGION = "eu-west-1"
VARIANTS = {"fails", "passes"}
FILES = {"sam": "template.yaml", "cloudformation": "template.yaml", "terraform": "main.tf", "plan": "plan.json"}
SOURCES = {"plan": "terraform-plan", "account": "live"}
HEADER = {"sam": "Transform: AWS::Serverless-2016-10-31\n"}
EMPTY_ARCHIVE = b"PK\x05\x06" + bytes(18)
every_rule = pytest.mark.parametrize("rule_id", RULES)


class Said(NamedTuple):
    """What a record says, apart from the names of the dialect."""

    outcome: str
    severity: str
    message: str
    expected: str | None
    found: str | None


def system(rule_id: str, variant: str) -> Mapping[str, Any]:
    """The system that fails, or the one that passes."""
    text = (FIXTURES / f"{rule_id}.yaml").read_text(encoding="utf-8")
    (other,) = VARIANTS - {variant}
    made = yaml.safe_load("\n".join(line for line in text.splitlines() if not line.endswith(f"# {other}")))
    assert isinstance(made, dict)
    return made


def said(report: Mapping[str, Any], made: Mapping[str, Any], source: str) -> list[Said]:
    """What the report says of the resource that the rule is about."""
    records = [*report["findings"], *report["unknown"], *report.get("passed", ())]
    assert {record["resource"]["source"] for record in records} == {SOURCES.get(source, source)}
    about = [record for record in records if record["resource"]["type"] == made["type"]]
    names = made.get("names", [record["resource"]["name"] for record in about])
    called = {other: name for name, others in made.get("called", {}).items() for other in others}
    return [_said(record, called) for record in about if record["resource"]["name"] in names]


def _said(record: Mapping[str, Any], called: Mapping[str, str]) -> Said:
    message = record["message"].partition(": ")[2]
    expected, found = (_plain(record.get(key), called) for key in ("expected", "found"))
    return Said(record["outcome"], record["severity"], message, expected, found)


def _plain(text: str | None, called: Mapping[str, str]) -> str | None:
    """A value with the names of resources as the account has them, and without who sets it when nobody does."""
    for other, name in called.items():
        text = text.replace(other, name) if text else text
    return None if text is None else re.sub(r" \((?:AWS|provider) default\)", "", text)


def in_code(walint: Walint, rule_id: str, made: Mapping[str, Any], source: str) -> list[Said]:
    """What a check says of the system in one dialect."""
    folder = Path(source)
    folder.mkdir()
    path = folder / FILES[source]
    path.write_text(plan_document(made[source]) if source == "plan" else HEADER.get(source, "") + made[source], "utf-8")
    done = walint("check", str(path), "--isolated", "--select", rule_id, "--format", "json", "--show-passed")
    assert done.err == ""
    return said(json.loads(done.out), made, source)


def audited(walint: Walint, rule_id: str, made: Mapping[str, Any]) -> tuple[list[Said], list[dict[str, Any]]]:
    """What an audit says of it, and the findings on what the rule is about."""
    options = ("--isolated", "--select", rule_id, "--regions", REGION, "--format", "json", "--show-passed")
    done = walint("audit", *options)
    report = json.loads(done.out)
    assert report["run"]["incomplete"] == []
    names = made.get("names", [record["resource"]["name"] for record in report["findings"]])
    findings = [record for record in report["findings"] if record["resource"]["name"] in names]
    return said(report, made, "account"), findings


def build(aws: Aws, made: Mapping[str, Any]) -> None:
    """Makes the system in moto."""
    known: dict[str, str] = {}
    for step in made["account"]:
        keep = step.pop("save", {})
        ((call, parameters),) = step.items()
        service, operation = call.split(":")
        answer = getattr(client(service, REGION), operation)(**_given(parameters, known))
        known |= {name: answer[path] for name, path in keep.items()}
    for operation, answer in made.get("answers", {}).items():
        aws.instead_of_moto(operation, _given(answer, known))


def _given(value: Any, known: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: EMPTY_ARCHIVE if key == "ZipFile" else _given(item, known) for key, item in value.items()}
    if isinstance(value, list):
        return [_given(item, known) for item in value]
    return re.sub(r"\$\{(\w+)\}", lambda match: known[match[1]], value) if isinstance(value, str) else value


def test_systems_of_every_shape() -> None:
    assert len(RULES) >= 20


@every_rule
def test_every_source_sees_the_fault_and_the_commands_mend_it(rule_id: str, aws: Aws, walint: Walint) -> None:
    made = system(rule_id, "fails")
    build(aws, made)
    in_account, findings = audited(walint, rule_id, made)
    found = {source: in_code(walint, rule_id, made, source) for source in FILES} | {"account": in_account}
    (first,) = found["cloudformation"]
    assert first.outcome == "fail"
    assert found == {source: [first] for source in found}
    if made.get("mended"):
        for line in _to_run(rule_id, made, findings):
            _run(line)
        after, _ = audited(walint, rule_id, made)
        assert [one.outcome for one in after] == ["pass"]


@every_rule
def test_no_source_sees_a_fault_where_there_is_none(rule_id: str, aws: Aws, walint: Walint) -> None:
    made = system(rule_id, "passes")
    build(aws, made)
    found = {source: in_code(walint, rule_id, made, source) for source in FILES}
    found["account"], _ = audited(walint, rule_id, made)
    (first,) = found["cloudformation"]
    assert first.outcome == "pass"
    assert found == {source: [first] for source in found}


def _to_run(rule_id: str, made: Mapping[str, Any], findings: list[dict[str, Any]]) -> Iterator[str]:
    """The commands that the report prints for the findings, with what is left for the user filled in."""
    (record,) = findings
    subject = Subject(**{key: record["resource"].get(key) for key in Subject._fields})
    text = commands_for(load_rules().texts(rule_id).fix["cli"], subject)
    for name, value in {"TOPIC_ARN": f"arn:aws:sns:{REGION}:123456789012:oncall", **made.get("fill", {})}.items():
        text = re.sub(rf"\b{name}\b", value, text)
    return lines_of(text)


def _run(line: str) -> None:
    command = command_of(line)
    service, operation = command.name.split()
    (region,) = command.given["region"]
    getattr(client(service, region), operation)(**command.parameters)
