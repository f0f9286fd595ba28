"""`for` and splat: the parts of the language that go through a collection."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias

from walint.model.value import Reference, Unknown
from walint.sources.terraform.conversion import convert
from walint.sources.terraform.dispatch import value_of
from walint.sources.terraform.hcl import ast
from walint.sources.terraform.scope import Inner, Scope
from walint.sources.terraform.sets import in_order
from walint.sources.terraform.unification import BOOL, STRING
from walint.sources.terraform.unknowns import (
    MOST_CHOICES,
    NOT_PLAIN,
    Given,
    apply,
    condition_choices,
    member_of,
    one_of,
    plain,
    symbol_of,
    together,
    unknown_of,
)
from walint.sources.terraform.values import (
    EvaluationError,
    Handle,
    ListOf,
    OneOf,
    Partly,
    Sensitive,
    SetOf,
    TerraformValue,
)

Pair: TypeAlias = tuple[TerraformValue, TerraformValue]

SPLAT: Final[dict[str, TerraformValue]] = {}
"""The names of a splat's scope: none. The object itself marks the scope that knows the item."""


def for_expression(node: ast.For, scope: Scope) -> TerraformValue:
    """`[for ...]` and `{for ...}`."""
    collection = value_of(node.collection, scope)
    if isinstance(collection, NOT_PLAIN):
        return apply(lambda each: _loop(node, scope, each), collection)
    return _loop(node, scope, collection)


def _loop(node: ast.For, scope: Scope, collection: TerraformValue) -> TerraformValue:
    several = isinstance(collection, SetOf)
    collection = in_order(collection)
    pairs = pairs_of(collection, keyed=several)
    if pairs is None:
        return _loop_unknown(unknown_of(collection))
    loop = _Loop(node, scope)
    loop.run(pairs)
    if isinstance(collection, Partly):
        loop.rest = loop.rest or collection.rest
    return loop.result()


def _loop_unknown(collection: Unknown) -> Unknown:
    return Unknown(collection.reason, surely_set=True)


def pairs_of(collection: TerraformValue, *, keyed: bool = False) -> Iterator[Pair] | None:
    """Keys and values of a collection, None where it is not known. Raises `EvaluationError` for what is none.

    `keyed` says that it is a set, whose elements are their own keys.
    """
    if isinstance(collection, Partly):
        unplaced = isinstance(collection.known, tuple) and not keyed
        rest = collection.rest
        collection = collection.known
        if unplaced and isinstance(collection, tuple):
            return ((Unknown(rest.reason, surely_set=True), each) for each in collection)
    if isinstance(collection, SetOf) or (keyed and isinstance(collection, tuple)):
        return ((each, each) for each in collection)
    if isinstance(collection, tuple):
        return iter(enumerate(collection))
    if isinstance(collection, dict):
        return ((name, collection[name]) for name in sorted(collection))
    if isinstance(collection, Unknown) or (isinstance(collection, Reference) and collection.text is None):
        return None
    raise EvaluationError("for goes through a null value" if collection is None else "for needs a collection")


class _Loop:
    """A `for` while it runs: a list of results for each combination of conditions that are not known."""

    def __init__(self, node: ast.For, scope: Scope) -> None:
        self.node = node
        self.scope = scope
        self.worlds: list[tuple[Given, list[Pair]]] = [((), [])]
        self.rest: Unknown | None = None

    def run(self, pairs: Iterator[Pair]) -> None:
        """Evaluates the body for each element."""
        node = self.node
        inner = Inner(self.scope, {})
        for count, (key, value) in enumerate(pairs):
            if not count & 63:
                self.scope.budget.spend(64)
            inner.names = {node.value: value} if node.key is None else {node.key: key, node.value: value}
            condition: TerraformValue = True
            if node.condition is not None:
                condition = convert(_unmarked(value_of(node.condition, inner)), BOOL)
                if condition is False:
                    continue
                if condition is None:
                    raise EvaluationError("the condition of a for is null")
            self._add(condition, inner)

    def _add(self, condition: TerraformValue, inner: Scope) -> None:
        node = self.node
        name: TerraformValue = None
        if node.result_key is not None:
            name = convert(_unmarked(value_of(node.result_key, inner)), STRING)
            if isinstance(name, Reference) and name.text is not None:
                name = name.text
            if name is None:
                raise EvaluationError("a key of a for is null")
            if not isinstance(name, str):
                self.rest = self.rest or unknown_of(name)
                return
        result = (name, value_of(node.result, inner))
        if condition is True:
            for _, results in self.worlds:
                results.append(result)
            return
        self._split(condition, result)

    def _split(self, condition: TerraformValue, result: Pair) -> None:
        """The element is there in some worlds and not in others."""
        choices = condition_choices(condition)
        if choices is not None and all(isinstance(choice, bool) for _, choice in choices.choices):
            worlds = [
                (both, [*results, result] if choice else results[:])
                for given, results in self.worlds
                for more, choice in choices.choices
                if (both := together(given, more)) is not None
            ]
            if len(worlds) <= MOST_CHOICES:
                self.worlds = worlds
                return
        self.rest = self.rest or unknown_of(condition)

    def result(self) -> TerraformValue:
        """The tuple or object, or one for each combination."""
        return one_of((given, self._made(results)) for given, results in self.worlds)

    def _made(self, results: list[Pair]) -> TerraformValue:
        made = tuple(value for _, value in results) if self.node.result_key is None else self._object(results)
        return made if self.rest is None else Partly(made, self.rest)

    def _object(self, results: list[Pair]) -> dict[str, TerraformValue]:
        found: dict[str, TerraformValue] = {}
        if self.node.groups:
            groups: dict[str, list[TerraformValue]] = {}
            for name, value in results:
                groups.setdefault(str(name), []).append(value)
            return {name: self._group(groups[name]) for name in sorted(groups)}
        for name, value in results:
            if name in found:
                raise EvaluationError(f'for gives the key "{name}" twice')
            found[str(name)] = value
        return {name: found[name] for name in sorted(found)}

    def _group(self, values: list[TerraformValue]) -> TerraformValue:
        """A group. An element whose key is not known may belong to any."""
        return tuple(values) if self.rest is None else Partly(tuple(values), self.rest)


def _unmarked(value: TerraformValue) -> TerraformValue:
    value = plain(value)
    return plain(value.value) if isinstance(value, Sensitive) else value


def splat(node: ast.Splat, scope: Scope) -> TerraformValue:
    """`object[*].each`."""
    value = value_of(node.object, scope)
    if isinstance(value, (OneOf, Sensitive)):
        return apply(lambda each: _splat(node, scope, each), value)
    return _splat(node, scope, value)


def _splat(node: ast.Splat, scope: Scope, value: TerraformValue) -> TerraformValue:
    if value is None:
        return ()
    if isinstance(value, Handle) and value.several():
        value = value.whole()
    several = isinstance(value, (ListOf, SetOf))
    value = in_order(value)
    if isinstance(value, Partly) and isinstance(value.known, tuple):
        return Partly(_each(node, scope, value.known), value.rest)
    if isinstance(value, Unknown) or (isinstance(value, Reference) and value.text is None):
        (found,) = _each(node, scope, (member_of(unknown_of(value), "[*]"),))
        return Unknown(unknown_of(found).reason, symbol=symbol_of(found), surely_set=True)
    if not isinstance(value, tuple):
        return _each(node, scope, (value,))
    results = _each(node, scope, value)
    return ListOf(results) if several else results


def _each(node: ast.Splat, scope: Scope, values: tuple[TerraformValue, ...]) -> tuple[TerraformValue, ...]:
    if isinstance(node.each, ast.Item):
        return tuple(values)
    scope.budget.spend(len(values))
    inner = Inner(scope, SPLAT)
    results: list[TerraformValue] = []
    for value in values:
        inner.item = value
        results.append(value_of(node.each, inner))
    return tuple(results)


def item(node: ast.Item, scope: Scope) -> TerraformValue:  # noqa: ARG001 - every evaluator takes both
    """What the innermost splat is at."""
    while isinstance(scope, Inner):
        if scope.names is SPLAT:
            return scope.item
        scope = scope.outer
    raise EvaluationError("there is no splat here")
