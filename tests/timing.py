"""Limits of time that hold for one test by itself and among thousands of others."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fails if the block takes more than so many seconds of the processor.

    What exists before it is nothing that Python's collector of garbage walks through while the block runs: so it is in
    a process of its own.
    """
    gc.freeze()
    started = time.process_time()
    yield
    spent = time.process_time() - started
    assert spent < seconds, f"it took {spent:.2f} s, {seconds} s are allowed"
