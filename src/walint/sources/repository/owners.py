"""CODEOWNERS: who owns which files of a repository, as GitHub and GitLab read it."""

from __future__ import annotations

import re
from collections.abc import Callable

from walint.patterns import lazy

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
"""Where the file lies; the first of them counts."""
_MOST_LINES = 3000
_PIECE = lazy(r"\*\*/?|\*|\?|[^*?]+")

Owner = tuple[re.Pattern[str], str]


class CodeOwners:
    """The owners of a repository's files, by the last pattern that matches a path."""

    def __init__(self, text: str) -> None:
        self._lines = [made for line in text.splitlines()[:_MOST_LINES] if (made := _line(line)) is not None]

    def of(self, path: str) -> str | None:
        """Who owns a file; None when nobody does, as where a later pattern takes its owners away."""
        found = next((owners for pattern, owners in reversed(self._lines) if pattern.match(path)), "")
        return found or None


def code_owners(read: Callable[[str], bytes | None]) -> CodeOwners:
    """The owners that a repository names; `read` gives the bytes of a file by its path."""
    data = next((found for path in PLACES if (found := read(path)) is not None), b"")
    return CodeOwners(data.decode("utf-8-sig", "replace"))


def _line(line: str) -> Owner | None:
    """The pattern and the owners of a line; sections of GitLab ("[Docs] @team") are no pattern."""
    words = line.split("#", 1)[0].split()
    if not words or words[0].startswith(("[", "^[", "!")):
        return None
    return _compiled(words[0]), " ".join(words[1:])


def _compiled(pattern: str) -> re.Pattern[str]:
    """A pattern as git ignores it: with a slash at its beginning or within it is held to the root."""
    rooted = "/" in pattern.rstrip("/")
    body = "".join(_translated(piece) for piece in _PIECE.findall(pattern.lstrip("/").rstrip("/")))
    below = "/" if pattern.endswith("/") else r"(?:/|\Z)"
    if pattern.endswith("/*"):  # only what lies in the folder itself
        below = r"\Z"
    return re.compile(("" if rooted else r"(?:.*/)?") + body + below)


def _translated(piece: str) -> str:
    match piece:
        case "**/":
            return r"(?:[^/]+/)*"
        case "**":
            return r".*"
        case "*":
            return r"[^/]*"
        case "?":
            return r"[^/]"
        case _:
            return re.escape(piece)
