"""Parts of an ARN that templates cut out with `Fn::Select` and `Fn::Split`, as the attribute that they are.

The CDK writes the `LoadBalancer` dimension of an alarm as three parts of the listener's ARN; others cut the name of a
queue or a function out of its ARN. The places follow the ARN formats of the Service Authorization Reference.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from walint.model.span import Span
from walint.model.value import Reference, Unknown, Value

if TYPE_CHECKING:
    from walint.sources.cloudformation.stack import Stack
    from walint.sources.cloudformation.texts import Piece

_PARTS: dict[tuple[str, str, str], dict[int, str]] = {
    ("AWS::Lambda::Function", "Arn", ":"): {6: "Ref"},
    ("AWS::Serverless::Function", "Arn", ":"): {6: "Ref"},
    ("AWS::SQS::Queue", "Arn", ":"): {5: "QueueName"},
    ("AWS::SNS::Topic", "Ref", ":"): {5: "TopicName"},
    ("AWS::SNS::Topic", "TopicArn", ":"): {5: "TopicName"},
    ("AWS::DynamoDB::Table", "Arn", "/"): {1: "Ref"},
    ("AWS::StepFunctions::StateMachine", "Arn", ":"): {6: "Name"},
    ("AWS::StepFunctions::StateMachine", "Ref", ":"): {6: "Name"},
    ("AWS::ElasticLoadBalancingV2::TargetGroup", "Ref", ":"): {5: "TargetGroupFullName"},
    ("AWS::ElasticLoadBalancingV2::TargetGroup", "TargetGroupArn", ":"): {5: "TargetGroupFullName"},
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", "Ref", "loadbalancer/"): {1: "LoadBalancerFullName"},
}
"""Type, attribute and delimiter -> which place is which attribute."""

_LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
_FULL_NAME = "LoadBalancerFullName"
_FULL_NAME_PARTS = 3
"""A full name is `app/name/id`; it stands after the first slash of the ARNs of the balancer and of its listeners."""


def part_of(stack: Stack, arn: Reference, delimiter: str, place: int, span: Span) -> Value | None:
    """The part of an ARN at a place, counted from 0; None when it has no name."""
    owner = stack.owner_of(arn.target)
    if owner is None:
        return None
    home, logical_id = owner
    kind = home.type_of(logical_id)
    attribute = _PARTS.get((kind or "", arn.attribute, delimiter), {}).get(place)
    if attribute is not None:
        return Reference(arn.target, attribute, span)
    if delimiter != "/" or not 1 <= place <= _FULL_NAME_PARTS or kind not in (_LISTENER, _BALANCER):
        return None
    balancer: Value | None = arn if arn.attribute in ("Ref", "LoadBalancerArn", "ListenerArn") else None
    if kind == _LISTENER:
        balancer = home.property_of(logical_id, "LoadBalancerArn")
    if not isinstance(balancer, Reference):
        return None
    reason = f"the name of {balancer.target.rpartition('#')[2]} is known after deployment"
    return Unknown(reason, span, f"{balancer.target}.{_FULL_NAME}/{place - 1}", surely_set=True)


def joined_again(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces of a text, the three parts of a load balancer's full name put together again."""
    found: list[Piece] = []
    index = 0
    while index < len(pieces):
        target = _full_name(pieces[index : index + 2 * _FULL_NAME_PARTS - 1])
        if target is None:
            found.append(pieces[index])
            index += 1
        else:
            found.append(Reference(target, _FULL_NAME))
            index += 2 * _FULL_NAME_PARTS - 1
    return found


def _full_name(pieces: Sequence[Piece]) -> str | None:
    """The balancer whose name these five pieces are."""
    first = pieces[0]
    if len(pieces) < 2 * _FULL_NAME_PARTS - 1 or not isinstance(first, Unknown) or first.symbol is None:
        return None
    target, _, place = first.symbol.rpartition(f".{_FULL_NAME}/")
    if not target or place != "0":
        return None
    for index, piece in enumerate(pieces):
        expected = f"{target}.{_FULL_NAME}/{index // 2}"
        if index % 2 == 1 and piece != "/":
            return None
        if index % 2 == 0 and (not isinstance(piece, Unknown) or piece.symbol != expected):
            return None
    return target
