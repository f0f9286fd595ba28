"""Accounts and regions as the reports have them: scored, written to JSON and read back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from walint.findings.evaluation import OUTCOMES, SEVERITIES
from walint.findings.places import PlaceCount
from walint.reports.scores import WEIGHTS, coverage

if TYPE_CHECKING:
    from walint.reports.nodes import Node


def place_score(place: PlaceCount) -> float | None:
    """From 0 to 1, weighted by severity as questions are; None when nothing was assessed."""
    passed = sum(WEIGHTS[severity] * place.passed[severity] for severity in SEVERITIES)
    failed = sum(WEIGHTS[severity] * place.failed[severity] for severity in SEVERITIES)
    return passed / (passed + failed) if passed + failed else None


def place_coverage(place: PlaceCount) -> float | None:
    """The share of evaluations that came to a verdict."""
    return coverage(place.outcomes["pass"], place.outcomes["fail"], place.outcomes["unknown"])


def places_document(places: Sequence[PlaceCount]) -> list[dict[str, Any]]:
    """The places as plain data."""
    return [
        {
            "account": place.account,
            "region": place.region,
            "resources": place.resources,
            "outcomes": dict(place.outcomes),
            "pass": dict(place.passed),
            "fail": dict(place.failed),
            "score": _rounded(place_score(place)),
            "coverage": _rounded(place_coverage(place)),
        }
        for place in places
    ]


def read_place(node: Node) -> PlaceCount:
    """One place of a report."""
    return PlaceCount(
        node.get("account").text(),
        node.get("region").text(),
        node.get("resources").number(),
        _counts(node.get("outcomes"), OUTCOMES),
        _counts(node.get("pass"), SEVERITIES),
        _counts(node.get("fail"), SEVERITIES),
    )


def _counts(node: Node, words: Sequence[Any]) -> dict[Any, int]:
    return {**dict.fromkeys(words, 0), **node.counts(words)}


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
