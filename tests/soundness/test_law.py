"""The law of DESIGN 5: a definite verdict on a partly known graph holds however the unknowns turn out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from tests.soundness import rules, worlds
from walint.engine import Options, SelectedRule, evaluate
from walint.language import condition, operators, relation
from walint.language.rule import Rule
from walint.language.truth import HOLDS
from walint.model.graph import Graph
from walint.model.resource import Resource

OPTIONS = Options(today=date(2026, 11, 20))
CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much, HealthCheck.large_base_example]
# "unknown" in the world itself: a text that holds a reference, whose spelling only AWS knows.
ALLOWED = {
    "pass": {"pass", "not-applicable", "unknown"},
    "fail": {"fail", "unknown"},
    "not-applicable": {"not-applicable", "unknown"},
}


def outcomes(graph: Graph, rule: Rule) -> dict[str, str]:
    found = evaluate(graph, [SelectedRule(rule, rule.severity)], OPTIONS)
    return {evaluation.resource.key: evaluation.outcome for evaluation in found}


def breaks_law(world: list[Resource], seen: Graph, rule: Rule) -> list[str]:
    """The resources whose definite verdict on the blurred graph differs from the one on the world."""
    real = outcomes(worlds.graph_of(world), rule)
    blurred = outcomes(seen, rule)
    assert "error" not in {*real.values(), *blurred.values()}
    return [
        f"{key}: {outcome} on the blurred graph, {real[key]} in the world"
        for key, outcome in blurred.items()
        if key in real and outcome in ALLOWED and real[key] not in ALLOWED[outcome]
    ]


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[Resource], Graph, Rule]:
    world = draw(worlds.worlds())
    return world, draw(worlds.blurred(world)), draw(rules.rules())


@settings(max_examples=2100, deadline=None, suppress_health_check=CHECKS, derandomize=True)
@given(cases())
def test_a_definite_verdict_holds_however_the_unknowns_turn_out(case: tuple[list[Resource], Graph, Rule]) -> None:
    world, seen, rule = case

    assert breaks_law(world, seen, rule) == []


def unknown_treated_as_false(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operators, "_open", lambda _value: False)


def uncertain_link_treated_as_sure(monkeypatch: pytest.MonkeyPatch) -> None:
    real = relation.Link

    def sure(resource: Resource, _judgement: Any) -> Any:
        return real(resource, HOLDS)

    monkeypatch.setattr(relation, "Link", sure)


def open_population_treated_as_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relation.Relations, "_unseen", lambda *_: [])


def conditional_item_treated_as_present(monkeypatch: pytest.MonkeyPatch) -> None:
    real = condition._item_scopes

    def present(scope: Any, item: Any, path: Any) -> Any:
        return [(member, HOLDS) for member, _ in real(scope, item, path)]

    monkeypatch.setattr(condition, "_item_scopes", present)


@pytest.mark.parametrize(
    "plant",
    [
        unknown_treated_as_false,
        uncertain_link_treated_as_sure,
        open_population_treated_as_complete,
        conditional_item_treated_as_present,
    ],
)
def test_the_law_catches_a_planted_mistake(plant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """A law that no mistake can break would prove nothing."""
    plant(monkeypatch)
    quick = settings(
        max_examples=2500, deadline=None, suppress_health_check=CHECKS, derandomize=True, phases=[Phase.generate], database=None
    )

    try:
        broken = find(cases(), lambda case: bool(breaks_law(*case)), settings=quick)
    except NoSuchExample:
        broken = None

    assert broken is not None
