"""Alarms that mean a resource and miss it: the metric is right, the dimension holds something else.

AWS takes such an alarm without a word, and it never goes off: the URL of a queue where its name belongs, a set of
dimensions that AWS does not publish, a name that nothing has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from walint.catalog import alarm_metrics
from walint.language.nameforms import forms_of
from walint.language.namekeys import keys, lookup_keys
from walint.language.naming import Naming
from walint.language.published import real_metric
from walint.language.scope import Context, resource_scope
from walint.language.watched import ALARM, Watched, watched_metrics
from walint.model.value import Known
from walint.records import dataclass, field

if TYPE_CHECKING:
    from walint.model.resource import Resource

_ANY_KIND = Naming(("name", "arn", "url", "id", "full_name"))


@dataclass(slots=True)
class Strays:
    """What the alarms of a scan watch, to be asked only about metrics on which no alarm watches the resource."""

    context: Context
    _filed: dict[tuple[str, str], dict[tuple[str, str], list[Watched]]] = field(default_factory=dict)
    _in_unit: dict[tuple[str, str, str], list[tuple[Watched, frozenset[tuple[str, str]]]]] = field(default_factory=dict)
    _names: dict[str, frozenset[tuple[str, str]] | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for alarm in self.context.graph.of_type(ALARM):
            for watched in watched_metrics(self.context, alarm):
                self._file(watched)

    def _file(self, watched: Watched) -> None:
        spot = _spot(watched)
        if spot is None or watched.query is not None or watched.more is not None:
            return
        under: dict[tuple[str, str], None] = {}
        for _, value in watched.dimensions:
            under.update(dict.fromkeys(keys(value, self.context.graph)))
        filed = self._filed.setdefault(spot, {})
        for key in under:
            filed.setdefault(key, []).append(watched)
        if under and ("open", "") not in under:
            self._in_unit.setdefault((watched.alarm.unit, *spot), []).append((watched, frozenset(under)))

    def aimed_at(self, resource: Resource, metrics: Sequence[str]) -> list[Watched]:
        """What refers to the resource, or spells its name or ARN, in some dimension."""
        shelves = [self._filed[spot] for spot in _spots(resource, metrics) if spot in self._filed]
        if not shelves:
            return []
        wanted = dict.fromkeys(lookup_keys(resource, _ANY_KIND, self.context))
        found = {id(watched): watched for shelf in shelves for key in wanted for watched in shelf.get(key, ())}
        return list(found.values())

    def aimed_at_nothing(self, resource: Resource, metrics: Sequence[str]) -> list[Watched]:
        """What watches such a metric from the resource's own stack, and names no resource of the scan at all."""
        named = self._names_of(resource.type)
        if named is None:
            return []
        return [
            watched
            for spot in _spots(resource, metrics)
            for watched, under in self._in_unit.get((resource.unit, *spot), ())
            if named.isdisjoint(under)
        ]

    def why(self, watched: Watched) -> str:
        """Why it misses, in words."""
        judgement = real_metric(watched, resource_scope(self.context, watched.alarm))
        fact = next(iter(judgement.facts), None)
        if fact is not None:
            return f"{watched.alarm.address} watches {fact.found}, expected {fact.expected}"
        return f"{watched.alarm.address} watches the metric of something that is not in this scan"

    def _names_of(self, type_name: str) -> frozenset[tuple[str, str]] | None:
        """Every key that names a resource of a type; None when one of their names is not wholly known."""
        if type_name not in self._names:
            self._names[type_name] = self._all_names(self.context.graph.of_type(type_name))
        return self._names[type_name]

    def _all_names(self, resources: Iterable[Resource]) -> frozenset[tuple[str, str]] | None:
        found: set[tuple[str, str]] = set()
        for resource in resources:
            if forms_of(resource, self.context).open is not None:
                return None
            found.update(lookup_keys(resource, _ANY_KIND, self.context))
        return frozenset(found)


def _spot(watched: Watched) -> tuple[str, str] | None:
    """The namespace and name of a metric, where both are written out."""
    namespace, metric = watched.namespace, watched.metric
    if isinstance(namespace, Known) and isinstance(metric, Known):
        return str(namespace.data), str(metric.data)
    return None


def _spots(resource: Resource, metrics: Sequence[str]) -> Iterator[tuple[str, str]]:
    for service in alarm_metrics.for_type(resource.type):
        yield from ((service.namespace, metric) for metric in metrics if metric in service.metrics)
