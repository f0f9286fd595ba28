"""Laws of findings, end to end: fingerprints outlive reformatting and reordering, secrets are never shown."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

NAMES = ["Orders", "Payments", "Parcels", "Returns", "Alerts"]
QUEUES = st.dictionaries(
    st.sampled_from(NAMES),
    st.fixed_dictionaries(
        {"MessageRetentionPeriod": st.sampled_from([60, 3600, 90_000, {"Ref": "Seconds"}])},
        optional={"QueueName": st.sampled_from(["one", "two: three", "# four"]), "DelaySeconds": st.integers(0, 900)},
    ),
    min_size=1,
)


def template_of(queues: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    resources = {name: {"Type": "AWS::SQS::Queue", "Properties": dict(found)} for name, found in queues.items()}
    return {"Parameters": {"Seconds": {"Type": "Number"}}, "Resources": resources}


def shuffled(data: Any, order: random.Random) -> Any:
    """The same data with the keys of every mapping in another order."""
    if isinstance(data, dict):
        keys = order.sample(sorted(data), len(data))
        return {key: shuffled(data[key], order) for key in keys}
    return data


def written(data: Any, order: random.Random) -> str:
    """The data in one of many spellings of YAML and JSON, with comments and empty lines between."""
    style = order.choice(["block", "flow", "json", "indented json"])
    if style == "block":
        text = yaml.safe_dump(data, sort_keys=False, indent=order.choice([2, 4]))
        lines = [extra for line in text.splitlines() for extra in (*order.choice([[], [""], ["# a remark"]]), line)]
        return order.choice(["", "\ufeff"]) + order.choice(["\n", "\r\n"]).join(lines) + "\n"
    if style == "flow":
        return yaml.safe_dump(data, sort_keys=False, default_flow_style=True, width=order.choice([40, 400]))
    return json.dumps(data, indent=None if style == "json" else 3)


def judged(project: Any) -> set[tuple[str, str, str]]:
    data = json.loads(project.check("--format", "json", "--show-passed", "app.yaml").out)
    return {
        (record["outcome"], record["resource"]["address"], record["fingerprint"])
        for outcome in ("findings", "unknown", "passed")
        for record in data[outcome]
    }


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(queues=QUEUES, seed=st.integers(0, 2**32))
def test_reformatting_and_reordering_change_no_fingerprint(project: Any, queues: Any, seed: int) -> None:
    order = random.Random(seed)  # noqa: S311 - no secret is made of it
    template = template_of(queues)
    file: Path = project.folder / "app.yaml"
    file.write_text(yaml.safe_dump(template), encoding="utf-8")
    before = judged(project)
    assert len({fingerprint for _, _, fingerprint in before}) == len(queues)
    file.write_bytes(written(shuffled(template, order), order).encode())
    assert judged(project) == before


SECRET = "hunter2-hunter2"  # noqa: S105 - made up
SECRETS = f"""\
Parameters:
  Password: {{Type: String, NoEcho: true, Default: {SECRET}}}
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      Role: arn:aws:iam::123456789012:role/orders
      Code: {{S3Bucket: "code", S3Key: "app.zip"}}
      Environment:
        Variables: {{DB_PASSWORD: {SECRET}, URL: "postgres://app:{SECRET}@db/orders", KEY: AKIA0123456789ABCDEF}}
  Queue:
    Type: AWS::SQS::Queue
    Properties: {{MessageRetentionPeriod: 60, Tags: [{{Key: token, Value: !Ref Password}}]}}
  Database:
    Type: AWS::RDS::DBInstance
    Properties: {{MasterUserPassword: {SECRET}, BackupRetentionPeriod: 0}}
"""


@pytest.mark.parametrize("format_name", ["text", "concise", "json", "sarif", "html"])
def test_secrets_are_in_no_report(project: Any, format_name: str) -> None:
    project.write("app.yaml", SECRETS)
    options = ["--show-passed", "--show-unknown", "--profile", "strict", "-v"]
    done = project.run("check", "app.yaml", "--rules", "rules", "--format", format_name, *options)
    assert done.status in {0, 1}
    assert "Queue" in done.out or format_name == "html"
    for secret in (SECRET, "AKIA0123456789ABCDEF"):
        assert secret not in done.out + done.err


QUEUE = "{Type: AWS::SQS::Queue, Properties: {MessageRetentionPeriod: 60}}"
HOSTILE = {
    "alias-bomb.yaml": "a: &a [x, x]\n"
    + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(24))
    + "Resources: {Q: {Type: AWS::SQS::Queue, Metadata: *y}}\n",
    "deep.json": '{"Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": '
    + '{"A": ' * 10_000
    + "1"
    + "}" * 10_003,
    "escape.yaml": f'Resources:\n  "\\e[31mQ</script>": {QUEUE}\n',
    "null.yaml": "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n",
    "type.yaml": f"Resources: {{Q: {{Type: {{A: B}}}}, R: {QUEUE}}}\n",
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
@pytest.mark.parametrize("format_name", ["text", "json", "sarif"])
def test_hostile_templates_end_in_a_report(project: Any, name: str, format_name: str) -> None:
    project.write("good.yaml", f"Resources: {{Q: {QUEUE}}}\n")
    (project.folder / name).write_text(HOSTILE[name], encoding="utf-8")
    done = project.check(name, "good.yaml", "--format", format_name)
    assert done.status == 1
    assert "Traceback" not in done.err
    assert "good.yaml" in done.out
    assert "\x1b" not in done.out + done.err


def test_bytes_that_are_no_text(project: Any) -> None:
    (project.folder / "utf.yaml").write_bytes(b"Resources:\n  Q\xff: {Type: AWS::SQS::Queue}\n")
    (project.folder / "nul.yaml").write_bytes(b"Resources:\n  Q\0: {Type: AWS::SQS::Queue}\n")
    done = project.check("utf.yaml", "nul.yaml")
    assert done.status == 3
    assert "utf.yaml:2:4" in done.out
    assert "nul.yaml:2:4" in done.out


def test_a_pipe_is_not_waited_for(project: Any) -> None:
    os.mkfifo(project.folder / "app.yaml")
    done = project.check("app.yaml")
    assert done.status == 3
    assert "is not a regular file" in done.out
