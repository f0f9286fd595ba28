"""The relation `alarms`: which alarms watch a resource."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from walint.catalog import alarm_metrics
from walint.language.ends import Ends, few
from walint.language.existing import elsewhere
from walint.language.nameforms import forms_of
from walint.language.namekeys import is_spelled, keys, lookup_keys
from walint.language.naming import Naming, names
from walint.language.population import Link, Population
from walint.language.scope import Context, Scope
from walint.language.truth import FAILS, HOLDS, Judgement, conjunction, undecided
from walint.language.watched import ALARM, Watched, literal, watched_metrics
from walint.model.value import Absent, Known, Unknown, Value
from walint.records import dataclass, field

if TYPE_CHECKING:
    from walint.catalog.alarm_metrics import MetricService
    from walint.language.relation import Relations
    from walint.model.resource import Resource

_LONGEST_QUERY = 4096
"""In characters; AWS takes 2,048 at most, so what is longer is hostile or wrong."""
_MOST_QUERIES = 200


@dataclass(slots=True)
class _Index:
    """What all alarms watch: by namespace, dimension and the key of its value; and what cannot be filed so."""

    filed: dict[tuple[str, str], dict[tuple[str, str], list[tuple[Watched, Value]]]] = field(default_factory=dict)
    open: dict[tuple[str, str], Ends[tuple[Watched, Value]]] = field(default_factory=dict)
    spelled: dict[tuple[str, str], Ends[tuple[Watched, Value]]] = field(default_factory=dict)
    whole: dict[str, list[Watched]] = field(default_factory=dict)
    loose: dict[tuple[str | None, str | None], list[Watched]] = field(default_factory=dict)
    """By namespace and metric, None where that is not known."""
    queries: list[Watched] = field(default_factory=list)

    def add(self, watched: Watched, context: Context) -> None:
        """Files one watched metric."""
        namespace = watched.namespace.data if isinstance(watched.namespace, Known) else None
        if watched.query is not None:
            self.queries.append(watched)
            return
        if not isinstance(namespace, str) or watched.more is not None:
            self._add_loose(watched)
            return
        if not watched.dimensions:
            self.whole.setdefault(namespace, []).append(watched)
        for name, value in watched.dimensions:
            if not isinstance(name, Known):
                self._add_loose(watched)
                continue
            under = dict.fromkeys(keys(value, context.graph))
            entry, spot = (watched, value), (namespace, str(name.data))
            if is_spelled(under):
                self.spelled.setdefault(spot, Ends()).add(value, entry)
            for key in under:
                if key[0] == "open":
                    self.open.setdefault(spot, Ends()).add(value, entry)
                else:
                    self.filed.setdefault(spot, {}).setdefault(key, []).append(entry)

    def _add_loose(self, watched: Watched) -> None:
        namespace, metric = (
            str(value.data) if isinstance(value, Known) else None for value in (watched.namespace, watched.metric)
        )
        self.loose.setdefault((namespace, metric), []).append(watched)

    def loosely(self, namespace: str, metrics: Iterable[str]) -> list[Sequence[Watched]]:
        """Shelves of what may be about one of these metrics, but cannot be filed."""
        return [self.loose.get((space, metric), ()) for space in (namespace, None) for metric in (*metrics, None)]


def alarms(scope: Scope, arguments: Mapping[str, Any], relations: Relations) -> Population:
    """The relation `alarms`: which alarms watch one of the metrics `metric` of the subject.

    An alarm without dimensions watches the sum over the account; it counts if `account_wide` is true.
    """
    index: _Index | None = relations.store.get("alarms")
    if index is None:
        index = relations.store["alarms"] = _Index()
        base = Context(scope.context.graph, relations, scope.context.today)
        for alarm in scope.context.graph.of_type(ALARM):
            for watched in watched_metrics(base, alarm):
                index.add(watched, base)
    wanted = [str(metric) for metric in arguments["metric"]]
    links: dict[str, Link] = {}
    more: list[str] = []
    account_wide = bool(arguments.get("account_wide"))
    for alarm, judgement in _covering(scope, index, wanted, more, account_wide=account_wide):
        known = links.get(alarm.key)
        if elsewhere(alarm, scope.resource):
            continue
        if judgement.truth is not False and (known is None or known.judgement.truth is not True):
            links[alarm.key] = Link(alarm, judgement)
    return Population(list(links.values()), more)


def _covering(
    scope: Scope, index: _Index, wanted: list[str], more: list[str], *, account_wide: bool
) -> Iterator[tuple[Resource, Judgement]]:
    context, resource = scope.context, scope.resource
    for service in alarm_metrics.for_type(resource.type):
        metrics = [metric for metric in wanted if metric in service.metrics]
        if not metrics:
            continue
        for dimension in service.naming(resource.type):
            naming = Naming((str(dimension.kind),))
            for watched, value in _by_dimension(index, (service.namespace, dimension.name), naming, scope, more):
                if not isinstance(watched.metric, Known) or watched.metric.data in metrics:
                    yield watched.alarm, _judge(watched, value, resource, naming, metrics, service, context)
        for watched in index.whole.get(service.namespace, ()) if account_wide else ():
            yield watched.alarm, conjunction([_metric(watched, metrics, context), _in_force(watched, context)])
        loose, too_many = few(index.loosely(service.namespace, metrics))
        if too_many:
            more.append(f"{too_many} alarms watch what is not wholly known")
        if len(index.queries) > _MOST_QUERIES:
            more.append(f"{len(index.queries)} alarms search for their metrics")
        for watched in (*loose, *index.queries[:_MOST_QUERIES]):
            yield watched.alarm, _loosely(watched, resource, metrics, service, context)


def _by_dimension(
    index: _Index, spot: tuple[str, str], naming: Naming, scope: Scope, more: list[str]
) -> Iterable[tuple[Watched, Value]]:
    """What may be about the subject by one dimension (namespace, name), each with the value of that dimension."""
    context, resource = scope.context, scope.resource
    filed = index.filed.get(spot)
    if filed is None and spot not in index.open:
        return ()
    candidates = [entry for key in lookup_keys(resource, naming, context) for entry in (filed or {}).get(key, ())]
    shelves = [index.open] if forms_of(resource, context).open is None else [index.open, index.spelled]
    unsure, too_many = few(
        part for shelf in shelves if spot in shelf for part in shelf[spot].like(resource, naming, context)
    )
    if too_many:
        more.append(f"{too_many} alarms have dimensions that are not wholly known")
    return [*candidates, *unsure]


def _judge(
    watched: Watched,
    value: Value,
    resource: Resource,
    naming: Naming,
    metrics: list[str],
    service: MetricService,
    context: Context,
) -> Judgement:
    parts = [
        context.over_alternatives(value, lambda settled: _names(settled, resource, naming, context)),
        _metric(watched, metrics, context),
        _in_force(watched, context),
    ]
    dimension_names = watched.dimension_names()
    if dimension_names is None:
        parts.append(undecided("its dimensions are not wholly known", span=watched.span))
    else:
        published = any(dimension_names in service.metrics[metric].dimension_sets for metric in metrics)
        parts.append(HOLDS if published else FAILS)
    return conjunction(parts)


def _names(value: Value, resource: Resource, naming: Naming, context: Context) -> Judgement:
    answer = names(value, resource, naming, context)
    if answer is True:
        return HOLDS
    return FAILS if answer is False else undecided(str(answer), span=value.span)


def _in_force(watched: Watched, context: Context) -> Judgement:
    """Whether the alarm exists and looks at the metric under the assumptions."""
    return conjunction([context.exists(watched.alarm), watched.in_force(context)])


def _metric(watched: Watched, metrics: list[str], context: Context) -> Judgement:
    def test(value: Value) -> Judgement:
        match value:
            case Known(data):
                return Judgement(truth=data in metrics)
            case Unknown(reason):
                return undecided(reason, span=value.span)
            case Absent():
                return FAILS
            case _:
                return undecided("the metric's name is not known", span=value.span)

    return context.over_alternatives(watched.metric, test)


def _loosely(
    watched: Watched, resource: Resource, metrics: list[str], service: MetricService, context: Context
) -> Judgement:
    """A metric whose namespace or dimensions are not wholly known, or a query over many metrics."""
    if watched.query is not None:
        return conjunction([_query(watched.query, resource, metrics, service, context), _in_force(watched, context)])
    space = watched.namespace
    if isinstance(space, Absent) or (isinstance(space, Known) and space.data != service.namespace):
        return FAILS
    namings = {dimension.name: Naming((str(dimension.kind),)) for dimension in service.naming(resource.type)}
    parts = [_metric(watched, metrics, context), _in_force(watched, context)]
    for name, value in watched.dimensions:
        if isinstance(name, Known) and str(name.data) in namings:
            naming = namings[str(name.data)]
            test = _name_test(resource, naming, context)
            parts.append(context.over_alternatives(value, test))
    reason = watched.more or next((v.reason for v in (space, watched.metric) if isinstance(v, Unknown)), None)
    parts.append(undecided(reason or "its dimensions are not wholly known", span=watched.span))
    return conjunction(parts)


def _name_test(resource: Resource, naming: Naming, context: Context) -> Any:
    return lambda value: _names(value, resource, naming, context)


def _query(query: Value, resource: Resource, metrics: list[str], service: MetricService, context: Context) -> Judgement:
    """An expression that finds its metrics: SEARCH('{AWS/Lambda,FunctionName} ...') or SELECT ... FROM SCHEMA(...)."""
    text = literal(query)
    if len(text) > _LONGEST_QUERY:
        return undecided("the query is longer than AWS takes", span=query.span)
    if "\0" not in text and service.namespace not in text:
        return FAILS
    if not any(re.search(rf"\b{re.escape(metric)}\b", text) for metric in metrics):
        return undecided("the query is not wholly known", span=query.span) if "\0" in text else FAILS
    dimension_names = [dimension.name for dimension in service.naming(resource.type)]
    narrowed = re.search(r"\bWHERE\b", text) or any(
        re.search(rf"\b{name}\s*=|\b{name}[^,}})\]]*:\s*\S", text) for name in dimension_names
    )
    if "\0" in text:
        return undecided("the query is not wholly known", span=query.span)
    if not narrowed:
        return HOLDS
    mention = Naming(("name",), "*{name}*")
    answer = _names(query, resource, mention, context)
    return (
        answer
        if answer.truth is not False
        else undecided("the query chooses metrics by more than their name", span=query.span)
    )
