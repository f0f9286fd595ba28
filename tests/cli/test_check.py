from __future__ import annotations

import gc
import json
from typing import Any

import jsonschema
import pytest

from walint.reports.json import schema

FOUND = "app.yaml:7:31: medium own-queue-keeps-messages Orders: Queue forgets messages within a day\n"
OFF = "app.yaml:14:3: low own-topic-has-name Alerts: Topic has no display name\n"


def json_of(done: Any) -> dict[str, Any]:
    data = json.loads(done.out)
    jsonschema.validate(data, json.loads(schema()))
    return data  # type: ignore[no-any-return]


def test_text_for_people(bad: Any) -> None:
    done = bad.check()
    assert done.status == 1
    assert (
        "medium[own-queue-keeps-messages]: Orders: Queue forgets messages within a day\n  --> app.yaml:7:31\n"
        in done.out
    )
    assert "expected: at least 86400" in done.out
    assert "found: 3600" in done.out
    assert "1 finding: 1 medium (4 resources in 1 file, 1 rule)" in done.out
    assert done.err == ""


def test_a_path_alone_is_checked(bad: Any) -> None:
    assert bad.run("app.yaml", "--rules", "rules", "--select", "own", "-q").out == FOUND


def test_options_may_stand_between_paths(bad: Any) -> None:
    bad.write("other.yaml", "Resources: {Q: {Type: AWS::SQS::Queue, Properties: {MessageRetentionPeriod: 60}}}\n")
    done = bad.check("app.yaml", "--format", "concise", "other.yaml")
    assert [line.partition(":")[0] for line in done.out.splitlines()] == ["app.yaml", "other.yaml"]


def test_json_by_the_contract(bad: Any) -> None:
    done = bad.check("--format", "json", "--show-passed")
    data = json_of(done)
    assert (done.status, done.err) == (1, "")
    assert data["summary"]["outcomes"] == {
        "pass": 1,
        "fail": 1,
        "unknown": 1,
        "not-applicable": 0,
        "suppressed": 0,
        "error": 0,
    }
    (finding,) = data["findings"]
    assert (finding["rule_id"], finding["resource"]["address"]) == ("own-queue-keeps-messages", "Orders")
    assert (finding["expected"], finding["found"], finding["remediation"]) == (
        "at least 86400",
        "3600",
        "Raise MessageRetentionPeriod.",
    )
    assert [record["resource"]["address"] for record in data["unknown"]] == ["Slow"]
    assert [record["resource"]["address"] for record in data["passed"]] == ["Good"]
    assert "parameter Seconds" in data["unknown"][0]["reason"]


def test_the_same_input_gives_the_same_bytes(bad: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1780000000")
    for name in ("json", "sarif", "text"):
        assert bad.check("--format", name).out == bad.check("--format", name).out


@pytest.mark.parametrize(
    ("paths", "options", "status"),
    [
        ("app", [], 1),
        ("app", ["--fail-on", "medium"], 1),
        ("app", ["--fail-on", "high"], 0),
        ("app", ["--fail-on", "never"], 0),
        ("app", ["--fail-on", "never", "--fail-on-unknown"], 0),
        ("app", ["--min-severity", "high"], 0),
        ("app", ["--ignore", "own-queue-keeps-messages"], 0),
        ("app", ["--fail-on", "grave"], 2),
        ("broken", [], 3),
        ("broken", ["--allow-incomplete"], 0),
        ("app broken", [], 1),
        ("app broken", ["--fail-on", "high"], 3),
        ("good", [], 0),
        ("unknown", [], 0),
        ("unknown", ["--fail-on-unknown"], 1),
        ("unknown", ["--fail-on-unknown", "--fail-on", "high"], 0),
        ("nowhere", [], 2),
    ],
)
@pytest.mark.parametrize("format_name", ["text", "json", "sarif"])
def test_exit_status(bad: Any, paths: str, options: list[str], status: int, format_name: str) -> None:
    bad.write("broken.yaml", "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  A: [\n")
    bad.write("good.yaml", "Resources: {Q: {Type: AWS::SQS::Queue}}\n")
    bad.write(
        "unknown.yaml",
        "Parameters: {S: {Type: Number}}\n"
        "Resources: {Q: {Type: AWS::SQS::Queue, Properties: {MessageRetentionPeriod: !Ref S}}}\n",
    )
    files = [f"{name}.yaml" for name in paths.split()]
    assert bad.check("--format", format_name, *files, *options).status == status


def test_what_cannot_be_read_is_told_with_its_line(bad: Any) -> None:
    bad.write("broken.yaml", "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  A: [\n")
    done = bad.check("--format", "json", "broken.yaml")
    assert not json_of(done)["run"]["complete"]
    assert done.err.startswith("error: broken.yaml:")
    assert "broken.yaml:" in bad.check("broken.yaml").out


@pytest.mark.parametrize("name", ["empty", "notes.yaml", "."])
def test_nothing_to_judge_is_not_a_clean_result(project: Any, name: str) -> None:
    (project.folder / "empty").mkdir()
    project.write("notes.yaml", "remember: the milk\n")
    done = project.check(name)
    assert done.status == 3
    assert f"{name}: nothing to judge was found here" in done.out
    assert project.check(name, "--allow-incomplete").status == 0


def test_reports_are_written_beside(bad: Any) -> None:
    done = bad.check("-q", "--report", "json=out/walint.json", "--report", "sarif=out/walint.sarif", "app.yaml")
    assert (done.status, done.out) == (1, FOUND)
    assert json.loads((bad.folder / "out/walint.json").read_text())["findings"]
    assert json.loads((bad.folder / "out/walint.sarif").read_text())["version"] == "2.1.0"
    assert sorted(path.name for path in (bad.folder / "out").iterdir()) == ["walint.json", "walint.sarif"]


@pytest.mark.parametrize(
    ("arguments", "error", "hint"),
    [
        (["--formt", "json"], "unknown option '--formt'", "did you mean '--format'?"),
        (["--format", "jsn"], "there is no report format 'jsn'", "did you mean 'json'?"),
        (["--report", "sarif"], "argument --report: 'sarif' is not FORMAT=PATH", "see `walint check --help`"),
        (["--report", "xml=a"], "there is no report format 'xml'", "choose one of"),
        (["--today", "tomorrow"], "argument --today: 'tomorrow' is no date (YYYY-MM-DD)", "see `walint check --help`"),
        (["--select", "own-queue"], "no rule is known by 'own-queue'", "did you mean 'own-queue-keeps-messages'?"),
        (
            ["--profile", "strickt"],
            "--profile must be one of default, strict, minimal, not 'strickt'",
            "did you mean 'strict'?",
        ),
        (["--rules", "elsewhere"], "the folder of rules elsewhere does not exist", ""),
        (["--config", "x.toml"], "x.toml: there is no such config file", ""),
        (["--config", "x.toml", "--isolated"], "--config and --isolated exclude each other", ""),
        (["--baseline", "b.json"], "b.json: there is no such baseline file", "`walint baseline update` writes one"),
        (["--parameters", "p.json"], "p.json: cannot be read", ""),
        (["chekc"], "no such file or folder: chekc", "did you mean 'check'?"),
        (["--color", "maybe"], "--color must be one of auto, always, never, not 'maybe'", ""),
    ],
)
def test_usage_errors_say_what_to_do(bad: Any, arguments: list[str], error: str, hint: str) -> None:
    done = bad.check(*arguments)
    assert (done.status, done.out) == (2, "")
    first, _, rest = done.err.partition("\n")
    assert first.startswith(f"error: {error}")
    assert rest.startswith(f"help: {hint}" if hint else "")


@pytest.mark.parametrize(
    ("select", "ids"),
    [
        (["own"], {"own-queue-keeps-messages"}),
        (["own-topic-has-name"], {"own-topic-has-name"}),
        (["REL04-BP02,own-topic-has-name"], {"own-queue-keeps-messages", "own-topic-has-name"}),
        (["own", "--profile", "strict"], {"own-queue-keeps-messages", "own-topic-has-name"}),
        (["own", "--ignore", "OPS08", "--profile", "strict"], set()),
        (["own-topic-has-name", "--ignore", "OPS08"], {"own-topic-has-name"}),
        (["own", "--profile", "strict", "--ignore", "own-topic-has-name"], {"own-queue-keeps-messages"}),
    ],
)
def test_selection(bad: Any, select: list[str], ids: set[str]) -> None:
    data = json_of(bad.check("--format", "json", "--select", *select))
    assert {record["rule_id"] for record in data["findings"]} == ids


def test_a_profile_leaves_the_rule_off_until_it_is_named(bad: Any) -> None:
    assert bad.check("-q").out == FOUND
    assert bad.check("-q", "--select", "own-topic-has-name").out == OFF


def test_parameters_settle_what_is_unknown(bad: Any) -> None:
    bad.write("prod.json", '[{"ParameterKey": "Seconds", "ParameterValue": "60"}]')
    done = bad.check("-q", "--parameters", "prod.json")
    assert [line.split()[3] for line in done.out.splitlines()] == ["Orders:", "Slow:"]


def test_color_and_no_color(bad: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[" not in bad.check().out
    assert "\x1b[" in bad.check("--color", "always").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in bad.check().out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in bad.check().out


def test_quiet_prints_findings_alone(bad: Any) -> None:
    text = (bad.folder / "app.yaml").read_text()
    bad.write("app.yaml", "# walint: ignore nothing\n" + text)
    done = bad.check("--format", "concise")
    assert done.err.startswith("warning: app.yaml:1:1: this comment suppresses nothing")
    assert bad.check("-q").err == ""


def test_paths_are_relative_to_the_git_root(bad: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (bad.folder / ".git").mkdir()
    (bad.folder / "service").mkdir()
    (bad.folder / "app.yaml").rename(bad.folder / "service" / "app.yaml")
    monkeypatch.chdir(bad.folder / "service")
    done = bad.run("check", "app.yaml", "--rules", "../rules", "--select", "own", "-q")
    assert done.out == f"service/{FOUND}"


def test_the_garbage_collector_is_left_as_it_was(bad: Any) -> None:
    assert gc.isenabled()
    bad.check()
    assert gc.isenabled()
