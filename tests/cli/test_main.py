"""The program as a whole: commands, errors, and the ways in which it can end."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import Any

import jsonschema
import pytest

from walint import __version__, engine
from walint.cli import COMMANDS, main

PROGRAM = [sys.executable, "-m", "walint"]


@pytest.mark.parametrize("word", ["--version", "-V"])
def test_version(project: Any, word: str) -> None:
    assert project.run(word).out == f"walint {__version__}\n"


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"], ["help"]])
def test_the_overview_names_every_command(project: Any, arguments: list[str]) -> None:
    done = project.run(*arguments)
    assert done.status == 0
    assert [line.split()[0] for line in done.out.splitlines() if line.startswith("  ")] == list(COMMANDS)


@pytest.mark.parametrize("command", [*COMMANDS, "baseline update", "baseline show", "rules list", "rules test"])
def test_every_command_has_help(project: Any, command: str) -> None:
    done = project.run(*command.split(), "--help")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith(f"usage: walint {command}")


def test_nothing_promises_what_does_not_exist_yet(project: Any) -> None:
    assert project.run("check", "--org").status == 2
    assert project.run("audit").status == 2


def test_a_bug_is_called_a_bug(bad: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> object:
        raise ZeroDivisionError("what nobody expected")

    monkeypatch.setattr(engine, "select", broken)
    monkeypatch.setattr("walint.cli.scan.select", broken)
    done = bad.check()
    assert (done.status, done.out) == (4, "")
    assert "this is a bug in walint" in done.err
    assert "Traceback" not in done.err
    assert "Traceback" in bad.check("-v").err


def test_an_interruption(bad: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr("walint.cli.scan.load_sources", interrupted)
    done = bad.check()
    assert (done.status, done.err) == (130, "error: interrupted\n")


def test_python_dash_m(bad: Any) -> None:
    command = [*PROGRAM, "check", "--rules", "rules", "--select", "own", "-q"]
    done = subprocess.run(
        command, cwd=bad.folder, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    assert (done.returncode, done.stdout.count("\n"), done.stderr) == (1, 1, "")


def test_a_reader_that_leaves_early_changes_nothing(bad: Any) -> None:
    resources = "".join(
        f"  Q{n}: {{Type: AWS::SQS::Queue, Properties: {{MessageRetentionPeriod: 60}}}}\n" for n in range(3000)
    )
    bad.write("many.yaml", "Resources:\n" + resources)
    program = " ".join(PROGRAM)
    command = f"{program} many.yaml --rules rules --select own --no-cache | head -n 1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command], cwd=bad.folder, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    assert done.stdout.splitlines()[-1] == "1"
    assert done.stderr == ""


def test_a_terminal_that_cannot_say_everything(bad: Any) -> None:
    bad.write(
        "uni.yaml",
        "Resources:\n  Q: {Type: AWS::SQS::Queue, Properties: {MessageRetentionPeriod: 60, QueueName: é→日}}\n",
    )
    command = [*PROGRAM, "uni.yaml", "--rules", "rules", "--select", "own"]
    done = subprocess.run(
        command,
        cwd=bad.folder,
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0"},
        stdin=subprocess.DEVNULL,
    )
    assert (done.returncode, done.stderr) == (1, b"")
    assert b"\\u65e5" in done.stdout


def test_the_rules_as_json(project: Any) -> None:
    data = json.loads(project.run("rules", "list", "--format", "json", "--rules", "rules").out)
    (listed,) = [rule for rule in data["rules"] if rule["id"] == "own-topic-has-name"]
    assert listed == {
        "id": "own-topic-has-name",
        "family": "own",
        "title": "Topic has no display name",
        "severity": "low",
        "practices": ["OPS08-BP04"],
        "sources": ["cloudformation"],
    }


def test_the_rules_as_text(project: Any) -> None:
    done = project.run("rules", "list", "--rules", "rules")
    listed = r"^own$\n  own-queue-keeps-messages +medium +Queue forgets messages within a day$"
    assert re.search(listed, done.out, re.MULTILINE)


def test_rule_files_are_tested_by_their_examples(project: Any) -> None:
    assert project.run("rules", "test", "rules").out == "2 rules, 4 examples: all came out as marked\n"
    file = project.folder / "rules/own/own-topic-has-name.yaml"
    file.write_text(file.read_text().replace("             # finding", ""))
    done = project.run("rules", "test", "rules")
    assert done.status == 1
    assert done.out == "2 rules, 4 examples: 1 did not come out as marked\n"
    assert "own-topic-has-name.yaml: 'no name' (cloudformation): template.yaml:2: unexpected fail on Alerts" in done.err


def test_a_rule_file_that_is_wrong_is_a_usage_error(project: Any) -> None:
    file = project.folder / "rules/own/own-topic-has-name.yaml"
    file.write_text(file.read_text().replace("expect: {DisplayName: present}", "expect: {DisplayNam: present}"))
    done = project.run("rules", "test", "rules")
    assert (done.status, done.out) == (2, "")
    assert re.match(r"error: .*own-topic-has-name.yaml:10:\d+: .*DisplayNam", done.err)
    assert 'help: did you mean "DisplayName"?' in done.err


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["rules", "tset"], "`walint rules` cannot 'tset'"),
        (["rules", "test"], "which folder of rules?"),
        (["rules", "test", "nowhere"], "the folder of rules nowhere does not exist"),
        (["baseline", "upgrade"], "`walint baseline` cannot 'upgrade'"),
        (["baseline", "show"], ".walint-baseline.json: there is no such baseline file"),
        (["schema", "confg"], "which schema: config, report or rule?"),
        (["completions"], "which shell: bash, zsh or fish?"),
        (["explain"], "which rule?"),
        (["explain", "own-topic"], "there is no rule 'own-topic'"),
        (["report"], "which result?"),
        (["report", "nowhere.json"], "nowhere.json: the result cannot be read"),
        (["init", "nowhere"], "no such folder:"),
        (["explain", "a", "b"], "unexpected argument 'b'"),
    ],
)
def test_usage_errors(project: Any, arguments: list[str], error: str) -> None:
    done = project.run(*arguments)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"error: {error}")


def test_explain_prints_the_page_of_a_rule(project: Any) -> None:
    out = project.run("explain", "own-queue-keeps-messages", "--rules", "rules").out
    for text in (
        "own-queue-keeps-messages: Queue forgets messages within a day",
        "severity   medium",
        "OPS08-BP02",
        "Somebody may need a night to mend the consumer.",
        "Raise MessageRetentionPeriod.",
        "min_seconds = 86400    integer, at least 60, at most 1209600",
        "MessageRetentionPeriod: 3600    # finding",
        '# walint: ignore[own-queue-keeps-messages] reason="why"',
    ):
        assert text in out


def test_explain_shows_what_to_write_and_which_standards_ask_for_it(project: Any) -> None:
    out = project.run("explain", "log-group-retention-min").out
    for text in (
        "standards  S2.19 Logs are kept for 30 days.",
        "since      0.1.0",
        "  Terraform\n    retention_in_days = 30\n",
        "  AWS CLI\n    aws logs put-retention-policy",
        "Finding: seven days is too short (SAM, CloudFormation)",
        "No finding: thirty days (SAM, CloudFormation)",
    ):
        assert text in out


def test_explain_lists_the_rules_of_a_practice(project: Any) -> None:
    out = project.run("explain", "OPS08-BP04", "--rules", "rules").out
    assert out.startswith("OPS08-BP04 Create actionable alerts\n")
    assert "own-topic-has-name: Topic has a display name" in out


@pytest.mark.parametrize("kind", ["config", "report", "rule"])
def test_schemas_are_json_schemas(project: Any, kind: str) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(project.run("schema", kind).out))


def test_the_words_of_the_language(project: Any) -> None:
    assert re.search(r"^alarms$", project.run("rules", "relations").out, re.MULTILINE)
    assert re.search(r"^at_least +is that number or more$", project.run("rules", "operators").out, re.MULTILINE)


def test_results_are_rendered_again_and_merged(bad: Any) -> None:
    bad.check("--report", "json=one.json", "app.yaml")
    bad.write("other.yaml", (bad.folder / "app.yaml").read_text())
    bad.check("--report", "json=two.json", "other.yaml")
    done = bad.run("report", "one.json", "two.json", "--rules", "rules", "--format", "concise")
    assert done.status == 1
    assert [line.partition(":")[0] for line in done.out.splitlines()] == ["app.yaml", "other.yaml"]
    assert bad.run("report", "one.json", "--fail-on", "high").status == 0
    assert bad.run("report", "one.json", "--report", "sarif=again.sarif", "-q").status == 1
    assert json.loads((bad.folder / "again.sarif").read_text())["version"] == "2.1.0"
    assert bad.run("report", "app.yaml").status == 2


def test_a_rendered_result_is_the_one_that_was_printed(bad: Any) -> None:
    printed = bad.check("--report", "json=one.json").out
    assert bad.run("report", "one.json", "--rules", "rules").out == printed


def test_main_takes_the_arguments_of_the_process(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr(sys, "argv", ["walint", "--version"])
    assert main() == 0
    assert capsys.readouterr().out == f"walint {__version__}\n"
