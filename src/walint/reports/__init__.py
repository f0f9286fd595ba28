"""Reports print a `Result` and never change a verdict: for people, for programs, and for each kind of CI.

A format is one module (or package) with a function `render(result, context) -> str`. It is named in `_FORMATS` and
imported when it is asked for: what a format needs (jinja2, sarif_om) costs nothing to those who do not use it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

from walint.errors import WalintError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from walint.findings.result import Result
    from walint.reports.context import ReportContext

_FORMATS = {
    "azure": "walint.reports.azure",
    "concise": "walint.reports.concise",
    "csv": "walint.reports.csv",
    "github": "walint.reports.github",
    "github-summary": "walint.reports.github_summary",
    "gitlab": "walint.reports.gitlab",
    "html": "walint.reports.html",
    "json": "walint.reports.json",
    "junit": "walint.reports.junit",
    "markdown": "walint.reports.markdown",
    "rdjsonl": "walint.reports.rdjsonl",
    "sarif": "walint.reports.sarif",
    "text": "walint.reports.text",
}


class ReportError(WalintError):
    """A report that cannot be written or read."""


def formats() -> list[str]:
    """The names of the formats, sorted."""
    return sorted(_FORMATS)


def render(format_name: str, result: Result, context: ReportContext) -> str:
    """The report as text, ending in a line break. Raises `ReportError` for a format that does not exist."""
    module = _FORMATS.get(format_name)
    if module is None:
        raise ReportError(f"there is no report format {format_name!r}", help=f"choose one of {', '.join(formats())}")
    rendered = cast("Callable[[Result, ReportContext], str]", import_module(module).render)
    return rendered(result, context)


def write(format_name: str, result: Result, context: ReportContext, path: Path) -> None:
    """Renders the report and writes it to a file as UTF-8, wholly or not at all; missing folders are made.

    Raises `ReportError` when the file cannot be written.
    """
    from walint.reports.writing import write_atomically

    write_atomically(path, render(format_name, result, context))
