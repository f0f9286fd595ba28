"""The alarm-coverage matrix and the suppressions as JSON: written, read back and put together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

from walint.findings.accepted import SUPPRESSION_STATES, SuppressionEntry
from walint.findings.coverage import CELL_STATUSES, AlarmPlace, Cell, CoverageRow, CoverageTable, NeededAlarm
from walint.reports.nodes import Node, read_location, read_subject

if TYPE_CHECKING:
    from walint.findings.result import Location, Subject

    Place = Callable[[Location | None], dict[str, Any] | None]

_KINDS = ("comment", "metadata", "config")


def coverage_document(
    tables: Sequence[CoverageTable], place: Place, subject: Callable[[Subject], dict[str, Any]]
) -> list[dict[str, Any]]:
    """The matrix as plain data; `place` and `subject` write a location and a resource."""
    return [
        {
            "title": table.title,
            "source": table.source,
            "alarms": [{"title": need.title, "metrics": list(need.metrics), "why": need.why} for need in table.alarms],
            "resources": [
                {
                    "resource": subject(row.resource),
                    "location": place(row.location),
                    "cells": [_cell(cell, place) for cell in row.cells],
                }
                for row in table.rows
            ],
        }
        for table in tables
    ]


def _cell(cell: Cell, place: Place) -> dict[str, Any]:
    alarms = [{"address": alarm.address, "location": place(alarm.location)} for alarm in cell.alarms]
    return {"status": cell.status, "alarms": alarms, "reason": cell.reason}


def suppressions_document(entries: Sequence[SuppressionEntry], place: Place) -> list[dict[str, Any]]:
    """The suppressions as plain data."""
    return [
        {
            "kind": entry.kind,
            "rules": list(entry.rules),
            "reason": entry.reason,
            "until": entry.until,
            "location": place(entry.location),
            "state": entry.state,
            "note": entry.note,
            "matched": entry.matched,
            "hides": list(entry.hides),
        }
        for entry in entries
    ]


def read_table(node: Node) -> CoverageTable:
    """One table of the matrix. Raises `ReportError`."""
    alarms = tuple(node.get("alarms").items(_read_need))

    def row(inner: Node) -> CoverageRow:
        found = _read_row(inner)
        if len(found.cells) != len(alarms):
            raise inner.get("cells").wrong("a list with one cell for each alarm of the table")
        return found

    return CoverageTable(
        node.get("title").text(), node.get("source").text(), alarms, tuple(node.get("resources").items(row))
    )


def _read_need(node: Node) -> NeededAlarm:
    return NeededAlarm(node.get("title").text(), node.get("metrics").texts(), node.get("why").text())


def _read_row(node: Node) -> CoverageRow:
    return CoverageRow(
        read_subject(node.get("resource")),
        node.get("location").optional(read_location),
        tuple(node.get("cells").items(_read_cell)),
    )


def _read_cell(node: Node) -> Cell:
    status = node.get("status").one_of(CELL_STATUSES)
    return Cell(status, tuple(node.get("alarms").items(_read_alarm)), node.get("reason").text())


def _read_alarm(node: Node) -> AlarmPlace:
    return AlarmPlace(node.get("address").text(), node.get("location").optional(read_location))


def read_suppression(node: Node) -> SuppressionEntry:
    """One suppression. Raises `ReportError`."""
    return SuppressionEntry(
        cast("Any", node.get("kind").one_of(_KINDS)),
        node.get("rules").texts(),
        node.get("reason").text(),
        node.get("until").optional_text(),
        node.get("location").optional(read_location),
        node.get("state").one_of(SUPPRESSION_STATES),
        node.get("matched").number(),
        node.get("hides").texts(),
        node.get("note").text(),
    )


def merged_coverage(matrices: Sequence[Sequence[CoverageTable]]) -> list[CoverageTable]:
    """Several matrices as one: tables of the same resources and the same alarms become one table."""
    found: dict[tuple[str, tuple[NeededAlarm, ...]], CoverageTable] = {}
    for table in (table for matrix in matrices for table in matrix):
        key = (table.title, table.alarms)
        before = found.get(key)
        found[key] = table._replace(rows=(*before.rows, *table.rows)) if before else table
    return [table._replace(rows=tuple(sorted(table.rows, key=_place))) for table in found.values()]


def _place(row: CoverageRow) -> tuple[str, int, str]:
    where = row.location
    return (where.path if where else "", where.start_line if where else 0, row.resource.address)
