"""Annotations of GitHub Actions: workflow commands that put findings beside the lines of a pull request.

GitHub shows 10 annotations of each level and step; the worst are printed, and one notice counts the rest. Columns are
only told within one line: GitHub refuses an annotation with columns over several lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from walint.reports.terminal import neutral
from walint.reports.wording import counted, file_of, problem_of, remediation_of, told, worst_first

if TYPE_CHECKING:
    from walint.findings.result import Location, Result
    from walint.reports.context import ReportContext

MOST_OF_A_LEVEL = 10
"""GitHub shows no more of one level in one step."""
_MOST_CHARACTERS = 4000
_LEVELS = {"high": "error", "medium": "warning", "low": "notice", "info": "notice"}


def render(result: Result, context: ReportContext) -> str:
    """One workflow command a line; "" when there is nothing to say."""
    by_level: dict[str, list[str]] = {"error": [], "warning": [], "notice": []}
    for record in worst_first(result.findings):
        level = _LEVELS[record.severity]
        lines = [told(record), f"Fix: {remediation_of(record, context)}" if remediation_of(record, context) else ""]
        if record.location is None:
            lines.append(f"Resource: {file_of(record)}")
        by_level[level].append(_command(level, record.rule_id, lines, record.location))
    for problem in result.incomplete:
        by_level["error"].append(_command("error", "could not read this", [problem_of(problem)], problem.location))
    for record in result.errors:
        by_level["error"].append(
            _command("error", record.rule_id, [record.message, record.reason or ""], record.location)
        )
    return "".join(f"{line}\n" for line in _within_limits(by_level))


def _within_limits(by_level: dict[str, list[str]]) -> list[str]:
    """The first of each level; where some are left out, one place among the notices is for saying so."""
    left_out = sum(len(commands[MOST_OF_A_LEVEL:]) for commands in by_level.values())
    notices = by_level["notice"][:MOST_OF_A_LEVEL]
    if left_out:
        left_out += len(notices[MOST_OF_A_LEVEL - 1 :])
        notices = notices[: MOST_OF_A_LEVEL - 1]
        said = f"{counted(left_out, 'more annotation')} not shown here: GitHub shows {MOST_OF_A_LEVEL} of each level."
        notices.append(_command("notice", "", [said], None))
    return [*by_level["error"][:MOST_OF_A_LEVEL], *by_level["warning"][:MOST_OF_A_LEVEL], *notices]


def _command(level: str, about: str, lines: list[str], location: Location | None) -> str:
    properties = {"title": f"walint {about}".rstrip()}
    if location is not None:
        properties |= {"file": location.path, "line": str(location.start_line), "endLine": str(location.end_line)}
        if location.start_line == location.end_line:
            properties |= {"col": str(location.start_column), "endColumn": str(location.end_column)}
    written = ",".join(f"{name}={_property(neutral(value))}" for name, value in properties.items())
    said = "\n".join(neutral(" ".join(line.split()))[:_MOST_CHARACTERS] for line in lines if line)
    return f"::{level} {written}::{_data(said)}"


def _data(text: str) -> str:
    """A message as workflow commands want it."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """A value between commas, up to the double colon."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
