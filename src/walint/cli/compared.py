"""What `--since` and `--changed` make of a run: what is scanned, and what its findings are compared with.

Imports neither templates nor rules: a hook that has nothing to judge must not wait for them.
"""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from walint.cli.changed import Change, change, work_tree
from walint.cli.parsing import UsageError
from walint.git.changes import commit, heads
from walint.git.command import Git
from walint.records import NamedTuple

if TYPE_CHECKING:
    from walint.cli.scan import Judging
    from walint.findings.assemble import Before


class Compared(NamedTuple):
    """A run that is compared with earlier commits.

    operands       what is scanned
    change         the commits and what changed
    all_findings   what is found in the changed units counts, new or not
    untracked      files that git does not track are part of what changed
    lazy           do not look at the commits when nothing is found now
    may_be_empty   having nothing to judge is no complaint
    """

    operands: Sequence[str]
    change: Change
    all_findings: bool
    untracked: bool
    lazy: bool
    may_be_empty: bool

    def before(self) -> Callable[[Judging], Before] | None:
        """What the scan needs; None when every finding counts."""
        if self.change.paths is None and not self.change.commits:
            return None
        from walint.cli.since import Asked, earlier

        return earlier(Asked(self.change, self.all_findings, self.untracked, self.lazy))


def compared_with(options: Namespace, operands: Sequence[str], *, plain: bool) -> Compared | None:
    """What to compare with; None when nothing that walint reads has changed. Raises `UsageError`, `GitError`.

    `plain` says that nobody but a person reads the outcome, so that there is nothing to write when nothing changed.
    """
    if options.since is not None and options.changed is not None:
        raise UsageError("--since and --changed exclude each other", help="--changed compares with HEAD")
    root = work_tree(_folder(operands))
    git = Git(root)
    if options.since is not None:
        since = Change((commit(git, options.since),), None)
        return Compared(operands, since, all_findings=False, untracked=True, lazy=False, may_be_empty=False)
    every = options.changed == "all-findings"
    found = change(options, operands, root)
    if found is None:
        if plain:
            return None
        found = Change(tuple(heads(git)), frozenset())
    if found.named:
        operands = [str(root)]
        found = found._replace(commits=() if every else found.commits)
    return Compared(operands, found, all_findings=every, untracked=False, lazy=plain, may_be_empty=True)


def _folder(operands: Sequence[str]) -> Path:
    """A folder of what is scanned, to look for the repository from."""
    name = operands[0] if operands else "."
    if not os.path.lexists(name):
        raise UsageError(f"no such file or folder: {name}")
    whole = Path(os.path.realpath(name))
    return whole if whole.is_dir() else whole.parent
