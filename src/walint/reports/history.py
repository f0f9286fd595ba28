"""A result among those of earlier runs: what is new and what is fixed since the last one, and how scores went."""

from __future__ import annotations

from collections.abc import Sequence

from walint.findings.comparison import compare
from walint.findings.result import Record, Result
from walint.records import NamedTuple
from walint.reports.scores import overall
from walint.reports.wording import counted


class EarlierRun(NamedTuple):
    """One run in numbers. `score` is from 0 to 1, None when nothing was assessed."""

    name: str
    started: str
    version: str
    complete: bool
    findings: int
    high: int
    score: float | None


class History(NamedTuple):
    """A result compared with the last of some earlier ones.

    runs        every run, oldest first; the last one is the result itself
    new         fingerprints of the findings that the earlier run has not
    unchanged   how many findings it has, too
    fixed       its findings that are gone
    accepted    its findings that are suppressed now
    undecided   its findings that cannot be told now: unknown, or not judged
    cautions    why the two may not be comparable
    """

    runs: tuple[EarlierRun, ...]
    new: frozenset[str]
    unchanged: int
    fixed: tuple[Record, ...]
    accepted: int
    undecided: int
    cautions: tuple[str, ...]


def history_of(result: Result, earlier: Sequence[tuple[str, Result]]) -> History:
    """The history of a result; `earlier` are the names and results of the runs before it, oldest first."""
    _, last = earlier[-1]
    compared = compare(last, result)
    runs = [_run(name, one) for name, one in earlier]
    return History(
        (*runs, _run("this run", result)),
        frozenset(record.fingerprint for record in compared.new),
        len(compared.unchanged),
        tuple(compared.fixed),
        len(compared.accepted),
        len(compared.undecided),
        _cautions(last, result),
    )


def _run(name: str, result: Result) -> EarlierRun:
    score = overall(result, "OPS")
    high = result.severities.get("high", 0)
    return EarlierRun(name, result.started, result.version, result.complete, len(result.findings), high, score)


def _cautions(last: Result, result: Result) -> tuple[str, ...]:
    """Why a finding may be new or gone without anybody having changed anything."""
    found = []
    if last.mode != result.mode:
        modes = {"check": "infrastructure as code", "audit": "live accounts"}
        found.append(f"the earlier run looked at {modes[last.mode]}, this one at {modes[result.mode]}")
    before, now = {rule.id for rule in last.rules}, {rule.id for rule in result.rules}
    if more := len(now - before):
        found.append(f"{counted(more, 'rule')} of this run did not take part in the earlier one")
    if fewer := len(before - now):
        found.append(f"{counted(fewer, 'rule')} of the earlier run did not take part in this one")
    if not last.complete:
        found.append("the earlier run was incomplete")
    if not result.complete:
        found.append("this run is incomplete")
    if last.version != result.version:
        found.append(f"the earlier run was made by walint {last.version}")
    if last.resources and result.resources and _shared(last, result) == 0:
        found.append("the two runs have no file in common: they may be of different repositories or folders")
    return tuple(found)


def _shared(last: Result, result: Result) -> int:
    """How many files both results speak of; more than none when one of them speaks of none."""
    before, now = _paths(last), _paths(result)
    return len(before & now) if before and now else 1


def _paths(result: Result) -> set[str]:
    records = (*result.findings, *result.suppressed, *result.unknown, *(result.passed or ()))
    return {record.location.path for record in records if record.location}
