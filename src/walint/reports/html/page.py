"""What the HTML templates print: words and numbers, ready made. The templates decide nothing but the form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from walint.catalog import practices
from walint.findings.evaluation import OUTCOMES, SEVERITIES, Outcome
from walint.records import dataclass
from walint.reports.html.accepted import accepted_of
from walint.reports.html.code import shown
from walint.reports.html.code_behind import code_behind
from walint.reports.html.matrix import matrix_of
from walint.reports.html.places import places_of
from walint.reports.html.trend import trend_of
from walint.reports.scores import (
    WEIGHTS,
    QuestionScore,
    coverage,
    not_assessed,
    overall,
    overall_counts,
    percent_of,
    pillar_of,
    practice_scores,
    question_scores,
)
from walint.reports.wording import counted, moment, place_of, subject_of, written

if TYPE_CHECKING:
    from walint.findings.result import Record, Result
    from walint.reports.context import ReportContext

_MOST_ROWS = 500
"""Rows of the tables that are part of the page; the list of findings, made by the script, has everything."""
_MOST_INPUTS = 50
"""Inputs that are named where the same is true of many."""
_MOST_PLAIN = 200
_GOOD, _FAIR = 90, 60
_WORDS: dict[Outcome, str] = {
    "pass": "Passed",
    "fail": "Failed",
    "unknown": "Unknown",
    "suppressed": "Accepted",
    "not-applicable": "Not applicable",
    "error": "Errors",
}
_WIDTH = 1000
"""Units of a bar."""


def page_of(result: Result, context: ReportContext) -> dict[str, Any]:
    """Everything that the templates print."""
    matrix = matrix_of(result)
    return {
        **_header(result),
        **_incomplete(result),
        **_summary(result),
        "pillars": _pillars(result),
        "unasked": _unasked_pillars(result),
        **_findings(result),
        **_unknown(result),
        **accepted_of(result),
        **matrix,
        **code_behind(result),
        "coverage_bar": _bar(matrix["coverage_totals"]),
        **trend_of(result, context),
        **places_of(result),
        "notices": [
            {
                "level": notice.level,
                "message": shown(notice.message),
                "place": shown(written(notice.location)) if notice.location else "",
            }
            for notice in result.notices[:_MOST_ROWS]
        ],
        "notices_more": _more(result.notices),
        **_rules(result),
    }


def _header(result: Result) -> dict[str, Any]:
    accounts = {record.resource.account for record in _judged(result) if record.resource.account}
    regions = {record.resource.region for record in _judged(result) if record.resource.region}
    scope = [counted(result.resources, "resource")]
    if result.files or result.mode == "check":
        scope.append(counted(result.files, "file"))
    if accounts:
        scope.append(f"{counted(len(accounts), 'account')} with something to say")
    if regions:
        scope.append(counted(len(regions), "region"))
    scope.append(counted(len(result.rules), "rule"))
    subject = "live accounts" if result.mode == "audit" else "infrastructure as code"
    return {
        "title": f"Well-Architected report: {subject}",
        "scope": ", ".join(scope),
        "when": shown(moment(result.started)),
        "version": shown(result.version),
        "complete": result.complete,
        "weights": ", ".join(f"{severity} {weight}" for severity, weight in WEIGHTS.items()),
    }


def _judged(result: Result) -> list[Record]:
    return [*result.findings, *result.unknown, *result.suppressed, *result.errors, *(result.passed or ())]


def _incomplete(result: Result) -> dict[str, Any]:
    """What was not judged; where the same is true of several inputs it is said once, with their names and places."""
    problems: dict[tuple[str, str], list[dict[str, str]]] = {}
    for problem in result.incomplete:
        place = shown(written(problem.location)) if problem.location else ""
        said = (shown(problem.reason), shown(problem.help or ""))
        problems.setdefault(said, []).append({"what": shown(problem.what), "place": place})
    for record in result.errors:
        reason = shown(f"could not be judged on {subject_of(record)}: {record.reason or ''}")
        said = (reason, "This is a bug in walint; the other verdicts stand.")
        problems.setdefault(said, []).append({"what": record.rule_id, "place": shown(place_of(record))})
    groups = [
        {"inputs": inputs[:_MOST_INPUTS], "more": _more(inputs, _MOST_INPUTS), "reason": reason, "help": advice}
        for (reason, advice), inputs in problems.items()
    ]
    parts = []
    if result.incomplete:
        parts.append(counted(len(result.incomplete), "input was", "inputs were") + " not judged")
    if result.errors:
        parts.append(counted(len(result.errors), "evaluation") + " failed")
    return {
        "incomplete": groups[:_MOST_ROWS],
        "incomplete_more": _more(groups),
        "incomplete_count": " and ".join(parts),
    }


def _summary(result: Result) -> dict[str, Any]:
    counts = {outcome: result.outcomes.get(outcome, 0) for outcome in OUTCOMES}
    order: tuple[Outcome, ...] = ("pass", "fail", "unknown", "suppressed", "error", "not-applicable")
    return {
        "score": _overall(result),
        "findings_words": counted(len(result.findings), "finding"),
        "severities": [{"word": word, "number": f"{result.severities.get(word, 0):,}"} for word in SEVERITIES],
        "evaluations_words": counted(sum(counts.values()), "evaluation"),
        "outcome_bar": _bar([(outcome, counts[outcome]) for outcome in order if outcome != "not-applicable"]),
        "outcome_words": ", ".join(f"{_WORDS[outcome]} {counts[outcome]:,}" for outcome in order),
        "outcomes": [{"word": _WORDS[name], "style": name, "number": f"{counts[name]:,}"} for name in order],
    }


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a horizontal bar."""

    style: str
    start: float
    width: float


def _bar(counts: Sequence[tuple[str, int]]) -> list[_Part]:
    total = sum(number for _, number in counts)
    parts, start = [], 0.0
    for style, number in counts:
        if number:
            width = round(_WIDTH * number / total, 1)
            parts.append(_Part(style, round(start, 1), width))
            start += width
    return parts


def _style(percent: int | None) -> str:
    if percent is None:
        return "none"
    return "good" if percent >= _GOOD else "fair" if percent >= _FAIR else "poor"


def _overall(result: Result) -> dict[str, Any]:
    operations = percent_of(overall(result, "OPS"))
    percent = operations if operations is not None else percent_of(overall(result))
    assessed = sum(score.score is not None for score in question_scores(result, pillar="OPS") if _is_operational(score))
    asked = sum(1 for question in practices.questions() if pillar_of(question.id) == "OPS")
    title = "Operational excellence" if operations is not None or percent is None else "Overall"
    rests = _coverage(*overall_counts(result, None if title == "Overall" else "OPS"))
    return {
        "percent": percent,
        "style": _style(percent),
        "arc": percent or None,
        "title": title,
        "words": f"{assessed} of its {asked} questions assessed, as far as configuration can show.{rests}",
        "label": f"{title}: {'not assessed' if percent is None else f'{percent} of 100'}",
    }


def _coverage(passed: int, failed: int, unknown: int) -> str:
    """What the score rests on, where a part of it could not be decided."""
    covered = percent_of(coverage(passed, failed, unknown))
    if not unknown or covered is None:
        return ""
    return f" Coverage {covered}%: {unknown:,} of {counted(passed + failed + unknown, 'evaluation')} unknown."


def _is_operational(score: QuestionScore) -> bool:
    return pillar_of(score.id) == "OPS"


def _pillars(result: Result) -> list[dict[str, Any]]:
    """The questions by pillar; those of operational excellence are there whether assessed or not."""
    names = practices.pillars()
    grouped: dict[str, list[dict[str, Any]]] = {}
    asked_for = {score.id: score for score in practice_scores(result)}
    for score in question_scores(result, pillar="OPS"):
        prefix = pillar_of(score.id)
        grouped.setdefault(names.get(prefix, prefix), []).append(_question(score, asked_for))
    return [{"name": name, "questions": asked} for name, asked in grouped.items()]


def _unasked_pillars(result: Result) -> dict[str, Any]:
    """The questions of the other pillars that no rule asks: they are only named."""
    listed = {score.id for score in question_scores(result, pillar="OPS")}
    grouped: dict[str, list[dict[str, str]]] = {}
    for question, _ in not_assessed(result):
        if question.id not in listed:
            grouped.setdefault(question.pillar, []).append({"id": question.id, "title": question.title})
    number = sum(map(len, grouped.values()))
    return {
        "words": f"{counted(number, 'more question')} that no rule of this run asks",
        "pillars": [{"name": name, "questions": asked} for name, asked in grouped.items()],
    }


def _practices(question: str, asked_for: Mapping[str, QuestionScore]) -> dict[str, Any]:
    """The practices of a question, each with its score."""
    found = practices.question(question)
    rows = []
    for name in found.practices if found else ():
        score = asked_for.get(name)
        known = practices.practice(name)
        percent = percent_of(score.score) if score else None
        rows.append(
            {
                "id": name,
                "title": known.title if known else "",
                "value": "not assessed" if percent is None else str(percent),
                "style": _style(percent),
                "words": _practice_words(score),
            }
        )
    assessed = sum(row["value"] != "not assessed" for row in rows)
    return {"words": f"{assessed} of {counted(len(rows), 'practice')} assessed", "rows": rows}


def _practice_words(score: QuestionScore | None) -> str:
    if score is None:
        return "no rule"
    if score.score is None:
        return f"{score.unknown:,} unknown" if score.unknown else "nothing to judge"
    return f"{score.passed:,} of {score.assessed:,} passed{f', {score.unknown:,} unknown' if score.unknown else ''}"


def _question(score: QuestionScore, asked_for: Mapping[str, QuestionScore]) -> dict[str, Any]:
    percent = percent_of(score.score)
    if percent is None:
        said = "no evaluation came to a verdict"
        words = f"{counted(score.unknown, 'unknown outcome')}; {said}" if score.unknown else _unasked(score)
    else:
        words = f"{score.passed:,} of {counted(score.assessed, 'evaluation')} passed"
        words += f", {score.unknown:,} unknown: coverage {percent_of(score.coverage)}%" if score.unknown else ""
    return {
        "id": score.id,
        "title": score.title,
        "percent": percent,
        "style": _style(percent),
        "failed": score.failed,
        "words": words,
        "practices": _practices(score.id, asked_for) if score.rules else None,
        "label": f"{score.id}: {'not assessed' if percent is None else f'{percent} of 100'}",
        "bar": [] if percent is None else _bar([(_style(percent), percent), ("none", 100 - percent)]),
    }


def _unasked(score: QuestionScore) -> str:
    if score.rules:
        return (
            "1 rule, but nothing that it applies to"
            if score.rules == 1
            else f"{score.rules} rules, but nothing that they apply to"
        )
    return "no rule of this run asks it; answer it in a review"


def _findings(result: Result) -> dict[str, Any]:
    tabs: list[tuple[Outcome, str, Sequence[Record] | None]] = [
        ("fail", "Findings", result.findings),
        ("unknown", "Unknown", result.unknown),
        ("suppressed", "Accepted", result.suppressed),
        ("error", "Errors", result.errors or None),
        ("pass", "Passed", result.passed),
    ]
    worst = sorted(result.findings, key=lambda record: SEVERITIES.index(record.severity))[:_MOST_PLAIN]
    left_out = len(result.findings) - len(worst)
    return {
        "tabs": [
            {"outcome": outcome, "word": word, "number": f"{len(records):,}"}
            for outcome, word, records in tabs
            if records is not None
        ],
        "plain": [
            {
                "severity": record.severity,
                "message": shown(record.message),
                "rule": record.rule_id,
                "place": shown(place_of(record)),
            }
            for record in worst
        ],
        "plain_words": f"The worst {len(worst):,} findings are listed; {left_out:,} more are not." if left_out else "",
    }


def _unknown(result: Result) -> dict[str, Any]:
    """The reasons for unknown outcomes, the most frequent first."""
    reasons = Counter(record.reason or "no reason was given" for record in result.unknown)
    first: dict[str, Record] = {}
    rules: dict[str, set[str]] = {}
    for record in result.unknown:
        reason = record.reason or "no reason was given"
        first.setdefault(reason, record)
        rules.setdefault(reason, set()).add(record.rule_id)
    ranked = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    return {
        "unknown_words": f"{counted(len(result.unknown), 'outcome')} could not be decided from what was read.",
        "unknown": [
            {
                "reason": shown(reason),
                "number": f"{number:,}",
                "rules": _some(sorted(rules[reason])),
                "example": shown(place_of(first[reason])),
            }
            for reason, number in ranked[:_MOST_ROWS]
        ],
        "unknown_more": _more(ranked),
    }


def _some(names: Sequence[str]) -> str:
    most = 3
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def _rules(result: Result) -> dict[str, Any]:
    numbered: tuple[Outcome, ...] = ("pass", "fail", "unknown", "suppressed", "not-applicable", "error")
    titles = {count.id: count.title for count in result.practices}
    rows = [
        {
            "id": rule.id,
            "title": shown(rule.title),
            "severity": rule.severity,
            "practices": [{"id": practice, "title": titles.get(practice, "")} for practice in rule.practices],
            "numbers": [rule.outcomes.get(outcome, 0) for outcome in numbered],
            "judged": any(rule.outcomes.get(outcome, 0) for outcome in ("pass", "fail", "unknown", "suppressed")),
        }
        for rule in result.rules
    ]
    idle = sum(not row["judged"] for row in rows)
    words = f"{counted(len(rows), 'rule')} ran. Each judges a resource by its configuration alone; what cannot be seen "
    words += "(a value that is not resolved, a file that is not there) makes an outcome unknown, never a finding."
    if idle:
        words += f" {counted(idle, 'rule')} found nothing to judge."
    return {"rules_words": words, "rules": rows}


def _more(rows: Sequence[object], most: int = _MOST_ROWS) -> int:
    return max(len(rows) - most, 0)
