"""What changed: which commits there are to compare with, and which files differ from them."""

from __future__ import annotations

import os
from collections.abc import Iterator

from walint.git.command import Git, GitError
from walint.git.place import git_dir
from walint.records import NamedTuple

_SHALLOW = "is it spelled right? A shallow clone lacks older commits: fetch it (in GitHub Actions, fetch-depth: 0)"


class Commit(NamedTuple):
    """A commit to compare with: what the user calls it, and its id."""

    name: str
    id: str

    @property
    def shown(self) -> str:
        """For people: "HEAD (1a2b3c4)"."""
        return self.name if self.id.startswith(self.name) else f"{self.name} ({self.id[:7]})"


class Changed(NamedTuple):
    """A path that differs, and what it was and is in git: mode and object id, "" and zeros where it is not there."""

    path: str
    old_mode: str
    old_id: str
    new_mode: str


def commit(git: Git, name: str) -> Commit:
    """The commit that a user names. `NAME...` is where the present branch left NAME, as in `git diff`.

    Raises `GitError` for a name that git does not know.
    """
    if not name.strip() or name.startswith("-") or "\0" in name or "\n" in name:
        raise GitError(f"{name!r} names no commit", help="name a branch, a tag or a commit")
    if name.endswith("..."):
        return _left(git, name.removesuffix("..."), name)
    found = git.try_run("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    if not found:
        git.run("rev-parse", "--git-dir")  # where git does not work at all, that is the error
        raise GitError(f"git knows no commit {name!r}", help=_SHALLOW)
    return Commit(name, found.decode("ascii").strip())


def _left(git: Git, name: str, shown: str) -> Commit:
    there = commit(git, name)
    base = git.try_run("merge-base", there.id, "HEAD")
    if not base:
        raise GitError(f"{name} and HEAD have no commit in common", help=_SHALLOW)
    return Commit(shown, base.decode("ascii").split()[0])


def pushed_from(git: Git, old: str, new: str) -> Commit:
    """Where the commits up to `new` left those that `old` has. Raises `GitError`."""
    first, last = commit(git, old), commit(git, new)
    base = git.try_run("merge-base", first.id, last.id)
    return Commit(old, base.decode("ascii").split()[0]) if base else first


def heads(git: Git) -> list[Commit]:
    """The commits that a commit made now would follow: HEAD, and in a merge the other one; none in a new repository."""
    names = ["HEAD"]
    if (git_dir(git.root) / "MERGE_HEAD").exists():
        names.append("MERGE_HEAD")
    found = [(name, git.try_run("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")) for name in names]
    return [Commit(name, answer.decode("ascii").strip()) for name, answer in found if answer]


def staged(git: Git) -> list[Changed] | None:
    """What the index holds and HEAD does not, deleted files too; None when there is no HEAD yet."""
    try:
        return list(_raw(git.run("diff-index", "--cached", "--raw", "-z", "--no-renames", "--no-abbrev", "HEAD", "--")))
    except GitError:
        if git.try_run("rev-parse", "--verify", "--quiet", "HEAD") is None and git.try_run("rev-parse", "--git-dir"):
            return None
        raise


def between(git: Git, old: str, new: str) -> list[Changed]:
    """What differs between two commits."""
    return list(_raw(git.run("diff-tree", "-r", "--raw", "-z", "--no-renames", "--no-abbrev", old, new, "--")))


def _raw(answer: bytes) -> Iterator[Changed]:
    """The entries of `--raw -z`: ":OLDMODE NEWMODE OLDID NEWID STATUS" NUL "PATH" NUL."""
    fields = answer.split(b"\0")
    for meta, path in zip(fields[::2], fields[1::2], strict=False):
        old_mode, new_mode, old_id, _, _ = meta.decode("ascii").removeprefix(":").split(" ")
        yield Changed(os.fsdecode(path), _mode(old_mode), old_id, _mode(new_mode))


def _mode(text: str) -> str:
    return "" if text == "000000" else text
