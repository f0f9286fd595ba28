"""Paths into the answers of AWS: "TracingConfig.Mode", "SecurityGroups[].GroupId", "$parent.id"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from walint.patterns import lazy

MISSING: Final = object()
"""What a path gives where the answer has nothing; None is an answer of its own."""

_BRACES = lazy(r"\$\{([^}]*)\}")


def at(document: Any, path: str) -> Any:
    """What stands at a path; `MISSING` when nothing does. "" is the document itself; "[]" asks every item of a list."""
    here = document
    while path:
        step, dot, path = path.partition(".")
        each = step.endswith("[]")
        here = _member(here, step.removesuffix("[]"))
        if here is MISSING or here is None:
            return MISSING
        if each:
            items = [at(item, path) for item in here] if isinstance(here, list) else []
            return [item for item in items if item is not MISSING]
        if not dot:
            break
    return here


def _member(here: Any, name: str) -> Any:
    if not name:
        return here
    if not isinstance(here, Mapping):
        return MISSING
    if name in here:
        return here[name]
    lower = name.lower()
    for key, value in here.items():
        if isinstance(key, str) and key.lower() == lower:
            return value
    return MISSING


def lookup(reference: str, item: Any, around: Mapping[str, Any]) -> Any:
    """What "$name" or a plain path stands for: one of `around` ("parent", "region", "items"), or a field of the item.

    "$item" is the item itself; of one that was listed as a text and then described, that text.
    """
    path = reference.removeprefix("$")
    head, _, tail = path.partition(".")
    if reference.startswith("$") and head in around:
        return at(around[head], tail)
    if reference.startswith("$") and head == "item":
        listed = item.get("$item", item) if isinstance(item, Mapping) and not tail else item
        return at(listed, tail)
    return at(item, path)


def fill(template: Any, item: Any, around: Mapping[str, Any]) -> Any:
    """A template with "$name" and "${name}" filled in; `MISSING` when a name of it has no value."""
    if isinstance(template, str):
        if "${" in template:
            return _fill_text(template, item, around)
        return lookup(template, item, around) if template.startswith("$") else template
    if isinstance(template, Mapping):
        filled: Any = {key: fill(value, item, around) for key, value in template.items()}
        return MISSING if any(value is MISSING for value in filled.values()) else filled
    if isinstance(template, list):
        filled = [fill(value, item, around) for value in template]
        return MISSING if any(value is MISSING for value in filled) else filled
    return template


def _fill_text(template: str, item: Any, around: Mapping[str, Any]) -> Any:
    missing = False

    def value(match: re.Match[str]) -> str:
        nonlocal missing
        found = lookup(f"${match[1]}", item, around)
        missing = missing or found is MISSING
        return str(found)

    text = _BRACES.sub(value, template)
    return MISSING if missing else text
