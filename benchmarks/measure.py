"""Runs a program and says how long it took and how much memory it held."""

from __future__ import annotations

import os
import select
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass
class Runs:
    """The runs of one program: seconds of wall time, and the most memory that one of them held, in bytes."""

    seconds: list[float] = field(default_factory=list)
    memory: int = 0
    failed: str = ""
    """Why the program was not measured; empty when it was."""

    @property
    def median(self) -> float:
        """The median of the wall times, in seconds."""
        return statistics.median(self.seconds)


def one_core() -> None:
    """Keeps this process, and every child that it starts later, on one core. Linux only; elsewhere nothing happens."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def run(command: Sequence[str], runs: Runs, *, accept: frozenset[int], timeout: float = 900) -> None:
    """Runs `command` once, output thrown away, and adds the run; a status not in `accept` is noted as a failure."""
    start = time.perf_counter()
    child = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=_environment()
    )
    stderr, killed = _drain(child, timeout)
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if killed:
        runs.failed = f"stopped after {timeout:g} s"
    elif child.returncode not in accept:
        last = stderr.decode(errors="replace").strip().splitlines()[-1:]
        runs.failed = f"exit status {child.returncode} {''.join(last)}".strip()
    else:
        runs.seconds.append(seconds)
        runs.memory = max(runs.memory, _bytes(usage.ru_maxrss))


def take_turns(rounds: int, turns: Sequence[Callable[[], None]]) -> None:
    """Calls each of `turns` once a round, so that a slow moment of the machine meets all of them alike."""
    for _ in range(rounds):
        for turn in turns:
            turn()


def _drain(child: subprocess.Popen[bytes], timeout: float) -> tuple[bytes, bool]:
    """What the child wrote to stderr until it closed it, and whether it had to be killed."""
    assert child.stderr is not None  # noqa: S101 - asked for above
    deadline, parts = time.monotonic() + timeout, []
    with child.stderr as stderr:
        while select.select([stderr], [], [], max(0.0, deadline - time.monotonic()))[0]:
            part = os.read(stderr.fileno(), 65536)
            if not part:
                return b"".join(parts), False
            parts.append(part)
    child.kill()
    return b"".join(parts), True


def _bytes(maxrss: int) -> int:
    return maxrss if sys.platform == "darwin" else maxrss * 1024


def _environment() -> dict[str, str]:
    """The environment of every measured program: no colours, and compiled modules kept, as after an installation."""
    environment = {**os.environ, "NO_COLOR": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment
