"""`templatefile` and `templatestring`."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from walint.model.value import Unknown
from walint.sources.terraform.conversion import to_text
from walint.sources.terraform.dispatch import value_of
from walint.sources.terraform.functions.collections import unresolved
from walint.sources.terraform.functions.files import text
from walint.sources.terraform.hcl import ast
from walint.sources.terraform.scope import Inner, Names, Scope
from walint.sources.terraform.unification import STRING
from walint.sources.terraform.unknowns import NOT_PLAIN, apply, member_of, pending, symbol_of_call
from walint.sources.terraform.values import EvaluationError, Partly, TerraformValue

_MARKER: Final = "END_OF_THE_TEMPLATE_FILE"


class _Arguments(Names):
    """The scope of a template: the variables that it is given. `rest` stands for those that are not known."""

    __slots__ = ("rest",)

    rest: Unknown | None

    def lookup(self, name: str) -> TerraformValue | None:
        """The value of a name."""
        if self.rest is not None and name not in self.names:
            return member_of(self.rest, name)
        return self.names.get(name)


@lru_cache(maxsize=64)
def _parsed(template: str) -> ast.Template:
    """A template as the heredoc that it would be, without the line end that a heredoc needs."""
    from walint.sources.terraform.hcl.parser import parse

    if _MARKER in template:
        raise EvaluationError("this template cannot be read")
    file = parse(f"x = <<{_MARKER}\n{template}\n{_MARKER}\n", "")
    attribute = file.body.attributes.get("x")
    if file.problems or attribute is None or not isinstance(attribute.expression, ast.Template):
        problem = file.problems[0].message if file.problems else "it is not a template"
        raise EvaluationError(f"a template cannot be read: {problem}")
    parts = list(attribute.expression.parts)
    last = parts[-1] if parts else None
    if isinstance(last, ast.Literal) and isinstance(last.value, str):
        ending = last.value.removesuffix("\n")
        parts[-1:] = [ast.Literal(last.start, last.end, ending)] if ending else []
    return ast.Template(attribute.expression.start, attribute.expression.end, parts)


def _rendered(scope: Scope, template: str, variables: TerraformValue) -> TerraformValue:
    outer = scope
    while isinstance(outer, Inner):
        outer = outer.outer
    if isinstance(outer, _Arguments):
        raise EvaluationError("a template file cannot use templatefile or templatestring itself")
    inside = variables.known if isinstance(variables, Partly) else variables
    if not isinstance(inside, dict):
        raise EvaluationError("the variables of a template must be a map or an object")
    names = _Arguments(inside, scope.budget, scope.files)
    names.rest = variables.rest if isinstance(variables, Partly) else None
    try:
        value = value_of(_parsed(template), names)
    except RecursionError:
        raise EvaluationError("a template is nested too deeply") from None
    return apply(_as_text, value) if isinstance(value, NOT_PLAIN) else _as_text(value)


def _as_text(value: TerraformValue) -> TerraformValue:
    return to_text(value, STRING) if value is not None else None


def _templatefile(scope: Scope, path: TerraformValue, variables: TerraformValue) -> TerraformValue:
    if not isinstance(path, str) or unresolved(variables):
        return pending(symbol_of_call("templatefile", [path, variables]), path, variables)
    template = text(scope, path)
    return template if isinstance(template, Unknown) else _rendered(scope, template, variables)


def _templatestring(scope: Scope, template: TerraformValue, variables: TerraformValue) -> TerraformValue:
    if not isinstance(template, str) or unresolved(variables):
        return pending(symbol_of_call("templatestring", [template, variables]), template, variables)
    return _rendered(scope, template, variables)


FUNCTIONS: Final[dict[str, Callable[..., TerraformValue]]] = {
    "templatefile": _templatefile,
    "templatestring": _templatestring,
}
