"""`walint init`: what it writes is taken by those who read it, and runs; what exists is left alone."""

from __future__ import annotations

import json
import os
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.checkers import SCRIPTS, checker
from tests.templates import FUNCTION
from walint import __version__
from walint.cli.init import requirement


def judging(workflow: Any) -> str:
    """The script of the step that runs walint."""
    (step,) = [step for step in workflow["jobs"]["walint"]["steps"] if "walint check" in step.get("run", "")]
    return str(step["run"])


def test_init_writes_and_overwrites_nothing(project: Any) -> None:
    (project.folder / ".git").mkdir()
    project.write(
        "template.yaml", "Transform: AWS::Serverless-2016-10-31\nResources: {F: {Type: AWS::Serverless::Function}}\n"
    )
    shown = project.run("init", "--dry-run")
    assert shown.out.startswith("found: SAM\n")
    assert not (project.folder / "walint.toml").exists()
    done = project.run("init")
    assert done.out == shown.out
    assert "+profile" in done.out
    workflow = yaml.safe_load((project.folder / ".github/workflows/walint.yml").read_text())
    assert "walint check --format github" in judging(workflow)
    (hook,) = yaml.safe_load((project.folder / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    assert (hook["entry"], hook["pass_filenames"]) == ("walint check --changed", False)
    assert project.run("check", "--isolated", "template.yaml").status in {0, 1}
    assert project.run("check", "template.yaml").status in {0, 1}

    before = {path: path.read_bytes() for path in project.folder.rglob("*") if path.is_file()}
    again = project.run("init")
    assert (again.status, again.out.count("is left as it is")) == (0, 3)
    assert {path: path.read_bytes() for path in project.folder.rglob("*") if path.is_file()} == before


def test_init_shows_what_to_add_to_a_file_that_exists(project: Any) -> None:
    project.write(".pre-commit-config.yaml", "repos: []\n")
    done = project.run("init")
    assert ".pre-commit-config.yaml exists: add this to its list of repos:\n  - repo: local\n" in done.out
    assert (project.folder / ".pre-commit-config.yaml").read_text() == "repos: []\n"


def test_init_knows_the_cdk(project: Any) -> None:
    project.write("cdk.json", '{"app": "npx ts-node app.ts"}')
    assert project.run("init").out.startswith("found: CDK\n")
    workflow = (project.folder / ".github/workflows/walint.yml").read_text()
    assert "npx aws-cdk synth" in workflow
    assert "walint check . cdk.out" in workflow


def test_init_does_not_follow_a_link_out_of_the_repository(project: Any, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (project.folder / ".github").symlink_to(tmp_path / "elsewhere")
    done = project.run("init")
    assert (done.status, list((tmp_path / "elsewhere").iterdir())) == (2, [])
    assert "lies behind a link that leaves the repository" in done.err


@pytest.mark.parametrize("kind", ["plain", "cdk"])
@pytest.mark.parametrize(
    "command",
    [
        ["zizmor", "--offline", "--no-config", "--no-progress", "--persona=pedantic", ".github/workflows/walint.yml"],
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows", ".github/workflows/walint.yml"],
        ["check-jsonschema", "--schemafile", ".walint/config.schema.json", "walint.toml"],
        ["pre-commit", "validate-config", ".pre-commit-config.yaml"],
    ],
    ids=lambda command: f"{command[0]} {command[-1]}",
)
def test_checkers_take_what_init_writes(project: Any, command: list[str], kind: str) -> None:
    if kind == "cdk":
        project.write("cdk.json", '{"app": "npx ts-node app.ts"}')
    project.run("init")
    done = subprocess.run([checker(command[0]), *command[1:]], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_is_shown_is_a_patch_of_what_is_written(project: Any, repository: Any) -> None:
    shown = project.run("init", "--dry-run", str(repository.folder)).out
    assert repository.git("status", "--short") == ""
    project.run("init", str(repository.folder))
    repository.git("add", "--all")
    tree = repository.git("write-tree")
    repository.git("rm", "-r", "-f", "--quiet", ".")
    (project.folder / "patch").write_text(shown)
    repository.git("apply", "--index", str(project.folder / "patch"))
    assert repository.git("write-tree") == tree


def test_the_written_workflow_judges(project: Any) -> None:
    project.write("app.yaml", FUNCTION)
    project.run("init")
    script = judging(yaml.safe_load((project.folder / ".github/workflows/walint.yml").read_text()))
    environment = {**os.environ, "PATH": f"{SCRIPTS}:{os.environ['PATH']}", "GITHUB_STEP_SUMMARY": "summary"}
    done = subprocess.run(["bash", "-e", "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.splitlines()[0].split(",")[:2]) == (
        1,
        ["::error title=walint lambda-error-alarm", "file=app.yaml"],
    )
    assert json.loads((project.folder / "walint.sarif").read_text())["runs"][0]["results"]
    assert "finding" in (project.folder / "summary").read_text()


def test_the_editor_finds_the_schema_of_the_config(project: Any) -> None:
    project.run("init")
    first = (project.folder / "walint.toml").read_text().splitlines()[0]
    named = project.folder / first.removeprefix("#:schema ")
    assert json.loads(named.read_text()) == json.loads(project.run("schema", "config").out)


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        (None, f"walint=={__version__}"),
        ({"url": "file:///src/walint", "dir_info": {"editable": True}}, f"walint=={__version__}"),
        (
            {"url": "https://example.com/walint.git", "vcs_info": {"vcs": "git", "commit_id": "0" * 40}},
            f"walint @ git+https://example.com/walint.git@{'0' * 40}",
        ),
        (
            {"url": "https://me:secret@example.com/walint.git", "vcs_info": {"vcs": "git", "commit_id": "0" * 40}},
            f"walint=={__version__}",
        ),
    ],
)
def test_the_walint_that_is_installed_is_the_one_that_is_written(
    monkeypatch: pytest.MonkeyPatch, origin: Any, expected: str
) -> None:
    text = None if origin is None else json.dumps(origin)
    monkeypatch.setattr(metadata.Distribution, "read_text", lambda _self, _name: text)
    monkeypatch.setattr(metadata.PathDistribution, "read_text", lambda _self, _name: text)
    assert requirement() == expected
