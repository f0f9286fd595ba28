"""The programs that are measured, and checkov's installation."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from inputs import ROOT
from measure import Runs, run

PYTHON = sys.executable
_SCRIPTS = Path(sysconfig.get_path("scripts"))
WALINT = [str(_SCRIPTS / "walint"), "check", "--format", "concise", "--fail-on", "never", "--allow-incomplete"]
CFN_LINT = [str(_SCRIPTS / "cfn-lint")]
_CHECKOV_HOME = ROOT / ".bench-venv"
_CHECKOV = [str(_CHECKOV_HOME / "bin" / "checkov"), "--skip-download", "--quiet", "--compact", "--soft-fail"]
CHECKOV = [*_CHECKOV, "--framework", "cloudformation"]
CHECKOV_TERRAFORM = [*_CHECKOV, "--framework", "terraform"]


def install_checkov() -> str:
    """Installs checkov into an environment of its own (its requirements clash with others'); why not, or ""."""
    if Path(CHECKOV[0]).exists():
        return ""
    print(f"installing checkov into {_CHECKOV_HOME.name} (once)", file=sys.stderr)
    steps = ([PYTHON, "-m", "venv", str(_CHECKOV_HOME)], [str(_CHECKOV_HOME / "bin/pip"), "install", "-q", "checkov"])
    for step in steps:
        done = subprocess.run(step, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if done.returncode:
            return f"not installed: {(done.stderr.strip().splitlines() or ['?'])[-1][:100]}"
    return ""


def set_aside_what_crashes_checkov(scratch: Path) -> list[Path]:
    """Removes the folders (one for each collection and its repositories) on which checkov crashes; which they were."""
    crashing = []
    for folder in sorted(path for path in scratch.glob("*/*/*") if path.is_dir()):
        runs = Runs()
        run([*CHECKOV, "-d", str(folder)], runs, accept=frozenset({0}))
        if runs.failed:
            shutil.rmtree(folder)
            crashing.append(folder)
    return crashing
