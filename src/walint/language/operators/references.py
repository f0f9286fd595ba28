"""Test words for what a value points at: a declared resource, a resource of some type, an ARN of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from walint.catalog.identity import identity_of
from walint.language.operators.asking import Argument, Ask, any_of, listed, why_open
from walint.language.pieces import pieces_of
from walint.language.scope import Scope
from walint.language.truth import Answer
from walint.model.value import Absent, Alternatives, Known, Reference, Text, Unknown, Value

ACTED_ON = ("AWS::SNS::Topic", "AWS::Lambda::Function")
"""What an action of an alarm may be that a live account is asked for."""
_ARN_PARTS = 6
_SCALING_POLICY = ("autoscaling", "scalingPolicy:")
_MADE_UP: Mapping[str, tuple[str, str]] = {
    "AWS::AutoScaling::ScalingPolicy": _SCALING_POLICY,
    "AWS::ApplicationAutoScaling::ScalingPolicy": _SCALING_POLICY,
}
"""Service and start of ARNs that hold an id of AWS's own making."""


def resolves(_argument: Argument) -> Ask:
    """The operator of that name: what the value refers to is declared; in a live account, that it is there."""

    def ask(value: Value, scope: Scope) -> Answer:
        graph = scope.context.graph
        match value:
            case Reference(target):
                return graph.get(target) is not None
            case Text(pieces):
                targets = [piece.target for piece in pieces if isinstance(piece, Reference)]
                return all(graph.get(target) is not None for target in targets)
            case Unknown(reason, symbol=symbol):
                # What has a symbol, a parameter or an import, comes from outside: it refers to nothing in here.
                return True if symbol is not None else reason
            case Known(str() as text) if scope.resource.source == "live":
                return _is_there(text, scope)
            case _:
                return True

    return ask


def _is_there(text: str, scope: Scope) -> Answer:
    """Whether the topic or the function of an ARN exists; what is no such ARN, or elsewhere, is taken to be there."""
    graph, subject = scope.context.graph, scope.resource
    parts = text.split(":")
    if len(parts) < _ARN_PARTS or parts[3:5] != [subject.region, subject.account]:
        return True
    types = [name for name in ACTED_ON if _is_of(parts, name)]
    for name in types:
        if not any(_within(text, each.arn) for each in graph.of_type(name) if each.unit == subject.unit):
            there = (part for part in graph.unseen if part.unit == subject.unit)
            unseen = (part for part in there if part.types is None or name in part.types)
            return next((part.reason for part in unseen), False)
    return True


def _is_of(parts: Sequence[str], type_name: str) -> bool:
    """Whether an ARN, in its parts, is of this type."""
    identity = identity_of(type_name)
    written = (identity.arn_resource or "").partition("{")[0].split(":") if identity is not None else []
    return [parts[2], *parts[5 : 3 + len(written)]] == written[:-1]


def _within(text: str, arn: str | None) -> bool:
    """Whether an ARN is that of a resource, or of a version or an alias of it."""
    return arn is not None and (text == arn or text.startswith(f"{arn}:"))


def refers_to(argument: Argument) -> Ask:
    """The operator of that name: a reference to a declared resource of one of the types; in a live account, its ARN."""
    types = frozenset(str(name) for name in listed(argument))
    spelled = arn_of(argument)

    def ask(value: Value, scope: Scope) -> Answer:
        match value:
            case Reference(target) | Text((Reference(target), *_)):
                resource = scope.context.graph.get(target)
                return resource is not None and resource.type in types
            case Unknown(reason, symbol=symbol):
                # What has a symbol, a parameter or an import, comes from outside: it refers to nothing in here.
                return False if symbol is not None else reason
            case Alternatives():
                return why_open(value)
            case Known(str()) if scope.resource.source == "live":
                return spelled(value, scope)
            case _:
                return False

    return ask


def mentions(argument: Argument) -> Ask:
    """The operator of that name: a text with a reference to a resource of one of the types in it.

    So it changes when the resource does. "Type.Attribute" is a reference to this attribute alone.
    """
    wanted = frozenset(str(name) for name in listed(argument))

    def ask(value: Value, scope: Scope) -> Answer:
        pieces = pieces_of(value)
        for piece in pieces or ():
            resource = scope.context.graph.get(piece.target) if isinstance(piece, Reference) else None
            if resource is not None and not wanted.isdisjoint((resource.type, f"{resource.type}.{piece.attribute}")):  # type: ignore[union-attr]
                return True
        return why_open(value) if isinstance(value, (Unknown, Alternatives)) else False

    return ask


def arn_of(argument: Argument) -> Ask:
    """The operator of that name: a reference to a resource of one of the types, or the text of its ARN."""
    types = [str(name) for name in listed(argument)]
    starts = [start for name in types if (start := _arn_start(name)) is not None]

    def literal_arn(text: str) -> Answer:
        parts = text.split(":", 5)
        if len(parts) < 6 or parts[0] != "arn":  # noqa: PLR2004 - arn:partition:service:region:account:resource
            return False if "\0" not in text.partition(":")[0] else "it is only partly known"
        return any_of(_arn_starts(parts[2], parts[5], service, rest) for service, rest in starts)

    def ask(value: Value, scope: Scope) -> Answer:
        match value:
            case Known(str() as text) | Reference(text=str(text)):
                return literal_arn(text)
            case Known() | Absent():
                return False
            case Reference(target) | Text((Reference(target), *_)):
                resource = scope.context.graph.get(target)
                opaque = resource is None or resource.type.startswith(("Custom::", "AWS::CloudFormation::"))
                return why_open(value) if resource is None or opaque else resource.type in types
            case Text(pieces):
                return literal_arn("".join(piece if isinstance(piece, str) else "\0" for piece in pieces))
            case _:
                return why_open(value)

    return ask


def _arn_start(type_name: str) -> tuple[str, str] | None:
    """The service and the start of the resource part in the ARNs of a type; None where they are not known."""
    identity = identity_of(type_name)
    if identity is None or not identity.arn_resource:
        return _MADE_UP.get(type_name)
    service, _, rest = identity.arn_resource.partition(":")
    return service, rest.partition("{")[0]


def _arn_starts(service: str, tail: str, wanted: str, rest: str) -> Answer:
    """Whether an ARN whose unknown parts are a NUL is of a service and starts with a kind of resource."""
    if "\0" not in service and service != wanted:
        return False
    known = tail.partition("\0")[0]
    if not known.startswith(rest) and not ("\0" in tail and rest.startswith(known)):
        return False
    return True if service == wanted and known.startswith(rest) else "it is only partly known"
