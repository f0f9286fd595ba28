"""An audit as a whole: accounts entered, regions chosen, everything swept, in one process or in several."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from walint.errors import WalintError
from walint.sources.live.accounts import Access
from walint.sources.live.collect import collect, with_global
from walint.sources.live.places import GLOBAL, Place
from walint.sources.live.plan import Plan
from walint.sources.live.rates import Rates
from walint.sources.live.sessions import Entered, enter, session_of
from walint.sources.live.snapshot import Part, Remark, Snapshot, merged, write, write_part
from walint.sources.live.sweep import Sweep
from walint.sources.live.transport import READ_SECONDS, Transport, client_config

_ENTERING: Final = 16
_PLACES_EACH: Final = 12
"""So many places make a further process worth its start (about a second)."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What is audited, and how.

    accesses   the accounts, and how each is entered
    regions    the regions to look at; none for all that are enabled
    most       calls a second, at most, for each account, region and API family (`--max-rps`)
    timeout    seconds that an answer may take
    processes  how many at most; None to let their number follow from the work
    record     the folder that keeps the snapshot
    earlier    what an interrupted run has collected
    """

    accesses: Sequence[Access]
    plan: Plan
    regions: tuple[str, ...] = ()
    most: float | None = None
    timeout: float = READ_SECONDS
    processes: int | None = None
    record: Path | None = None
    earlier: Snapshot | None = None


class Share(NamedTuple):
    """The places that one process looks at, and what it must know to do so."""

    accesses: Mapping[str, Access]
    places: Sequence[Place]
    plan: Plan
    most: float | None
    timeout: float
    earlier: Snapshot | None


class Audited(NamedTuple):
    """What an audit has collected, and whether it was interrupted."""

    snapshot: Snapshot
    interrupted: bool


def audit(scope: Scope, told: Callable[[int, int], None] = lambda _done, _all: None) -> Audited:
    """Enters the accounts and collects what the plan says. `told` hears how many of how many places are done.

    An account that cannot be entered is a remark; the others go on. Raises the first error when there is no other.
    """
    entered, remarks = _enter_all(scope)
    remarks |= {remark for one in entered for remark in _remarks(one)}
    places = with_global((place for one in entered for place in one.places()), scope.plan)
    done: list[Part] = []

    def end(part: Part) -> None:
        done.append(part)
        if scope.record is not None:
            write_part(part, scope.record)
        told(len(done), len(places))

    count = _processes(scope, len(places))
    shares = _shares(scope, entered, places, count)
    if count == 1:
        interrupted = work(shares[0], end)
    else:
        from walint.sources.live.processes import spread  # multiprocessing, only where it pays

        lost, interrupted = spread(shares, end)
        remarks |= {Remark(place.unit, "error", why, "run it again with --resume", hides=True) for place, why in lost}
    found = Snapshot({part.place: part for part in done}, remarks)
    if scope.earlier is not None:
        found = merged([Snapshot(scope.earlier.parts), found])
    if scope.record is not None:
        write(found, scope.record)
    return Audited(found, interrupted)


def work(share: Share, done: Callable[[Part], None], started: Callable[[Sweep], None] | None = None) -> bool:
    """Collects one share of the places; whether it was interrupted. `started` gets the sweep, to be able to stop it."""
    config = client_config(share.timeout)
    transport = Transport(lambda account: session_of(share.accesses[account], config), config)
    sweep = Sweep(transport, Rates(share.most))

    def end(part: Part) -> None:
        if part.place.region != GLOBAL:
            transport.close_region(part.place.account, part.place.region)
        done(part)

    if started is not None:
        started(sweep)
    collect(sweep, share.places, share.plan, earlier=share.earlier, done=end)
    return sweep.interrupted


def _processes(scope: Scope, places: int) -> int:
    """How many processes share the work. What a process does in Python itself is the limit, not the network."""
    if scope.processes is not None:
        return max(1, min(scope.processes, places))
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, places // _PLACES_EACH))


def _shares(scope: Scope, entered: Iterable[Entered], places: Sequence[Place], count: int) -> list[Share]:
    """Places by turns: neighbours in the list are much alike."""
    accesses = {one.account: one.access for one in entered}
    known = scope.earlier.parts if scope.earlier is not None else {}
    shares = []
    for number in range(count):
        mine = places[number::count]
        earlier = Snapshot({place: known[place] for place in mine if place in known})
        named = {place.account: accesses[place.account] for place in mine}
        shares.append(Share(named, mine, scope.plan, scope.most, scope.timeout, earlier))
    return shares


def _enter_all(scope: Scope) -> tuple[list[Entered], set[Remark]]:
    config = client_config(scope.timeout)

    def one(access: Access) -> Entered | WalintError:
        try:
            return enter(access, scope.regions, config)
        except WalintError as error:
            return error

    if len(scope.accesses) == 1:
        outcomes: list[Any] = [one(scope.accesses[0])]
    else:
        with ThreadPoolExecutor(_ENTERING) as pool:
            outcomes = list(pool.map(one, scope.accesses))
    entered = [outcome for outcome in outcomes if isinstance(outcome, Entered)]
    errors = [(access, o) for access, o in zip(scope.accesses, outcomes, strict=True) if isinstance(o, WalintError)]
    if errors and not entered:
        raise errors[0][1]
    remarks = set()
    for access, error in errors:
        unit = f"{_partition(access)}/{access.account}" if access.account else access.name
        remarks.add(
            Remark(unit, "error", f"not audited: {error.message}", error.help, hides=access.account is not None)
        )
    return entered, remarks


def _partition(access: Access) -> str:
    return access.role_arn.split(":")[1] if access.role_arn else "aws"


def _remarks(one: Entered) -> Iterable[Remark]:
    for region in one.off:
        yield Remark(f"{one.unit}/{region}", "note", f"the region {region} is not enabled for the account")
    if one.guessed is not None:
        message = f"cannot tell which regions are enabled ({one.guessed}); looked at those that are on by default"
        hint = "allow account:ListRegions or ec2:DescribeRegions, or name them with --regions"
        yield Remark(one.unit, "error", message, hint)
