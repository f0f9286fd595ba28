"""Whether a text names a resource of a live account, of which AWS has told every name, ARN and id.

There a name is a fact, no expression: no form has to be made up, and an ARN says account and region itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from walint.language.pieces import ARN_PARTS, holds_word
from walint.language.scope import Pieces
from walint.language.truth import Answer
from walint.model.value import Known, Unknown, Value
from walint.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from walint.language.naming import Naming
    from walint.model.resource import Resource

_WORD = lazy(r"[\w-]+")


def elsewhere(owner: Resource, other: Resource, value: Value | None = None) -> bool:
    """Whether a value of one live resource cannot mean another: they are in different accounts or regions.

    A plain name is only good in its own place. An ARN names its place, and may lead to another one.
    """
    if owner.source != "live" or other.source != "live" or owner.unit == other.unit:
        return False
    if owner.account == other.account and "global" in (owner.region, other.region):
        return False  # a distribution has no region, and its alarms are in one
    return not (isinstance(value, Known) and isinstance(value.data, str) and value.data.startswith("arn:"))


def existing_keys(resource: Resource, naming: Naming) -> list[tuple[str, str]]:
    """The index keys under which texts that name the resource are filed."""
    found = [("ref", resource.key)]
    if naming.mentions:
        return [*found, *(("word", words[0]) for words in map(_WORD.findall, _names(resource)) if words)]
    for text in _wanted(resource, naming):
        found.append(("text", text))
        if text.startswith("arn:"):
            found.append(("text", "arn:" + text.split(":", ARN_PARTS)[-1]))
    return found


def names_existing(pieces: Pieces, resource: Resource, naming: Naming) -> Answer:
    """Whether a text names the resource: True, False, or why it cannot be told."""
    unknown = next((piece for piece in pieces if isinstance(piece, Unknown)), None)
    text = "".join(piece for piece in pieces if isinstance(piece, str))
    if naming.mentions:
        mentioned = any(holds_word(text, name) for name in _names(resource))
        return mentioned or (unknown.reason if unknown is not None else False)
    if unknown is not None:
        return unknown.reason
    return any(
        text == wanted or (wanted.startswith("arn:") and text.startswith(wanted + ":"))  # a version, an alias, ":*"
        for wanted in _wanted(resource, naming)
    )


def _names(resource: Resource) -> list[str]:
    """By what a text may mention it."""
    return [resource.identifiers[kind] for kind in ("name", "arn") if kind in resource.identifiers]


def _wanted(resource: Resource, naming: Naming) -> Iterator[str]:
    """The texts that name it where a property holds these kinds of identity."""
    for kind in naming.kinds:
        text = resource.identifiers.get(kind)
        if text is not None:
            yield naming.template.replace("{name}", text) if kind != "arn" else text
