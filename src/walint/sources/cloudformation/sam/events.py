"""Event sources that call a function: rules, subscriptions, buckets, APIs... and the permission that each needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from walint.model.value import Absent, Alternatives, Known, Unknown, Value
from walint.records import NamedTuple, replace
from walint.sources.cloudformation.sam.compose import (
    Lazy,
    Maker,
    as_mapping,
    as_sequence,
    as_text,
    constant,
    get,
    listing,
    mapping,
    over,
    passed_on,
    pick,
    pieces,
    select,
)
from walint.sources.cloudformation.sam.expansion import Entry, Prefixed
from walint.sources.cloudformation.sam.identifiers import hashed_id
from walint.sources.cloudformation.sam.presence import (
    both,
    given,
    is_false,
    negated,
    provided,
    whether,
)
from walint.sources.cloudformation.sam.roles import queue_access
from walint.sources.cloudformation.sam.rules import RULE_NAMES, SCHEDULE_NAMES, generate_rule, scheduler_schedule
from walint.sources.cloudformation.sam.streams import STREAMS, expand_stream, queue_mapping

if TYPE_CHECKING:
    from walint.model.span import Span
    from walint.sources.cloudformation.sam.expansion import Expansion
    from walint.sources.cloudformation.sam.function import Target
    from walint.sources.cloudformation.sam.implicit import ImplicitApis


class Event(NamedTuple):
    """One event source of a function or state machine."""

    name: str
    """As written under Events."""
    kind: str
    properties: Value
    presence: Value
    span: Span | None
    target: Target

    @property
    def logical_id(self) -> str:
        """What SAM calls the main resource of the event."""
        return self.target.owner.name + self.name

    def dialect(self, **renamed: str) -> Prefixed:
        """How the user speaks of the event's properties."""
        return Prefixed(f"Events.{self.name}.Properties.", renamed)


def events_of(expansion: Expansion, target: Target, properties: Value) -> Iterator[Event]:
    """The event sources in the order of the template. One whose type cannot be told is noted as unseen."""
    owner = target.owner
    for entry in expansion.entries(owner, get(properties, "Events"), "event"):
        yield from _by_kind(expansion, target, entry)


def _by_kind(expansion: Expansion, target: Target, entry: Entry) -> Iterator[Event]:
    kinds = _kinds(get(entry.value, "Type"))
    if None in kinds:
        expansion.hide(target.owner, f"the type of event {entry.name} cannot be told")
    span = entry.value.span or target.owner.span
    for kind in kinds:
        if kind is not None:
            presence = entry.presence
            if len(kinds) > 1:
                presence = both(presence, _is_kind(get(entry.value, "Type"), kind))
            yield Event(entry.name, kind, get(entry.value, "Properties"), presence, span, target)


def _kinds(value: Value) -> list[str | None]:
    if isinstance(value, Alternatives):
        found = dict.fromkeys(kind for choice in value.choices for kind in _kinds(choice.value))
        return list(found)
    if isinstance(value, Absent):
        return []
    return [as_text(value)]


def _is_kind(value: Value, kind: str) -> Value:
    return whether(value, lambda each: Known(as_text(each) == kind))


def permission(
    expansion: Expansion,
    event: Event,
    principal: str,
    *,
    suffix: str = "",
    logical_id: str | None = None,
    more: Mapping[str, Maker] | None = None,
) -> None:
    """Lets an AWS service invoke the function."""
    entries: dict[str, Maker] = {
        "Action": constant("lambda:InvokeFunction", event.span),
        "FunctionName": event.target.name,
        "Principal": constant(principal, event.span),
        **(more or {}),
    }
    expansion.generate(
        event.target.owner,
        logical_id or hashed_id(event.logical_id + "Permission", suffix),
        "AWS::Lambda::Permission",
        mapping(event.span, **entries),
        presence=event.presence,
        span=event.span,
    )


def _schedule(expansion: Expansion, event: Event) -> None:
    rule = generate_rule(expansion, event, SCHEDULE_NAMES, "LambdaTarget")
    permission(expansion, event, "events.amazonaws.com", more={"SourceArn": rule})


def _rule(expansion: Expansion, event: Event) -> None:
    rule = generate_rule(expansion, event, RULE_NAMES, "LambdaTarget")
    permission(expansion, event, "events.amazonaws.com", more={"SourceArn": rule})


def _schedule_v2(expansion: Expansion, event: Event) -> None:
    scheduler_schedule(expansion, event, "lambda:InvokeFunction", "LambdaPolicy")


def _sns(expansion: Expansion, event: Event) -> None:
    queued = get(event.properties, "SqsSubscription")
    through_queue = given(queued)
    topic = get(event.properties, "Topic")
    direct = event._replace(presence=both(event.presence, negated(through_queue)))
    owner, span = event.target.owner, event.span
    if not is_false(direct.presence):
        permission(expansion, direct, "sns.amazonaws.com", more={"SourceArn": topic})
    endpoint: Value = event.target.arn
    protocol: Value = constant("lambda", span)
    if not is_false(through_queue):
        existing = as_mapping(queued) is not None
        within = event._replace(presence=both(event.presence, through_queue))
        queue_id = event.logical_id + "Queue"
        queue: Value = get(queued, "QueueArn") if existing else expansion.reference(queue_id, "Arn", span)
        url: Value = get(queued, "QueueUrl") if existing else expansion.reference(queue_id, "Ref", span)
        if not existing:
            fifo = _fifo(expansion, topic)
            properties = mapping(span) if isinstance(fifo, Absent) else mapping(span, FifoQueue=fifo)
            expansion.generate(owner, queue_id, "AWS::SQS::Queue", properties, presence=within.presence, span=span)
        policy_id = as_text(get(queued, "QueuePolicyLogicalId")) or event.logical_id + "QueuePolicy"
        policy: dict[str, Maker] = {
            "PolicyDocument": queue_access(queue, Known("*"), topic, span),
            "Queues": listing(span, url),
        }
        expansion.generate(
            owner,
            policy_id,
            "AWS::SQS::QueuePolicy",
            mapping(span, **policy),
            presence=within.presence,
            span=span,
        )
        queue_mapping(expansion, within, queue, get(queued, "BatchSize") if existing else Absent())
        endpoint, protocol = queue, constant("sqs", span)
    names = ("Region", "FilterPolicy", "FilterPolicyScope", "RedrivePolicy")
    subscription: dict[str, Maker] = {
        "Protocol": protocol,
        "Endpoint": endpoint,
        "TopicArn": topic,
        **pick(event.properties, names),
    }
    expansion.generate(
        owner,
        event.logical_id,
        "AWS::SNS::Subscription",
        mapping(span, **subscription),
        presence=event.presence,
        span=span,
        dialect=event.dialect(TopicArn="Topic"),
    )


def _fifo(expansion: Expansion, topic: Value) -> Value:
    found = expansion.resources.get(expansion.target_of(topic) or "")
    return Absent() if found is None else get(found.properties, "FifoTopic")


def _bucket(expansion: Expansion, event: Event) -> None:
    account = expansion.pseudo("AWS::AccountId", event.span)
    permission(expansion, event, "s3.amazonaws.com", more={"SourceAccount": account})
    bucket_id = expansion.target_of(get(event.properties, "Bucket"))
    bucket = expansion.resources.get(bucket_id or "")
    if bucket is None:
        return
    configuration: dict[str, Maker] = {"Function": event.target.arn, **select(event.properties, {"Filter": "Filter"})}
    kinds = get(event.properties, "Events")
    items = as_sequence(kinds) or [kinds]
    present = both(event.target.owner.presence, event.presence)
    added = [
        provided(present, Known(Lazy({"Event": item, **configuration}), item.span or event.span)) for item in items
    ]
    properties = over(bucket.properties, lambda each: _notified(each, added))
    expansion.resources[bucket.name] = replace(bucket, properties=properties)


def _notified(properties: Value, added: list[Value]) -> Value:
    """A bucket's properties with more Lambda notifications."""
    if isinstance(properties, Unknown):
        return properties
    before = get(properties, "NotificationConfiguration")

    def configured() -> Value:
        lambdas = get(before, "LambdaConfigurations")
        known = as_sequence(lambdas)
        joined = lambdas if known is None and not isinstance(lambdas, Absent) else Known([*(known or ()), *added])
        return Known(Lazy({**passed_on(before, frozenset()), "LambdaConfigurations": joined}), before.span)

    entries = {**passed_on(properties, frozenset()), "NotificationConfiguration": configured}
    rest = properties.rest if isinstance(properties, Known) else None
    return Known(Lazy(entries), properties.span, "explicit", rest)


def _cognito(expansion: Expansion, event: Event) -> None:
    pool_id = expansion.target_of(get(event.properties, "UserPool"))
    target = event.target
    # SAM names the permission after the alias where there is one.
    prefix = expansion.target_of(target.name) or target.owner.name
    pool = expansion.resources.get(pool_id or "")
    source = expansion.reference(pool.name, "Arn", event.span) if pool else get(event.properties, "UserPool")
    permission(
        expansion,
        event,
        "cognito-idp.amazonaws.com",
        logical_id=prefix + "CognitoPermission",
        more={"SourceArn": source},
    )
    if pool is None:
        return
    triggers = get(event.properties, "Trigger")
    names = [as_text(item) for item in as_sequence(triggers) or [triggers]]
    before = get(pool.properties, "LambdaConfig")
    config: dict[str, Maker] = {
        **passed_on(before, frozenset()),
        **{name: provided(event.presence, target.arn) for name in names if name},
    }
    rest = pool.properties.rest if isinstance(pool.properties, Known) else None
    entries: dict[str, Maker] = {
        **passed_on(pool.properties, frozenset()),
        "LambdaConfig": Known(Lazy(config), before.span),
    }
    properties = Known(Lazy(entries), pool.properties.span, "explicit", rest)
    expansion.resources[pool.name] = replace(pool, properties=properties)


def _logs(expansion: Expansion, event: Event) -> None:
    group = get(event.properties, "LogGroupName")
    shown = pieces(group)
    source = expansion.arn("logs", "log-group:", *shown, ":*", span=event.span)
    permission(expansion, event, "logs.amazonaws.com", more={"SourceArn": source})
    names = {name: name for name in ("LogGroupName", "FilterPattern")}
    entries: dict[str, Maker] = {"DestinationArn": event.target.arn, **select(event.properties, names)}
    expansion.generate(
        event.target.owner,
        event.logical_id,
        "AWS::Logs::SubscriptionFilter",
        mapping(event.span, **entries),
        presence=event.presence,
        span=event.span,
        dialect=event.dialect(),
    )


def _iot(expansion: Expansion, event: Event) -> None:
    rule = expansion.reference(event.logical_id, "Ref", event.span)
    source = expansion.arn("iot", "rule/", rule, span=event.span)
    account = expansion.pseudo("AWS::AccountId", event.span)
    permission(expansion, event, "iot.amazonaws.com", more={"SourceArn": source, "SourceAccount": account})
    action = mapping(event.span, Lambda=mapping(event.span, FunctionArn=event.target.arn))
    payload: dict[str, Maker] = {
        "RuleDisabled": Known(data=False),
        "Actions": listing(event.span, action),
        **select(event.properties, {"Sql": "Sql", "AwsIotSqlVersion": "AwsIotSqlVersion"}),
    }
    expansion.generate(
        event.target.owner,
        event.logical_id,
        "AWS::IoT::TopicRule",
        mapping(event.span, TopicRulePayload=mapping(event.span, **payload)),
        presence=event.presence,
        span=event.span,
    )


def _alexa(expansion: Expansion, event: Event) -> None:
    token = select(event.properties, {"EventSourceToken": "SkillId"})
    permission(expansion, event, "alexa-appkit.amazon.com", more=token)


_PUSH: dict[str, Callable[[Expansion, Event], None]] = {
    "AlexaSkill": _alexa,
    "CloudWatchEvent": _rule,
    "CloudWatchLogs": _logs,
    "Cognito": _cognito,
    "EventBridgeRule": _rule,
    "IoTRule": _iot,
    "S3": _bucket,
    "SNS": _sns,
    "Schedule": _schedule,
    "ScheduleV2": _schedule_v2,
    **dict.fromkeys(STREAMS, expand_stream),
}


def expand_events(expansion: Expansion, target: Target, properties: Value, apis: ImplicitApis) -> None:
    """Makes what the event sources of a function become; those of an API are told to `apis` as well."""
    events = list(events_of(expansion, target, properties))
    covered = apis.covered_by(events)
    for event in events:
        if event.kind in {"Api", "HttpApi"}:
            suffix = apis.note(event)
            redundant = event.kind == "HttpApi" and apis.api_of(event) in covered and not apis.is_default_route(event)
            if suffix is not None and not redundant:
                source = apis.invocations(event)
                permission(expansion, event, "apigateway.amazonaws.com", suffix=suffix, more={"SourceArn": source})
        elif event.kind in _PUSH:
            _PUSH[event.kind](expansion, event)
        else:
            expansion.hide(target.owner, f"events of type {event.kind} are not known to walint")
