"""Builds the graph of a snapshot: resources with their properties, what could not be listed, and what went wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from walint.catalog.live import collectors
from walint.model.graph import Graph, Problem, Unseen
from walint.model.resource import Resource
from walint.model.value import Absent, Known, Unknown, Value
from walint.sources.live.failures import Failure, reason
from walint.sources.live.normal import value_of
from walint.sources.live.places import GLOBAL, Place
from walint.sources.live.plan import unread
from walint.sources.live.snapshot import Collection, Found, Hidden, Snapshot

_IN_TEMPLATES: Final = Unknown("it stands in templates; a live account does not tell it")
_ATTRIBUTES: Final[Mapping[str, Value]] = MappingProxyType(
    {
        "DeletionPolicy": _IN_TEMPLATES,
        "UpdateReplacePolicy": _IN_TEMPLATES,
        # An alias does not tell which deployment group shifts its traffic; the functions that are called around a
        # shift are named by each deployment's AppSpec, and by nothing that lasts.
        "UpdatePolicy": Known(
            {
                "CodeDeployLambdaAliasUpdate": Known(
                    {
                        "AfterAllowTrafficHook": Absent(),
                        "BeforeAllowTrafficHook": Absent(),
                    },
                    rest=_IN_TEMPLATES,
                )
            },
            rest=_IN_TEMPLATES,
        ),
    }
)


def graph_of(snapshot: Snapshot) -> Graph:
    """The graph of everything that a snapshot holds, in a stable order."""
    graph = Graph()
    seen = {place: {t for name in part.collections for t in _types(name)} for place, part in snapshot.parts.items()}
    for place in sorted(snapshot.parts):
        collections = snapshot.parts[place].collections
        for name in sorted(collections):
            _add(graph, place, collections[name])
        graph.problems += _problems(place, collections.values())
        around = [
            types
            for other, types in seen.items()
            if other == place or (other[:2] == place[:2] and GLOBAL in (other.region, place.region))
        ]
        for name in sorted(unread(frozenset().union(*around))):
            reason = f"walint did not look for any {name} in {place.region}"
            graph.unseen.append(Unseen(reason, place.unit, None, frozenset({name}), nested=False))
    return graph


def _types(collector: str) -> Iterable[str]:
    known = collectors().get(collector)
    return known.types if known is not None else ()


def _add(graph: Graph, place: Place, collection: Collection) -> None:
    for found in sorted(collection.resources, key=lambda one: (one.type, one.address)):
        graph.add(resource_of(place, found))
    for hidden in sorted(set(collection.hidden)):
        stand_in = _stand_in(place, hidden)
        graph.unseen.append(Unseen(hidden.reason, place.unit, None, frozenset(hidden.types), stand_in, nested=False))


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


_FAILED: Final = {
    "credentials",
    "denied",
    "expired",
    "interrupted",
    "refused",
    "support-plan",
    "throttled",
    "unavailable",
}


def _problems(place: Place, collections: Iterable[Collection]) -> Iterator[Problem]:
    """What went wrong in a place: one for each call and way to fail, however often it did."""
    failed = Counter(
        (entry.call, Failure(entry.outcome, entry.code, entry.by_organization))  # type: ignore[arg-type]  # checked
        for entry in {entry for one in collections for entry in one.ledger}
        if entry.outcome in _FAILED or entry.outcome == "region-off"
    )
    if any(failure.kind == "region-off" for _, failure in failed):
        yield Problem("note", place.unit, f"the region {place.region} is not enabled for the account")
    for (call, failure), times in sorted(failed.items()):
        if failure.kind != "region-off":
            text = reason(failure, call, place.region)
            help_text = f"allow {call} to the role that walint uses" if failure.kind == "denied" else None
            yield Problem("error", place.unit, text + (f" ({times} times)" if times > 1 else ""), help_text)
