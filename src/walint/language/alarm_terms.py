"""On what terms an alarm fires: how soon, and how near to the timeout of a function; and which alarms look alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from walint.language.existing import elsewhere
from walint.language.explain import found
from walint.language.naming import Naming, names
from walint.language.pieces import canonical, pieces_of
from walint.language.population import Link, Population
from walint.language.scope import Context, Scope, resource_scope
from walint.language.truth import HOLDS, Fact, Judgement, Related, conjunction, disjunction, undecided
from walint.language.watched import ALARM, Watched, watched_metrics
from walint.model.value import Absent, Known, Reference, Unknown, Value

if TYPE_CHECKING:
    from walint.language.relation import Relations
    from walint.model.graph import Graph
    from walint.model.resource import Resource

_FUNCTION = "AWS::Lambda::Function"
_PER_SECOND = 1000
"""Lambda's metric Duration is in milliseconds, the timeout of a function in seconds."""


def detects_within(_value: Value, scope: Scope, seconds: float) -> Judgement:
    """The operator of that name, asked of a whole alarm: it can fire so many seconds after the trouble starts.

    That takes DatapointsToAlarm periods (EvaluationPeriods where it is not set); more than are looked at never come.
    """
    context = scope.context

    def with_counts(counts: Value) -> Judgement:
        return context.over_alternatives(_period(scope), lambda period: _soon(scope, counts, period, seconds))

    evaluated, needed = scope.read(("EvaluationPeriods",)), scope.read(("DatapointsToAlarm",))
    counts = evaluated if isinstance(needed, Absent) else needed
    return conjunction(
        [
            context.over_alternatives(counts, with_counts),
            context.over_alternatives(needed, lambda some: _possible(scope, some, evaluated)),
        ]
    )


def _period(scope: Scope) -> Value:
    """The period of an alarm, in seconds; of several metrics that of the one which sets the pace, the longest."""
    own = scope.read(("Period",))
    items, _, _ = scope.items(("Metrics",))
    longest = own
    for item in items:
        inner = scope.item(item, ("Metrics",))
        for path in (("Period",), ("MetricStat", "Period")):
            value = inner.read(path)
            if isinstance(value, Absent):
                continue
            before, now = _number(longest), _number(value)
            if isinstance(longest, Absent) or now is None or (before is not None and now > before):
                longest = value
    return longest


def _number(value: Value) -> float | None:
    if not isinstance(value, Known) or isinstance(value.data, bool):
        return None
    try:
        return float(value.data)  # type: ignore[arg-type]  # what is no number raises
    except (TypeError, ValueError):
        return None


def _why_open(value: Value) -> str:
    return value.reason if isinstance(value, Unknown) else "it is not a plain number"


def _soon(scope: Scope, counts: Value, period: Value, seconds: float) -> Judgement:
    if isinstance(period, Absent) or isinstance(counts, Absent):
        return HOLDS
    many, long = _number(counts), _number(period)
    if many is None or long is None:
        unknown = counts if many is None else period
        return undecided(_why_open(unknown), span=unknown.span)
    if many * long <= seconds:
        return HOLDS
    words = f"{many:g} x {long:g} s = {many * long:g} s" if many != 1 else f"{long:g} s"
    span = period.span or scope.resource.span
    fact = Fact("Period", scope.spoken(("Period",)), f"an alarm after {seconds:g} s at most", words, span)
    return Judgement(truth=False, facts=(fact,))


def _possible(scope: Scope, needed: Value, evaluated: Value) -> Judgement:
    many, of = _number(needed), _number(evaluated)
    if many is None or of is None or many <= of:
        return HOLDS
    path = ("DatapointsToAlarm",)
    expected = f"at most {scope.spoken(('EvaluationPeriods',))}, which is {of:g}"
    fact = Fact(path[0], scope.spoken(path), expected, found(needed), needed.span or scope.resource.span)
    return Judgement(truth=False, facts=(fact,))


def near_timeout(value: Value, scope: Scope, percent: float) -> Judgement:
    """The operator of that name, on the threshold of an alarm: `percent` of the watched function's timeout, or more."""
    context = scope.context
    threshold = _number(value)
    if threshold is None:
        return Judgement(truth=False) if isinstance(value, Absent) else undecided(_why_open(value), span=value.span)
    judgements = []
    for watched in watched_metrics(context, scope.resource):
        for name, about in watched.dimensions:
            if isinstance(name, Known) and name.data == "FunctionName":
                judgements.append(context.over_alternatives(about, lambda it: _near(it, scope, threshold, percent)))
    return disjunction(judgements) if judgements else _too_low(scope, value, "a metric of one function", "none")


def _near(about: Value, scope: Scope, threshold: float, percent: float) -> Judgement:
    context = scope.context
    judgements = []
    for function in _candidates(about, context.graph):
        if elsewhere(scope.resource, function):
            continue
        answer = names(about, function, Naming(("name",)), context)
        if answer is False:
            continue
        timeout = resource_scope(context, function).read_in_force(("Timeout",))
        judged = context.over_alternatives(timeout, _timeout_test(function, scope, threshold, percent))
        judgements.append(judged if answer is True else undecided(str(answer), span=about.span))
    return disjunction(judgements) if judgements else undecided("the function is not in sight", span=about.span)


def _timeout_test(function: Resource, scope: Scope, threshold: float, percent: float) -> Callable[[Value], Judgement]:
    return lambda timeout: _enough(timeout, function, scope, threshold, percent)


def _candidates(about: Value, graph: Graph) -> list[Resource]:
    """The function itself that a reference leads to, else all of them."""
    target = graph.get(about.target) if isinstance(about, Reference) else None
    return [target] if target is not None and target.type == _FUNCTION else list(graph.of_type(_FUNCTION))


def _enough(timeout: Value, function: Resource, scope: Scope, threshold: float, percent: float) -> Judgement:
    seconds = _number(timeout)
    if seconds is None:
        return undecided(_why_open(timeout), span=timeout.span)
    least = seconds * _PER_SECOND * percent / 100
    if threshold >= least:
        return HOLDS
    place = timeout.span or function.span
    related = (Related(place, f"{function.address}: the timeout is {found(timeout)} s"),) if place is not None else ()
    words = f"at least {least:g} ({percent:g} % of the timeout of {function.address})"
    return _too_low(scope, scope.read(("Threshold",)), words, f"{threshold:g}", related)


def _too_low(scope: Scope, value: Value, expected: str, got: str, related: tuple[Related, ...] = ()) -> Judgement:
    span = value.span or scope.resource.span
    return Judgement(
        truth=False, facts=(Fact("Threshold", scope.spoken(("Threshold",)), expected, got, span, related),)
    )


def same_metric_alarms(scope: Scope, _arguments: Mapping[str, Any], relations: Relations) -> Population:
    """The relation of that name: other alarms on the same metric with the same dimensions, at another threshold say."""
    context = scope.context
    index: dict[tuple[str, ...], list[Resource]] | None = relations.store.get("same_metric_alarms")
    if index is None:
        index = relations.store["same_metric_alarms"] = {}
        base = Context(context.graph, relations, context.today)
        for alarm in context.graph.of_type(ALARM):
            for watched in watched_metrics(base, alarm):
                index.setdefault(_signature(watched, context.graph) or (), []).append(alarm)
    population = Population()
    for watched in watched_metrics(context, scope.resource):
        signature = _signature(watched, context.graph)
        if signature is None:
            population.more.append("which metric the alarm watches is not wholly known")
        for alarm in index.get(signature or (), ()) if signature else ():
            if alarm.key != scope.resource.key and not elsewhere(scope.resource, alarm):
                population.links.append(Link(alarm, context.exists(alarm)))
    return population


def _signature(watched: Watched, graph: Graph) -> tuple[str, ...] | None:
    """One spelling of a metric and its dimensions; None where a part has no identity."""
    if watched.query is not None or watched.more is not None:
        return None
    texts: list[str] = []
    for value in (watched.namespace, watched.metric):
        spelled = _spelled(value, graph)
        if spelled is None:
            return None
        texts.append(spelled)
    pairs = []
    for name, value in watched.dimensions:
        key, spelled = _spelled(name, graph), _spelled(value, graph)
        if key is None or spelled is None:
            return None
        pairs.append(f"{key}={spelled}")
    return (*texts, *sorted(pairs))


def _spelled(value: Value, graph: Graph) -> str | None:
    pieces = pieces_of(value)
    return None if pieces is None else canonical(pieces, graph)
