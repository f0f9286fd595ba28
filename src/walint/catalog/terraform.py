"""How Terraform's resource types, arguments and blocks become CloudFormation's: data/terraform.yaml, compiled.

A scan needs few of the types, so each type's entry is kept as a JSON text of its own and read when it is asked for.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from walint.catalog.compiled import CatalogError, JsonValue, compiled, read_yaml, register
from walint.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from walint.catalog.schemas import PropertySchema

_FILE: Final = Path(__file__).resolve().parent / "data" / "terraform.yaml"

Kind: TypeAlias = Literal["value", "object", "list", "flat"]
"""An argument; a block that is one object; a block that may be repeated; a block whose arguments stand alone."""

TRANSFORMS: Final[Mapping[str, tuple[str, ...]]] = {
    "attribute": ("name",),
    "containers": (),
    "each": ("key",),
    "enum": ("values",),
    "first": (),
    "item": ("path",),
    "json": (),
    "keyed": ("key",),
    "method_of_path": (),
    "one": (),
    "pairs": ("key", "value"),
    "pascal_json": (),
    "path_of_method": (),
    "present": ("value",),
}
"""The named transforms and their arguments; walint.sources.terraform.transforms documents and implements each."""


CLOUDFORMATION_ONLY: Final[Mapping[str, str]] = {
    "@CreationPolicy": "Terraform waits by other means, each provider's own",
    "@DeclaredType": "SAM declares tables and functions as other types; Terraform does not",
    "@DeletionPolicy": "Terraform destroys what is taken out of its files; see @PreventDestroy and @SkipDestroy",
    "@Metadata": "Terraform's resources have none",
    "@UpdateReplacePolicy": "Terraform destroys what is replaced; see @PreventDestroy and @SkipDestroy",
}
"""Attributes of resources that Terraform has no counterpart for, and why: there, they are surely not set."""


class Binding:
    """Where one argument or block goes.

    kind       see Kind
    path       the steps of the CloudFormation path, relative to the object that the enclosing block becomes
    transform  the name of a transform of the value, or None; `arguments` are the transform's
    unset      scalars that mean "not set" in Terraform: 0 for a retention, -1 for a concurrency
    inner      the bindings of a block's own arguments and blocks
    fill       what AWS's provider sets in a block that does not: member -> scalar
    unless     arguments of a block and the scalars with which it counts as not written
    """

    __slots__ = ("arguments", "fill", "inner", "kind", "path", "transform", "unless", "unset")

    def __init__(self, written: Mapping[str, Any]) -> None:
        self.kind: Kind = written.get("kind", "value")
        self.path: tuple[str, ...] = tuple(written["path"])
        self.transform: str | None = written.get("with")
        self.arguments: Mapping[str, Any] = written.get("arguments", {})
        self.unset: Sequence[Any] = written.get("unset", ())
        self.inner: Node = _node(written.get("inner", {}))
        self.fill: Mapping[str, Any] = written.get("fill", {})
        self.unless: Mapping[str, Any] = written.get("unless", {})


Node: TypeAlias = "Mapping[str, Sequence[Binding]]"
"""The bindings of a resource or of a block: argument or block -> where it goes, once or several times."""


class Companion(NamedTuple):
    """A Terraform resource that is a part of another one: `aws_s3_bucket_versioning` of a bucket.

    parents     the Terraform types that it may belong to
    argument    its argument that names the parent
    kinds       the kinds of identity that this argument holds
    into        the parent's list property that its properties become an item of; None when they are the parent's own
    also        further arguments that both have and that must be equal: the API of a stage
    orphan      what becomes of it where the parent is declared elsewhere: "judged" or "exempt", it stands for a
                parent of its own, which rules judge or only see; None: it is merely counted
    """

    parents: tuple[str, ...]
    argument: str
    kinds: tuple[str, ...]
    into: str | None = None
    also: tuple[str, ...] = ()
    orphan: Literal["judged", "exempt"] | None = None


class Row:
    """One Terraform type.

    type        the CloudFormation type; of a companion, that of its parents
    node        where its arguments and blocks go
    constants   CloudFormation path -> what every resource of the type has there
    dialect     CloudFormation path -> Terraform path, for messages
    companion   what it is a part of, or None
    special     names of what walint.sources.terraform.special does to resources of the type
    stands_for  attribute -> the argument that it repeats: `aws_s3_bucket_versioning.x.id` is its `bucket`
    tags        the property that holds the resource's tags; None where there are none
    tags_list   whether it is a list of keys and values, not a map
    absent      CloudFormation path -> why no argument is bound to it
    """

    __slots__ = (
        "absent", "companion", "constants", "dialect", "node", "special", "stands_for", "tags", "tags_list", "type"
    )  # fmt: skip

    def __init__(self, written: Mapping[str, Any]) -> None:
        self.type: str = written["type"]
        self.node: Node = _node(written["node"])
        self.constants: Mapping[str, Any] = written.get("set", {})
        self.dialect: Mapping[str, str] = written["dialect"]
        companion = written.get("companion")
        self.companion = None if companion is None else Companion(*map(_tupled, companion))
        self.special: tuple[str, ...] = tuple(written.get("special", ()))
        self.stands_for: Mapping[str, str] = written.get("stands_for", {})
        self.tags: str | None = written.get("tags")
        self.tags_list: bool = written.get("tags_list", False)
        self.absent: Mapping[str, str] = written.get("absent", {})


def _node(written: Mapping[str, Any]) -> Node:
    return {name: tuple(Binding(one) for one in bindings) for name, bindings in written.items()}


def _tupled(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


@cache
def row_of(terraform_type: str) -> Row | None:
    """How resources of a Terraform type are read; None for a type that the table does not hold."""
    text = _table().get(terraform_type)
    return None if text is None else Row(json.loads(text))


def bound_types() -> tuple[str, ...]:
    """Every Terraform type of the table, sorted."""
    return tuple(sorted(_table()))


@cache
def type_of(terraform_type: str) -> str | None:
    """The CloudFormation type that a Terraform type becomes; None for what is folded into others or not known."""
    row = row_of(terraform_type)
    return None if row is None or row.companion is not None else row.type


@cache
def _table() -> Mapping[str, str]:
    found: Mapping[str, str] = compiled(*_DATA)
    return found


def _build() -> JsonValue:
    """terraform.yaml, each type as a JSON text, with every path checked against CloudFormation's schemas."""
    written = read_yaml(_FILE)
    built: dict[str, str] = {}
    for name, entry in written.items():
        known = dict(written[entry["like"]]) if "like" in entry else {}
        built[name] = json.dumps(_Entry(name, {**known, **entry}).built(), separators=(",", ":"))
    return built


_TAGS: Final = (
    "Tags", "BackupPlanTags", "BackupVaultTags", "FileSystemTags", "HealthCheckTags",
    "HostedZoneTags", "UserPoolTags",
)  # fmt: skip
_ENTRY_KEYS: Final = {
    "type",
    "older",
    "tags",
    "like",
    "same",
    "bind",
    "set",
    "companion",
    "special",
    "stands_for",
    "absent",
    "speak",
}
_BINDING_KEYS: Final = {"to", "with", "unset", "flat", "same", "bind", "list", "fill", "unless"}
_WORD: Final = re.compile(r"[\w]+\(?|\)")


class _Entry:
    """Builds one type of the table."""

    def __init__(self, name: str, entry: Mapping[str, Any]) -> None:
        self.name = name
        self.entry = entry
        self.dialect: dict[str, str] = dict(entry.get("speak", {}))
        if unknown := entry.keys() - _ENTRY_KEYS:
            raise self._mistake(f"no such key: {', '.join(sorted(unknown))}")

    def built(self) -> dict[str, Any]:
        """The entry as JSON."""
        entry = self.entry
        companion = entry.get("companion")
        prefix, spoken = "", ""
        if companion is not None:
            spoken = f"{self.name}."
            prefix = companion.get("into", "")
        node = self._inner(entry, prefix, spoken)
        kept: dict[str, Any] = {"type": entry["type"], "node": node, "dialect": self.dialect}
        for key in ("set", "special", "stands_for", "absent"):
            if key in entry:
                kept[key] = entry[key]
        for path in (*entry.get("set", {}), *entry.get("absent", {})):
            self._schema(path)
        if companion is None:
            self.dialect.setdefault("@PreventDestroy", "lifecycle.prevent_destroy")
        if companion is None and entry.get("tags", True):
            self._tags(kept)
        if companion is not None:
            kept["companion"] = [
                companion["of"],
                companion["by"],
                companion["kinds"],
                companion.get("into"),
                companion.get("also", []),
                companion.get("orphan"),
            ]
        return kept

    def _tags(self, kept: dict[str, Any]) -> None:
        """Where the tags go, if CloudFormation has a property for them."""
        names = self._schema("").names()
        tags = next((name for name in _TAGS if name in names), None)
        if tags is not None:
            kept["tags"] = tags
            kept["tags_list"] = self._schema(tags).kind == "list"
            self.dialect.setdefault(tags, "tags")

    def _inner(self, entry: Mapping[str, Any], base: str, spoken: str) -> dict[str, Any]:
        node: dict[str, Any] = {}
        for name, binding in (*_same(entry.get("same", "")), *entry.get("bind", {}).items()):
            if name in node:
                raise self._mistake(f"{spoken}{name} is bound twice")
            several = binding if isinstance(binding, list) else [binding]
            node[name] = [self._binding(name, one, base, spoken) for one in several]
        return node

    def _binding(self, name: str, written: Any, base: str, spoken: str) -> dict[str, Any]:
        binding = {"to": written} if isinstance(written, str) else dict(written or {})
        if unknown := binding.keys() - _BINDING_KEYS:
            raise self._mistake(f"{spoken}{name}: no such key: {', '.join(sorted(unknown))}")
        path = binding["to"] if "to" in binding else "" if "flat" in binding else self._named_alike(name, base, spoken)
        whole = _joined(base, path)
        schema = self._schema(whole)
        kept: dict[str, Any] = {"path": path.split(".") if path else []}
        self.dialect.setdefault(whole, spoken + name)
        if "with" in binding:
            kept["with"], kept["arguments"] = self._transform(binding["with"], spoken + name)
            if kept["with"] == "attribute":  # an item of a list, by its key
                self.dialect.setdefault(f"{whole}.[{kept['arguments']['name']}]", spoken + name)
        kept.update({key: binding[key] for key in ("unset", "fill", "unless") if key in binding})
        if "same" in binding or "bind" in binding:
            kept["kind"] = "flat" if "flat" in binding else "list" if schema.kind == "list" else "object"
            if "list" in binding and "flat" not in binding:
                kept["kind"] = "list" if binding["list"] else "object"
            kept["inner"] = self._inner(binding, whole, f"{spoken}{name}.")
        return kept

    def _transform(self, written: Any, where: str) -> tuple[str, dict[str, Any]]:
        """A transform as written: `json`, or `{pairs: {key: Name, value: Value}}`."""
        name, arguments = (written, {}) if isinstance(written, str) else next(iter(written.items()))
        if name not in TRANSFORMS or arguments.keys() != set(TRANSFORMS[name]):
            raise self._mistake(f"{where}: no such transform, or with other arguments: {name} {sorted(arguments)}")
        return name, arguments

    def _named_alike(self, name: str, base: str, spoken: str) -> str:
        """The property that is called like the argument, but for capitals and underscores."""
        schema = self._schema(base)
        wanted = name.replace("_", "")
        found = [one for one in schema.names() if one.lower() == wanted]
        if len(found) != 1:
            raise self._mistake(f"{spoken}{name}: CloudFormation has no property of that name at {base or 'the top'}")
        return found[0]

    def _schema(self, path: str) -> PropertySchema:
        from walint.catalog.schemas import property_schema

        found = property_schema(self.entry["type"], path)
        if found is None:
            raise self._mistake(f"{self.entry['type']} has no property {path}")
        return found

    def _mistake(self, message: str) -> CatalogError:
        return CatalogError(f"terraform.yaml: {self.name}: {message}", where=str(_FILE))


def _joined(base: str, path: str) -> str:
    return path if not base or path.startswith("@") else f"{base}.{path}" if path else base


def _same(text: str) -> Iterator[tuple[str, Any]]:
    """The names in a text such as "name timeout vpc_config(subnet_ids)", blocks with what they hold."""
    words = _WORD.findall(text)
    position = 0

    def level() -> Iterator[tuple[str, Any]]:
        nonlocal position
        while position < len(words):
            word = words[position]
            position += 1
            if word == ")":
                return
            if word.endswith("("):
                yield word[:-1], {"bind": dict(level())}
            else:
                yield word, None

    yield from level()


_DATA: Final = register("terraform", [_FILE], _build)
