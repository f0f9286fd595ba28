"""The GitHub Action and the workflows: what checkers say of them, and what the steps of the action do."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.checkers import SCRIPTS, checker
from walint.cli.init_texts import PINS

ROOT = Path(__file__).resolve().parent.parent
ACTION = ROOT / "action.yml"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TEMPLATE = """\
Resources:
  Orders:
    Type: AWS::Lambda::Function
    Properties: {Runtime: python3.13, Handler: a.b, Code: {ZipFile: x}, Role: r}
"""


@pytest.mark.parametrize("file", [ACTION, *WORKFLOWS], ids=lambda file: file.name)
def test_zizmor_has_nothing_to_complain_of(file: Path) -> None:
    command = [checker("zizmor"), "--offline", "--no-config", "--no-progress", "--persona=pedantic", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("file", "schema"),
    [(ACTION, "vendor.github-actions"), *[(file, "vendor.github-workflows") for file in WORKFLOWS]],
    ids=lambda value: getattr(value, "name", ""),
)
def test_the_schema_holds(file: Path, schema: str) -> None:
    command = [checker("check-jsonschema"), "--builtin-schema", schema, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def steps_of(file: Path) -> list[dict[str, object]]:
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    jobs = document.get("jobs", {"action": document.get("runs")})
    return [step for job in jobs.values() for step in job["steps"]]


@pytest.mark.parametrize("file", [ACTION, *WORKFLOWS], ids=lambda file: file.name)
def test_no_expression_becomes_part_of_a_script(file: Path) -> None:
    assert [step["run"] for step in steps_of(file) if "${{" in str(step.get("run", ""))] == []


@pytest.mark.parametrize("file", [ACTION, *WORKFLOWS], ids=lambda file: file.name)
def test_what_others_wrote_is_pinned_by_its_commit(file: Path) -> None:
    used = re.findall(r"^ *(?:- )?uses: (?!\./)(.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    assert used
    assert [one for one in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one)] == []


def test_one_commit_of_each_action_is_used_everywhere() -> None:
    files = [ACTION, *WORKFLOWS, *ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
    used = [
        match.groups()
        for file in files
        for match in re.finditer(r"uses: ([\w./-]+)@([0-9a-f]{40}) # (v[\d.]+)", file.read_text(encoding="utf-8"))
    ]
    assert {name for name, *_ in used} == set(PINS)
    assert [one for one in used if one[1:] != PINS[one[0]]] == []


def test_the_upload_happens_also_after_findings() -> None:
    (upload,) = [step for step in steps_of(ACTION) if "upload-sarif" in str(step.get("uses"))]
    assert "always()" in str(upload["if"])


class Runner:
    """A stand-in for the runner of GitHub: its folders and its files."""

    def __init__(self, folder: Path) -> None:
        self.workspace = folder / "work space"
        self.temp = folder / "temp"
        self.output, self.summary = self.temp / "output", self.temp / "summary"
        for made in (self.workspace, self.temp):
            made.mkdir()
        for file in (self.output, self.summary):
            file.touch()

    def check(self, **inputs: str) -> tuple[dict[str, str], str]:
        """The outputs of the step that judges, and what it prints."""
        environment = {
            **os.environ,
            "RUNNER_TEMP": str(self.temp),
            "GITHUB_OUTPUT": str(self.output),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "PYTHON": sys.executable,
            "WALINT": f"{SCRIPTS}/walint",
            "INPUT_PATHS": ".",
            "INPUT_ARGUMENTS": "--select=lambda-tracing",
            "INPUT_FAIL_ON": "",
            "INPUT_SARIF": "walint.sarif",
            "INPUT_ANNOTATIONS": "true",
            "INPUT_SUMMARY": "true",
            **inputs,
        }
        done = subprocess.run(
            ["bash", str(ROOT / "tools" / "action.sh"), "check"],
            cwd=self.workspace,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return dict(line.split("=", 1) for line in self.output.read_text().splitlines()), done.stdout


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    made = Runner(tmp_path)
    (made.workspace / "a stack.yaml").write_text(TEMPLATE)
    return made


def test_findings_are_counted_and_reported(runner: Runner) -> None:
    outputs, printed = runner.check()
    assert {name: outputs[name] for name in ("exit-status", "findings", "high", "medium", "low", "sarif")} == {
        "exit-status": "1",
        "findings": "1",
        "high": "1",
        "medium": "0",
        "low": "0",
        "sarif": "walint.sarif",
    }
    assert json.loads((runner.workspace / "walint.sarif").read_text())["runs"][0]["results"]
    assert printed.splitlines()[-1].startswith("::error title=walint lambda-tracing,file=a stack.yaml,line=")
    assert "**1 finding**" in runner.summary.read_text()


def test_what_is_printed_of_templates_is_no_command(runner: Runner) -> None:
    _, printed = runner.check()
    lines = printed.splitlines()
    token = lines[0].removeprefix("::stop-commands::")
    assert re.fullmatch(r"[0-9a-f]{32}", token)
    commands = [index for index, line in enumerate(lines) if line.startswith("::error")]
    assert min(commands) > lines.index(f"::{token}::")


def test_paths_and_arguments_are_one_a_line(runner: Runner) -> None:
    (runner.workspace / "other.yaml").write_text(TEMPLATE)
    outputs, _ = runner.check(INPUT_PATHS="a stack.yaml\r\n\n", INPUT_ARGUMENTS="--select\nlambda-tracing\n")
    assert outputs["findings"] == "1"


@pytest.mark.parametrize("evil", ["$(touch pwned)", "`touch pwned`", "; touch pwned", "--rules=pwned"])
def test_a_path_is_only_a_path(runner: Runner, evil: str) -> None:
    outputs, _ = runner.check(INPUT_PATHS=evil)
    assert outputs == {"exit-status": "2"}
    assert not (runner.workspace / "pwned").exists()


def test_nothing_else_is_written_where_it_is_not_wanted(runner: Runner) -> None:
    outputs, printed = runner.check(INPUT_ANNOTATIONS="false", INPUT_SUMMARY="false", INPUT_FAIL_ON="never")
    assert outputs["exit-status"] == "0"
    assert "::error" not in printed
    assert runner.summary.read_text() == ""


def test_an_old_report_is_no_output_of_a_run_that_failed(runner: Runner) -> None:
    runner.check()
    runner.output.write_text("")
    outputs, _ = runner.check(INPUT_ARGUMENTS="--no-such-option")
    assert outputs == {"exit-status": "2"}
