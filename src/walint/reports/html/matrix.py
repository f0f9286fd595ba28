"""The alarm-coverage matrix of the HTML report: the rows that the page shows, and what its cells say when opened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from walint.findings.coverage import CELL_STATUSES, Cell, CellStatus, CoverageRow, CoverageTable
from walint.reports.html.code import shown
from walint.reports.wording import counted, written

if TYPE_CHECKING:
    from walint.findings.result import Result, Subject
    from walint.reports.html.code import Frames

_MOST_ROWS = 200
"""Rows of one table; the JSON report lists them all."""
_WORDS: dict[CellStatus, str] = {
    "covered": "covered",
    "no-action": "no action",
    "wrong-dimension": "wrong dimension",
    "missing": "missing",
    "unknown": "unknown",
    "not-needed": "not needed",
}
_MEANINGS: dict[CellStatus, str] = {
    "covered": "an alarm watches it and reaches somebody",
    "no-action": "an alarm watches it, but its actions are off, missing, or nobody hears of them",
    "wrong-dimension": "an alarm means it, but is written so that it never goes off",
    "missing": "no alarm watches it",
    "unknown": "cannot be told from what was read",
    "not-needed": "",
}
_NEEDED = CELL_STATUSES[:-1]


def matrix_of(result: Result) -> dict[str, Any]:
    """What the template prints: the tables with the rows that have gaps first."""
    tables = result.alarm_coverage or []
    numbers = iter(range(1_000_000))
    printed = [_table(table, numbers) for table in tables]
    totals = Counter(cell.status for table in tables for row in table.rows for cell in row.cells)
    needed = sum(totals[status] for status in _NEEDED)
    return {
        "coverage": printed,
        "coverage_known": result.alarm_coverage is not None,
        "coverage_words": f"{totals['covered']:,} of {counted(needed, 'alarm')} in place",
        "coverage_percent": int(100 * totals["covered"] / needed) if needed else None,
        "coverage_counts": [
            {"status": status, "word": _WORDS[status], "number": f"{totals[status]:,}", "meaning": _MEANINGS[status]}
            for status in _NEEDED
        ],
        "coverage_totals": [(status, totals[status]) for status in _NEEDED],
    }


def cells_of(result: Result, frames: Frames) -> list[dict[str, Any]]:
    """What the drawer says of each cell, in the order in which the page numbers them."""
    return [
        _evidence(table, row, number, frames)
        for table in result.alarm_coverage or ()
        for row in _shown_rows(table)
        for number, cell in enumerate(row.cells)
        if cell.status != "not-needed"
    ]


def _shown_rows(table: CoverageTable) -> Sequence[CoverageRow]:
    return sorted(table.rows, key=lambda row: not _has_gap(row))[:_MOST_ROWS]


def _has_gap(row: CoverageRow) -> bool:
    return any(cell.status not in {"covered", "not-needed"} for cell in row.cells)


def _table(table: CoverageTable, numbers: Iterator[int]) -> dict[str, Any]:
    counts = Counter(cell.status for row in table.rows for cell in row.cells)
    needed = sum(counts[status] for status in _NEEDED)
    return {
        "title": table.title,
        "words": f"{counts['covered']:,} of {needed:,} in place",
        "columns": [_column(table, index) for index in range(len(table.alarms))],
        "rows": [_row(row, numbers) for row in _shown_rows(table)],
        "more": max(len(table.rows) - _MOST_ROWS, 0),
    }


def _column(table: CoverageTable, index: int) -> dict[str, str]:
    needed = table.alarms[index]
    cells = [row.cells[index] for row in table.rows if row.cells[index].status != "not-needed"]
    covered = sum(cell.status == "covered" for cell in cells)
    return {
        "title": shown(needed.title),
        "metrics": shown(" or ".join(needed.metrics)),
        "number": f"{covered:,} of {len(cells):,}",
    }


def _row(row: CoverageRow, numbers: Iterator[int]) -> dict[str, Any]:
    return {
        "name": shown(row.resource.address),
        "place": _place(row.resource, row),
        "gap": _has_gap(row),
        "cells": [_cell(cell, numbers) for cell in row.cells],
    }


def _place(subject: Subject, row: CoverageRow) -> str:
    if row.location:
        return shown(f"{row.location.path}:{row.location.start_line}")
    return shown("/".join(part for part in (subject.account, subject.region) if part))


def _cell(cell: Cell, numbers: Iterator[int]) -> dict[str, Any]:
    number = None if cell.status == "not-needed" else next(numbers)
    return {"status": cell.status, "word": _WORDS[cell.status], "number": number}


def _evidence(table: CoverageTable, row: CoverageRow, number: int, frames: Frames) -> dict[str, Any]:
    cell, needed, place = row.cells[number], table.alarms[number], row.location
    said: dict[str, Any] = {
        "status": cell.status,
        "word": _WORDS[cell.status],
        "title": shown(f"{row.resource.address}: {needed.title}"),
        "meaning": _MEANINGS[cell.status],
        "metrics": shown(" or ".join(needed.metrics)),
        "why": shown(needed.why),
        "reason": shown(cell.reason),
        "address": shown(row.resource.address),
        "type": shown(row.resource.type),
        "place": shown(written(place)) if place else _place(row.resource, row),
        "code": frames.code_of(place) if place else None,
        "source": table.source if table.source.startswith("https://") else "",
        "alarms": [
            {
                "place": shown(written(alarm.location)) if alarm.location else "",
                "message": shown(alarm.address),
                "code": frames.code_of(alarm.location) if alarm.location else None,
            }
            for alarm in cell.alarms
        ],
    }
    return {key: value for key, value in said.items() if value}
