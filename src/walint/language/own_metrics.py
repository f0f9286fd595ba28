"""Which metrics of the user's own are in use: in alarms, on dashboards, out of logs, or published by a function."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from walint.language.dashboards import DASHBOARD
from walint.language.existing import elsewhere
from walint.language.scope import Scope, resource_scope
from walint.language.truth import HOLDS, Fact, Judgement, undecided
from walint.language.watched import ALARM, watched_metrics
from walint.model.jsontext import from_json
from walint.model.value import Absent, Alternatives, Known, Unknown, Value
from walint.records import NamedTuple

if TYPE_CHECKING:
    from walint.model.resource import Resource

_FILTER = "AWS::Logs::MetricFilter"
_FUNCTION = "AWS::Lambda::Function"
_POWERTOOLS = ("Environment", "Variables", "POWERTOOLS_METRICS_NAMESPACE")
"""Where Powertools for AWS Lambda is told the namespace of the metrics that a function publishes."""


class _Seen(NamedTuple):
    """A metric that something uses; its name is absent where only the namespace is told."""

    namespace: Value
    name: Value


def sees_metrics(scope: Scope, foreign: Sequence[str], required: Sequence[str]) -> Judgement:
    """The operator of that name: the scan uses metrics outside of the namespaces `foreign`, all `required` among them.

    `foreign` are globs of namespaces that AWS and its agents publish. In a live account only its own region counts.
    """
    found: set[str] = set()
    any_own = False
    reason: str | None = None
    where = scope.resource.unit if scope.resource.source == "live" else ""
    for name, space, why in scope.context.once(("metrics in use", where), lambda: _told(scope)):
        if name is not None:
            found.add(name)
        if space is None:
            reason = reason or why
        elif not any(fnmatchcase(space, pattern) for pattern in foreign):
            any_own = True
    missing = [name for name in required if name not in found]
    if any_own and not missing:
        return HOLDS
    hidden = next((part.reason for part in scope.context.graph.unseen if _concerns(part.types)), None)
    if reason or hidden:
        return undecided(reason or hidden or "", span=scope.resource.span)
    expected = f"the metrics {', '.join(required)} in use" if required else "a metric in a namespace of your own in use"
    words = f"no {', '.join(missing)}" if missing else "only metrics of AWS"
    return Judgement(truth=False, facts=(Fact("", "", expected, words, scope.resource.span),))


def _told(scope: Scope) -> list[tuple[str | None, str | None, str | None]]:
    """Name and namespace of each metric in use, None where they are not known, and why the namespace is not."""
    told = ((_text(seen.name), _text(seen.namespace), _reason(seen.namespace)) for seen in _metrics(scope))
    return list(dict.fromkeys(told))


def _concerns(types: frozenset[str] | None) -> bool:
    return types is None or not types.isdisjoint((ALARM, DASHBOARD, _FILTER))


def _metrics(scope: Scope) -> Iterator[_Seen]:
    context, subject = scope.context, scope.resource
    for kind, read in (
        (ALARM, _of_alarm),
        (_FILTER, _of_filter),
        (DASHBOARD, _of_dashboard),
        (_FUNCTION, _of_function),
    ):
        for resource in context.graph.of_type(kind):
            if not (subject.source == "live" and (resource.source != "live" or elsewhere(subject, resource))):
                yield from read(resource, scope)


def _of_alarm(alarm: Resource, scope: Scope) -> Iterator[_Seen]:
    for watched in watched_metrics(scope.context, alarm):
        if watched.query is None:
            yield _Seen(watched.namespace, watched.metric)


def _of_filter(resource: Resource, scope: Scope) -> Iterator[_Seen]:
    inner = resource_scope(scope.context, resource)
    items, _, _ = inner.items(("MetricTransformations",))
    for item in items:
        each = inner.item(item, ())
        yield _Seen(each.read(("MetricNamespace",)), each.read(("MetricName",)))


def _of_function(resource: Resource, scope: Scope) -> Iterator[_Seen]:
    value = resource_scope(scope.context, resource).read(_POWERTOOLS)
    if isinstance(value, Known):
        yield _Seen(value, Absent())


def _of_dashboard(resource: Resource, scope: Scope) -> Iterator[_Seen]:
    """What stands under "metrics" in the body of a dashboard: lists of namespace, metric name and dimensions."""
    body = resource_scope(scope.context, resource).read(("DashboardBody",))
    waiting: list[Value] = [from_json(body) or body]
    while waiting:
        here = waiting.pop()
        match here:
            case Known(Mapping() as members):
                rows = members.get("metrics")
                if isinstance(rows, Known) and isinstance(rows.data, (list, tuple)):
                    yield from _rows(rows.data)
                waiting += members.values()
            case Known(list() | tuple() as items):
                waiting += items
            case Alternatives():
                waiting += [choice.value for choice in here.choices]


def _rows(rows: Sequence[Value]) -> Iterator[_Seen]:
    for row in rows:
        cells = row.data if isinstance(row, Known) and isinstance(row.data, (list, tuple)) else ()
        if len(cells) > 1 and _text(cells[0]) != ".":
            yield _Seen(cells[0], cells[1])
        elif len(cells) > 1:  # as in the row above
            yield _Seen(Known("AWS/"), cells[1])


def _text(value: Value) -> str | None:
    return value.data if isinstance(value, Known) and isinstance(value.data, str) else None


def _reason(value: Value) -> str | None:
    """Why a namespace may be the user's own; None where it is none at all."""
    if isinstance(value, (Absent, Known)):
        return None
    return value.reason if isinstance(value, Unknown) else "the namespace of a metric is not wholly known"
