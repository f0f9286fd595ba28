"""Test words for what a value points at: a declared resource, a resource of some type, an ARN of one."""

from __future__ import annotations

from walint.catalog.identity import identity_of
from walint.language.operators.asking import Argument, Ask, any_of, listed, why_open
from walint.language.scope import Scope
from walint.language.truth import Answer
from walint.model.value import Absent, Alternatives, Known, Reference, Text, Unknown, Value


def resolves(_argument: Argument) -> Ask:
    """The operator of that name: what the value refers to is declared."""

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
            case _:
                return True

    return ask


def refers_to(argument: Argument) -> Ask:
    """The operator of that name: a reference to a declared resource of one of the types."""
    types = frozenset(str(name) for name in listed(argument))

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
            case _:
                return False

    return ask


def arn_of(argument: Argument) -> Ask:
    """The operator of that name: a reference to a resource of one of the types, or the text of its ARN."""
    types = [str(name) for name in listed(argument)]
    starts = []
    for name in types:
        identity = identity_of(name)
        if identity is not None and identity.arn_resource:
            service, _, rest = identity.arn_resource.partition(":")
            starts.append((service, rest.partition("{")[0]))

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


def _arn_starts(service: str, tail: str, wanted: str, rest: str) -> Answer:
    """Whether an ARN whose unknown parts are a NUL is of a service and starts with a kind of resource."""
    if "\0" not in service and service != wanted:
        return False
    known = tail.partition("\0")[0]
    if not known.startswith(rest) and not ("\0" in tail and rest.startswith(known)):
        return False
    return True if service == wanted and known.startswith(rest) else "it is only partly known"
