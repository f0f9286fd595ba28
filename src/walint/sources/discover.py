"""Finds the files of a scan, and reads them without ever leaving the tree, hanging or filling the memory."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from walint.model.graph import Graph, Problem
from walint.records import NamedTuple
from walint.sources.cloudformation.assembly import MANIFEST, is_manifest
from walint.sources.cloudformation.glance import may_be_template
from walint.sources.gitignore import Ignored
from walint.sources.globs import path_matches
from walint.sources.names import SKIPPED, SUFFIXES
from walint.sources.settings import SourceSettings
from walint.sources.terraform.plan.recognise import begins_like_plan


class Candidate(NamedTuple):
    """A file to look into: its absolute path, the path shown to the user, and whether the user named it."""

    path: Path
    shown: str
    explicit: bool = False


class Files:
    """The files below the root of a scan."""

    def __init__(self, settings: SourceSettings, graph: Graph) -> None:
        self._settings = settings
        self._graph = graph
        self._root = os.path.realpath(settings.root)
        self._tops = [self._root]
        self._ignored = Ignored(self._tops)
        self._seen: set[str] = set()
        self._links: list[str] = []
        self._resolved: dict[str, str] = {}
        self.listed: list[str] = []
        """Every file that was met in a folder, by its absolute path, when the repository is judged."""

    def find(self, paths: Sequence[Path]) -> Iterator[Candidate]:
        """The files that may be input, in a stable order, each once."""
        for path in paths:
            whole = os.path.abspath(path)
            if self._leaves(whole):
                self._error(whole, "is a link that leaves the folder that is checked; it is not followed")
            elif os.path.isdir(whole):
                yield from self._walk(self._opened(os.path.realpath(whole)))
            elif os.path.lexists(whole):
                self._opened(os.path.dirname(os.path.realpath(whole)))
                yield from self._once(os.path.realpath(whole), explicit=True)
            else:
                self._error(whole, "does not exist")
        for link in sorted(self._links):
            yield from self._once(link, explicit=False)

    def _opened(self, folder: str) -> str:
        """The folder of a path that the user named: if it lies outside the root, what is in it may be read too."""
        if not any(_below(folder, top) for top in self._tops):
            self._tops.append(folder)
        return folder

    def _leaves(self, path: str) -> bool:
        """Whether a path that lies in the root by its name lies elsewhere in truth."""
        named = _below(path, self._root) or _below(path, os.path.abspath(self._settings.root))
        return named and not _below(os.path.realpath(path), self._root)

    def _once(self, path: str, *, explicit: bool) -> Iterator[Candidate]:
        if path not in self._seen:
            self._seen.add(path)
            yield Candidate(Path(path), self.shown(Path(path)), explicit)

    def _walk(self, top: str) -> Iterator[Candidate]:
        """The files below a folder, depth first, by name."""
        folders = [top]
        while folders:
            folder = folders.pop()
            try:
                entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
            except OSError as error:
                self._error(folder, f"cannot be read: {error.strerror}")
                continue
            if any(entry.name == MANIFEST for entry in entries) and self._is_assembly(folder):
                yield from self._once(os.path.join(folder, MANIFEST), explicit=False)
                continue
            below: list[str] = []
            if self._settings.repository is not None:
                self.listed += [entry.path for entry in entries if entry.is_file(follow_symlinks=False)]
            for entry in entries:
                if entry.is_symlink():
                    self._link(entry)
                elif entry.is_dir(follow_symlinks=False):
                    if entry.name not in SKIPPED and not self.skips(entry.path, folder=True):
                        below.append(entry.path)
                elif os.path.splitext(entry.name)[1].lower() in SUFFIXES and not self.skips(entry.path):
                    yield from self._once(entry.path, explicit=False)
            folders.extend(reversed(below))

    def skips(self, path: str, *, folder: bool = False) -> bool:
        """Whether git or the config leaves a path out."""
        if self._ignored(path, folder=folder) and not (folder and self._is_assembly(path)):
            return True
        excluded = self._settings.exclude
        return bool(excluded) and any(path_matches(self.shown(Path(path)), glob) for glob in excluded)

    def _is_assembly(self, folder: str) -> bool:
        """Whether a folder is a cloud assembly. One is read by its manifest, even where git ignores it."""
        try:
            path = os.path.join(folder, MANIFEST)
            if os.path.islink(path) or not os.path.isfile(path):
                return False
            with open(path, "rb") as file:
                return is_manifest(file.read(self._settings.max_file_bytes))
        except OSError:
            return False

    def _link(self, entry: os.DirEntry[str]) -> None:
        """Remembers a link to a file inside the root. Links to folders and out of the root are not followed."""
        target = os.path.realpath(entry.path)
        suffix = os.path.splitext(target)[1].lower()
        if self.inside(Path(target)) and suffix in SUFFIXES and os.path.isfile(target):
            self._links.append(target)

    def read(self, candidate: Candidate) -> bytes | None:
        """The bytes of a file; None, and a problem, when it cannot or must not be read."""
        try:
            descriptor = os.open(candidate.path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        except OSError as error:
            self._graph.problems.append(Problem("error", candidate.shown, f"cannot be read: {error.strerror}"))
            return None
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            limit = self._settings.max_file_bytes
            if not stat.S_ISREG(status.st_mode):
                self._graph.problems.append(Problem("error", candidate.shown, "is not a regular file"))
                return None
            head = b""
            if status.st_size > limit:
                head = file.read(1 << 16)
                if begins_like_plan(head):
                    limit = self._settings.max_plan_bytes
                if status.st_size > limit:
                    self._too_large(candidate, status.st_size, head, limit)
                    return None
            return head + file.read(limit - len(head))

    def _too_large(self, candidate: Candidate, size: int, head: bytes, limit: int) -> None:
        """Reports a file above the limit, unless it is plainly none of ours."""
        if candidate.explicit or may_be_template(head) or begins_like_plan(head):
            message = f"is {size:,} bytes long; walint reads files of at most {limit:,}"
            self._graph.problems.append(Problem("error", candidate.shown, message, "split it, or exclude it"))

    def open_folder(self, folder: str) -> None:
        """Lets a folder that the user named be read, even where it lies outside the root."""
        self._opened(os.path.realpath(folder))

    def absolute(self, shown: str) -> str:
        """The absolute path of a path as it is shown."""
        return os.path.normpath(os.path.join(self._root, shown))

    def shown(self, path: Path) -> str:
        """A path as reports show it: relative to the root, POSIX style."""
        return os.path.relpath(path, self._root).replace(os.sep, "/")

    def inside(self, path: Path) -> bool:
        """Whether a path lies in the root (or in a folder outside it that the user named), links followed."""
        whole = self.resolved(os.fspath(path))
        return any(_below(whole, top) for top in self._tops)

    def resolved(self, path: str) -> str:
        """The absolute path, links followed. What a folder is in truth is found out once in a scan."""
        if not os.path.isabs(path):
            return os.path.realpath(path)
        folder, name = os.path.split(path)
        known = self._resolved.get(folder)
        if known is None:
            known = self._resolved[folder] = folder if folder == path else self.resolved(folder)
        if name in {"", os.curdir}:
            return known
        if name == os.pardir:
            return os.path.dirname(known)
        whole = os.path.join(known, name)
        return os.path.realpath(whole) if os.path.islink(whole) else whole

    @property
    def is_repository(self) -> bool:
        """Whether the root is that of a git repository: nothing that belongs to the input lies outside."""
        return os.path.lexists(os.path.join(self._root, ".git"))

    def _error(self, path: str, message: str) -> None:
        self._graph.problems.append(Problem("error", self.shown(Path(path)), message))


def _below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
