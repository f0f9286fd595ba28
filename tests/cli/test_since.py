"""`walint check --since REF` in real repositories: only what the commit has not is a finding."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.templates import ALARM, FUNCTION, QUEUE

FILES = ["a.yaml", "b.json", "deep/a.yaml", "deep/er/c.template"]


@pytest.fixture
def work(project: Any, repository: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A repository in which walint runs with the project's own rules, which lie outside of it."""
    rules = project.folder / "rules"
    monkeypatch.chdir(repository.folder)

    def since(ref: str = "HEAD", *arguments: str, rule: str = "own") -> Any:
        options = ("--rules", str(rules), "--select", rule, "--today", "2026-06-01", "--format", "json")
        done = project.run("check", *options, "--since", ref, *arguments)
        assert done.out, done.err
        return json.loads(done.out)

    repository.since = since
    repository.run = project.run
    repository.rules = ("--rules", str(rules), "--select", "own")
    return repository


def counts(result: Any) -> tuple[int, int, int]:
    since = result["since"]
    assert since["new"] == len(result["findings"])
    return since["new"], since["unchanged"], since["fixed"]


def test_what_was_there_is_no_finding(work: Any) -> None:
    work.write("app.yaml", QUEUE)
    commit = work.commit()
    result = work.since()
    assert counts(result) == (0, 1, 0)
    assert (result["since"]["ref"], result["since"]["commit"]) == ("HEAD", commit)
    assert result["summary"]["outcomes"]["suppressed"] == 1
    (record,) = result["suppressed"]
    assert record["suppressed_by"] == {
        "kind": "baseline",
        "reason": f"was there at HEAD ({commit[:7]})",
        "until": None,
        "location": None,
    }


def test_what_is_new_is_a_finding(work: Any) -> None:
    work.write("app.yaml", QUEUE)
    work.commit()
    work.write("app.yaml", QUEUE + QUEUE.split("\n", 1)[1].replace("Orders", "Returns"))
    result = work.since()
    assert counts(result) == (1, 1, 0)
    assert [record["resource"]["address"] for record in result["findings"]] == ["Returns"]


def test_what_is_gone_is_counted_as_fixed(work: Any) -> None:
    work.write("app.yaml", QUEUE)
    work.commit()
    work.write("app.yaml", QUEUE.replace("3600", "86400"))
    assert counts(work.since()) == (0, 0, 1)


def test_what_was_right_and_is_wrong_now_is_new(work: Any) -> None:
    work.write("app.yaml", QUEUE.replace("3600", "86400"))
    work.commit()
    work.write("app.yaml", QUEUE)
    assert counts(work.since()) == (1, 0, 0)


def test_an_older_commit_a_branch_and_where_it_was_left(work: Any) -> None:
    work.write("app.yaml", QUEUE.replace("3600", "86400"))
    work.commit()
    work.git("checkout", "--quiet", "-b", "work")
    work.write("app.yaml", QUEUE)
    work.commit()
    work.git("checkout", "--quiet", "main")
    work.git("rm", "--quiet", "app.yaml")
    work.commit()
    work.git("checkout", "--quiet", "work")
    assert [counts(work.since(ref)) for ref in ("HEAD", "HEAD~1", "main", "main...")] == [
        (0, 1, 0),
        (1, 0, 0),
        (1, 0, 0),
        (1, 0, 0),
    ]


def test_a_finding_that_the_other_branch_has_mended_is_not_new_where_it_was_left(work: Any) -> None:
    work.write("app.yaml", QUEUE)
    work.commit()
    work.git("checkout", "--quiet", "-b", "work")
    work.git("checkout", "--quiet", "main")
    work.write("app.yaml", QUEUE.replace("3600", "86400"))
    work.commit()
    work.git("checkout", "--quiet", "work")
    assert [counts(work.since(ref)) for ref in ("main", "main...")] == [(1, 0, 0), (0, 1, 0)]


def test_reformatting_changes_nothing(work: Any) -> None:
    work.write("app.yaml", QUEUE)
    work.commit()
    work.write("app.yaml", "# a comment\n\nResources: {Orders: {Properties: {MessageRetentionPeriod: 3600},\n"
               "  Type: 'AWS::SQS::Queue'}}\n")  # fmt: skip
    assert counts(work.since()) == (0, 1, 0)


def test_writing_yaml_as_json_under_another_name_changes_nothing(work: Any) -> None:
    work.write("app.yaml", QUEUE)
    work.commit()
    (work.folder / "app.yaml").unlink()
    properties = {"MessageRetentionPeriod": 3600}
    work.write("app.json", json.dumps({"Resources": {"Orders": {"Type": "AWS::SQS::Queue", "Properties": properties}}}))
    assert counts(work.since()) == (0, 1, 0)


@pytest.mark.parametrize("name", ["b.yaml", "deep/er/app.yaml", "ümlaut name.yml"])
def test_a_renamed_file_changes_nothing(name: str, work: Any) -> None:
    work.write("app.yaml", QUEUE)
    work.commit()
    work.write(name, QUEUE)
    (work.folder / "app.yaml").unlink()
    result = work.since()
    assert counts(result) == (0, 1, 0)
    assert result["suppressed"][0]["suppressed_by"]["reason"].endswith(", in app.yaml")


def test_a_renamed_folder_of_like_templates_changes_nothing(work: Any) -> None:
    for service in ("orders", "returns", "stock"):
        work.write(f"services/{service}/template.yaml", QUEUE)
    work.commit()
    work.git("mv", "services", "apps")
    result = work.since()
    assert counts(result) == (0, 3, 0)
    pairs = {r["location"]["path"]: r["suppressed_by"]["reason"].split("in ")[1] for r in result["suppressed"]}
    assert pairs == {
        f"apps/{name}/template.yaml": f"services/{name}/template.yaml" for name in ("orders", "returns", "stock")
    }


def test_a_copied_file_is_new(work: Any) -> None:
    work.write("app.yaml", QUEUE)
    work.commit()
    work.write("copy.yaml", QUEUE)
    assert counts(work.since()) == (1, 1, 0)


def test_mending_one_and_breaking_its_namesake_elsewhere_is_new(work: Any) -> None:
    """The resource has not moved: it is still in its old file, and was in the new one before."""
    sound = QUEUE.replace("3600", "86400")
    work.write("a.yaml", QUEUE)
    work.write("b.yaml", sound)
    work.commit()
    work.write("a.yaml", sound)
    work.write("b.yaml", QUEUE)
    assert counts(work.since()) == (1, 0, 1)


def test_one_that_moved_and_one_like_it_is_one_new(work: Any) -> None:
    work.write("a.yaml", QUEUE)
    work.commit()
    (work.folder / "a.yaml").unlink()
    work.write("b.yaml", QUEUE)
    work.write("c.yaml", QUEUE)
    assert counts(work.since()) == (1, 1, 0)


def test_an_alarm_moved_to_another_file_gives_nothing(work: Any) -> None:
    work.write("app.yaml", FUNCTION + ALARM.split("\n", 1)[1])
    work.commit()
    work.write("app.yaml", FUNCTION)
    work.write("alarms.yaml", ALARM)
    result = work.since(rule="alarms")
    assert result["suppressed"]  # the alarm has findings of its own, which have moved with it
    assert counts(result) == (0, len(result["suppressed"]), 0)


def test_a_deleted_alarm_gives_exactly_one_finding(work: Any) -> None:
    work.write("app.yaml", FUNCTION)
    work.write("alarms.yaml", ALARM)
    work.commit()
    (work.folder / "alarms.yaml").unlink()
    result = work.since(rule="alarms")
    assert [(r["rule_id"], r["location"]["path"]) for r in result["findings"]] == [("lambda-error-alarm", "app.yaml")]


def test_an_alarm_deleted_beside_its_function_gives_exactly_one_finding(work: Any) -> None:
    work.write("app.yaml", FUNCTION + ALARM.split("\n", 1)[1])
    work.commit()
    work.write("app.yaml", FUNCTION)
    assert [record["rule_id"] for record in work.since(rule="alarms")["findings"]] == ["lambda-error-alarm"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.lists(st.sampled_from(FILES), min_size=8, max_size=8), data=st.data())
def test_moving_things_about_gives_nothing(work: Any, before: list[str], data: st.DataObject) -> None:
    """However queues, a function and its alarm are spread over files, and however those are written."""
    after = data.draw(st.lists(st.sampled_from(FILES), min_size=8, max_size=8))
    order = data.draw(st.permutations(range(8)))
    spread(work, before, range(8), indent=None)
    work.commit()
    spread(work, after, order, indent=data.draw(st.sampled_from([None, 1, 4])))
    result = work.since(rule="own,alarms")
    assert result["suppressed"]
    assert counts(result) == (0, len(result["suppressed"]), 0)


def spread(work: Any, files: list[str], order: Any, *, indent: int | None) -> None:
    """Writes six short-lived queues, a function and its alarm, each into its file."""
    short = {"Type": "AWS::SQS::Queue", "Properties": {"MessageRetentionPeriod": 60}}
    resources = {f"Queue{number}": short for number in range(6)}
    for text in (FUNCTION, ALARM):
        resources.update(yaml.safe_load(text)["Resources"])
    for name in FILES:
        (work.folder / name).unlink(missing_ok=True)
        here = [index for index in order if files[index] == name]
        if here:
            names = list(resources)
            template = {"Resources": {names[index]: resources[names[index]] for index in here}}
            work.write(name, json.dumps(template, indent=indent))


def test_both_trees_are_judged_by_the_rules_of_now(work: Any) -> None:
    work.write("app.yaml", QUEUE.replace("3600", "90000"))
    work.commit()
    work.write("walint.toml", "[rules.own-queue-keeps-messages]\nmin_seconds = 100000\n")
    assert counts(work.since()) == (0, 1, 0)


def test_a_removed_comment_lets_the_finding_in(work: Any) -> None:
    work.write("app.yaml", QUEUE.replace("3600", '3600  # walint: ignore[own-queue-keeps-messages] reason="short"'))
    work.commit()
    assert work.since()["since"] | {"commit": ""} == {"ref": "HEAD", "commit": "", "new": 0, "unchanged": 0, "fixed": 0}
    work.write("app.yaml", QUEUE)
    assert counts(work.since()) == (1, 0, 0)


def test_an_added_comment_is_not_counted_as_fixed(work: Any) -> None:
    work.write("app.yaml", QUEUE)
    work.commit()
    work.write("app.yaml", QUEUE.replace("3600", '3600  # walint: ignore[own-queue-keeps-messages] reason="short"'))
    result = work.since()
    assert counts(result) == (0, 0, 0)
    assert result["suppressed"][0]["suppressed_by"]["kind"] == "comment"


def test_an_unused_suppression_of_the_config_is_told_although_it_was_used_before(work: Any) -> None:
    work.write("walint.toml", '[[suppress]]\nrule = "own-queue-keeps-messages"\nreason = "short"\n')
    work.write("app.yaml", QUEUE)
    work.commit()
    work.write("app.yaml", QUEUE.replace("3600", "86400"))
    messages = [notice["message"] for notice in work.since()["notices"]]
    assert messages == ["unused suppression: own-queue-keeps-messages reports nothing here any more"]


def test_the_baseline_goes_before_the_commit(work: Any) -> None:
    work.write("app.yaml", QUEUE)
    work.commit()
    work.run("baseline", "update", *work.rules)
    result = work.since()
    assert counts(result) == (0, 0, 0)
    assert "recorded in the baseline" in result["suppressed"][0]["suppressed_by"]["reason"]


def test_what_is_unknown_now_is_not_fixed_and_what_was_unknown_is_new(work: Any) -> None:
    unknown = "Parameters: {Seconds: {Type: Number}}\n" + QUEUE.replace("3600", "!Ref Seconds")
    work.write("app.yaml", QUEUE)
    known = work.commit()
    work.write("app.yaml", unknown)
    result = work.since()
    assert (counts(result), len(result["unknown"])) == ((0, 0, 0), 1)
    work.commit()
    work.write("app.yaml", QUEUE)
    assert (counts(work.since()), counts(work.since(known))) == ((1, 0, 0), (0, 1, 0))


def test_only_new_unknowns_fail_on_unknown(work: Any) -> None:
    unknown = "Parameters: {Seconds: {Type: Number}}\n" + QUEUE.replace("3600", "!Ref Seconds")
    options = ("check", *work.rules, "--since", "HEAD", "--fail-on-unknown")
    work.write("app.yaml", unknown)
    work.commit()
    assert work.run(*options).status == 0
    work.write("more.yaml", unknown)
    assert work.run(*options).status == 1


def test_a_file_that_cannot_be_read_any_more_is_not_fixed(work: Any) -> None:
    work.write("app.yaml", QUEUE)
    work.write("other.yaml", QUEUE)
    work.commit()
    work.write("app.yaml", QUEUE + "  broken: [\n")
    result = work.since()
    assert (counts(result), result["run"]["complete"]) == ((0, 1, 0), False)


def test_a_file_that_could_not_be_read_is_told(work: Any) -> None:
    work.write("app.yaml", QUEUE + "  broken: [\n")
    work.commit()
    work.write("app.yaml", QUEUE)
    result = work.since()
    assert counts(result) == (1, 0, 0)
    assert [notice["message"] for notice in result["notices"]] == [
        f"app.yaml could not be read at HEAD ({result['since']['commit'][:7]}): what is found there now counts as new"
    ]


def test_untracked_templates_are_new(work: Any) -> None:
    work.commit()
    work.write("app.yaml", QUEUE)
    assert counts(work.since()) == (1, 0, 0)


def assembly(work: Any, seconds: int) -> None:
    """A cloud assembly, as `cdk synth` writes it."""
    stack = {"type": "aws:cloudformation:stack", "environment": "aws://unknown-account/unknown-region"}
    stack |= {"properties": {"templateFile": "Stack.template.json"}}  # type: ignore[dict-item]
    work.write("cdk.out/manifest.json", json.dumps({"version": "36.0.0", "artifacts": {"Stack": stack}}))
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"MessageRetentionPeriod": seconds}}
    work.write("cdk.out/Stack.template.json", json.dumps({"Resources": {"Orders": queue}}))


def test_an_assembly_that_git_ignores_has_no_past(work: Any) -> None:
    work.write(".gitignore", "cdk.out\n")
    work.commit()
    assembly(work, 3600)
    result = work.since()
    assert counts(result) == (0, 1, 0)
    (notice,) = result["notices"]
    said = "cdk.out/Stack.template.json: not in git, so what is found there cannot be new; "
    assert notice["message"] == said + "`walint diff` compares two results"


def test_an_assembly_in_git_is_compared(work: Any) -> None:
    assembly(work, 86400)
    work.commit()
    assembly(work, 3600)
    assert counts(work.since()) == (1, 0, 0)


def test_a_nested_stack_with_an_unusual_name(work: Any) -> None:
    work.write(
        "app.yaml", "Resources:\n  Queues: {Type: 'AWS::CloudFormation::Stack', Properties: {TemplateURL: q.tmpl}}\n"
    )
    work.write("q.tmpl", QUEUE)
    work.commit()
    assert counts(work.since()) == (0, 1, 0)


def test_samconfig_of_the_commit_is_read(work: Any) -> None:
    work.write("template.yaml", "Parameters: {Seconds: {Type: Number}}\n" + QUEUE.replace("3600", "!Ref Seconds"))
    work.write("samconfig.toml", "[default.deploy.parameters]\nparameter_overrides = 'Seconds=86400'\n")
    work.commit()
    work.write("samconfig.toml", "[default.deploy.parameters]\nparameter_overrides = 'Seconds=3600'\n")
    assert counts(work.since()) == (1, 0, 0)


def test_a_scan_of_one_folder_is_compared_with_that_folder(work: Any) -> None:
    work.write("a/app.yaml", QUEUE)
    work.write("b/app.yaml", QUEUE)
    work.commit()
    work.write("a/app.yaml", QUEUE.replace("3600", "86400"))
    results = [work.since("HEAD", path) for path in ("a", "b", "b/app.yaml", ".")]
    assert [counts(result) for result in results] == [(0, 0, 1), (0, 1, 0), (0, 1, 0), (0, 1, 1)]


def test_from_a_folder_below_the_root(work: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    work.write("a/app.yaml", QUEUE)
    work.commit()
    monkeypatch.chdir(work.folder / "a")
    assert counts(work.since()) == (0, 1, 0)


def test_a_folder_that_the_commit_has_not(work: Any) -> None:
    work.commit()
    work.write("a/app.yaml", QUEUE)
    assert counts(work.since("HEAD", "a")) == (1, 0, 0)


def test_what_a_sparse_checkout_leaves_out_counts_on_neither_side(work: Any) -> None:
    work.write("app/app.yaml", FUNCTION)
    work.write("alarms/alarms.yaml", ALARM)
    work.commit()
    work.git("sparse-checkout", "set", "app")
    assert work.since(rule="lambda-error-alarm")["findings"] == []


@pytest.mark.usefixtures("module")
class TestSubmodules:
    @pytest.fixture
    def module(self, work: Any, tmp_path: Path) -> Any:
        """A repository with a template, and the same one as a submodule of the work tree."""
        other = type(work)(tmp_path / "other")
        other.write("queue.yaml", QUEUE.replace("3600", "86400"))
        other.commit()
        work.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other.folder), "module")
        work.commit()
        inside = type(work)(work.folder / "module")
        inside.write("queue.yaml", QUEUE)
        inside.commit()
        return inside

    def test_a_submodule_that_moved_on_is_compared_with_its_earlier_commit(self, work: Any) -> None:
        assert counts(work.since()) == (1, 0, 0)
        work.commit()
        assert counts(work.since()) == (0, 1, 0)

    def test_a_submodule_that_lacks_its_earlier_commit_is_taken_as_it_is(self, work: Any) -> None:
        work.git("update-index", "--cacheinfo", f"160000,{'1' * 40},module")
        work.git("commit", "--quiet", "-m", "a commit that nobody has")
        result = work.since()
        assert counts(result) == (0, 1, 0)
        assert [notice["message"] for notice in result["notices"]] == [
            "the submodule module lacks its earlier commit; it is taken as it is now"
        ]

    def test_a_new_submodule_is_new(self, work: Any) -> None:
        empty = work.git("commit-tree", work.git("mktree"), "-m", "empty")
        assert counts(work.since(empty)) == (1, 0, 0)


def test_the_summary_says_how_it_compares(work: Any) -> None:
    work.write("app.yaml", QUEUE)
    commit = work.commit()
    work.write("b.yaml", QUEUE)
    done = work.run("check", *work.rules, "--since", "main")
    assert done.status == 1
    assert done.out.splitlines()[-1] == f"since main ({commit[:7]}): 1 new, 1 unchanged, 0 fixed"


def test_only_what_is_new_decides_the_status(work: Any) -> None:
    work.write("app.yaml", QUEUE)
    work.commit()
    assert work.run("check", *work.rules, "--since", "HEAD").status == 0


def test_the_report_remembers_the_comparison(work: Any) -> None:
    work.write("app.yaml", QUEUE)
    commit = work.commit()
    work.run("check", *work.rules, "--since", "HEAD", "--report", "json=../result.json")
    done = work.run("report", "../result.json")
    assert done.out.splitlines()[-1] == f"since HEAD ({commit[:7]}): 0 new, 1 unchanged, 0 fixed"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--since", "nowhere"], "git knows no commit 'nowhere'"),
        (["--since", "--output=x"], "'--output=x' names no commit"),
        (["--since", ""], "'' names no commit"),
        (["--since", "HEAD", "--changed"], "--since and --changed exclude each other"),
        (["--since", "HEAD", "nowhere.yaml"], "no such file or folder: nowhere.yaml"),
    ],
)
def test_usage_errors(options: list[str], message: str, work: Any) -> None:
    work.write("app.yaml", QUEUE)
    work.commit()
    arguments = ["--since=" + options[1], *options[2:]] if options[1].startswith("-") else options
    done = work.run("check", *arguments)
    assert (done.status, done.out) == (2, "")
    assert re.match(rf"error: {re.escape(message)}\n", done.err)


def test_outside_of_a_repository(project: Any) -> None:
    project.write("app.yaml", QUEUE)
    done = project.check("--since", "HEAD")
    assert done.status == 2
    assert "this is no git repository" in done.err


def test_nothing_is_left_behind(work: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    work.write("app.yaml", QUEUE)
    work.commit()
    before = work.git("status", "--porcelain", "--ignored")
    assert counts(work.since()) == (0, 1, 0)
    assert (list(scratch.iterdir()), work.git("status", "--porcelain", "--ignored")) == ([], before)
