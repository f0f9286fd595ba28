"""The law of soundness: a definite verdict on a partly known graph holds however the unknowns turn out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.soundness import blur, rules, worlds
from tests.soundness.dice import Dice
from walint.engine import Options, SelectedRule, evaluate
from walint.language import alarms, condition, relation
from walint.language.operators import lists, patterns, references, scalars, services
from walint.language.rule import Rule
from walint.language.scope import Context, Scope
from walint.language.truth import FAILS, HOLDS
from walint.model.graph import Graph
from walint.model.value import Known, Value

# Hypothesis says so when it prints a failing case by how it was drawn; `LawCase` prints itself briefly.
pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")

CASES = 4000
OPTIONS = Options(today=date(2026, 11, 20))
CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much, HealthCheck.large_base_example]
# "unknown" in the world itself: a text that holds a reference, whose spelling only AWS knows.
ALLOWED = {
    "pass": {"pass", "not-applicable", "unknown"},
    "fail": {"fail", "unknown"},
    "not-applicable": {"not-applicable", "unknown"},
}


def outcomes(graph: Graph, rule: Rule) -> dict[str, str]:
    """The outcome for each resource."""
    found = evaluate(graph, [SelectedRule(rule, rule.severity)], OPTIONS)
    return {evaluation.resource.key: evaluation.outcome for evaluation in found}


def breaks_law(case: worlds.LawCase) -> list[str]:
    """The resources whose definite verdict on the blurred graph differs from the one on the world."""
    real = outcomes(worlds.graph_of(case.world), case.rule)
    blurred = outcomes(case.seen, case.rule)
    assert "error" not in {*real.values(), *blurred.values()}
    return [
        f"{key}: {outcome} on the blurred graph, {real[key]} in the world"
        for key, outcome in blurred.items()
        if key in real and outcome in ALLOWED and real[key] not in ALLOWED[outcome]
    ]


@st.composite
def cases(draw: st.DrawFn) -> worlds.LawCase:
    """A world, what walint sees of it, and a rule."""
    dice = Dice(draw)
    topic = dice.pick(worlds.TOPICS)
    rule = rules.rule(dice, topic)
    world = worlds.world(dice, topic)
    seen = blur.blurred(dice, world, topic)
    deployed = [replace(one, properties=worlds.deployed(one.properties)) for one in world]
    return worlds.LawCase(deployed, seen, rule)


@settings(max_examples=CASES, deadline=None, suppress_health_check=CHECKS, derandomize=True)
@given(cases())
def test_a_definite_verdict_holds_however_the_unknowns_turn_out(case: worlds.LawCase) -> None:
    assert breaks_law(case) == []


@settings(max_examples=500, deadline=None, suppress_health_check=CHECKS, derandomize=True)
@given(cases())
def test_a_world_that_is_wholly_known_is_wholly_judged(case: worlds.LawCase) -> None:
    """Saying "unknown" of everything would keep the law, too."""
    found = evaluate(worlds.graph_of(case.world), [SelectedRule(case.rule, case.rule.severity)], OPTIONS)
    reasons = [evaluation.reason for evaluation in found if evaluation.outcome == "unknown"]
    assert [reason for reason in reasons if reason != "the query chooses metrics by more than their name"] == []


class LawBrokenError(Exception):
    """The planted mistake has been noticed."""


def an_unknown_value_is_treated_as_false(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (lists, patterns, references, scalars, services):
        monkeypatch.setattr(module, "why_open", lambda _value: False)


def an_uncertain_link_is_treated_as_sure(monkeypatch: pytest.MonkeyPatch) -> None:
    real = relation.Link
    for module in (relation, alarms):
        monkeypatch.setattr(module, "Link", lambda resource, _judgement: real(resource, HOLDS))


def what_is_out_of_sight_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relation.Relations, "_unseen", lambda *_: [])


def a_conditional_item_is_treated_as_present(monkeypatch: pytest.MonkeyPatch) -> None:
    real = condition._item_scopes

    def present(scope: Any, item: Any, path: Any) -> Any:
        return [(member, HOLDS) for member, _ in real(scope, item, path)]

    monkeypatch.setattr(condition, "_item_scopes", present)


def an_unknown_dimension_is_no_match(monkeypatch: pytest.MonkeyPatch) -> None:
    real = alarms._names

    def sure(*arguments: Any) -> Any:
        judgement = real(*arguments)
        return FAILS if judgement.truth is None else judgement

    monkeypatch.setattr(alarms, "_names", sure)


def an_open_map_is_treated_as_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    real = Scope._step

    def closed(scope: Scope, value: Value, step: str) -> Value:
        return real(scope, replace(value, rest=None) if isinstance(value, Known) else value, step)

    monkeypatch.setattr(Scope, "_step", closed)


def the_first_alternative_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    real = Context.possible
    monkeypatch.setattr(Context, "possible", lambda context, value: real(context, value)[:1])


def a_conditional_resource_is_treated_as_existing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Context, "exists", lambda _context, _resource: HOLDS)


PLANTS = [
    an_unknown_value_is_treated_as_false,
    an_uncertain_link_is_treated_as_sure,
    what_is_out_of_sight_is_forgotten,
    a_conditional_item_is_treated_as_present,
    an_unknown_dimension_is_no_match,
    an_open_map_is_treated_as_complete,
    the_first_alternative_is_taken,
    a_conditional_resource_is_treated_as_existing,
]


@pytest.mark.parametrize("plant", PLANTS)
def test_the_law_catches_a_planted_mistake(
    plant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A law that no mistake can break would prove nothing."""
    plant(monkeypatch)

    @settings(
        max_examples=CASES, deadline=None, suppress_health_check=CHECKS, derandomize=True,
        phases=[Phase.generate], database=None, report_multiple_bugs=False,
    )  # fmt: skip
    @given(cases())
    def search(case: worlds.LawCase) -> None:
        if breaks_law(case):
            raise LawBrokenError

    with pytest.raises(LawBrokenError):
        search()
