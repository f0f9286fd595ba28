from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from walint.findings.comparison import compare, recognised
from walint.findings.evaluation import OUTCOMES, SEVERITIES
from walint.findings.result import Incomplete, Location, Record, Result, RuleCount, Subject

RULES = ("sqs-dlq", "lambda-tracing")


def record(path: str = "app.yaml", address: str = "Orders", rule: str = "sqs-dlq", **fields: Any) -> Record:
    """A finding whose fingerprint is made of what fingerprints are made of."""
    name = fields.get("property", "RedrivePolicy")
    values = {
        "fingerprint": f"{rule}|{path}|{address.rpartition('/')[2]}|{name}",
        "rule_id": rule,
        "outcome": "fail",
        "severity": "high",
        "message": "x",
        "resource": Subject("AWS::SQS::Queue", address, address, "cloudformation"),
        "location": Location(path, 2, 3, 2, 9),
        "property": "RedrivePolicy",
    }
    return Record(**(values | fields))


def result(*findings: Record, rules: tuple[str, ...] = RULES, **fields: Any) -> Result:
    counts = [RuleCount(rule, rule, "high", (), dict.fromkeys(OUTCOMES, 0)) for rule in rules]
    values: dict[str, Any] = {"outcomes": dict.fromkeys(OUTCOMES, 0), "severities": dict.fromkeys(SEVERITIES, 0)}
    values |= {"mode": "check", "version": "1", "started": "", "finished": "", "resources": 1, "files": 1}
    return Result(**values, rules=counts, findings=list(findings), **fields)


def names(records: Any) -> list[str]:
    return [f"{r.location.path if r.location else ''}/{r.resource.address}" for r in records]


def test_new_fixed_and_unchanged() -> None:
    old = result(record(address="Gone"), record(address="Same"))
    new = result(record(address="New"), record(address="Same", message="in other words", severity="low"))
    compared = compare(old, new)
    assert names(compared.new) == ["app.yaml/New"]
    assert names(compared.fixed) == ["app.yaml/Gone"]
    assert [(a.severity, b.severity) for a, b in compared.unchanged] == [("high", "low")]


def test_a_renamed_file_is_the_same() -> None:
    compared = compare(result(record("a.yaml")), result(record("b.yaml")))
    assert (len(compared.new), len(compared.unchanged), len(compared.fixed)) == (0, 1, 0)


def test_a_namesake_in_a_file_that_is_still_there_is_another_one() -> None:
    other = record("a.yaml", "Other", "lambda-tracing")
    compared = compare(result(record("a.yaml"), other), result(record("b.yaml"), other))
    assert (names(compared.new), names(compared.fixed)) == (["b.yaml/Orders"], ["a.yaml/Orders"])


def test_a_namesake_in_a_file_that_was_there_before_is_another_one() -> None:
    other = record("b.yaml", "Other", "lambda-tracing")
    compared = compare(result(record("a.yaml"), other), result(record("b.yaml"), other))
    assert (names(compared.new), names(compared.fixed)) == (["b.yaml/Orders"], ["a.yaml/Orders"])


def test_what_only_moved_by_address_rule_or_property_is_another_one() -> None:
    old = result(record("a.yaml"))
    others = [{"address": "Returns"}, {"rule": "lambda-tracing"}, {"property": "Other"}]
    assert [len(compare(old, result(record("b.yaml", **fields))).new) for fields in others] == [1, 1, 1]


def test_what_is_suppressed_now_is_not_fixed() -> None:
    compared = compare(result(record()), result(suppressed=[record(outcome="suppressed")]))
    assert (names(compared.accepted), compared.fixed) == (["app.yaml/Orders"], [])


def test_what_was_suppressed_is_new() -> None:
    compared = compare(result(suppressed=[record(outcome="suppressed")]), result(record()))
    assert names(compared.new) == ["app.yaml/Orders"]


def test_what_is_unknown_now_is_undecided() -> None:
    """An unknown has no property, so its fingerprint is another."""
    unknown = record(outcome="unknown", property=None)
    compared = compare(result(record()), result(unknown=[unknown]))
    assert (names(compared.undecided), compared.fixed) == (["app.yaml/Orders"], [])


def test_a_rule_that_did_not_run_has_fixed_nothing() -> None:
    compared = compare(result(record()), result(rules=("lambda-tracing",)))
    assert (names(compared.undecided), compared.fixed) == (["app.yaml/Orders"], [])


def test_a_file_that_could_not_be_read_has_fixed_nothing() -> None:
    compared = compare(result(record()), result(incomplete=[Incomplete("app.yaml", "no YAML")]))
    assert (names(compared.undecided), compared.fixed) == (["app.yaml/Orders"], [])


def test_a_live_finding_is_known_by_its_fingerprint_alone() -> None:
    live = record(location=None, fingerprint="one")
    compared = compare(result(live), result(live, record(location=None, fingerprint="two")))
    assert (len(compared.new), len(compared.unchanged), len(compared.fixed)) == (1, 1, 0)


def test_the_nearest_file_is_the_moved_one() -> None:
    old = [record(f"services/{name}/template.yaml") for name in ("a", "b", "c")]
    new = [record(f"apps/{name}/template.yaml") for name in ("c", "b", "a")]
    found = recognised(old, new, gone=lambda _: True, fresh=lambda _: True)
    assert {index: one.location.path for index, one in found.items() if one.location} == {
        0: "services/c/template.yaml",
        1: "services/b/template.yaml",
        2: "services/a/template.yaml",
    }


PLACES = st.builds(
    record, st.sampled_from(["a.yaml", "b.yaml", "x/a.yaml", "x/b.yaml"]), st.sampled_from(["A", "B", "N/A"])
)
SEVERAL = st.lists(PLACES, unique_by=lambda one: one.fingerprint, max_size=8)


@given(SEVERAL, SEVERAL)
def test_every_finding_is_accounted_for_once(before: list[Record], after: list[Record]) -> None:
    compared = compare(result(*before), result(*after))
    now = [*compared.new, *(new for _, new in compared.unchanged)]
    then = [*compared.fixed, *(old for old, _ in compared.unchanged)]
    assert sorted(one.fingerprint for one in now) == sorted(one.fingerprint for one in after)
    assert sorted(one.fingerprint for one in then) == sorted(one.fingerprint for one in before)


@given(SEVERAL)
def test_a_result_compared_with_itself_is_unchanged(several: list[Record]) -> None:
    compared = compare(result(*several), result(*several))
    assert (compared.new, compared.fixed, compared.accepted, compared.undecided) == ([], [], [], [])
