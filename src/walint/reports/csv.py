"""A table for spreadsheets: one row for each finding and for everything that was suppressed or not decided.

A cell that a spreadsheet would take for a formula begins with an apostrophe: names come from templates, and templates
from anybody.
"""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

from walint.reports.terminal import neutral
from walint.reports.wording import problem_of, remediation_of

if TYPE_CHECKING:
    from walint.findings.result import Incomplete, Record, Result
    from walint.reports.context import ReportContext

COLUMNS = (
    "outcome", "severity", "rule", "path", "line", "column", "message", "resource", "type", "source", "account",
    "region", "property", "expected", "found", "reason", "practices", "remediation", "suppressed_by", "until",
    "fingerprint",
)  # fmt: skip
_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - the wide ones work, too


def render(result: Result, context: ReportContext) -> str:
    """The header and the rows, as RFC 4180 has it: commas, CR LF."""
    out = StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(COLUMNS)
    records = [*result.findings, *result.suppressed, *result.unknown, *result.errors, *(result.passed or ())]
    for record in records:
        table.writerow([safe(cell) for cell in _row(record, context)])
    for problem in result.incomplete:
        table.writerow([safe(cell) for cell in _unread(problem)])
    return out.getvalue()


def safe(cell: str | int | None) -> str:
    """A cell as harmless text: one line, and no formula."""
    if cell is None or isinstance(cell, int):
        return "" if cell is None else str(cell)
    text = neutral(" ".join(cell.split()))
    return f"'{text}" if text.startswith(_FORMULAS) else text


def _row(record: Record, context: ReportContext) -> list[str | int | None]:
    subject, place, accepted = record.resource, record.location, record.suppressed_by
    return [
        record.outcome,
        record.severity,
        record.rule_id,
        place.path if place else None,
        place.start_line if place else None,
        place.start_column if place else None,
        record.message,
        subject.arn or subject.address,
        subject.type,
        subject.source,
        subject.account,
        subject.region,
        record.property,
        record.expected,
        record.found,
        accepted.reason if accepted else record.reason,
        " ".join(record.practices),
        remediation_of(record, context) if record.outcome == "fail" else None,
        accepted.kind if accepted else None,
        accepted.until if accepted else None,
        record.fingerprint,
    ]


def _unread(problem: Incomplete) -> list[str | int | None]:
    place = problem.location
    known: dict[str, str | int | None] = {
        "outcome": "incomplete",
        "path": place.path if place else problem.what,
        "line": place.start_line if place else None,
        "column": place.start_column if place else None,
        "message": problem_of(problem),
        "reason": problem.reason,
    }
    return [known.get(column) for column in COLUMNS]
