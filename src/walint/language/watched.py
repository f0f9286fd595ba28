"""Which metrics an alarm watches."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from walint.language.scope import Context, Scope, resource_scope
from walint.language.truth import Judgement, conjunction
from walint.model.value import Absent, Alternatives, Choice, Known, Text, Unknown, Value
from walint.records import NamedTuple

if TYPE_CHECKING:
    from walint.model.resource import Resource
    from walint.model.span import Span

ALARM = "AWS::CloudWatch::Alarm"
_MOST_SETS = 16
"""How many sets of dimensions one list with conditional items is unfolded into."""
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

    def in_force(self, context: Context) -> Judgement:
        """Whether the alarm looks at it under the assumptions."""
        return conjunction([context.over_alternatives(when, _boolean) for when in self.when])

    def dimension_names(self) -> frozenset[str] | None:
        """The set of dimension names, None when it is not known."""
        if self.more is not None:
            return None
        found_names = [name.data if isinstance(name, Known) else None for name, _ in self.dimensions]
        return None if None in found_names else frozenset(str(name) for name in found_names)


def _boolean(value: Value) -> Judgement:
    return Judgement(truth=isinstance(value, Known) and value.data is True)


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
        text = literal(expression)
        if "\0" in text or re.search(r"\b(SEARCH|SELECT)\b", text):
            yield Watched(alarm, expression, expression, query=expression, when=(*when, *inner), span=expression.span)
    stat = scope.read(("MetricStat", "Metric"))
    if isinstance(stat, Unknown):
        yield Watched(alarm, stat, stat, when=when, more=stat.reason, span=stat.span)
    elif not isinstance(stat, Absent):
        for value, inner in _unfold(stat):
            if not isinstance(value, Absent):
                yield from _of_statistic(scope.item(value, ("MetricStat", "Metric")), alarm, (*when, *inner))


def literal(value: Value) -> str:
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
