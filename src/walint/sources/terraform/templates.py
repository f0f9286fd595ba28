"""Templates: text with interpolations and directives, quoted, heredoc, or in a file."""

from __future__ import annotations

from collections.abc import Sequence

from walint.model.value import Reference, Text, Unknown
from walint.sources.terraform.branches import choose
from walint.sources.terraform.conversion import convert
from walint.sources.terraform.dispatch import value_of
from walint.sources.terraform.hcl import ast
from walint.sources.terraform.iteration import pairs_of
from walint.sources.terraform.scope import Inner, Scope
from walint.sources.terraform.sets import in_order
from walint.sources.terraform.unification import STRING
from walint.sources.terraform.unknowns import NOT_PLAIN, apply, plain, unknown_of
from walint.sources.terraform.values import EvaluationError, JsonText, Partly, TerraformValue, normal


def template(node: ast.Template, scope: Scope) -> TerraformValue:
    """The text of a template; a single interpolation is its value itself, whatever it is."""
    parts = node.parts
    if len(parts) == 1 and isinstance(parts[0], ast.Interpolation):
        return value_of(parts[0].expression, scope)
    return _joined(parts, scope)


def interpolation(node: ast.Interpolation, scope: Scope) -> TerraformValue:
    """The text of one interpolation among others."""
    return convert(_present(value_of(node.expression, scope)), STRING)


def _present(value: TerraformValue) -> TerraformValue:
    value = plain(value)
    if value is None:
        raise EvaluationError("a null value cannot be part of a text")
    if isinstance(value, (tuple, dict)):
        raise EvaluationError("a collection cannot be part of a text")
    return value


def _joined(parts: Sequence[ast.Expression], scope: Scope) -> TerraformValue:
    pieces: list[TerraformValue] = []
    for part in parts:
        if isinstance(part, ast.Literal):
            pieces.append(part.value)
        else:
            pieces.append(value_of(part, scope))
    result = joined(pieces)
    if isinstance(result, str):
        scope.budget.text(len(result))
    return result


def joined(pieces: Sequence[TerraformValue]) -> TerraformValue:
    """Some texts as one. Unknown ones keep their places in it."""
    if all(isinstance(piece, str) for piece in pieces):
        return normal("".join(pieces))  # type: ignore[arg-type] # they are all text
    if any(isinstance(piece, NOT_PLAIN) for piece in pieces):
        return apply(lambda *each: joined(each), *pieces)
    flat: list[str | Unknown | Reference] = []
    for piece in pieces:
        _append(flat, _present(piece))
    if len(flat) == 1:
        return flat[0]
    return Text(tuple(flat)) if flat else ""


def _append(flat: list[str | Unknown | Reference], piece: TerraformValue) -> None:
    if isinstance(piece, Text):
        for inner in piece.pieces:
            _append(flat, inner)
        return
    if isinstance(piece, Reference):
        piece = piece if piece.text is None else piece.text
    elif isinstance(piece, JsonText):
        piece = unknown_of(piece)
    elif not isinstance(piece, Unknown):
        piece = convert(piece, STRING)
    if isinstance(piece, str):
        if not piece:
            return
        if flat and isinstance(flat[-1], str):
            flat[-1] = normal(flat[-1] + piece)
            return
        piece = normal(piece)
    if isinstance(piece, (str, Unknown, Reference)):
        flat.append(piece)


def template_if(node: ast.TemplateIf, scope: Scope) -> TerraformValue:
    """`%{ if }`."""
    return choose(value_of(node.condition, scope), lambda: _joined(node.yes, scope), lambda: _joined(node.no, scope))


def template_for(node: ast.TemplateFor, scope: Scope) -> TerraformValue:
    """`%{ for }`."""
    collection = value_of(node.collection, scope)
    if isinstance(collection, NOT_PLAIN):
        return apply(lambda each: _loop(node, scope, each), collection)
    return _loop(node, scope, collection)


def _loop(node: ast.TemplateFor, scope: Scope, collection: TerraformValue) -> TerraformValue:
    if isinstance(ordered := in_order(collection), Partly):
        return Unknown(ordered.rest.reason, surely_set=True)
    pairs = pairs_of(collection)
    if pairs is None:
        return Unknown(unknown_of(collection).reason, surely_set=True)
    inner = Inner(scope, {})
    pieces: list[TerraformValue] = []
    for key, value in pairs:
        scope.budget.spend(1)
        inner.names = {node.value: value} if node.key is None else {node.key: key, node.value: value}
        pieces.append(_joined(node.body, inner))
    return joined(pieces)
