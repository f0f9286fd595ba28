"""What `walint check` and `walint report` share: which reports are asked for, and the exit status of a result."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from walint import reports
from walint.cli import FOUND, INCOMPLETE
from walint.cli.parsing import (
    Parser,
    UsageError,
    add_sarif_options,
    checked_category,
    checked_choice,
    did_you_mean,
    report_target,
)
from walint.cli.terminal import complain, say, wants_color, wants_links, width
from walint.config_schema import SEVERITIES
from walint.records import NamedTuple, replace

if TYPE_CHECKING:
    from walint.findings.result import Location, Record, Result
    from walint.reports.context import ReportContext
    from walint.reports.history import History

_FOR_PEOPLE = frozenset({"text", "concise"})
_HISTORICAL = frozenset({"html"})
"""The formats that show how a result compares with earlier ones."""


def add_verdict_options(made: Parser) -> None:
    """The options that decide the exit status."""
    group = made.add_argument_group("exit status")
    group.add_argument("--fail-on", metavar="SEVERITY", help="1 from this severity on: high, medium, low, info, never")
    group.add_argument("--fail-on-unknown", action="store_true", help="what could not be decided counts, too")
    group.add_argument("--allow-incomplete", action="store_true", help="0 even if something could not be read")


def add_report_options(made: Parser) -> None:
    """The options that say which reports are wanted, and what is in them."""
    group = made.add_argument_group("reports")
    group.add_argument("--format", metavar="FORMAT", help=f"on stdout (default: text): {', '.join(reports.formats())}")
    group.add_argument(
        "--report",
        action="append",
        default=[],
        type=report_target,
        metavar="FORMAT=PATH",
        help="also write a file (repeatable)",
    )
    group.add_argument(
        "--previous",
        action="append",
        default=[],
        metavar="RESULT.json",
        help="an earlier JSON report: HTML then shows new, fixed and trend (repeatable, oldest first)",
    )
    group.add_argument("--show-passed", action="store_true", help="list what passed, too")
    group.add_argument("--show-unknown", action="store_true", help="list what could not be decided, too")
    group.add_argument("--color", default="auto", metavar="WHEN", help="auto, always or never")
    add_sarif_options(made)


class Output(NamedTuple):
    """The reports that are asked for, checked.

    format    of the report on stdout
    options   all options of the command
    category  what `--sarif-category` names, written as code scanning wants it; "" when it was not given
    previous  the names and results of earlier runs, oldest first
    """

    format: str
    options: Namespace
    category: str
    previous: Sequence[tuple[str, Result]] = ()

    @property
    def formats(self) -> set[str]:
        """The formats of all reports that are asked for."""
        return {self.format, *(name for name, _ in self.options.report)}

    @property
    def plain(self) -> bool:
        """Whether only a person reads along: no file is written, and stdout has no format of its own."""
        return self.format in _FOR_PEOPLE and not self.options.report

    def write(self, result: Result, context: ReportContext) -> None:
        """Writes the report files and prints the one on stdout."""
        options = self.options
        context = replace(
            context,
            show_passed=options.show_passed,
            show_unknown=options.show_unknown,
            verbose=options.verbose,
            sarif_category=self.category,
            sarif_profile=options.sarif_profile,
            history=self._history(result),
        )
        for name, path in options.report:
            reports.write(name, result, context, path)
        color = wants_color(options.color, sys.stdout)
        on_stdout = replace(context, color=color, hyperlinks=wants_links(sys.stdout, color=color), width=width())
        _print(self.format, result, on_stdout, quiet=options.quiet)

    def _history(self, result: Result) -> History | None:
        if not self.previous:
            return None
        from walint.reports.history import history_of

        return history_of(result, self.previous)


def checked_output(options: Namespace) -> Output:
    """What the options of a command ask for. Raises `UsageError` when there is no such thing."""
    on_stdout = _checked_format(options.format) or ("concise" if options.quiet else "text")
    for name, _ in options.report:
        _checked_format(name)
    checked_choice(options.color, ("auto", "always", "never"), "--color")
    checked_choice(options.sarif_profile, ("github", "full"), "--sarif-profile")
    checked_choice(options.fail_on, (*SEVERITIES, "never"), "--fail-on")
    made = Output(on_stdout, options, checked_category(options.sarif_category))
    return made._replace(previous=_previous(options.previous, made.formats)) if options.previous else made


def _previous(names: Sequence[str], formats: Collection[str]) -> list[tuple[str, Result]]:
    """The results of earlier runs. Raises `UsageError` when no report shows them, and `ReportError`."""
    if _HISTORICAL.isdisjoint(formats):
        hint = "add --report html=PATH, or compare two results with `walint diff`"
        raise UsageError("--previous is shown by the HTML report alone", help=hint)
    from walint.cli.report import text_of
    from walint.reports.reading import read

    return [(name, read(text_of(Path(name)), name)) for name in names]


def exit_status(result: Result, fail_on: str, *, fail_on_unknown: bool, allow_incomplete: bool) -> int:
    """The exit status of a result: findings first, then incompleteness."""
    if fail_on != "never":
        grave = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
        records = [*result.findings, *(_unknown(result) if fail_on_unknown else ())]
        if any(record.severity in grave for record in records):
            return FOUND
    return 0 if result.complete or allow_incomplete else INCOMPLETE


def _unknown(result: Result) -> list[Record]:
    """What could not be decided, and could before if there is a before."""
    known = result.since.unknown if result.since else ()
    return [record for record in result.unknown if record.fingerprint not in known]


def _print(name: str, result: Result, context: ReportContext, *, quiet: bool) -> None:
    """Prints the report on stdout; what it has no room for goes to stderr.

    A reader who leaves early (`| head`) does not change the exit status.
    """
    try:
        say(reports.render(name, result, context))
        sys.stdout.flush()
    except BrokenPipeError:
        from walint.cli import silence_stdout

        silence_stdout()
        return
    if name not in _FOR_PEOPLE:
        for problem in result.incomplete:
            place = _written(problem.location) or f"{problem.what}: "
            complain(f"error: {place}{problem.reason}")
    if name != "text" and not quiet:
        for notice in result.notices:
            if notice.level == "warning":
                complain(f"warning: {_written(notice.location)}{notice.message}")


def _written(location: Location | None) -> str:
    """A place before a message."""
    return f"{location.path}:{location.start_line}:{location.start_column}: " if location else ""


def _checked_format(name: str | None) -> str | None:
    """The name of a report format. Raises `UsageError`."""
    known = reports.formats()
    if name is not None and name not in known:
        hint = did_you_mean(name, known) or f"choose one of {', '.join(known)}"
        raise UsageError(f"there is no report format {name!r}", help=hint)
    return name
