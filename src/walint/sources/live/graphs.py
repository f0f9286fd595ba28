"""Builds the graph of a snapshot: resources with their properties, what could not be listed, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType
from typing import Final

from walint.catalog.live import collectors, template_only
from walint.model.graph import Graph, Problem, Unseen
from walint.model.resource import Resource
from walint.model.value import Unknown
from walint.sources.live.normal import value_of
from walint.sources.live.places import GLOBAL, Place
from walint.sources.live.plan import unread
from walint.sources.live.snapshot import Collection, Found, Hidden, Snapshot

_IN_TEMPLATES: Final = "it stands in templates; a live account does not tell it"
_OF_TEMPLATES: Final = (
    "Condition", "CreationPolicy", "DeletionPolicy", "DependsOn", "Metadata", "UpdatePolicy", "UpdateReplacePolicy",
)  # fmt: skip
_ATTRIBUTES: Final = MappingProxyType(dict.fromkeys(_OF_TEMPLATES, Unknown(_IN_TEMPLATES)))
_POPULATION: Final = "walint did not look for it in this region"


def graph_of(snapshot: Snapshot) -> Graph:
    """The graph of everything that a snapshot holds, in a stable order."""
    graph = Graph()
    seen = {place: {t for name in part.collections for t in _types(name)} for place, part in snapshot.parts.items()}
    for place in sorted(snapshot.parts):
        collections = snapshot.parts[place].collections
        for name in sorted(collections):
            _add(graph, place, collections[name])
        around = [
            types
            for other, types in seen.items()
            if other == place or (other[:2] == place[:2] and GLOBAL in (other.region, place.region))
        ]
        missing = unread(template_only().union(*around))
        if missing:
            graph.unseen.append(Unseen(_POPULATION, place.unit, None, missing))
    return graph


def _types(collector: str) -> Iterable[str]:
    known = collectors().get(collector)
    return known.types if known is not None else ()


def _add(graph: Graph, place: Place, collection: Collection) -> None:
    for found in sorted(collection.resources, key=lambda one: (one.type, one.address)):
        graph.add(resource_of(place, found))
    for hidden in sorted(set(collection.hidden)):
        stand_in = _stand_in(place, hidden)
        graph.unseen.append(Unseen(hidden.reason, place.unit, None, frozenset(hidden.types), stand_in))
        graph.problems.append(Problem("error", place.unit, hidden.reason, _help(hidden)))


def resource_of(place: Place, found: Found) -> Resource:
    """One resource of the graph."""
    return Resource(
        key=f"{place.unit}#{found.address}",
        type=found.type,
        address=found.address,
        name=found.name,
        source="live",
        unit=place.unit,
        properties=value_of(found.properties),
        attributes=_ATTRIBUTES,
        account=place.account,
        region=place.region,
        arn=found.identifiers.get("arn"),
        identifiers=MappingProxyType(dict(found.identifiers)),
    )


def _stand_in(place: Place, hidden: Hidden) -> Resource:
    """In whose name a rule says that it could not look: the place itself."""
    return Resource(
        key=f"{place.unit}#{hidden.action or hidden.reason}",
        type="Walint::Account",
        address=place.unit,
        name=f"{place.account} {place.region}",
        source="live",
        unit=place.unit,
        properties=Unknown(hidden.reason),
        account=place.account,
        region=place.region,
    )


def _help(hidden: Hidden) -> str | None:
    if hidden.reason.startswith("AccessDenied"):
        return f"allow {hidden.action} to the role that walint uses"
    return None
