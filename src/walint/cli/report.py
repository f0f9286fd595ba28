"""`walint report`: renders or merges results that `--format json` wrote earlier."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from walint.cli.output import add_report_options, add_verdict_options, checked_output, exit_status
from walint.cli.page import RulePage, page_of
from walint.cli.parsing import Parser, UsageError, add_talk_options
from walint.cli.scan import config_here, locate
from walint.findings.result import Result
from walint.language.catalogue import load_rules
from walint.reports import ReportError
from walint.reports.context import ReportContext

_MOST_BYTES = 500_000_000


def parser() -> Parser:
    """The command's options."""
    made = Parser("report", "Renders earlier JSON reports in other formats; several are merged.", "RESULT.json...")
    add_verdict_options(made)
    add_report_options(made)
    made.add_argument("--rules", action="append", type=Path, default=[], metavar="DIR", help="a folder of your rules")
    add_talk_options(made)
    return made


def run(arguments: Sequence[str]) -> int:
    """The command. Returns the exit status, as `walint check` would have."""
    options, files = parser().parse(arguments)
    if not files:
        raise UsageError("which result?", help="`walint check --report json=result.json` writes one")
    output = checked_output(options)
    config = config_here()
    result = _merged(files)
    catalogue = load_rules([*config.rules_dirs, *options.rules])

    def texts(rule_id: str) -> RulePage | None:
        return page_of(catalogue, rule_id, {}, config.rule_pages)

    output.write(result, ReportContext(locate(()).root, texts))
    return exit_status(
        result,
        options.fail_on or config.fail_on,
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
