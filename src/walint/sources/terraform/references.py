"""Terraform's references with CloudFormation's attributes: `aws_sqs_queue.orders.arn` is the queue's "Arn"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from walint.catalog.identity import identity_of, terraform_attribute
from walint.catalog.terraform import row_of, type_of
from walint.model.value import Absent, Alternatives, Choice, Known, Reference, Text, Unknown, Value
from walint.sources.terraform.mechanical import attribute_named_alike, cloudformation_type
from walint.sources.terraform.resource import TerraformResource

Piece = str | Unknown | Reference

_TYPE = re.compile(r"(?:^|\.)(aws(?:cc)?_\w+)\.[^.]+$")
_INSTANCE = re.compile(r"\[[^\]]*\]$")
_MOST_STEPS = 8
"""How many companions stand for each other at most (`x.id` is `y.id` is the bucket)."""


class References:
    """Translates the references in the values of one root module."""

    def __init__(self, resources: Mapping[str, TerraformResource]) -> None:
        """`resources` are all of the root by their keys."""
        self._resources = resources
        self._types: dict[str, str | None] = {}

    def translated(self, value: Value) -> Value:
        """The same value; every reference in it names CloudFormation's attribute of the same kind."""
        match value:
            case Known(data, span, origin, rest):
                if isinstance(data, Mapping):
                    return Known({name: self.translated(one) for name, one in data.items()}, span, origin, rest)
                if isinstance(data, Sequence) and not isinstance(data, str):
                    return Known([self.translated(one) for one in data], span, origin, rest)
                return value
            case Reference():
                return self._reference(value, 0)
            case Text(pieces, span, origin):
                return self._text(pieces, value) if any(isinstance(piece, Reference) for piece in pieces) else value
            case Alternatives(choices, span):
                return Alternatives(tuple(Choice(one.given, self.translated(one.value)) for one in choices), span)
            case Absent() | Unknown():
                return value

    def _text(self, pieces: Sequence[Piece], whole: Text) -> Value:
        kept: list[Piece] = []
        for piece in pieces:
            if not isinstance(piece, Reference):
                kept.append(piece)
                continue
            match self._reference(piece, 0):
                case Known(data):
                    kept.append(str(data))
                case Text(inner):
                    kept.extend(inner)
                case Reference() | Unknown() as one:
                    kept.append(one)
                case other:
                    kept.append(Unknown(f"{_spoken(piece)} depends on a condition", other.span))
        return Text(tuple(kept), whole.span, whole.origin)

    def _reference(self, value: Reference, depth: int) -> Value:
        terraform_type = self.type_of(value.target)
        if terraform_type is None:
            return _as_written(value, value.attribute)
        kind = terraform_attribute(terraform_type, value.attribute)
        if terraform_type.startswith("awscc_"):
            attribute = attribute_named_alike(terraform_type, value.attribute)
            return _as_written(value, attribute)
        type_name = type_of(terraform_type)
        if kind is not None and type_name is not None:
            identity = identity_of(type_name)
            attribute = f"*{kind}" if identity is None else identity.attribute_of(kind)
            return _as_written(value, attribute)
        return self._repeated(value, terraform_type, depth)

    def _repeated(self, value: Reference, terraform_type: str, depth: int) -> Value:
        """What an attribute is that repeats an argument: the `id` of a bucket's versioning is the bucket's."""
        row = row_of(terraform_type)
        argument = row.stands_for.get(value.attribute) if row is not None else None
        resource = self._resources.get(value.target)
        if argument is None or resource is None or not isinstance(resource.body.data, Mapping):
            return _as_written(value, value.attribute)
        given = resource.body.data.get(argument)
        if given is None or depth > _MOST_STEPS:
            return _as_written(value, value.attribute)
        if isinstance(given, Reference):
            return self._reference(Reference(given.target, given.attribute, value.span, given.text), depth + 1)
        return self.translated(given)

    def type_of(self, target: str) -> str | None:
        """The Terraform type of the resource with a key, from the key itself: it need not be among the resources."""
        if target not in self._types:
            address = _INSTANCE.sub("", target.rpartition("#")[2])
            found = _TYPE.search(address)
            data = found is not None and address[: found.start(1)].endswith("data.")
            self._types[target] = None if found is None or data else found[1]
        return self._types[target]


def _as_written(value: Reference, attribute: str) -> Reference:
    """The reference with CloudFormation's attribute; messages keep to Terraform's."""
    return Reference(value.target, attribute, value.span, value.text, value.written or value.attribute)


def _spoken(reference: Reference) -> str:
    return f"{reference.target.rpartition('#')[2]}.{reference.attribute}"


def type_in_graph(terraform_type: str) -> str:
    """The type that a resource has in the graph: CloudFormation's where it is known."""
    if terraform_type.startswith("awscc_"):
        return cloudformation_type(terraform_type) or f"Terraform::{terraform_type}"
    return type_of(terraform_type) or f"Terraform::{terraform_type}"
