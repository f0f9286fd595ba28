"""Makes calls through botocore: lazy clients that share their models, retries, paging, and the guard in front of all.

botocore's debug log prints whole answers, so its loggers are kept above DEBUG here.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, MutableMapping
from contextvars import ContextVar
from functools import cache
from typing import Any

import botocore.exceptions
import botocore.parsers
import jmespath  # type: ignore[import-untyped]  # botocore's own dependency
from botocore.config import Config
from botocore.loaders import Loader, create_loader
from botocore.session import Session

from walint import __version__
from walint.errors import WalintError
from walint.sources.live.failures import CallFailedError, Failure, classify
from walint.sources.live.guard import refuse_other_calls, signing_in
from walint.sources.live.sweep import Page, Request

_REGIONS_EACH = 8
"""Regions that share a client: urllib3 keeps connections to ten hosts at once. To make one takes long (20 ms)."""
_OWN_CLIENTS = frozenset({"s3"})
"""Services whose clients do more about their region than to resolve an endpoint and to sign for it."""
_region: ContextVar[str] = ContextVar("region")
"""The region that the call of this thread is meant for."""
_CONNECT_SECONDS, _ATTEMPTS, _CONNECTIONS = 5, 4, 40
READ_SECONDS = 20.0
_NO_ANSWER = (botocore.parsers.ResponseParserError, AttributeError, LookupError, TypeError, ValueError)
"""What botocore raises for an answer that it cannot make sense of."""


SIGN_IN = frozenset(operation for _, operation in signing_in())
"""Calls that botocore makes of itself to get credentials."""
SIGNED_OUT = (
    botocore.exceptions.SSOError,
    botocore.exceptions.TokenRetrievalError,
    botocore.exceptions.CredentialRetrievalError,
    *(getattr(botocore.exceptions, name) for name in ("LoginError",) if hasattr(botocore.exceptions, name)),
)
"""Errors that say that somebody must sign in anew. `aws login` is younger than what walint demands of botocore."""


class CredentialsError(WalintError):
    """There are no usable credentials."""


@cache
def shared_loader() -> Loader:
    """The models of AWS's APIs, read once for all sessions of the process."""
    return create_loader()


def new_session(profile: str | None = None) -> Session:
    """A session that shares the models and refuses every call that is not on walint's list.

    Raises `CredentialsError` for a profile that does not exist and for a config that cannot be read.
    """
    session = Session(profile=profile)
    session.register_component("data_loader", shared_loader())
    session.register("before-call", refuse_other_calls)
    try:
        session.get_scoped_config()
    except botocore.exceptions.ProfileNotFound as missing:
        message = f'there is no AWS profile called "{profile or session.get_config_variable("profile")}"'
        raise CredentialsError(message, help="`aws configure list-profiles` names those there are") from missing
    except botocore.exceptions.ConfigParseError as error:
        raise CredentialsError("cannot be read", where=error.kwargs["path"], help="is it an INI file?") from None
    logging.getLogger("botocore").setLevel(max(logging.INFO, logging.getLogger("botocore").getEffectiveLevel()))
    return session


def client_config(timeout: float = READ_SECONDS) -> Config:
    """How every client behaves: time-outs, botocore's `standard` retries, and a user agent that CloudTrail can find.

    `timeout` is how many seconds an answer may take.
    """
    return Config(
        connect_timeout=min(timeout, _CONNECT_SECONDS),
        read_timeout=timeout,
        max_pool_connections=_CONNECTIONS,
        retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
        user_agent_extra=f"walint/{__version__}",
    )


class Transport:
    """The caller of a sweep that talks to AWS. One session for each account, opened when it is first needed."""

    def __init__(self, open_session: Callable[[str], Session], config: Config | None = None) -> None:
        """`open_session` gives a session in an account; it is asked once more when the credentials have run out."""
        self._open_session = open_session
        self._config = config or client_config()
        self._sessions: dict[str, Session] = {}
        self._renewed: set[str] = set()
        self._clients: dict[tuple[str, str | int, str], Any] = {}
        self._regions: dict[str, list[str]] = {}
        self._open: dict[str, set[str]] = {}
        self._lock = threading.Lock()

    def page(self, request: Request, following: Mapping[str, Any] | None) -> Page:
        """One page of a call. Raises `CallFailedError`."""
        try:
            return self._page(request, following)
        except CallFailedError as failed:
            if failed.failure.kind != "expired" or not self._fresh_session(request.place.account):
                raise
        return self._page(request, following)

    def close_region(self, account: str, region: str) -> None:
        """Lets go of the clients of a region that is done, unless others share them; each keeps connections."""
        with self._lock:
            known, still_open = self._regions.get(account, []), self._open.get(account, set())
            still_open.discard(region)
            shared = {_share_of(known, each) for each in still_open}
            for key in [key for key in self._clients if key[0] == account]:
                if key[1] == region or (isinstance(key[1], int) and key[1] not in shared):
                    del self._clients[key]

    def _page(self, request: Request, following: Mapping[str, Any] | None) -> Page:
        place, call = request.place, request.call
        client = self._client(place.account, place.endpoint_region, call.service)
        _region.set(place.endpoint_region)
        parameters = dict(request.parameters if following is None else following)
        try:
            answer = client._make_api_call(call.operation, parameters)  # noqa: SLF001 - the operation by its own name
        except botocore.exceptions.ClientError as error:
            raise CallFailedError(_of_response(error)) from None
        except botocore.exceptions.BotoCoreError as error:
            raise CallFailedError(_of_botocore(error, request)) from None
        except _NO_ANSWER as error:  # what came is no answer of this API: cut off, or from some proxy
            raise CallFailedError(Failure("refused", type(error).__name__)) from None
        except NotImplementedError:  # an emulator inside the process (moto) lacks the operation
            raise CallFailedError(Failure("not-offered", "NotImplementedError")) from None
        metadata = answer.pop("ResponseMetadata", {})
        return Page(answer, _following(client, request, parameters, answer), metadata.get("RetryAttempts", 0))

    def _client(self, account: str, region: str, service: str) -> Any:
        with self._lock:  # botocore's clients may be shared between threads, its sessions may not
            known = self._regions.setdefault(account, [])
            if region not in known:
                known.append(region)
            self._open.setdefault(account, set()).add(region)
            key = (account, region if service in _OWN_CLIENTS else _share_of(known, region), service)
            client = self._clients.get(key)
            if client is None:
                session = self._sessions.get(account)
                if session is None:
                    session = self._sessions[account] = self._opened(account)
                client = session.create_client(service, region_name=region, config=self._config)
                # Of this client alone: the session's own ones sign in, where the profile says.
                client.meta.events.register("before-endpoint-resolution", _lead_to_region)
                self._clients[key] = client
        return client

    def _opened(self, account: str) -> Session:
        try:
            return self._open_session(account)
        except CredentialsError:
            raise CallFailedError(Failure("credentials", "NoCredentialsError")) from None

    def _fresh_session(self, account: str) -> bool:
        """Replaces the session of an account, once."""
        with self._lock:
            if account in self._renewed:
                return True  # another thread did it meanwhile; if that did not help, the second try says so
            self._renewed.add(account)
            try:
                self._sessions[account] = self._opened(account)
            except CallFailedError:
                return False
            for key in [key for key in self._clients if key[0] == account]:
                del self._clients[key]
        return True


def _share_of(known: list[str], region: str) -> int:
    """The number of the group of regions that shares clients with this one."""
    return known.index(region) // _REGIONS_EACH


def _lead_to_region(builtins: MutableMapping[str, Any], context: MutableMapping[str, Any], **_event: Any) -> None:
    """Sends a call to the region that it is meant for, and signs it for that, whichever the client was made for."""
    region = _region.get(None)
    if region is not None and "AWS::Region" in builtins:
        builtins["AWS::Region"] = region
        context["signing"] = {**context.get("signing", {}), "region": region}
        context["client_region"] = region


def _of_response(error: botocore.exceptions.ClientError) -> Failure:
    details = error.response.get("Error", {})
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if error.operation_name in SIGN_IN:  # not the call itself: new credentials were to be got
        return Failure("credentials", str(details.get("Code", "")))
    return classify(str(details.get("Code", "")), status, str(details.get("Message", "")))


def _of_botocore(error: botocore.exceptions.BotoCoreError, request: Request) -> Failure:
    """An error that is none of AWS's: no credentials, no connection, a parameter that does not fit."""
    name = type(error).__name__
    if isinstance(error, (botocore.exceptions.NoCredentialsError, botocore.exceptions.PartialCredentialsError)):
        return Failure("credentials", name)
    if isinstance(error, SIGNED_OUT):
        return Failure("expired", name)
    if isinstance(error, (botocore.exceptions.ConnectionError, botocore.exceptions.HTTPClientError)):
        offered = regions_of(request.call.service, request.place.partition)
        elsewhere = bool(offered) and request.place.endpoint_region not in offered
        return Failure("not-offered" if elsewhere else "unavailable", name)
    return Failure("refused", name)


@cache
def regions_of(service: str, partition: str) -> frozenset[str]:
    """The regions in which botocore knows a service; empty where it does not say."""
    resolver = Session()
    resolver.register_component("data_loader", shared_loader())
    try:
        return frozenset(resolver.get_available_regions(service, partition_name=partition))
    except botocore.exceptions.BotoCoreError:
        return frozenset()


def _following(
    client: Any, request: Request, parameters: Mapping[str, Any], answer: Mapping[str, Any]
) -> Mapping[str, Any] | None:
    """The parameters that ask for the next page, by botocore's paginators, else by the tokens of the table."""
    tokens = paging(client, request)
    if tokens is None:
        return None
    more, pairs = tokens
    if more is not None and not more.search(answer):
        return None
    given = {name: path.search(answer) for name, path in pairs}
    if not any(given.values()):
        return None
    return {**parameters, **{name: value for name, value in given.items() if value}}


def paging(client: Any, request: Request) -> tuple[Any, list[tuple[str, Any]]] | None:
    """How a call pages: what says that there is more (or None), and request parameter -> where the answer has it."""
    call = request.call
    if call.token is not None:
        return None, [(call.token[0], jmespath.compile(call.token[1]))]
    return _botocore_paging(client.meta.service_model.service_name, call.operation)


@cache
def _botocore_paging(service: str, operation: str) -> tuple[Any, list[tuple[str, Any]]] | None:
    try:
        pagination = shared_loader().load_service_model(service, "paginators-1")["pagination"].get(operation)
    except botocore.exceptions.UnknownServiceError:
        return None
    if pagination is None:
        return None
    names, paths = pagination["input_token"], pagination["output_token"]
    names, paths = ([names], [paths]) if isinstance(names, str) else (names, paths)
    more = jmespath.compile(pagination["more_results"]) if "more_results" in pagination else None
    return more, [(name, jmespath.compile(path)) for name, path in zip(names, paths, strict=True)]
