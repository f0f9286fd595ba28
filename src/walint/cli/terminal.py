"""What goes to the terminal: reports on stdout; errors, notices and progress on stderr."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TextIO, TypeVar

from walint.errors import WalintError
from walint.model.span import Span
from walint.reports.terminal import neutral

_Item = TypeVar("_Item")
_PATIENCE = 1.0
"""Seconds before progress is shown: a run that is shorter shows none."""
_INTERVAL = 0.2


def say(text: str) -> None:
    """Prints a report. What the terminal's encoding cannot say is escaped rather than lost."""
    try:
        sys.stdout.write(text)
    except UnicodeEncodeError:
        encoding = getattr(sys.stdout, "encoding", None) or "ascii"
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))


def complain(text: str) -> None:
    """Prints one line on stderr, made harmless for terminals."""
    line = neutral(text)
    encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
    print(line.encode(encoding, "backslashreplace").decode(encoding), file=sys.stderr)


def print_error(error: WalintError) -> None:
    """Prints an error as `error: place: message` and `help: what to do`."""
    complain(f"error: {written_place(error.where)}{error.message}")
    if error.help:
        complain(f"help: {error.help}")


def written_place(where: Span | str | None) -> str:
    """A place before a message: "app.yaml:3:5: "."""
    match where:
        case None:
            return ""
        case Span(path, line, column):
            return f"{path}:{line}:{column}: "
        case _:
            return f"{where}: "


def wants_color(choice: str, stream: TextIO) -> bool:
    """Whether to colour: as asked, else where a person reads and NO_COLOR is not set."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return is_terminal(stream) and os.environ.get("TERM") != "dumb"


def wants_links(stream: TextIO, *, color: bool) -> bool:
    """Whether to write links: only to a terminal that takes colours, and not in CI logs."""
    return color and is_terminal(stream) and not os.environ.get("CI")


def is_terminal(stream: TextIO) -> bool:
    """Whether a person may be reading this stream."""
    try:
        return stream.isatty()
    except ValueError:  # closed
        return False


def width() -> int:
    """The columns of the terminal, 100 where there is none."""
    given = os.environ.get("COLUMNS", "")
    if given.isdigit() and int(given) > 0:
        return int(given)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 100
    except (OSError, ValueError, AttributeError):
        return 100


@contextmanager
def patience(what: str, *, quiet: bool) -> Iterator[None]:
    """Says on stderr what is being done, once a person has waited for a while."""
    if quiet or not is_terminal(sys.stderr):
        yield
        return
    from threading import Timer  # only for people

    timer = Timer(_PATIENCE, lambda: _status(f"{what} ..."))
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        _status("")


def with_progress(items: Iterable[_Item], what: str, *, quiet: bool) -> Iterator[_Item]:
    """The items, counted on stderr while a person waits for long."""
    if quiet or not is_terminal(sys.stderr):
        yield from items
        return
    started = shown = time.monotonic()
    for count, item in enumerate(items, 1):
        yield item
        if not count & 0x3FF:
            now = time.monotonic()
            if now - started > _PATIENCE and now - shown > _INTERVAL:
                shown = now
                _status(f"{count:,} {what}")
    _status("")


@contextmanager
def told_progress(what: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A function that shows on stderr how many of how many are done, while a person waits."""
    if quiet or not is_terminal(sys.stderr):
        yield lambda _done, _all: None
        return
    try:
        yield lambda done, whole: _status(f"{done:,} of {whole:,} {what}")
    finally:
        _status("")


def _status(text: str) -> None:
    """Replaces the status line of the terminal."""
    sys.stderr.write(f"\r\x1b[K{text}")
    sys.stderr.flush()
