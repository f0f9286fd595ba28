"""CODEOWNERS: who owns which files of a repository, as GitHub and GitLab read it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase

from walint.records import NamedTuple

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
"""Where the file lies; the first of them counts."""
_MOST_LINES, _MOST_PARTS = 3000, 50
_ANY = "**"


class _Line(NamedTuple):
    """A pattern, cut at its slashes, and its owners.

    folders  it means folders only, and all that is in them
    deep     a folder that it means brings what lies in it along; not so after `docs/*`
    """

    parts: tuple[str, ...]
    owners: str
    folders: bool
    deep: bool

    def matches(self, path: Sequence[str]) -> bool:
        reached = _reached(self.parts, path)
        return (reached[-1] and not self.folders) or (self.deep and any(reached[:-1]))


class CodeOwners:
    """The owners of a repository's files: the last pattern that matches a path names them."""

    def __init__(self, text: str) -> None:
        self._lines = [made for line in text.splitlines()[:_MOST_LINES] if (made := _line(line)) is not None]

    def of(self, path: str) -> str | None:
        """Who owns a file; None when nobody does, as where a later pattern takes its owners away."""
        parts = path.split("/")
        return next((line.owners for line in reversed(self._lines) if line.matches(parts)), "") or None


def code_owners(read: Callable[[str], bytes | None]) -> CodeOwners:
    """The owners that a repository names; `read` gives the bytes of a file by its path."""
    data = next((found for path in PLACES if (found := read(path)) is not None), b"")
    return CodeOwners(data.decode("utf-8-sig", "replace"))


def _line(line: str) -> _Line | None:
    """What a line says; None for the head of a section of GitLab's ("[Docs] @team") and for what is no pattern."""
    words = line.split("#", 1)[0].split()
    if not words or words[0].startswith(("[", "^[", "!")):
        return None
    pattern = words[0].rstrip("/")
    parts = tuple(part for part in pattern.split("/") if part)
    if not parts or len(parts) > _MOST_PARTS:
        return None
    rooted = "/" in pattern
    return _Line(
        parts if rooted else (_ANY, *parts), " ".join(words[1:]), words[0].endswith("/"), not pattern.endswith("/*")
    )


def _reached(pattern: Sequence[str], path: Sequence[str]) -> list[bool]:
    """Whether a pattern matches the first part of a path, its first two, ... and all of it.

    Every part of the one is held against every part of the other once, so that no pattern takes long.
    """
    here = [True, *([False] * len(path))]
    for part in pattern:
        if part == _ANY:
            first = here.index(True) if True in here else len(here)
            here = [index >= first for index in range(len(here))]
        else:
            here = [False, *(before and fnmatchcase(name, part) for before, name in zip(here, path, strict=False))]
    return here[1:]
