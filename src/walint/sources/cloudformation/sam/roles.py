"""The execution roles that SAM generates for functions, state machines and schedules."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from walint.model.value import Absent, Alternatives, Known, Reference, Text, Unknown, Value
from walint.records import dataclass, field
from walint.sources.cloudformation.sam.compose import (
    LazyList,
    Maker,
    as_mapping,
    as_sequence,
    constant,
    get,
    joined,
    later,
    listing,
    mapping,
    over,
    pieces,
    select,
    tag_list,
)
from walint.sources.cloudformation.sam.managed_policies import PATHS
from walint.sources.cloudformation.sam.presence import is_set, negated

if TYPE_CHECKING:
    from walint.model.resource import Resource
    from walint.model.span import Span
    from walint.sources.cloudformation.sam.expansion import Expansion

_ROLE = "AWS::IAM::Role"
_DIALECT = {
    "ManagedPolicyArns": "Policies",
    "Policies": "Policies",
    "AssumeRolePolicyDocument": "AssumeRolePolicyDocument",
    "Path": "RolePath",
    "PermissionsBoundary": "PermissionsBoundary",
}


@dataclass(slots=True)
class RoleParts:
    """What goes into a generated role; event sources add to it while the expansion goes on."""

    managed: list[Value] = field(default_factory=list)
    inline: list[tuple[str, Value]] = field(default_factory=list)
    """Policies that SAM writes itself, before the user's: name and document."""
    from_events: list[Value] = field(default_factory=list)
    """Managed policies that event sources ask for, after the user's."""
    from_events_inline: list[tuple[str, Value]] = field(default_factory=list)


def managed_policy(name: str, span: Span | None) -> Known:
    """The ARN of an AWS managed policy by its name, or by its path and name."""
    return constant(f"arn:aws:iam::aws:policy/{name}", span)


def statement(action: str, resource: Value, span: Span | None) -> Value:
    """A policy document that allows one action on one resource."""
    return mapping(span, Statement=listing(span, _allow(action, resource, span)))


def _allow(action: str, resource: Value, span: Span | None) -> Value:
    return mapping(span, Effect=Known("Allow"), Action=Known(action), Resource=resource)


def sending(kind: str, target: Value, span: Span | None) -> tuple[str, Value] | None:
    """What a role needs to send to a destination: the suffix of the policy's name and its document.

    None for kinds that SAM gives no permission for.
    """
    if kind in _SENDING:
        action, suffix = _SENDING[kind]
        return suffix, statement(action, target, span)
    if kind in {"S3", "S3Bucket"}:
        objects = _text(joined((*pieces(target), "/*")), span)
        allow = listing(span, _allow("s3:PutObject", objects, span), _allow("s3:ListBucket", target, span))
        return "S3Policy", mapping(span, Statement=allow)
    return None


def _text(parts: tuple[str | Unknown | Reference, ...], span: Span | None) -> Value:
    return Known(parts[0], span) if len(parts) == 1 and isinstance(parts[0], str) else Text(parts, span)


_SENDING = {
    "SQS": ("sqs:SendMessage", "SQSPolicy"),
    "SNS": ("sns:publish", "SNSPolicy"),
    "EventBridge": ("events:PutEvents", "EventBridgePolicy"),
    "Lambda": ("lambda:InvokeFunction", "LambdaPolicy"),
}


def queue_access(queue: Value, principal: Value, source: Value, span: Span | None) -> Value:
    """The policy of a queue that lets one source send to it."""
    condition = mapping(span, ArnEquals=mapping(span, **{"aws:SourceArn": source}))
    allow = mapping(
        span,
        Effect=Known("Allow"),
        Action=Known("sqs:SendMessage"),
        Principal=principal,
        Resource=queue,
        Condition=condition,
    )
    return mapping(span, Version=Known("2012-10-17"), Statement=listing(span, allow))


def trust(service: str, span: Span | None) -> Value:
    """The trust policy of a role that an AWS service assumes."""
    principal = mapping(span, Service=listing(span, Known(service)))
    assume = mapping(span, Effect=Known("Allow"), Action=listing(span, Known("sts:AssumeRole")), Principal=principal)
    return mapping(span, Version=Known("2012-10-17"), Statement=listing(span, assume))


def generate_role(
    expansion: Expansion, owner: Resource, properties: Value, service: str, parts: RoleParts, sam_tag: str
) -> None:
    """Makes the role of a function or state machine, where the user gives none. Names: "FunctionRole"."""
    logical_id = owner.name + "Role"
    span = owner.span
    policies = get(properties, "Policies")
    entries: dict[str, Maker] = {
        "AssumeRolePolicyDocument": lambda: _own_trust(properties, service, span),
        "ManagedPolicyArns": lambda: Known(LazyList(partial(_managed, parts, policies)), policies.span or span),
        "Policies": lambda: _inline(parts, policies, logical_id, span),
        "Tags": lambda: tag_list(get(properties, "Tags"), (sam_tag, "SAM")),
    }
    entries.update(select(properties, {"Path": "RolePath", "PermissionsBoundary": "PermissionsBoundary"}))
    expansion.generate(
        owner,
        logical_id,
        _ROLE,
        mapping(span, **entries),
        presence=negated(is_set(get(properties, "Role"))),
        dialect=_DIALECT,
    )


def _own_trust(properties: Value, service: str, span: Span | None) -> Value:
    own = get(properties, "AssumeRolePolicyDocument")
    return trust(service, span) if isinstance(own, Absent) else own


def _listed(policies: Value) -> Sequence[Value]:
    """The user's policies: one, or a list of them."""
    items = as_sequence(policies)
    if items is not None:
        return items
    return [] if isinstance(policies, Absent) else [policies]


def _is_inline(policy: Value) -> bool:
    """Whether an entry is a policy document or a SAM policy template; anything else is a managed policy."""
    if isinstance(policy, Alternatives):
        return any(_is_inline(choice.value) for choice in policy.choices)
    return as_mapping(policy) is not None


def _managed(parts: RoleParts, policies: Value) -> list[Value]:
    chosen = [*parts.managed]
    chosen += [over(policy, _as_arn) for policy in _listed(policies) if not _is_inline(policy)]
    chosen += parts.from_events
    return _without_repeats(chosen)


def _as_arn(policy: Value) -> Value:
    if isinstance(policy, Known) and isinstance(policy.data, str) and not policy.data.startswith("arn:"):
        name = policy.data
        return Known(f"arn:aws:iam::aws:policy/{PATHS.get(name, '')}{name}", policy.span, policy.origin)
    return policy


def _without_repeats(values: list[Value]) -> list[Value]:
    kept: list[Value] = []
    seen: set[str] = set()
    for value in values:
        if isinstance(value, Known) and isinstance(value.data, str):
            if value.data in seen:
                continue
            seen.add(value.data)
        if not isinstance(value, Absent):
            kept.append(value)
    return kept


def _inline(parts: RoleParts, policies: Value, role_id: str, span: Span | None) -> Value:
    items = [_named(name, document, span) for name, document in parts.inline]
    for index, policy in enumerate(_listed(policies)):
        if _is_inline(policy):
            name = f"{role_id}Policy{index}"
            items.append(over(policy, lambda each, name=name: _document(each, name)))  # type: ignore[misc]
    items += [_named(name, document, span) for name, document in parts.from_events_inline]
    return Known(items, policies.span or span) if items else Absent(span)


def _named(name: str, document: Value, span: Span | None) -> Value:
    return mapping(document.span or span, PolicyName=Known(name), PolicyDocument=document)


def _document(policy: Value, name: str) -> Value:
    data = as_mapping(policy)
    if data is None:
        return policy
    if "Statement" in data:
        return _named(name, policy, policy.span)
    template = next(iter(data), "")
    return _named(name, later(f"SAM writes it from its policy template {template}", policy.span), policy.span)
