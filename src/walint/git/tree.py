"""The files of a commit, written into a folder of their own: the work tree is left alone.

Blobs are written as they are stored: no filter of the repository runs. A tree is not trusted: its paths cannot lead out
of the folder, and its links are made last, only where they stay inside.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from walint.git.command import Git, GitError
from walint.records import NamedTuple

_FILES = ("100644", "100755", "100664")
_LINK = "120000"
_SUBMODULE = "160000"
_MOST_FILES = 500_000
_MOST_BYTES = 1 << 31
"""Of all files together: a tree can name one blob a million times."""


class Entry(NamedTuple):
    """A file, link or submodule of a tree or of the index."""

    path: str
    mode: str
    id: str

    @property
    def is_submodule(self) -> bool:
        """Whether it stands for a commit of another repository."""
        return self.mode == _SUBMODULE


class Indexed(NamedTuple):
    """The index: the paths of its files, those of its submodules, and those that a sparse checkout leaves out."""

    files: frozenset[str]
    submodules: frozenset[str]
    absent: frozenset[str]


def entries(git: Git, commit: str) -> list[Entry]:
    """What the tree of a commit holds. Raises `GitError`."""
    return list(_listed(git.run("ls-tree", "-r", "-z", "--full-tree", commit)))


def indexed(git: Git) -> Indexed:
    """What the index holds. Raises `GitError`."""
    files: set[str] = set()
    submodules: set[str] = set()
    absent: set[str] = set()
    for line in git.run("ls-files", "-z", "-s", "-t").split(b"\0"):
        meta, tab, name = line.partition(b"\t")
        if tab:
            tag, mode, _ = meta.split(b" ", 2)
            path = os.fsdecode(name)
            (submodules if mode == _SUBMODULE.encode() else files).add(path)
            if tag == b"S":
                absent.add(path)
    return Indexed(frozenset(files), frozenset(submodules), frozenset(absent))


def unpack(git: Git, wanted: Sequence[Entry], folder: Path, worthy: Callable[[str, bytes], bool], most: int) -> None:
    """Writes files and links of a tree below a folder: those whose content is worth it and has at most so many bytes.

    Raises `GitError` when the tree holds more than a repository of infrastructure does, or git cannot give it all.
    """
    if len(wanted) > _MOST_FILES:
        raise GitError(f"the tree holds more than {_MOST_FILES:,} files")
    paths: dict[str, list[str]] = {}
    links: list[Entry] = []
    for entry in wanted:
        if entry.mode in _FILES and _is_safe(entry.path):
            paths.setdefault(entry.id, []).append(entry.path)
        elif entry.mode == _LINK and _is_safe(entry.path):
            links.append(entry)
    written = 0
    for blob, content in git.blobs(list(paths), most):
        for path in paths[blob] if content is not None else ():
            if content is not None and worthy(path, content):
                written += len(content)
                if written > _MOST_BYTES:
                    raise GitError(f"the tree holds more than {_MOST_BYTES:,} bytes")
                write(folder, path, content)
    if links:
        ids = list(dict.fromkeys(entry.id for entry in links))
        targets = dict(git.blobs(ids, 1 << 12))
        _link(folder, [(entry.path, targets[entry.id]) for entry in links])


def write(folder: Path, path: str, content: bytes) -> None:
    """Writes a new file below a folder. One that cannot lie there (a case-blind disk, a hostile tree) is left out."""
    target = os.path.join(folder, path)  # noqa: PTH118 - thousands of them
    try:
        os.makedirs(os.path.dirname(target), exist_ok=True)  # noqa: PTH103, PTH120
        with open(target, "xb") as file:  # noqa: PTH123
            file.write(content)
    except (FileExistsError, NotADirectoryError):
        return
    except OSError as error:
        raise GitError(f"the files of a commit cannot be written to {folder}: {error.strerror}") from error


def _link(folder: Path, links: Sequence[tuple[str, bytes | None]]) -> None:
    """Makes the links, once no file can be written through one any more."""
    top = os.path.realpath(folder)
    for path, _ in links:
        with suppress(FileExistsError, NotADirectoryError):
            os.makedirs(os.path.dirname(os.path.join(top, path)), exist_ok=True)  # noqa: PTH103, PTH118, PTH120
    for path, target in links:
        place = os.path.join(top, path)  # noqa: PTH118
        parent = os.path.dirname(place)  # noqa: PTH120
        name = os.fsdecode(target or b"")
        leads = os.path.normpath(os.path.join(parent, name))  # noqa: PTH118
        if not name or "\0" in name or os.path.isabs(name) or not leads.startswith(top + os.sep):  # noqa: PTH117
            continue
        if os.path.realpath(parent) != parent or os.path.lexists(place):  # its folder is a link, or its place is taken
            continue
        try:
            os.symlink(name, place)  # noqa: PTH211
        except OSError:
            continue


def _listed(answer: bytes) -> Iterator[Entry]:
    """The entries of `ls-tree -z`: "MODE TYPE ID" TAB "PATH" NUL."""
    for line in answer.split(b"\0"):
        meta, tab, path = line.partition(b"\t")
        if tab:
            mode, _, identifier = meta.decode("ascii").split(" ")
            yield Entry(os.fsdecode(path), mode, identifier)


def _is_safe(path: str) -> bool:
    """Whether a path of a tree names something below the folder that it is written to, and nothing of git's own."""
    return not any(part in ("", ".", "..") or part.lower() == ".git" for part in path.split("/"))
