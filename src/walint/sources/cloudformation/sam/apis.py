"""AWS::Serverless::Api, HttpApi and WebSocketApi: the API with its deployment, stage and permissions."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from walint.model.value import Absent, Known, Reference, Text, Unknown, Value
from walint.sources.cloudformation.sam.compose import (
    Lazy,
    Maker,
    as_mapping,
    as_sequence,
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
    pieces,
    select,
    tag_list,
)
from walint.sources.cloudformation.sam.identifiers import digest, hashed_id
from walint.sources.cloudformation.sam.presence import both, given, is_false, negated, switched_on

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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
    "DisableExecuteApiEndpoint",
)
_STAGE_V2 = {
    "StageVariables": "StageVariables",
    "AccessLogSettings": "AccessLogSettings",
    "DefaultRouteSettings": "DefaultRouteSettings",
    "RouteSettings": "RouteSettings",
}
_WEBSOCKET = (
    "ApiKeySelectionExpression",
    "Description",
    "DisableExecuteApiEndpoint",
    "DisableSchemaValidation",
    "IpAddressType",
    "RouteSelectionExpression",
)


def expand_rest_api(expansion: Expansion, resource: Resource, properties: Value) -> None:
    """A REST API becomes RestApi, Deployment and Stage."""
    dialect = _dialect(resource)
    expansion.written(
        resource,
        "AWS::ApiGateway::RestApi",
        over(properties, partial(_rest_api, expansion)),
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
    stage_id = _stage_id(name, _literal_text(properties, "StageName"))

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
    _usage_plan(expansion, resource, properties, stage_id)
    _domain(expansion, resource, properties, "ApiGatewayDomainName", _rest_domain)


def _stage_id(api_id: str, stage: str) -> str:
    """The logical id of a stage: with its name in the middle, or with a hash of it behind."""
    return f"{api_id}{stage}Stage" if stage.isalnum() else hashed_id(api_id + "Stage", stage)


def _literal_text(properties: Value, name: str) -> str:
    """A text property as written, "" when an intrinsic function writes it."""
    return (as_text(get(properties, name)) if is_literal(as_mapping(properties), name) else None) or ""


def _dialect(resource: Resource) -> Mapping[str, str]:
    """What an implicit API is given can only be written in Globals."""
    if not resource.generated:
        return {}
    section = "Globals." + resource.type.removeprefix("AWS::Serverless::")
    names = _STAGE_V1 if resource.type == "AWS::Serverless::Api" else _STAGE_V2
    return {name: f"{section}.{name}" for name in names}


def _rest_api(expansion: Expansion, value: Value) -> Value:  # noqa: ARG001 - called for each alternative
    if not isinstance(value, Known):
        return value
    entries = pick(value, _API_V1)
    endpoint = get(value, "EndpointConfiguration")
    if not isinstance(endpoint, Absent):
        entries["EndpointConfiguration"] = lambda: over(endpoint, _endpoint)
    entries.update(_definition(value))
    return Known(Lazy(entries), value.span, value.origin, value.rest)


def _definition(value: Value) -> dict[str, Maker]:
    """The API's definition: written by the user, stored in S3, or made by SAM out of the events."""
    uri, body = get(value, "DefinitionUri"), get(value, "DefinitionBody")
    if not isinstance(uri, Absent):
        stored = {name: name for name in ("Bucket", "Key", "Version")}
        packaged = later("the definition is packaged when the stack is deployed", uri.span)
        return {"BodyS3Location": mapping(uri.span, **select(uri, stored)) if as_mapping(uri) is not None else packaged}
    if isinstance(body, Absent):
        return {"Body": later("SAM writes the definition of the API from the events", value.span)}
    return {"Body": body}


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
        names = ("FailOnWarnings", "DisableExecuteApiEndpoint", "Name", "Description", "CorsConfiguration")
        entries: dict[str, Maker] = {
            "ProtocolType": constant("HTTP", value.span),
            **pick(value, names),
            **_definition(value),
        }
        return Known(Lazy(entries), value.span, value.origin, value.rest)

    expansion.written(resource, "AWS::ApiGatewayV2::Api", over(properties, api), {"Body": "DefinitionBody"})
    if isinstance(properties, Unknown):
        expansion.hide(resource, properties.reason)
        return
    span = properties.span or resource.span
    written = get(properties, "StageName")
    name = or_else(written, constant("$default", span))
    prefix = "$default" if isinstance(written, Absent) else _literal_text(properties, "StageName")
    default = prefix == "$default"
    stage_id = resource.name + "ApiGatewayDefaultStage" if default else _stage_id(resource.name, prefix)
    _stage_v2(expansion, resource, properties, stage_id, name, dialect)
    _authorizer_permissions(expansion, resource, properties, by_default=False)
    _domain(expansion, resource, properties, "ApiGatewayDomainNameV2", _http_domain)


def _stage_v2(
    expansion: Expansion, resource: Resource, properties: Value, stage_id: str, name: Value, dialect: Mapping[str, str]
) -> None:
    span = properties.span or resource.span

    def stage(value: Value) -> Value:
        if not isinstance(value, Known):
            return value
        entries: dict[str, Maker] = {
            "ApiId": expansion.reference(resource.name, span=span),
            "StageName": name,
            "AutoDeploy": constant(True, span),  # noqa: FBT003 - the value of the property
            **select(value, _STAGE_V2),
            **select(value, {"Tags": "Tags"}),
        }
        return Known(Lazy(entries), value.span, "explicit", value.rest)

    expansion.generate(
        resource, stage_id, "AWS::ApiGatewayV2::Stage", over(properties, stage), span=resource.span, dialect=dialect
    )
    expansion.stack.references[f"{resource.name}.Stage"] = stage_id


def expand_websocket_api(expansion: Expansion, resource: Resource, properties: Value) -> None:
    """A WebSocket API becomes Api and Stage, and each route a Route, an Integration and a permission."""

    def api(value: Value) -> Value:
        if not isinstance(value, Known):
            return value
        entries: dict[str, Maker] = {
            "ProtocolType": constant("WEBSOCKET", value.span),
            "Name": constant(resource.name, value.span),
            **pick(value, ("Name", "Tags", *_WEBSOCKET)),
        }
        return Known(Lazy(entries), value.span, value.origin, value.rest)

    expansion.written(resource, "AWS::ApiGatewayV2::Api", over(properties, api), {})
    if isinstance(properties, Unknown):
        expansion.hide(resource, properties.reason)
        return
    span = properties.span or resource.span
    written = get(properties, "StageName")
    name = or_else(written, constant("default", span))
    prefix = "default" if isinstance(written, Absent) else _literal_text(properties, "StageName")
    stage_id = resource.name + ("DefaultStage" if prefix == "default" else f"{prefix}Stage")
    _stage_v2(expansion, resource, properties, stage_id, name, {})
    for route in expansion.entries(resource, get(properties, "Routes"), "route"):
        _websocket_route(expansion, resource, route.name, route.value, route.presence)
    _websocket_authorizer(expansion, resource, properties)
    _domain(expansion, resource, properties, "ApiGatewayDomainNameV2", _http_domain)


def _websocket_route(expansion: Expansion, resource: Resource, route_key: str, value: Value, presence: Value) -> None:
    base = resource.name + route_key.replace("$", "").capitalize()
    span = value.span or resource.span
    this = expansion.reference(resource.name, span=span)
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
        ("Permission", "AWS::Lambda::Permission", _invoke(expansion, this, function, f"/*/{route_key}", span)),
    )
    for suffix, type_name, entries in made:
        expansion.generate(resource, base + suffix, type_name, mapping(span, **entries), presence=presence, span=span)


def _integration_uri(expansion: Expansion, function: Value, span: Span | None) -> Value:
    match function:
        case Reference():
            region = pieces(expansion.pseudo("AWS::Region", span))
            parts = ("arn:aws:apigateway:", *region, ":lambda:path/2015-03-31/functions/", function, "/invocations")
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
        given(auth), over(get(auth, "AuthType"), lambda each: Known((as_text(each) or "").upper() == "CUSTOM"))
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
        mapping(span, **_invoke(expansion, this, arn, "/authorizers/*", span)),
        presence=both(custom, negated(given(get(auth, "InvokeRole")))),
        span=span,
    )


def _invoke(expansion: Expansion, api: Reference, function: Value, path: str, span: Span | None) -> dict[str, Maker]:
    return {
        "Action": constant("lambda:InvokeFunction", span),
        "FunctionName": function,
        "Principal": constant("apigateway.amazonaws.com", span),
        "SourceArn": expansion.arn("execute-api", api, path, span=span),
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
            mapping(span, **_invoke(expansion, this, function, "/authorizers/*", span)),
            presence=both(entry.presence, both(given(function), wanted)),
            span=span,
        )


def _usage_plan(expansion: Expansion, resource: Resource, properties: Value, stage_id: str) -> None:
    """Auth.UsagePlan: a usage plan with its key, of this API or shared by all APIs of the template."""
    plan = get(properties, "Auth", "UsagePlan")
    kind = as_text(get(plan, "CreateUsagePlan"))
    if kind not in {"PER_API", "SHARED"}:
        if isinstance(plan, Unknown):
            expansion.hide(resource, plan.reason, frozenset({"AWS::ApiGateway::UsagePlan"}))
        return
    prefix = resource.name if kind == "PER_API" else "Serverless"
    span = plan.span or resource.span
    plan_id, key_id = prefix + "UsagePlan", prefix + "ApiKey"
    this, stage = expansion.reference(resource.name, span=span), expansion.reference(stage_id, span=span)
    names = {name: name for name in ("UsagePlanName", "Description", "Quota", "Tags", "Throttle")}
    api_stage = mapping(span, ApiId=this, Stage=stage)
    made: tuple[tuple[str, str, dict[str, Maker]], ...] = (
        (plan_id, "AWS::ApiGateway::UsagePlan", {"ApiStages": listing(span, api_stage), **select(plan, names)}),
        (
            key_id,
            "AWS::ApiGateway::ApiKey",
            {
                "Enabled": constant(True, span),  # noqa: FBT003 - the value of the property
                "StageKeys": listing(span, mapping(span, RestApiId=this, StageName=stage)),
            },
        ),
        (
            plan_id + "Key",
            "AWS::ApiGateway::UsagePlanKey",
            {
                "KeyId": expansion.reference(key_id, span=span),
                "KeyType": constant("API_KEY", span),
                "UsagePlanId": expansion.reference(plan_id, span=span),
            },
        ),
    )
    for logical_id, type_name, entries in made:
        expansion.generate(resource, logical_id, type_name, mapping(span, **entries), span=span)
    expansion.stack.references[f"{resource.name}.UsagePlan"] = plan_id
    expansion.stack.references[f"{resource.name}.UsagePlanKey"] = plan_id + "Key"
    expansion.stack.references[f"{resource.name}.ApiKey"] = key_id


def _domain(
    expansion: Expansion,
    resource: Resource,
    properties: Value,
    prefix: str,
    build: Callable[[Expansion, Resource, Value, str], None],
) -> None:
    """A custom domain. Its logical id carries a hash of the name; without a plain name, the API's logical id."""
    domain = get(properties, "Domain")
    if is_false(given(domain)):
        return
    name = as_text(get(domain, "DomainName"))
    domain_id = prefix + (digest(name) if name else resource.name)
    build(expansion, resource, domain, domain_id)
    expansion.stack.references[f"{resource.name}.DomainName"] = domain_id


def _rest_domain(expansion: Expansion, resource: Resource, domain: Value, domain_id: str) -> None:
    span = domain.span or resource.span
    endpoint = get(domain, "EndpointConfiguration")
    kind = as_text(endpoint) or "REGIONAL"
    certificate = "RegionalCertificateArn" if kind == "REGIONAL" else "CertificateArn"
    private = kind == "PRIVATE"
    if private:
        domain_id = domain_id.replace("ApiGatewayDomainName", "ApiGatewayDomainNameV2", 1)
    entries: dict[str, Maker] = {
        "EndpointConfiguration": mapping(span, Types=listing(span, or_else(endpoint, constant("REGIONAL", span)))),
        **select(
            domain,
            {
                "DomainName": "DomainName",
                certificate: "CertificateArn",
                "SecurityPolicy": "SecurityPolicy",
                "MutualTlsAuthentication": "MutualTlsAuthentication",
                "OwnershipVerificationCertificateArn": "OwnershipVerificationCertificateArn",
            },
        ),
    }
    type_name = "AWS::ApiGateway::DomainNameV2" if private else "AWS::ApiGateway::DomainName"
    present = given(domain)
    expansion.generate(resource, domain_id, type_name, mapping(span, **entries), presence=present, span=span)
    mapping_type = "AWS::ApiGateway::BasePathMappingV2" if private else "AWS::ApiGateway::BasePathMapping"
    stage_id = expansion.stack.references.get(f"{resource.name}.Stage", "")
    for path in _base_paths(domain):
        plain = "".join(each for each in path if each.isalnum())
        base: dict[str, Maker] = {
            "DomainNameArn" if private else "DomainName": expansion.reference(domain_id, span=span),
            "RestApiId": expansion.reference(resource.name, span=span),
            "Stage": expansion.reference(stage_id, span=span),
        }
        if path:
            base["BasePath"] = constant(path if is_false(_normalised(domain)) else plain, span)
        expansion.generate(
            resource,
            f"{resource.name}{plain}BasePathMapping",
            mapping_type,
            mapping(span, **base),
            presence=present,
            span=span,
        )


def _normalised(domain: Value) -> Value:
    wanted = get(domain, "NormalizeBasePath")
    return Known(data=True) if isinstance(wanted, Absent) else switched_on(wanted)


def _base_paths(domain: Value) -> list[str]:
    paths = get(domain, "BasePath")
    items = as_sequence(paths)
    texts = [as_text(item) for item in ([paths] if items is None else items)]
    return [text for text in texts if text] or [""]


def _http_domain(expansion: Expansion, resource: Resource, domain: Value, domain_id: str) -> None:
    span = domain.span or resource.span
    names = {
        "CertificateArn": "CertificateArn",
        "SecurityPolicy": "SecurityPolicy",
        "OwnershipVerificationCertificateArn": "OwnershipVerificationCertificateArn",
    }
    kind = or_else(get(domain, "EndpointConfiguration"), constant("REGIONAL", span))
    configuration = mapping(span, EndpointType=kind, **select(domain, names))
    entries: dict[str, Maker] = {
        "DomainNameConfigurations": listing(span, configuration),
        **select(domain, {"DomainName": "DomainName", "MutualTlsAuthentication": "MutualTlsAuthentication"}),
    }
    present = given(domain)
    expansion.generate(
        resource, domain_id, "AWS::ApiGatewayV2::DomainName", mapping(span, **entries), presence=present, span=span
    )
    stage_id = expansion.stack.references.get(f"{resource.name}.Stage", "")
    for path in _base_paths(domain):
        plain = "".join(each for each in path if each.isalnum())
        base: dict[str, Maker] = {
            "DomainName": expansion.reference(domain_id, span=span),
            "ApiId": expansion.reference(resource.name, span=span),
            "Stage": expansion.reference(stage_id, span=span),
        }
        if path:
            base["ApiMappingKey"] = constant(path if is_false(_normalised(domain)) else plain, span)
        expansion.generate(
            resource,
            f"{resource.name}{plain}ApiMapping",
            "AWS::ApiGatewayV2::ApiMapping",
            mapping(span, **base),
            presence=present,
            span=span,
        )
