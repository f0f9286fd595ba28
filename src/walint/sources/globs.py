"""Globs of paths, as the config writes them."""

from __future__ import annotations

from fnmatch import fnmatchcase


def path_matches(path: str, pattern: str) -> bool:
    """Whether a relative POSIX path matches a glob, or lies below the folder that it names; `*` crosses slashes."""
    plain = pattern.removeprefix("./").rstrip("/")
    if plain in {"", "."} or path == plain or path.startswith(f"{plain}/"):
        return True
    return fnmatchcase(path, plain) or (plain.startswith("**/") and path_matches(path, plain[3:]))
