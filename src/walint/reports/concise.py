"""One line for each finding: `path:line:column: severity rule-id message`, for editors, grep and short attention."""

from __future__ import annotations

from typing import TYPE_CHECKING

from walint.findings.instances import named
from walint.reports.terminal import Paint, neutral
from walint.reports.wording import place_of, written

if TYPE_CHECKING:
    from walint.findings.result import Record, Result
    from walint.reports.context import ReportContext

_MOST_NAMED = 3
"""Of more instances than that a line says only how many they are."""


def render(result: Result, context: ReportContext) -> str:
    """The findings; then the unknown and passed ones, where asked for; then errors. "" when there is nothing."""
    paint = Paint(color=context.color)
    out = [_line(record, record.severity, _message(record), paint) for record in result.findings]
    if context.show_unknown:
        out += [_line(record, "unknown", record.reason or _message(record), paint) for record in result.unknown]
    if context.show_passed:
        out += [_line(record, "pass", _message(record), paint) for record in result.passed or []]
    for problem in result.incomplete:
        place = f"{written(problem.location)}: " if problem.location else ""
        out.append(f"{neutral(place)}{paint('error', 'error')} {neutral(f'{problem.what}: {problem.reason}')}")
    out += [_line(record, "error", record.reason or record.message, paint) for record in result.errors]
    return "".join(f"{line}\n" for line in out)


def _message(record: Record) -> str:
    several = record.instances
    return record.message.replace(named(several), "", 1) if len(several) > _MOST_NAMED else record.message


def _line(record: Record, style: str, said: str, paint: Paint) -> str:
    return f"{neutral(place_of(record))}: {paint(style, style)} {neutral(record.rule_id)} {neutral(said)}"
