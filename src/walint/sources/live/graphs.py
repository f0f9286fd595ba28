"""Builds the graph of a snapshot: resources with their properties, what could not be listed, and what went wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from walint.catalog.live import Scope, collectors
from walint.model.graph import Graph, Problem, Unseen
from walint.model.resource import Resource
from walint.model.value import Absent, Known, Unknown, Value
from walint.sources.live.failures import Failure, reason
from walint.sources.live.managed import Managers
from walint.sources.live.normal import value_of
from walint.sources.live.places import GLOBAL, Place
from walint.sources.live.plan import Plan, unread
from walint.sources.live.snapshot import Collection, Found, Hidden, Snapshot
from walint.sources.live.sweep import SILENCE

ACCOUNT: Final = "Walint::Account"
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


def graph_of(snapshot: Snapshot, wanted: Plan | None = None, managers: Managers | None = None) -> Graph:
    """The graph of everything that a snapshot holds, in a stable order.

    What `wanted` plans and a recorded snapshot does not hold is a population out of sight. `managers` knows which
    stack or Terraform state manages what; without it, the stacks that the snapshot holds are asked.
    """
    graph = Graph()
    managers = managers or Managers(snapshot)
    seen = {place: {t for name in part.collections for t in _types(name)} for place, part in snapshot.parts.items()}
    for place in sorted(snapshot.parts):
        collections = snapshot.parts[place].collections
        graph.add(_account(place))
        for name in sorted(collections):
            _add(graph, place, collections[name], managers)
        for hidden in _not_recorded(place, collections, wanted):
            graph.unseen.append(_unseen(place, hidden))
        graph.problems += _problems(place, collections.values())
        around = [
            types
            for other, types in seen.items()
            if other == place or (other[:2] == place[:2] and GLOBAL in (other.region, place.region))
        ]
        scope: Scope = "global" if place.region == GLOBAL else "regional"
        for name in sorted(unread(frozenset().union(*around), scope)):
            reason = f"walint did not look for any {name} in {place.region}"
            graph.unseen.append(Unseen(reason, place.unit, None, frozenset({name}), nested=False))
    for remark in sorted(snapshot.remarks, key=lambda one: (one.unit, one.level, one.message)):
        graph.problems.append(Problem(remark.level, remark.unit, remark.message, remark.help))
        if remark.hides and wanted is not None:
            place = Place(*[*remark.unit.split("/"), "all regions"][:3])
            graph.unseen.append(_unseen(place, Hidden(remark.message, tuple(sorted(wanted.types())))))
    return graph


def _not_recorded(place: Place, collections: Mapping[str, Collection], wanted: Plan | None) -> Iterator[Hidden]:
    """What was not asked for when the snapshot was recorded."""
    for one in wanted.planned if wanted is not None else ():
        collector = one.collector
        if collector.id not in collections and (collector.scope == "global") == (place.region == GLOBAL):
            yield Hidden(f"the snapshot was recorded without {', '.join(collector.types)}", collector.types)


def _types(collector: str) -> Iterable[str]:
    known = collectors().get(collector)
    return known.types if known is not None else ()


def _add(graph: Graph, place: Place, collection: Collection, managers: Managers) -> None:
    for found in sorted(collection.resources, key=lambda one: (one.type, one.address)):
        graph.add(resource_of(place, found, managers))
    for hidden in sorted(set(collection.hidden)):
        graph.unseen.append(_unseen(place, hidden))


def _account(place: Place) -> Resource:
    """The account in one region as a resource of its own, for rules on what it holds as a whole."""
    properties = {"Account": Known(place.account), "Region": Known(place.region)}
    return Resource(
        key=f"{place.unit}#(account)",
        type=ACCOUNT,
        address=place.words,
        name=place.words,
        source="live",
        unit=place.unit,
        properties=Known(properties),
        account=place.account,
        region=place.region,
    )


def _unseen(place: Place, hidden: Hidden) -> Unseen:
    """Rules about these types say that they could not look."""
    return Unseen(hidden.reason, place.unit, None, frozenset(hidden.types), _stand_in(place, hidden), nested=False)


def resource_of(place: Place, found: Found, managers: Managers) -> Resource:
    """One resource of the graph; what "@" starts in the normal form is no property."""
    stated = {name[1:]: value_of(value) for name, value in found.properties.items() if name.startswith("@")}
    manager = managers.of(place, found)
    stated["ManagedBy"] = managers.told(place, manager)
    if manager is not None:
        managers.found[f"{place.unit}#{found.address}"] = manager
    return Resource(
        key=f"{place.unit}#{found.address}",
        type=found.type,
        address=found.address,
        name=found.name,
        source="live",
        unit=place.unit,
        properties=value_of(found.properties),
        attributes={**_ATTRIBUTES, **stated},
        account=place.account,
        region=place.region,
        arn=found.identifiers.get("arn"),
        identifiers=MappingProxyType(dict(found.identifiers)),
    )


def _stand_in(place: Place, hidden: Hidden) -> Resource:
    """In whose name a rule says that it could not look: the place itself."""
    return Resource(
        key=f"{place.unit}#{hidden.action or hidden.reason}",
        type=ACCOUNT,
        address=place.words,
        name=place.words,
        source="live",
        unit=place.unit,
        properties=Unknown(hidden.reason),
        account=place.account,
        region=place.region,
    )


_FAILED: Final = {"denied", "refused", "support-plan", "throttled", "unavailable"}
"""Kinds of failure that are told call by call."""
_ENDED: Final = {
    "interrupted": ("interrupted", "go on with --resume"),
    "expired": ("the credentials ran out", "sign in again and go on with --resume"),
    "credentials": ("the credentials are not valid", "sign in again and go on with --resume"),
}
"""Kinds of failure that end the work in a place, and what to do."""
_MOST_SILENT: Final = 3


def _problems(place: Place, collections: Iterable[Collection]) -> Iterator[Problem]:
    """What went wrong in a place: one for each call and way to fail, however often it did."""
    failed = Counter(
        (entry.call, Failure(entry.outcome, entry.code, entry.by_organization))  # type: ignore[arg-type]  # checked
        for entry in {entry for one in collections for entry in one.ledger}
    )
    kinds = Counter(dict.fromkeys(_ENDED, 0))
    silent: dict[tuple[str, str], list[str]] = {}
    for (call, failure), times in sorted(failed.items()):
        kinds[failure.kind] += times
        if failure.kind == "unavailable" and failure.code in SILENCE:
            silent.setdefault((call.partition(":")[0], failure.code), []).append(call)
        elif failure.kind in _FAILED:
            text = reason(failure, call, place.region)
            help_text = f"allow {call} to the role that walint uses" if failure.kind == "denied" else None
            yield Problem("error", place.unit, text + (f" ({times} times)" if times > 1 else ""), help_text)
    for (service, code), calls in sorted(silent.items()):
        named = ", ".join(calls[:_MOST_SILENT]) + (", ..." if len(calls) > _MOST_SILENT else "")
        yield Problem(
            "error", place.unit, f"{service} does not answer in {place.region} ({code}): {named}", _SILENT_HELP
        )
    if kinds["region-off"]:
        yield Problem("note", place.unit, f"the region {place.region} is not enabled for the account")
    for kind, (what, to_do) in _ENDED.items():
        if kinds[kind]:
            missed = f"{kinds[kind]} call was not made" if kinds[kind] == 1 else f"{kinds[kind]} calls were not made"
            yield Problem("error", place.unit, f"{what}: {missed}", to_do)


_SILENT_HELP: Final = "is the network open to it (proxy, VPC endpoint), or the region one that the account may not use?"
