"""`walint demo`: judges the sample repository and a live account that is not there, and leaves every kind of report.

The account is made by moto inside the process: no credentials are used, whatever the environment holds, and no network.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from walint.cli import audit, check
from walint.cli.parsing import Parser, UsageError, add_talk_options
from walint.cli.terminal import say
from walint.installation import data_directory

if TYPE_CHECKING:
    from types import ModuleType

_REPORTS: Final = {
    "json": "every outcome, the stable contract",
    "sarif": "for code scanning",
    "html": "open it in a browser",
}
_OPTIONAL: Final = {"boto3", "botocore", "jmespath", "moto"}


def parser() -> Parser:
    """The command's options."""
    about = "Judges the sample repository and an AWS account made up in the process: no credentials, no network."
    made = Parser("demo", about)
    made.add_argument(
        "--output", type=Path, default=Path("build/demo"), metavar="DIR", help="for the reports (default: build/demo)"
    )
    add_talk_options(made)
    return made


def run(arguments: Sequence[str]) -> int:
    """The command. Returns 0, whatever was found: the findings are there on purpose."""
    options, _ = parser().parse(arguments, most=0)
    output: Path = options.output
    account = _account()
    examples = _examples()
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"the folder cannot be made: {error.strerror}", where=str(output)) from error
    talk = ["--quiet"] if options.quiet else ["--verbose"] if options.verbose else []
    say(f"# Infrastructure as code: {examples}\n\n")
    status = check.run([examples, "--isolated", "--fail-on", "never", *_reports(output, "walint"), *talk])
    say(f"\n# A live account: {account.ACCOUNT} in {' and '.join(account.REGIONS)}, made up in this process\n\n")
    template = output / account.TEMPLATE.name
    template.write_bytes(account.TEMPLATE.read_bytes())
    with account.open_shop():
        regions = ["--regions", ",".join(account.REGIONS), "--jobs", "1", "--code", str(template)]
        accepted = ["--fail-on", "never", "--allow-incomplete", "--show-unknown"]
        found = audit.run(["--isolated", *regions, *accepted, *_reports(output, "audit"), *talk])
    say("\nThe same, for machines and for managers:\n")
    say(
        "".join(
            f"  {output / f'{name}.{kind}'}  {_REPORTS[kind]}\n" for name in ("walint", "audit") for kind in _REPORTS
        )
    )
    return max(status, found)


def _account() -> ModuleType:
    try:
        from walint.sources.live.demo import account
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in _OPTIONAL:
            raise
        raise UsageError("the demo needs boto3 and moto", help="pip install 'walint[demo]'") from missing
    return account


def _examples() -> str:
    """The sample repository: that of a checkout, or the one that the wheel carries."""
    folder = data_directory("examples")
    if not folder.is_dir():
        raise UsageError("the examples are not there", where=str(folder), help="install walint anew")
    here = Path(os.path.realpath(Path.cwd()))
    return str(folder.relative_to(here) if folder.is_relative_to(here) else folder)


def _reports(output: Path, name: str) -> list[str]:
    return [word for kind in _REPORTS for word in ("--report", f"{kind}={output / f'{name}.{kind}'}")]
