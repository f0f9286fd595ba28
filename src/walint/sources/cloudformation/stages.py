"""The stage that an `AWS::ApiGateway::Deployment` with a StageName creates, as a resource of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from walint.model.resource import Resource
from walint.model.value import Absent, Known, Reference, Unknown, Value
from walint.sources.cloudformation.texts import canonical

_DEPLOYMENT = "AWS::ApiGateway::Deployment"
_STAGE = "AWS::ApiGateway::Stage"

_SHARED = (
    "AccessLogSetting", "CacheClusterEnabled", "CacheClusterSize", "CanarySetting", "ClientCertificateId",
    "Description", "DocumentationVersion", "MethodSettings", "Tags", "TracingEnabled", "Variables",
)  # fmt: skip
"""Properties that StageDescription and a stage have in common."""

_FOR_ALL_METHODS = (
    "CacheDataEncrypted", "CacheTtlInSeconds", "CachingEnabled", "DataTraceEnabled", "LoggingLevel", "MetricsEnabled",
    "ThrottlingBurstLimit", "ThrottlingRateLimit",
)  # fmt: skip
"""Properties of StageDescription that are, on a stage, settings of the method `*` of the path `/*`.

Source: the CloudFormation reference of AWS::ApiGateway::Deployment StageDescription.
"""


def stages_of(resources: Sequence[Resource]) -> Iterator[Resource]:
    """The stages that the deployments among the resources create and that nobody declares beside them."""
    deployments = [resource for resource in resources if resource.type == _DEPLOYMENT]
    if not deployments:
        return
    known = {_identity(resource) for resource in resources if resource.type == _STAGE}
    for deployment in deployments:
        properties = _data(deployment.properties)
        name = properties.get("StageName")
        identity = _identity(deployment)
        if name is None or isinstance(name, Absent) or (identity in known and None not in identity):
            continue
        known.add(identity)
        yield _stage(deployment, properties)


def _identity(resource: Resource) -> tuple[str | None, str | None]:
    """The API and the name of a stage, in a form that can be compared."""
    properties = _data(resource.properties)
    return tuple(canonical(properties.get(name) or Absent()) for name in ("RestApiId", "StageName"))  # type: ignore[return-value]


def _data(value: Value) -> Mapping[str, Value]:
    return value.data if isinstance(value, Known) and isinstance(value.data, Mapping) else {}


def _stage(deployment: Resource, properties: Mapping[str, Value]) -> Resource:
    description = properties.get("StageDescription")
    entries: dict[str, Value] = {name: properties[name] for name in ("RestApiId", "StageName") if name in properties}
    entries["DeploymentId"] = Reference(deployment.key)
    rest: Unknown | None = None
    dialect: dict[str, str] = {name: f"StageDescription.{name}" for name in _SHARED}
    if isinstance(description, Known) and isinstance(description.data, Mapping):
        rest = description.rest
        entries.update({name: description.data[name] for name in _SHARED if name in description.data})
        settings = _method_settings(description, description.data)
        if settings is not None:
            entries["MethodSettings"] = settings
    elif description is not None and not isinstance(description, Absent):
        reason = description.reason if isinstance(description, Unknown) else "StageDescription depends on a condition"
        rest = Unknown(reason, description.span)
    return Resource(
        key=f"{deployment.key}.Stage",
        type=_STAGE,
        address=f"{deployment.address}.Stage",
        name=deployment.name,
        source=deployment.source,
        unit=deployment.unit,
        properties=Known(entries, deployment.span, "explicit", rest),
        span=deployment.span,
        attributes={**deployment.attributes, "DeclaredType": Known(_DEPLOYMENT, deployment.span)},
        presence=deployment.presence,
        dialect=dialect,
        exempt=deployment.exempt,
        generated=True,
        construct_path=deployment.construct_path,
        account=deployment.account,
        region=deployment.region,
        ignores=deployment.ignores,
    )


def _method_settings(description: Known, data: Mapping[str, Value]) -> Value | None:
    """The method settings of the stage: those written, and one for all methods from the properties beside them."""
    general = {name: data[name] for name in _FOR_ALL_METHODS if name in data}
    written = data.get("MethodSettings")
    if not general:
        return written
    if written is not None and not (isinstance(written, Known) and isinstance(written.data, Sequence)):
        return written
    path = {"ResourcePath": Known("/*", description.span), "HttpMethod": Known("*", description.span)}
    items = list(written.data) if isinstance(written, Known) and isinstance(written.data, Sequence) else []
    return Known([Known({**path, **general}, description.span), *items], description.span)  # type: ignore[list-item]
