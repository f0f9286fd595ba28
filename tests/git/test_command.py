from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from walint.git.changes import commit, staged
from walint.git.command import Git, GitError
from walint.git.place import git_dir, git_root
from walint.git.tree import entries, indexed, unpack


def test_git_that_is_not_there_is_an_error(repository: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GitError, match="git is not installed"):
        Git(repository.folder).run("rev-parse", "HEAD")


@pytest.mark.usefixtures("clean_git")
def test_a_folder_that_is_no_repository_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(GitError, match="not a git repository"):
        commit(Git(tmp_path), "HEAD")


def test_a_broken_repository_is_an_error(repository: Any) -> None:
    repository.commit()
    (repository.folder / ".git" / "HEAD").write_text("nonsense")
    with pytest.raises(GitError):
        staged(Git(repository.folder))


def test_an_answer_without_end_is_cut(repository: Any) -> None:
    repository.write("large", "x" * 100_000)
    repository.commit()
    with pytest.raises(GitError, match="more than 1,000 bytes"):
        Git(repository.folder).run("cat-file", "blob", "HEAD:large", most=1_000)


def test_blobs_come_in_order_and_large_ones_are_left_out(repository: Any) -> None:
    for name, text in {"a": "first\n", "b": "x" * 300_000, "c": ""}.items():
        repository.write(name, text)
    repository.commit()
    ids = [repository.git("rev-parse", f"HEAD:{name}") for name in "abca"]
    found = list(Git(repository.folder).blobs(ids, 1_000))
    assert found == [(ids[0], b"first\n"), (ids[1], None), (ids[2], b""), (ids[3], b"first\n")]


def test_a_blob_that_is_not_there_is_an_error(repository: Any) -> None:
    repository.commit()
    with pytest.raises(GitError, match="is not in this repository"):
        list(Git(repository.folder).blobs(["1" * 40], 1_000))


def test_nothing_is_fetched_for_a_partial_clone(repository: Any, tmp_path: Path) -> None:
    repository.write("old.yaml", "was: here\n")
    old = repository.commit()
    repository.git("rm", "--quiet", "old.yaml")
    repository.commit()
    repository.git("config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    repository.git("clone", "--quiet", "--filter=blob:none", f"file://{repository.folder}", str(clone))
    git = Git(clone)
    with pytest.raises(GitError) as caught:
        list(git.blobs([entry.id for entry in entries(git, old)], 1_000))
    assert "partial clone" in str(caught.value.help)


def test_settings_of_a_repository_run_nothing(repository: Any, tmp_path: Path) -> None:
    """Filters, monitors, external diffs, text conversions and hooks of a hostile repository stay unused."""
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\nexec cat\n")
    trap.chmod(0o755)
    repository.write(".gitattributes", "* filter=trap diff=trap\n")
    repository.write("a.yaml", "Resources: {}\n")
    old = repository.commit()
    repository.write("a.yaml", "Resources: {A: 1}\n")
    repository.git("add", "--all")
    settings = ["filter.trap.smudge", "filter.trap.clean", "filter.trap.process", "diff.trap.command"]
    settings += [
        "diff.trap.textconv",
        "diff.external",
        "core.fsmonitor",
        "core.pager",
        "core.editor",
        "core.sshCommand",
    ]
    for setting in settings:
        repository.git("config", setting, str(trap))
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("post-index-change", "reference-transaction", "post-checkout"):
        (hooks / name).symlink_to(trap)
    repository.git("config", "core.hooksPath", str(hooks))
    git = Git(repository.folder)
    folder = tmp_path / "tree"
    folder.mkdir()
    changed = staged(git)
    assert changed is not None
    assert [one.path for one in changed] == ["a.yaml"]
    assert indexed(git).files == {".gitattributes", "a.yaml"}
    unpack(git, entries(git, commit(git, old).id), folder, lambda _path, _content: True, 1_000)
    assert (folder / "a.yaml").read_text() == "Resources: {}\n"
    assert not (tmp_path / "sprung").exists()


def test_the_repository_is_not_written_to(repository: Any) -> None:
    repository.write("a.yaml", "a: 1\n")
    repository.commit()
    before = {path: path.stat().st_mtime_ns for path in (repository.folder / ".git").rglob("*")}
    os.utime(repository.folder / "a.yaml", (1, 1))  # git would like to refresh its index
    git = Git(repository.folder)
    staged(git)
    indexed(git)
    entries(git, commit(git, "HEAD").id)
    assert {path: path.stat().st_mtime_ns for path in (repository.folder / ".git").rglob("*")} == before


def test_a_submodule_does_not_read_the_environment_of_a_hook(
    repository: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity = repository.commit()
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "no index"))
    assert commit(Git(repository.folder, submodule=True), "HEAD").id == identity


def test_root_and_folder_of_git(repository: Any, tmp_path: Path) -> None:
    repository.commit()
    linked = tmp_path / "linked"
    repository.git("worktree", "add", "--quiet", str(linked), "HEAD")
    (linked / "deep").mkdir()
    assert git_root(linked / "deep") == linked
    assert git_root(repository.folder) == repository.folder
    assert git_dir(repository.folder) == repository.folder / ".git"
    assert git_dir(linked).samefile(repository.folder / ".git" / "worktrees" / "linked")
