"""`walint completions`: the scripts are valid, and complete in the shells that they are for."""

from __future__ import annotations

import os
import pty
import select
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests.checkers import SCRIPTS


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completions_are_valid(project: Any, shell: str) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    script = project.write("script", project.run("completions", shell).out)
    option = "--no-execute" if shell == "fish" else "-n"
    done = subprocess.run([program, option, str(script)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


CASES = [
    (["ba"], ["baseline"]),
    (["check", "--fail-"], ["--fail-on", "--fail-on-unknown"]),
    (["check", "--format", "js"], ["json"]),
    (["--fail-on", "hi"], ["high"]),
    (["rules", "t"], ["test"]),
    (["schema", "c"], ["config"]),
    (["explain", "lambda-str"], ["lambda-structured-logs"]),
    (["check", "--select", "lambda-str"], ["lambda-structured-logs"]),
]


@pytest.fixture
def shell(project: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A folder with the completions of every shell, and walint on the path, for the scripts ask it for words."""
    monkeypatch.setenv("PATH", f"{SCRIPTS}:{os.environ['PATH']}")
    for name in ("bash", "zsh", "fish"):
        project.write(f".{name}", project.run("completions", name).out)
    return project.folder


@pytest.mark.parametrize(("words", "expected"), CASES)
def test_bash_completes(shell: Path, words: list[str], expected: list[str]) -> None:
    line = " ".join(f"'{word}'" for word in ["walint", *words])
    code = f'. ./.bash; COMP_WORDS=({line}); COMP_CWORD={len(words)}; _walint; printf "%s\\n" "${{COMPREPLY[@]}}"'
    done = subprocess.run(["bash", "-c", code], cwd=shell, capture_output=True, text=True, check=False)
    assert (done.stdout.split(), done.stderr) == (expected, "")


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
@pytest.mark.parametrize(("words", "expected"), CASES)
def test_fish_completes(shell: Path, words: list[str], expected: list[str]) -> None:
    code = f"source ./.fish; complete -C 'walint {' '.join(words)}'"
    done = subprocess.run(
        ["fish", "--no-config", "-c", code], cwd=shell, capture_output=True, text=True, check=False, timeout=60
    )
    assert ([line.split("\t")[0] for line in done.stdout.splitlines()], done.stderr) == (expected, "")


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
@pytest.mark.parametrize(("words", "expected"), [case for case in CASES if len(case[1]) == 1])
def test_zsh_completes(shell: Path, words: list[str], expected: list[str]) -> None:
    """In a terminal: zsh completes nothing without one."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(shell)
        os.environ["TERM"] = "dumb"
        os.execvp("zsh", ["zsh", "-f", "-i"])  # noqa: S606 - the shell itself
    try:
        os.write(terminal, b"PS1=; autoload -Uz compinit; compinit -u -D; source ./.zsh; echo rea''dy\n")
        wait_for(terminal, "ready")
        os.write(terminal, f"walint {' '.join(words)}\t".encode())
        assert expected[0] in wait_for(terminal, expected[0])
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(terminal)


def wait_for(terminal: int, word: str) -> str:
    """What a terminal shows until the word is in it, for ten seconds at most."""
    shown, end = "", time.monotonic() + 10
    while word not in shown and time.monotonic() < end:
        if select.select([terminal], [], [], 0.2)[0]:
            shown += os.read(terminal, 4096).decode(errors="replace")
    return shown


def test_the_words_that_are_completed(project: Any) -> None:
    assert {"lambda-tracing", "tracing", "OPS04-BP05", "OPS04"} <= set(project.run("completions", "words").out.split())
