"""Programs of others that judge what walint writes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

SCRIPTS = sysconfig.get_path("scripts")


def checker(name: str) -> str:
    """A program, installed beside this Python or anywhere on the path."""
    found = shutil.which(name, path=f"{SCRIPTS}:{os.environ['PATH']}")
    if found is None:
        pytest.skip(f"{name} is not installed (it is in the extra `dev`)")
    return found


def multitool_complaints(file: Path, out: Path) -> list[tuple[str, list[str]]]:
    """The errors and warnings of Microsoft's SARIF multitool about a log, by the rules of SARIF and of GitHub."""
    command = [_multitool(), "validate", str(file), "--rule-kind", "Sarif;Ghas", "--level", "Error;Warning;Note"]
    environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    output = ["--output", str(out), "--log", "ForceOverwrite"]
    subprocess.run([*command, *output], check=True, capture_output=True, env=environment, timeout=300)
    complaints = json.loads(out.read_text(encoding="utf-8-sig"))["runs"][0].get("results", [])
    serious = [one for one in complaints if one.get("level", "warning") in {"error", "warning"}]
    return [(one["ruleId"], one["message"]["arguments"]) for one in serious]


def _multitool() -> str:
    """Named by SARIF_MULTITOOL, on the path, or installed by npm in the working tree."""
    package = Path(__file__).resolve().parent.parent / "node_modules" / "@microsoft" / "sarif-multitool-linux"
    installed = package / "Sarif.Multitool"
    found = os.environ.get("SARIF_MULTITOOL") or shutil.which("Sarif.Multitool")
    if found is None and not installed.is_file():
        pytest.skip("the SARIF multitool is not installed (npm @microsoft/sarif-multitool)")
    return found or str(installed)
