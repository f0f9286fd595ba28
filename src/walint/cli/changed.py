"""What a commit or a push changes, for hooks: asked of git itself, and cheap where walint has nothing to do.

Nothing here reads templates or rules: a commit that is none of walint's business costs one question to git.
"""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from walint.cli.parsing import UsageError
from walint.git.changes import Changed, Commit, between, commit, heads, pushed_from, staged
from walint.git.command import Git, environment_value
from walint.git.place import git_root
from walint.records import NamedTuple
from walint.sources.names import READ_BY_TERRAFORM, SUFFIXES, is_terraform, may_hold_input, suffix_of
from walint.sources.repository.paths import concerns_commit

_CONFIGS = frozenset(("walint.toml", ".walint.toml", ".walint-baseline.json"))
_SHARED_CONFIG = "pyproject.toml"
_MOST_BYTES = 10 * 1024 * 1024
_LEADS_ON = (b"rules_dirs", b"parameter_files", b"var_files")
"""Words of a config that make other files part of the settings."""
_NOT_FILES = frozenset(("120000", "160000"))
"""The modes of links and of submodules: what they lead to is not looked up here."""


class Change(NamedTuple):
    """What changed.

    commits   what to compare with; none when every finding counts: in a new repository, or with nothing staged
    paths     the paths that changed, relative to the root; None for everything
    named     the paths were named on the command line, not by git
    """

    commits: tuple[Commit, ...]
    paths: frozenset[str] | None
    named: bool = False


def change(options: Namespace, operands: Sequence[str], root: Path) -> Change | None:
    """What changed, or None when it cannot concern walint.

    Files among the operands are what changed, when there are any. Otherwise git says it: between PRE_COMMIT_FROM_REF
    and PRE_COMMIT_TO_REF in a hook that has them, else what is staged. Where nothing is and nothing is being committed,
    as in `pre-commit run --all-files`, everything counts.
    Raises `GitError`.
    """
    git = Git(root)
    files = [name for name in operands if not os.path.isdir(name)]  # noqa: PTH112
    if files:
        return Change(tuple(heads(git)), frozenset(_below(root, files)), named=True)
    old, new = (environment_value(os.environ, f"PRE_COMMIT_{name}_REF") for name in ("FROM", "TO"))
    if old and new:
        base = pushed_from(git, old, new)
        changed = between(git, base.id, commit(git, new).id)
        return Change((base,), _paths(changed)) if _concerns(git, options, changed) else None
    index = staged(git)
    if index is None:
        return Change((), None)
    if not index:
        # Git sets this in the hooks of a commit: one that changes nothing, such as an amended message.
        return None if "GIT_INDEX_FILE" in os.environ else Change((), None)
    return Change(tuple(heads(git)), _paths(index)) if _concerns(git, options, index) else None


def _paths(changed: Sequence[Changed]) -> frozenset[str]:
    return frozenset(one.path for one in changed)


def _concerns(git: Git, options: Namespace, changed: Sequence[Changed]) -> bool:
    """Whether one of the changed paths may be input or settings, as it was or as it is."""
    files = [each for each in options.variables or () if isinstance(each, Path)]
    given = (*(options.rules or ()), *(options.parameters or ()), *files, options.config, options.baseline)
    named = tuple(_below(git.root, [str(path) for path in given if path is not None]))
    every = _settings_lead_on(git.root)
    was: dict[str, list[str]] = {}
    for one in changed:
        name = one.path.rpartition("/")[2]
        if name in _CONFIGS or not _NOT_FILES.isdisjoint((one.old_mode, one.new_mode)):
            return True
        if one.path.startswith(tuple(f"{path}/" for path in named)) or one.path in named:
            return True
        if every and (suffix_of(name) in SUFFIXES or suffix_of(name) == ".toml"):
            return True
        if _matters(one.path, _content(git.root / one.path)) or _may_be_read(git.root, one.path):
            return True
        if one.old_mode:
            was.setdefault(one.old_id, []).append(one.path)
    contents = git.blobs(list(was), _MOST_BYTES) if was else ()
    return any(content is not None and _matters(path, content) for blob, content in contents for path in was[blob])


def _matters(path: str, content: bytes) -> bool:
    if path.rpartition("/")[2] == _SHARED_CONFIG:
        return b"tool.walint" in content
    return may_hold_input(path, content) or concerns_commit(path)


def _may_be_read(root: Path, path: str) -> bool:
    """Whether Terraform's functions may read a file: it has a likely ending and lies below a configuration."""
    if suffix_of(path) not in READ_BY_TERRAFORM:
        return False
    parts = path.split("/")[:-1]
    return any(_holds_terraform(root.joinpath(*parts[:count])) for count in range(len(parts), -1, -1))


def _holds_terraform(folder: Path) -> bool:
    try:
        return any(is_terraform(name) for name in os.listdir(folder))  # noqa: PTH208 - names are enough
    except OSError:
        return False


def _content(file: Path) -> bytes:
    """What a file holds now, b"" for one that is gone, is no ordinary file or is too large to be ours."""
    try:
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        with os.fdopen(os.open(file, flags), "rb") as stream:
            return stream.read(_MOST_BYTES)
    except OSError:
        return b""


def _settings_lead_on(root: Path) -> bool:
    """Whether a config between here and the root names folders of rules or files of parameters."""
    here = Path.cwd()
    folders = [folder for folder in (here, *here.parents) if folder == root or root in folder.parents]
    files = [folder / name for folder in {root, *folders} for name in (*sorted(_CONFIGS), _SHARED_CONFIG)]
    return any(word in content for content in map(_content, files) for word in _LEADS_ON)


def _below(root: Path, names: Iterable[str]) -> Iterator[str]:
    """Paths of the command line as git says them."""
    for name in names:
        path = os.path.relpath(os.path.realpath(name), root).replace(os.sep, "/")
        if not path.startswith("../"):
            yield path


def work_tree(folder: Path) -> Path:
    """The root of the work tree that holds a folder. Raises `UsageError` where there is none."""
    root = git_root(folder)
    if root is not None:
        return root
    raise UsageError(f"this is no git repository: {folder}", help="--since and --changed ask git what was there before")
