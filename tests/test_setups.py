"""The set-ups that the documents show, run as they are written: the hook, the workflow, the reusable workflow.

Only what stands for a place is put in: where walint is kept, and at which commit.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.checkout import OFFLINE, ROOT, checkout
from tests.runner import Ran, Runner
from tests.templates import ALARM, FUNCTION, QUEUE
from tests.test_hooks import PRE_COMMIT, commit, run

README = ROOT / "README.md"
GITHUB = ROOT / "docs" / "github.md"
PLACE = re.compile(r"OWNER/walint((?:/[\w./-]+)?)@COMMIT")


def shown(document: Path, word: str) -> str:
    """The one YAML block of a document that holds this word."""
    blocks = re.findall(r"^```yaml\n(.*?)^```$", document.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    (block,) = [block for block in blocks if word in block]
    return str(block)


@pytest.fixture(scope="module")
def walint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with walint as it is now."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AUTHOR", "COMMITTER"):
            patch.setenv(f"GIT_{name}_NAME", "test")
            patch.setenv(f"GIT_{name}_EMAIL", "test@example.com")
        return checkout(tmp_path_factory.mktemp("walint") / "kept here")


class Uploads(list[dict[str, str]]):
    """What was uploaded to code scanning."""

    def take(self, runner: Runner, inputs: Mapping[str, str]) -> dict[str, str]:
        """The action that uploads: it takes only a file that is one of SARIF."""
        log = json.loads((runner.workspace / inputs["sarif_file"]).read_text(encoding="utf-8"))
        assert log["version"] == "2.1.0"
        self.append({**inputs, "results": str(len(log["runs"][0]["results"]))})
        return {}


class Setup:
    """A repository of a user on a runner, and what the workflow of a document does there."""

    def __init__(self, folder: Path, walint: Path, temp: Path) -> None:
        self.uploads = Uploads()
        self.walint = walint
        actions = {
            "actions/checkout": self.check_out,
            "actions/setup-python": lambda _runner, _inputs: {"python-path": sys.executable},
            "github/codeql-action/upload-sarif": self.uploads.take,
        }
        self.runner = Runner(folder, temp, actions, {"PIP_NO_COMPILE": "1"}, own=walint)

    def check_out(self, runner: Runner, inputs: Mapping[str, str]) -> dict[str, str]:
        """The user's repository is there already; walint's comes at its commit, below it."""
        if "repository" in inputs:
            assert (inputs["repository"], inputs["ref"]) == ("OWNER/walint", "COMMIT")
            folder = runner.workspace / inputs["path"]
            shutil.rmtree(folder, ignore_errors=True)
            command = ["git", "clone", "--quiet", str(self.walint), str(folder)]
            subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
        return {}

    def run(self, written: str) -> Ran:
        """Runs the workflow that a document shows."""
        document = yaml.safe_load(written)
        ((_, job),) = document["jobs"].items()
        called = PLACE.fullmatch(job.get("uses", ""))
        if called is None:
            return self.judged(self.runner.workflow(document, {}, {}))
        reusable = yaml.safe_load((self.walint / called[1].removeprefix("/")).read_text(encoding="utf-8"))
        declared = reusable[True]["workflow_call"]["inputs"]
        unknown = job.get("with", {}).keys() - declared.keys()
        assert not unknown, f"the workflow has no such inputs: {sorted(unknown)}"
        granted, needed = job["permissions"], reusable["jobs"]["check"]["permissions"]
        assert needed.items() <= granted.items(), "a called workflow gets no more than its caller grants"
        inputs = {name: job.get("with", {}).get(name, one["default"]) for name, one in declared.items()}
        place = {"workflow_repository": "OWNER/walint", "workflow_sha": "COMMIT"}
        return self.judged(self.runner.workflow(reusable, inputs, {"job": place}))

    def judged(self, ran: Ran) -> Ran:
        if ran.failed and OFFLINE.search(ran.log):
            pytest.skip("pip cannot install walint's dependencies here")
        return ran


@pytest.fixture
def setup(walint: Path, tmp_path: Path) -> Setup:
    """A repository with a function that nothing watches, in a folder that the workflow of the documents judges."""
    work = tmp_path / "work space"
    for name, content in {"services/app.yaml": FUNCTION, "stacks/data.yaml": QUEUE}.items():
        (work / name).parent.mkdir(parents=True)
        (work / name).write_text(content)
    temp = tmp_path / "temp"
    temp.mkdir()
    return Setup(work, walint, temp)


def test_the_workflow_with_the_action(setup: Setup) -> None:
    written = shown(GITHUB, "uses: OWNER/walint@COMMIT")
    assert PLACE.search(written)
    ran = setup.run(written)
    assert ran.failed, ran.log
    assert "::error title=walint lambda-error-alarm,file=services/app.yaml,line=2," in ran.log
    assert "lambda-error-alarm" in setup.runner.summary
    # Then all is mended: the upload happens all the same, and closes the alerts of before.
    for file in setup.runner.workspace.rglob("*.yaml"):
        file.write_text("Resources: {Done: {Type: AWS::CloudFormation::WaitConditionHandle}}\n")
    mended = setup.run(written)
    assert not mended.failed, mended.log
    assert "::error" not in mended.log
    found, none = setup.uploads
    assert (found["sarif_file"], found["category"]) == ("walint.sarif", "")
    assert (int(found["results"]) > 0, none["results"]) == (True, "0")


def test_the_reusable_workflow(setup: Setup) -> None:
    for number, document in enumerate((README, GITHUB)):
        ran = setup.run(shown(document, "walint/.github/workflows/walint.yml"))
        assert ran.failed, ran.log
        assert ran.outputs["exit-status"] == "1"
        assert int(ran.outputs["findings"]) == int(setup.uploads[number]["results"]) > 0
        assert "::error title=walint lambda-error-alarm,file=services/app.yaml,line=2," in ran.log


def test_the_hook(walint: Path, repository: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a user does it: the block goes into the config, pre-commit installs the hook and what it needs."""
    if not PRE_COMMIT.exists():
        pytest.skip("pre-commit is not installed")
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "pre-commit"))
    monkeypatch.delenv("PYTHONPATH", raising=False)
    written = shown(README, "- id: walint")
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=walint, check=True, capture_output=True, text=True)
    config = re.sub(r"repo: \.\.\. .*", f"repo: {walint}", written).replace("rev: ...", f"rev: {head.stdout.strip()}")
    assert "..." not in config
    repository.write("app.yaml", FUNCTION)
    repository.write("alarms.yaml", ALARM)
    repository.write(".pre-commit-config.yaml", config)
    repository.commit()
    assert run(repository, str(PRE_COMMIT), "install")[0] == 0
    repository.write("notes.md", "unrelated\n")
    status, said = commit(repository)
    assert status == 0, said
    repository.git("rm", "--quiet", "alarms.yaml")
    status, said = commit(repository)
    assert status == 1
    assert "high[lambda-error-alarm]: Ship: Errors of the function raise no alarm" in said
