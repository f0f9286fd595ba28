"""Puts together what several calls say of one resource."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from walint.catalog.identity import identity_of
from walint.catalog.live import Collector, Detail
from walint.catalog.schemas import property_schema
from walint.sources.live.failures import reason
from walint.sources.live.folding import NOT_READ, fold, put, tidy
from walint.sources.live.normal import NOT_SET, REST, is_absent, unknown
from walint.sources.live.paths import MISSING, at
from walint.sources.live.plan import Planned
from walint.sources.live.snapshot import Entry, Found
from walint.sources.live.sweep import Answer


@dataclass(slots=True)
class Piece:
    """One resource while it is collected.

    item        what the list, or the describing call, says of it
    around      what else its paths may name: the parent's item, the request that listed it
    unknown     why nothing but its name is known, or None
    details     the answers of further calls, by their position in the plan
    not_asked   positions of further calls that do not concern it
    """

    item: Any
    around: Mapping[str, Any]
    unknown: str | None = None
    type: str = ""
    identifiers: Mapping[str, str] = field(default_factory=dict)
    details: dict[int, Answer] = field(default_factory=dict)
    not_asked: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Tags:
    """The tags of a place, by ARN, from one sweep of the tagging API; it lists what has, or had, tags."""

    by_arn: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    failure: str | None = None
    ledger: list[Entry] = field(default_factory=list)

    def fill(self, answer: Answer, items: Iterable[Any], region: str) -> None:
        """Takes the answer of the sweep; what was listed before a failure counts, what was not is unknown."""
        for item in items:
            arn, tags = at(item, "ResourceARN"), at(item, "Tags")
            if arn is not MISSING and isinstance(tags, list):
                self.by_arn[str(arn)] = [{"Key": str(at(t, "Key")), "Value": str(at(t, "Value"))} for t in tags]
        name, failure = answer.request.call.name, answer.failure
        if failure is not None:
            self.failure = reason(failure, name, region)
        self.ledger.append(entry_of(answer))

    def of(self, arn: str) -> Any:
        """The tags of a resource in normal form."""
        known = self.by_arn.get(arn)
        if known is not None:
            return known
        return NOT_SET if self.failure is None else unknown(self.failure)


def entry_of(answer: Answer) -> Entry:
    """The line of the ledger for an answer."""
    call, failure, pages = answer.request.call, answer.failure, len(answer.pages)
    if failure is None:
        return Entry(call.name, answer.request.subject, "ok", pages=pages)
    return Entry(call.name, answer.request.subject, failure.kind, failure.code, pages, failure.by_organization)


def assemble(piece: Piece, planned: Planned, around: Mapping[str, Any], tags: Tags | None) -> Found | None:
    """The resource as the snapshot keeps it; None when it was deleted between two calls."""
    if any(_is(answer, "vanished") for answer in piece.details.values()):
        return None
    collector = planned.collector
    inner = {**around, **piece.around}  # "owner" is the resource that was asked for this one
    properties: dict[str, Any] = {}
    if piece.unknown is None:
        properties = fold(piece.type, collector.properties, piece.item, inner, collector.gaps)
    for detail in collector.details:
        _add_detail(properties, piece, planned, detail, inner)
    if piece.unknown is None:
        _check_always(properties, collector)
    properties = {**tidy(properties), REST: piece.unknown or NOT_READ}
    if collector.tags and property_schema(piece.type, collector.tags) is not None:
        missing = unknown("tag:GetResources was not called: no selected rule needed it")
        properties[collector.tags] = missing if tags is None else tags.of(piece.identifiers.get("arn", ""))
    identity = identity_of(piece.type)
    name = piece.identifiers.get("name", "")
    if identity is not None and identity.name_property is not None and "name" in collector.identity:
        properties.setdefault(identity.name_property, name)
    identifiers = {kind: text for kind, text in piece.identifiers.items() if kind != "address"}
    address = piece.identifiers.get("address") or identifiers.get("arn") or f"{piece.type}/{name}"
    return Found(piece.type, address, name, identifiers, properties)


def _is(answer: Answer, kind: str) -> bool:
    return answer.failure is not None and answer.failure.kind == kind


def _add_detail(
    properties: dict[str, Any], piece: Piece, planned: Planned, detail: Detail, around: Mapping[str, Any]
) -> None:
    """The properties that a further call gives, or why they are not known."""
    index = planned.details.index(detail) if detail in planned.details else None
    if index is not None and index in piece.not_asked:
        given = fold(piece.type, detail.properties, {}, around)
    elif index is None or index not in piece.details:
        given = None
        unasked = f"{detail.call.name} was not called: no selected rule needed it"
        why = unasked if index is None else piece.unknown or unasked
    else:
        answer = piece.details[index]
        failure = answer.failure
        if failure is None or failure.kind == "absent":
            given = fold(piece.type, detail.properties, _document(answer), around, detail.gaps)
        else:
            given = None
            why = reason(failure, detail.call.name, str(around["region"]))
    if given is not None:
        merge(properties, given)
        return
    for each in detail.properties:
        if property_schema(piece.type, each.path) is not None:
            put(properties, each.path, unknown(why))


def _document(answer: Answer) -> dict[str, Any]:
    """The pages of an answer as one; the lists that it was made for are joined."""
    whole: dict[str, Any] = {}
    items = answer.request.call.items
    for page in answer.pages:
        joined = [*whole.get(items, ()), *page.get(items, ())] if items and isinstance(page.get(items), list) else None
        whole.update(page)
        if joined is not None:
            whole[items] = joined
    return whole


def merge(properties: dict[str, Any], given: Mapping[str, Any]) -> None:
    """Adds properties; parts of one that is there already are added to it."""
    for name, value in given.items():
        known = properties.get(name)
        if isinstance(known, dict) and isinstance(value, dict) and REST in value and not is_absent(known):
            merge(known, value)
        else:
            properties[name] = value


def _check_always(properties: dict[str, Any], collector: Collector) -> None:
    """Makes a property unknown that AWS always returns and that is missing here."""
    call = collector.describe or collector.listing
    for path in collector.always:
        value: Any = properties
        for step in path.split("."):
            value = value.get(step, NOT_SET) if isinstance(value, Mapping) and not is_absent(value) else NOT_SET
        if is_absent(value) and call is not None:
            put(properties, path, unknown(f"{call.name} did not return it"))
