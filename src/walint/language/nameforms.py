"""All the ways to write a resource's own name: by reference, and as its name property has it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from walint.catalog.identity import Identity, identity_of
from walint.language.pieces import is_open, pieces_of, why_open
from walint.language.scope import Context, NameForms, Pieces, resource_scope
from walint.model.value import Absent, Alternatives, Reference, Unknown, Value

if TYPE_CHECKING:
    from walint.language.naming import Naming
    from walint.model.resource import Resource


def forms_of(resource: Resource, context: Context) -> NameForms:
    """All the ways to write a resource's own name; found once under the same assumptions."""
    known = context.names.get(resource.key)
    if known is None:
        known = context.names[resource.key] = _find_names(resource, context)
    return known


def spellings(resource: Resource, naming: Naming, context: Context) -> list[Pieces]:
    """Every text that may name the resource, apart from ARNs and URLs: its names in the template."""
    named = forms_of(resource, context)
    return [fill_template(naming.template, form) for form in (*named.forms, *named.perhaps)]


def _find_names(resource: Resource, context: Context) -> NameForms:
    identity = identity_of(resource.type)
    if identity is None:
        return NameForms([(Reference(resource.key),)], [], own=True, open=None)
    forms: list[Pieces] = [
        (Reference(resource.key, attribute),) for attribute, kind in identity.attributes.items() if kind == "name"
    ]
    if not forms:
        forms.append((Reference(resource.key, "*name"),))
    own = own_name(resource, identity, context)
    if own is None:
        return NameForms(forms, [], own=False, open=None)
    possible = [pieces for value in possibilities(own, context) if (pieces := pieces_of(value)) is not None]
    hidden = next((piece for pieces in possible for piece in pieces if is_open(piece, context.graph)), None)
    reason = None if hidden is None else why_open(hidden)
    if isinstance(own, Alternatives):
        return NameForms(forms, possible, own=True, open=reason)
    return NameForms([*forms, *possible], [], own=True, open=reason)


def possibilities(value: Value, context: Context) -> Iterator[Value]:
    """The values that the assumptions leave open."""
    if isinstance(value, Alternatives):
        for choice in context.possible(value):
            yield from possibilities(choice.value, context)
    else:
        yield value


def own_name(resource: Resource, identity: Identity, context: Context) -> Value | None:
    """What the resource's name property says; None when AWS makes up a name."""
    if identity.name_property is None:
        return None
    scope = resource_scope(context, resource)
    value = scope.read((identity.name_property,))
    if isinstance(value, Absent) and resource.type == "AWS::ApiGateway::RestApi":
        # "If you do not specify a name, API Gateway takes the title of the OpenAPI definition" (RestApi, Name).
        value = scope.read(("Body", "info", "title"))
        if isinstance(value, Absent) and not isinstance(scope.read(("BodyS3Location",)), Absent):
            value = Unknown(f"the name of {resource.address} stands in its definition file", resource.span)
    return None if isinstance(value, Absent) else value


@lru_cache(maxsize=256)
def _split_template(template: str) -> tuple[str, str]:
    before, _, after = template.partition("{name}")
    return before, after


def fill_template(template: str, name: Pieces) -> Pieces:
    """A name put into the pattern that a property writes it in."""
    before, after = _split_template(template)
    return tuple(piece for piece in (before, *name, after) if piece != "")
