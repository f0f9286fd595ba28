"""The type constraints of variables: `list(object({ name = string, days = optional(number, 14) }))`."""

from __future__ import annotations

from typing import Final

from walint.sources.terraform.conversion import convert
from walint.sources.terraform.hcl import ast
from walint.sources.terraform.unification import ANY, BOOL, NUMBER, STRING, Type
from walint.sources.terraform.values import EvaluationError, TerraformValue

__all__ = ["ANY", "Type", "convert", "parse_type"]

_NAMES: Final = {"any": ANY, "string": STRING, "number": NUMBER, "bool": BOOL}
_COLLECTIONS: Final = ("list", "set", "map")


def parse_type(node: ast.Expression) -> Type:
    """The type that an expression says. Raises `EvaluationError` where it says none.

    The old spellings `list`, `map` and `"string"` are understood as Terraform does it.
    """
    match node:
        case ast.Variable():
            return _named(node.name)
        case ast.Parentheses():
            return parse_type(node.inner)
        case ast.Template(parts=[ast.Literal(value=str(name))]) | ast.Literal(value=str(name)):
            # Terraform 0.11 wrote types in quotes: those three, and a list or map of text.
            return _named(name)
        case ast.Call():
            return _called(node)
        case _:
            raise EvaluationError("this is not a type")


def _named(name: str) -> Type:
    if name in _NAMES:
        return _NAMES[name]
    if name in _COLLECTIONS:
        return Type(name, ANY)
    raise EvaluationError(f"there is no type called {name}")


def _called(node: ast.Call) -> Type:
    if len(node.arguments) != 1:
        raise EvaluationError(f"{node.name} takes one type")
    inside = node.arguments[0]
    if node.name in _COLLECTIONS:
        return Type(node.name, parse_type(inside))
    if node.name == "tuple" and isinstance(inside, ast.Tuple):
        return Type("tuple", items=tuple(map(parse_type, inside.items)))
    if node.name == "object" and isinstance(inside, ast.Object):
        return _object(inside)
    raise EvaluationError(f"there is no type called {node.name}")


def _object(node: ast.Object) -> Type:
    attributes: dict[str, Type] = {}
    defaults: dict[str, TerraformValue] = {}
    for key, type_ in node.items:
        name = _name(key)
        if isinstance(type_, ast.Call) and type_.name == "optional":
            if not 1 <= len(type_.arguments) <= 2:  # noqa: PLR2004 - a type, and perhaps a default
                raise EvaluationError("optional takes a type and perhaps a default")
            attributes[name] = parse_type(type_.arguments[0])
            defaults[name] = _default(type_.arguments[1], attributes[name]) if len(type_.arguments) > 1 else None
        else:
            attributes[name] = parse_type(type_)
    return Type("object", attributes=attributes, defaults=defaults)


def _name(key: ast.Expression) -> str:
    match key:
        case ast.Literal(value=str(name)) | ast.Template(parts=[ast.Literal(value=str(name))]):
            return name
        case ast.Variable():
            return key.name
        case _:
            raise EvaluationError("the attributes of an object type have plain names")


def _default(node: ast.Expression, type_: Type) -> TerraformValue:
    """The default of an attribute. Terraform allows no names in it, and neither does an empty scope."""
    from walint.sources.terraform.expressions import evaluate
    from walint.sources.terraform.scope import Names

    return convert(evaluate(node, Names({})), type_)
