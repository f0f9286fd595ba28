"""What tests of whole audits share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.session import Session
from moto import mock_aws  # before any session is made: it works by a hook of new ones

from tests.audit.cloud import Aws, Walint
from walint.sources.live import sessions, transport


@pytest.fixture
def aws(no_way_out: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:  # noqa: ARG001 - it guards
    """moto, and what comes before it. Calls are tried once, so that tests need not wait."""
    made = Aws()
    new_session = transport.new_session

    def hooked(profile: str | None = None) -> Session:
        session = new_session(profile)
        emitter = session.get_component("event_emitter")
        emitter.register_first("before-send", made.before_send)
        emitter.register_last("before-call", made.before_call)
        return session

    monkeypatch.setattr(transport, "new_session", hooked)
    monkeypatch.setattr(transport, "_ATTEMPTS", 1)
    sessions.known_regions.cache_clear()
    with mock_aws(config={"lambda": {"use_docker": False}}):
        yield made


@pytest.fixture
def walint(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Walint:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1763720000")
    return Walint(capsys)
