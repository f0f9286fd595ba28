"""`walint check`: judges templates and prints what was found."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from walint import reports
from walint.cli import FOUND, INCOMPLETE
from walint.cli.parsing import (
    Parser,
    UsageError,
    add_sarif_options,
    add_scan_options,
    add_talk_options,
    checked_category,
    checked_choice,
    did_you_mean,
    report_target,
)
from walint.cli.terminal import complain, say, wants_color, wants_links, width
from walint.config_schema import SEVERITIES

if TYPE_CHECKING:
    from walint.cli.compared import Compared
    from walint.findings.result import Location, Record, Result
    from walint.reports.context import ReportContext

_FOR_PEOPLE = frozenset({"text", "concise"})


def parser() -> Parser:
    """The command's options."""
    made = Parser("check", "Judges SAM, CloudFormation and CDK templates by their Well-Architected rules.", "[PATH...]")
    add_scan_options(made)
    add_verdict_options(made)
    add_change_options(made)
    made.add_argument("--with-cfn-lint", action="store_true", help="what cfn-lint finds, too (extra `cfn-lint`)")
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
    group.add_argument("--show-passed", action="store_true", help="list what passed, too")
    group.add_argument("--show-unknown", action="store_true", help="list what could not be decided, too")
    group.add_argument("--color", default="auto", metavar="WHEN", help="auto, always or never")
    add_sarif_options(made)
    add_talk_options(made)
    return made


def add_verdict_options(made: Parser) -> None:
    """The options that decide the exit status."""
    group = made.add_argument_group("exit status")
    group.add_argument("--fail-on", metavar="SEVERITY", help="1 from this severity on: high, medium, low, info, never")
    group.add_argument("--fail-on-unknown", action="store_true", help="what could not be decided counts, too")
    group.add_argument("--allow-incomplete", action="store_true", help="0 even if something could not be read")


def add_change_options(made: Parser) -> None:
    """The options that limit what is reported to what is new."""
    group = made.add_argument_group("what is new")
    group.add_argument("--since", metavar="REF", help="only findings that this commit, branch or tag has not")
    group.add_argument(
        "--changed", action="store_const", const="new", help="for hooks: only what a commit or push adds"
    )
    group.add_argument(
        "--changed=all-findings",
        dest="changed",
        action="store_const",
        const="all-findings",
        help="also all that is found in the stacks that it changes",
    )


def run(arguments: Sequence[str]) -> int:
    """The command. Returns the exit status."""
    options, operands = parser().parse(arguments)
    stdout_format = checked_format(options.format) or ("concise" if options.quiet else "text")
    for name, _ in options.report:
        checked_format(name)
    checked_choice(options.color, ("auto", "always", "never"), "--color")
    checked_choice(options.sarif_profile, ("github", "full"), "--sarif-profile")
    category = checked_category(options.sarif_category)
    checked_choice(options.fail_on, (*SEVERITIES, "never"), "--fail-on")
    if options.with_cfn_lint and (options.since is not None or options.changed is not None):
        raise UsageError("--with-cfn-lint cannot tell what is new", help="leave out --since and --changed")
    plain = stdout_format in _FOR_PEOPLE and not options.report
    compared: Compared | None = None
    if options.since is not None or options.changed is not None:
        from walint.cli.compared import compared_with

        compared = compared_with(options, operands, plain=plain)
        if compared is None:
            if stdout_format == "text" and not options.quiet:
                say("nothing that walint reads has changed\n")
            return 0
    from walint.cli.scan import scan  # all of walint; a hook that has nothing to do stops above

    if compared is None:
        done = scan(options, operands)
    else:
        done = scan(options, compared.operands, before=compared.before(), may_be_empty=compared.may_be_empty)
    if options.with_cfn_lint:
        from walint.integrations.cfn_lint_findings import merge

        merge(done.result, done.graph, done.root, options.min_severity or done.config.min_severity)
    status = exit_status(
        done.result,
        options.fail_on or done.config.fail_on,
        fail_on_unknown=options.fail_on_unknown or done.config.fail_on_unknown,
        allow_incomplete=options.allow_incomplete,
    )
    context = replace(
        done.context(),
        show_passed=options.show_passed,
        show_unknown=options.show_unknown,
        verbose=options.verbose,
        sarif_category=category,
        sarif_profile=options.sarif_profile,
    )
    write_reports(done.result, context, options.report)
    color = wants_color(options.color, sys.stdout)
    on_stdout = replace(context, color=color, hyperlinks=wants_links(sys.stdout, color=color), width=width())
    print_report(stdout_format, done.result, on_stdout, quiet=options.quiet)
    return status


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


def write_reports(result: Result, context: ReportContext, targets: Sequence[tuple[str, Path]]) -> None:
    """Writes the report files."""
    for name, path in targets:
        reports.write(name, result, context, path)


def print_report(name: str, result: Result, context: ReportContext, *, quiet: bool) -> None:
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
            place = written(problem.location) or f"{problem.what}: "
            complain(f"error: {place}{problem.reason}")
    if name != "text" and not quiet:
        for notice in result.notices:
            if notice.level == "warning":
                complain(f"warning: {written(notice.location)}{notice.message}")


def written(location: Location | None) -> str:
    """A place before a message."""
    return f"{location.path}:{location.start_line}:{location.start_column}: " if location else ""


def checked_format(name: str | None) -> str | None:
    """The name of a report format. Raises `UsageError`."""
    known = reports.formats()
    if name is not None and name not in known:
        hint = did_you_mean(name, known) or f"choose one of {', '.join(known)}"
        raise UsageError(f"there is no report format {name!r}", help=hint)
    return name
