"""`Fn::ForEach` and `Fn::Transform`: what other entries a mapping has than those that are written in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from walint.model.value import Alternatives, Known, Unknown
from walint.patterns import lazy

if TYPE_CHECKING:
    from walint.sources.cloudformation.scope import Scope

VARIABLE = lazy(r"([$&])\{([A-Za-z0-9_]+)\}")
"""A loop variable inside text: as it is, or (`&`) without what a logical id may not hold."""

MAX_ENTRIES = 10_000
"""How many entries the loops of one template may make; CloudFormation allows 500 resources."""

_PARTS = 3


def is_include(node: Node) -> bool:
    """Whether a `Fn::Transform` only includes a file (it adds keys and leaves its siblings alone)."""
    return name_of(node) == "AWS::Include"


def name_of(node: Node) -> str | None:
    """The name of the macro that a transform calls."""
    if isinstance(node, ScalarNode):
        name: str = node.value
        return name
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if key.value == "Name" and isinstance(value, ScalarNode):
                return str(value.value)
    return None


def transformed(scope: Scope, node: Node) -> Unknown:
    """What a transform leaves unknown, and why."""
    span = scope.document.span(node)
    if is_include(node):
        return Unknown("AWS::Include adds what another file holds", span)
    return Unknown(f"the macro {name_of(node) or 'of Fn::Transform'} may write anything here", span)


def unrolled(scope: Scope, node: Node) -> tuple[list[tuple[str, tuple[Node, Node], Scope]], Unknown | None]:
    """The entries that a loop makes: their name, the nodes of key and value, the scope of the turn.

    With an unknown when the collection, or part of what it makes, cannot be told.
    """
    from walint.sources.cloudformation.lazy import LazyMapping

    span = scope.document.span(node)
    parts = node.value if isinstance(node, SequenceNode) else []
    if len(parts) != _PARTS or not isinstance(parts[2], MappingNode):
        return [], Unknown("Fn::ForEach is not written as CloudFormation expects", span)
    names = _names(parts[0])
    collection = scope.value(parts[1])
    if isinstance(collection, Unknown):
        return [], Unknown(collection.reason, span, collection.symbol)
    items = collection.data if isinstance(collection, Known) else None
    if isinstance(items, str) or not isinstance(items, Sequence):
        return [], Unknown("the collection of Fn::ForEach cannot be resolved", span)
    found: list[tuple[str, tuple[Node, Node], Scope]] = []
    unknown: Unknown | None = None
    for item in items:
        if not scope.stack.may_unroll():
            return found, Unknown(f"Fn::ForEach makes more than {MAX_ENTRIES:,} entries", span)
        bindings = _bindings(names, item)
        if bindings is None:
            unknown = Unknown("an item of the collection of Fn::ForEach cannot be resolved", span)
            continue
        turn = LazyMapping(scope.bound(bindings), parts[2])
        unknown = unknown or turn.rest
        for name in turn:
            entry = turn.entry(name)
            if entry is not None:
                found.append((name, (entry[0], entry[1]), entry[2]))
    return found, unknown


def _names(node: Node) -> list[str]:
    """The identifiers of a loop: one, or several for a collection of lists."""
    if isinstance(node, SequenceNode):
        return [str(item.value) for item in node.value if isinstance(item, ScalarNode)]
    return [str(node.value)] if isinstance(node, ScalarNode) else []


def _bindings(names: Sequence[str], item: object) -> dict[str, Known] | None:
    if isinstance(item, Alternatives) or not isinstance(item, Known) or not names:
        return None
    if len(names) == 1:
        return {names[0]: item}
    if isinstance(item.data, Mapping | str) or not isinstance(item.data, Sequence) or len(item.data) != len(names):
        return None
    parts = list(item.data)
    if not all(isinstance(part, Known) for part in parts):
        return None
    return {name: part for name, part in zip(names, parts, strict=True) if isinstance(part, Known)}
