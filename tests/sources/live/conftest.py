"""What tests of live accounts share: false credentials, no way out of the machine, and a short way to run a sweep."""

from __future__ import annotations

import socket
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
def _no_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials that nobody has, and a socket that reaches nobody."""
    for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN"):
        monkeypatch.setenv(f"AWS_{name}", "testing")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent/config")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent/credentials")
    monkeypatch.delenv("AWS_PROFILE", raising=False)

    def refuse(_socket: socket.socket, address: Any) -> None:
        message = f"a test tried to leave the machine: {address}"
        raise AssertionError(message)

    monkeypatch.setattr(socket.socket, "connect", refuse)


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
