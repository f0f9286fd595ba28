"""Texts as pieces: what is written, and between it references and unknowns; when two such texts are the same.

The answers are three-valued: a parameter without a value *may* make two texts equal, and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from walint.catalog.identity import identity_of
from walint.language.scope import Pieces
from walint.language.truth import Answer
from walint.model.value import Known, Reference, Text, Unknown, Value

if TYPE_CHECKING:
    from walint.model.graph import Graph

# A function's alias or version, named where a function is asked for, is that function (a qualified ARN or name).
STANDS_FOR = {"AWS::Lambda::Alias": "FunctionName", "AWS::Lambda::Version": "FunctionName"}
# What these resources return is computed by code that walint does not run.
_OPAQUE = ("Custom::", "AWS::CloudFormation::")
ARN_PARTS = 5


def pieces_of(value: Value) -> Pieces | None:
    """A value as pieces of text, or None where it is no text at all."""
    match value:
        case Known(str() as data):
            return (data,)
        case Known(int() | float() as data):
            return (str(data),)
        case Text(pieces):
            return pieces
        case Reference() | Unknown():
            return (value,)
        case _:
            return None


def canonical(pieces: Pieces, graph: Graph) -> str | None:
    """The one spelling of an expression: equal spellings are equal texts. None when a piece has no identity."""
    parts = []
    for piece in pieces:
        match piece:
            case str():
                parts.append(piece)
            case Reference(text=str(text)):
                parts.append(text)
            case Reference():
                parts.append(f"\0@{piece.target}.{kind_of(piece, graph) or piece.attribute}\0")
            case Unknown(symbol=None):
                return None
            case Unknown(symbol=symbol):
                parts.append(f"\0{symbol}\0")
    return "".join(parts)


def kind_of(reference: Reference, graph: Graph) -> str | None:
    """Which kind of identity an attribute of a resource is: the Ref of a queue is its "url"."""
    resource = graph.get(reference.target)
    identity = identity_of(resource.type) if resource else None
    return identity.kind_of(reference.attribute) if identity else None


def stands_for(graph: Graph, target: str) -> str:
    """The key of the resource that a reference is about in the end: an alias's function."""
    for _ in range(3):
        resource = graph.get(target)
        if resource is None or resource.type not in STANDS_FOR:
            return target
        properties = resource.properties
        data = properties.data if isinstance(properties, Known) else None
        value = data.get(STANDS_FOR[resource.type]) if isinstance(data, Mapping) else None
        if isinstance(value, Text) and isinstance(value.pieces[0], Reference):
            value = value.pieces[0]
        if not isinstance(value, Reference):
            return target
        target = value.target
    return target


def stands_for_unknown(target: str, graph: Graph) -> bool:
    """Whether a reference ends at an alias or a version whose function is not named by reference."""
    resource = graph.get(target)
    return resource is not None and resource.type in STANDS_FOR


def is_opaque(reference: Reference, graph: Graph) -> bool:
    """Whether a reference is to what code computes that walint does not run."""
    resource = graph.get(reference.target)
    return resource is not None and resource.type.startswith(_OPAQUE) and reference.attribute != "Ref"


def is_open(piece: str | Unknown | Reference, graph: Graph) -> bool:
    """Whether a piece of a text may turn out to be anything."""
    return isinstance(piece, Unknown) or (
        isinstance(piece, Reference) and piece.text is None and is_opaque(piece, graph)
    )


def why_open(piece: str | Unknown | Reference) -> str:
    """Why a piece is open, in words."""
    if isinstance(piece, Unknown):
        return piece.reason
    assert isinstance(piece, Reference)  # noqa: S101 - literal pieces are never open
    return f"{piece.target.rpartition('#')[2]} is computed outside of the template"


def could_be(pieces: Pieces, text: str) -> bool:
    """Whether the literal pieces occur in the text, in order and at its ends: then the others may be what is left."""
    start, end = _edge(pieces, 0), _edge(pieces, -1)
    if len(pieces) == 1 and isinstance(pieces[0], str):
        return pieces[0] == text
    if len(start) + len(end) > len(text) or not text.startswith(start) or not text.endswith(end):
        return False
    at, last = len(start), len(text) - len(end)
    for piece in pieces[1:-1]:
        if isinstance(piece, str):
            found = text.find(piece, at, last)
            if found < 0:
                return False
            at = found + len(piece)
    return True


def holds_word(text: str, name: str) -> bool:
    """Whether a name stands in a text by itself, not as a part of a longer word (of letters, digits, "_" and "-")."""
    at = text.find(name)
    while at >= 0:
        if not _is_of_word(text[at - 1 : at]) and not _is_of_word(text[at + len(name) : at + len(name) + 1]):
            return True
        at = text.find(name, at + 1)
    return False


def _is_of_word(character: str) -> bool:
    return character.isalnum() or character in {"_", "-"}


def compare(got: Pieces, wanted: Pieces, graph: Graph) -> Answer:
    """Whether two expressions are the same text: True, False when their literal parts exclude it, or why it is open."""
    if _ends_differ(got, wanted):
        return False
    left, right = canonical(got, graph), canonical(wanted, graph)
    if left is not None and left == right:
        return True
    if wanted and wanted[-1] == ":*":
        stem = canonical(wanted[:-1], graph)
        return left is not None and stem is not None and left.startswith(stem + ":")
    open_got = [piece for piece in got if is_open(piece, graph)]
    open_wanted = [piece for piece in wanted if is_open(piece, graph)]
    if any(isinstance(piece, Reference) for piece in wanted) and not _only_open(got, wanted):
        return False  # no text that a user composes equals a name that AWS makes up
    if not open_got and not open_wanted:
        return False
    if _of_different_stacks(got, wanted):
        return False
    if not _compatible(got, wanted):
        return False
    return why_open((open_got or open_wanted)[0])


def _ends_differ(left: Pieces, right: Pieces) -> bool:
    """Whether both texts begin, or both end, with what is written out, and differently: most pairs do."""
    if not left or not right:
        return False
    first, other = left[-1], right[-1]
    if other == ":*":  # any qualifier
        return False
    if isinstance(first, str) and isinstance(other, str) and not (first.endswith(other) or other.endswith(first)):
        return True
    first, other = left[0], right[0]
    return (
        isinstance(first, str) and isinstance(other, str) and not (first.startswith(other) or other.startswith(first))
    )


def _of_different_stacks(left: Pieces, right: Pieces) -> bool:
    """Whether both texts start with the name of a stack, and of different ones: no two stacks share a name."""
    stacks = [
        piece.symbol
        for piece in (left[0], right[0])
        if isinstance(piece, Unknown) and piece.symbol is not None and piece.symbol.endswith("#AWS::StackName")
    ]
    return len(stacks) == 2 and stacks[0] != stacks[1]  # noqa: PLR2004 - one of each text


def _only_open(got: Pieces, wanted: Pieces) -> bool:
    """Whether `got` is one unresolved piece inside the very frame that `wanted` puts around the made-up name."""
    before, after = _edge(wanted, 0), _edge(wanted, -1)
    inner = [piece for piece in got if piece not in (before, after)]
    return len(inner) == 1 and not isinstance(inner[0], str)


def _compatible(left: Pieces, right: Pieces) -> bool:
    """Whether two partly known texts can be equal: by all literal pieces if one is wholly known, else by both ends."""
    for known, other in ((left, right), (right, left)):
        if all(isinstance(piece, str) for piece in known):
            return could_be(other, "".join(map(str, known)))
    return _overlap(_edge(left, 0), _edge(right, 0), str.startswith) and _overlap(
        _edge(left, -1), _edge(right, -1), str.endswith
    )


def _edge(pieces: Sequence[str | Unknown | Reference], index: int) -> str:
    piece = pieces[index] if pieces else ""
    return piece if isinstance(piece, str) else ""


def _overlap(left: str, right: str, at: Callable[[str, str], bool]) -> bool:
    return at(left, right) or at(right, left)


def arn_tail(pieces: Pieces) -> Pieces | None:
    """What follows the fifth colon of an ARN, however its region and account are written."""
    colons = 0
    for index, piece in enumerate(pieces):
        if not isinstance(piece, str):
            continue
        for position, character in enumerate(piece):
            if character == ":":
                colons += 1
                if colons == ARN_PARTS:
                    rest = piece[position + 1 :]
                    return tuple(p for p in (rest, *pieces[index + 1 :]) if p != "")
    return None
