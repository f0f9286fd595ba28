"""Starting up is time that a user pays on every commit, so it is part of what walint promises."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "benchmarks" / "one-template.yaml"
HEAVY = [
    "asyncio",
    "attr",
    "boto3",
    "botocore",
    "cfnlint",
    "dataclasses",
    "email",
    "hashlib",
    "importlib.metadata",
    "inspect",
    "jinja2",
    "logging",
    "multiprocessing",
    "pydantic",
    "rich",
    "sarif_om",
    "subprocess",
    "typer",
    "unittest",
    "urllib.request",
    "xml",
]
"""What `walint check` with the text report must not import."""

TIMES_AS_LONG_AS_PYTHON = 12
"""By itself it is 9; beside other tests, which take the caches, up to 11."""

MODULES, CALLS = 250, 110_000
"""How many modules a check imports and how many calls of Python functions it makes, at most: 228 and 99,000 today.

Time depends on the machine and on its other work; these do not. What lifts one of them by a tenth has to be looked at.
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment whose cache has been filled by one run."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path_factory.mktemp("cache")), "NO_COLOR": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed walint has its bytecode
    check(environment)
    return environment


def check(environment: dict[str, str]) -> float:
    """Runs `walint check` as a user does; the seconds of processor time it took."""
    walint = str(Path(sysconfig.get_path("scripts")) / "walint")
    return seconds([walint, "check", str(TEMPLATE), "--fail-on", "never"], environment)


def seconds(command: list[str], environment: dict[str, str]) -> float:
    """The processor time of a command: unlike the time on the clock it does not depend on what else runs."""
    start = spent()
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    return spent() - start


def spent() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


class Cost(NamedTuple):
    """What a check takes that does not depend on the machine."""

    imported: frozenset[str]
    calls: int


@pytest.fixture(scope="module")
def cost(home: dict[str, str]) -> Cost:
    """The modules that a check imports and the bare interpreter does not, and its calls of Python functions."""
    code = f"""
import sys
before, calls = set(sys.modules), 0
def count(frame, event, argument):
    global calls
    calls += event == "call"
sys.setprofile(count)
from walint.cli import main
main(["check", {str(TEMPLATE)!r}, "--fail-on", "never"])
sys.setprofile(None)
sys.stderr.write("\\n".join([str(calls), *(set(sys.modules) - before)]))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], env=home, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True
    )
    calls, *imported = done.stderr.splitlines()
    return Cost(frozenset(imported), int(calls))


def test_the_check_did_run(cost: Cost) -> None:
    assert {"walint.engine", "yaml"} <= cost.imported


@pytest.mark.parametrize("module", HEAVY)
def test_a_check_does_not_import(module: str, cost: Cost) -> None:
    assert [name for name in cost.imported if name == module or name.startswith(f"{module}.")] == []


def test_a_check_does_not_do_more_and_more(cost: Cost) -> None:
    assert len(cost.imported) <= MODULES
    assert cost.calls <= CALLS


def test_a_check_starts_within_a_few_interpreter_starts(home: dict[str, str]) -> None:
    bare, checked = [], []
    for _ in range(25):  # the best of each counts: what else runs only adds to it
        bare.append(seconds([sys.executable, "-c", "pass"], home))
        checked.append(check(home))
        if len(bare) >= 5 and min(checked) / min(bare) <= TIMES_AS_LONG_AS_PYTHON:
            return
    assert min(checked) / min(bare) <= TIMES_AS_LONG_AS_PYTHON
