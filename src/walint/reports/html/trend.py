"""What the HTML report says of earlier runs and of an earlier commit: new, fixed, unchanged, and how scores went."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from walint.reports.html.code import shown
from walint.reports.scores import percent_of
from walint.reports.wording import counted, moment, place_of, since_words, worst_first

if TYPE_CHECKING:
    from walint.findings.result import Record, Result
    from walint.reports.context import ReportContext
    from walint.reports.history import EarlierRun, History

_MOST_FIXED = 200
_MOST_RUNS = 50
_WIDTH, _HEIGHT, _EDGE = 600, 120, 10
"""Units of the drawing of the trend, and what stays free around the line."""


def trend_of(result: Result, context: ReportContext) -> dict[str, Any]:
    """What the template prints."""
    history = context.history
    return {
        "since_words": shown(_capital(since_words(result.since))) if result.since else "",
        "history": _history(result, history) if history else None,
    }


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _history(result: Result, history: History) -> dict[str, Any]:
    last = history.runs[-2]
    fixed = worst_first(history.fixed)
    tiles: list[tuple[str, str, int]] = [
        ("new", "new", len([record for record in result.findings if record.fingerprint in history.new])),
        ("fixed", "fixed", len(history.fixed)),
        ("unchanged", "unchanged", history.unchanged),
        ("accepted", "accepted since", history.accepted),
        ("undecided", "cannot be told now", history.undecided),
    ]
    always = {"new", "fixed", "unchanged"}
    return {
        "words": shown(f"Compared with {last.name}, {moment(last.started)}."),
        "tiles": [
            {"name": name, "word": word, "number": f"{number:,}", "some": number > 0}
            for name, word, number in tiles
            if number or name in always
        ],
        "cautions": [shown(_capital(caution)) + "." for caution in history.cautions],
        "fixed": [_fixed(record) for record in fixed[:_MOST_FIXED]],
        "fixed_more": max(len(fixed) - _MOST_FIXED, 0),
        "runs": [_run(run) for run in history.runs[-_MOST_RUNS:]],
        "chart": _chart(history.runs[-_MOST_RUNS:]),
    }


def _fixed(record: Record) -> dict[str, str]:
    return {
        "severity": record.severity,
        "message": shown(record.message),
        "rule": record.rule_id,
        "place": shown(place_of(record)),
    }


def _run(run: EarlierRun) -> dict[str, Any]:
    percent = percent_of(run.score)
    return {
        "name": shown(run.name),
        "when": shown(moment(run.started)),
        "score": "not assessed" if percent is None else str(percent),
        "findings": f"{run.findings:,}",
        "high": f"{run.high:,}",
        "complete": run.complete,
    }


def _chart(runs: Sequence[EarlierRun]) -> dict[str, Any] | None:
    """A line through the scores, None when fewer than two runs have one. Runs without a score leave a gap."""
    percents = [percent_of(run.score) for run in runs]
    if sum(percent is not None for percent in percents) < 2:  # noqa: PLR2004 - a line has two ends
        return None
    step = (_WIDTH - 2 * _EDGE) / max(len(runs) - 1, 1)
    points = [
        {"x": round(_EDGE + index * step, 1), "y": _y(percent), "score": percent}
        for index, percent in enumerate(percents)
        if percent is not None
    ]
    first, last = points[0]["score"], points[-1]["score"]
    return {
        "width": _WIDTH,
        "height": _HEIGHT,
        "line": " ".join(f"{point['x']},{point['y']}" for point in points),
        "area": f"{points[0]['x']},{_HEIGHT} "
        + " ".join(f"{point['x']},{point['y']}" for point in points)
        + f" {points[-1]['x']},{_HEIGHT}",
        "points": points,
        "first": first,
        "last": last,
        "label": f"Score over {counted(len(runs), 'run')}: from {first} to {last} of 100",
    }


def _y(percent: int) -> float:
    return round(_HEIGHT - _EDGE - (_HEIGHT - 2 * _EDGE) * percent / 100, 1)
