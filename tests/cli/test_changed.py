"""`walint check --changed` in real repositories: what a hook asks, what it reports, and when it has nothing to do."""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest

from tests.templates import ALARM, FUNCTION, QUEUE

SOUND = QUEUE.replace("3600", "86400")
NESTING = """\
Resources:
  Queues:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: queues.yaml
"""
NOTHING = "nothing that walint reads has changed\n"


@pytest.fixture
def work(project: Any, repository: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A repository in which walint runs with the project's own rules, which lie outside of it."""
    rules = str(project.folder / "rules")
    monkeypatch.chdir(repository.folder)

    def changed(*arguments: str, what: str = "--changed") -> Any:
        options = ("--rules", rules, "--select", "own", "--today", "2026-06-01")
        return project.run("check", what, *options, *arguments)

    def found(*arguments: str, what: str = "--changed") -> list[str]:
        """The files that have findings; the status says the same."""
        done = changed("--format", "concise", *arguments, what=what)
        assert done.status == bool(done.out), done
        return [line.split(":")[0] for line in done.out.splitlines()]

    repository.changed = changed
    repository.found = found
    repository.stage = lambda: repository.git("add", "--all")
    repository.run = project.run
    return repository


def pushed(monkeypatch: pytest.MonkeyPatch, old: str, new: str) -> None:
    monkeypatch.setenv("PRE_COMMIT_FROM_REF", old)
    monkeypatch.setenv("PRE_COMMIT_TO_REF", new)


class TestStaged:
    def test_only_what_is_new_is_reported(self, work: Any) -> None:
        work.write("old.yaml", QUEUE)
        work.commit()
        work.write("new.yaml", QUEUE)
        work.stage()
        assert work.found() == ["new.yaml"]

    def test_a_changed_template_that_stays_as_bad_is_not_reported(self, work: Any) -> None:
        work.write("app.yaml", QUEUE)
        work.commit()
        work.write("app.yaml", "# hello\n" + QUEUE.replace("3600", "7200"))
        work.stage()
        assert work.found() == []

    def test_a_renamed_template_is_not_reported(self, work: Any) -> None:
        work.write("app.yaml", QUEUE)
        work.commit()
        work.git("mv", "app.yaml", "other.yaml")
        assert work.found() == []

    def test_a_deleted_template_counts_for_what_it_leaves(self, work: Any) -> None:
        work.write("app.yaml", FUNCTION)
        work.write("alarms.yaml", ALARM)
        work.commit()
        work.git("rm", "--quiet", "alarms.yaml")
        done = work.run("check", "--changed", "--select", "lambda-error-alarm", "--format", "concise")
        assert (done.status, done.out.split(":")[0]) == (1, "app.yaml")

    def test_untracked_files_are_no_part_of_the_commit(self, work: Any) -> None:
        work.commit()
        work.write("app.yaml", SOUND)
        work.stage()
        work.write("scratch.yaml", QUEUE)
        assert work.found() == []
        assert work.found("--report", "json=../result.json") == []
        work.stage()
        assert work.found() == ["scratch.yaml"]

    def test_the_first_commit_of_all(self, work: Any) -> None:
        work.write("app.yaml", QUEUE)
        work.stage()
        assert work.found() == ["app.yaml"]

    def test_nothing_staged_is_an_ordinary_check(self, work: Any) -> None:
        work.write("app.yaml", QUEUE)
        work.commit()
        assert work.found() == ["app.yaml"]

    def test_nothing_staged_in_a_commit_is_nothing(self, work: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        work.write("app.yaml", QUEUE)
        work.commit()
        monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
        assert work.changed().out == NOTHING

    def test_a_merge_does_not_answer_for_the_other_branch(self, work: Any) -> None:
        work.write("app.yaml", SOUND)
        work.commit()
        work.git("checkout", "--quiet", "-b", "other")
        work.write("theirs.yaml", QUEUE)
        work.commit()
        work.git("checkout", "--quiet", "main")
        work.write("app.yaml", "# ours\n" + SOUND)
        work.commit()
        work.git("merge", "--quiet", "--no-commit", "--no-ff", "other")
        assert work.found() == []
        work.write("app.yaml", QUEUE)
        work.stage()
        assert work.found() == ["app.yaml"]

    def test_a_submodule_that_moves_on(self, work: Any, tmp_path: Path) -> None:
        other = type(work)(tmp_path / "other")
        other.write("queue.yaml", SOUND)
        other.commit()
        work.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other.folder), "module")
        work.commit()
        inside = type(work)(work.folder / "module")
        inside.write("queue.yaml", QUEUE)
        inside.commit()
        work.stage()
        assert work.found() == ["module/queue.yaml"]


class TestPushed:
    @pytest.fixture
    def commits(self, work: Any) -> list[str]:
        work.write("old.yaml", QUEUE)
        first = work.commit()
        work.write("new.yaml", QUEUE)
        second = work.commit()
        work.write("readme.md", "hello")
        return [first, second, work.commit()]

    def test_what_the_commits_bring(self, work: Any, commits: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
        pushed(monkeypatch, commits[0], commits[2])
        assert work.found() == ["new.yaml"]

    def test_commits_that_are_none_of_our_business(
        self, work: Any, commits: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pushed(monkeypatch, commits[1], commits[2])
        assert work.changed().out == NOTHING

    def test_what_the_other_side_mended_meanwhile_is_not_new(
        self, work: Any, commits: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        work.git("checkout", "--quiet", "-b", "other", commits[0])
        work.write("old.yaml", SOUND)
        theirs = work.commit()
        work.git("checkout", "--quiet", "main")
        pushed(monkeypatch, theirs, commits[2])
        assert work.found() == ["new.yaml"]

    def test_a_new_branch_has_no_old_commit(
        self, work: Any, commits: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pushed(monkeypatch, "0" * 40, commits[2])
        assert work.found() == ["new.yaml", "old.yaml"]

    @pytest.mark.usefixtures("commits")
    def test_a_commit_that_is_not_here_is_an_error(self, work: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        pushed(monkeypatch, "1" * 40, "HEAD")
        done = work.changed()
        assert done.status == 2
        assert "A shallow clone lacks older commits" in done.err


class TestAllFindings:
    what = "--changed=all-findings"

    def test_what_is_found_in_the_changed_template_counts(self, work: Any) -> None:
        work.write("app.yaml", QUEUE)
        work.write("other.yaml", QUEUE)
        work.commit()
        work.write("app.yaml", "# hello\n" + QUEUE)
        work.stage()
        assert work.found(what=self.what) == ["app.yaml"]

    def test_a_changed_parent_touches_the_nested_stack(self, work: Any) -> None:
        work.write("app.yaml", NESTING)
        work.write("queues.yaml", QUEUE)
        work.write("other.yaml", QUEUE)
        work.commit()
        work.write("app.yaml", "# hello\n" + NESTING)
        work.stage()
        assert work.found(what=self.what) == ["queues.yaml"]

    def test_a_deleted_nested_stack_touches_its_parent(self, work: Any) -> None:
        more = QUEUE.split("\n", 1)[1]
        work.write("app.yaml", NESTING + more)
        work.write("queues.yaml", SOUND)
        work.commit()
        work.git("rm", "--quiet", "queues.yaml")
        assert work.found(what=self.what) == ["app.yaml"]

    def test_samconfig_touches_the_templates_beside_it(self, work: Any) -> None:
        work.write("a/template.yaml", QUEUE)
        work.write("b/template.yaml", QUEUE)
        work.commit()
        work.write("a/samconfig.toml", "[default.deploy.parameters]\n")
        work.stage()
        assert work.found(what=self.what) == ["a/template.yaml"]

    @pytest.mark.parametrize("name", ["Other.template.json", "manifest.json"])
    def test_an_assembly_is_one(self, name: str, work: Any) -> None:
        artifacts = {
            stack: {"type": "aws:cloudformation:stack", "properties": {"templateFile": f"{stack}.template.json"}}
            for stack in ("Stack", "Other")
        }
        queue = {"Resources": {"Orders": {"Type": "AWS::SQS::Queue", "Properties": {"MessageRetentionPeriod": 3600}}}}
        sound = {"Resources": {"Orders": {"Type": "AWS::SQS::Queue"}}}
        files = {"manifest.json": {"artifacts": artifacts}, "Stack.template.json": queue, "Other.template.json": sound}
        for file, content in files.items():
            work.write(f"cdk.out/{file}", json.dumps(content))
        work.write("app.yaml", QUEUE)
        work.commit()
        work.write(f"cdk.out/{name}", json.dumps(files[name], indent=1))
        work.stage()
        assert work.found(what=self.what) == ["cdk.out/Stack.template.json"]

    @pytest.mark.parametrize("name", ["walint.toml", ".gitignore", ".walint-baseline.json"])
    def test_settings_touch_everything(self, name: str, work: Any) -> None:
        work.write("app.yaml", QUEUE)
        work.commit()
        work.write(name, '{"version": 1, "findings": []}' if name.endswith(".json") else "")
        work.stage()
        assert work.found(what=self.what) == ["app.yaml"]
        assert work.found() == []

    def test_what_is_new_elsewhere_counts_too(self, work: Any) -> None:
        parameter = "Parameters: {Seconds: {Type: Number, Default: 86400}}\n"
        work.write("app.yaml", NESTING.replace("queues.yaml", "queues.yaml\n      Parameters: {Seconds: 86400}"))
        work.write("queues.yaml", parameter + QUEUE.replace("3600", "!Ref Seconds"))
        work.write("other.yaml", QUEUE)
        work.commit()
        work.write("app.yaml", NESTING.replace("queues.yaml", "queues.yaml\n      Parameters: {Seconds: 60}"))
        work.stage()
        assert work.found(what=self.what) == ["queues.yaml"]


class TestNamedFiles:
    def test_what_is_found_in_them_counts_when_all_findings_do(self, work: Any) -> None:
        for name in "abc":
            work.write(f"{name}.yaml", QUEUE)
        work.commit()
        assert work.found("a.yaml", "c.yaml", what="--changed=all-findings") == ["a.yaml", "c.yaml"]

    def test_only_what_is_new_otherwise(self, work: Any) -> None:
        work.write("a.yaml", QUEUE)
        work.write("b.yaml", SOUND)
        work.commit()
        work.write("b.yaml", QUEUE)
        assert work.found("a.yaml", "b.yaml") == ["b.yaml"]

    def test_files_that_are_none_of_ours_are_no_complaint(self, work: Any) -> None:
        work.write("package.json", "{}")
        assert work.found("package.json", what="--changed=all-findings") == []

    def test_the_rest_of_the_repository_is_judged_with_them(self, work: Any) -> None:
        """An alarm in a file that is not named is seen."""
        work.write("app.yaml", FUNCTION)
        arguments = ("--changed=all-findings", "--select", "lambda-error-alarm", "app.yaml")
        assert work.run("check", *arguments).status == 1
        work.write("alarms.yaml", ALARM)
        assert work.run("check", *arguments).status == 0


class TestNothingToDo:
    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("app.py", "print('AWS')\n"),
            ("package.json", '{"name": "orders"}'),
            (".github/dependabot.yml", "version: 2\n"),
            ("pyproject.toml", "[tool.ruff]\n"),
            ("docs/a b.md", "Resources\n"),
            ("picture.png", "\x89PNG"),
        ],
    )
    def test_other_files(self, name: str, text: str, work: Any) -> None:
        work.write("app.yaml", QUEUE)
        work.commit()
        work.write(name, text)
        work.stage()
        assert (work.changed().status, work.changed().out) == (0, NOTHING)

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("new.yaml", QUEUE),
            ("new.unusual", QUEUE),
            ("pyproject.toml", "[tool.walint]\n"),
            ("walint.toml", ""),
            ("samconfig.toml", ""),
            (".gitignore", "build\n"),
            ("cdk.out/manifest.json", '{"artifacts": {}}'),
        ],
    )
    def test_files_that_may_concern_walint(self, name: str, text: str, work: Any) -> None:
        work.write("app.yaml", SOUND)
        work.commit()
        work.write(name, text)
        work.stage()
        assert work.changed().out != NOTHING

    def test_a_template_that_was_one(self, work: Any) -> None:
        work.write("app.yaml", SOUND)
        work.write("was.yaml", SOUND)
        work.commit()
        work.write("was.yaml", "no template any more\n")
        work.stage()
        assert work.changed().out != NOTHING

    def test_a_link_may_concern_walint(self, work: Any) -> None:
        work.commit()
        (work.folder / "link").symlink_to("elsewhere")
        work.stage()
        assert work.changed().out != NOTHING

    def test_a_rule_of_the_repository_concerns_walint(self, work: Any) -> None:
        work.write("app.yaml", SOUND)
        work.write("walint.toml", 'rules_dirs = ["policies"]\n')
        work.write("policies/readme.md", "none yet\n")
        work.commit()
        work.write("policies/one.yaml", "title: no rule at all\n")
        work.stage()
        done = work.changed()
        assert (done.status, "policies/one.yaml" in done.err) == (2, True)

    def test_quietly(self, work: Any) -> None:
        work.write("a.md", "")
        work.stage()
        work.commit()
        work.write("a.md", "a")
        work.stage()
        assert [work.changed(*how).out for how in (["--quiet"], ["--format", "concise"], [])] == ["", "", NOTHING]

    def test_a_program_gets_its_report_all_the_same(self, work: Any) -> None:
        work.write("app.yaml", QUEUE)
        work.commit()
        work.write("readme.md", "hello")
        work.stage()
        done = work.changed("--format", "json", "--report", "sarif=../out.sarif")
        since = json.loads(done.out)["since"]
        assert (done.status, since["new"], since["unchanged"]) == (0, 0, 1)
        assert json.loads(Path("../out.sarif").read_text())["runs"][0]["results"] == []

    def test_a_mistake_on_the_command_line_is_told_even_then(self, work: Any) -> None:
        work.commit()
        work.write("readme.md", "hello")
        work.stage()
        assert work.changed("--fail-on", "nonsense").status == 2

    def test_outside_of_a_repository(self, project: Any) -> None:
        done = project.check("--changed")
        assert (done.status, "this is no git repository" in done.err) == (2, True)


HEAVY = ["yaml", "walint.engine", "walint.language", "walint.sources.cloudformation", "walint.config", "tempfile"]


class TestUnknowns:
    UNKNOWN = "Parameters: {Seconds: {Type: Number}}\n" + QUEUE.replace("3600", "!Ref Seconds")

    @pytest.mark.parametrize("how", ["option", "config"])
    def test_only_new_ones_fail_on_unknown(self, how: str, work: Any) -> None:
        options = ["--fail-on-unknown"] if how == "option" else []
        work.write("walint.toml", "fail_on_unknown = true\n" if how == "config" else "")
        work.write("app.yaml", self.UNKNOWN)
        work.commit()
        work.write("app.yaml", "# hello\n" + self.UNKNOWN)
        work.stage()
        assert work.changed(*options).status == 0
        work.write("more.yaml", self.UNKNOWN)
        work.stage()
        assert work.changed(*options).status == 1


class TestNativeHooks:
    """A hook that git itself runs finds an environment of git's making."""

    @pytest.fixture
    def hooked(self, work: Any) -> Any:
        walint = Path(sysconfig.get_path("scripts")) / "walint"
        hook = work.write(".git/hooks/pre-commit", f"#!/bin/sh\nexec {walint} check --changed -q --select alarms\n")
        hook.chmod(0o755)
        work.write("app.yaml", FUNCTION)
        work.write("alarms.yaml", ALARM)
        work.git("add", "--all")
        work.git("commit", "--quiet", "--no-verify", "-m", "first")
        return work

    def commit(self, folder: Path, *arguments: str) -> tuple[int, list[str]]:
        command = ["git", "commit", "--quiet", "-m", "more", *arguments]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        return done.returncode, [line.split(":")[0] for line in (done.stdout + done.stderr).splitlines()]

    def test_in_a_repository(self, hooked: Any) -> None:
        hooked.git("rm", "--quiet", "alarms.yaml")
        assert self.commit(hooked.folder) == (1, ["app.yaml"])

    def test_in_a_folder_of_it(self, hooked: Any) -> None:
        hooked.write("deep/er/notes.md", "x")
        hooked.git("rm", "--quiet", "alarms.yaml")
        assert self.commit(hooked.folder / "deep" / "er") == (1, ["app.yaml"])

    def test_in_a_linked_work_tree(self, hooked: Any, tmp_path: Path) -> None:
        linked = tmp_path / "linked"
        hooked.git("worktree", "add", "--quiet", "-b", "linked", str(linked))
        (linked / "alarms.yaml").unlink()
        assert self.commit(linked, "--all") == (1, ["app.yaml"])

    def test_of_a_part_of_what_changed(self, hooked: Any) -> None:
        (hooked.folder / "alarms.yaml").unlink()
        hooked.write("notes.md", "x")
        hooked.git("add", "notes.md")
        assert self.commit(hooked.folder, "notes.md") == (0, [])
        assert self.commit(hooked.folder, "alarms.yaml") == (1, ["app.yaml"])

    def test_of_an_amended_message(self, hooked: Any) -> None:
        hooked.git("rm", "--quiet", "alarms.yaml")
        hooked.git("commit", "--quiet", "--no-verify", "-m", "forced")
        assert self.commit(hooked.folder, "--amend") == (0, [])

    def test_in_a_submodule(self, hooked: Any, tmp_path: Path) -> None:
        outer = type(hooked)(tmp_path / "outer")
        outer.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(hooked.folder), "inner")
        hooks = tmp_path / "outer" / ".git" / "modules" / "inner" / "hooks"
        hooks.mkdir(exist_ok=True)
        (hooked.folder / ".git" / "hooks" / "pre-commit").rename(hooks / "pre-commit")
        (outer.folder / "inner" / "alarms.yaml").unlink()
        assert self.commit(outer.folder / "inner", "--all") == (1, ["app.yaml"])


class TestSpeed:
    @pytest.fixture
    def idle(self, work: Any) -> Any:
        """A repository with templates, where something else is staged."""
        work.write("app.yaml", QUEUE)
        work.write("notes.md", "old\n")
        work.commit()
        work.write("notes.md", "new\n")
        work.write("package.json", "{}\n")
        work.stage()
        return work

    def test_nothing_of_walint_s_weight_is_imported(self, idle: Any) -> None:
        code = "before = set(sys.modules); from walint.cli import main; status = main(['check', '--changed'])\n"
        code += "print(status, *sorted(set(sys.modules) - before), sep='\\n')"
        command = [sys.executable, "-S", "-c", f"import sys; sys.path[:] = {sys.path!r}\n{code}"]
        done = subprocess.run(command, cwd=idle.folder, capture_output=True, text=True, check=True)
        said, status, *imported = done.stdout.splitlines()
        assert (said + "\n", status) == (NOTHING, "0")
        assert "walint.git.changes" in imported
        assert [
            name for name in imported if name in HEAVY or name.startswith(tuple(f"{heavy}." for heavy in HEAVY))
        ] == []

    def test_git_is_asked_at_most_twice(self, idle: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        log = tmp_path / "log"
        real = subprocess.run(["which", "git"], capture_output=True, text=True, check=True).stdout.strip()
        fake = tmp_path / "bin" / "git"
        fake.parent.mkdir()
        fake.write_text(f'#!/bin/sh\necho x >> "{log}"\nexec "{real}" "$@"\n')
        fake.chmod(0o755)
        monkeypatch.setenv("PATH", f"{fake.parent}:{os.environ['PATH']}")
        assert idle.changed().out == NOTHING
        assert len(log.read_text().splitlines()) <= 2

    def test_it_takes_a_few_interpreter_starts(self, idle: Any) -> None:
        """100 ms on a machine where the interpreter starts within 12 ms."""
        walint = str(Path(sysconfig.get_path("scripts")) / "walint")

        def seconds(*command: str) -> float:
            """Processor time: what else runs on the machine does not count."""
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run(command, cwd=idle.folder, capture_output=True, check=True, stdin=subprocess.DEVNULL)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

        ratios = [seconds(walint, "check", "--changed") / seconds(sys.executable, "-c", "pass") for _ in range(9)]
        assert statistics.median(ratios) <= 8
