"""Starting up is time that a user pays on every commit, so it is part of what walint promises."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "benchmarks" / "one-template.yaml"
HEAVY = [
    "asyncio",
    "attr",
    "boto3",
    "botocore",
    "cfnlint",
    "email",
    "hashlib",
    "importlib.metadata",
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

TIMES_AS_LONG_AS_PYTHON = 20
"""By itself it is 12 to 13; beside other tests, which take the caches, up to 16. `make bench` has the budget."""


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


@pytest.fixture(scope="module")
def imported(home: dict[str, str]) -> set[str]:
    """The modules that a check imports and the bare interpreter does not."""
    code = f"""
import sys
before = set(sys.modules)
from walint.cli import main
main(["check", {str(TEMPLATE)!r}, "--fail-on", "never"])
sys.stderr.write("\\n".join(set(sys.modules) - before))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], env=home, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True
    )
    return set(done.stderr.splitlines())


def test_the_check_did_run(imported: set[str]) -> None:
    assert {"walint.engine", "yaml"} <= imported


@pytest.mark.parametrize("module", HEAVY)
def test_a_check_does_not_import(module: str, imported: set[str]) -> None:
    assert [name for name in imported if name == module or name.startswith(f"{module}.")] == []


def test_a_check_starts_within_a_few_interpreter_starts(home: dict[str, str]) -> None:
    bare, checked = [], []
    for _ in range(9):
        bare.append(seconds([sys.executable, "-c", "pass"], home))
        checked.append(check(home))
    assert min(checked) / min(bare) <= TIMES_AS_LONG_AS_PYTHON  # the best of each: what else runs only adds
