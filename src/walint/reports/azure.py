"""Logging commands of Azure Pipelines: issues in the summary of a run, with their file and line.

Azure knows errors and warnings only: findings of high severity are errors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from walint.reports.terminal import neutral
from walint.reports.wording import place_of, problem_of, told, worst_first

if TYPE_CHECKING:
    from walint.findings.result import Location, Result
    from walint.reports.context import ReportContext


def render(result: Result, context: ReportContext) -> str:
    """One command a line, the worst findings first, then what could not be judged; "" when there is nothing to say."""
    del context
    out = []
    for record in worst_first(result.findings):
        kind = "error" if record.severity == "high" else "warning"
        said = told(record) if record.location else f"{told(record)} ({place_of(record)})"
        out.append(_command(kind, record.rule_id, said, record.location))
    out += [
        _command("error", "incomplete-input", problem_of(problem), problem.location) for problem in result.incomplete
    ]
    out += [
        _command("error", record.rule_id, f"{record.message}: {record.reason or 'unknown reason'}", record.location)
        for record in result.errors
    ]
    return "".join(f"{line}\n" for line in out)


def _command(kind: str, code: str, said: str, location: Location | None) -> str:
    properties = {"type": kind}
    if location is not None:
        properties |= {
            "sourcepath": location.path,
            "linenumber": str(location.start_line),
            "columnnumber": str(location.start_column),
        }
    properties["code"] = code
    written = "".join(f"{name}={_property(neutral(value))};" for name, value in properties.items())
    return f"##vso[task.logissue {written}]{_data(neutral(' '.join(said.split())))}"


def _data(text: str) -> str:
    """A message as the pipeline agent decodes it (its own word for a per cent sign is %AZP25)."""
    return text.replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """A value between semicolons, up to the bracket."""
    return _data(text).replace(";", "%3B").replace("]", "%5D")
