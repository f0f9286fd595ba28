"""Which metrics an alarm watches, which resource they are about, and whether AWS publishes them at all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from walint.catalog import alarm_metrics
from walint.catalog.identity import identity_of
from walint.language.ends import Ends, few
from walint.language.existing import elsewhere
from walint.language.explain import found, one_of
from walint.language.nameforms import forms_of
from walint.language.namekeys import is_spelled, keys, lookup_keys
from walint.language.naming import Naming, names
from walint.language.population import Link, Population
from walint.language.scope import Context, Scope, resource_scope
from walint.language.truth import FAILS, HOLDS, Fact, Judgement, conjunction, disjunction, undecided
from walint.model.value import Absent, Alternatives, Choice, Known, Reference, Text, Unknown, Value
from walint.records import dataclass, field

if TYPE_CHECKING:
    from walint.catalog.alarm_metrics import Dimension, MetricService
    from walint.language.relation import Relations
    from walint.model.resource import Resource
    from walint.model.span import Span

ALARM = "AWS::CloudWatch::Alarm"
_MOST_SETS = 16
"""How many sets of dimensions one list with conditional items is unfolded into."""
_LONGEST_QUERY = 4096
"""In characters; AWS takes 2,048 at most, so what is longer is hostile or wrong."""
_MOST_QUERIES = 200
_FALSE = Known(data=False)
_TRUE = Known(data=True)


class Watched(NamedTuple):
    """One metric that an alarm looks at: directly, as a part of metric math, or through a query over many.

    `dimensions` are pairs of values (name, value); `more` says why there may be further ones. `when` are the
    conditions, each a value of booleans, under which the alarm looks at it. A `query` is a SEARCH or SELECT expression.
    """

    alarm: Resource
    namespace: Value
    metric: Value
    dimensions: tuple[tuple[Value, Value], ...] = ()
    more: str | None = None
    query: Value | None = None
    when: tuple[Value, ...] = ()
    span: Span | None = None

    def dimension_names(self) -> frozenset[str] | None:
        """The set of dimension names, None when it is not known."""
        if self.more is not None:
            return None
        found_names = [name.data if isinstance(name, Known) else None for name, _ in self.dimensions]
        return None if None in found_names else frozenset(str(name) for name in found_names)


def watched_metrics(context: Context, alarm: Resource) -> Iterator[Watched]:
    """Every metric that an alarm looks at."""
    scope = resource_scope(context, alarm)
    for metrics, when in _unfold(scope.read(("Metrics",))):
        if isinstance(metrics, Absent):
            yield from _of_statistic(scope, alarm, when)
        elif isinstance(metrics, Known) and isinstance(metrics.data, Sequence) and not isinstance(metrics.data, str):
            for item in metrics.data:
                for query, inner in _unfold(item):
                    yield from _of_query(scope.item(query, ("Metrics",)), alarm, (*when, *inner))
            if metrics.rest is not None:
                yield Watched(alarm, metrics.rest, metrics.rest, when=when, more=metrics.rest.reason)
        else:
            reason = metrics if isinstance(metrics, Unknown) else Unknown("its metrics are not a list", alarm.span)
            yield Watched(alarm, reason, reason, when=when, more=reason.reason)


def _of_statistic(scope: Scope, alarm: Resource, when: tuple[Value, ...]) -> Iterator[Watched]:
    """A metric given as Namespace, MetricName and Dimensions of a scope (the alarm itself or a MetricStat)."""
    namespace, metric = scope.read(("Namespace",)), scope.read(("MetricName",))
    for dimensions, inner in _unfold(scope.read(("Dimensions",))):
        pairs, more = _pairs(scope, dimensions)
        span = metric.span or scope.value.span
        for chosen, last in pairs:
            yield Watched(alarm, namespace, metric, chosen, more, None, (*when, *inner, *last), span)


def _pairs(
    scope: Scope, dimensions: Value
) -> tuple[list[tuple[tuple[tuple[Value, Value], ...], tuple[Value, ...]]], str | None]:
    """The dimension sets that a value may be, each with its conditions, and why there may be more in them."""
    match dimensions:
        case Absent():
            return [((), ())], None
        case Known(data, rest=rest) if isinstance(data, Sequence) and not isinstance(data, str):
            sets: list[tuple[tuple[tuple[Value, Value], ...], tuple[Value, ...]]] = [((), ())]
            more = rest.reason if rest else None
            for item in data:
                grown = []
                for entry, when in _unfold(item):
                    if isinstance(entry, Unknown):
                        more = entry.reason
                    pair = _pair(scope, entry)
                    grown += [((*chosen, *pair), (*conditions, *when)) for chosen, conditions in sets]
                if len(grown) > _MOST_SETS:
                    more = "its dimensions depend on too many conditions"
                sets = grown[:_MOST_SETS]
            return sets, more
        case Unknown(reason):
            return [((), ())], reason
        case _:
            return [((), ())], "its dimensions are not a list"


def _pair(scope: Scope, entry: Value) -> tuple[tuple[Value, Value], ...]:
    if isinstance(entry, (Absent, Unknown)):
        return ()
    inner = scope.item(entry, ("Dimensions",))
    return ((inner.read(("Name",)), inner.read(("Value",))),)


def _of_query(scope: Scope, alarm: Resource, when: tuple[Value, ...]) -> Iterator[Watched]:
    """An entry of Metrics: a MetricStat, or an expression that searches for metrics itself."""
    for expression, inner in _unfold(scope.read(("Expression",))):
        text = _literal(expression)
        if "\0" in text or re.search(r"\b(SEARCH|SELECT)\b", text):
            yield Watched(alarm, expression, expression, query=expression, when=(*when, *inner), span=expression.span)
    stat = scope.read(("MetricStat", "Metric"))
    if isinstance(stat, Unknown):
        yield Watched(alarm, stat, stat, when=when, more=stat.reason, span=stat.span)
    elif not isinstance(stat, Absent):
        for value, inner in _unfold(stat):
            if not isinstance(value, Absent):
                yield from _of_statistic(scope.item(value, ("MetricStat", "Metric")), alarm, (*when, *inner))


def _literal(value: Value) -> str:
    """A text with a NUL character for each part that is not known, and a mark for each reference."""
    match value:
        case Known(data):
            return str(data)
        case Text(pieces):
            return "".join(
                piece if isinstance(piece, str) else "\0" if isinstance(piece, Unknown) else piece.text or "@"
                for piece in pieces
            )
        case Unknown():
            return "\0"
        case _:
            return ""


def _unfold(value: Value) -> Iterator[tuple[Value, tuple[Value, ...]]]:
    """The possibilities of a value, each with the condition (a value of booleans) under which it holds."""
    if not isinstance(value, Alternatives):
        yield value, ()
        return
    for choice in value.choices:
        others = tuple(Choice(other.given, _FALSE) for other in value.choices if other is not choice)
        when = Alternatives((Choice(choice.given, _TRUE), *others), value.span)
        for inner, further in _unfold(choice.value):
            yield inner, (when, *further)


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
    return conjunction(
        [context.exists(watched.alarm), *(context.over_alternatives(when, _boolean) for when in watched.when)]
    )


def _boolean(value: Value) -> Judgement:
    return Judgement(truth=isinstance(value, Known) and value.data is True)


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
    text = _literal(query)
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


def watches_existing_metric(value: Value, scope: Scope) -> Judgement:
    """The operator of that name: every metric of the alarm in a namespace of AWS can exist.

    A metric cannot exist when AWS publishes it with no such set of dimensions, or when a dimension that names a
    resource holds another attribute of it (the URL of a queue, the ARN of a load balancer).
    """
    if isinstance(value, Unknown):
        return undecided(value.reason, span=value.span)
    judgements = [
        real_metric(watched, scope)
        for watched in watched_metrics(scope.context, scope.resource)
        if watched.query is None
    ]
    return conjunction(judgements)


def real_metric(watched: Watched, scope: Scope) -> Judgement:
    """Whether AWS publishes the metric that an alarm looks at; `scope` is the alarm's."""
    namespace, metric = watched.namespace, watched.metric
    condition = conjunction([scope.context.over_alternatives(when, _boolean) for when in watched.when])
    if condition.truth is False:
        return HOLDS
    for part in (namespace, metric):
        if isinstance(part, Unknown):
            return undecided(part.reason, span=part.span)
    if not (isinstance(namespace, Known) and isinstance(metric, Known)):
        return (
            HOLDS
            if isinstance(namespace, Absent)
            else undecided("the metric's name is not wholly known", span=watched.span)
        )
    services = [
        service for service in alarm_metrics.for_namespace(str(namespace.data)) if str(metric.data) in service.metrics
    ]
    if not services:
        return HOLDS  # a namespace of the user's own, or a metric that the catalogue does not know
    judgement = disjunction([_published(watched, service, str(metric.data), scope) for service in services])
    if judgement.truth is False and condition.truth is None:
        return undecided(*condition.reasons, span=watched.span)
    return judgement


def _published(watched: Watched, service: MetricService, metric: str, scope: Scope) -> Judgement:
    dimension_names = watched.dimension_names()
    if dimension_names is None:
        return undecided(watched.more or "its dimensions are not wholly known", span=watched.span)
    sets = service.metrics[metric].dimension_sets
    if dimension_names not in sets:
        expected = one_of([" + ".join(sorted(names)) or "no dimension" for names in sets[:4]])
        got = " + ".join(sorted(dimension_names)) or "no dimension"
        note = service.metrics[metric].note
        words = f"{got}, with which {service.namespace} publishes no {metric}" + (f" ({note})" if note else "")
        return Judgement(
            truth=False, facts=(_fact(scope, f"the dimensions of {metric}: {expected}", words, watched.span),)
        )
    parts = []
    for name, value in watched.dimensions:
        dimension = service.dimensions.get(str(name.data)) if isinstance(name, Known) else None
        if dimension is not None and dimension.kind is not None:
            parts.append(scope.context.over_alternatives(value, _attribute_test(dimension, scope)))
    return conjunction(parts)


def _attribute_test(dimension: Dimension, scope: Scope) -> Any:
    return lambda value: _right_attribute(dimension, value, scope)


def _right_attribute(dimension: Dimension, value: Value, scope: Scope) -> Judgement:
    """Whether a dimension's value is the attribute that the metric carries."""
    graph = scope.context.graph
    match value:
        case Unknown(reason):
            return undecided(reason, span=value.span)
        case Reference(target, attribute):
            resource = graph.get(target)
            if resource is None:
                words = f"a reference to {target.rpartition('#')[2]}, which is declared nowhere"
                return _wrong(scope, dimension, words, value)
            identity = identity_of(resource.type)
            if resource.type not in dimension.types:
                opaque = identity is None or resource.type.startswith(
                    ("Custom::", "AWS::CloudFormation::", "AWS::Lambda::")
                )
                words = f"{found(value)}, a {resource.type}"
                return (
                    undecided(f"{found(value)} may be of any kind")
                    if opaque
                    else _wrong(scope, dimension, words, value)
                )
            kind = identity.kind_of(attribute) if identity is not None else None
            if kind is None:
                return undecided(
                    f"what {attribute} of {resource.address} holds is not in walint's data", span=value.span
                )
            return HOLDS if kind == dimension.kind else _wrong(scope, dimension, f"its {kind} ({found(value)})", value)
        case Known(str() as text) if dimension.kind in ("name", "full_name", "id") and text.startswith(
            ("arn:", "https://")
        ):
            return _wrong(scope, dimension, text, value)
        case Text(pieces) if (
            dimension.kind != "arn" and isinstance(pieces[0], str) and pieces[0].startswith(("arn:", "https://"))
        ):
            return _wrong(scope, dimension, found(value), value)
        case Known(str() as text) if scope.resource.source == "live":
            return _exists(dimension, text, value, scope)
        case _:
            return HOLDS


def _exists(dimension: Dimension, text: str, value: Value, scope: Scope) -> Judgement:
    """Whether a live account has the resource that a dimension names, as far as all of its kind are known."""
    unit, graph, store = scope.resource.unit, scope.context.graph, scope.context.relations.store
    key = f"{unit} {dimension.types} {dimension.kind}"
    if key not in store:
        present = [one for name in dimension.types for one in graph.of_type(name) if one.unit == unit]
        store[key] = {one.identifiers.get(str(dimension.kind)) for one in present}
    known = store[key]
    if text in known or None in known:
        return HOLDS
    for part in graph.unseen:  # what nobody looked for has no stand-in, and is none of this rule's business
        about = part.types is None or not part.types.isdisjoint(dimension.types)
        if about and part.unit == unit and part.stand_in is not None:
            return undecided(part.reason, span=value.span)
    return _wrong(scope, dimension, f"{text}, which is none in this account and region", value) if known else HOLDS


def _wrong(scope: Scope, dimension: Dimension, words: str, value: Value) -> Judgement:
    expected = f"the {str(dimension.kind).replace('_', ' ')} of {one_of(dimension.types)} in {dimension.name}"
    return Judgement(truth=False, facts=(_fact(scope, expected, words, value.span),))


def _fact(scope: Scope, expected: str, words: str, span: Span | None) -> Fact:
    path = "Metrics" if span is None else "Dimensions"
    return Fact(path, scope.resource.spoken(path), expected, words, span or scope.resource.span)
