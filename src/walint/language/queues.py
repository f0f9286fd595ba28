"""Whether a queue hides a message for long enough while the functions that poll the queue work on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from walint.catalog.relations import relations
from walint.language.explain import found
from walint.language.scope import Scope, resource_scope
from walint.language.truth import HOLDS, Fact, Judgement, Related, conjunction, undecided
from walint.model.value import Absent, Alternatives, Known, Unknown, Value

if TYPE_CHECKING:
    from walint.model.resource import Resource


def outlasts_consumers(value: Value, scope: Scope, times: float, *, window: bool = True) -> Judgement:
    """The operator of that name: the value is as long as every polling function may take, `times` over.

    The time that a mapping waits for a batch to fill is added, as the Lambda developer guide advises
    (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html), unless `window` is false: Lambda refuses
    a mapping by the function's timeout alone.
    """
    mappings = scope.context.relations.related(relations()["event_source_mappings"], scope, {})
    judgements = [undecided(*mappings.more)] if mappings.more else []
    for link in mappings.links:
        if link.judgement.truth is None:
            judgements.append(link.judgement)
            continue
        mapping = resource_scope(scope.context, link.resource)
        functions = scope.context.relations.related(relations()["mapped_function"], mapping, {})
        if functions.more or not functions.links:
            reason = f"the function of {link.resource.address} is not in sight"
            judgements.append(undecided(*functions.more or [reason], span=link.resource.span))
        for function in functions.links:
            judged = _outlasts(value, scope, mapping if window else None, function.resource, times)
            judgements.append(judged if function.judgement.truth or judged.truth else function.judgement)
    return conjunction(judgements)


def _outlasts(value: Value, scope: Scope, mapping: Scope | None, function: Resource, times: float) -> Judgement:
    timeout = resource_scope(scope.context, function).read_in_force(("Timeout",))
    window = mapping.read(("MaximumBatchingWindowInSeconds",)) if mapping is not None else Absent()

    def with_timeout(settled: Value) -> Judgement:
        def with_window(wait: Value) -> Judgement:
            return _compare(value, scope, function, times, settled, wait)

        return scope.context.over_alternatives(window, with_window)

    return scope.context.over_alternatives(timeout, with_timeout)


def _compare(value: Value, scope: Scope, function: Resource, times: float, timeout: Value, window: Value) -> Judgement:
    for each in (value, timeout, window):
        if isinstance(each, (Unknown, Alternatives)):
            reason = each.reason if isinstance(each, Unknown) else "it depends on a condition"
            return undecided(reason, span=each.span)
    mine, theirs = _seconds(value), _seconds(timeout)
    if mine is None or theirs is None:
        return undecided("it is not a plain number", span=value.span)
    waiting = _seconds(window) or 0
    needed = times * theirs + waiting
    if mine >= needed:
        return HOLDS
    multiple = "" if times == 1 else f"{times:g} times "
    batches = f", and {waiting:g} for a batch to fill" if waiting else ""
    words = f"at least {needed:g} ({multiple}the timeout of {function.address}{batches})"
    span = timeout.span or function.span
    spoken = f"{function.address}: {function.spoken('Timeout')} is {found(timeout)}"
    related = (Related(span, spoken),) if span is not None else ()
    own = value.span or scope.resource.span
    path = "VisibilityTimeout"
    return Judgement(truth=False, facts=(Fact(path, scope.spoken((path,)), words, found(value), own, related),))


def _seconds(value: Value) -> float | None:
    if not isinstance(value, Known) or isinstance(value.data, bool):
        return None
    try:
        return float(value.data)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
