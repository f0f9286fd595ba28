"""The logical ids that SAM derives from texts which are no ids themselves."""

from __future__ import annotations

from walint.digests import sha1

_HASH_LENGTH = 10
_TARGET_ID_LENGTH = 64
"""The longest id of a rule's target that EventBridge takes."""


def hashed_id(prefix: str, text: str) -> str:
    """A prefix with a text behind it: as it is where it can stand in a logical id, else a hash of it.

    SAM keeps this stable for ever, since a changed logical id would replace the resource.
    """
    if not text or text.isalnum():
        return prefix + text
    return prefix + digest(text)


def digest(text: str) -> str:
    """The hash that SAM puts into logical ids: the start of a SHA-1, in hexadecimal."""
    return sha1(text.encode())[:_HASH_LENGTH]


def target_id(logical_id: str, suffix: str) -> str:
    """The id of a rule's target, cut to the length that EventBridge takes."""
    return logical_id[: _TARGET_ID_LENGTH - len(suffix)] + suffix
