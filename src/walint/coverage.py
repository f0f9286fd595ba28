"""The alarm-coverage matrix: which resource has which of the alarms that it needs.

Each cell is judged by the engine, as a rule is: definite only if it holds however the unknowns turn out. That it is
covered, or is not, is definite; what an alarm that does not cover lacks is told as far as it can be seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from walint.catalog.alarm_coverage import AlarmNeed, CoveragePlan, RawCondition, plans, reaches
from walint.engine import Options, judge
from walint.findings.coverage import AlarmPlace, Cell, CoverageRow, CoverageTable, NeededAlarm
from walint.findings.evaluation import Evaluation
from walint.findings.masking import mask
from walint.findings.place import location_of, subject_of
from walint.language.population import Link
from walint.language.relation import Relations, relation_named
from walint.language.rule import Case, CompiledRule, Rule, compile_rule
from walint.language.scope import Context, resource_scope
from walint.language.strays import Strays
from walint.model.graph import Graph
from walint.model.resource import Resource
from walint.records import NamedTuple, dataclass

_MOST_ALARMS = 5
"""How many alarms one cell names."""


def alarm_coverage(graph: Graph, today: date) -> list[CoverageTable]:
    """The matrix of a graph: a table for each kind of resource of which there are some."""
    matrix = _Matrix(graph, today)
    return [table for plan in plans() if (table := matrix.table(plan)).rows]


class _Column(NamedTuple):
    """A needed alarm, and its two questions: is there one that reaches somebody, and is there one at all."""

    need: AlarmNeed
    covered: CompiledRule
    watched: CompiledRule


class _Columns(NamedTuple):
    """The columns of a table: as they are asked of any resource, and of one that surely belongs to the table.

    `belongs` asks for the plan's `when` alone, once for a resource and not once for each of its cells; None where the
    plan has none.
    """

    asked: list[_Column]
    sure: list[_Column]
    belongs: CompiledRule | None


@dataclass(slots=True)
class _Open:
    """A cell without an alarm that watches, whose kind is told when the whole column is known."""

    resource: Resource
    column: _Column


class _Matrix:
    """All tables of one graph, and the indexes they share."""

    def __init__(self, graph: Graph, today: date) -> None:
        self._graph = graph
        self._options = Options(today=today)
        self._relations = Relations(graph)
        self._context = Context(graph, self._relations, today)
        self._strays: Strays | None = None

    def table(self, plan: CoveragePlan) -> CoverageTable:
        """One table. Resources that need none of its alarms have no row."""
        columns = _columns(plan)
        found: list[tuple[Resource, list[Cell | _Open]]] = []
        for type_name in plan.types:
            for resource in self._graph.of_type(type_name):
                cells = [self._cell(resource, column) for column in self._columns_for(resource, columns)]
                if any(isinstance(cell, _Open) or cell.status != "not-needed" for cell in cells):
                    found.append((resource, cells))
        alone = _alone(found)
        rows = [
            CoverageRow(
                subject_of(resource),
                location_of(resource.span),
                tuple(self._told(cell, alone) if isinstance(cell, _Open) else cell for cell in cells),
            )
            for resource, cells in found
        ]
        alarms = tuple(NeededAlarm(need.title, need.metrics, need.why) for need in plan.needs)
        return CoverageTable(plan.title, plan.source, alarms, tuple(sorted(rows, key=_place)))

    def _columns_for(self, resource: Resource, columns: _Columns) -> list[_Column]:
        """What is to be asked of a resource: nothing of one that surely does not belong to the table."""
        if columns.belongs is None:
            return columns.asked
        belongs = self._ask(columns.belongs, resource).outcome
        if belongs == "pass":
            return columns.sure
        return [] if belongs in ("fail", "not-applicable") else columns.asked

    def _cell(self, resource: Resource, column: _Column) -> Cell | _Open:
        # First whether there is any alarm: mostly there is none, and what nobody watches nobody hears of either.
        watched = self._ask(column.watched, resource)
        if watched.outcome == "not-applicable":
            return Cell("not-needed", (), mask(watched.reason))
        if watched.outcome == "fail":
            return _Open(resource, column)
        covered = self._ask(column.covered, resource)
        if covered.outcome == "pass":
            return Cell("covered", self._alarms(resource, column.need, sure=True))
        if covered.outcome != "fail":
            return Cell("unknown", self._alarms(resource, column.need), mask(covered.reason))
        if watched.outcome == "pass":
            return Cell("no-action", self._alarms(resource, column.need, sure=True), mask(_lack(covered)))
        reason = f"no alarm on it reaches anybody; whether there is one at all: {watched.reason}"
        return Cell("missing", self._alarms(resource, column.need), mask(reason))

    def _ask(self, rule: CompiledRule, resource: Resource) -> Evaluation:
        return judge(rule, resource, self._graph, self._relations, self._options)

    def _told(self, cell: _Open, alone: frozenset[tuple[str, str]]) -> Cell:
        """Whether an alarm means the resource and misses it.

        An alarm of the stack that names nothing in the scan is taken to mean the one resource there that lacks it.
        """
        if self._strays is None:
            self._strays = Strays(self._context)
        need, resource = cell.column.need, cell.resource
        aimed = self._strays.aimed_at(resource, need.metrics)
        if not aimed and (resource.unit, need.title) in alone:
            aimed = self._strays.aimed_at_nothing(resource, need.metrics)
        if not aimed:
            return Cell("missing")
        places = dict.fromkeys(AlarmPlace(one.alarm.address, location_of(one.span or one.alarm.span)) for one in aimed)
        reasons = dict.fromkeys(self._strays.why(one) for one in aimed)
        return Cell("wrong-dimension", tuple(places)[:_MOST_ALARMS], mask("; ".join(list(reasons)[:_MOST_ALARMS])))

    def _alarms(self, resource: Resource, need: AlarmNeed, *, sure: bool = False) -> tuple[AlarmPlace, ...]:
        """The alarms that watch the resource: surely, where there are such and only they are asked for; or perhaps."""
        links = list(self._links(resource, need))
        if need.through:
            for related in self._related(resource, need.through, {}):
                links += self._links(related.resource, need)
        certain = [link for link in links if link.judgement.truth is True]
        alarms = {link.resource.key: link.resource for link in (certain if sure and certain else links)}
        found = [AlarmPlace(alarm.address, location_of(alarm.span)) for alarm in alarms.values()]
        return tuple(sorted(found, key=lambda place: place.address)[:_MOST_ALARMS])

    def _links(self, resource: Resource, need: AlarmNeed) -> list[Link]:
        return self._related(resource, "alarms", {"metric": need.metrics, "account_wide": need.account_wide})

    def _related(self, resource: Resource, name: str, arguments: Mapping[str, Any]) -> list[Link]:
        scope = resource_scope(self._context, resource)
        return self._relations.related(relation_named(name), scope, arguments).links


def _columns(plan: CoveragePlan) -> _Columns:
    asked = [_column(plan, need, plan.when) for need in plan.needs]
    if plan.when is None:
        return _Columns(asked, asked, None)
    return _Columns(
        asked,
        [_column(plan, need, None) for need in plan.needs],
        _question(plan, plan.title, None, plan.when),
    )


def _column(plan: CoveragePlan, need: AlarmNeed, when: RawCondition | None) -> _Column:
    asked = {"relation": "alarms", "metric": list(need.metrics), "account_wide": need.account_wide}
    return _Column(
        need,
        _question(plan, need.title, when, _some(need, {**asked, "where": reaches()})),
        _question(plan, need.title, when, _some(need, asked)),
    )


def _some(need: AlarmNeed, some: Mapping[str, Any]) -> RawCondition:
    """That there is such an alarm, on the resource itself or on what the need also counts."""
    if not need.through:
        return {"some": some}
    return {"any": [{"some": some}, {"some": {"relation": need.through, "where": {"some": some}}}]}


def _question(plan: CoveragePlan, title: str, when: RawCondition | None, expect: RawCondition) -> CompiledRule:
    """What is asked, as a rule that the engine judges."""
    case = Case(plan.types, when, expect)
    rule = Rule("alarm-coverage", "alarms", title, title, "info", (), (), (case,), "alarm_coverage.yaml")
    return compile_rule(rule, rule.severity, {})


def _lack(evaluation: Evaluation) -> str:
    """What the alarms that watch lack, in words."""
    related = list(dict.fromkeys(place.message for fact in evaluation.facts for place in fact.related))
    return "; ".join(related) or "; ".join(dict.fromkeys(fact.found for fact in evaluation.facts))


def _alone(found: list[tuple[Resource, list[Cell | _Open]]]) -> frozenset[tuple[str, str]]:
    """The stack and the column of each cell that is the only open one there."""
    counts: dict[tuple[str, str], int] = {}
    for place in _open_places(found):
        counts[place] = counts.get(place, 0) + 1
    return frozenset(place for place, count in counts.items() if count == 1)


def _open_places(found: list[tuple[Resource, list[Cell | _Open]]]) -> Iterator[tuple[str, str]]:
    for resource, cells in found:
        for cell in cells:
            if isinstance(cell, _Open):
                yield resource.unit, cell.column.need.title


def _place(row: CoverageRow) -> tuple[str, int, str]:
    where = row.location
    return (where.path if where else "", where.start_line if where else 0, row.resource.address)
