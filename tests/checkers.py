"""Programs of others that judge what walint writes."""

from __future__ import annotations

import os
import shutil
import sysconfig

import pytest

SCRIPTS = sysconfig.get_path("scripts")


def checker(name: str) -> str:
    """A program, installed beside this Python or anywhere on the path."""
    found = shutil.which(name, path=f"{SCRIPTS}:{os.environ['PATH']}")
    if found is None:
        pytest.skip(f"{name} is not installed (it is in the extra `dev`)")
    return found
