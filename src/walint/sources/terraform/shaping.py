"""Terraform values as values of the model: every leaf with the place that gives it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from walint.model.value import Absent, Alternatives, Choice, Known, Reference, Text, Unknown, Value
from walint.sources.terraform.budget import BudgetError
from walint.sources.terraform.hcl import ast
from walint.sources.terraform.values import Handle, JsonText, OneOf, Partly, Refused, Sensitive, TerraformValue

if TYPE_CHECKING:
    from walint.model.span import Span
    from walint.sources.terraform.root import Root
    from walint.sources.terraform.scope import Scope

_DEEPEST = 60
"""A handle may lead to another one; what is nested more deeply is not looked into."""
_ENCODING = frozenset(("jsonencode", "core::jsonencode"))


class Shaper:
    """Makes model values for one module. `blamed` is the place of everything in a module that was fetched."""

    __slots__ = ("blamed", "root")

    def __init__(self, root: Root, blamed: Span | None) -> None:
        self.root = root
        self.blamed = blamed

    def span(self, file: ast.File, start: int, end: int) -> Span:
        """Where something is, for the user."""
        return self.blamed or file.span(start, end)

    def argument(self, attribute: tuple[ast.Attribute, ast.File], scope: Scope) -> Value | None:
        """The value of an argument, every leaf with its own place; None for null."""
        node, file = attribute[0].expression, attribute[1]
        try:
            return self._placed(node, file, scope)
        except BudgetError as error:
            span = self.span(file, node.start, node.end)
            self.root.complain(error.message, span)
            return Unknown(f"this is not evaluated: {error.message}", span)

    def _placed(self, node: ast.Expression, file: ast.File, scope: Scope) -> Value | None:
        """A literal structure is taken apart; everything else is evaluated as a whole."""
        match node:
            case ast.Literal(value=value):
                return None if value is None else Known(value, self.span(file, node.start, node.end))
            case ast.Tuple():
                span = self.span(file, node.start, node.end)
                self.root.budget.spend(1)
                items = (self._placed(item, file, scope) or Known(None, span) for item in node.items)
                return Known(tuple(items), span)
            case ast.Object():
                return self._object(node, file, scope)
            case ast.Parentheses():
                return self._placed(node.inner, file, scope)
            case ast.Call() if node.name in _ENCODING and len(node.arguments) == 1 and not node.expands:
                inner = self._placed(node.arguments[0], file, scope)
                return Known("null", self.span(file, node.start, node.end)) if inner is None else inner
            case ast.Conditional():
                condition = self.root.evaluate(node.condition, file, scope)
                if type(condition) is bool:
                    return self._placed(node.yes if condition else node.no, file, scope)
        found = self.root.evaluate(node, file, scope)
        return self.shaped(found, self.span(file, node.start, node.end))

    def _object(self, node: ast.Object, file: ast.File, scope: Scope) -> Value:
        self.root.budget.spend(1)
        span = self.span(file, node.start, node.end)
        members: dict[str, Value] = {}
        rest: Unknown | None = None
        for key, item in node.items:
            name = key.value if isinstance(key, ast.Literal) else self.root.evaluate(key, file, scope)
            if isinstance(name, str):
                value = self._placed(item, file, scope)
                if value is not None:
                    members[name] = value
            elif isinstance(name, int | float):
                members[str(name).lower()] = self._placed(item, file, scope) or Absent(span)
            else:
                rest = Unknown("one of its keys is not known", self.span(file, key.start, key.end))
        return Known(members, span, rest=rest)

    def shaped(self, value: TerraformValue, span: Span | None, depth: int = 0) -> Value | None:  # noqa: C901, PLR0912
        """A value, all of it with one place; None for null."""
        if depth > _DEEPEST:
            return Unknown("this is nested too deeply", span)
        match value:
            case None:
                return None
            case bool() | int() | float() | str():
                return Known(value, span)
            case tuple():
                return Known(self._items(value, span, depth), span)
            case dict():
                return Known(self._members(value, span, depth), span)
            case Unknown(reason, _, symbol, surely_set):
                return Unknown(reason, span, symbol, surely_set)
            case Text(pieces):
                return Text(pieces, span)
            case Reference(target, attribute, _, text):
                return Reference(target, attribute, span, text)
            case OneOf(choices=choices):
                deployable = [choice for _, choice in choices if not isinstance(choice, Refused)]
                if len(deployable) == 1:  # under the other assumptions Terraform would stop
                    return self.shaped(deployable[0], span, depth + 1)
                shaped = ((given, self.shaped(choice, span, depth + 1)) for given, choice in choices)
                return Alternatives(tuple(Choice(given, v or Absent(span)) for given, v in shaped), span)
            case Sensitive(value=inner):
                return self._masked(inner, span, depth + 1)
            case JsonText(value=inner):
                return self.shaped(inner, span, depth + 1)
            case Partly(known=known, rest=why):
                rest = Unknown(why.reason, span, why.symbol)
                if isinstance(known, dict):
                    return Known(self._members(known, span, depth), span, rest=rest)
                return Known(self._items(known, span, depth), span, rest=rest)
            case Handle():
                return self._handle(value, span, depth)

    def _items(self, items: tuple[TerraformValue, ...], span: Span | None, depth: int) -> tuple[Value, ...]:
        self.root.budget.spend(len(items))
        return tuple(self.shaped(item, span, depth + 1) or Known(None, span) for item in items)

    def _members(self, members: Mapping[str, TerraformValue], span: Span | None, depth: int) -> dict[str, Value]:
        self.root.budget.spend(len(members))
        shaped = ((key, self.shaped(member, span, depth + 1)) for key, member in members.items())
        return {key: member for key, member in shaped if member is not None}

    def _handle(self, handle: Handle, span: Span | None, depth: int) -> Value | None:
        names = handle.names()
        if names is None:
            whole = handle.whole()
            return Unknown(whole.reason, span, whole.symbol)
        return Known(self._members({name: handle.attribute(name) for name in names}, span, depth), span)

    def _masked(self, value: TerraformValue, span: Span | None, depth: int) -> Value | None:
        """A sensitive value: texts are never shown, what they decide (a switch, a number) is."""
        match value:
            case str() | Text() | JsonText():
                return Unknown("a sensitive value, which walint does not look at", span, surely_set=True)
            case tuple():
                return Known(tuple(self._masked(item, span, depth + 1) or Known(None, span) for item in value), span)
            case dict():
                members = ((key, self._masked(member, span, depth + 1)) for key, member in value.items())
                return Known({key: member for key, member in members if member is not None}, span)
            case OneOf(choices=choices):
                masked = ((given, self._masked(choice, span, depth + 1)) for given, choice in choices)
                return Alternatives(tuple(Choice(given, v or Absent(span)) for given, v in masked), span)
            case _:
                return self.shaped(value, span, depth + 1)
