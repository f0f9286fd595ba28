"""AWS::Serverless::StateMachine: the state machine, its role, version, alias and event sources."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from walint.model.value import Absent, Known, Unknown, Value
from walint.sources.cloudformation.sam.compose import (
    Lazy,
    Maker,
    as_text,
    get,
    listing,
    mapping,
    or_else,
    over,
    passed_on,
    select,
    stored,
    tag_list,
)
from walint.sources.cloudformation.sam.events import Event, events_of
from walint.sources.cloudformation.sam.function import Target
from walint.sources.cloudformation.sam.presence import (
    both,
    given,
    is_false,
    is_set,
    is_true,
    negated,
    provided,
    switched_on,
)
from walint.sources.cloudformation.sam.roles import RoleParts, generate_role, managed_policy, statement, trust
from walint.sources.cloudformation.sam.rules import RULE_NAMES, SCHEDULE_NAMES, generate_rule, scheduler_schedule

if TYPE_CHECKING:
    from walint.model.resource import Resource
    from walint.sources.cloudformation.sam.expansion import Expansion
    from walint.sources.cloudformation.sam.implicit import ImplicitApis

_NAMES = {
    "LoggingConfiguration": "Logging",
    "TracingConfiguration": "Tracing",
    "StateMachineName": "Name",
    "StateMachineType": "Type",
    "RoleArn": "Role",
    "Definition": "Definition",
    "DefinitionSubstitutions": "DefinitionSubstitutions",
}
_DIALECT = {new: old for new, old in _NAMES.items() if new != old} | {"DefinitionS3Location": "DefinitionUri"}


def expand_state_machine(expansion: Expansion, resource: Resource, properties: Value, apis: ImplicitApis) -> None:
    """Makes what a state machine becomes."""
    machine = expansion.written(
        resource,
        "AWS::StepFunctions::StateMachine",
        over(properties, lambda each: _properties(expansion, resource, each)),
        _DIALECT,
    )
    if isinstance(properties, Unknown):
        expansion.hide(machine, properties.reason)
        return
    parts = RoleParts()
    traced = switched_on(get(properties, "Tracing", "Enabled"))
    if not is_false(traced):
        span = get(properties, "Tracing").span or machine.span
        parts.from_events.append(provided(traced, managed_policy("AWSXrayWriteOnlyAccess", span)))
    generate_role(expansion, machine, properties, "states.amazonaws.com", parts, "stateMachine:createdBy")
    alias_id = _publish(expansion, machine, properties)
    through_alias = alias_id is not None and is_true(switched_on(get(properties, "UseAliasAsEventTarget")))
    # The ARN of a state machine, and of its alias, is what Ref gives.
    this = expansion.reference(alias_id if alias_id is not None and through_alias else machine.name)
    target = Target(machine, this, this, parts)
    for event in events_of(expansion, target, properties):
        handler = _EVENTS.get(event.kind)
        if event.kind == "Api":
            apis.note(event)
            _event_role(expansion, event, "apigateway.amazonaws.com", properties)
        elif handler is not None:
            handler(expansion, event, properties)
        else:
            expansion.hide(machine, f"events of type {event.kind} are not known to walint")


def _properties(expansion: Expansion, machine: Resource, value: Value) -> Value:
    if not isinstance(value, Known):
        return value
    entries = select(value, _NAMES)
    entries["RoleArn"] = lambda: or_else(
        get(value, "Role"), expansion.reference(machine.name + "Role", "Arn", value.span)
    )
    entries["Tags"] = lambda: tag_list(get(value, "Tags"), ("stateMachine:createdBy", "SAM"))
    uri = get(value, "DefinitionUri")
    if not isinstance(uri, Absent):
        entries["DefinitionS3Location"] = stored(uri, ("Bucket", "Key", "Version"), "definition")
    return Known(Lazy(entries), value.span, value.origin, value.rest)


def _publish(expansion: Expansion, machine: Resource, properties: Value) -> str | None:
    name = get(properties, "AutoPublishAlias")
    presence = given(name)
    if is_false(presence):
        return None
    span = name.span or machine.span
    version_id = machine.name + "Version"
    alias_id = f"{machine.name}Alias{as_text(name) or ''}"
    retained = {
        attribute: Known("Retain", span)
        for attribute in ("DeletionPolicy", "UpdateReplacePolicy")
        if attribute not in machine.attributes
    }
    version: dict[str, Maker] = {
        "StateMachineArn": expansion.reference(machine.name, span=span),
        "StateMachineRevisionId": expansion.reference(machine.name, "StateMachineRevisionId", span),
    }
    expansion.generate(
        machine,
        version_id,
        "AWS::StepFunctions::StateMachineVersion",
        mapping(span, **version),
        presence=presence,
        span=span,
        attributes=retained,
    )
    preference = get(properties, "DeploymentPreference")
    newest = expansion.reference(version_id, span=span)
    all_at_once = mapping(span, Type=Known("ALL_AT_ONCE", span), StateMachineVersionArn=newest)

    def shifting(value: Value) -> Value:
        if is_false(given(value)):
            return all_at_once
        if not isinstance(value, Known):
            return value
        entries: dict[str, Maker] = {**passed_on(value, frozenset()), "StateMachineVersionArn": newest}
        return Known(Lazy(entries), value.span, value.origin, value.rest)

    expansion.generate(
        machine,
        alias_id,
        "AWS::StepFunctions::StateMachineAlias",
        mapping(span, Name=name, DeploymentPreference=over(preference, shifting)),
        presence=presence,
        span=span,
        dialect={"Name": "AutoPublishAlias"},
    )
    return alias_id


def _event_role(expansion: Expansion, event: Event, service: str, properties: Value) -> None:
    """The role with which a service starts the state machine."""
    role_id = event.logical_id + "Role"
    allow = statement("states:StartExecution", event.target.arn, event.span)
    policy = mapping(event.span, PolicyName=Known(role_id + "StartExecutionPolicy"), PolicyDocument=allow)
    entries: dict[str, Maker] = {
        "AssumeRolePolicyDocument": trust(service, event.span),
        "Policies": listing(event.span, policy),
        **select(properties, {"PermissionsBoundary": "PermissionsBoundary"}),
    }
    expansion.generate(
        event.target.owner,
        role_id,
        "AWS::IAM::Role",
        mapping(event.span, **entries),
        presence=event.presence,
        span=event.span,
    )


def _rule(expansion: Expansion, event: Event, properties: Value) -> None:
    role = expansion.reference(event.logical_id + "Role", "Arn", event.span)
    generate_rule(expansion, event, RULE_NAMES, "StepFunctionsTarget", RoleArn=role)
    _event_role(expansion, event, "events.amazonaws.com", properties)


def _schedule(expansion: Expansion, event: Event, properties: Value) -> None:
    own = get(event.properties, "RoleArn")
    role = or_else(own, expansion.reference(event.logical_id + "Role", "Arn", event.span))
    generate_rule(expansion, event, SCHEDULE_NAMES, "StepFunctionsTarget", RoleArn=role)
    needed = event._replace(presence=both(event.presence, negated(is_set(own))))
    _event_role(expansion, needed, "events.amazonaws.com", properties)


def _schedule_v2(expansion: Expansion, event: Event, properties: Value) -> None:  # noqa: ARG001 - one signature for all
    scheduler_schedule(expansion, event, "states:StartExecution", "StartExecutionPolicy")


_EVENTS: dict[str, Callable[[Expansion, Event, Value], None]] = {
    "CloudWatchEvent": _rule,
    "EventBridgeRule": _rule,
    "Schedule": _schedule,
    "ScheduleV2": _schedule_v2,
}
