"""Folds what AWS answers into CloudFormation's names and shapes, guided by CloudFormation's own schemas.

Only the properties that the table lists are kept: what nobody asked for, and every secret in it, is dropped here,
before anything is written or shown. Names are matched without regard to case along the schema; the keys of a map that
the user fills (tags, log options) are never touched.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypeAlias

from walint.catalog.live import Property
from walint.catalog.schemas import PropertySchema, property_schema
from walint.sources.live.normal import NOT_SET, REST, Mark, escaped, is_absent, unknown
from walint.sources.live.paths import MISSING, at, fill, lookup
from walint.sources.live.transforms import TRANSFORMS

NOT_READ = "walint does not read it from live accounts"
NOT_RETURNED = "AWS does not return it"
UNEXPECTED = "AWS returned it in an unexpected shape"

Tree: TypeAlias = dict[str, Any]
"""Which parts of a property are wanted: name -> parts; no parts means all of it."""


def fold(
    type_name: str,
    properties: Iterable[Property],
    document: Any,
    around: Mapping[str, Any],
    gaps: Iterable[str] = (),
) -> dict[str, Any]:
    """The listed properties of a type out of one answer, in normal form; those that are not set are marked so."""
    folded: dict[str, Any] = {}
    properties = tuple(properties)
    plain = [one.path for one in properties if one.source == one.path and not one.transform]
    others = [one for one in properties if one.source != one.path or one.transform]
    shared = {one.path.partition(".")[0] for one in others}
    missing = frozenset(gaps)
    for name, parts in _tree(plain).items():
        schema = property_schema(type_name, name)
        if schema is None:
            continue
        value = at(document, name)
        if value is not MISSING:
            folded[name] = shape(schema, value, name, missing, parts)
        else:
            folded[name] = {**dict.fromkeys(parts, NOT_SET), REST: NOT_READ} if name in shared and parts else NOT_SET
    for wanted in others:
        schema = property_schema(type_name, wanted.path)
        if schema is None:
            continue  # one of the types of a shared API that lacks it
        value = (fill if "${" in wanted.source else lookup)(wanted.source, document, around)
        if value is not MISSING and wanted.transform:
            value = transformed(wanted.transform, value)
        shaped = NOT_SET if value is MISSING else shape(schema, value, wanted.path, missing)
        put(folded, wanted.path, shaped)
    return folded


def transformed(name: str, value: Any) -> Any:
    """A value after a named change of shape; unknown where the answer is of no shape that it could be made of."""
    try:
        return TRANSFORMS[name](value)
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return unknown(UNEXPECTED)


def _tree(paths: Iterable[str]) -> Tree:
    tree: Tree = {}
    for path in paths:
        here = tree
        for step in path.split("."):
            here = here.setdefault(step, {})
    return tree


def put(folded: dict[str, Any], path: str, value: Any) -> None:
    """Puts a value at a path of its own; a parent that exists for it says that it may have more."""
    *above, last = path.split(".")
    here = folded
    for step in above:
        inner = here.get(step)
        if not isinstance(inner, dict) or is_absent(inner):
            inner = here[step] = {REST: NOT_READ}
        here = inner
    here[last] = value


def tidy(folded: dict[str, Any]) -> dict[str, Any]:
    """The same, where a parent all of whose known parts are absent is absent itself."""
    for name, value in folded.items():
        if isinstance(value, dict) and REST in value:
            inner = tidy({key: part for key, part in value.items() if key != REST})
            whole = all(is_absent(part) for part in inner.values())
            folded[name] = NOT_SET if whole else {**inner, REST: value[REST]}
    return folded


def shape(schema: PropertySchema, value: Any, path: str, gaps: frozenset[str], parts: Tree | None = None) -> Any:
    """A value of an answer in the shape that CloudFormation has at a path; an unexpected shape is unknown."""
    if isinstance(value, Mark):
        return value  # a transform has decided
    match schema.kind:
        case "object":
            return _object(schema, value, path, gaps, parts or {})
        case "list":
            return _list(schema, value, path, gaps, parts)
        case "map" | "json" | "any":
            return _free(schema, value)
        case "boolean":
            return _boolean(value, path)
        case "integer" | "number":
            return _number(value, path)
        case _:
            return _text(value, path)


def _object(schema: PropertySchema, value: Any, path: str, gaps: frozenset[str], parts: Tree) -> Any:
    value = _parsed(value)
    if not isinstance(value, Mapping):
        return _unexpected(path)
    found: dict[str, Any] = {}
    names = schema.names()
    for name in names:
        inner = f"{path}.{name}"
        if parts and name not in parts:
            continue
        child = schema.child(name)
        if inner in gaps:
            found[name] = unknown(NOT_RETURNED)
            continue
        member = at(value, f"{name}")
        if member is MISSING or child is None:
            if parts:
                found[name] = NOT_SET
            continue
        found[name] = shape(child, member, inner, gaps, parts.get(name) if parts else None)
    if REST in value or (parts and len(parts) < len(names)):
        found[REST] = NOT_READ
    return found


def _list(schema: PropertySchema, value: Any, path: str, gaps: frozenset[str], parts: Tree | None) -> Any:
    assert schema.item is not None  # noqa: S101 - every list of the schemas has one
    if isinstance(value, Mapping) and schema.item.names() == ("Key", "Value"):
        value = [{"Key": key, "Value": each} for key, each in value.items()]
    if not isinstance(value, list | tuple):
        return _unexpected(path)
    return [shape(schema.item, item, path, gaps, parts) for item in value]


def _free(schema: PropertySchema, value: Any) -> Any:
    if schema.kind == "map" and not isinstance(value, Mapping):
        pairs = _pairs(value)
        if pairs is None:
            return unknown(UNEXPECTED)
        value = pairs
    return escaped(_plain(_parsed(value) if schema.kind == "json" else value))


def _pairs(value: Any) -> dict[str, Any] | None:
    """A map out of a list of {Key, Value}, in any case."""
    if not isinstance(value, list):
        return None
    found = {}
    for item in value:
        key, inner = at(item, "Key"), at(item, "Value")
        if key is MISSING or inner is MISSING:
            return None
        found[str(key)] = inner
    return found


def _plain(value: Any) -> Any:
    """Data that JSON can hold: times as text; bytes are never kept."""
    if isinstance(value, Mark):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool) or value is None else str(type(value).__name__)


def _parsed(value: Any) -> Any:
    """JSON text as data; anything else as it is."""
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def _boolean(value: Any, path: str) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    return _unexpected(path)


def _number(value: Any, path: str) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            return _unexpected(path)
    return _unexpected(path)


def _text(value: Any, path: str) -> Any:
    plain = _plain(value)
    return plain if isinstance(plain, str | int | float | bool) else _unexpected(path)


def _unexpected(path: str) -> Any:
    return unknown(f"AWS returned {path} in an unexpected shape")
