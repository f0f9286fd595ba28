"""A small stand-in for the runner of GitHub Actions: it runs the jobs of workflows and the steps of composite actions.

It knows what walint's own files use: expressions with `&&`, `==` and `!=`, `always()`, outputs, `run` steps in bash.
Actions of others are given as functions.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import yaml

Inputs: TypeAlias = Mapping[str, str]
Foreign: TypeAlias = Callable[["Runner", Inputs], Mapping[str, str]]
"""An action of somebody else: what it puts out for these inputs."""
_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_COMPARISON = re.compile(r"(.+?)\s*([!=]=)\s*(.+)")


@dataclass
class Ran:
    """What became of a job or an action."""

    outputs: dict[str, str] = field(default_factory=dict)
    log: str = ""
    failed: bool = False


@dataclass
class Runner:
    """The folders and files of a runner; `workspace` is where steps run."""

    workspace: Path
    temp: Path
    actions: Mapping[str, Foreign]
    environment: Mapping[str, str]
    own: Path | None = None
    """Where the action is kept that a workflow names by its repository ("OWNER/walint@COMMIT")."""
    summary: str = ""

    def workflow(self, document: Mapping[Any, Any], inputs: Inputs, github: Mapping[str, Any]) -> Ran:
        """Runs the one job of a workflow. `github` are further contexts that it reads, by name."""
        ((name, job),) = document["jobs"].items()
        ran = self.steps(job["steps"], {"inputs": inputs, **github}, None)
        known = {"inputs": inputs, "steps": ran.outputs}
        outputs = {key: text(self.filled(value, known)) for key, value in job.get("outputs", {}).items()}
        called = (document.get("on") or document.get(True) or {}).get("workflow_call") or {}
        jobs = {"jobs": {name: {"outputs": outputs}}}
        ran.outputs = {
            key: text(self.filled(value["value"], jobs)) for key, value in called.get("outputs", {}).items()
        } or outputs
        return ran

    def action(self, folder: Path, given: Inputs) -> Ran:
        """Runs a composite action."""
        document = yaml.safe_load((folder / "action.yml").read_text(encoding="utf-8"))
        unknown = given.keys() - document["inputs"].keys()
        assert not unknown, f"the action has no such inputs: {sorted(unknown)}"
        inputs = {name: str(given.get(name, one.get("default", ""))) for name, one in document["inputs"].items()}
        ran = self.steps(document["runs"]["steps"], {"inputs": inputs}, folder)
        known = {"inputs": inputs, "steps": ran.outputs}
        ran.outputs = {name: text(self.filled(one["value"], known)) for name, one in document["outputs"].items()}
        return ran

    def steps(self, steps: list[dict[str, Any]], known: dict[str, Any], folder: Path | None) -> Ran:
        """Runs steps one after the other. After one that fails only those run that say `always()`."""
        ran = Ran()
        done: dict[str, Any] = {}
        for step in steps:
            context = {**known, "steps": done}
            condition = str(step.get("if", "true")).strip().removeprefix("${{").removesuffix("}}").strip()
            if ran.failed and "always()" not in condition:
                continue
            if not truth(self.value(condition, context)):
                continue
            one = self.step(step, context, folder)
            done[step.get("id", "")] = {"outputs": one.outputs}
            ran.log += one.log
            ran.failed |= one.failed
        ran.outputs = done
        return ran

    def step(self, step: dict[str, Any], context: dict[str, Any], folder: Path | None) -> Ran:
        """Runs one step: a script, a local action, the own one, or one of somebody else."""
        if "run" in step:
            return self.script(step, context, folder)
        name, _, _ = step["uses"].partition("@")
        inputs = {key: text(self.filled(value, context)) for key, value in step.get("with", {}).items()}
        if name.startswith("./"):
            return self.action(self.workspace / name, inputs)
        if name in self.actions:
            return Ran(dict(self.actions[name](self, inputs)))
        assert self.own is not None, name
        return self.action(self.own, inputs)

    def script(self, step: dict[str, Any], context: dict[str, Any], folder: Path | None) -> Ran:
        """Runs a script as `shell: bash` does."""
        output, summary = self.temp / "output", self.temp / "summary"
        for file in (output, summary):
            file.write_text("")
        asked = {key: text(self.filled(value, context)) for key, value in step.get("env", {}).items()}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", str(self.filled(step["run"], context))],
            cwd=self.workspace,
            env={
                **os.environ,
                **self.environment,
                "RUNNER_TEMP": str(self.temp),
                "GITHUB_WORKSPACE": str(self.workspace),
                "GITHUB_OUTPUT": str(output),
                "GITHUB_STEP_SUMMARY": str(summary),
                **({"GITHUB_ACTION_PATH": str(folder)} if folder else {}),
                **asked,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        self.summary += summary.read_text(encoding="utf-8")
        outputs = dict(line.split("=", 1) for line in output.read_text(encoding="utf-8").splitlines())
        return Ran(outputs, done.stdout, failed=done.returncode != 0)

    def filled(self, value: object, context: Mapping[str, Any]) -> object:
        """A value with its expressions evaluated."""
        if not isinstance(value, str):
            return value
        whole = _EXPRESSION.fullmatch(value.strip())
        if whole and value.count("${{") == 1:
            return self.value(whole[1].strip(), context)
        return _EXPRESSION.sub(lambda match: text(self.value(match[1].strip(), context)), value)

    def value(self, expression: str, context: Mapping[str, Any]) -> object:
        """What an expression comes to."""
        if "&&" in expression:
            parts = [self.value(part.strip(), context) for part in expression.split("&&")]
            return all(truth(part) for part in parts)
        if match := _COMPARISON.fullmatch(expression):
            same = text(self.value(match[1], context)) == text(self.value(match[3], context))
            return same if match[2] == "==" else not same
        if expression.startswith("'"):
            return expression.strip("'")
        if expression in ("always()", "true"):
            return True
        found: Any = context
        for part in expression.split("."):
            found = found.get(part, "") if isinstance(found, Mapping) else ""
        return found


def text(value: object) -> str:
    """A value as a script or an input sees it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def truth(value: object) -> bool:
    """Whether a value counts as true; the text "false" does."""
    return value not in ("", False, None)
