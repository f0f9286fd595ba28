"""The keys under which an index files a value that may name a resource, and under which a resource looks it up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from walint.catalog.identity import identity_of
from walint.language.existing import existing_keys
from walint.language.nameforms import fill_template, forms_of
from walint.language.pieces import ARN_PARTS, canonical, is_opaque, pieces_of, stands_for, stands_for_unknown
from walint.language.scope import Context
from walint.model.value import Alternatives, Reference, Unknown, Value
from walint.patterns import lazy

if TYPE_CHECKING:
    from walint.language.naming import Naming
    from walint.model.graph import Graph
    from walint.model.resource import Resource

_WORD = lazy(r"[\w-]+")


def keys(value: Value, graph: Graph) -> Iterator[tuple[str, str]]:  # noqa: C901 - one case for each kind of piece
    """The keys under which an index files a value: what it refers to, its spelling; ("open", "") when it may be any."""
    if isinstance(value, Alternatives):
        for choice in value.choices:
            yield from keys(choice.value, graph)
        return
    pieces = pieces_of(value)
    if pieces is None:
        return
    literal = True
    for piece in pieces:
        if isinstance(piece, Reference):
            about = stands_for(graph, piece.target)
            yield "ref", about
            if is_opaque(piece, graph) or stands_for_unknown(about, graph):
                literal = False
        elif isinstance(piece, Unknown):
            literal = False
    spelled = canonical(pieces, graph)
    if spelled is not None:
        yield "text", spelled
        for name in _names_in(spelled):
            yield "text", name
    if not literal:
        yield "open", ""


def is_spelled(filed_under: Iterable[tuple[str, str]]) -> bool:
    """Whether a value with these keys is a text that may spell a name; a mere reference is none."""
    under = tuple(filed_under)
    return ("open", "") not in under and any(kind == "text" and not key.startswith("\0@") for kind, key in under)


def mention_keys(value: Value) -> Iterator[tuple[str, str]]:
    """Further keys for a value that may only mention a name: every word of its literal parts."""
    if isinstance(value, Alternatives):
        for choice in value.choices:
            yield from mention_keys(choice.value)
        return
    for piece in pieces_of(value) or ():
        text = piece if isinstance(piece, str) else piece.text if isinstance(piece, Reference) else None
        for word in _WORD.findall(text or ""):
            yield "word", word


def _names_in(spelled: str) -> Iterable[str]:
    """The plain names inside an ARN or a URL: its resource part, without and with its last segment."""
    if spelled.startswith("arn:"):
        parts = spelled.split(":", ARN_PARTS)
        if len(parts) > ARN_PARTS:
            tail = parts[ARN_PARTS]
            yield "arn:" + tail
            yield "arn:" + tail.rpartition(":")[0]
    elif spelled.startswith("https://"):
        yield spelled.rpartition("/")[2]


def lookup_keys(resource: Resource, naming: Naming, context: Context) -> list[tuple[str, str]]:
    """The index keys under which values that name this resource, surely or under a condition, are filed."""
    if resource.identifiers:
        return existing_keys(resource, naming)
    found = [("ref", resource.key)]
    identity = identity_of(resource.type)
    named = forms_of(resource, context)
    for form in (*named.forms, *named.perhaps):
        if naming.mentions and isinstance(form[0], str) and (words := _WORD.findall(form[0])):
            found.append(("word", words[0]))
        if "name" in naming.kinds or "url" in naming.kinds:
            spelled = canonical(fill_template(naming.template, form), context.graph)
            if spelled is not None:
                found.append(("text", spelled))
        if "arn" in naming.kinds and identity is not None and identity.arn_of_name:
            spelled = canonical(fill_template(identity.arn_of_name, form), context.graph)
            if spelled is not None:
                found.append(("text", "arn:" + spelled))
    return found
