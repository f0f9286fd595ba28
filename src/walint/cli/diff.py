"""`walint diff`: compares two results that `--format json` wrote: what is new, fixed, unchanged."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from walint.cli import FOUND, INCOMPLETE
from walint.cli.page import RulePage, page_of
from walint.cli.parsing import Parser, UsageError, checked_choice
from walint.cli.report import text_of
from walint.cli.scan import config_here, locate
from walint.cli.terminal import say, wants_color
from walint.config_schema import SEVERITIES
from walint.findings.comparison import compare
from walint.language.catalogue import load_rules
from walint.reports import difference
from walint.reports.context import ReportContext
from walint.reports.reading import read

FORMATS = ("text", "json", "markdown")


def parser() -> Parser:
    """The command's options."""
    made = Parser(
        "diff", "Compares two JSON reports: what is new, what is fixed, what is unchanged.", "OLD.json NEW.json"
    )
    made.add_argument("--format", default="text", metavar="FORMAT", help=f"one of {', '.join(FORMATS)}")
    made.add_argument("--color", default="auto", metavar="WHEN", help="auto, always or never")
    group = made.add_argument_group("exit status")
    group.add_argument("--fail-on", metavar="SEVERITY", help="1 for new findings from this severity on, or never")
    group.add_argument("--allow-incomplete", action="store_true", help="0 even if NEW does not hold everything")
    group = made.add_argument_group("how much is said")
    group.add_argument("-q", "--quiet", action="store_true", help="only what is new")
    group.add_argument("-v", "--verbose", action="store_true", help="also what is unchanged")
    return made


def run(arguments: Sequence[str]) -> int:
    """The command. Returns the exit status: 1 when there are new findings at or above --fail-on."""
    options, files = parser().parse(arguments, most=2)
    if len(files) != 2:  # noqa: PLR2004 - the old one and the new one
        raise UsageError("which two results?", help="`walint check --report json=result.json` writes one")
    checked_choice(options.format, FORMATS, "--format")
    checked_choice(options.color, ("auto", "always", "never"), "--color")
    checked_choice(options.fail_on, (*SEVERITIES, "never"), "--fail-on")
    config = config_here()
    old, new = (read(text_of(Path(name)), name) for name in files)
    compared = compare(old, new)
    how = difference.Difference(old, new, compared)
    if options.format == "json":
        say(difference.as_json(how))
    elif options.format == "markdown":
        catalogue = load_rules(config.rules_dirs)

        def texts(rule_id: str) -> RulePage | None:
            return page_of(catalogue, rule_id, {}, config.rule_pages)

        say(difference.as_markdown(how, ReportContext(locate(()).root, texts)))
    else:
        color = wants_color(options.color, sys.stdout)
        say(difference.as_text(how, color=color, quiet=options.quiet, verbose=options.verbose))
    fail_on = options.fail_on or config.fail_on
    grave = SEVERITIES[: SEVERITIES.index(fail_on) + 1] if fail_on != "never" else ()
    if any(record.severity in grave for record in compared.new):
        return FOUND
    return 0 if new.complete or options.allow_incomplete else INCOMPLETE
