"""The command line. `main(argv)` is the whole program in-process: it prints, and returns the exit status.

Exit status: 0 nothing found at or above --fail-on, 1 findings, 2 usage, configuration or rule error, 3 incomplete,
4 internal error, 130 interrupted. A command is a module with `run(arguments) -> int`; only the one that is asked for
is imported.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from typing import cast

from walint import __version__
from walint.errors import WalintError

FOUND = 1
USAGE = 2
INCOMPLETE = 3
INTERNAL = 4
INTERRUPTED = 130

COMMANDS = {
    "check": "judge templates (what `walint PATH` does)",
    "audit": "judge live accounts, read-only",
    "demo": "judge a sample repository and a made-up account; no credentials",
    "explain": "the page of a rule, or the rules of a practice",
    "rules": "list the rules; test one's own; the words of the rule language",
    "baseline": "record today's findings, so that only new ones are reported",
    "report": "render or merge earlier JSON reports",
    "diff": "compare two JSON reports: what is new, fixed, unchanged",
    "iam-policy": "print the least policy that `walint audit` needs",
    "schema": "print the JSON Schema of the config, the report or a rule",
    "init": "write a config, a pre-commit hook and a CI workflow",
    "completions": "print the completions for a shell",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Runs walint with these arguments (those of the process by default) and returns the exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        status = _dispatch(arguments)
        sys.stdout.flush()
    except WalintError as error:
        _explain(error)
        return USAGE
    except KeyboardInterrupt:
        print("error: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        silence_stdout()
        return 0
    except SystemExit as stop:  # argparse, after --help
        return stop.code if isinstance(stop.code, int) else 0
    except Exception as bug:  # noqa: BLE001 - the one place that may: what nobody expected is a bug of ours
        return _report_bug(bug, verbose=any(word in {"-v", "--verbose"} for word in arguments))
    return status


def entry_point() -> None:
    """The console script: runs `main` and ends the process with its status.

    The process lives for one run: collecting its garbage, and taking apart a graph of a million objects at the end,
    would take longer than all the rules together.
    """
    gc.disable()
    status = main()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(status)


def _dispatch(arguments: list[str]) -> int:
    first = arguments[0] if arguments else "--help"
    if first in COMMANDS:
        name, rest = first, arguments[1:]
    elif first in {"-h", "--help", "help"}:
        return _overview()
    elif first in {"-V", "--version"}:
        print(f"walint {__version__}")
        return 0
    else:
        name, rest = "check", arguments
    return cast("int", import_module(f"walint.cli.{name.replace('-', '_')}").run(rest))


def _overview() -> int:
    print("usage: walint COMMAND [options], or walint PATH...\n\ncommands:")
    for name, summary in COMMANDS.items():
        print(f"  {name:12} {summary}")
    print("\n`walint COMMAND --help` lists the options of a command; `walint --version` prints the version.")
    return 0


def _explain(error: WalintError) -> None:
    """Prints an error that a user can mend: what, where, and what to do."""
    from walint.cli.terminal import print_error

    for single in getattr(error, "errors", (error,)):
        print_error(single)


def _report_bug(bug: Exception, *, verbose: bool) -> int:
    import traceback

    print(f"error: {type(bug).__name__}: {bug}", file=sys.stderr)
    print("this is a bug in walint", file=sys.stderr)
    if verbose:
        traceback.print_exception(bug)
        hint = "please report it with the lines above and a template that shows it"
    else:
        hint = "please report it with what -v prints and a template that shows it"
    print(f"help: {hint} (walint {__version__}, Python {sys.version.split()[0]})", file=sys.stderr)
    return INTERNAL


def silence_stdout() -> None:
    """Keeps the interpreter from complaining at its end that nobody read to the end."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        return
