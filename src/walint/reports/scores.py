"""Scores of Well-Architected questions and practices, from what the rules found.

The score of a question, or of a practice, is the share of its evaluations that passed, each weighted by the severity of
its rule. Unknown and suppressed outcomes are neither for nor against. A question without a single pass or fail has no
score: it was not assessed.
"""

from __future__ import annotations

from collections.abc import Iterator

from walint.catalog.practices import Question, pillars, practice, question, questions
from walint.findings.evaluation import Severity
from walint.findings.result import Result, RuleCount
from walint.records import dataclass

WEIGHTS: dict[Severity, int] = {"high": 8, "medium": 4, "low": 2, "info": 1}


@dataclass(frozen=True, slots=True)
class QuestionScore:
    """How one question, or one practice, came out.

    `score` is from 0 to 1, None when nothing was assessed; counts are evaluations.
    """

    id: str
    title: str
    score: float | None
    passed: int
    failed: int
    unknown: int
    rules: int

    @property
    def assessed(self) -> int:
        """The evaluations that a score rests on."""
        return self.passed + self.failed

    @property
    def coverage(self) -> float | None:
        """The share of evaluations that came to a verdict, from 0 to 1; None where no rule applied."""
        return coverage(self.passed, self.failed, self.unknown)


def coverage(passed: int, failed: int, unknown: int) -> float | None:
    """Assessed of applicable: what was not decided counts against it. None where nothing applied."""
    applicable = passed + failed + unknown
    return (passed + failed) / applicable if applicable else None


def question_of(practice: str) -> str:
    """The question that a practice belongs to: OPS08 of OPS08-BP02."""
    return practice.partition("-")[0]


def pillar_of(question: str) -> str:
    """The letters of a question's pillar: OPS of OPS08."""
    return question.rstrip("0123456789")


def question_scores(result: Result, *, pillar: str | None = None) -> list[QuestionScore]:
    """The questions that the run's rules ask, in the framework's order.

    With `pillar` (its letters: OPS), all questions of that pillar are there, assessed or not.
    """
    totals: dict[str, _Total] = {}
    if pillar is not None:
        totals = {one.id: _Total() for one in questions() if pillar_of(one.id) == pillar}
    for rule in result.rules:
        for asked in {question_of(name) for name in rule.practices}:
            totals.setdefault(asked, _Total()).add(rule)
    return [_score(asked, totals[asked]) for asked in sorted(totals, key=_order)]


def practice_scores(result: Result) -> list[QuestionScore]:
    """The practices that the run's rules ask for, in the order of their ids."""
    totals: dict[str, _Total] = {}
    for rule in result.rules:
        for asked in set(rule.practices):
            totals.setdefault(asked, _Total()).add(rule)
    return [_score(asked, totals[asked]) for asked in sorted(totals)]


def not_assessed(result: Result) -> Iterator[tuple[Question, str]]:
    """Every question of the framework without a score, in its order, and why it has none."""
    scores = {score.id: score for score in question_scores(result)}
    for one in questions():
        score = scores.get(one.id)
        if score is None:
            yield one, "no rule of this run asks it"
        elif score.score is None:
            yield one, "no evaluation came to a verdict" if score.unknown else "nothing that its rules apply to"


def overall(result: Result, pillar: str | None = None) -> float | None:
    """The score of everything that was assessed (in one pillar); each rule counts once. None without any verdict."""
    weight = weight_passed = 0
    for rule in result.rules:
        if pillar is None or any(pillar_of(question_of(practice)) == pillar for practice in rule.practices):
            passed, failed = rule.outcomes.get("pass", 0), rule.outcomes.get("fail", 0)
            weight_passed += WEIGHTS[rule.severity] * passed
            weight += WEIGHTS[rule.severity] * (passed + failed)
    return weight_passed / weight if weight else None


def overall_counts(result: Result, pillar: str | None = None) -> tuple[int, int, int]:
    """What the overall score rests on: evaluations that passed, failed, and could not be decided."""
    counts = [0, 0, 0]
    for rule in result.rules:
        if pillar is None or any(pillar_of(question_of(practice)) == pillar for practice in rule.practices):
            for index, outcome in enumerate(("pass", "fail", "unknown")):
                counts[index] += rule.outcomes.get(outcome, 0)  # type: ignore[call-overload]  # a literal each
    return counts[0], counts[1], counts[2]


def percent_of(score: float | None) -> int | None:
    """A score from 0 to 100, rounded down, so that 100 means that nothing failed."""
    return None if score is None else int(score * 100 + 1e-9)


@dataclass(slots=True)
class _Total:
    rules: int = 0
    passed: int = 0
    failed: int = 0
    unknown: int = 0
    weight_passed: int = 0
    weight: int = 0

    def add(self, rule: RuleCount) -> None:
        """Counts what a rule found."""
        passed, failed = rule.outcomes.get("pass", 0), rule.outcomes.get("fail", 0)
        self.rules += 1
        self.passed += passed
        self.failed += failed
        self.unknown += rule.outcomes.get("unknown", 0)
        self.weight_passed += WEIGHTS[rule.severity] * passed
        self.weight += WEIGHTS[rule.severity] * (passed + failed)


def _score(asked: str, total: _Total) -> QuestionScore:
    known = practice(asked) or question(asked)
    score = total.weight_passed / total.weight if total.weight else None
    title = known.title if known else ""
    return QuestionScore(asked, title, score, total.passed, total.failed, total.unknown, total.rules)


def _order(question_id: str) -> tuple[int, str]:
    order = list(pillars())
    prefix = pillar_of(question_id)
    return (order.index(prefix) if prefix in order else len(order), question_id)
