"""Whether a caller names a version or an alias of a function, or whatever was uploaded last."""

from __future__ import annotations

from walint.catalog.relations import relations
from walint.language.operators.asking import Argument, Test
from walint.language.pieces import pieces_of
from walint.language.scope import Scope, resource_scope
from walint.language.truth import Answer
from walint.model.value import Reference, Value

_FUNCTION = "AWS::Lambda::Function"


def qualified_function(_argument: Argument) -> Test:
    """The operator of that name: no reference to a function as such, where the function has an alias."""
    return Test("the alias of the function", _names_alias)


def _names_alias(value: Value, scope: Scope) -> Answer:
    pieces = pieces_of(value) or ()
    for piece, after in zip(pieces, (*pieces[1:], ""), strict=True):
        if not isinstance(piece, Reference) or (isinstance(after, str) and after.startswith(":")):
            continue
        function = scope.context.graph.get(piece.target)
        if function is None or function.type != _FUNCTION or "qualified" in (piece.written or piece.attribute).lower():
            continue
        aliases = scope.context.relations.related(relations()["aliases"], resource_scope(scope.context, function), {})
        if any(link.judgement.truth is True for link in aliases.links):
            return False
        if aliases.links or aliases.more:
            return f"whether {function.address} has an alias cannot be told"
    return True
