"""The examples of a scheduled audit: clean by walint and the checkers, and the function does what it says."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from tests.checkers import checker
from walint.cli.init_texts import PINS

ROOT = Path(__file__).resolve().parent.parent
AUDIT = ROOT / "examples" / "audit"
WORKFLOW = AUDIT / "github" / "walint-audit.yml"
TEMPLATES = sorted((AUDIT / "sam").rglob("*.yaml"))


def test_walint_finds_nothing_in_them_in_the_strict_profile() -> None:
    command = [sys.executable, "-m", "walint", "check", "examples/audit", "--profile", "strict", "--isolated"]
    done = subprocess.run([*command, "--format", "json"], cwd=ROOT, capture_output=True, text=True, check=False)
    result = json.loads(done.stdout)
    told = [(one["rule_id"], one["resource"]["address"]) for one in (*result["findings"], *result["unknown"])]
    assert (told, result["run"]["complete"], done.returncode) == ([], True, 0)
    assert result["summary"]["outcomes"]["pass"] > 20


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_cfn_lint_finds_nothing(template: Path) -> None:
    done = subprocess.run([checker("cfn-lint"), str(template)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_zizmor_and_the_schema_have_nothing_to_complain_of() -> None:
    zizmor = [checker("zizmor"), "--offline", "--no-config", "--no-progress", "--persona=pedantic", str(WORKFLOW)]
    schema = [checker("check-jsonschema"), "--builtin-schema", "vendor.github-workflows", str(WORKFLOW)]
    for command in (zizmor, schema):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_actions_are_pinned_as_elsewhere_and_scripts_hold_no_expressions() -> None:
    text = WORKFLOW.read_text(encoding="utf-8")
    used = re.findall(r"uses: ([^@\s]+)@(\w{40}) # (v[\d.]+)$", text, re.MULTILINE)
    assert len(used) == text.count("uses: ")
    assert {name: (commit, version) for name, commit, version in used if name in PINS} == PINS
    (job,) = yaml.safe_load(text)["jobs"].values()
    assert [step["run"] for step in job["steps"] if "${{" in step.get("run", "")] == []


def test_the_workflow_takes_findings_for_a_result_and_anything_worse_but_that_for_a_failure() -> None:
    (job,) = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"].values()
    script = job["steps"][-1]["run"]
    found = {
        status: subprocess.run(["bash", "-e", "-c", script], env={"STATUS": status}, check=False).returncode
        for status in ("0", "1", "2", "3", "4")
    }
    assert found == {"0": 0, "1": 0, "2": 2, "3": 3, "4": 4}


@pytest.fixture
def app() -> ModuleType:
    """The function's code."""
    pytest.importorskip("moto", reason="moto is not installed (it is in the extra `demo`)")
    pytest.importorskip("boto3", reason="boto3 is not installed (it is in the extra `live`)")
    specification = importlib.util.spec_from_file_location("scheduled_app", AUDIT / "sam" / "function" / "app.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def variables() -> dict[str, str]:
    """The names that the template sets, with the values of a stack without accounts."""
    text = re.sub(r"!(Ref|Sub|GetAtt) ", "", (AUDIT / "sam" / "template.yaml").read_text(encoding="utf-8"))
    named = yaml.safe_load(text)["Resources"]["Audit"]["Properties"]["Environment"]["Variables"]
    return {**dict.fromkeys(named, ""), "BUCKET": "reports", "PARTITION": "aws", "REGIONS": "eu-west-1"}


def test_each_run_leaves_reports_and_compares_itself_with_the_one_before(
    app: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    from walint.sources.live.demo import account
    from walint.sources.live.demo.emulator import false_aws

    with false_aws(account.SHOP) as clients:
        for name, value in {**variables(), "AWS_DEFAULT_REGION": "us-east-1"}.items():
            monkeypatch.setenv(name, value)
        bucket = clients("us-east-1")("s3")
        bucket.create_bucket(Bucket="reports")
        clients("eu-west-1")("sqs").create_queue(QueueName="work")
        assert app.handler({}, None) == {"status": 1}
        app.handler({}, None)
        keys = {one["Key"].rpartition("/")[2] for one in bucket.list_objects_v2(Bucket="reports")["Contents"]}
        assert keys == {"audit.html", "audit.json", "latest.html", "latest.json"}
        report = json.loads(bucket.get_object(Bucket="reports", Key="latest.json")["Body"].read())
        page: Any = bucket.get_object(Bucket="reports", Key="latest.html")["Body"].read()
    assert report["run"]["mode"] == "audit"
    assert b'id="trend"' in page


def test_no_report_is_an_error_of_the_function(app: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    from walint.sources.live.demo import account
    from walint.sources.live.demo.emulator import false_aws

    with false_aws(account.SHOP) as clients:
        for name, value in {**variables(), "REGIONS": "eu-west-99", "AWS_DEFAULT_REGION": "us-east-1"}.items():
            monkeypatch.setenv(name, value)
        clients("us-east-1")("s3").create_bucket(Bucket="reports")
        with pytest.raises(RuntimeError, match="status 2"):
            app.handler({}, None)


def test_accounts_are_entered_by_their_role(app: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given = {"ACCOUNTS": "123456789012,210987654321", "ROLE_NAME": "WalintReadOnly", "EXTERNAL_ID": "eight-or-more"}
    for name, value in {**variables(), **given}.items():
        monkeypatch.setenv(name, value)
    arguments = app._arguments(tmp_path, previous=None)
    role = "arn:aws:iam::123456789012:role/WalintReadOnly"
    assert arguments[arguments.index("--role-arn") + 1] == role
    accounts = yaml.safe_load((tmp_path / "accounts.yaml").read_text())
    assert accounts == ["123456789012", "210987654321"]
