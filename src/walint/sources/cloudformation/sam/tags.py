"""PropagateTags: the tags of a SAM resource on everything that SAM makes out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from walint.model.value import Alternatives, Choice, Known, Unknown, Value
from walint.records import replace
from walint.sources.cloudformation.sam.compose import Lazy, as_mapping, get, over, passed_on, tag_list, tag_map
from walint.sources.cloudformation.sam.presence import both, given, is_false, switched_on

if TYPE_CHECKING:
    from walint.model.resource import Resource
    from walint.sources.cloudformation.sam.expansion import Expansion

_LISTED = frozenset(
    {
        "AWS::ApiGateway::ApiKey",
        "AWS::ApiGateway::DomainName",
        "AWS::ApiGateway::DomainNameV2",
        "AWS::ApiGateway::RestApi",
        "AWS::ApiGateway::Stage",
        "AWS::ApiGateway::UsagePlan",
        "AWS::CodeDeploy::DeploymentGroup",
        "AWS::IAM::Role",
        "AWS::IoT::TopicRule",
        "AWS::Lambda::CapacityProvider",
        "AWS::Lambda::Function",
        "AWS::SNS::Topic",
        "AWS::SQS::Queue",
        "AWS::StepFunctions::StateMachine",
    }
)
"""Types whose tags are a list of keys and values."""

_MAPPED = frozenset({"AWS::ApiGatewayV2::DomainName", "AWS::ApiGatewayV2::Stage"})
"""Types whose tags are a map. For HTTP APIs SAM sets them in any case, so this concerns WebSocket APIs."""


def propagation(properties: Value) -> tuple[Value, Value] | None:
    """Whether a resource hands its tags on, and the tags; None when it certainly does not."""
    data = as_mapping(properties)
    if data is not None and "PropagateTags" not in data:
        return None
    tags = get(properties, "Tags")
    wanted = both(switched_on(get(properties, "PropagateTags")), given(tags))
    return None if is_false(wanted) else (wanted, tags)


def propagate_tags(expansion: Expansion, web_sockets: frozenset[str]) -> None:
    """Puts tags on generated resources; `web_sockets` are the names of the WebSocket APIs."""
    for logical_id, resource in expansion.resources.items():
        handed_on = expansion.tags.get(resource.name)
        if handed_on is None:
            continue
        wanted, tags = handed_on
        if resource.type in _LISTED:
            expansion.resources[logical_id] = _tagged(resource, wanted, tag_list(tags))
        elif resource.type in _MAPPED and resource.name in web_sockets:
            expansion.resources[logical_id] = _tagged(resource, wanted, tag_map(tags, "websocketapi:createdBy"))


def _tagged(resource: Resource, wanted: Value, tags: Value) -> Resource:
    def retagged(value: Value) -> Value:
        if not isinstance(value, Known):
            return value
        chosen = _chosen(wanted, tags, get(value, "Tags"))
        entries = {**passed_on(value, frozenset()), "Tags": chosen}
        return Known(Lazy(entries), value.span, value.origin, value.rest)

    return replace(resource, properties=over(resource.properties, retagged))


def _chosen(wanted: Value, tags: Value, otherwise: Value) -> Value:
    match wanted:
        case Known(data=data):
            return tags if data else otherwise
        case Alternatives(choices, span):
            chosen = (Choice(each.given, _chosen(each.value, tags, otherwise)) for each in choices)
            return Alternatives(tuple(chosen), span)
        case Unknown(reason, span, _):
            return Unknown(reason, span)
        case _:
            return otherwise
