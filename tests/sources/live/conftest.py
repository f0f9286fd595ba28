"""What tests of live accounts share: false credentials, no way out of the machine, and a short way to run a sweep."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from walint.sources.live.collect import collect, with_global
from walint.sources.live.places import Place
from walint.sources.live.plan import Plan, plan
from walint.sources.live.scripted import ScriptedCaller
from walint.sources.live.snapshot import Snapshot
from walint.sources.live.sweep import Sweep

ACCOUNT = "123456789012"
PLACE = Place("aws", ACCOUNT, "eu-west-1")


@pytest.fixture(autouse=True)
def _guarded(no_way_out: None) -> None:
    """Every test of this folder."""


@pytest.fixture
def scripted() -> Any:
    """Collects a scripted account: `scripted(script, needs)` gives the snapshot and the caller."""
    return _scripted


def _scripted(
    script: Mapping[str, Any],
    needs: Mapping[str, tuple[str, ...]],
    place: Place = PLACE,
    earlier: Snapshot | None = None,
    at: str = "2026-11-21T12:00:00+00:00",
) -> tuple[Snapshot, ScriptedCaller]:
    """The snapshot of a scripted account, and the caller with the calls that were made."""
    caller = ScriptedCaller(script)
    calls = planned(needs)
    places = with_global([place], calls)
    snapshot = collect(Sweep(caller, threads=2), places, calls, earlier=earlier, now=lambda: at)
    return snapshot, caller


def planned(needs: Mapping[str, tuple[str, ...]]) -> Plan:
    return plan({name: frozenset(paths) for name, paths in needs.items()})
