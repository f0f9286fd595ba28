"""`condition ? yes : no`, and the same inside a template."""

from __future__ import annotations

from collections.abc import Callable

from walint.model.value import Unknown
from walint.sources.terraform.budget import BudgetError
from walint.sources.terraform.conversion import convert
from walint.sources.terraform.dispatch import value_of
from walint.sources.terraform.hcl import ast
from walint.sources.terraform.scope import Scope
from walint.sources.terraform.unification import BOOL, type_of, unify
from walint.sources.terraform.unknowns import attempt, condition_choices, one_of, pending, plain, same, sensitive
from walint.sources.terraform.values import EvaluationError, OneOf, Refused, Sensitive, TerraformValue


def conditional(node: ast.Conditional, scope: Scope) -> TerraformValue:
    """The branch that the condition chooses, converted to the type that both branches have in common."""
    condition = value_of(node.condition, scope)
    if isinstance(condition, bool):
        return _chosen(node.yes, node.no, scope) if condition else _chosen(node.no, node.yes, scope)
    return choose(
        condition,
        lambda: _chosen(node.yes, node.no, scope),
        lambda: _chosen(node.no, node.yes, scope),
    )


def choose(
    condition: TerraformValue, yes: Callable[[], TerraformValue], no: Callable[[], TerraformValue]
) -> TerraformValue:
    """What one of two callables gives, or both where the condition is not known."""
    if isinstance(condition, Sensitive):
        return sensitive(choose(condition.value, yes, no))
    condition = convert(plain(condition), BOOL)
    if isinstance(condition, bool):
        return yes() if condition else no()
    if condition is None:
        raise EvaluationError("a condition is null")
    if isinstance(condition, OneOf):
        return one_of((given, attempt(choose, choice, yes, no)) for given, choice in condition.choices)
    choices = condition_choices(condition)
    if choices is not None:
        return one_of((given, attempt(choose, choice, yes, no)) for given, choice in choices.choices)
    first, second = attempt(yes), attempt(no)
    if isinstance(first, Refused) and isinstance(second, Refused):
        raise EvaluationError(first.reason)
    return first if same(first, second) else Unknown(pending(None, condition).reason)


def _chosen(chosen: ast.Expression, other: ast.Expression, scope: Scope) -> TerraformValue:
    value = value_of(chosen, scope)
    if isinstance(value, str):
        if isinstance(other, (ast.Tuple, ast.Object, ast.For)):
            raise EvaluationError("the two results of a condition have no type in common")
        return value
    if not isinstance(value, (bool, int, float, tuple, dict)):
        return value
    try:
        alternative = plain(value_of(other, scope))
    except (EvaluationError, BudgetError):
        return value
    while isinstance(alternative, Sensitive):
        alternative = plain(alternative.value)
    if alternative is None or (type(alternative) is type(value) and not isinstance(value, (tuple, dict))):
        return value
    scope.budget.walk((value, alternative))
    common = unify([type_of(value), type_of(alternative)])
    if common is None:
        raise EvaluationError("the two results of a condition have no type in common")
    return convert(value, common)
