"""argparse with our errors: `error:` and `help:` on stderr, "did you mean", exit status 2."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import NoReturn

from walint.cli.terminal import width
from walint.errors import WalintError

_MOST_OF_A_CATEGORY = 200


class UsageError(WalintError):
    """The command line asks for something that does not exist or does not go together."""


class _Formatter(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str) -> None:
        # A given width keeps argparse from importing shutil, which costs more than all of argparse.
        super().__init__(prog, max_help_position=30, width=min(width(), 120) - 2)


class Parser(argparse.ArgumentParser):
    """The parser of one command: its options by argparse, its operands (paths, names) collected from between them."""

    def __init__(self, command: str, description: str, operands: str = "") -> None:
        """`command` is what follows `walint`: "check", "baseline update"; `operands` are said in the usage line."""
        super().__init__(
            prog=f"walint {command}",
            usage=f"walint {command} [options] {operands}".rstrip(),
            description=description,
            formatter_class=_Formatter,
            allow_abbrev=False,
        )

    def parse(self, arguments: Sequence[str], *, most: int | None = None) -> tuple[argparse.Namespace, list[str]]:
        """The options and the operands, at most so many. Raises `UsageError`."""
        options, rest = self.parse_known_args(list(arguments))
        operands: list[str] = []
        for index, word in enumerate(rest):
            if word == "--":
                operands += rest[index + 1 :]
                break
            if word.startswith("-") and word != "-":
                hint = did_you_mean(word.partition("=")[0], self._option_string_actions)
                raise UsageError(f"unknown option {word!r}", help=hint or f"see `{self.prog} --help`")
            operands.append(word)
        if most is not None and len(operands) > most:
            raise UsageError(f"unexpected argument {operands[most]!r}", help=f"see `{self.prog} --help`")
        return options, operands

    def error(self, message: str) -> NoReturn:
        """Called by argparse; its message is put into our words."""
        raise UsageError(message, help=f"see `{self.prog} --help`")


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """A hint with the known word that is nearest, if one is near."""
    from difflib import get_close_matches

    names = sorted(known)
    close = get_close_matches(word, names, n=1) or [name for name in names if name.startswith(word)]
    return f"did you mean {close[0]!r}?" if close else None


def day(text: str) -> date:
    """A date on the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date (YYYY-MM-DD)") from None


def words(values: Sequence[str] | None) -> tuple[str, ...]:
    """The words of a repeatable option that may also hold several, separated by commas."""
    return tuple(word for value in values or () for part in value.split(",") if (word := part.strip()))


def positive(text: str) -> float:
    """A number above zero on the command line."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no number above zero")
    return number


def count(text: str) -> int:
    """A whole number above zero on the command line."""
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number above zero")
    return int(text)


def assignment(text: str) -> tuple[str, str]:
    """NAME=VALUE of --var."""
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name.strip(), value


def report_target(text: str) -> tuple[str, Path]:
    """FORMAT=PATH of --report."""
    name, equals, path = text.partition("=")
    if not equals or not path or not name:
        raise argparse.ArgumentTypeError(f"{text!r} is not FORMAT=PATH")
    return name, Path(path)


def add_scan_options(parser: Parser) -> None:
    """The options that say what is judged and how; shared by `check` and `baseline`."""
    add_rule_options(parser)
    add_deployment_options(parser)
    add_day_option(parser)
    add_setting_options(parser)


def add_rule_options(parser: Parser) -> None:
    """Which rules are asked."""
    group = parser.add_argument_group("which rules")
    what = "rule, family, practice (OPS08-BP02) or question (OPS08)"
    group.add_argument("--select", action="append", metavar="WORD", help=f"only these: {what}")
    group.add_argument("--ignore", action="append", metavar="WORD", help="not these")
    group.add_argument("--profile", metavar="NAME", help="default, strict or minimal")
    group.add_argument("--min-severity", metavar="SEVERITY", help="leave out milder findings: high, medium, low, info")
    group.add_argument("--rules", action="append", type=Path, metavar="DIR", help="a folder with rules of your own")


def add_service_option(parser: Parser) -> None:
    """The services of live accounts that are looked at."""
    parser.add_argument("--services", action="append", metavar="NAMES", help="only these, such as lambda,logs")


def add_deployment_options(parser: Parser) -> None:
    """What is known of the deployment of what is only written down."""
    group = parser.add_argument_group("what is known of the deployment")
    group.add_argument(
        "--parameters", action="append", type=Path, metavar="FILE", help="values of template parameters (repeatable)"
    )
    group.add_argument(
        "--var-file",
        action="append",
        type=Path,
        metavar="FILE",
        dest="variables",
        help="values of Terraform variables (repeatable)",
    )
    group.add_argument(
        "--var",
        action="append",
        type=assignment,
        metavar="NAME=VALUE",
        dest="variables",
        help="the value of one Terraform variable (repeatable)",
    )
    group.add_argument("--workspace", metavar="NAME", help="the value of terraform.workspace")
    group.add_argument(
        "--root", type=Path, metavar="DIR", help="the Terraform root module that the plans were made from"
    )
    group.add_argument("--env", metavar="NAME", help="an environment of the config or of samconfig.toml")


def add_day_option(parser: Parser) -> None:
    """The day that is taken for today."""
    parser.add_argument("--today", type=day, metavar="DATE", help="judge as of this day (YYYY-MM-DD)")


def add_setting_options(parser: Parser) -> None:
    """Where settings come from."""
    group = parser.add_argument_group("where settings come from")
    group.add_argument("--config", type=Path, metavar="FILE", help="instead of the nearest walint.toml")
    group.add_argument("--isolated", action="store_true", help="read neither config nor baseline")
    group.add_argument("--baseline", type=Path, metavar="FILE", help="recorded findings that are not reported again")
    group.add_argument("--no-cache", action="store_true", help="do not keep compiled rules between runs")


def add_talk_options(parser: Parser) -> None:
    """How much is said."""
    group = parser.add_argument_group("how much is said")
    group.add_argument("-q", "--quiet", action="store_true", help="one line for each finding, nothing else")
    group.add_argument("-v", "--verbose", action="store_true", help="whole texts, suppressed findings, tracebacks")


def add_sarif_options(parser: Parser) -> None:
    """What the SARIF report is for."""
    group = parser.add_argument_group("SARIF")
    group.add_argument(
        "--sarif-profile", default="github", metavar="NAME", help="github (default), or full: everything"
    )
    group.add_argument("--sarif-category", default="", metavar="NAME", help="tells several uploads of a commit apart")


def checked_category(value: str) -> str:
    """A category for code scanning, without the slashes around it. Raises `UsageError`."""
    if not value.isprintable() or len(value) > _MOST_OF_A_CATEGORY or (value and not value.strip("/ ")):
        raise UsageError(f"--sarif-category must be a short text, not {value!r}", help='for example "stacks/orders"')
    return value.strip("/ ")


def checked_choice(value: str | None, allowed: Sequence[str], option: str) -> str | None:
    """A value that must be one of some words. Raises `UsageError`."""
    if value is None or value in allowed:
        return value
    hint = did_you_mean(value, allowed)
    raise UsageError(f"{option} must be one of {', '.join(allowed)}, not {value!r}", help=hint)
