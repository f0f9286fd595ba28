"""walint and cfn-lint in both directions, with the real cfn-lint."""

from __future__ import annotations

import json
import os
import subprocess
import sysconfig
from pathlib import Path

import pytest

from walint.cli import main

pytest.importorskip("cfnlint", reason="cfn-lint is not installed (it is in the extra `cfn-lint`)")

SCRIPTS = Path(sysconfig.get_path("scripts"))
TEMPLATE = """\
Parameters:
  Unused: {Type: String}
Resources:
  Größe:
    Type: AWS::SNS::Topic
  Orders:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      Code: {ZipFile: "x = 1"}
      Role: !GetAtt Role.Arn
      TracingConfig:
        Mode: PassThrough
  Kept:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      Code: {ZipFile: "x = 1"}
      Role: !GetAtt Role.Arn
      TracingConfig: {Mode: PassThrough}    # walint: ignore[lambda-tracing] reason="a batch job"
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Version: "2012-10-17", Statement: []}
      RoleNam: typo
"""
SAID = "Orders: Lambda function is not traced. TracingConfig.Mode: expected Active, found PassThrough. (lambda-tracing)"
NAME = "ein [Stapel] 100%.yaml"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / NAME).write_text(TEMPLATE, encoding="utf-8")
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    monkeypatch.setenv("HOME", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def cfn_lint(folder: Path, *options: str) -> list[dict[str, object]]:
    """What cfn-lint with walint's rules says of the template."""
    (folder / "plain.yaml").write_text(TEMPLATE, encoding="utf-8")
    command = [
        str(SCRIPTS / "cfn-lint"),
        "--append-rules",
        "walint.integrations.cfn_lint",
        "--format",
        "json",
        *options,
    ]
    done = subprocess.run(
        [*command, "--template", "plain.yaml"],
        cwd=folder,
        env=dict(os.environ),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    found: list[dict[str, object]] = json.loads(done.stdout)
    return found


def ids(found: list[dict[str, object]]) -> set[str]:
    return {one["Rule"]["Id"] for one in found}  # type: ignore[index]


def test_walints_findings_are_shown_by_cfn_lint(folder: Path) -> None:
    found = cfn_lint(folder)
    tracing = [one for one in found if one["Rule"]["Id"] == "E-walint-lambda-tracing"]  # type: ignore[index]
    assert [(one["Message"], one["Level"], one["Location"]["Start"]) for one in tracing] == [  # type: ignore[index]
        (
            SAID,
            "Error",
            {"ColumnNumber": 15, "LineNumber": 14},
        )
    ]
    assert "W2001" in ids(found)


def test_walints_rules_are_left_out_like_others(folder: Path) -> None:
    assert {one for one in ids(cfn_lint(folder, "--ignore-checks", "E-walint")) if "walint" in one}
    left = ids(cfn_lint(folder, "--ignore-checks", "E-walint", "W-walint"))
    assert {one for one in left if "walint" in one} == set()


def test_informational_rules_are_shown_on_demand(folder: Path) -> None:
    assert not {one for one in ids(cfn_lint(folder)) if one.startswith("I-walint")}
    assert {one for one in ids(cfn_lint(folder, "--include-checks", "I")) if one.startswith("I-walint")}


def test_a_config_that_is_wrong_is_told(folder: Path) -> None:
    (folder / "walint.toml").write_text("profil = 1\n")
    told = [one["Message"] for one in cfn_lint(folder) if one["Rule"]["Id"] == "E-walint"]  # type: ignore[index]
    assert len(told) == 1
    assert str(told[0]).startswith("walint: ")
    assert "profil" in str(told[0])


def check(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, dict[str, object], str]:
    capsys.readouterr()
    status = main(["check", "--with-cfn-lint", "--select=lambda-tracing", "--format=json", *options])
    out, err = capsys.readouterr()
    return status, json.loads(out) if out else {}, err


@pytest.mark.usefixtures("folder")
def test_cfn_lints_findings_are_in_walints_reports(capsys: pytest.CaptureFixture[str]) -> None:
    status, report, _ = check(capsys)
    found = [
        (one["rule_id"], one["severity"], one["resource"]["address"], one["location"]["start_line"])
        for one in report["findings"]  # type: ignore[attr-defined]
    ]
    assert status == 1
    assert found == [
        ("cfn-lint-W2001", "medium", NAME, 2),
        ("cfn-lint-E3001", "high", "Größe", 4),
        ("lambda-tracing", "high", "Orders", 14),
        ("cfn-lint-E3002", "high", "Role", 27),
    ]
    assert len({one["fingerprint"] for one in report["findings"]}) == 4  # type: ignore[attr-defined]
    assert report["summary"]["severities"] == {"high": 3, "medium": 1, "low": 0, "info": 0}  # type: ignore[index]
    assert report["summary"]["outcomes"]["fail"] == 4  # type: ignore[index]


@pytest.mark.usefixtures("folder")
def test_severities_too_mild_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    _, report, _ = check(capsys, "--min-severity=high")
    assert "medium" not in {one["severity"] for one in report["findings"]}  # type: ignore[attr-defined]


def test_every_report_can_hold_them(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    check(capsys, "--report=sarif=out/a.sarif", "--report=junit=out/a.xml", "--report=text=out/a.txt")
    run = json.loads((folder / "out" / "a.sarif").read_text(encoding="utf-8"))["runs"][0]
    assert {found["ruleId"] for found in run["results"]} >= {"cfn-lint-E3002", "lambda-tracing"}
    text = (folder / "out" / "a.txt").read_text(encoding="utf-8")
    assert "`walint explain lambda-tracing`" in text
    assert 'ignore[lambda-tracing] reason="..."' in text


def test_its_config_holds_but_its_code_is_not_run(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "evil").mkdir()
    (folder / "evil" / "pwn.py").write_text("import pathlib\npathlib.Path('pwned').touch()\n")
    (folder / ".cfnlintrc").write_text("append_rules: [evil]\nignore_checks: [W2001]\n")
    _, report, _ = check(capsys)
    assert not (folder / "pwned").exists()
    found = {one["rule_id"] for one in report["findings"]}  # type: ignore[attr-defined]
    assert "cfn-lint-W2001" not in found
    assert "cfn-lint-E3002" in found


@pytest.mark.parametrize("config", ["no_such_key: 1\n", "a: ["])
def test_its_broken_config_is_an_error_of_the_user(
    config: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / ".cfnlintrc").write_text(config)
    status, _, err = check(capsys)
    assert status == 2
    assert "error: cfn-lint: " in err


@pytest.mark.usefixtures("folder")
def test_what_is_new_cannot_be_told(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = check(capsys, "--since=HEAD")
    assert (status, "--with-cfn-lint cannot tell what is new" in err) == (2, True)
