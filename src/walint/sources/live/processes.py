"""Spreads an audit over several processes: each has its places, and sends what it finds of every one as it is done.

The processes ignore Ctrl-C; the parent hears it and tells them to stop, so that what they have is not lost. A child
whose parent is gone stops by itself.
"""

from __future__ import annotations

import multiprocessing
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from typing import Any

from walint.sources.live.auditing import Share, work
from walint.sources.live.interrupts import on_ctrl_c
from walint.sources.live.places import Place
from walint.sources.live.snapshot import Part
from walint.sources.live.sweep import Sweep

_LAST_WORDS = 10.0
"""Seconds that a process gets to end by itself."""


def spread(shares: Sequence[Share], done: Callable[[Part], None]) -> tuple[list[tuple[Place, str]], bool]:
    """Works on all shares at once. The places that were lost with their process and why, and whether Ctrl-C came."""
    context = multiprocessing.get_context("spawn")
    missing: dict[Connection, set[Place]] = {}
    processes = []
    with _deaf_to_ctrl_c():
        for share in shares:
            ours, theirs = context.Pipe()
            process = context.Process(target=_child, args=(share, theirs), daemon=True)
            process.start()
            theirs.close()
            processes.append(process)
            missing[ours] = set(share.places)
    lost: list[tuple[Place, str]] = []
    interrupted = threading.Event()

    def stop() -> None:
        interrupted.set()
        for connection in missing:
            with suppress(OSError):
                connection.send("stop")

    with on_ctrl_c(stop):
        while missing:
            for connection in wait(list(missing)):
                assert isinstance(connection, Connection)  # noqa: S101 - nothing else is waited for
                if not _receive(connection, missing[connection], done):
                    lost += [(place, "the process that looked at it has died") for place in missing.pop(connection)]
    for process in processes:
        process.join(_LAST_WORDS)
    return sorted(lost), interrupted.is_set()


def _receive(connection: Connection, missing: set[Place], done: Callable[[Part], None]) -> bool:
    """Takes one message; False after the last."""
    try:
        message: Any = connection.recv()
    except (EOFError, OSError):
        return False
    if isinstance(message, BaseException):
        raise message
    missing.discard(message.place)
    done(message)
    return True


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """Processes that are started meanwhile ignore SIGINT, from their first moment on."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _child(share: Share, connection: Connection) -> None:
    """In a process of its own."""

    def listen(sweep: Sweep) -> None:
        threading.Thread(target=_obey, args=(connection, sweep), daemon=True).start()

    try:
        work(share, connection.send, listen)
    except Exception as bug:  # noqa: BLE001 - raised again in the parent, where it is reported
        connection.send(bug)
    connection.close()


def _obey(connection: Connection, sweep: Sweep) -> None:
    """Stops the sweep when the parent says so, or is gone."""
    with suppress(EOFError, OSError):
        connection.recv()
    sweep.stop()
