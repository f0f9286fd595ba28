"""Mappings and sequences over YAML nodes whose members become values only when somebody asks for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, overload

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from walint.model.span import Span
from walint.model.value import Absent, Unknown, Value
from walint.sources.cloudformation.loops import is_include

if TYPE_CHECKING:
    from walint.sources.cloudformation.scope import Scope

LOOP = "Fn::ForEach::"
TRANSFORM = "Fn::Transform"


class LazyMapping(Mapping[str, Value]):
    """The entries of a mapping node, `Fn::ForEach` unrolled and merge keys followed.

    A key that is written twice has its last value. A key that is set to `AWS::NoValue` is listed with an `Absent`.
    `rest` is set when an entry may add keys that cannot be listed.
    """

    __slots__ = ("_pairs", "_scope", "_scopes", "_values", "opaque", "rest")

    def __init__(self, scope: Scope, node: MappingNode) -> None:
        self._scope = scope
        self._values: dict[str, Value] = {}
        self._pairs: dict[str, tuple[Node, Node]] = {}
        self._scopes: dict[str, Scope] | None = None
        self.rest: Unknown | None = None
        self.opaque = False
        """Whether a macro may also rewrite the entries that are listed."""
        pairs = self._pairs
        plain = scope.bindings is None
        for pair in node.value:
            key = pair[0].value
            if plain and key.__class__ is str and key[:4] != "Fn::" and key != "<<":
                pairs[key] = pair
            else:
                self._add(pair)

    def _add(self, pair: tuple[Node, Node]) -> None:
        """Takes an entry that is more than a key with its value."""
        key, node = pair
        if not isinstance(key, ScalarNode):
            return
        name = key.value
        if name.startswith(LOOP):
            self._unroll(node)
        elif name == TRANSFORM:
            self.rest = self._scope.transformed(node)
            self.opaque = self.opaque or not is_include(node)
        elif name == "<<":
            self._merge(node)
        else:
            self._pairs[self._scope.substituted(name)] = pair

    def _unroll(self, node: Node) -> None:
        entries, unknown = self._scope.unrolled(node)
        self.rest = self.rest or unknown
        for name, pair, scope in entries:
            if self._scopes is None:
                self._scopes = {}
            self._pairs[name] = pair
            self._scopes[name] = scope

    def _merge(self, node: Node) -> None:
        sources = node.value if isinstance(node, SequenceNode) else [node]
        for source in sources:
            if isinstance(source, MappingNode):
                merged = LazyMapping(self._scope, source)
                for name in merged:
                    entry = merged.entry(name)
                    if entry is not None:
                        self._pairs.setdefault(name, entry[:2])

    def __getitem__(self, key: str) -> Value:
        values = self._values
        if key in values:
            return values[key]
        key_node, node = self._pairs[key]
        scope = self._scope
        if self._scopes is not None:
            scope = self._scopes.get(key, scope)
        value = values[key] = scope.value(node, key_node)
        return value

    def get(self, key: str, default: Value | None = None) -> Value | None:  # type: ignore[override]
        """The value of a key, or the default."""
        return self[key] if key in self._pairs else default

    def __contains__(self, key: object) -> bool:
        return key in self._pairs

    def __iter__(self) -> Iterator[str]:
        return iter(self._pairs)

    def __len__(self) -> int:
        return len(self._pairs)

    def entry(self, key: str) -> tuple[Node, Node, Scope] | None:
        """The nodes of a key and of its value, and the scope that they are read in."""
        pair = self._pairs.get(key)
        if pair is None:
            return None
        scope = self._scope if self._scopes is None else self._scopes.get(key, self._scope)
        return pair[0], pair[1], scope

    def key_span(self, key: str) -> Span | None:
        """Where a key stands."""
        pair = self._pairs.get(key)
        return None if pair is None else self._scope.document.span(pair[0])

    def is_literal(self, key: str) -> bool:
        """Whether a key's value is written as data, not by an intrinsic function. True for a key that is not set."""
        entry = self.entry(key)
        return entry is None or entry[2].function_of(entry[1]) is None


class LazySequence(Sequence[Value]):
    """The items of a sequence node. An item that is surely `AWS::NoValue` is left out."""

    __slots__ = ("_items", "_node", "_scope")

    def __init__(self, scope: Scope, node: SequenceNode) -> None:
        self._scope = scope
        self._node = node
        self._items: list[Value] | None = None

    def _all(self) -> list[Value]:
        if self._items is None:
            make = self._scope.value
            values = [make(node) for node in self._node.value]
            self._items = [value for value in values if value.__class__ is not Absent]
        return self._items

    @overload
    def __getitem__(self, index: int) -> Value: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Value]: ...
    def __getitem__(self, index: int | slice) -> Value | Sequence[Value]:
        return self._all()[index]

    def __iter__(self) -> Iterator[Value]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())
