"""The files that `file`, `templatefile` and `fileset` may read: those below the root of the scan, nothing else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from walint.model.value import Unknown
from walint.sources import discover
from walint.sources.terraform.values import EvaluationError

_MOST_BYTES = 1 << 20
_MOST_ENTRIES = 20_000
_MOST_PATTERNS = 64


class MissingFileError(EvaluationError):
    """A file that is not there. It may well be one that a build makes, so nobody is told."""


class Sandbox:
    """What one root module may read. `used` collects the files that it did read, as reports show them."""

    def __init__(self, files: discover.Files, folder: str) -> None:
        """`folder` is that of the root module, which paths are relative to."""
        self._files = files
        self._folder = folder
        self.used: set[str] = set()

    def read(self, path: str) -> str | bytes | Unknown:
        """The contents of a file: text, or bytes where it is not valid UTF-8."""
        whole = self._located(path)
        if isinstance(whole, Unknown):
            return whole
        if not os.path.lexists(whole):
            raise MissingFileError(f"there is no file {path}")
        if not os.path.isfile(whole):
            raise EvaluationError(f"{path} is not a file")
        try:
            if os.path.getsize(whole) > _MOST_BYTES:
                return Unknown(f"the file {path} is longer than {_MOST_BYTES:,} bytes")
            with open(whole, "rb") as file:
                data = file.read(_MOST_BYTES)
        except OSError as error:
            return Unknown(f"the file {path} cannot be read: {error.strerror}")
        self.used.add(self._files.shown(Path(whole)))
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            return data

    def exists(self, path: str) -> bool | Unknown:
        """Whether there is a regular file of this path."""
        whole = self._located(path)
        return whole if isinstance(whole, Unknown) else os.path.isfile(whole)

    def matching(self, path: str, pattern: str) -> tuple[str, ...] | Unknown:
        """The files below a folder whose path, relative to it, matches a glob pattern, sorted."""
        whole = self._located(path)
        if isinstance(whole, Unknown):
            return whole
        found: set[str] = set()
        patterns = [tuple(each.split("/")) for each in _expanded(pattern)]
        deep = any("**" in each for each in patterns)
        longest = max(map(len, patterns))
        for seen, relative in enumerate(_below(whole, None if deep else longest)):
            if seen >= _MOST_ENTRIES:
                return Unknown(f"the folder {path} holds more than {_MOST_ENTRIES:,} files")
            parts = tuple(relative.split("/"))
            if any(_matches(parts, each) for each in patterns):
                found.add(relative)
        return tuple(sorted(found))

    def _located(self, path: str) -> str | Unknown:
        """The absolute path, links followed, or why it must not be looked at."""
        if "\0" in path:
            raise EvaluationError("a path holds a NUL character")
        if path.startswith("~"):
            return Unknown(f"the file {path} lies outside the folder that is checked")
        whole = self._files.resolved(os.path.join(self._folder, path))
        if not self._files.inside(Path(whole)):
            return Unknown(f"the file {path} lies outside the folder that is checked")
        return whole


def _below(top: str, depth: int | None) -> Iterator[str]:
    """The files below a folder, relative to it; links are not followed."""
    for base, folders, names in os.walk(top):
        relative = os.path.relpath(base, top).replace(os.sep, "/")
        prefix = "" if relative == "." else f"{relative}/"
        folders.sort()
        if depth is not None and prefix.count("/") >= depth - 1:
            folders.clear()
        for name in sorted(names):
            if not os.path.islink(os.path.join(base, name)):
                yield prefix + name


def _expanded(pattern: str) -> list[str]:
    """A pattern without its `{a,b}`: one for each choice."""
    done: list[str] = []
    pending = [pattern]
    while pending:
        text = pending.pop()
        start = text.find("{")
        end = text.find("}", start)
        if start < 0 or end < 0 or len(done) + len(pending) > _MOST_PATTERNS:
            done.append(text)
            continue
        pending += [text[:start] + choice + text[end + 1 :] for choice in text[start + 1 : end].split(",")]
    return done


def _matches(parts: tuple[str, ...], pattern: tuple[str, ...]) -> bool:
    """Whether the segments of a path match those of a glob, in which `**` stands for any number of folders."""
    from fnmatch import fnmatchcase

    reached = {0}
    for part in parts:
        step: set[int] = set()
        for at in _past_stars(reached, pattern):
            if at < len(pattern):
                if pattern[at] == "**":
                    step.add(at)
                elif fnmatchcase(part, pattern[at].replace("[^", "[!")):
                    step.add(at + 1)
        reached = step
    return len(pattern) in _past_stars(reached, pattern)


def _past_stars(reached: set[int], pattern: tuple[str, ...]) -> set[int]:
    """The places in a pattern that can be reached without another segment."""
    found = set(reached)
    for at in sorted(reached):
        place = at
        while place < len(pattern) and pattern[place] == "**":
            place += 1
            found.add(place)
    return found
