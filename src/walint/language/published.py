"""Whether AWS publishes what an alarm watches at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from walint.catalog import alarm_metrics
from walint.catalog.identity import identity_of
from walint.language.explain import found, one_of
from walint.language.scope import Scope
from walint.language.truth import HOLDS, Fact, Judgement, conjunction, disjunction, undecided
from walint.language.watched import Watched, watched_metrics
from walint.model.value import Absent, Known, Reference, Text, Unknown, Value

if TYPE_CHECKING:
    from walint.catalog.alarm_metrics import Dimension, MetricService
    from walint.model.span import Span


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
    condition = watched.in_force(scope.context)
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
