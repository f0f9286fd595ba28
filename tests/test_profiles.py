"""The profiles over the whole catalogue: what each runs, how gravely, and the hard numbers of `strict`."""

from __future__ import annotations

import pytest

from walint.engine import SelectedRule, select
from walint.language.catalogue import load_rules

CATALOGUE = load_rules()


def profile(name: str) -> dict[str, SelectedRule]:
    return {one.rule.id: one for one in select(CATALOGUE.rules.values(), name, lambda _: None, {})}


def test_minimal_runs_only_rules_of_high_severity() -> None:
    chosen = profile("minimal")
    assert {rule_id: one.severity for rule_id, one in chosen.items() if one.severity != "high"} == {}
    assert {"lambda-tracing", "dynamodb-pitr", "alarm-has-action", "deploy-gated-by-tests"} <= chosen.keys()


def test_strict_runs_all_but_two_with_their_own_severity() -> None:
    """What is archived, and what is counted in logs, is a matter of law and habit: it is asked only by name."""
    chosen = profile("strict")
    assert set(CATALOGUE.rules) - set(chosen) == {"log-archive", "error-log-metric-filter"}
    differing = {rule_id: one.severity for rule_id, one in chosen.items() if one.severity != one.rule.severity}
    assert differing == {}


@pytest.mark.parametrize(
    ("rule_id", "expected"),
    [
        ("log-group-retention-min", {"min_days": 30}),
        ("rds-backup-retention", {"min_days": 7, "target_days": 30}),
        ("backup-plan-schedule", {"min_retention_days": 30}),
        ("rpo-met", {"max_rpo_minutes": 60}),
        ("dr-plan", {"max_rpo_minutes": 60, "max_rto_minutes": 240, "drill_max_age_days": 92}),
        (
            "alarm-standard-threshold",
            {
                "error_rate_max_percent": 1,
                "latency_max_ms": 3000,
                "response_time_max_seconds": 3,
                "dlq_messages_max": 0,
                "utilisation_max_percent": 80,
                "concurrency_max": 800,
                "concurrency_limit": 1000,
            },
        ),
        ("scaling-policy-values", {"cpu_max": 70, "memory_max": 80, "dynamodb_max": 70}),
        ("deployment-bake-time", {"min_minutes": 15}),
        ("slo-defined", {"min_availability_percent": 99.9}),
        ("cost-guard", {"max_anomaly_percent": 20}),
    ],
)
def test_the_hard_numbers_of_strict(rule_id: str, expected: dict[str, float]) -> None:
    one = profile("strict")[rule_id]
    defaults = {name: parameter.default for name, parameter in one.rule.parameters.items()}
    in_force = {**defaults, **one.parameters}
    assert {name: in_force[name] for name in expected} == expected
