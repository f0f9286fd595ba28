"""The alarm-coverage matrix as results carry it: which resource has which of the alarms that it needs.

Only imported by what makes the matrix or prints it.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from walint.findings.result import Location, Subject
from walint.records import NamedTuple

CellStatus: TypeAlias = Literal["covered", "no-action", "wrong-dimension", "missing", "unknown", "not-needed"]

CELL_STATUSES: tuple[CellStatus, ...] = ("covered", "no-action", "wrong-dimension", "missing", "unknown", "not-needed")
"""What a cell may say.

covered          an alarm watches the resource, and somebody hears of it
no-action        an alarm watches it, but its actions are off, missing or reach nobody
wrong-dimension  an alarm means it, but names it so that AWS publishes no such metric
missing          no alarm
unknown          it cannot be told, with the reason
not-needed       the resource needs no such alarm
"""


class AlarmPlace(NamedTuple):
    """An alarm and where it is declared."""

    address: str
    location: Location | None


class Cell(NamedTuple):
    """Whether a resource has one alarm that it needs; `alarms` are those that it rests on, `reason` says why."""

    status: CellStatus
    alarms: tuple[AlarmPlace, ...] = ()
    reason: str = ""


class CoverageRow(NamedTuple):
    """A resource and a cell for each alarm of its table."""

    resource: Subject
    location: Location | None
    cells: tuple[Cell, ...]


class NeededAlarm(NamedTuple):
    """A column: what must be watched. An alarm on one of the metrics is enough; `why` says what it tells."""

    title: str
    metrics: tuple[str, ...]
    why: str


class CoverageTable(NamedTuple):
    """The resources of one kind, and the alarms they need. `source` is the address where AWS says so."""

    title: str
    source: str
    alarms: tuple[NeededAlarm, ...]
    rows: tuple[CoverageRow, ...]
