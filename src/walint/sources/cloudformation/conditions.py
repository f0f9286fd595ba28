"""The conditions of a stack: under which assumptions each holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from yaml.nodes import Node, ScalarNode, SequenceNode

from walint.model.span import Span
from walint.model.value import Absent, Alternatives, Choice, Known, Text, Value
from walint.sources.cloudformation.cases import (
    ALWAYS,
    MAX_CASES,
    NEVER,
    Cases,
    Given,
    alternatives,
    both,
    either,
    joined,
    negated,
    simplified,
)
from walint.sources.cloudformation.document import MAP
from walint.sources.cloudformation.scalars import as_text
from walint.sources.cloudformation.texts import canonical

if TYPE_CHECKING:
    from walint.sources.cloudformation.scope import Scope
    from walint.sources.cloudformation.stack import Stack

_MAX_OPEN = 50
"""How long a chain of conditions that refer to each other is followed."""

_PLAIN_FUNCTIONS = frozenset(("Ref", "Fn::Sub", "Fn::FindInMap", "Fn::Join", "Fn::Select", "Fn::Split"))
_FUNCTIONS = frozenset(("Fn::Equals", "Fn::And", "Fn::Or", "Fn::Not", "Condition"))


class Conditions:
    """The `Conditions` section of a stack.

    A condition is a set of worlds (see `cases`). What cannot be decided is a variable: the name of the condition
    whose whole body it is, or else the text of the expression; so equal expressions stay correlated.
    """

    def __init__(self, stack: Stack, nodes: dict[str, tuple[Node, Node, Scope]]) -> None:
        self._stack = stack
        self._nodes = nodes
        self._cases: dict[str, Cases] = {}
        self._open: list[str] = []
        self._registered = False
        self.cycles: list[tuple[str, Node]] = []
        """Conditions that depend on themselves."""

    def __contains__(self, name: object) -> bool:
        return name in self._nodes

    def __iter__(self):  # type: ignore[no-untyped-def]  # noqa: ANN204
        return iter(self._nodes)

    def named(self, name: str) -> Cases:
        """The worlds of a declared condition. An undeclared one is a variable of its own."""
        if name in self._cases:
            return self._cases[name]
        entry = self._nodes.get(name)
        variable = f"{self._stack.unit}#{name}"
        if entry is None:
            return _variable(variable)
        if len(self._open) >= _MAX_OPEN:
            return _variable(variable)
        if name in self._open:
            self.cycles.append((name, entry[0]))
            return _variable(variable)
        self._open.append(name)
        try:
            cases = self.of_node(entry[1], entry[2], body=True)
        finally:
            self._open.pop()
        self._cases[name] = cases
        return cases

    def of_node(self, node: Node, scope: Scope, *, body: bool = False) -> Cases:
        """The worlds of a condition as it is written: a name, `Condition: name`, or a condition function.

        `body` says that it is the body of a declared condition, where a plain text is no name.
        """
        function = scope.function_of(node)
        if function is None and node.tag == MAP and len(node.value) == 1 and node.value[0][0].value == "Condition":
            function = "Condition"
        if function is not None and function in _FUNCTIONS:
            return self.of_function(function, scope.argument_of(node), scope)
        value = scope.value(node)
        if isinstance(value, Known) and isinstance(value.data, str) and not body:
            return self.named(value.data)
        return self._of_value(value, node, scope)

    def of_function(self, name: str, argument: Node, scope: Scope) -> Cases:
        """The worlds of a condition function with its argument."""
        parts: list[Node] = argument.value if isinstance(argument, SequenceNode) else [argument]
        if name == "Condition":
            condition = scope.substituted(str(argument.value)) if isinstance(argument, ScalarNode) else ""
            return self.named(condition)
        if name == "Fn::Equals":
            if len(parts) != 2:  # noqa: PLR2004 - two sides
                return self._atom(None, argument, scope)
            return self._equals(scope.value(parts[0]), scope.value(parts[1]), argument, scope)
        if name == "Fn::Not":
            return negated(self.of_node(parts[0], scope)) if parts else NEVER
        combine, result = (both, ALWAYS) if name == "Fn::And" else (either, NEVER)
        for part in parts:
            following = combine(result, self.of_node(part, scope))
            if following is None:
                return self._atom(None, argument, scope)
            result = following
        return result

    def as_value(self, cases: Cases, span: Span | None) -> Value:
        """A condition as a boolean value."""
        if len({holds for _, holds in cases}) == 1:
            return Known(cases[0][1], span)
        return alternatives([Choice(given, Known(holds, span)) for given, holds in cases], span)

    def _of_value(self, value: Value, node: Node, scope: Scope) -> Cases:
        """The worlds of a value that stands where a condition is expected."""
        if isinstance(value, Alternatives) and len(value.choices) <= MAX_CASES:
            found = [(choice.given, _boolean(choice.value)) for choice in value.choices]
            if all(holds is not None for _, holds in found):
                return simplified([(given, bool(holds)) for given, holds in found])
        holds = _boolean(value)
        if holds is not None:
            return ALWAYS if holds else NEVER
        return self._atom(canonical(value), node, scope)

    def _equals(self, left: Value, right: Value, node: Node, scope: Scope) -> Cases:
        self._register()
        worlds: list[tuple[Given, Value, Value]] = []
        for first in _choices(left):
            for second in _choices(right):
                given = joined(first.given, second.given)
                if given is not None:
                    worlds.append((given, first.value, second.value))
        if len(worlds) > MAX_CASES:
            return self._atom(_equality(left, right), node, scope)
        found: list[tuple[Given, bool]] = []
        for given, one, other in worlds:
            same = equal(one, other)
            if same is not None:
                found.append((given, same))
                continue
            for atom, holds in self._atom(_equality(one, other), node, scope):
                merged = joined(given, atom)
                if merged is not None:
                    found.append((merged, holds))
        if len(found) > MAX_CASES:
            return self._atom(_equality(left, right), node, scope)
        return simplified(found)

    def _atom(self, expression: str | None, node: Node, scope: Scope) -> Cases:
        """An expression that cannot be decided, as a variable: equal expressions are one variable."""
        unit = self._stack.unit
        if expression is None:
            mark = node.start_mark
            name = self._open[-1] if self._open else "condition"
            turn = ",".join(f"{key}={canonical(value)}" for key, value in (scope.bindings or {}).items())
            return _variable(f"{unit}#{name} ({mark.line + 1}:{mark.column + 1}{turn and ':' + turn})")
        known = self._stack.root.atoms.get(expression)
        return _variable(known or f"{unit}#{expression.replace(f'{unit}#', '')}")

    def _register(self) -> None:
        """Names the variables: an equality that is the whole body of a condition is called like the condition."""
        if self._registered:
            return
        self._registered = True
        for name, (_, node, scope) in self._nodes.items():
            if scope.function_of(node) != "Fn::Equals":
                continue
            sides = scope.argument_of(node)
            if isinstance(sides, SequenceNode) and len(sides.value) == 2 and _is_plain(sides, scope):  # noqa: PLR2004
                expression = _equality(scope.value(sides.value[0]), scope.value(sides.value[1]))
                if expression is not None:
                    self._stack.root.atoms.setdefault(expression, f"{self._stack.unit}#{name}")


def _is_plain(node: Node, scope: Scope) -> bool:
    """Whether a node can be read without asking for any condition."""
    function = scope.function_of(node)
    if function is not None and function not in _PLAIN_FUNCTIONS:
        return False
    argument = node if function is None else scope.argument_of(node)
    if isinstance(argument, SequenceNode):
        return all(_is_plain(part, scope) for part in argument.value)
    return isinstance(argument, ScalarNode)


def _variable(name: str) -> Cases:
    return ((((name, True),), True), (((name, False),), False))


def _choices(value: Value) -> Sequence[Choice]:
    return value.choices if isinstance(value, Alternatives) else (Choice((), value),)


def _equality(left: Value, right: Value) -> str | None:
    sides = [canonical(left), canonical(right)]
    if None in sides:
        return None
    return " == ".join(sorted((str(side) for side in sides), key=lambda side: (side.startswith('"'), side)))


def _boolean(value: Value) -> bool | None:
    if isinstance(value, Known):
        if isinstance(value.data, bool):
            return value.data
        if value.data in ("true", "false"):
            return value.data == "true"
    return None


def equal(left: Value, right: Value) -> bool | None:
    """Whether two values are equal as CloudFormation compares them, as text; None when it cannot be told."""
    if isinstance(left, Absent) or isinstance(right, Absent):
        return None
    one, other = _plain_text(left), _plain_text(right)
    if one is not None and other is not None:
        return one == other
    form = canonical(left)
    if form is not None and form == canonical(right):
        return True
    for text, pieces in ((one, right), (other, left)):
        if text is not None and isinstance(pieces, Text) and not _may_become(pieces, text):
            return False
    return None


def _plain_text(value: Value) -> str | None:
    if isinstance(value, Known) and (value.data is None or isinstance(value.data, str | int | float)):
        return as_text(value.data)
    return None


def _may_become(value: Text, text: str) -> bool:
    """Whether partly known text can turn out to be this text, by its literal ends."""
    first, last = value.pieces[0], value.pieces[-1]
    if isinstance(first, str) and not text.startswith(first):
        return False
    return not isinstance(last, str) or text.endswith(last)
