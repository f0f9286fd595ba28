"""Makes many calls at once, none faster than AWS allows, and tells everybody how theirs ended.

One thread, the caller's own, decides what is called next and runs all continuations; the others only wait for AWS.
So nothing that collectors do needs a lock, and a call that must wait for its turn holds up no thread.
"""

from __future__ import annotations

import json
import queue
import time
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, TypeAlias

from walint.catalog.live import Call
from walint.sources.live.failures import CallFailedError, Failure
from walint.sources.live.interrupts import on_ctrl_c
from walint.sources.live.places import Place
from walint.sources.live.rates import Family, Rates

_THREADS = 32
_SHORTEST_SLEEP = 0.001
"""Seconds; a shorter wait may be lost in rounding, and the clock would never get there."""
SILENCE = frozenset({"ConnectTimeoutError", "ReadTimeoutError", "EndpointConnectionError", "ProxyConnectionError"})
"""Botocore's errors that say that nobody answers; whoever else wants this endpoint would only wait as long."""
_MOST_PAGES = 20_000
"""Of one call; an API that never stops paging costs no more than this."""


class Request(NamedTuple):
    """One call in one place, with its parameters filled in."""

    place: Place
    call: Call
    parameters: Mapping[str, Any]

    @property
    def subject(self) -> str:
        """What it asks about, for the ledger: its parameters as compact JSON."""
        return json.dumps(self.parameters, sort_keys=True, separators=(",", ":"), default=str)


class Page(NamedTuple):
    """One answer, and the parameters that ask for the following page, None after the last."""

    answer: Mapping[str, Any]
    following: Mapping[str, Any] | None = None
    retries: int = 0
    """How often the call was throttled or failed, and tried again, before it was answered."""


class Caller(Protocol):
    """Whoever can make a call: botocore, or a script of answers."""

    def page(self, request: Request, following: Mapping[str, Any] | None) -> Page:
        """One page. Raises `CallFailedError`. Called from many threads."""


@dataclass(slots=True)
class Answer:
    """Everything a request gave: its pages, and how it failed. After a failure the pages before it still count."""

    request: Request
    pages: list[Mapping[str, Any]] = field(default_factory=list)
    failure: Failure | None = None


Continuation: TypeAlias = Callable[[Answer], None]


@dataclass(slots=True)
class _Task:
    request: Request
    then: Continuation
    answer: Answer
    following: Mapping[str, Any] | None = None
    again: bool = False


class Sweep:
    """A run of calls. Ask for the first ones, then `run()`; continuations ask for more."""

    def __init__(
        self,
        caller: Caller,
        rates: Rates | None = None,
        *,
        threads: int = _THREADS,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`clock` and `sleep` are those of the system, but for tests."""
        self._caller = caller
        self._rates = rates or Rates()
        self._threads = threads
        self._clock = clock
        self._sleep = sleep
        self._ready: dict[Family, deque[_Task]] = {}
        self._done: queue.SimpleQueue[tuple[_Task, Page | BaseException] | None] = queue.SimpleQueue()
        self._flying: dict[int, _Task] = {}
        self._throttled: list[_Task] = []
        self._stopped: dict[str | Place, Failure] = {}
        self._silent: dict[tuple[Place, str], Failure] = {}
        self._stopping = False
        self.interrupted = False

    def ask(self, request: Request, then: Continuation) -> None:
        """Puts a request in line; `then` is told how it ended, once, in the thread that runs the sweep."""
        self._line_up(_Task(request, then, Answer(request)))

    def run(self) -> None:
        """Makes all calls, those that continuations ask for included. Ctrl-C ends it early; see `interrupted`."""
        pool = ThreadPoolExecutor(self._threads, thread_name_prefix="walint-call")
        try:
            with on_ctrl_c(self.stop):
                while (self._ready or self._flying or self._throttled) and not self._stopping:
                    self._turn(pool)
        except KeyboardInterrupt:
            self._stopping = True
        finally:
            # Threads that still wait for AWS are left to themselves: an answer may take minutes.
            pool.shutdown(wait=False, cancel_futures=True)
        if self._stopping:
            self.interrupted = True
            self._abandon()

    def stop(self) -> None:
        """Ends the run early, as Ctrl-C does. May be called from any thread."""
        self._stopping = True
        self._done.put(None)

    def _turn(self, pool: ThreadPoolExecutor) -> None:
        wait = self._dispatch(pool)
        if self._flying:
            self._receive(wait)
        elif wait is not None:
            self._sleep(max(wait, _SHORTEST_SLEEP))
        elif not self._ready and self._throttled:
            tasks, self._throttled = self._throttled, []
            self._silent.clear()
            for task in tasks:
                task.again = True
                self._line_up(task)

    def _line_up(self, task: _Task) -> None:
        place, call = task.request.place, task.request.call
        family = self._rates.family(place.account, place.region, call.service, call.operation)
        self._ready.setdefault(family, deque()).append(task)

    def _dispatch(self, pool: ThreadPoolExecutor) -> float | None:
        """Starts what may start now. Seconds until something that waits for its turn may; None if nothing waits."""
        shortest: float | None = None
        for family in list(self._ready):
            tasks = self._ready[family]
            now = self._clock()
            bucket = self._rates.bucket(family, now)
            while tasks:
                stopped = self._stop_of(tasks[0])
                if stopped is not None:
                    self._hold(tasks.popleft(), stopped)
                    continue
                if len(self._flying) >= self._threads:
                    return None
                if not bucket.take(self._clock()):
                    wait = bucket.wait(self._clock())
                    shortest = wait if shortest is None else min(shortest, wait)
                    break
                task = tasks.popleft()
                self._flying[id(task)] = task
                pool.submit(self._call, task)
            if not tasks and self._ready.get(family) is tasks:
                del self._ready[family]
        return shortest

    def _stop_of(self, task: _Task) -> Failure | None:
        place, service = task.request.place, task.request.call.service
        return self._stopped.get(place.account) or self._stopped.get(place) or self._silent.get((place, service))

    def _hold(self, task: _Task, failure: Failure) -> None:
        """A call that is not made, for another one has shown that it cannot succeed: at all, or not now."""
        if failure.kind == "unavailable" and not task.again:
            self._throttled.append(task)
        else:
            self._finish(task, failure)

    def _call(self, task: _Task) -> None:
        """In a thread of the pool: one page."""
        try:
            self._done.put((task, self._caller.page(task.request, task.following)))
        except BaseException as error:  # noqa: BLE001 - handed to the thread that runs the sweep, which raises it
            self._done.put((task, error))

    def _receive(self, wait: float | None) -> None:
        try:
            ended = self._done.get(timeout=wait)
        except queue.Empty:
            return
        if ended is None:
            return  # somebody wants the run to stop
        task, outcome = ended
        del self._flying[id(task)]
        if isinstance(outcome, CallFailedError):
            self._failed(task, outcome.failure)
        elif isinstance(outcome, BaseException):
            raise outcome
        else:
            self._answered(task, outcome)

    def _answered(self, task: _Task, page: Page) -> None:
        task.answer.pages.append(page.answer)
        if page.retries:
            self._slow_down(task)
        if page.following is None or page.following == task.following or len(task.answer.pages) >= _MOST_PAGES:
            self._finish(task, None if page.following is None else Failure("refused", "endless paging"))
        else:
            task.following = page.following
            self._line_up(task)

    def _failed(self, task: _Task, failure: Failure) -> None:
        if failure.kind == "throttled":
            self._slow_down(task)
        place = task.request.place
        if failure.code in SILENCE:
            self._silent[place, task.request.call.service] = failure
        if failure.kind in {"throttled", "unavailable"} and not task.again:
            self._throttled.append(task)  # once more, when everything else is done
            return
        if failure.kind in {"expired", "credentials"}:
            self._stopped[place.account] = failure
        elif failure.kind == "region-off":
            self._stopped[place] = failure
        self._finish(task, failure)

    def _slow_down(self, task: _Task) -> None:
        place, call = task.request.place, task.request.call
        family = self._rates.family(place.account, place.region, call.service, call.operation)
        self._rates.bucket(family, self._clock()).slow_down(self._clock())

    def _finish(self, task: _Task, failure: Failure | None) -> None:
        if failure is not None and failure.code and failure.code in task.request.call.absent:
            failure = Failure("absent", failure.code)
        task.answer.failure = failure
        task.then(task.answer)

    def _abandon(self) -> None:
        """Tells everybody who still waits that the run was interrupted. What has been answered by now counts."""
        while not self._done.empty():
            self._receive(None)
        interrupted = Failure("interrupted")
        waiting = [task for tasks in self._ready.values() for task in tasks]
        waiting += [*self._throttled, *self._flying.values()]
        self._ready, self._throttled, self._flying = {}, [], {}
        while waiting:
            for task in waiting:
                self._finish(task, interrupted)
            waiting = [task for tasks in self._ready.values() for task in tasks]
            self._ready = {}
