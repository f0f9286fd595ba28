"""`walint demo`: every finding of the account that is made up is true, and nothing of the user's is touched."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from walint.cli import main

pytest.importorskip("moto", reason="moto is not installed (it is in the extra `demo`)")
ROOT = Path(__file__).resolve().parents[2]
HOSTILE = {
    "AWS_PROFILE": "production",
    "AWS_ACCESS_KEY_ID": "real-key",
    "AWS_SECRET_ACCESS_KEY": "real-secret",
    "AWS_ENDPOINT_URL": "http://192.0.2.1:9",
    "AWS_ENDPOINT_URL_LAMBDA": "http://192.0.2.1:9",
    "AWS_REGION": "ap-southeast-2",
    "AWS_CA_BUNDLE": "/nowhere",
    "MOTO_ALLOW_NONEXISTENT_REGION": "true",
    "HTTPS_PROXY": "http://192.0.2.1:9",
}


class Demo(NamedTuple):
    status: int
    out: str
    err: str
    folder: Path

    def report(self, name: str) -> dict[str, Any]:
        document: dict[str, Any] = json.loads((self.folder / name).read_text(encoding="utf-8"))
        return document


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """One run of the demo where the environment leads to a real account."""
    folder = tmp_path_factory.mktemp("demo") / "new folder"
    program = "from walint.cli import entry_point; entry_point()"
    done = subprocess.run(
        [sys.executable, "-c", program, "demo", "--output", str(folder)],
        cwd=ROOT,
        env={**os.environ, **HOSTILE, "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return Demo(done.returncode, done.stdout, done.stderr, folder)


def test_reports_of_both_kinds_are_left(demo: Demo) -> None:
    assert (demo.status, demo.err) == (0, "")
    names = {f"{name}.{kind}" for name in ("walint", "audit") for kind in ("json", "sarif", "html")}
    assert {path.name for path in demo.folder.iterdir()} == {*names, "shop.yaml"}
    assert [name for name in names if str(demo.folder / name) not in demo.out] == []
    assert demo.report("walint.json")["run"]["complete"]
    assert "examples/bad/template.yaml:" in demo.out


def test_nothing_of_the_users_is_in_the_reports(demo: Demo) -> None:
    assert b"real-" not in b"".join(path.read_bytes() for path in demo.folder.iterdir())


def test_every_finding_of_the_account_is_one_that_was_put_there(demo: Demo) -> None:
    found = {(one["rule_id"], one["resource"]["name"]) for one in demo.report("audit.json")["findings"]}
    assert found >= {
        ("alarm-dimension-matches-resource", "import-errors"),  # its function is gone
        ("alarm-topic-has-subscription", "night-shift"),  # nobody has confirmed
        ("database-deletion-protection", "reporting"),
        ("dynamodb-deletion-protection", "carts"),
        ("dynamodb-pitr", "carts"),
        ("lambda-tracing", "search"),
        ("lambda-tracing", "send-receipt"),
        ("log-group-retention-min", "/aws/lambda/search"),
        ("log-group-retention-set", "/aws/lambda/send-receipt"),
        ("rds-backup-retention", "reporting"),
        ("s3-versioning", "shop-exports"),
        ("sqs-dlq", "receipts"),
    }


def test_what_is_in_order_is_not_found(demo: Demo) -> None:
    report = demo.report("audit.json")
    good = {
        ("alarm-dimension-matches-resource", "checkout-errors"),
        ("alarm-topic-has-subscription", "on-call"),
        ("database-deletion-protection", "ledger"),
        ("database-log-exports", "ledger"),
        ("dynamodb-deletion-protection", "orders"),
        ("dynamodb-deletion-protection", "catalogue"),
        ("dynamodb-pitr", "orders"),
        ("dynamodb-pitr", "catalogue"),  # its backups are refused: unknown
        ("lambda-structured-logs", "checkout"),  # moto forgets it
        ("lambda-tracing", "checkout"),
        ("log-group-retention-set", "/aws/lambda/checkout"),
        ("rds-backup-retention", "ledger"),
        ("sqs-dlq", "orders"),
        ("sqs-dlq", "orders-dead"),
    }
    assert {(one["rule_id"], one["resource"]["name"]) for one in report["findings"]} & good == set()
    assert {rule for rule, _ in good} <= {one["id"] for one in report["rules"]}


def test_what_is_refused_is_unknown_and_named(demo: Demo) -> None:
    report = demo.report("audit.json")
    assert {one["help"] for one in report["run"]["incomplete"]} == {
        "allow dynamodb:DescribeContinuousBackups to the role that walint uses",
        "allow states:ListStateMachines to the role that walint uses",
    }
    undecided = {one["rule_id"] for one in report["unknown"]}
    assert undecided >= {"dynamodb-pitr", "stepfunctions-logging"}


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert main(["demo", "--output", str(tmp_path / "file" / "reports")]) == 2
    assert "the folder cannot be made" in capsys.readouterr().err


def test_the_stack_of_the_account_is_traced_to_its_template(demo: Demo) -> None:
    report = demo.report("audit.json")
    lines = (demo.folder / "shop.yaml").read_text(encoding="utf-8").splitlines()
    traced = {
        (one["rule_id"], one["resource"]["name"]): lines[one["location"]["start_line"] - 1].strip()
        for one in report["findings"]
        if one["location"] is not None and one["location"]["path"].endswith("shop.yaml")
    }
    assert traced["dynamodb-deletion-protection", "carts"] == "DeletionProtectionEnabled: true"
    assert traced["lambda-tracing", "send-receipt"] == "SendReceipt:"
    assert {
        (one["rule_id"], one["resource"]["name"], one["declared"], one["live"]) for one in report["code"]["differences"]
    } == {
        ("dynamodb-deletion-protection", "carts", "pass", "fail"),
        ("log-group-retention-set", "/aws/lambda/write-invoice", "fail", "pass"),
    }
    by_hand = {one["resource"]["name"] for one in report["findings"] if one["rule_id"] == "iac-managed"}
    assert by_hand >= {"receipts", "search", "catalogue", "night-shift"}
    assert by_hand.isdisjoint({"checkout", "orders", "carts", "checkout-errors"})
    assert "code manages" in demo.out
