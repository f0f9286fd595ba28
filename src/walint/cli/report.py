"""`walint report`: renders or merges results that `--format json` wrote earlier."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from walint.cli.check import add_verdict_options, checked_format, exit_status, print_report, write_reports
from walint.cli.page import RulePage, page_of
from walint.cli.parsing import (
    Parser,
    UsageError,
    add_sarif_options,
    add_talk_options,
    checked_category,
    checked_choice,
    report_target,
)
from walint.cli.scan import config_here, locate
from walint.cli.terminal import wants_color, wants_links, width
from walint.config_schema import SEVERITIES
from walint.findings.result import Result
from walint.language.catalogue import load_rules
from walint.reports import ReportError
from walint.reports.context import ReportContext

_MOST_BYTES = 500_000_000


def parser() -> Parser:
    """The command's options."""
    made = Parser("report", "Renders earlier JSON reports in other formats; several are merged.", "RESULT.json...")
    add_verdict_options(made)
    group = made.add_argument_group("reports")
    group.add_argument("--format", metavar="FORMAT", help="on stdout (default: text)")
    group.add_argument(
        "--report",
        action="append",
        default=[],
        type=report_target,
        metavar="FORMAT=PATH",
        help="also write a file (repeatable)",
    )
    group.add_argument("--show-passed", action="store_true", help="list what passed, if the results carry it")
    group.add_argument("--show-unknown", action="store_true", help="list what could not be decided, too")
    group.add_argument("--color", default="auto", metavar="WHEN", help="auto, always or never")
    group.add_argument("--rules", action="append", type=Path, default=[], metavar="DIR", help="a folder of your rules")
    add_sarif_options(made)
    add_talk_options(made)
    return made


def run(arguments: Sequence[str]) -> int:
    """The command. Returns the exit status, as `walint check` would have."""
    options, files = parser().parse(arguments)
    if not files:
        raise UsageError("which result?", help="`walint check --report json=result.json` writes one")
    stdout_format = checked_format(options.format) or ("concise" if options.quiet else "text")
    for name, _ in options.report:
        checked_format(name)
    checked_choice(options.color, ("auto", "always", "never"), "--color")
    checked_choice(options.sarif_profile, ("github", "full"), "--sarif-profile")
    category = checked_category(options.sarif_category)
    config = config_here()
    fail_on = checked_choice(options.fail_on, (*SEVERITIES, "never"), "--fail-on") or config.fail_on
    result = _merged(files)
    catalogue = load_rules([*config.rules_dirs, *options.rules])

    def texts(rule_id: str) -> RulePage | None:
        return page_of(catalogue, rule_id, {})

    context = ReportContext(
        locate(()).root,
        texts,
        show_passed=options.show_passed,
        show_unknown=options.show_unknown,
        verbose=options.verbose,
        sarif_category=category,
        sarif_profile=options.sarif_profile,
    )
    write_reports(result, context, options.report)
    color = wants_color(options.color, sys.stdout)
    on_stdout = replace(context, color=color, hyperlinks=wants_links(sys.stdout, color=color), width=width())
    print_report(stdout_format, result, on_stdout, quiet=options.quiet)
    return exit_status(
        result,
        fail_on,
        fail_on_unknown=options.fail_on_unknown or config.fail_on_unknown,
        allow_incomplete=options.allow_incomplete,
    )


def _merged(files: Sequence[str]) -> Result:
    from walint.reports.json import read
    from walint.reports.reading import merge

    return merge([read(text_of(Path(name)), name) for name in files])


def text_of(file: Path) -> str:
    """The text of a result file. Raises `ReportError`."""
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise ReportError("the file is larger than 500 MB", where=str(file))
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise ReportError(f"the result cannot be read: {error.strerror}", where=str(file)) from error
    except ValueError as error:
        raise ReportError("the result is no UTF-8 text", where=str(file)) from error
