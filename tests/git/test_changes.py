from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from walint.git import changes
from walint.git.command import Git, GitError, environment_value


@pytest.fixture
def git(repository: Any) -> Git:
    return Git(repository.folder)


def paths(changed: list[changes.Changed] | None) -> list[str]:
    assert changed is not None
    return [one.path for one in changed]


def test_staged_tells_of_added_changed_deleted_and_renamed_files(repository: Any, git: Git) -> None:
    for name in ("changed", "deleted", "renamed", "same"):
        repository.write(name, f"{name}\n")
    repository.commit()
    repository.write("changed", "otherwise\n")
    repository.write("added", "new\n")
    repository.git("mv", "renamed", "new name")
    repository.git("rm", "--quiet", "deleted")
    repository.git("add", "--all")
    repository.write("same", "not staged\n")
    assert paths(changes.staged(git)) == ["added", "changed", "deleted", "new name", "renamed"]


def test_staged_says_what_was_there(repository: Any, git: Git) -> None:
    repository.write("deleted", "gone\n")
    repository.commit()
    blob = repository.git("rev-parse", "HEAD:deleted")
    repository.git("rm", "--quiet", "deleted")
    assert changes.staged(git) == [changes.Changed("deleted", "100644", blob, "")]


@pytest.mark.parametrize("name", ["with space", "ünïcode", "line\nbreak", 'quo"te', "tab\there", "-option", ":(glob)*"])
def test_staged_takes_every_name(name: str, repository: Any, git: Git) -> None:
    repository.commit()
    repository.write(name, "")
    repository.git("add", "--all")
    assert paths(changes.staged(git)) == [name]


def test_staged_of_an_unborn_branch_is_nothing_to_compare_with(repository: Any, git: Git) -> None:
    repository.write("first", "")
    repository.git("add", "--all")
    assert (changes.staged(git), changes.heads(git)) == (None, [])


def test_staged_with_nothing_staged_is_empty(repository: Any, git: Git) -> None:
    repository.commit()
    assert changes.staged(git) == []


def test_staged_obeys_the_index_of_a_partial_commit(
    repository: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    repository.commit()
    repository.write("other", "")
    repository.git("add", "--all")
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    repository.git("read-tree", "HEAD")
    assert paths(changes.staged(Git(repository.folder))) == []


def test_between_two_commits(repository: Any, git: Git) -> None:
    repository.write("a", "a\n")
    first = repository.commit()
    repository.git("mv", "a", "b")
    second = repository.commit()
    assert paths(changes.between(git, first, second)) == ["a", "b"]


def test_commit_by_branch_tag_and_short_id(repository: Any, git: Git) -> None:
    identity = repository.commit()
    repository.git("tag", "--annotate", "v1", "--message", "one")
    names = ["main", "v1", "HEAD", identity[:8]]
    assert [changes.commit(git, name).id for name in names] == [identity] * 4


def test_commit_is_shown_with_its_id_unless_that_is_its_name(repository: Any, git: Git) -> None:
    identity = repository.commit()
    shown = [changes.commit(git, name).shown for name in ("main", identity[:10])]
    assert shown == [f"main ({identity[:7]})", identity[:10]]


def test_commit_with_three_dots_is_where_the_branch_left(repository: Any, git: Git) -> None:
    left = repository.commit("shared")
    repository.git("checkout", "--quiet", "-b", "work")
    repository.commit("ours")
    repository.git("checkout", "--quiet", "main")
    repository.commit("theirs")
    repository.git("checkout", "--quiet", "work")
    assert changes.commit(git, "main...").id == left


@pytest.mark.parametrize("name", ["nowhere", "", "--output=stolen", "HEAD^{tree}:x", "a\nb", "0" * 40])
def test_what_is_no_commit_is_an_error(name: str, repository: Any, git: Git) -> None:
    repository.commit()
    with pytest.raises(GitError) as caught:
        changes.commit(git, name)
    assert caught.value.help
    assert not (repository.folder / "stolen").exists()


def test_heads_of_a_merge_are_both(repository: Any, git: Git) -> None:
    repository.commit("base")
    repository.git("checkout", "--quiet", "-b", "other")
    repository.write("theirs", "")
    theirs = repository.commit()
    repository.git("checkout", "--quiet", "main")
    repository.write("ours", "")
    ours = repository.commit()
    repository.git("merge", "--no-commit", "--no-ff", "--quiet", "other")
    assert changes.heads(git) == [changes.Commit("HEAD", ours), changes.Commit("MERGE_HEAD", theirs)]


def test_heads_in_a_linked_work_tree(repository: Any, tmp_path: Path) -> None:
    identity = repository.commit()
    repository.git("worktree", "add", "--quiet", str(tmp_path / "linked"), "HEAD")
    assert changes.heads(Git(tmp_path / "linked")) == [changes.Commit("HEAD", identity)]


@pytest.mark.parametrize(("value", "expected"), [("abc", "abc"), ("", ""), ("  ", ""), ("0" * 40, "")])
def test_a_hook_s_commit_of_zeros_is_none(value: str, expected: str) -> None:
    assert environment_value({"PRE_COMMIT_FROM_REF": value}, "PRE_COMMIT_FROM_REF") == expected


def test_pushed_commits_count_from_where_they_left(repository: Any, git: Git) -> None:
    left = repository.commit("shared")
    repository.git("checkout", "--quiet", "-b", "work")
    ours = repository.commit("ours")
    repository.git("checkout", "--quiet", "main")
    theirs = repository.commit("theirs")
    assert changes.pushed_from(git, theirs, ours) == changes.Commit(theirs, left)


def test_pushed_commits_without_a_common_past_count_from_the_old_one(repository: Any, git: Git) -> None:
    old = repository.commit("old")
    repository.git("checkout", "--quiet", "--orphan", "new")
    new = repository.commit("new")
    assert changes.pushed_from(git, old, new) == changes.Commit(old, old)
