"""A repository as a whole, end to end: what is judged by which command, and that the careful example lacks nothing."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
TEMPLATE = "Resources:\n  Orders:\n    Type: AWS::SQS::Queue\n"

Judge = Callable[..., dict[str, Any]]


def judge(folder: Path, *arguments: str) -> dict[str, Any]:
    """The JSON report of a run in a folder."""
    command = [sys.executable, "-m", "walint", "check", *arguments, "--format", "json", "--fail-on", "never"]
    options = ["--today", "2026-11-21", "--isolated"]
    done = subprocess.run(
        [*command, *options], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def found(result: dict[str, Any]) -> set[str]:
    return {record["rule_id"] for record in result["findings"] if record["resource"]["type"] == "Walint::Repository"}


@pytest.fixture
def work_tree(tmp_path: Path) -> Path:
    """A git work tree with one template in a folder of its own."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "template.yaml").write_text(TEMPLATE, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("profile", ["minimal", "default", "strict"])
def test_the_careful_example_lacks_nothing(profile: str, tmp_path: Path) -> None:
    folder = tmp_path / "orders"
    shutil.copytree(EXAMPLES / "good", folder)
    (folder / ".git").mkdir()
    result = judge(folder, ".", "--profile", profile, "--show-unknown")
    assert (result["findings"], result["unknown"], result["run"]["incomplete"]) == ([], [], [])


def test_the_careless_example_lacks_much_and_by_default_little_of_it_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "orders"
    shutil.copytree(EXAMPLES / "bad", folder)
    (folder / ".git").mkdir()
    assert found(judge(folder, ".")) == {"ci-pipeline-present"}
    assert found(judge(folder, ".", "--profile", "strict")) >= {
        "adr-present",
        "ci-pipeline-present",
        "dr-plan",
        "incident-template",
        "on-call-documented",
        "playbooks-present",
        "runbooks-cover-topics",
    }


@pytest.mark.parametrize("path", ["infra", "infra/template.yaml"])
def test_who_scans_a_part_hears_nothing_of_the_whole(path: str, work_tree: Path) -> None:
    assert found(judge(work_tree, path, "--profile", "strict")) == set()
    assert "ci-pipeline-present" in found(judge(work_tree, ".", "--profile", "strict"))


def test_below_the_root_of_the_work_tree_the_current_folder_is_a_part(work_tree: Path) -> None:
    assert found(judge(work_tree / "infra", ".", "--profile", "strict")) == set()


def test_outside_of_git_the_folder_is_the_repository(tmp_path: Path) -> None:
    (tmp_path / "template.yaml").write_text(TEMPLATE, encoding="utf-8")
    assert "iac-in-repository" in found(judge(tmp_path, ".", "--profile", "strict"))
    assert found(judge(tmp_path, "template.yaml", "--profile", "strict")) == set()


def test_files_of_examples_and_those_that_git_ignores_do_not_count(work_tree: Path) -> None:
    for name in ("examples/docs/runbooks/deploy.md", "build/runbooks/deploy.md"):
        path = work_tree / name
        path.parent.mkdir(parents=True)
        path.write_text("# Deployment\n", encoding="utf-8")
    (work_tree / ".gitignore").write_text("build/\n", encoding="utf-8")
    assert "runbooks-cover-topics" not in found(judge(work_tree, "."))


def test_a_comment_in_a_document_accepts_what_is_found_in_it(work_tree: Path) -> None:
    runbook = work_tree / "docs" / "runbooks" / "deploy.md"
    runbook.parent.mkdir(parents=True)
    runbook.write_text("# Deployment\n", encoding="utf-8")
    rules = ["--select", "runbooks-cover-topics,runbook-sections,docs-owned-fresh"]
    assert len(judge(work_tree, ".", *rules)["findings"]) == 3
    runbook.write_text('# Deployment\n<!-- walint: ignore["*"] reason="moves to the wiki" -->\n', encoding="utf-8")
    result = judge(work_tree, ".", *rules)
    assert (result["findings"], len(result["suppressed"])) == ([], 3)


def test_a_workflow_may_speak_of_walint_without_suppressing_anything(work_tree: Path) -> None:
    workflow = work_tree / ".github" / "workflows" / "walint.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text("# walint: judges each pull request\non: push\n", encoding="utf-8")
    assert judge(work_tree, ".")["run"].get("notices", []) == []


def test_a_broken_pipeline_is_not_taken_for_an_empty_one(work_tree: Path) -> None:
    workflow = work_tree / ".github" / "workflows" / "deploy.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text("on: [push\njobs: {\n", encoding="utf-8")
    result = judge(work_tree, ".", "--profile", "strict", "--show-unknown", "--select", "pipeline-stages")
    assert result["findings"] == []
    assert [record["reason"].partition(": ")[0] for record in result["unknown"]] != []
