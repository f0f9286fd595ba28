"""The Makefile does what the README says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs make in this environment, which already holds walint: nothing is installed."""
    stamps = [f"{sys.prefix}/.walint-demo-installed", f"{sys.prefix}/.walint-dev-installed"]
    command = ["make", f"VENV={sys.prefix}", *[f"--assume-old={stamp}" for stamp in stamps], *arguments]
    return subprocess.run(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NO_COLOR": "1", "MAKEFLAGS": ""},
    )


def test_demo_scans_the_examples_and_leaves_reports(tmp_path: Path) -> None:
    done = make("demo", f"DEMO={tmp_path}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "examples/bad/template.yaml:" in done.stdout
    result = json.loads((tmp_path / "walint.json").read_text())
    assert result["run"]["complete"]
    assert result["summary"]["outcomes"]["fail"] > 0
    assert json.loads((tmp_path / "walint.sarif").read_text())["version"] == "2.1.0"
    assert (tmp_path / "walint.html").read_text().startswith("<!doctype html>")
    assert json.loads((tmp_path / "audit.json").read_text())["run"]["mode"] == "audit"
    for report in ("walint.json", "walint.sarif", "walint.html", "audit.json", "audit.sarif", "audit.html"):
        assert str(tmp_path / report) in done.stdout


@pytest.mark.parametrize("target", ["demo", "test", "lint", "bench", "docs"])
def test_help_names_every_target(target: str) -> None:
    assert re.search(rf"^  make {target} +\w", make("help").stdout, re.MULTILINE)


def test_an_old_python_is_refused_with_a_word(tmp_path: Path) -> None:
    old = tmp_path / "python"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = make("demo", f"VENV={tmp_path}/environment", f"PYTHON={old}")
    assert done.returncode == 2
    assert "Python 3.11 or later" in done.stderr
