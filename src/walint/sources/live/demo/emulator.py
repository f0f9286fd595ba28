"""A false AWS inside the process: moto answers, credentials are made up, and no socket reaches any machine."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, Final, NamedTuple
from unittest import mock

import botocore.handlers
from botocore.session import Session
from moto import mock_aws  # before any session is made: it works by a hook of new ones

from walint.errors import WalintError
from walint.sources.live.sessions import known_regions
from walint.sources.live.transport import shared_loader

_CREDENTIALS: Final = {
    "AWS_ACCESS_KEY_ID": "walint-demo",
    "AWS_SECRET_ACCESS_KEY": "walint-demo",
    "AWS_SESSION_TOKEN": "walint-demo",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
}
"""What stands in the environment instead of everything that begins with AWS_ and of every proxy."""


class NetworkError(WalintError):
    """The demo was about to leave the machine; it must not."""


Client = Callable[[str], Any]
"""Gives the client of a service ("dynamodb") in one region."""


class Account(NamedTuple):
    """What the account of the demo is like, beyond what moto keeps.

    regions   those that are enabled
    services  the endpoint prefixes of the services that it uses ("monitoring"); every other one answers that it has
              nothing
    refused   the operations that its policy denies, each with its regions
    edit      changes an answer of moto to what AWS would have said: operation, answer
    told      what a service answers that moto is not asked of: operation, region, parameters; None for nothing
    """

    regions: tuple[str, ...]
    services: frozenset[str]
    refused: Mapping[str, frozenset[str]]
    edit: Callable[[str, dict[str, Any]], None]
    told: Callable[[str, str, Mapping[str, Any]], dict[str, Any] | None] = lambda _operation, _region, _asked: None


@contextmanager
def false_aws(account: Account) -> Iterator[Callable[[str], Client]]:
    """While it is open, botocore talks to an empty account made by moto. Yields what gives the clients of a region."""
    with _false_environment(), _no_sockets(), mock_aws(config={"lambda": {"use_docker": False}}):
        known_regions.cache_clear()
        handlers = [("before-call", _Answers(account)), ("after-call", _Edits(account))]
        botocore.handlers.BUILTIN_HANDLERS[:0] = handlers
        try:
            yield _clients
        finally:
            for handler in handlers:
                botocore.handlers.BUILTIN_HANDLERS.remove(handler)


def _clients(region: str) -> Client:
    session = Session()
    session.register_component("data_loader", shared_loader())
    made: dict[str, Any] = {}

    def client(service: str) -> Any:
        if service not in made:
            made[service] = session.create_client(service, region_name=region)
        return made[service]

    return client


@contextmanager
def _false_environment() -> Iterator[None]:
    """No profile, role, endpoint or proxy of the user's is seen; the environment is put back at the end."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "MOTO_")) and not name.lower().endswith("_proxy")
    }
    with mock.patch.dict(os.environ, {**kept, **_CREDENTIALS}, clear=True):
        yield


@contextmanager
def _no_sockets() -> Iterator[None]:
    """Every attempt to connect, or to look up a name, is an error. moto needs neither."""

    def refuse(*where: Any, **_options: Any) -> Any:
        raise NetworkError(f"the demo was about to use the network: {where[-1]}", help="this is a bug in walint")

    with (
        mock.patch.object(socket.socket, "connect", refuse),
        mock.patch.object(socket.socket, "connect_ex", refuse),
        mock.patch.object(socket.socket, "sendto", refuse),
        mock.patch.object(socket, "getaddrinfo", refuse),
    ):
        yield


class _Answers:
    """Answers before moto is asked: what is refused, and what the account has nothing of.

    moto has no such policies, and for each of forty empty services it would load half a second of code.
    """

    def __init__(self, account: Account) -> None:
        self._account = account
        self._enabled = {"Regions": [{"RegionName": region} for region in account.regions]}

    def __call__(self, model: Any, params: Mapping[str, Any], **_event: Any) -> tuple[Any, dict[str, Any]] | None:
        """The answer to a call as botocore wants it: a status and the parsed body; None for moto to answer."""
        account = self._account
        region = params["context"]["client_region"]
        if region in account.refused.get(model.name, ()):
            denied = {"Code": "AccessDeniedException", "Message": "not authorized to perform this action"}
            return SimpleNamespace(status_code=400), {"Error": denied, "ResponseMetadata": {"HTTPStatusCode": 400}}
        if model.service_model.endpoint_prefix in account.services:
            return None
        told = account.told(model.name, region, params["body"] if isinstance(params["body"], Mapping) else {})
        answer: dict[str, Any] = self._enabled if model.name in {"ListRegions", "DescribeRegions"} else told or {}
        return SimpleNamespace(status_code=200), {**answer, "ResponseMetadata": {"HTTPStatusCode": 200}}


class _Edits:
    """Corrects what moto answers."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def __call__(self, model: Any, parsed: dict[str, Any], **_event: Any) -> None:
        self._account.edit(model.name, parsed)
