"""The types, properties and enums that rules may name, cut from cfn-lint's schemas by tools/build_catalog.py.

Used when rules are validated, never while a template is judged. A path is CloudFormation property names joined by
dots; a list is crossed without an index ("ContainerDefinitions.LogConfiguration.LogDriver"), "." is the thing itself,
and a key that holds dots itself is written in brackets ("Options.[awslogs-group]").
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from walint.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_FILE: Final = Path(__file__).resolve().parent / "data" / "schemas.json"

Kind: TypeAlias = Literal["text", "integer", "number", "boolean", "list", "object", "map", "json", "any"]
Node: TypeAlias = Any
"""A property as schemas.json writes it; see tools/build_catalog.py."""


@dataclass(frozen=True, slots=True)
class PropertySchema:
    """What CloudFormation says of one property.

    kind   text, integer, number, boolean, list, object (named properties), map (any key), json (an object that the
           schema does not describe, or JSON text) or any
    enum   the allowed values, where they are listed
    item   of a list or map: what each member is
    node   the same as schemas.json writes it, and the definitions that it refers to
    """

    kind: Kind
    enum: tuple[str | int | float | bool, ...] | None = None
    item: PropertySchema | None = None
    node: Node = field(default=None, repr=False, hash=False)
    definitions: Mapping[str, Node] = field(default_factory=dict, repr=False, compare=False)

    def at(self, path: str) -> PropertySchema | None:
        """The property at a path relative to this one; to a list, relative to its items. None when there is none."""
        here: PropertySchema | None = self
        for key in split_path(path):
            if here is None:
                return None
            here = here.child(key)
        return here

    def names(self) -> tuple[str, ...]:
        """The names of an object's properties (of a list of objects: its items'), sorted."""
        inner = self._inside()
        if inner.kind != "object":
            return ()
        return tuple(sorted(inner.node["properties"]))

    def _inside(self) -> PropertySchema:
        """Itself, or the innermost item of a list."""
        here = self
        while here.kind == "list" and here.item is not None:
            here = here.item
        return here

    def child(self, key: str) -> PropertySchema | None:
        """What stands under a key of an object or map (of a list: of its items); None when nothing may."""
        inner = self._inside()
        match inner.kind:
            case "object":
                child = inner.node["properties"].get(key)
                return None if child is None else _schema(child, inner.definitions)
            case "map":
                return inner.item
            case "json" | "any":
                return _ANY
            case _:
                return None


_ANY: Final = PropertySchema("any")

_ATTRIBUTES: Final[dict[str, Node]] = {
    "@DeletionPolicy": {"kind": "text", "enum": ["Delete", "Retain", "RetainExceptOnCreate", "Snapshot"]},
    "@UpdateReplacePolicy": {"kind": "text", "enum": ["Delete", "Retain", "Snapshot"]},
    "@PreventDestroy": "boolean",
    "@SkipDestroy": "boolean",
    "@Fetched": "boolean",
    "@SkipFinalSnapshot": "boolean",
    "@ForceDestroy": "boolean",
    "@Recording": "boolean",
    "@State": {"kind": "text", "enum": ["OK", "ALARM", "INSUFFICIENT_DATA"]},
    "@StateSince": "text",
    "@StackStatus": "text",
    "@DriftStatus": {"kind": "text", "enum": ["DRIFTED", "IN_SYNC", "NOT_CHECKED", "UNKNOWN"]},
    "@DriftChecked": "text",
    "@Parent": "text",
    "@TerminationProtection": "boolean",
    "@LaunchedOn": "text",
    "@ManagedBy": "text",
    "@Replicas": [
        {
            "properties": {
                "DeletionProtectionEnabled": "boolean",
                "PointInTimeRecoverySpecification": {"properties": {"PointInTimeRecoveryEnabled": "boolean"}},
                "Region": "text",
            }
        }
    ],
    "@DependsOn": "any",
    "@Condition": "text",
    "@Name": "text",
    "@DeclaredType": "text",
    "@CreationPolicy": "json",
    "@Metadata": "json",
    "@UpdatePolicy": {
        "properties": {
            "AutoScalingReplacingUpdate": {"properties": {"WillReplace": "boolean"}},
            "AutoScalingRollingUpdate": {
                "properties": {
                    "MaxBatchSize": "integer",
                    "MinActiveInstancesPercent": "integer",
                    "MinInstancesInService": "integer",
                    "MinSuccessfulInstancesPercent": "integer",
                    "PauseTime": "text",
                    "SuspendProcesses": ["text"],
                    "WaitOnResourceSignals": "boolean",
                }
            },
            "AutoScalingScheduledAction": {"properties": {"IgnoreUnmodifiedGroupSizeProperties": "boolean"}},
            "CodeDeployLambdaAliasUpdate": {
                "properties": {
                    "AfterAllowTrafficHook": "text",
                    "ApplicationName": "text",
                    "BeforeAllowTrafficHook": "text",
                    "DeploymentGroupName": "text",
                }
            },
            "EnableVersionUpgrade": "boolean",
            "UseOnlineResharding": "boolean",
        }
    },
}
"""What may stand beside Properties. From the resource attribute reference of the CloudFormation user guide.

Six are Terraform's alone: `lifecycle { prevent_destroy }`; whether a downloaded module declares the resource; the
arguments skip_destroy (Terraform forgets the resource and AWS keeps it), skip_final_snapshot, and force_destroy or
force_delete (what is in it goes with it); and whether a configuration recorder is started, which CloudFormation does by
itself. Two are a live account's: in which state an alarm is, and since which day (YYYY-MM-DD); so
are the status of a stack, its drift and the day of the last look at it, the stack that it is nested in, its termination
protection (that of a stack of the CDK stands in the cloud assembly), the day on which an instance was started, and
which stack or Terraform state manages a resource.
"""


def known_type(name: str) -> bool:
    """Whether CloudFormation or walint has a type of this name. Custom resources may be called anything."""
    return name in _types() or name in _others() or name.startswith("Custom::")


def type_names() -> tuple[str, ...]:
    """Every type that a rule may name, sorted."""
    return tuple(sorted({*_types(), *_others()}))


def property_schema(type_name: str, path: str) -> PropertySchema | None:
    """The property of a type at a path; None when the type or the property is not known."""
    root = type_schema(type_name)
    if root is None:
        return None
    keys = split_path(path)
    if keys and keys[0].startswith("@"):
        attribute = _ATTRIBUTES.get(keys[0])
        if attribute is None:
            return None
        return _schema(attribute, {}).at(".".join(f"[{key}]" for key in keys[1:]))
    return root.at(path)


def property_names(type_name: str, path: str = "") -> tuple[str, ...]:
    """The names that may follow `path` in a type, sorted, for "did you mean". At the top, attributes are included."""
    found = property_schema(type_name, path) if path else type_schema(type_name)
    if found is None:
        return ()
    return found.names() if path else (*found.names(), *_ATTRIBUTES)


@cache
def type_schema(type_name: str) -> PropertySchema | None:
    """A whole type as an object; None when there is no such type.

    Of a type that types.yaml does not list only the name is known: it is free-form, and its paths are not checked.
    """
    entry = _types().get(type_name)
    if entry is None:
        return _ANY if known_type(type_name) else None
    return _ANY if entry.get("open") else _schema(entry, entry.get("definitions", {}))


def read_only(type_name: str) -> tuple[str, ...]:
    """The properties of a type that only AWS sets: what GetAtt may return."""
    return tuple(_types().get(type_name, {}).get("read_only", ()))


def ref_of(type_name: str) -> tuple[str, ...]:
    """The primary identifier of a type by its schema; what Ref returns, if it has one part."""
    return tuple(_types().get(type_name, {}).get("ref", ()))


def split_path(path: str) -> tuple[str, ...]:
    """The keys of a path: "A.B" -> A, B; "Options.[awslogs-group]" -> Options, awslogs-group; "" and "." -> nothing."""
    return tuple(_keys(path)) if path not in {"", "."} else ()


def _keys(path: str) -> Iterator[str]:
    rest = path
    while rest:
        if rest.startswith("[") and "]" in rest:
            key, _, rest = rest[1:].partition("]")
            rest = rest.removeprefix(".")
        else:
            key, _, rest = rest.partition(".")
        yield key


def _schema(node: Node, definitions: Mapping[str, Node]) -> PropertySchema:
    """A node of schemas.json; references are followed here, so that a definition may contain itself."""
    while isinstance(node, str) and node.startswith("#"):
        node = definitions[node[1:]]
    if isinstance(node, str):
        return PropertySchema(_kind(node), None, _ANY if node == "map" else None)
    if isinstance(node, list):
        return PropertySchema("list", None, _schema(node[0], definitions))
    if "map" in node:
        return PropertySchema("map", None, _schema(node["map"], definitions))
    if "enum" in node:
        return PropertySchema(_kind(node["kind"]), tuple(node["enum"]))
    return PropertySchema("object", None, None, node, definitions)


def _kind(name: str) -> Kind:
    return name  # type: ignore[return-value]  # tools/build_catalog.py writes no other word; a test reads them all


def _types() -> dict[str, dict[str, Node]]:
    found: dict[str, dict[str, Node]] = _file()["types"]
    return found


@cache
def _others() -> frozenset[str]:
    """The names of CloudFormation's types that are not described here."""
    return frozenset(f"{service}::{name}" for service, names in _file()["others"].items() for name in names)


@cache
def _file() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return found
