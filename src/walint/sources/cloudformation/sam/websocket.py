"""AWS::Serverless::WebSocketApi: the API with its stage, routes, integrations and permissions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from walint.model.value import Absent, Known, Reference, Text, Unknown, Value
from walint.sources.cloudformation.sam.apis import generate_stage_v2, invoke_permission, literal_text
from walint.sources.cloudformation.sam.compose import (
    Lazy,
    Maker,
    as_text,
    constant,
    get,
    joined,
    later,
    mapping,
    or_else,
    over,
    pick,
    pieces,
    select,
    tag_map,
)
from walint.sources.cloudformation.sam.domains import http_domain
from walint.sources.cloudformation.sam.presence import both, given, negated, whether

if TYPE_CHECKING:
    from walint.model.resource import Resource
    from walint.model.span import Span
    from walint.sources.cloudformation.sam.expansion import Entry, Expansion

_TAG = "websocketapi:createdBy"
_WEBSOCKET = (
    "ApiKeySelectionExpression",
    "Description",
    "DisableExecuteApiEndpoint",
    "DisableSchemaValidation",
    "IpAddressType",
    "RouteSelectionExpression",
)


def expand_websocket_api(expansion: Expansion, resource: Resource, properties: Value) -> None:
    """A WebSocket API becomes Api and Stage, and each route a Route, an Integration and a permission."""

    def api(value: Value) -> Value:
        if not isinstance(value, Known):
            return value
        entries: dict[str, Maker] = {
            "ProtocolType": constant("WEBSOCKET", value.span),
            "Name": constant(resource.name, value.span),
            **pick(value, ("Name", *_WEBSOCKET)),
            "Tags": lambda: tag_map(get(value, "Tags"), _TAG),
        }
        return Known(Lazy(entries), value.span, value.origin, value.rest)

    expansion.written(resource, "AWS::ApiGatewayV2::Api", over(properties, api), {})
    if isinstance(properties, Unknown):
        expansion.hide(resource, properties.reason)
        return
    span = properties.span or resource.span
    written = get(properties, "StageName")
    name = or_else(written, constant("default", span))
    prefix = "default" if isinstance(written, Absent) else literal_text(properties, "StageName")
    stage_id = resource.name + ("DefaultStage" if prefix == "default" else f"{prefix}Stage")
    tags = mapping(span, **{_TAG: Known("SAM", span)})
    generate_stage_v2(expansion, resource, properties, stage_id, name, {}, tags)
    for route in expansion.entries(resource, get(properties, "Routes"), "route"):
        _websocket_route(expansion, resource, route, get(properties, "Auth"), name)
    _websocket_authorizer(expansion, resource, properties)
    http_domain(expansion, resource, properties, tags)


def _websocket_route(expansion: Expansion, resource: Resource, entry: Entry, auth: Value, stage: Value) -> None:
    route_key, value, presence = entry.name, entry.value, entry.presence
    base = resource.name + route_key.replace("$", "").capitalize()
    span = value.span or resource.span
    this = expansion.reference(resource.name, span=span)
    api = expansion.reference(resource.name, "ApiId", span)
    function = get(value, "FunctionArn")
    integration = expansion.reference(base + "Integration", span=span)
    names = (
        "ApiKeyRequired",
        "ModelSelectionExpression",
        "OperationName",
        "RequestModels",
        "RequestParameters",
        "RouteResponseSelectionExpression",
    )
    route: dict[str, Maker] = {
        "ApiId": this,
        "RouteKey": constant(route_key, span),
        "Target": Text(("integrations/", integration), span),
        **pick(value, names),
    }
    kind = get(auth, "AuthType")
    if route_key == "$connect" and not isinstance(kind, Absent):
        route["AuthorizationType"] = kind
        if as_text(kind) == "CUSTOM":
            route["AuthorizerId"] = expansion.reference(resource.name + "ConnectAuthorizer", span=span)
    made: tuple[tuple[str, str, dict[str, Maker]], ...] = (
        ("Route", "AWS::ApiGatewayV2::Route", route),
        (
            "Integration",
            "AWS::ApiGatewayV2::Integration",
            {
                "ApiId": this,
                "IntegrationType": constant("AWS_PROXY", span),
                "IntegrationUri": _integration_uri(expansion, function, span),
                **select(value, {"TimeoutInMillis": "IntegrationTimeout"}),
            },
        ),
        (
            "Permission",
            "AWS::Lambda::Permission",
            invoke_permission(expansion, api, function, ("/", *pieces(stage), f"/{route_key}"), span),
        ),
    )
    for suffix, type_name, entries in made:
        expansion.generate(resource, base + suffix, type_name, mapping(span, **entries), presence=presence, span=span)


def _integration_uri(expansion: Expansion, function: Value, span: Span | None) -> Value:
    match function:
        case Reference():
            region = pieces(expansion.pseudo("AWS::Region", span))
            parts = joined(
                ("arn:aws:apigateway:", *region, ":lambda:path/2015-03-31/functions/", function, "/invocations")
            )
            return Text(parts, span)
        case _:
            return later("it contains the function's ARN", span)


def _websocket_authorizer(expansion: Expansion, resource: Resource, properties: Value) -> None:
    auth = get(properties, "Auth")
    if isinstance(auth, Absent):
        return
    span = auth.span or resource.span
    arn = get(auth, "AuthArn")
    custom = both(
        given(auth), whether(get(auth, "AuthType"), lambda each: Known((as_text(each) or "").upper() == "CUSTOM"))
    )
    this = expansion.reference(resource.name, span=span)
    authorizer_id = resource.name + "ConnectAuthorizer"
    entries: dict[str, Maker] = {
        "ApiId": this,
        "AuthorizerType": constant("REQUEST", span),
        "AuthorizerUri": _integration_uri(expansion, arn, span),
        "Name": constant(authorizer_id, span),
        **select(auth, {"Name": "Name", "IdentitySource": "IdentitySource", "AuthorizerCredentialsArn": "InvokeRole"}),
    }
    expansion.generate(
        resource,
        authorizer_id,
        "AWS::ApiGatewayV2::Authorizer",
        mapping(span, **entries),
        presence=custom,
        span=span,
    )
    expansion.generate(
        resource,
        resource.name + "AuthorizerPermission",
        "AWS::Lambda::Permission",
        mapping(span, **invoke_permission(expansion, this, arn, ("/authorizers/*",), span)),
        presence=both(custom, negated(given(get(auth, "InvokeRole")))),
        span=span,
    )
