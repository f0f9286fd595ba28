"""A repository that holds walint as it is now, for those who install from one: pre-commit, the GitHub Action."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NEEDED = (
    ".github",
    ".pre-commit-hooks.yaml",
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "action.yml",
    "examples",
    "hatch_build.py",
    "pyproject.toml",
    "reports",
    "rules",
    "src",
    "tools",
)
"""What is built, and what tells others how to run it."""
OFFLINE = re.compile(r"No matching distribution found|Temporary failure in name resolution|Max retries|ConnectionError")
"""What pip says where it reaches no package index."""


def checkout(folder: Path) -> Path:
    """Makes such a repository, with one commit, in a new folder."""
    folder.mkdir(parents=True)
    for name in NEEDED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "-m", "walint"]):
        subprocess.run(["git", *command], cwd=folder, check=True, stdin=subprocess.DEVNULL)
    return folder
