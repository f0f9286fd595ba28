"""The Code Quality report of GitLab: a JSON array that its merge-request widget and its diffs show.

GitLab folds entries with the same fingerprint, wants lines from 1, and does not show the name of the check: the
description begins with it.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from walint.reports.terminal import neutral
from walint.reports.wording import file_of, problem_of, told
from walint.reports.writing import json_text

if TYPE_CHECKING:
    from walint.findings.result import Location, Result
    from walint.reports.context import ReportContext

_SEVERITIES = {"high": "critical", "medium": "major", "low": "minor", "info": "info"}
_UNREAD = "incomplete-input"


def render(result: Result, context: ReportContext) -> str:
    """The findings, and what could not be read or judged, as an indented JSON array."""
    del context
    entries = [
        _entry(
            record.rule_id,
            told(record),
            _SEVERITIES[record.severity],
            (file_of(record), record.location),
            record.fingerprint,
        )
        for record in result.findings
    ]
    for problem in result.incomplete:
        path = problem.location.path if problem.location else problem.what
        identity = hashlib.sha256(f"{problem.what}\0{problem.reason}".encode(errors="replace")).hexdigest()[:32]
        entries.append(_entry(_UNREAD, problem_of(problem), "blocker", (path, problem.location), identity))
    entries += [
        _entry(record.rule_id, record.message, "blocker", (file_of(record), record.location), record.fingerprint)
        for record in result.errors
    ]
    _tell_apart(entries)
    return json_text(entries)


def _entry(name: str, said: str, severity: str, place: tuple[str, Location | None], identity: str) -> dict[str, Any]:
    path, location = place
    return {
        "description": f"{name}: {neutral(' '.join(said.split()))}",
        "check_name": name,
        "fingerprint": identity,
        "severity": severity,
        "location": {"path": path, "lines": {"begin": max(location.start_line, 1) if location else 1}},
    }


def _tell_apart(entries: list[dict[str, Any]]) -> None:
    """Gives the second and later entries with one fingerprint (of merged reports, say) one of their own."""
    seen: dict[str, int] = {}
    for entry in entries:
        identity = entry["fingerprint"]
        seen[identity] = seen.get(identity, 0) + 1
        if seen[identity] > 1:
            entry["fingerprint"] = hashlib.sha256(f"{identity}\0{seen[identity]}".encode()).hexdigest()[:32]
