"""What rules read: which properties of which types, and of the types that their relations lead to.

A source that must ask for every fact (a live account) asks for no more than this.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from walint.catalog.identity import identity_of
from walint.catalog.relations import JoinSpec, RelationSpec, relations
from walint.language.rule import Rule

_OF_OPERATORS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "detects_within": {"AWS::CloudWatch::Alarm": ("",)},
    "near_timeout": {"AWS::CloudWatch::Alarm": ("",), "AWS::Lambda::Function": ("FunctionName", "Timeout")},
    "outlasts_consumers": {
        "AWS::Lambda::EventSourceMapping": ("EventSourceArn", "FunctionName", "MaximumBatchingWindowInSeconds"),
        "AWS::Lambda::Function": ("FunctionName", "Timeout"),
    },
    "resolves": {"AWS::SNS::Topic": ("TopicName",), "AWS::Lambda::Function": ("FunctionName",)},
    "sees_metrics": {
        "AWS::CloudWatch::Alarm": ("",),
        "AWS::CloudWatch::Dashboard": ("DashboardBody",),
        "AWS::Lambda::Function": ("Environment",),
        "AWS::Logs::MetricFilter": ("MetricTransformations",),
    },
    "spans_zones": {"AWS::EC2::Subnet": ("AvailabilityZone", "AvailabilityZoneId")},
    "watches_existing_metric": {"AWS::CloudWatch::Alarm": ("",), "AWS::Lambda::Function": ("FunctionName",)},
}
"""Operators that look at more than the value they test."""

_ASKED_FOR = frozenset(("@Recording",))
"""What stands beside the properties and takes a call of its own."""


def needs_of(rules: Iterable[Rule]) -> dict[str, frozenset[str]]:
    """CloudFormation type -> the paths that these rules read of it; "" is all of them."""
    found: dict[str, set[str]] = {}
    for rule in rules:
        for case in rule.cases:
            for type_name in case.types:
                _identify(found, type_name)
                for condition in (case.when, case.expect):
                    if condition:
                        _condition(found, _with_types(condition, rule), (type_name,), "")
    return {name: frozenset(paths) for name, paths in found.items()}


def _with_types(raw: Any, rule: Rule) -> Any:
    """A condition with the default of each parameter that stands for the types of the relation `declared`."""
    if isinstance(raw, Mapping):
        filled = {key: _with_types(value, rule) for key, value in raw.items()}
        types = raw.get("types")
        if isinstance(types, str) and types[1:] in rule.parameters:
            filled["types"] = rule.parameters[types[1:]].default
        return filled
    return [_with_types(item, rule) for item in raw] if isinstance(raw, (list, tuple)) else raw


def _add(found: dict[str, set[str]], types: Iterable[str], path: str) -> None:
    if path == "@ManagedBy":
        types, path = ("Walint::ManagedResource",), "Key"
    if path.startswith("@") and path not in _ASKED_FOR:
        return  # what stands beside the properties is in templates and Terraform's files, or in every list
    for name in types:
        found.setdefault(name, set()).add(path)


def _identify(found: dict[str, set[str]], type_name: str) -> None:
    """A type that takes part at all is known by its name."""
    paths = found.setdefault(type_name, set())
    identity = identity_of(type_name)
    if identity is not None and identity.name_property is not None:
        paths.add(identity.name_property)


def _condition(found: dict[str, set[str]], raw: Mapping[str, Any], types: tuple[str, ...], prefix: str) -> None:
    for key, argument in raw.items():
        match key:
            case "all" | "any":
                for part in argument:
                    _condition(found, part, types, prefix)
            case "not":
                _condition(found, argument, types, prefix)
            case "some" | "every" | "no":
                _quantifier(found, argument, types, prefix)
            case "type" | "enabled":
                continue
            case _:
                _add(found, types, key if key.startswith("@") else _plain(prefix, key))
                _operators(found, argument, types)


def _operators(found: dict[str, set[str]], argument: Any, types: tuple[str, ...]) -> None:
    if not isinstance(argument, Mapping):
        return
    for name, given in argument.items():
        for type_name, paths in _OF_OPERATORS.get(name, {}).items():
            for path in paths:
                _add(found, (type_name,), path)
        if name == "above" and isinstance(given, Mapping):
            _add(found, types, _plain("", str(given.get("property", ""))))
        _operators(found, given, types)


def _plain(prefix: str, key: str) -> str:
    """A path without what crosses lists or quotes keys: "Targets[].Arn" reads Targets.Arn."""
    path = "" if key == "." else key.replace("[]", "").replace(".[", ".").replace("]", "")
    return ".".join(part for part in (prefix, path) if part)


def _quantifier(found: dict[str, set[str]], raw: Mapping[str, Any], types: tuple[str, ...], prefix: str) -> None:
    inner, inner_prefix = types, prefix
    if "relation" in raw:
        relation = relations()[raw["relation"]]
        _relation(found, relation, types, prefix)
        inner, inner_prefix = _targets(relation, types), ""
        if relation.kind == "declared":
            inner = tuple(map(str, raw["types"]))
            for target in inner:
                _identify(found, target)
    else:
        inner_prefix = _plain(prefix, raw["items"])
        _add(found, types, inner_prefix)
    for key in ("where", "expect"):
        if raw.get(key):
            _condition(found, raw[key], inner, inner_prefix)


def _relation(found: dict[str, set[str]], relation: RelationSpec, types: tuple[str, ...], prefix: str) -> None:
    """What following a relation reads, at both of its ends."""
    for target in _targets(relation, types):
        _identify(found, target)
        if relation.kind != "join":
            _add(found, (target,), "")
    if relation.kind == "alarms":
        for name in types:
            _identify(found, name)
    if relation.kind == "backup_selections":
        _add(found, types, "Tags")
        _add(found, types, "FileSystemTags")
    for join in _joins(relation, types):
        _join(found, join, types, prefix)


def _join(found: dict[str, set[str]], join: JoinSpec, types: tuple[str, ...], prefix: str) -> None:
    if join.path is not None:
        _add(found, (join.there,), _plain("", join.path))
    if join.here is not None:
        _add(found, types, _plain(prefix, join.here))
    if join.unless is not None:
        _add(found, types, _plain("", join.unless))


def _targets(relation: RelationSpec, types: tuple[str, ...]) -> tuple[str, ...]:
    """The types that a relation leads to from these."""
    if relation.kind != "join":
        return relation.targets
    return tuple(dict.fromkeys(join.there for join in _joins(relation, types)))


def _joins(relation: RelationSpec, types: tuple[str, ...]) -> list[JoinSpec]:
    """The joins of a relation from these types that hold outside of templates, too."""
    return [
        join
        for join in relation.joins
        if set(types) & set(join.subject) and not (join.path or join.here or "").startswith("@")
    ]
