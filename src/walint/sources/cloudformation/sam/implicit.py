"""The APIs that SAM makes for events of type Api or HttpApi that name none: ServerlessRestApi, ServerlessHttpApi."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from walint.model.resource import Resource
from walint.model.value import Absent, Known, Reference, Text, Value
from walint.patterns import lazy
from walint.records import dataclass, field, replace
from walint.sources.cloudformation.sam.compose import (
    Lazy,
    Maker,
    as_mapping,
    as_text,
    get,
    is_literal,
    passed_on,
)
from walint.sources.cloudformation.sam.expansion import PASSED_ON, stronger_policy
from walint.sources.cloudformation.sam.presence import FALSE, both, either, given, is_false, is_true, provided

if TYPE_CHECKING:
    from walint.sources.cloudformation.sam.events import Event
    from walint.sources.cloudformation.sam.expansion import Expansion

REST_API, HTTP_API = "AWS::Serverless::Api", "AWS::Serverless::HttpApi"
_API_ID = {"Api": "RestApiId", "HttpApi": "ApiId"}
_IDS = {"Api": "ServerlessRestApi", "HttpApi": "ServerlessHttpApi"}
_TYPES = {"Api": REST_API, "HttpApi": HTTP_API}
_ANY = "x-amazon-apigateway-any-method"
_PARAMETER = lazy(r"\{[a-zA-Z0-9._-]+\+?\}")
_ANY_WORDS = frozenset({"any", _ANY})


@dataclass(slots=True)
class _Pending:
    first: Event
    presence: Value = FALSE
    route_settings: dict[str, Maker] = field(default_factory=dict)
    attributes: dict[str, Value] = field(default_factory=dict)
    tags: dict[str, Maker] = field(default_factory=dict)


class ImplicitApis:
    """Collects the events of APIs, and makes the implicit ones in the end."""

    def __init__(self, expansion: Expansion) -> None:
        self._expansion = expansion
        self._pending: dict[str, _Pending] = {}
        self.route_settings: dict[str, dict[str, Maker]] = {}
        """Of explicit HTTP APIs, by logical id: what their events add to RouteSettings."""

    def covered_by(self, events: Iterable[Event]) -> frozenset[str | None]:
        """The HTTP APIs whose default route goes to the function of these events.

        SAM lets the permission for the default route stand for those of the function's other routes.
        """
        routes = [(self.api_of(event), *_route(event)) for event in events if event.kind == "HttpApi"]
        return frozenset(api for api, method, path in routes if path == "$default" and method.lower() in _ANY_WORDS)

    def is_default_route(self, event: Event) -> bool:
        """Whether an event is the default route of an HTTP API."""
        return _route(event)[1] == "$default"

    def note(self, event: Event) -> str | None:
        """Takes an event; the answer is the suffix of its permission's logical id, None when it needs no permission."""
        api_id = self.api_of(event)
        if api_id is not None:
            method, path = _route(event)
            self._expansion.routes.setdefault(api_id, {}).setdefault(path, []).append(method.lower())
        if api_id == _IDS[event.kind]:
            self._add(event)
        if event.kind == "HttpApi":
            self._add_route_settings(event, api_id)
            return ""
        if is_false(given(event.properties)):
            return None
        if api_id == _IDS["Api"]:
            return "Prod"
        api = self._expansion.resources.get(api_id or "")
        if api is None:
            return "AllStages"
        stage = get(api.properties, "StageName")
        literal = is_literal(as_mapping(api.properties), "StageName")
        return (as_text(stage) if literal else None) or "Stage"

    def api_of(self, event: Event) -> str | None:
        """The logical id of the API that an event belongs to, None when it is not one of this stack."""
        named = get(event.properties, _API_ID[event.kind])
        return _IDS[event.kind] if isinstance(named, Absent) else self._expansion.target_of(named)

    def invocations(self, event: Event) -> Text:
        """The ARN of what the API may invoke the function for."""
        method, path = _route(event)
        method = "*" if method.lower() in _ANY_WORDS else method.upper()
        path = "" if path == "$default" else _PARAMETER.sub("*", path)
        path = path.rstrip("/") if len(path) > 1 else path
        if path == "/$default":
            method = ""
        named = get(event.properties, _API_ID[event.kind])
        api_id = self.api_of(event)
        api: str | Reference = self._expansion.reference(api_id, "Ref", event.span) if api_id else "*"
        api = as_text(named) or api
        return self._expansion.arn("execute-api", api, f"/*/{method}{path}" if method else f"/*{path}", span=event.span)

    def _add(self, event: Event) -> None:
        if event.kind == "Api" and is_false(given(event.properties)):
            return
        owner = event.target.owner
        pending = self._pending.setdefault(event.kind, _Pending(event))
        pending.presence = either(pending.presence, both(owner.presence, event.presence))
        for name in PASSED_ON:
            if name in owner.attributes:
                pending.attributes[name] = stronger_policy(pending.attributes.get(name), owner.attributes[name])
        wanted, tags = self._expansion.tags.get(owner.name, (FALSE, Absent()))
        if is_true(wanted) and isinstance(get(event.properties, _API_ID[event.kind]), Absent):
            pending.tags.update(passed_on(tags, frozenset()))

    def _add_route_settings(self, event: Event, api_id: str | None) -> None:
        settings = get(event.properties, "RouteSettings")
        if isinstance(settings, Absent) or api_id is None:
            return
        method, path = _route(event)
        route = path if method == _ANY else f"{method.upper()} {path}"
        present = both(event.target.owner.presence, event.presence)
        self.route_settings.setdefault(api_id, {})[route] = provided(present, settings)

    def resources(self) -> list[Resource]:
        """The implicit APIs as SAM resources, still to be expanded."""
        made = []
        for kind, pending in self._pending.items():
            api_id, type_name = _IDS[kind], _TYPES[kind]
            self._displace(api_id)
            owner = pending.first.target.owner
            entries: dict[str, Maker] = {"StageName": Known("Prod")} if kind == "Api" else {}
            if pending.tags:
                entries["Tags"] = Known(Lazy(pending.tags))
                entries["PropagateTags"] = Known(data=True)
            span = self._expansion.globals.part(type_name).span or pending.first.span
            api = Resource(
                key=self._expansion.stack.key(api_id),
                type=type_name,
                address=owner.address.removesuffix(owner.name) + api_id,
                name=api_id,
                source=owner.source,
                unit=owner.unit,
                properties=Known(Lazy(entries), span),
                span=pending.first.span,
                attributes=pending.attributes,
                presence=pending.presence,
                generated=True,
                account=owner.account,
                region=owner.region,
            )
            made.append(api)
        return made

    def _displace(self, api_id: str) -> None:
        """Removes whatever the user calls by the name of an implicit API: SAM overwrites it."""
        resources = self._expansion.resources
        if api_id in resources:
            for name in [name for name, resource in resources.items() if resource.name == api_id]:
                del resources[name]

    def with_route_settings(self, api: Resource) -> Resource:
        """An HTTP API with the RouteSettings that its events add."""
        added = self.route_settings.get(api.name)
        properties = api.properties
        if not added or not isinstance(properties, Known | Absent):
            return api
        own = get(properties, "RouteSettings")
        merged = Known(Lazy({**passed_on(own, frozenset()), **added}), own.span)
        entries = {**passed_on(properties, frozenset()), "RouteSettings": merged}
        rest = properties.rest if isinstance(properties, Known) else None
        return replace(api, properties=Known(Lazy(entries), properties.span or api.span, "explicit", rest))


def _route(event: Event) -> tuple[str, str]:
    """Method and path; an HTTP API's event without either is the default route."""
    method, path = as_text(get(event.properties, "Method")), as_text(get(event.properties, "Path"))
    if event.kind == "HttpApi" and not method and not path:
        return _ANY, "$default"
    return method or "any", path or "/*"
