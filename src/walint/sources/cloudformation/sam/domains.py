"""Custom domains of APIs, and the usage plans of REST APIs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from walint.model.value import Absent, Known, Reference, Unknown, Value
from walint.records import replace
from walint.sources.cloudformation.sam.compose import (
    Lazy,
    Maker,
    as_sequence,
    as_text,
    constant,
    get,
    listing,
    mapping,
    or_else,
    passed_on,
    pick,
    select,
)
from walint.sources.cloudformation.sam.expansion import PASSED_ON, stronger_policy
from walint.sources.cloudformation.sam.identifiers import digest
from walint.sources.cloudformation.sam.presence import either, given, is_false, provided, switched_on

if TYPE_CHECKING:
    from walint.model.resource import Resource
    from walint.sources.cloudformation.sam.expansion import Expansion


def rest_domain(expansion: Expansion, resource: Resource, properties: Value) -> None:
    """The custom domain of a REST API and its base path mappings."""
    domain = get(properties, "Domain")
    if not is_false(given(domain)):
        private = as_text(get(domain, "EndpointConfiguration")) == "PRIVATE"
        domain_id = _domain_id(resource, domain, "ApiGatewayDomainName" + ("V2" if private else ""))
        _rest_domain(expansion, resource, domain, domain_id)


def http_domain(expansion: Expansion, resource: Resource, properties: Value, tags: Value) -> None:
    """The custom domain of an HTTP or WebSocket API and its API mappings."""
    domain = get(properties, "Domain")
    if not is_false(given(domain)):
        _http_domain(expansion, resource, domain, _domain_id(resource, domain, "ApiGatewayDomainNameV2"), tags)


def _domain_id(resource: Resource, domain: Value, prefix: str) -> str:
    """The logical id of a domain: SAM hashes the name as written. Where that is lost, the API's name stands in."""
    match get(domain, "DomainName"):
        case Known(data=str() as name):
            return prefix + digest(name)
        case Unknown(symbol=str() as symbol) if (name := symbol.rpartition("#")[2]).replace("::", "").isalnum():
            return prefix + digest(f'{{"Ref":"{name}"}}')
        case Reference(target=target, attribute="Ref"):
            return prefix + digest(f'{{"Ref":"{target.rpartition("#")[2]}"}}')
        case _:
            return prefix + resource.name


def _rest_domain(expansion: Expansion, resource: Resource, domain: Value, domain_id: str) -> None:
    span = domain.span or resource.span
    endpoint = get(domain, "EndpointConfiguration")
    kind = as_text(endpoint) or "REGIONAL"
    certificate = "RegionalCertificateArn" if kind == "REGIONAL" else "CertificateArn"
    private = kind == "PRIVATE"
    expansion.stack.references[f"{resource.name}.DomainName"] = domain_id
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


def _http_domain(expansion: Expansion, resource: Resource, domain: Value, domain_id: str, tags: Value) -> None:
    span = domain.span or resource.span
    expansion.stack.references[f"{resource.name}.DomainName"] = domain_id
    names = {
        "CertificateArn": "CertificateArn",
        "SecurityPolicy": "SecurityPolicy",
        "OwnershipVerificationCertificateArn": "OwnershipVerificationCertificateArn",
    }
    kind = or_else(get(domain, "EndpointConfiguration"), constant("REGIONAL", span))
    configuration = mapping(span, EndpointType=kind, **select(domain, names))
    entries: dict[str, Maker] = {
        "DomainNameConfigurations": listing(span, configuration),
        **({} if isinstance(tags, Absent) else {"Tags": tags}),
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
            base["ApiMappingKey"] = constant(path.strip("/"), span)
        expansion.generate(
            resource,
            f"{resource.name}{plain}ApiMapping",
            "AWS::ApiGatewayV2::ApiMapping",
            mapping(span, **base),
            presence=present,
            span=span,
        )


def generate_usage_plan(expansion: Expansion, resource: Resource, properties: Value, stage_id: str) -> None:
    """Auth.UsagePlan: a usage plan with its key, of this API or shared by all APIs of the template."""
    plan = get(properties, "Auth", "UsagePlan")
    kind = as_text(get(plan, "CreateUsagePlan"))
    if kind not in {"PER_API", "SHARED"}:
        if isinstance(plan, Unknown):
            expansion.hide(resource, plan.reason, frozenset({_USAGE_PLAN}))
        return
    span = plan.span or resource.span
    prefix = resource.name if kind == "PER_API" else "Serverless"
    plan_id, key_id = prefix + "UsagePlan", prefix + "ApiKey"
    this, stage = expansion.reference(resource.name, span=span), expansion.reference(stage_id, span=span)
    api_stage = mapping(span, ApiId=this, Stage=stage)
    stage_key = mapping(span, RestApiId=this, StageName=stage)
    if kind == "SHARED" and plan_id in expansion.resources:
        _share(expansion, resource, plan_id, "ApiStages", api_stage)
        _share(expansion, resource, key_id, "StageKeys", stage_key)
        _share(expansion, resource, plan_id + "Key", "", api_stage)
        return
    names = ("UsagePlanName", "Description", "Quota", "Tags", "Throttle")
    made: tuple[tuple[str, str, dict[str, Maker]], ...] = (
        (plan_id, _USAGE_PLAN, {"ApiStages": listing(span, api_stage), **pick(plan, names)}),
        (
            key_id,
            "AWS::ApiGateway::ApiKey",
            {"Enabled": Known(True, span), "StageKeys": listing(span, stage_key)},  # noqa: FBT003 - the property's value
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


def _share(expansion: Expansion, api: Resource, logical_id: str, name: str, item: Value) -> None:
    """Adds one more API to a part of the shared usage plan, which exists if any of its APIs does."""
    shared = expansion.resources[logical_id]
    entries = passed_on(shared.properties, frozenset())
    if name:
        items = as_sequence(get(shared.properties, name)) or ()
        entries[name] = Known((*items, provided(api.presence, item)))
    attributes = dict(shared.attributes)
    for policy in PASSED_ON:
        if policy in api.attributes:
            attributes[policy] = stronger_policy(attributes.get(policy), api.attributes[policy])
    expansion.resources[logical_id] = replace(
        shared,
        properties=Known(Lazy(entries), shared.properties.span),
        attributes=attributes,
        presence=either(shared.presence, api.presence),
    )


_USAGE_PLAN = "AWS::ApiGateway::UsagePlan"
