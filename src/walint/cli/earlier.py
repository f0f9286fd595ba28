"""The tree of a commit, put into a folder of its own so that it can be judged like the work tree.

What git does not keep is the same before and after: a cloud assembly that git ignores is taken over as it is now.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from walint.git.changes import Commit
from walint.git.command import Git
from walint.git.tree import Entry, entries, indexed, unpack, write
from walint.sources.gitignore import Ignored
from walint.sources.names import SETTINGS, SUFFIXES, is_skipped, may_hold_input, suffix_of
from walint.sources.repository.paths import kind_of

_COMPANIONS = ("manifest.json", "samconfig.toml")
"""Files beside an input that say how it is read."""
_DEEPEST = 5
"""How many submodules may lie in one another."""


class EarlierTree:
    """Writes the files of a commit below a folder."""

    def __init__(self, git: Git, present: Sequence[str], most: int, *, untracked: bool, whole: bool = False) -> None:
        """`present` are the files of the work tree that a scan read, `most` is how many bytes an input may have.

        `untracked` says that files that git neither tracks nor ignores are part of what changed; `whole`, that the
        repository's documents and pipelines are judged, too.
        """
        self._git = git
        self._present = present
        self._most = most
        self._untracked = untracked
        self._whole = whole
        self._index = indexed(git)
        self._ignored = Ignored([str(git.root)])
        self.notes: list[str] = []
        """What to tell about the comparison."""

    def write(self, commit: Commit, folder: Path) -> None:
        """Writes the tree of a commit. Raises `GitError`."""
        lost = self._tree(self._git, commit.id, folder, "", 0)
        kept = [path for path in self._present if self._is_kept(path, lost)]
        for path in dict.fromkeys(one for file in kept for one in (file, *self._companions(file))):
            if (content := self._content(path)) is not None:
                write(folder, path, content)
        ignored = [path for path in kept if path not in self._index.files and self._is_ignored(path)]
        if ignored:
            more = f" and {len(ignored) - 1:,} more" if len(ignored) > 1 else ""
            self.notes.append(
                f"{ignored[0]}{more}: not in git, so what is found there cannot be new; "
                "`walint diff` compares two results"
            )

    def _tree(self, git: Git, commit: str, folder: Path, prefix: str, depth: int) -> list[str]:
        """Writes the tree of one repository and of its submodules; the submodules that could not be read."""
        named = set(self._present)
        wanted: list[Entry] = []
        lost: list[str] = []
        for entry in entries(git, commit):
            path = prefix + entry.path
            if entry.is_submodule:
                lost += self._submodule(entry, folder, path, depth)
            elif path in named or (path not in self._index.absent and (self._is_told(path) or _may_matter(entry))):
                wanted.append(entry)

        def is_worth(path: str, data: bytes) -> bool:
            return prefix + path in named or self._is_told(prefix + path) or may_hold_input(path, data)

        unpack(git, wanted, folder, is_worth, self._most)
        return lost

    def _is_told(self, path: str) -> bool:
        """Whether a rule about the whole repository may ask of a file."""
        return self._whole and not is_skipped(path) and kind_of(path) is not None

    def _submodule(self, entry: Entry, folder: Path, path: str, depth: int) -> list[str]:
        place = self._git.root / path
        if not os.path.lexists(place / ".git") or os.path.realpath(place) != str(place):
            return []  # not checked out: the work tree has nothing of it either
        git = Git(place, submodule=True)
        if depth < _DEEPEST and git.try_run("cat-file", "-e", f"{entry.id}^{{commit}}") is not None:
            return self._tree(git, entry.id, folder / entry.path, f"{path}/", depth + 1)
        self.notes.append(f"the submodule {path} lacks its earlier commit; it is taken as it is now")
        return [path]

    def _is_kept(self, path: str, lost: Sequence[str]) -> bool:
        """Whether a present file is taken over because git cannot say what it was."""
        if any(path.startswith(f"{module}/") for module in lost):
            return True
        if path in self._index.files:
            return False
        if any(path.startswith(f"{module}/") for module in self._index.submodules):
            return self._is_ignored(path)
        return not self._untracked or self._is_ignored(path)

    def _is_ignored(self, path: str) -> bool:
        root = str(self._git.root)
        parts = path.split("/")
        folders = (os.path.join(root, *parts[:count]) for count in range(1, len(parts)))  # noqa: PTH118
        whole = os.path.join(root, *parts)  # noqa: PTH118
        return any(self._ignored(folder, folder=True) for folder in folders) or self._ignored(whole)

    def _companions(self, path: str) -> Iterator[str]:
        """The files that say how a file is read: beside it, or, for a nested assembly, above it."""
        parts = path.split("/")[:-1]
        for count in range(len(parts), 0, -1):
            for name in _COMPANIONS:
                companion = "/".join((*parts[:count], name))
                if companion not in self._index.files:
                    yield companion

    def _content(self, path: str) -> bytes | None:
        """A present file's content, None for one that is no ordinary file or too large."""
        try:
            flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
            with os.fdopen(os.open(self._git.root / path, flags), "rb") as file:
                content = file.read(self._most + 1)
        except OSError:
            return None
        return content if len(content) <= self._most else None


def _may_matter(entry: Entry) -> bool:
    """Whether a file of a tree may be ours by its name; links are all kept, for one may lead to a file of ours."""
    if is_skipped(entry.path):
        return False
    name = entry.path.rpartition("/")[2]
    return entry.mode == "120000" or suffix_of(name) in SUFFIXES or name in SETTINGS
