"""The table of evaluators, one per kind of node. `expressions` fills it; they call each other through it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from walint.sources.terraform.hcl import ast
from walint.sources.terraform.scope import Scope
from walint.sources.terraform.values import TerraformValue

EVALUATORS: Final[dict[type[ast.Node], Callable[[Any, Scope], TerraformValue]]] = {}


def value_of(node: ast.Expression, scope: Scope) -> TerraformValue:
    """The value of a part of an expression."""
    return EVALUATORS[type(node)](node, scope)
