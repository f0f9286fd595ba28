from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

import pytest

from walint.findings.assemble import Assembly, Run, assemble
from walint.findings.baseline import Baseline, Entry
from walint.findings.evaluation import Evaluation, Fact, Related
from walint.findings.result import Incomplete, Location, Notice, Result
from walint.findings.ruleinfo import RuleInfo
from walint.findings.suppression import Suppression, Suppressions
from walint.model.graph import Graph, Problem
from walint.model.resource import Resource
from walint.model.span import Span

Make = Callable[..., Resource]
Fail = Callable[..., Evaluation]
RUN = Run("0.1.0", "2026-06-01T00:00:00Z", lambda: "2026-06-01T00:00:01Z", "2026-06-01")


def result_of(evaluations: Iterable[Evaluation], rule: RuleInfo, graph: Graph | None = None, **how: object) -> Result:
    evaluations = list(evaluations)
    if graph is None:
        graph = Graph(files=["app.yaml"])
        graph.extend({e.resource.key: e.resource for e in evaluations}.values())
    assembly = Assembly({rule.id: rule}, rule.names, remediation=lambda rule_id: f"mend {rule_id}", **how)  # type: ignore[arg-type]
    return assemble(evaluations, graph, assembly, RUN)


def test_a_finding_says_what_where_and_why(make_resource: Make, fail: Fail, rule: RuleInfo) -> None:
    (record,) = result_of([fail(make_resource(), line=6)], rule).findings
    assert record.message == "Orders: Lambda function is not traced"
    assert record.location == Location("app.yaml", 6, 7, 6, 20)
    assert (record.property, record.expected, record.found) == ("Tracing", "Active", "PassThrough (AWS default)")
    assert (record.remediation, record.practices) == ("mend lambda-tracing", ("OPS04-BP05",))


def test_a_case_says_its_own_message(make_resource: Make, fail: Fail, rule: RuleInfo) -> None:
    (record,) = result_of([fail(make_resource(), message="Express workflow does not log everything.")], rule).findings
    assert record.message == "Orders: Express workflow does not log everything"


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ({}, Location("app.yaml", 3, 3, 8, 1)),
        ({"span": None}, Location("app.yaml", 1, 1, 1, 2)),
        ({"span": None, "source": "live", "unit": "123456789012/eu-west-1"}, None),
    ],
)
def test_a_finding_always_has_a_place_but_in_an_account(
    make_resource: Make, fail: Fail, rule: RuleInfo, resource: dict[str, object], expected: Location | None
) -> None:
    (record,) = result_of([fail(make_resource(**resource))], rule).findings
    assert record.location == expected


def test_a_nested_stack_used_twice_is_one_finding(make_resource: Make, fail: Fail, rule: RuleInfo) -> None:
    uses = [make_resource(f"{name}/Orders", path="child.yaml", unit="app.yaml") for name in ("Green", "Blue")]
    result = result_of([fail(use, line=6) for use in uses], rule)
    (record,) = result.findings
    assert record.instances == ("Blue/Orders", "Green/Orders")
    assert record.resource.address == "Blue/Orders"
    assert record.message == (
        "Orders: Lambda function is not traced. The same lines declare 2 resources: Blue/Orders, Green/Orders"
    )
    assert result.outcomes["fail"] == 2


def test_functions_that_share_a_blamed_line_stay_apart(make_resource: Make, fail: Fail, rule: RuleInfo) -> None:
    """The value stands in SAM's Globals: every function has a finding of its own, blamed on that line."""
    result = result_of([fail(make_resource(name), line=2) for name in ("A", "B")], rule)
    assert [record.resource.address for record in result.findings] == ["A", "B"]
    assert len({record.fingerprint for record in result.findings}) == 2


def test_an_accepted_use_leaves_the_other_with_its_fingerprint(make_resource: Make, fail: Fail, rule: RuleInfo) -> None:
    uses = [make_resource(f"{name}/Orders", path="child.yaml", unit="app.yaml") for name in ("Blue", "Green")]
    before = result_of([fail(use, line=6) for use in uses], rule)
    accepted = Suppression("config", ("*",), "why", None, None)
    accepted.where = accepted.where._replace(resource="Blue/*")
    suppressions = Suppressions([accepted], [], date(2026, 6, 1))
    after = result_of([fail(use, line=6) for use in uses], rule, suppressions=suppressions)
    assert [r.resource.address for r in after.findings] == ["Green/Orders"]
    assert [r.resource.address for r in after.suppressed] == ["Blue/Orders"]
    assert {r.fingerprint for r in after.findings + after.suppressed} == {before.findings[0].fingerprint}


def test_counts(make_resource: Make, fail: Fail, rule: RuleInfo) -> None:
    evaluations = [
        fail(make_resource("A"), line=6),
        fail(make_resource("B"), outcome="unknown", facts=(), reason="parameter Mode has no default"),
        fail(make_resource("C"), outcome="pass", facts=()),
        fail(make_resource("D"), outcome="not-applicable", facts=()),
        fail(make_resource("E"), outcome="error", facts=(), reason="KeyError"),
    ]
    result = result_of(evaluations, rule, practice_title=lambda name: f"title of {name}")
    once = {"pass": 1, "fail": 1, "unknown": 1, "not-applicable": 1, "suppressed": 0, "error": 1}
    assert result.outcomes == once
    assert result.severities == {"high": 1, "medium": 0, "low": 0, "info": 0}
    (practice,) = result.practices
    assert (practice.title, practice.passed, practice.failed, practice.unknown) == ("title of OPS04-BP05", 1, 1, 1)
    assert result.rules[0].outcomes == once
    assert [r.reason for r in result.unknown] == ["parameter Mode has no default"]
    assert [r.reason for r in result.errors] == ["KeyError"]
    assert result.passed is None
    assert not result.complete
    assert result.resources == 5


def test_passes_are_kept_on_request(make_resource: Make, fail: Fail, rule: RuleInfo) -> None:
    result = result_of([fail(make_resource(), outcome="pass", facts=())], rule, show_passed=True)
    assert result.passed is not None
    assert [record.message for record in result.passed] == ["Orders: Lambda function is traced"]


def test_milder_findings_are_dropped(make_resource: Make, fail: Fail, rule: RuleInfo) -> None:
    evaluations = [fail(make_resource("A")), fail(make_resource("B"), severity="low")]
    result = result_of(evaluations, rule, min_severity="medium")
    assert ([r.resource.address for r in result.findings], result.outcomes["fail"]) == (["A"], 1)


def test_the_order_of_evaluations_does_not_matter(make_resource: Make, fail: Fail, rule: RuleInfo) -> None:
    evaluations = [fail(make_resource(name), line=line) for name, line in (("A", 9), ("B", 6), ("C", 6), ("D", None))]
    assert result_of(evaluations, rule) == result_of(reversed(evaluations), rule)


def test_a_suppressed_finding_is_counted_as_such(make_resource: Make, fail: Fail, rule: RuleInfo) -> None:
    entry = Suppression("config", ("lambda-tracing",), "why", None, None)
    result = result_of([fail(make_resource())], rule, suppressions=Suppressions([entry], [], date(2026, 6, 1)))
    assert (result.findings, result.outcomes["suppressed"], result.outcomes["fail"]) == ([], 1, 0)
    (record,) = result.suppressed
    assert (record.outcome, record.suppressed_by.reason if record.suppressed_by else None) == ("suppressed", "why")


def test_an_unknown_stays_unknown_and_uses_its_suppression(make_resource: Make, fail: Fail, rule: RuleInfo) -> None:
    entry = Suppression("config", ("lambda-tracing",), "why", None, None)
    suppressions = Suppressions([entry], [], date(2026, 6, 1))
    result = result_of([fail(make_resource(), outcome="unknown")], rule, suppressions=suppressions)
    assert (len(result.unknown), len(result.suppressed), result.notices) == (1, 0, [])


def test_the_baseline_accepts_findings_and_tells_of_stale_entries(
    make_resource: Make, fail: Fail, rule: RuleInfo
) -> None:
    known = result_of([fail(make_resource())], rule).findings[0].fingerprint
    entries = [
        Entry(known, rule.id, "Orders", "app.yaml", "2026-01-01", line=2),
        Entry("gone", rule.id, "Payments", "app.yaml", "2026-01-01", line=3),
    ]
    result = result_of([fail(make_resource())], rule, baseline=Baseline(entries))
    assert (result.findings, result.outcomes["suppressed"], result.outcomes["fail"]) == ([], 1, 0)
    assert [record.suppressed_by and record.suppressed_by.kind for record in result.suppressed] == ["baseline"]
    assert result.notices == [
        Notice(
            "note",
            "stale baseline entry: lambda-tracing no longer reports Payments in app.yaml; "
            "`walint baseline prune` removes it",
            Location(".walint-baseline.json", 3, 1, 3, 2),
        )
    ]


def test_problems_make_the_result_incomplete_or_are_told(rule: RuleInfo) -> None:
    error = Problem("error", "b.yaml", "not valid YAML", "mend it", Span("b.yaml", 2, 1, 2, 2))
    graph = Graph(problems=[error, error, Problem("note", "c.yaml", "a remote nested stack")])
    result = result_of([], rule, graph)
    assert result.incomplete == [Incomplete("b.yaml", "not valid YAML", Location("b.yaml", 2, 1, 2, 2), "mend it")]
    assert result.notices == [Notice("note", "a remote nested stack", Location("c.yaml", 1, 1, 1, 2))]
    assert not result.complete


def test_secrets_reach_no_text(make_resource: Make, fail: Fail, rule: RuleInfo) -> None:
    secret = "hunter2hunter2"  # noqa: S105
    url = f"https://app:{secret}@example.com"
    span = Span("app.yaml", 1, 1, 1, 2)
    password = Fact("MasterUserPassword", "MasterUserPassword", "not set", secret, span, (Related(span, url),))
    evaluations = [
        fail(make_resource("A"), facts=(password,), message=f"password={secret}"),
        fail(make_resource("B"), outcome="unknown", reason=f"{url} is not on disk"),
    ]
    assert secret not in repr(result_of(evaluations, rule))
