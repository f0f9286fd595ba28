"""The hooks of .pre-commit-hooks.yaml in real repositories, run by the real pre-commit.

One test has pre-commit install walint, which takes longer than all the rest; the others run the hooks of the manifest
with the walint that is tested.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.checkout import OFFLINE, ROOT, checkout
from tests.templates import ALARM, FUNCTION

MANIFEST = ROOT / ".pre-commit-hooks.yaml"
PRE_COMMIT = Path(sysconfig.get_path("scripts")) / "pre-commit"
QUEUE = "Resources: {{Orders{}: {{Type: AWS::SQS::Queue}}}}\n"
FOUND = "app.yaml:2:3: high lambda-error-alarm Ship: Errors of the function raise no alarm"


@pytest.fixture(scope="module")
def pre_commit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which pre-commit keeps its environments, for all tests here."""
    if not PRE_COMMIT.exists():
        pytest.skip("pre-commit is not installed")
    return tmp_path_factory.mktemp("pre-commit")


@pytest.fixture
def hooks(clean_git: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:  # noqa: ARG001 - git reads it
    """A repository with walint as it is now, from which pre-commit installs the hooks."""
    monkeypatch.delenv("PYTHONPATH", raising=False)
    return checkout(tmp_path / "walint")


@pytest.fixture
def work(repository: Any, pre_commit: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A repository with a function in one file and its alarm in another, both committed."""
    monkeypatch.setenv("PRE_COMMIT_HOME", str(pre_commit))
    monkeypatch.setenv("PATH", f"{PRE_COMMIT.parent}{os.pathsep}{os.environ['PATH']}")
    repository.write("app.yaml", FUNCTION)
    repository.write("alarms.yaml", ALARM)
    repository.commit()
    return repository


def run(work: Any, *command: str) -> tuple[int, str]:
    """A command in the work tree: its status, and what it says on both streams."""
    done = subprocess.run(
        command,
        cwd=work.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=300,
    )
    if done.returncode and OFFLINE.search(done.stdout):
        pytest.skip("pre-commit cannot install walint's dependencies here")
    return done.returncode, done.stdout


def use(work: Any, hook: str, rules: str = "lambda-error-alarm") -> None:
    """Commits a configuration with one hook of the manifest and lets git run it, with the walint that is tested."""
    (chosen,) = [one for one in yaml.safe_load(MANIFEST.read_text(encoding="utf-8")) if one["id"] == hook]
    chosen |= {"language": "system", "args": ["--select", rules, "--format", "concise"]}
    config = {"repos": [{"repo": "local", "hooks": [chosen]}]}
    work.write(".pre-commit-config.yaml", yaml.safe_dump(config))
    work.commit("hook")
    status, said = run(work, str(PRE_COMMIT), "install", "-t", "pre-commit", "-t", "pre-push")
    assert status == 0, said


def commit(work: Any) -> tuple[int, str]:
    """Commits as a user does, with the hook."""
    work.git("add", "--all")
    return run(work, "git", "commit", "-m", "more")


def findings(said: str) -> list[str]:
    return [line for line in said.splitlines() if re.match(r"\S+:\d+:\d+: ", line)]


def test_the_manifest_offers_three_hooks() -> None:
    offered = {hook["id"]: hook for hook in yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))}
    assert {name: hook["entry"] for name, hook in offered.items()} == {
        "walint": "walint check --changed",
        "walint-all": "walint check .",
        "walint-files": "walint check --changed=all-findings",
    }
    assert {hook["require_serial"] for hook in offered.values()} == {True}
    assert [name for name, hook in offered.items() if hook.get("always_run") and not hook["pass_filenames"]] == [
        "walint",
        "walint-all",
    ]


@pytest.mark.usefixtures("pre_commit")
def test_pre_commit_takes_the_manifest() -> None:
    done = subprocess.run([sys.executable, "-m", "pre_commit", "validate-manifest", str(MANIFEST)], check=False)
    assert done.returncode == 0


def test_try_repo_reports_what_a_deletion_adds(work: Any, hooks: Path) -> None:
    work.git("rm", "--quiet", "alarms.yaml")
    status, said = run(work, str(PRE_COMMIT), "try-repo", str(hooks), "walint", "--verbose")
    assert status == 1
    assert "high[lambda-error-alarm]: Ship: Errors of the function raise no alarm" in said


def test_commits(work: Any) -> None:
    """One commit after the other, as in a day's work."""
    use(work, "walint")
    work.write("notes.md", "unrelated\n")
    assert commit(work)[0] == 0
    work.git("mv", "app.yaml", "deep name.yaml")
    assert commit(work)[0] == 0
    work.git("mv", "deep name.yaml", "app.yaml")
    work.write("alarms.yaml", "# formatted otherwise\n" + ALARM)
    assert commit(work)[0] == 0
    work.git("rm", "--quiet", "alarms.yaml")
    status, said = commit(work)
    assert (status, findings(said)) == (1, [FOUND])
    assert work.git("status", "--porcelain") == "D  alarms.yaml"
    work.git("commit", "--quiet", "--no-verify", "-m", "forced")
    work.write("notes.md", "what is there already hinders nobody\n")
    assert commit(work)[0] == 0
    status, said = run(work, str(PRE_COMMIT), "run", "--all-files")
    assert (status, findings(said)) == (1, [FOUND])


def test_a_push_is_judged_from_where_it_left(work: Any, tmp_path: Path) -> None:
    use(work, "walint")
    remote = tmp_path / "remote.git"
    work.git("init", "--quiet", "--bare", str(remote))
    work.git("remote", "add", "origin", str(remote))
    status, said = run(work, "git", "push", "--no-verify", "-u", "origin", "main")
    assert status == 0, said
    work.git("rm", "--quiet", "alarms.yaml")
    work.git("commit", "--quiet", "--no-verify", "-m", "forced")
    work.write("notes.md", "unrelated\n")
    work.git("add", "--all")
    work.git("commit", "--quiet", "--no-verify", "-m", "unrelated")
    status, said = run(work, "git", "push")
    assert (status, findings(said)) == (1, [FOUND])
    work.git("revert", "--no-edit", "HEAD~1")
    assert run(work, "git", "push")[0] == 0


def test_six_thousand_files_give_one_result(work: Any) -> None:
    use(work, "walint", rules="sqs-dlq")
    names = [f"services/a-rather-long-name-of-a-service-{number:04}/template.yaml" for number in range(6000)]
    for number, name in enumerate(names):
        work.write(name, QUEUE.format(number))
    status, said = commit(work)
    assert status == 1
    assert [line.partition(":")[0] for line in findings(said)] == names


def test_all_and_chosen_files(work: Any) -> None:
    work.write("other.yaml", FUNCTION.replace("Ship", "Other").replace("ship", "other"))
    work.git("rm", "--quiet", "alarms.yaml")
    use(work, "walint-all")
    other = FOUND.replace("app.yaml", "other.yaml").replace("Ship", "Other")
    status, said = run(work, str(PRE_COMMIT), "run", "--files", "other.yaml")
    assert (status, findings(said)) == (1, [FOUND, other])
    use(work, "walint-files")
    assert [findings(run(work, str(PRE_COMMIT), "run", *what)[1]) for what in (["--files", "other.yaml"], ["-a"])] == [
        [other],
        [FOUND, other],
    ]


def test_what_init_writes_is_run_by_pre_commit(work: Any, hooks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a user has it: pre-commit installs the walint that the written hook names, here from a wheel."""
    wheels = hooks.parent / "wheels"
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(wheels)]
    subprocess.run(command, cwd=hooks, check=True, capture_output=True, stdin=subprocess.DEVNULL)
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    walint = str(PRE_COMMIT.with_name("walint"))
    assert run(work, walint, "init")[0] == 0
    assert run(work, str(PRE_COMMIT), "install")[0] == 0
    assert commit(work)[0] == 0
    work.git("rm", "--quiet", "alarms.yaml")
    status, said = commit(work)
    assert status == 1
    assert "high[lambda-error-alarm]: Ship: Errors of the function raise no alarm" in said
