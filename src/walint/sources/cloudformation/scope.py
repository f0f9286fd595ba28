"""Turns nodes into values, in the scope of one stack (and, inside `Fn::ForEach`, of one turn of the loop)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from walint.model.span import Span
from walint.model.value import Known, Reference, Unknown, Value
from walint.sources.cloudformation import loops
from walint.sources.cloudformation.document import MAP, PLAIN, SEQ, TEXT, Document
from walint.sources.cloudformation.functions import FUNCTIONS, Function
from walint.sources.cloudformation.lazy import TRANSFORM, LazyMapping, LazySequence
from walint.sources.cloudformation.scalars import as_text, plain
from walint.sources.cloudformation.texts import at, text_of

if TYPE_CHECKING:
    from walint.sources.cloudformation.stack import Stack

SHORT = {"!Ref": "Ref", "!Condition": "Condition"} | {
    f"!{name[4:]}": name for name in FUNCTIONS if name.startswith("Fn::")
}
"""The short YAML form of each function."""

_TEXT_TAGS = frozenset(("tag:yaml.org,2002:str", "tag:yaml.org,2002:binary", "tag:yaml.org,2002:timestamp", "!"))
_PLAIN_TAGS = frozenset(f"tag:yaml.org,2002:{name}" for name in ("int", "float", "bool", "null"))


MAX_CALLS = 40
"""How deep function calls may be nested; CloudFormation's limits keep real templates far below."""


class Scope:
    """Where names are looked up: the stack, and the variables of the loops around."""

    __slots__ = ("bindings", "document", "stack", "unit")

    def __init__(self, stack: Stack, document: Document, bindings: Mapping[str, Known] | None = None) -> None:
        self.stack = stack
        self.document = document
        self.unit = stack.unit
        self.bindings = bindings

    def value(self, node: Node, key: Node | None = None) -> Value:
        """The value of a node; `key` is the node of its key, where its span starts if it is a block below it."""
        tag = node.tag
        span = self.document.span(node, key)
        if node.__class__ is ScalarNode:
            if tag == PLAIN:
                data = plain(node.value)
                if data.__class__ is not str:
                    return Known(data, span)
            elif tag != TEXT:
                return self._tagged(node, span)
            return self._text(node.value, span)
        if tag == MAP:
            pairs = node.value
            if len(pairs) == 1:
                if pairs[0][0].__class__ is not ScalarNode:
                    return Unknown("it is filled in by another templating language", span)
                function = FUNCTIONS.get(pairs[0][0].value)
                if function is not None:
                    return self._called(function, pairs[0][1], span)
            return self._mapping(node, span)  # type: ignore[arg-type]
        if tag == SEQ:
            return Known(LazySequence(self, node), span)  # type: ignore[arg-type]
        return self._tagged(node, span)

    def _called(self, function: Function, argument: Node, span: Span) -> Value:
        """Calls a function, unless too many are being called inside each other (a cycle through nested stacks)."""
        calls = self.stack.calls
        if calls.depth >= MAX_CALLS:
            return Unknown("too many functions are nested in each other", span)
        calls.depth += 1
        try:
            return function(self, argument, span)
        finally:
            calls.depth -= 1

    def function_of(self, node: Node) -> str | None:
        """The long name of the intrinsic function that a node calls, or None."""
        if node.tag in SHORT:
            return SHORT[node.tag]
        if node.tag == MAP and len(node.value) == 1 and isinstance(node.value[0][0], ScalarNode):
            name: str = node.value[0][0].value
            return name if name in FUNCTIONS or name == TRANSFORM else None
        return None

    def argument_of(self, node: Node) -> Node:
        """What the function that a node calls is given."""
        return node.value[0][1] if node.tag == MAP else _untagged(node)

    def _mapping(self, node: MappingNode, span: Span) -> Value:
        data = LazyMapping(self, node)
        if data.rest is not None:
            if data.opaque:
                return at(data.rest, span)
            return Known(data, span, "explicit", data.rest)
        return Known(data, span)

    def _text(self, text: str, span: Span) -> Value:
        if self.bindings is not None:
            text = self.substituted(text)
        if "{{resolve:" in text:
            return text_of((text,), span, self.stack.root.unit)
        return Known(text, span)

    def _tagged(self, node: Node, span: Span) -> Value:
        tag = node.tag
        name = SHORT.get(tag)
        if name in FUNCTIONS:
            return self._called(FUNCTIONS[name], _untagged(node), span)
        if tag == "!Transform":
            rest = self.transformed(_untagged(node))
            return Known({}, span, "explicit", rest) if loops.is_include(node) else at(rest, span)
        if isinstance(node, ScalarNode):
            if tag in _TEXT_TAGS:
                return self._text(node.value, span)
            if tag in _PLAIN_TAGS:
                return Known(plain(node.value), span)
        elif tag.startswith("tag:yaml.org,2002:"):
            return self.value(_untagged(node))
        return Unknown(f"the tag {tag} is none of CloudFormation's", span)

    def ref(self, name: str, span: Span | None) -> Value:
        """What `Ref` gives for a name: a loop variable, a pseudo-parameter, a parameter, or else a resource."""
        name = self.substituted(name)
        if self.bindings is not None and name in self.bindings:
            return at(self.bindings[name], span)
        value = self.stack.parameters.value(name, span)
        if value is not None:
            return value
        return Reference(self.stack.key(name), "Ref", span)

    def attribute(self, logical_id: str, attribute: str, span: Span | None) -> Value:
        """What `Fn::GetAtt` gives: an output of a nested stack that was read, or a reference."""
        logical_id = self.substituted(logical_id)
        attribute = self.substituted(attribute)
        if self.stack.references:
            for split in (attribute.partition("."), ("", "", attribute)):
                dotted = f"{logical_id}.{split[0]}" if split[0] else logical_id
                if dotted in self.stack.references:
                    return Reference(self.stack.key(dotted), split[2] or "Ref", span)
        if attribute.startswith("Outputs."):
            child = self.stack.children.get(logical_id)
            if child is not None:
                return at(child.output(attribute.removeprefix("Outputs.")), span)
        return Reference(self.stack.key(logical_id), attribute, span)

    def substituted(self, text: str) -> str:
        """The text with the variables of the loops around filled in."""
        if self.bindings is None or "{" not in text:
            return text

        def replaced(found: re.Match[str]) -> str:
            value = self.bindings.get(found.group(2)) if self.bindings else None
            if value is None:
                return found.group()
            data = value.data
            shown = as_text(data) if data is None or isinstance(data, str | int | float) else found.group()
            return re.sub(r"[^A-Za-z0-9]", "", shown) if found.group(1) == "&" else shown

        return loops.VARIABLE.sub(replaced, text)

    def bound(self, bindings: Mapping[str, Known]) -> Scope:
        """The scope of one turn of a loop."""
        return Scope(self.stack, self.document, {**(self.bindings or {}), **bindings})

    def transformed(self, node: Node) -> Unknown:
        """What a `Fn::Transform` leaves: anything may be written there."""
        return loops.transformed(self, node)

    def unrolled(self, node: Node) -> tuple[list[tuple[str, tuple[Node, Node], Scope]], Unknown | None]:
        """The entries that a `Fn::ForEach` makes, and why there may be more that are not listed."""
        return loops.unrolled(self, node)


def _untagged(node: Node) -> Node:
    """The same node without its tag."""
    if isinstance(node, ScalarNode):
        tag = PLAIN if node.style is None else TEXT
        return ScalarNode(tag, node.value, node.start_mark, node.end_mark, node.style)
    if isinstance(node, MappingNode):
        return MappingNode(MAP, node.value, node.start_mark, node.end_mark, node.flow_style)
    flow = isinstance(node, SequenceNode) and node.flow_style
    return SequenceNode(SEQ, node.value, node.start_mark, node.end_mark, flow)
