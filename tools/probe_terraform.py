"""Asks terraform what expressions evaluate to, and freezes the answers for the tests.

    python tools/probe_terraform.py

reads `expressions.txt` and `variables.tf` in tests/fixtures/terraform/expressions and writes `expected.json` beside
them. Every expression becomes an output of one configuration without providers, whose plan tells value and type. Those
that terraform refuses are found by their lines and left out of the next round.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "fixtures" / "terraform" / "expressions"
_OUTPUT = 'output "e{number}" {{ value = [{expression}] }}\n'
_MOST_ROUNDS = 20


def main() -> int:
    """Writes the expected values."""
    terraform = shutil.which("terraform")
    if terraform is None:
        print("error: there is no terraform on this machine")
        return 1
    lines = (FOLDER / "expressions.txt").read_text(encoding="utf-8").splitlines()
    expressions = [line for line in lines if line and not line.startswith("# ")]
    with tempfile.TemporaryDirectory() as folder:
        answers = ask(terraform, Path(folder), expressions)
    written = [
        f"  {json.dumps({'expression': expression, **answer}, ensure_ascii=False)}"
        for expression, answer in zip(expressions, answers, strict=True)
    ]
    (FOLDER / "expected.json").write_text("[\n" + ",\n".join(written) + "\n]\n", encoding="utf-8")
    refused = sum("error" in answer for answer in answers)
    print(f"{len(answers)} expressions, of which terraform refuses {refused}")
    return 0


def ask(terraform: str, folder: Path, expressions: list[str]) -> list[dict[str, Any]]:
    """The answer to each expression: its value (numbers as terraform writes them) and type, or the error."""
    shutil.copy(FOLDER / "variables.tf", folder)
    answers: dict[int, dict[str, Any]] = {}
    for _ in range(_MOST_ROUNDS):
        asked = [number for number in range(len(expressions)) if number not in answers]
        text = "".join(_OUTPUT.format(number=number, expression=expressions[number]) for number in asked)
        (folder / "main.tf").write_text(text, encoding="utf-8")
        run(terraform, folder, "init", "-backend=false")
        errors = complaints(terraform, folder)
        if not errors:
            break
        for line, summary in errors.items():
            answers[asked[line - 1]] = {"error": summary}
    run(terraform, folder, "plan", "-input=false", "-out=plan")
    plan = json.loads(
        run(terraform, folder, "show", "-json", "plan"),
        parse_float=lambda number: {"number": number},
        parse_int=lambda number: {"number": number},
    )
    for name, output in plan["planned_values"]["outputs"].items():
        if "type" not in output:
            answers[int(name[1:])] = {"unknown": "terraform does not know it before it applies"}
            continue
        (type_,) = output["type"][1]
        answers[int(name[1:])] = {"value": output["value"][0], "type": type_}
    return [answers[number] for number in range(len(expressions))]


def complaints(terraform: str, folder: Path) -> dict[int, str]:
    """What terraform refuses: lines of main.tf and the reason."""
    found: dict[int, str] = {}
    output = run(terraform, folder, "validate", "-json", check=False)
    diagnostics = json.loads(output).get("diagnostics", [])
    if not any(each["severity"] == "error" for each in diagnostics):
        output = run(terraform, folder, "plan", "-input=false", "-json", check=False)
        diagnostics = [event["diagnostic"] for event in map(json.loads, output.splitlines()) if "diagnostic" in event]
    for each in diagnostics:
        if each["severity"] == "error" and each.get("range"):
            detail = re.sub(r"\s+", " ", each.get("detail", ""))
            found[each["range"]["start"]["line"]] = f"{each['summary']}: {detail}"
    return found


def run(terraform: str, folder: Path, *words: str, check: bool = True) -> str:
    """What a terraform command prints."""
    command = [terraform, f"-chdir={folder}", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if check and done.returncode != 0:
        raise SystemExit(f"terraform {' '.join(words)}: {done.stdout}{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
