"""Where a git repository lies on the disk. Asks no git."""

from __future__ import annotations

import os
from pathlib import Path


def git_root(start: Path) -> Path | None:
    """The root of the git repository that holds a folder (its work tree), or None."""
    for folder in (start, *start.parents):
        if os.path.lexists(folder / ".git"):
            return folder
    return None


def git_dir(root: Path) -> Path:
    """The folder where git keeps what belongs to this work tree: `.git`, or what the file `.git` points at."""
    place = root / ".git"
    if place.is_file():
        with place.open("rb") as file:
            text = os.fsdecode(file.read(1 << 16))
        if text.startswith("gitdir:"):
            return root / text.removeprefix("gitdir:").strip()
    return place
