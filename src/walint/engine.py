"""Asks rules about a graph: (graph, rules, options) -> evaluations.

Every rule is evaluated on every resource of its types. A resource that exists only under a condition is judged as if
that condition held (docs/adr). Where a verdict is open only because values depend on conditions, cases are split over
those conditions: a verdict that is the same in all of them is definite.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import chain
from typing import TYPE_CHECKING, Final

from walint.findings.evaluation import Evaluation, Outcome, Severity
from walint.language.explain import given as given_words
from walint.language.relation import Relations
from walint.language.rule import CompiledCase, CompiledRule, ParameterValue, Rule, compile_rule
from walint.language.scope import Assumptions, Context, resource_scope
from walint.language.truth import HOLDS, Fact, Judgement
from walint.model.graph import Graph
from walint.model.resource import Resource
from walint.model.span import Span
from walint.model.value import Alternatives, Known, Value
from walint.records import NamedTuple, dataclass, field
from walint.sources.stacks import STACK, stacks

if TYPE_CHECKING:
    from walint.findings.environments import Environments

_MOST_SPLITS = 32
"""How many combinations of conditions one evaluation may look at; past it, the verdict stays unknown."""
_MOST_REASONS = 3
"""How many reasons an unknown says; the others are counted."""


def today() -> date:
    """The current date (UTC), the default of `Options.today`."""
    return datetime.now(UTC).date()


@dataclass(frozen=True, slots=True)
class Options:
    """What a run fixes for all rules: the date on which it judges, who hears of an internal error, the environments."""

    today: date = field(default_factory=today)
    on_error: Callable[[Rule, Resource, Exception], None] | None = None
    environments: Environments | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """What the config says about one rule."""

    enabled: bool | None = None
    severity: Severity | None = None
    parameters: Mapping[str, ParameterValue] = field(default_factory=dict)
    only_in: str | None = None


@dataclass(frozen=True, slots=True)
class SelectedRule:
    """A rule that takes part in a run, with its severity and parameters."""

    rule: Rule
    severity: Severity
    parameters: Mapping[str, ParameterValue] = field(default_factory=dict)
    fixed_severity: bool = False
    """True when the profile or the config sets the severity: it then holds for every case of the rule."""
    only_in: str = ""
    """"production" when the rule matters only there."""
    ceiling: bool = False
    """True when the profile sets the severity: a case that is milder by itself stays so."""


def select(
    rules: Iterable[Rule],
    profile: str,
    wanted: Callable[[Rule], bool | None],
    overrides: Mapping[str, Override],
) -> list[SelectedRule]:
    """The rules of a run, in order of id.

    `wanted` says what --select and --ignore make of a rule: True (named, so it runs whatever the profile says),
    False, or None (the profile decides). An override of the config comes after the profile.
    """
    selected = []
    for rule in sorted(rules, key=lambda rule: rule.id):
        entry = rule.profiles.get(profile)
        override = overrides.get(rule.id, _NOTHING)
        asked = wanted(rule)
        enabled = entry.enabled if entry is not None else True
        if profile == "minimal" and entry is None:
            enabled = rule.severity == "high"
        if override.enabled is not None:
            enabled = override.enabled
        if asked is not None:
            enabled = asked
        if not enabled:
            continue
        fixed = override.severity or (entry.severity if entry is not None else None)
        parameters = {**(entry.parameters if entry is not None else {}), **override.parameters}
        only_in = rule.only_in if override.only_in is None else override.only_in
        ceiling = fixed is not None and override.severity is None
        selected.append(SelectedRule(rule, fixed or rule.severity, parameters, fixed is not None, only_in, ceiling))
    return selected


_NOTHING = Override()
PRODUCTION: Final = "production"
"""What `only_in` names, whatever the config calls its environments of production."""
_TEMPLATES: Final = frozenset(("cloudformation", "sam"))
"""A template of SAM is one of CloudFormation: a rule on either judges both."""


def evaluate(graph: Graph, rules: Sequence[SelectedRule], options: Options) -> Iterator[Evaluation]:
    """Every rule on every resource of its types, resource by resource in the graph's order.

    A rule judges no resource of a source that it does not name: what it reads may not exist there. Where part of the
    population could not be listed, the rules about it say so once. Whole stacks come last.
    Outside of production, what matters only there is `info`.
    """
    found = _evaluated(graph, rules, options)
    if options.environments is None:
        return found
    lowered = {selected.rule.id for selected in rules if selected.only_in == PRODUCTION}
    return (_placed(evaluation, options.environments, lowered) for evaluation in found)


def _placed(evaluation: Evaluation, environments: Environments, lowered: Collection[str]) -> Evaluation:
    """An evaluation with the environment of its resource, and the severity that it has there."""
    where = environments.of(evaluation.resource)
    mild = where.production is False and evaluation.rule_id in lowered
    return evaluation._replace(environment=where.name, severity="info" if mild else evaluation.severity)


def _evaluated(graph: Graph, rules: Sequence[SelectedRule], options: Options) -> Iterator[Evaluation]:
    by_type: dict[str, list[CompiledRule]] = {}
    present = {*graph.types(), STACK}
    yield from _unlisted(graph, rules)
    for selected in rules:
        if present.isdisjoint(selected.rule.types):
            continue
        compiled = compile_rule(
            selected.rule, selected.severity, selected.parameters, selected.fixed_severity, selected.ceiling
        )
        for type_name in compiled.cases:
            by_type.setdefault(type_name, []).append(compiled)
    relations = Relations(graph)
    for resource in chain(graph.resources, stacks(graph) if STACK in by_type else ()):
        for compiled in by_type.get(resource.type, ()):
            if not _is_judged(resource.source, compiled.rule.sources):
                continue
            yield judge(compiled, resource, graph, relations, options)


def _is_judged(source: str, sources: Collection[str]) -> bool:
    """Whether a rule with these sources judges a resource of that one."""
    return source in sources or (source in _TEMPLATES and not _TEMPLATES.isdisjoint(sources))


def _unlisted(graph: Graph, rules: Sequence[SelectedRule]) -> Iterator[Evaluation]:
    """Rules whose resources could not be listed in some account and region: unknown there, never "all well"."""
    for part in graph.unseen:
        if part.stand_in is None or part.types is None:
            continue
        for selected in rules:
            if "live" in selected.rule.sources and not part.types.isdisjoint(selected.rule.types):
                yield Evaluation(selected.rule.id, part.stand_in, "unknown", selected.severity, reason=part.reason)


def judge(
    compiled: CompiledRule, resource: Resource, graph: Graph, relations: Relations, options: Options
) -> Evaluation:
    """One rule on one resource; its failure inside walint costs no other resource its verdict."""
    if resource.exempt is not None:
        return Evaluation(compiled.rule.id, resource, "not-applicable", compiled.severity, reason=resource.exempt)
    try:
        return _Judge(compiled, resource, graph, relations, options.today).judge()
    except (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as bug:
        if options.on_error is not None:
            options.on_error(compiled.rule, resource, bug)
        reason = f"internal error: {type(bug).__name__}: {bug}"
        return Evaluation(compiled.rule.id, resource, "error", compiled.severity, reason=reason)


class _Verdict(NamedTuple):
    """What one rule says of one resource under some assumptions."""

    outcome: Outcome
    severity: Severity
    case: CompiledCase | None = None
    facts: tuple[Fact, ...] = ()
    reasons: tuple[str, ...] = ()
    span: Span | None = None


_RANK: Mapping[Outcome, int] = {"not-applicable": 0, "pass": 1, "unknown": 2, "fail": 3}


class _Judge:
    """One rule on one resource."""

    def __init__(
        self, compiled: CompiledRule, resource: Resource, graph: Graph, relations: Relations, today: date
    ) -> None:
        self._compiled = compiled
        self._resource = resource
        self._graph = graph
        self._relations = relations
        self._today = today
        self._budget = _MOST_SPLITS

    def judge(self) -> Evaluation:
        """The evaluation, given that the resource exists."""
        verdicts = [verdict for assumed in _existing(self._resource.presence) for verdict in self._split(dict(assumed))]
        verdict = _together(verdicts)
        case = verdict.case.case if verdict.case is not None else None
        return Evaluation(
            self._compiled.rule.id,
            self._resource,
            verdict.outcome,
            verdict.severity,
            facts=verdict.facts,
            reason=_said(verdict.reasons),
            span=verdict.span or self._resource.span,
            case=case.name if case is not None else "",
            message=case.message if case is not None else "",
        )

    def _split(self, assumed: dict[str, str | bool]) -> list[tuple[Assumptions, _Verdict]]:
        """The verdict under these assumptions, or, where it is open for want of more, the verdicts of all cases."""
        self._budget -= 1
        context = Context(self._graph, self._relations, self._today, assumed)
        verdict = self._under(context)
        if verdict.outcome != "unknown" or not context.variables:
            return [(assumed, verdict)]
        variable, values = next(iter(context.variables.items()))
        if len(values) > self._budget:
            return [(assumed, verdict)]
        return [each for value in values for each in self._split({**assumed, variable: value})]

    def _under(self, context: Context) -> _Verdict:
        worst = _Verdict("not-applicable", self._compiled.severity)
        for case in self._compiled.cases[self._resource.type]:
            verdict = self._case(case, context)
            if _RANK[verdict.outcome] > _RANK[worst.outcome]:
                worst = verdict
        return worst

    def _case(self, case: CompiledCase, context: Context) -> _Verdict:
        scope = resource_scope(context, self._resource)
        severity = self._compiled.severity_of(case)
        applies = case.when(scope) if case.when is not None else HOLDS
        if applies.truth is False:
            return _Verdict("not-applicable", severity)
        expected = case.expect(scope)
        if expected.truth is True:
            return _Verdict("pass", severity, case)
        if applies.truth is None:
            return _Verdict("unknown", severity, case, reasons=_reasons(applies), span=applies.span)
        if expected.truth is None:
            return _Verdict("unknown", severity, case, reasons=_reasons(expected), span=expected.span)
        span = next((fact.span for fact in expected.facts if fact.span is not None), None)
        return _Verdict("fail", severity, case, expected.facts, span=span)


def _said(reasons: Sequence[str]) -> str:
    """Reasons in one line: the first few, and how many more there are."""
    distinct = list(dict.fromkeys(reasons))
    more = len(distinct) - _MOST_REASONS
    return "; ".join(distinct[:_MOST_REASONS]) + (f"; and {more} more" if more > 0 else "")


def _reasons(judgement: Judgement) -> tuple[str, ...]:
    return judgement.reasons or ("it depends on a condition",)


def _existing(presence: Value) -> list[Assumptions]:
    """The assumptions under which a resource exists; one empty set when nothing has to be assumed."""
    if not isinstance(presence, Alternatives):
        return [{}]
    found: list[Assumptions] = []
    for choice in presence.choices:
        if isinstance(choice.value, Known) and choice.value.data is False:
            continue
        found += [{**dict(choice.given), **inner} for inner in _existing(choice.value)]
    return found or [{}]


def _together(verdicts: Sequence[tuple[Assumptions, _Verdict]]) -> _Verdict:
    """One verdict for all cases: a fail or a pass only if no case says otherwise; pass absorbs not-applicable."""
    outcomes = {verdict.outcome for _, verdict in verdicts}
    if len(outcomes) == 1 or outcomes == {"pass", "not-applicable"}:
        return max((verdict for _, verdict in verdicts), key=lambda verdict: _RANK[verdict.outcome])
    failing = [(assumed, verdict) for assumed, verdict in verdicts if verdict.outcome == "fail"]
    if not failing:
        return next(verdict for _, verdict in verdicts if verdict.outcome == "unknown")
    verdict = failing[0][1]
    others = [a for a, v in verdicts if v.outcome != "fail"]
    fact = verdict.facts[0] if verdict.facts else None
    detail = f" ({fact.property}: expected {fact.expected}, found {fact.found})" if fact and fact.property else ""
    decisive = dict.fromkeys(tuple(_decisive(assumed, others)) for assumed, _ in failing)
    when = _when(list(decisive))
    return _Verdict("unknown", verdict.severity, verdict.case, reasons=(f"fails {when}{detail}",), span=verdict.span)


def _decisive(assumed: Assumptions, others: Sequence[Assumptions]) -> list[tuple[str, str | bool]]:
    """The assumptions that set a case apart from the others."""
    differing = [(k, v) for k, v in assumed.items() if any(other.get(k, v) != v for other in others)]
    return differing or list(assumed.items())


def _when(cases: Sequence[tuple[tuple[str, str | bool], ...]]) -> str:
    """The failing cases in words: "unless IsProd", "when Env is dev or when Env is test"."""
    if len(cases) == 1 and len(cases[0]) == 1 and cases[0][0][1] is False:
        return f"unless {given_words([(cases[0][0][0], True)])}"
    more = len(cases) - _MOST_REASONS
    told = " or when ".join(given_words(case) for case in cases[:_MOST_REASONS])
    return f"when {told}" + (f" or in {more} more cases" if more > 0 else "")
