"""How a live account is read: which call returns which property, as data (data/live/*.yaml), one file per AWS API.

A *collector* finds the resources of one type, or of several that share an API. It has one call that lists them, at
most one that describes them, and further ones (*details*) that return some properties of one resource. A property
that no call returns is not collected: to a rule it is unknown, never absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from walint.catalog.compiled import CatalogError, JsonValue, compiled, read_yaml, register
from walint.records import NamedTuple

_FOLDER: Final = Path(__file__).resolve().parent / "data" / "live"

Scope: TypeAlias = Literal["regional", "global"]


class Property(NamedTuple):
    """One CloudFormation property, and where an answer has it.

    path       the CloudFormation path ("PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled")
    source     the path in the answer; the same names in another case are found too. "$parent.x", "$region" and the
               like reach further (see `walint.sources.live.paths`)
    transform  a named change of shape, "" for none
    """

    path: str
    source: str
    transform: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the AWS API.

    action      the IAM action that allows it
    parameters  what is sent; "$name" stands for a field of the resource at hand
    each        further parameters, one call for each of them
    items       the path of what is asked for in the answer: a list, or one thing
    transform   a named change of shape that makes a list of it, "" for none
    token       names of the token in the request and in the answer, where botocore has no paginator
    batch       how many resources one call describes
    match       which field of a described resource says which one it is
    absent      error codes that mean "not set"
    where       what an item must have to count; a field that it lacks does not matter
    """

    service: str
    operation: str
    action: str
    parameters: Mapping[str, Any]
    each: tuple[Mapping[str, Any], ...] = ({},)
    items: str = ""
    token: tuple[str, str] | None = None
    batch: int = 1
    match: str = ""
    absent: tuple[str, ...] = ()
    where: Mapping[str, Any] | None = None
    transform: str = ""

    @property
    def name(self) -> str:
        """The call as reports name it: its IAM action where that says it all, else the operation as well."""
        service, _, verb = self.action.partition(":")
        return self.action if verb == self.operation else f"{self.action} ({service}:{self.operation})"


@dataclass(frozen=True, slots=True)
class Detail:
    """A further call for one resource, and the properties that it returns. `when` are fields the resource must have."""

    call: Call
    properties: tuple[Property, ...]
    gaps: tuple[str, ...] = ()
    when: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Collector:
    """How the resources of one type are found.

    id          "lambda.functions": the file and the name in it
    types       the CloudFormation types it finds; more than one where `type_by` tells them apart
    type_by     the field that tells, and which of its values mean which type; "*" is any other
    per         the id of the collector whose resources are asked one by one
    listing     the call that lists them; None where `taken` says which field of the parent names them
    describe    the call that returns what the list leaves out; what it returns replaces or completes the item
    identity    kind of identity (name, arn, id, url, full_name, stream_arn) -> where the answer has it
    properties  what list and describe return
    gaps        CloudFormation paths inside those properties that AWS does not return
    always      paths that AWS always returns: where one is missing, its value is unknown
    tags        the property that one sweep of the tagging API fills, "" when tags are returned or not collected
    """

    id: str
    service: str
    scope: Scope
    types: tuple[str, ...]
    type_by: tuple[str, Mapping[str, str]] | None
    per: str | None
    listing: Call | None
    taken: str
    describe: Call | None
    identity: Mapping[str, str]
    properties: tuple[Property, ...]
    gaps: tuple[str, ...]
    always: tuple[str, ...]
    details: tuple[Detail, ...]
    tags: str

    def calls(self) -> tuple[Call, ...]:
        """Every call that the collector may make."""
        first = [call for call in (self.listing, self.describe) if call is not None]
        return (*first, *(detail.call for detail in self.details))


@cache
def collectors() -> Mapping[str, Collector]:
    """All collectors by id, in order."""
    found = {}
    for service, entry in _table().items():
        for name, written in entry["collectors"].items():
            found[f"{service}.{name}"] = _collector(service, name, entry, written)
    return found


def rate_of(service: str, operation: str) -> tuple[float, str] | None:
    """The documented calls per second of an operation and the name of the family that shares them; None if unknown.

    `service` is botocore's name of the API.
    """
    for entry in _table().values():
        if entry["service"] == service:
            rates = entry.get("rates", {})
            if operation in rates:
                return float(rates[operation]), operation
            if "*" in rates:
                return float(rates["*"]), "*"
    return None


@cache
def template_only() -> frozenset[str]:
    """Types that exist only in templates: no account holds one, so that there is none is certain."""
    deployment = ("AWS::CloudFormation::CustomResource", "AWS::CloudFormation::Macro")
    # In an account, what a template attaches to roles with the first is among their policies, the stage that a
    # deployment makes is a stage, and base paths are among the mappings of domain names.
    told_otherwise = ("AWS::IAM::Policy", "AWS::ApiGateway::Deployment", "AWS::ApiGateway::BasePathMapping")
    return frozenset((*deployment, *told_otherwise, "Custom::*", "Walint::Output"))


def _collector(file: str, name: str, entry: Mapping[str, Any], written: Mapping[str, Any]) -> Collector:
    where = f"{file}.{name}"
    kind = written["type"]
    by: tuple[str, Mapping[str, str]] | None = None
    if isinstance(kind, dict):
        by = (kind["by"], {key: value for key, value in kind.items() if key != "by"})
        types = tuple(dict.fromkeys([by[1]["*"], *by[1].values()]))
    else:
        types = (kind,)
    per = written.get("per")
    return Collector(
        id=where,
        service=entry["service"],
        scope=written.get("scope", entry.get("scope", "regional")),
        types=types,
        type_by=by,
        per=None if per is None else per if "." in per else f"{file}.{per}",
        listing=_call(entry, written["list"]) if "list" in written else None,
        taken=written.get("taken", ""),
        describe=_call(entry, written["describe"]) if "describe" in written else None,
        identity=written.get("identity", {}),
        properties=_properties(written.get("properties", [])),
        gaps=tuple(written.get("gaps", ())),
        always=tuple(written.get("always", ())),
        details=tuple(
            Detail(
                _call(entry, each),
                _properties(each["properties"]),
                tuple(each.get("gaps", ())),
                each.get("when"),
            )
            for each in written.get("details", ())
        ),
        tags=written.get("tags", ""),
    )


def _call(entry: Mapping[str, Any], written: Mapping[str, Any]) -> Call:
    operation = written["call"]
    action = written.get("action", operation)
    return Call(
        service=entry["service"],
        operation=operation,
        action=action if ":" in action else f"{entry.get('iam', entry['service'])}:{action}",
        parameters=written.get("with", {}),
        each=tuple(written.get("each", ({},))),
        items=written.get("items", ""),
        token=tuple(written["token"]) if "token" in written else None,
        batch=written.get("batch", 1),
        match=written.get("match", ""),
        absent=tuple(written.get("absent", ())),
        where=written.get("where"),
        transform=written.get("as", ""),
    )


def _properties(written: list[Any]) -> tuple[Property, ...]:
    """Entries are "Name", {Path: answer path} or {Path: {from: answer path, as: transform}}."""
    found = []
    for entry in written:
        if isinstance(entry, str):
            found.append(Property(entry, entry))
            continue
        for path, source in entry.items():
            if isinstance(source, str):
                found.append(Property(path, source))
            else:
                found.append(Property(path, source.get("from", path), source.get("as", "")))
    return tuple(found)


@cache
def _table() -> Mapping[str, Any]:
    found: Mapping[str, Any] = compiled(*_DATA)
    return found


_FILE_KEYS: Final = {"service", "iam", "scope", "rates", "collectors"}
_COLLECTOR_KEYS: Final = {
    "type", "scope", "per", "list", "taken", "describe", "identity", "properties", "gaps", "always", "details", "tags",
}  # fmt: skip
_CALL_KEYS: Final = {"call", "as", "action", "with", "each", "items", "token", "batch", "match", "absent", "where"}
_DETAIL_KEYS: Final = _CALL_KEYS | {"properties", "gaps", "when"}


def _build() -> JsonValue:
    """The files of data/live by name, checked for unknown keys."""
    table = {}
    for path in _files():
        written = read_yaml(path)
        _check(written, _FILE_KEYS, path, path.stem)
        for name, entry in written["collectors"].items():
            _check(entry, _COLLECTOR_KEYS, path, name)
            for key, keys in (("list", _CALL_KEYS), ("describe", _CALL_KEYS)):
                _check(entry.get(key, {}), keys, path, f"{name}, {key}")
            for detail in entry.get("details", ()):
                _check(detail, _DETAIL_KEYS, path, f"{name}, details")
        table[path.stem] = written
    return table


def _check(written: Mapping[str, Any], keys: set[str], path: Path, what: str) -> None:
    unknown = sorted(written.keys() - keys)
    if unknown:
        message = f"{path.name}: {what}: no such key: {', '.join(unknown)}"
        raise CatalogError(message, where=str(path))


def _files() -> list[Path]:
    return sorted(_FOLDER.glob("*.yaml"))


_DATA: Final = register("live", _files(), _build)
