"""Evaluates the expressions of Terraform's language, without ever asking anything but the scope.

Every kind of node has its function in one table. What is not known stays symbolic; a value that depends on a condition
that is not known is a `OneOf`, and operations on it are done for each choice.
"""

from __future__ import annotations

from walint.model.value import Unknown
from walint.sources.terraform.access import attribute, element
from walint.sources.terraform.branches import conditional
from walint.sources.terraform.budget import STEPS_AT_ONCE
from walint.sources.terraform.conversion import convert
from walint.sources.terraform.dispatch import EVALUATORS, value_of
from walint.sources.terraform.functions import call
from walint.sources.terraform.hcl import ast
from walint.sources.terraform.iteration import for_expression, item, splat
from walint.sources.terraform.operators import binary, negation, negative
from walint.sources.terraform.scope import Scope, find
from walint.sources.terraform.templates import interpolation, template, template_for, template_if
from walint.sources.terraform.unification import STRING
from walint.sources.terraform.unknowns import NOT_PLAIN, apply, plain, unknown_of
from walint.sources.terraform.values import EvaluationError, Handle, Sensitive, TerraformValue, normal


def evaluate(node: ast.Expression, scope: Scope) -> TerraformValue:
    """The value of an expression.

    Raises `EvaluationError` where Terraform would stop, and `BudgetError` where it would cost too much. An expression
    nested too deeply, or one that needs too long a chain of others, ends in `RecursionError`.
    """
    budget = scope.budget
    if budget.depth == 0:
        budget.at_once = STEPS_AT_ONCE
    budget.depth += 1
    try:
        value = EVALUATORS[type(node)](node, scope)
        if isinstance(value, (tuple, dict)):
            budget.walk(value)
        return value
    finally:
        budget.depth -= 1


def _literal(node: ast.Literal, scope: Scope) -> TerraformValue:  # noqa: ARG001 - every evaluator takes both
    value = node.value
    return normal(value) if isinstance(value, str) else value


def _variable(node: ast.Variable, scope: Scope) -> TerraformValue:
    return find(scope, node.name)


def _parentheses(node: ast.Parentheses, scope: Scope) -> TerraformValue:
    return value_of(node.inner, scope)


def _attribute(node: ast.GetAttr, scope: Scope) -> TerraformValue:
    value = attribute(value_of(node.object, scope), node.name)
    if isinstance(value, (tuple, dict)):
        scope.budget.spend(1 + (len(value) >> 6))
    return value


def _index(node: ast.Index, scope: Scope) -> TerraformValue:
    return element(value_of(node.object, scope), value_of(node.key, scope))


def _tuple(node: ast.Tuple, scope: Scope) -> TerraformValue:
    return tuple([value_of(each, scope) for each in node.items])


def _object(node: ast.Object, scope: Scope) -> TerraformValue:
    """An object; unknown as a whole where a key is, as in Terraform: nobody knows its type."""
    found: dict[str, TerraformValue] = {}
    opaque: Unknown | None = None
    for key, member in node.items:
        name = value_of(key, scope)
        value = value_of(member, scope)
        if not isinstance(name, str):
            name = _key(name)
        if isinstance(name, str):
            found[name] = value
        else:
            opaque = opaque or unknown_of(name)
    return {name: found[name] for name in sorted(found)} if opaque is None else opaque


def _key(value: TerraformValue) -> TerraformValue:
    """A key as text, or not known."""
    value = plain(value)
    if isinstance(value, Sensitive):
        value = value.value
    if value is None:
        raise EvaluationError("a key is null")
    value = convert(value, STRING)
    text = getattr(value, "text", None)
    return text if isinstance(text, str) else value


def _binary(node: ast.Binary, scope: Scope) -> TerraformValue:
    left = value_of(node.left, scope)
    if node.operator in {"&&", "||"} and left is (node.operator == "||"):
        return left
    right = value_of(node.right, scope)
    if (left is None and isinstance(right, Handle)) or (right is None and isinstance(left, Handle)):
        # A handle need not be looked into to tell that it is not null.
        return binary(node.operator, left, right)
    if isinstance(left, NOT_PLAIN) or isinstance(right, NOT_PLAIN):
        return apply(lambda first, second: binary(node.operator, first, second), left, right)
    if isinstance(left, (tuple, dict)):
        scope.budget.walk(left)
    return binary(node.operator, left, right)


def _unary(node: ast.Unary, scope: Scope) -> TerraformValue:
    return apply(negation if node.operator == "!" else negative, value_of(node.operand, scope))


def _call(node: ast.Call, scope: Scope) -> TerraformValue:
    return call(node, scope)


EVALUATORS.update(
    {
        ast.Literal: _literal,
        ast.Template: template,
        ast.Interpolation: interpolation,
        ast.TemplateIf: template_if,
        ast.TemplateFor: template_for,
        ast.Variable: _variable,
        ast.GetAttr: _attribute,
        ast.Index: _index,
        ast.Splat: splat,
        ast.Item: item,
        ast.Call: _call,
        ast.Conditional: conditional,
        ast.Binary: _binary,
        ast.Unary: _unary,
        ast.Parentheses: _parentheses,
        ast.Tuple: _tuple,
        ast.Object: _object,
        ast.For: for_expression,
    }
)
