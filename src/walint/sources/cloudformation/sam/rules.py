"""EventBridge rules and Scheduler schedules: their targets, dead-letter queues and roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from walint.model.value import Absent, Known, Reference, Unknown, Value
from walint.sources.cloudformation.sam.compose import (
    Maker,
    as_text,
    constant,
    get,
    listing,
    mapping,
    or_else,
    over,
    passed_on,
    pick,
    select,
)
from walint.sources.cloudformation.sam.identifiers import target_id
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
from walint.sources.cloudformation.sam.roles import queue_access, statement, trust

if TYPE_CHECKING:
    from walint.sources.cloudformation.sam.events import Event
    from walint.sources.cloudformation.sam.expansion import Expansion


def dead_letters(expansion: Expansion, event: Event, source: Reference | None) -> Value:
    """The ARN of a rule's or schedule's dead-letter queue; SAM makes the queue where only its type is given."""
    config = get(event.properties, "DeadLetterConfig")
    arn = get(config, "Arn")
    missing = both(is_set(config), negated(is_set(arn)))
    if is_false(missing):
        return arn
    queue_id = as_text(get(config, "QueueLogicalId")) or event.logical_id + "Queue"
    queue = expansion.reference(queue_id, "Arn", config.span)
    presence = both(event.presence, missing)
    owner, span = event.target.owner, config.span or event.span
    expansion.generate(owner, queue_id, "AWS::SQS::Queue", mapping(span), presence=presence, span=span)
    if source is not None:
        policy: dict[str, Maker] = {
            "PolicyDocument": queue_access(queue, mapping(span, Service=Known("events.amazonaws.com")), source, span),
            "Queues": listing(span, expansion.reference(queue_id, "Ref", span)),
        }
        policy_id = event.logical_id + "QueuePolicy"
        expansion.generate(
            owner, policy_id, "AWS::SQS::QueuePolicy", mapping(span, **policy), presence=presence, span=span
        )
    return or_else(arn, queue)


def rule_target(expansion: Expansion, event: Event, rule: Reference, suffix: str, **more: Maker) -> Value:
    """The target of a rule: the function or state machine, with its dead-letter queue and retries."""
    properties = event.properties
    own_id = get(properties, "Target", "Id")
    entries: dict[str, Maker] = {
        "Arn": event.target.arn,
        "Id": or_else(own_id, constant(target_id(event.logical_id, suffix), event.span)),
        **more,
        **pick(properties, ("Input", "InputPath", "RetryPolicy", "InputTransformer")),
    }
    config = get(properties, "DeadLetterConfig")
    if not isinstance(config, Absent):
        entries["DeadLetterConfig"] = provided(
            given(config), mapping(config.span, Arn=dead_letters(expansion, event, rule))
        )
    return mapping(event.span, **entries)


def rule_state(properties: Value) -> dict[str, Maker]:
    """`State`, or `Enabled` in its words."""
    enabled = get(properties, "Enabled")
    if isinstance(enabled, Absent):
        return select(properties, {"State": "State"})
    return {"State": over(enabled, _state)}


def _state(enabled: Value) -> Value:
    if isinstance(enabled, Unknown | Absent):
        return enabled
    return Known("ENABLED" if is_true(switched_on(enabled)) else "DISABLED", enabled.span)


def generate_rule(expansion: Expansion, event: Event, names: dict[str, str], suffix: str, **target: Maker) -> Reference:
    """Makes an EventBridge rule; `names` are its properties under the names that the event gives them."""
    rule = expansion.reference(event.logical_id, "Arn", event.span)
    entries: dict[str, Maker] = {
        "Targets": listing(event.span, rule_target(expansion, event, rule, suffix, **target)),
        **select(event.properties, names),
        **rule_state(event.properties),
    }
    expansion.generate(
        event.target.owner,
        event.logical_id,
        "AWS::Events::Rule",
        mapping(event.span, **entries),
        presence=event.presence,
        span=event.span,
        dialect=event.dialect(**names, Targets="Target"),
    )
    return rule


SCHEDULE_NAMES = {"ScheduleExpression": "Schedule", "Name": "Name", "Description": "Description"}
RULE_NAMES = {"EventPattern": "Pattern", "EventBusName": "EventBusName", "Name": "RuleName"}


def scheduler_schedule(expansion: Expansion, event: Event, action: str, policy_name: str) -> None:
    """ScheduleV2: an EventBridge Scheduler schedule and the role that it runs with."""
    properties, span, owner = event.properties, event.span, event.target.owner
    queue = dead_letters(expansion, event, None)
    role_id = event.logical_id + "Role"
    role_arn = get(properties, "RoleArn")
    target: dict[str, Maker] = {
        "Arn": event.target.arn,
        "RoleArn": or_else(role_arn, expansion.reference(role_id, "Arn", span)),
        **select(properties, {"Input": "Input", "RetryPolicy": "RetryPolicy"}),
    }
    config = get(properties, "DeadLetterConfig")
    if not isinstance(config, Absent):
        target["DeadLetterConfig"] = provided(is_set(config), mapping(config.span, Arn=queue))
    not_passed = frozenset({"PermissionsBoundary", "RoleArn", "DeadLetterConfig", "RetryPolicy", "Input", "OmitName"})
    entries: dict[str, Maker] = {
        "FlexibleTimeWindow": mapping(span, Mode=Known("OFF", span)),
        **passed_on(properties, not_passed),
        "Target": mapping(span, **target),
    }
    if is_false(given(get(properties, "OmitName"))):
        entries["Name"] = or_else(get(properties, "Name"), constant(event.logical_id, span))
    expansion.generate(
        owner,
        event.logical_id,
        "AWS::Scheduler::Schedule",
        mapping(span, **entries),
        presence=event.presence,
        span=span,
        dialect=event.dialect(**{f"Target.{name}": name for name in ("DeadLetterConfig", "RetryPolicy", "RoleArn")}),
    )
    policies = [_policy(event.logical_id + policy_name, statement(action, event.target.arn, span))]
    if not isinstance(config, Absent):
        policies.append(_policy(event.logical_id + "SQSPolicy", statement("sqs:SendMessage", queue, span)))
    role: dict[str, Maker] = {
        "AssumeRolePolicyDocument": trust("scheduler.amazonaws.com", span),
        "Policies": listing(span, *policies),
        **select(properties, {"PermissionsBoundary": "PermissionsBoundary"}),
    }
    presence = both(event.presence, negated(is_set(role_arn)))
    expansion.generate(owner, role_id, "AWS::IAM::Role", mapping(span, **role), presence=presence, span=span)


def _policy(name: str, document: Value) -> Value:
    return mapping(document.span, PolicyName=Known(name), PolicyDocument=document)
