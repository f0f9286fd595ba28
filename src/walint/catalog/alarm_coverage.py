"""Which alarms a resource needs, and when an alarm reaches somebody: the plan of the alarm-coverage matrix."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from walint.catalog.compiled import CatalogError, JsonValue, compiled, read_yaml, register
from walint.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

_FILE: Final = Path(__file__).resolve().parent / "data" / "alarm_coverage.yaml"

RawCondition: TypeAlias = "Mapping[str, Any]"
"""A condition of the rule language as it is written; `walint.language` compiles it."""


class AlarmNeed(NamedTuple):
    """Something that must be watched: an alarm on one of the metrics is enough.

    account_wide  an alarm on the sum over the account is enough
    through       the name of a relation: an alarm on one of these related resources is enough, too; "" for none
    """

    title: str
    metrics: tuple[str, ...]
    why: str
    account_wide: bool
    through: str


class CoveragePlan(NamedTuple):
    """One table of the matrix: the resources of these types (those for which `when` holds), and what they need."""

    title: str
    types: tuple[str, ...]
    when: RawCondition | None
    source: str
    needs: tuple[AlarmNeed, ...]


@cache
def plans() -> tuple[CoveragePlan, ...]:
    """Every table, in order."""
    return tuple(_plan(entry) for entry in _data()["tables"])


def reaches() -> RawCondition:
    """When an alarm is one that somebody or something hears of: a condition on the alarm."""
    found: RawCondition = _data()["reaches"]
    return found


def left_out() -> Mapping[str, str]:
    """The types whose metrics are known and that have no table, and why."""
    found: Mapping[str, str] = _data()["left_out"]
    return found


def _plan(entry: Mapping[str, Any]) -> CoveragePlan:
    needs = tuple(_need(need) for need in entry["alarms"])
    return CoveragePlan(entry["title"], tuple(entry["types"]), entry.get("when"), entry["source"], needs)


def _need(entry: Mapping[str, Any]) -> AlarmNeed:
    wide, through = bool(entry.get("account_wide")), entry.get("through", "")
    return AlarmNeed(entry["title"], tuple(entry["metrics"]), entry["why"], wide, through)


@cache
def _data() -> Mapping[str, Any]:
    found: Mapping[str, Any] = compiled(*_COMPILABLE)
    return found


def _build() -> JsonValue:
    """alarm_coverage.yaml, whose keys are checked; its conditions are checked by a test."""
    written = read_yaml(_FILE)
    wrong = written.keys() ^ {"reaches", "tables", "left_out"}
    for entry in written["tables"]:
        wrong |= entry.keys() - {"title", "types", "when", "source", "alarms"}
        for need in entry["alarms"]:
            wrong |= need.keys() - {"title", "metrics", "why", "account_wide", "through"}
    if wrong:
        raise CatalogError(f"alarm_coverage.yaml: not understood: {', '.join(sorted(wrong))}", where=str(_FILE))
    return written


_COMPILABLE: Final = register("alarm_coverage", [_FILE], _build)
