"""Whether a container image is named so that the name always means the same image."""

from __future__ import annotations

from collections.abc import Sequence

from walint.language.scope import Scope
from walint.language.truth import Answer
from walint.model.value import Absent, Known, Reference, Text, Value
from walint.patterns import lazy

_TAGGED = lazy(r":([\w][\w.-]{0,127})$")


def pinned(value: Value, scope: Scope, mutable_tags: Sequence[str]) -> Answer:
    """The operator `pinned_image`: a digest, or a tag that is none of those that move."""
    match value:
        case Known(str() as text) | Reference(text=str(text)):
            return _pinned((text,), mutable_tags)
        case Text(pieces):
            return _pinned(tuple(piece if isinstance(piece, str) else None for piece in pieces), mutable_tags)
        case Reference(target, "RepositoryUri"):
            resource = scope.context.graph.get(target)
            untagged = resource is not None and resource.type == "AWS::ECR::Repository"
            return False if untagged else "its image is not known"
        case Absent() | Known():
            return False
        case _:
            return getattr(value, "reason", "its image is not known")


def _pinned(pieces: Sequence[str | None], mutable_tags: Sequence[str]) -> Answer:
    """The same of an image's name, with None for each unknown part of it."""
    if any(piece is not None and "@sha256" in piece for piece in pieces):
        return True
    last = pieces[-1]
    if last is None:
        return "its tag is known at deployment"
    tag = _TAGGED.search(last)
    if tag is not None:
        return tag[1].lower() not in [each.lower() for each in mutable_tags]
    if len(pieces) > 1 and "/" not in last:
        return "its tag is only partly known"
    return False
