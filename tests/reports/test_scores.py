from __future__ import annotations

from dataclasses import replace

from walint.catalog.practices import questions
from walint.findings.evaluation import Outcome, Severity
from walint.findings.result import Result, RuleCount
from walint.reports.scores import not_assessed, overall, overall_counts, practice_scores, question_scores


def rule(rule_id: str, severity: Severity, practices: tuple[str, ...], **outcomes: int) -> RuleCount:
    counts: dict[Outcome, int] = {"pass": outcomes.get("passed", 0), "fail": outcomes.get("failed", 0)}
    counts["unknown"] = outcomes.get("unknown", 0)
    return RuleCount(rule_id, rule_id, severity, practices, counts)


def test_scores_are_weighted_by_severity(empty: Result) -> None:
    rules = [
        rule("a", "high", ("OPS08-BP01", "OPS08-BP02", "REL06-BP01"), passed=3, failed=1),
        rule("b", "info", ("OPS08-BP04",), failed=8, unknown=5),
    ]
    scores = {score.id: score for score in question_scores(replace(empty, rules=rules))}
    assert list(scores) == ["OPS08", "REL06"]
    assert scores["OPS08"].score == 24 / 40
    assert (scores["OPS08"].passed, scores["OPS08"].failed, scores["OPS08"].unknown) == (3, 9, 5)
    assert scores["REL06"].score == 24 / 32


def test_unknown_alone_is_no_score(empty: Result) -> None:
    scores = question_scores(replace(empty, rules=[rule("a", "high", ("OPS08-BP01",), unknown=3)]))
    assert [(score.id, score.score, score.unknown) for score in scores] == [("OPS08", None, 3)]


def test_all_questions_of_a_pillar_are_there(empty: Result) -> None:
    scores = question_scores(empty, pillar="OPS")
    assert [score.id for score in scores] == [f"OPS{number:02}" for number in range(1, 12)]
    assert {score.score for score in scores} == {None}
    assert all(score.title for score in scores)


def test_overall_counts_each_rule_once(empty: Result) -> None:
    rules = [
        rule("a", "medium", ("OPS08-BP01", "OPS09-BP02"), passed=1, failed=1),
        rule("b", "medium", ("REL06-BP01",), passed=2),
    ]
    result = replace(empty, rules=rules)
    assert overall(result) == 0.75
    assert overall(result, "OPS") == 0.5
    assert overall(empty) is None


def test_coverage_is_what_came_to_a_verdict(empty: Result) -> None:
    rules = [
        rule("a", "medium", ("OPS08-BP01",), passed=2, failed=1, unknown=1),
        rule("b", "medium", ("REL06-BP01",), unknown=4),
        rule("c", "medium", ("OPS10-BP01",)),
    ]
    result = replace(empty, rules=rules)
    found = {score.id: score.coverage for score in question_scores(result)}
    assert found == {"OPS08": 0.75, "OPS10": None, "REL06": 0.0}
    assert overall_counts(result) == (2, 1, 5)
    assert overall_counts(result, "OPS") == (2, 1, 1)


def test_practices_have_scores_of_their_own(empty: Result) -> None:
    rules = [
        rule("a", "high", ("OPS08-BP01", "OPS08-BP02"), passed=3, failed=1),
        rule("b", "info", ("OPS08-BP02",), failed=8, unknown=5),
        rule("c", "low", ("REL06-BP01",), unknown=2),
    ]
    found = [(one.id, one.title, one.score, one.coverage) for one in practice_scores(replace(empty, rules=rules))]
    assert found == [
        ("OPS08-BP01", "Analyze workload metrics", 0.75, 1.0),
        ("OPS08-BP02", "Analyze workload logs", 24 / 40, 12 / 17),
        ("REL06-BP01", "Monitor all components for the workload (Generation)", None, 0.0),
    ]


def test_questions_without_a_score_say_why(empty: Result) -> None:
    rules = [
        rule("a", "high", ("OPS08-BP01",), passed=3),
        rule("b", "high", ("REL06-BP01",), unknown=2),
        rule("c", "high", ("REL13-BP01",)),
    ]
    found = {question.id: reason for question, reason in not_assessed(replace(empty, rules=rules))}
    assert "OPS08" not in found
    assert found["REL06"] == "no evaluation came to a verdict"
    assert found["REL13"] == "nothing that its rules apply to"
    assert found["COST01"] == "no rule of this run asks it"
    assert len(found) == len(questions()) - 1
