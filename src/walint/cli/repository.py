"""Whether a scan judges a repository as a whole, with its documents and pipelines, and what git says of it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from walint.git.place import git_dir
from walint.language.rule import Rule
from walint.sources.settings import RepositorySettings


def repository_of(paths: Sequence[Path], root: Path, rules: Iterable[Rule]) -> RepositorySettings | None:
    """The repository that a scan of these paths judges, None when it judges none.

    It is judged when its root is among the paths; outside of git, when one folder is scanned. Who scans a single file,
    or a part, asks nothing of the whole: what is not there might lie beside it. `root` is what results are relative to,
    the root of the work tree inside of git.
    """
    if not any("repository" in rule.sources for rule in rules):
        return None
    if os.path.lexists(root / ".git"):
        if not any(os.path.realpath(path) == str(root) for path in paths):
            return None
        return RepositorySettings("", work_tree=True, tags=_tags(root))
    if len(paths) != 1 or not paths[0].is_dir():
        return None
    folder = os.path.relpath(os.path.realpath(paths[0]), root).replace(os.sep, "/")
    return RepositorySettings("" if folder == "." else folder)


def _tags(root: Path) -> tuple[str, ...]:
    """The names of git's tags. Asks no git: they are files, or lines of one."""
    place = git_dir(root)
    try:
        common = place / (place / "commondir").read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        common = place
    found: set[str] = set()
    top = common / "refs" / "tags"
    for folder, _, names in os.walk(top):
        found |= {os.path.relpath(os.path.join(folder, name), top).replace(os.sep, "/") for name in names}  # noqa: PTH118
    try:
        packed = (common / "packed-refs").read_text(encoding="utf-8", errors="replace")
    except OSError:
        packed = ""
    marker = " refs/tags/"
    found |= {line.partition(marker)[2].strip() for line in packed.splitlines() if marker in line}
    return tuple(sorted(found))
