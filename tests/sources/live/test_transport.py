"""Calls as they leave the machine: to the region that they are meant for, and signed for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.session import Session

from tests.audit.cloud import response
from walint.catalog.live import Call, collectors
from walint.sources.live.places import Place
from walint.sources.live.sweep import Request
from walint.sources.live.transport import Transport, new_session

CONFIG = Config(retries={"total_max_attempts": 1}, parameter_validation=False)
REGIONS = ["us-east-1", "eu-west-1", "ap-southeast-2", "us-west-2", "af-south-1", "sa-east-1", "eu-north-1"]
_SCOPE = re.compile(r"Credential=[^/]*/\d*/([^/]*/[^/]*)/")


class Sent(NamedTuple):
    """Where a request goes, and which region and service it is signed for."""

    host: str
    scope: str


class Wire:
    """What botocore sends; nothing answers."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []

    def __call__(self, request: Any, **_event: Any) -> AWSResponse:
        authorization = request.headers["Authorization"]
        text = authorization.decode() if isinstance(authorization, bytes) else authorization
        scope = _SCOPE.search(text)
        assert scope is not None
        self.sent.append(Sent(request.url.split("/")[2], scope[1]))
        return response("", 500)

    def session(self, _account: str) -> Session:
        made = new_session()
        made.get_component("event_emitter").register_first("before-send", self)
        return made


def calls() -> Iterator[Call]:
    """One call without parameters of each service, or with what its endpoint needs."""
    seen = set()
    for collector in collectors().values():
        call = collector.listing
        if call is not None and collector.per is None and call.service not in seen:
            seen.add(call.service)
            yield call


@pytest.mark.parametrize("call", list(calls()), ids=lambda call: call.service)
def test_clients_that_regions_share_lead_where_their_own_would(
    call: Call,
    no_way_out: None,  # noqa: ARG001 - it guards
) -> None:
    wire = Wire()
    transport = Transport(wire.session, CONFIG)
    for partition, regions in (
        ("aws", REGIONS),
        ("aws-cn", ["cn-north-1", "cn-northwest-1"]),
        ("aws-us-gov", ["us-gov-west-1", "us-gov-east-1"]),
    ):
        for region in regions:
            with pytest.raises(Exception, match=r"unavailable|refused"):
                transport.page(Request(Place(partition, partition, region), call, call.parameters), None)
    shared, wire.sent = wire.sent, []
    session = wire.session("")
    for region in [*REGIONS, "cn-north-1", "cn-northwest-1", "us-gov-west-1", "us-gov-east-1"]:
        client = session.create_client(call.service, region_name=region, config=CONFIG)
        with pytest.raises(Exception, match="500"):
            client._make_api_call(call.operation, dict(call.parameters))
    assert shared == wire.sent
    assert len(shared) == 11
