"""The lines of the tables that are printed."""

from __future__ import annotations

import statistics
from dataclasses import dataclass

from measure import Runs


@dataclass(frozen=True)
class Row:
    """One line of a table."""

    name: str
    time: str
    memory: str
    ratio: str
    budget: str = ""
    verdict: str = ""


def row(name: str, runs: Runs, base: float, *, budget: float | None = None, memory_budget: int | None = None) -> Row:
    """The line of one program: its median, its memory, and how many times longer than `base` it took."""
    if runs.failed or not runs.seconds:
        return Row(name, "-", "-", "-", "", runs.failed or "not run")
    ratio, megabytes = (runs.median / base if base else 0.0), runs.memory / 1e6
    limits, fine = [], True
    if budget is not None:
        limits.append(f"<= {budget:g} x")
        fine = ratio <= budget
    if memory_budget is not None:
        limits.append(f"< {memory_budget} MB")
        fine = fine and megabytes < memory_budget
    verdict = "" if not limits else "OK" if fine else "over"
    return Row(
        name,
        seconds(runs.seconds),
        f"{megabytes:.0f} MB" if megabytes else "",
        f"{ratio:.1f} x",
        ", ".join(limits),
        verdict,
    )


def seconds(values: list[float]) -> str:
    """The median, in a unit that reads well."""
    median = statistics.median(values)
    return f"{median:.2f} s" if median >= 1 else f"{median * 1000:.1f} ms"
