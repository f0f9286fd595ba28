"""AWS::Serverless::Api and HttpApi: the API with its deployment, stage and permissions."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from walint.model.value import Absent, Known, Reference, Unknown, Value
from walint.sources.cloudformation.elsewhere import STORED
from walint.sources.cloudformation.sam.compose import (
    Lazy,
    Maker,
    as_mapping,
    as_text,
    constant,
    get,
    is_literal,
    later,
    listing,
    mapping,
    or_else,
    over,
    pick,
    select,
    stored,
    tag_list,
    tag_map,
)
from walint.sources.cloudformation.sam.domains import generate_usage_plan, http_domain, rest_domain
from walint.sources.cloudformation.sam.identifiers import hashed_id
from walint.sources.cloudformation.sam.presence import both, given, negated, switched_on

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from walint.model.resource import Resource
    from walint.model.span import Span
    from walint.sources.cloudformation.sam.expansion import Expansion

_STAGE_V1 = (
    "StageName",
    "CacheClusterEnabled",
    "CacheClusterSize",
    "Variables",
    "MethodSettings",
    "AccessLogSetting",
    "CanarySetting",
    "TracingEnabled",
)
_API_V1 = (
    "BinaryMediaTypes",
    "MinimumCompressionSize",
    "FailOnWarnings",
    "Name",
    "Description",
    "Mode",
    "ApiKeySourceType",
    "Policy",
    "SecurityPolicy",
    "EndpointAccessMode",
)
_HTTP_TAG = "httpapi:createdBy"
_STAGE_V2 = {
    "StageVariables": "StageVariables",
    "AccessLogSettings": "AccessLogSettings",
    "DefaultRouteSettings": "DefaultRouteSettings",
    "RouteSettings": "RouteSettings",
}


def expand_rest_api(expansion: Expansion, resource: Resource, properties: Value) -> None:
    """A REST API becomes RestApi, Deployment and Stage."""
    dialect = _dialect(resource)
    expansion.written(
        resource,
        "AWS::ApiGateway::RestApi",
        over(properties, partial(_rest_api, expansion, resource.name)),
        {"Body": "DefinitionBody"},
    )
    if isinstance(properties, Unknown):
        expansion.hide(resource, properties.reason)
        return
    name = resource.name
    span = properties.span or resource.span
    deployment_id = name + "Deployment"
    this = expansion.reference(name, span=span)
    expansion.generate(
        resource, deployment_id, "AWS::ApiGateway::Deployment", mapping(span, RestApiId=this), span=resource.span
    )
    stage_id = _stage_id(name, literal_text(properties, "StageName"))

    def stage(value: Value) -> Value:
        if not isinstance(value, Known):
            return value
        entries: dict[str, Maker] = {
            "RestApiId": this,
            "DeploymentId": expansion.reference(deployment_id, span=span),
            **pick(value, _STAGE_V1),
        }
        tags = get(value, "Tags")
        if not isinstance(tags, Absent):
            entries["Tags"] = tag_list(tags)
        return Known(Lazy(entries), value.span, "explicit", value.rest)

    expansion.generate(
        resource, stage_id, "AWS::ApiGateway::Stage", over(properties, stage), span=resource.span, dialect=dialect
    )
    expansion.stack.references[f"{name}.Deployment"] = deployment_id
    expansion.stack.references[f"{name}.Stage"] = stage_id
    _authorizer_permissions(expansion, resource, properties, by_default=True)
    generate_usage_plan(expansion, resource, properties, stage_id)
    rest_domain(expansion, resource, properties)


def _stage_id(api_id: str, stage: str) -> str:
    """The logical id of a stage: with its name in the middle, or with a hash of it behind."""
    return f"{api_id}{stage}Stage" if stage.isalnum() else hashed_id(api_id + "Stage", stage)


def literal_text(properties: Value, name: str) -> str:
    """A text property as written, "" when an intrinsic function writes it."""
    return (as_text(get(properties, name)) if is_literal(as_mapping(properties), name) else None) or ""


def _dialect(resource: Resource) -> Mapping[str, str]:
    """What an implicit API is given can only be written in Globals."""
    if not resource.generated:
        return {}
    section = "Globals." + resource.type.removeprefix("AWS::Serverless::")
    names = _STAGE_V1 if resource.type == "AWS::Serverless::Api" else _STAGE_V2
    # The name of its stage is SAM's own.
    return {name: f"{section}.{name}" for name in names if name != "StageName"}


def _rest_api(expansion: Expansion, name: str, value: Value) -> Value:
    if not isinstance(value, Known):
        return value
    entries = pick(value, _API_V1)
    endpoint = get(value, "EndpointConfiguration")
    if not isinstance(endpoint, Absent):
        entries["EndpointConfiguration"] = lambda: over(endpoint, _endpoint)
        kind = over(endpoint, lambda each: get(each, "Type") if as_mapping(each) is not None else each)
        entries["Parameters"] = mapping(endpoint.span, endpointConfigurationTypes=kind)
    entries.update(_definition(expansion, name, value))
    entries.update(_title(expansion, value))
    return Known(Lazy(entries), value.span, value.origin, value.rest)


def _definition(expansion: Expansion, name: str, value: Value) -> dict[str, Maker]:
    """The API's definition: written by the user, stored in S3, or made by SAM out of the events."""
    uri, body = get(value, "DefinitionUri"), get(value, "DefinitionBody")
    if not isinstance(uri, Absent):
        place = stored(uri, ("Bucket", "Key", "Version"), "definition")
        return {"BodyS3Location": place, "Body": later(STORED, uri.span)}
    if isinstance(body, Absent):
        return {"Body": lambda: _generated(expansion.routes.get(name, {}), value.span)}
    return {"Body": body}


def _generated(routes: Mapping[str, Sequence[str]], span: Span | None) -> Value:
    """The definition that SAM writes from the events: it has their paths, and no word on what they do."""
    more = later("SAM writes the definition of the API from the events", span)
    silent: dict[str, Value] = dict.fromkeys(("summary", "description", "operationId"), Absent(span))
    operation = Known(silent, span, rest=more)
    paths = {path: Known(dict.fromkeys(methods, operation), span) for path, methods in routes.items()}
    return Known({"paths": Known(paths, span), "servers": Absent(span), "basePath": Absent(span)}, span, rest=more)


def _title(expansion: Expansion, value: Value) -> dict[str, Maker]:
    """The API's name, by which alarms know it: its own, or its definition's title, which SAM makes the stack's name."""
    name = get(value, "Name")
    if not isinstance(name, Absent):
        return {"Name": name}
    if not isinstance(get(value, "DefinitionUri"), Absent):
        return {}
    body = get(value, "DefinitionBody")
    if isinstance(body, Absent):
        return {"Name": expansion.pseudo("AWS::StackName", value.span)}
    title = get(body, "info", "title")
    return {} if isinstance(title, Absent) else {"Name": title}


def _endpoint(value: Value) -> Value:
    if as_text(value) is not None:
        return mapping(value.span, Types=listing(value.span, value))
    kind = get(value, "Type")
    if isinstance(kind, Absent):
        return value
    names = {"VpcEndpointIds": "VPCEndpointIds", "IpAddressType": "IpAddressType"}
    return mapping(value.span, Types=listing(kind.span, kind), **select(value, names))


def expand_http_api(expansion: Expansion, resource: Resource, properties: Value) -> None:
    """An HTTP API becomes Api and Stage, `$default` when nothing else is said."""
    dialect = _dialect(resource)

    def api(value: Value) -> Value:
        if not isinstance(value, Known):
            return value
        entries: dict[str, Maker] = {
            "ProtocolType": constant("HTTP", value.span),
            **pick(value, ("FailOnWarnings",)),
            **_definition(expansion, resource.name, value),
            **_title(expansion, value),
        }
        return Known(Lazy(entries), value.span, value.origin, value.rest)

    expansion.written(resource, "AWS::ApiGatewayV2::Api", over(properties, api), {"Body": "DefinitionBody"})
    if isinstance(properties, Unknown):
        expansion.hide(resource, properties.reason)
        return
    span = properties.span or resource.span
    written = get(properties, "StageName")
    name = or_else(written, constant("$default", span))
    prefix = "$default" if isinstance(written, Absent) else literal_text(properties, "StageName")
    default = prefix == "$default"
    stage_id = resource.name + "ApiGatewayDefaultStage" if default else _stage_id(resource.name, prefix)
    # SAM puts its tag into a definition that it can read, and then on the stage.
    readable = is_literal(as_mapping(properties), "DefinitionBody")
    readable = readable and isinstance(get(properties, "DefinitionUri"), Absent)
    tags = tag_map(get(properties, "Tags"), _HTTP_TAG) if readable else Absent(span)
    generate_stage_v2(expansion, resource, properties, stage_id, name, dialect, tags)
    _authorizer_permissions(expansion, resource, properties, by_default=False)
    http_domain(expansion, resource, properties, tags)


def generate_stage_v2(
    expansion: Expansion,
    resource: Resource,
    properties: Value,
    stage_id: str,
    name: Value,
    dialect: Mapping[str, str],
    tags: Value,
) -> None:
    """Makes the stage of an HTTP or WebSocket API; `tags` are a map."""
    span = properties.span or resource.span

    def stage(value: Value) -> Value:
        if not isinstance(value, Known):
            return value
        entries: dict[str, Maker] = {
            "ApiId": expansion.reference(resource.name, span=span),
            "StageName": name,
            "AutoDeploy": constant(True, span),  # noqa: FBT003 - the value of the property
            **select(value, _STAGE_V2),
        }
        if not isinstance(tags, Absent):
            entries["Tags"] = tags
        return Known(Lazy(entries), value.span, "explicit", value.rest)

    expansion.generate(
        resource, stage_id, "AWS::ApiGatewayV2::Stage", over(properties, stage), span=resource.span, dialect=dialect
    )
    expansion.stack.references[f"{resource.name}.Stage"] = stage_id


def invoke_permission(
    expansion: Expansion, api: Reference, function: Value, path: Sequence[str | Reference | Unknown], span: Span | None
) -> dict[str, Maker]:
    """What lets an API invoke a function: the properties of the permission."""
    return {
        "Action": constant("lambda:InvokeFunction", span),
        "FunctionName": function,
        "Principal": constant("apigateway.amazonaws.com", span),
        "SourceArn": expansion.arn("execute-api", api, *path, span=span),
    }


def _authorizer_permissions(expansion: Expansion, resource: Resource, properties: Value, *, by_default: bool) -> None:
    """The permissions of Lambda authorizers: REST APIs give them unless told not to, HTTP APIs when told to."""
    authorizers = get(properties, "Auth", "Authorizers")
    if isinstance(authorizers, Absent):
        return
    this = expansion.reference(resource.name, span=authorizers.span)
    for entry in expansion.entries(resource, authorizers, "authorizer"):
        function = get(entry.value, "FunctionArn")
        if by_default:
            wanted = negated(switched_on(get(entry.value, "DisableFunctionDefaultPermissions")))
        else:
            wanted = switched_on(get(entry.value, "EnableFunctionDefaultPermissions"))
        span = entry.value.span or resource.span
        expansion.generate(
            resource,
            f"{resource.name}{entry.name}AuthorizerPermission",
            "AWS::Lambda::Permission",
            mapping(span, **invoke_permission(expansion, this, function, ("/authorizers/*",), span)),
            presence=both(entry.presence, both(given(function), wanted)),
            span=span,
        )
