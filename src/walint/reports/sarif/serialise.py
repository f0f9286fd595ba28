"""Writes sarif_om's objects as JSON.

sarif_om comes without a serialiser; the one that is usually put beside it leaves out whatever equals a default, and
with it the level of a warning, which then becomes the level of its rule. Here `level` is always written, and only what
stands for "not given" is left out.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import attr

from walint.reports.writing import json_text

_NOT_GIVEN = {
    "byteOffset": -1,
    "charOffset": -1,
    "id": -1,
    "index": -1,
    "kind": "fail",
    "parentIndex": -1,
    "rank": -1.0,
    "ruleIndex": -1,
}
"""The defaults by which sarif_om says "not given", where that is not None."""
_DEFAULTS_OF_SARIF = {"language": "en-US", "contents": ["localizedData", "nonLocalizedData"], "isComprehensive": False}
"""Values that mean the same when they are not written."""


def serialised(log: object) -> str:
    """The SARIF log as indented JSON text."""
    plain = _plain(log)
    return json_text({key: plain[key] for key in ("$schema", "version", *plain)})


def _plain(value: object) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    cls: Any = type(value)
    if not attr.has(cls):
        return value
    plain = {}
    for name, key in _fields(cls):
        member = getattr(value, name)
        if member is None or (key in _NOT_GIVEN and member == _NOT_GIVEN[key]):
            continue
        if key in _DEFAULTS_OF_SARIF and member == _DEFAULTS_OF_SARIF[key]:
            continue
        plain[key] = _plain(member)
    return plain


@cache
def _fields(cls: Any) -> list[tuple[str, str]]:
    """The attributes of a class with their names in SARIF."""
    return [(field.name, field.metadata["schema_property_name"]) for field in attr.fields(cls)]
