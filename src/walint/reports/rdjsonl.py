"""The Reviewdog Diagnostic Format, one JSON object a line: for reviewdog and whatever else reads it.

Its columns count the bytes of UTF-8 from the beginning of the line.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from walint.reports.terminal import neutral
from walint.reports.wording import file_of, problem_of, told

if TYPE_CHECKING:
    from walint.findings.result import Location, Record, Result
    from walint.reports.context import ReportContext
    from walint.reports.lines import Lines

_SEVERITIES = {"high": "ERROR", "medium": "WARNING", "low": "INFO", "info": "INFO"}


def render(result: Result, context: ReportContext) -> str:
    """The findings, then what could not be read or judged; "" when there is nothing to say."""
    out = [_finding(record, context) for record in result.findings]
    for problem in result.incomplete:
        place = problem.location
        where = _place(place, context.lines) if place else {"path": problem.what}
        out.append(_diagnostic("incomplete-input", problem_of(problem), "ERROR", where))
    for record in result.errors:
        said = f"{record.message}: {record.reason or 'unknown reason'}"
        out.append(_diagnostic(record.rule_id, said, "ERROR", _where(record, context.lines)))
    return "".join(f"{_line(diagnostic)}\n" for diagnostic in out)


def _finding(record: Record, context: ReportContext) -> dict[str, Any]:
    made = _diagnostic(record.rule_id, told(record), _SEVERITIES[record.severity], _where(record, context.lines))
    texts = context.rule(record.rule_id)
    if texts is not None and texts.help_url:
        made["code"]["url"] = texts.help_url
    if record.related:
        made["relatedLocations"] = [
            {"message": neutral(place.message), "location": _place(place.location, context.lines)}
            for place in record.related
        ]
    return made


def _diagnostic(code: str, said: str, severity: str, where: dict[str, Any]) -> dict[str, Any]:
    return {
        "message": neutral(" ".join(said.split())),
        "location": where,
        "severity": severity,
        "source": {"name": "walint"},
        "code": {"value": code},
    }


def _where(record: Record, lines: Lines) -> dict[str, Any]:
    return _place(record.location, lines) if record.location else {"path": file_of(record)}


def _place(location: Location, lines: Lines) -> dict[str, Any]:
    return {
        "path": location.path,
        "range": {
            "start": _position(location.path, location.start_line, location.start_column, lines),
            "end": _position(location.path, location.end_line, location.end_column, lines),
        },
    }


def _position(path: str, line: int, column: int, lines: Lines) -> dict[str, int]:
    before = (lines.raw(path, line) or "")[: column - 1]
    return {"line": line, "column": column + len(before.encode(errors="replace")) - len(before)}


def _line(diagnostic: dict[str, Any]) -> str:
    text = json.dumps(diagnostic, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:  # half a character of a file name that is no text
        return json.dumps(diagnostic)
    return text
