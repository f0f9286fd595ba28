"""What an audit found in each account and region, in numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from walint.findings.evaluation import OUTCOMES, SEVERITIES, Outcome, Severity
from walint.model.graph import Graph
from walint.model.resource import Resource
from walint.records import dataclass, field


def _outcomes() -> dict[Outcome, int]:
    return dict.fromkeys(OUTCOMES, 0)


def _severities() -> dict[Severity, int]:
    return dict.fromkeys(SEVERITIES, 0)


@dataclass(slots=True)
class PlaceCount:
    """One account in one region ("global" for what belongs to no region).

    resources  how many are there
    outcomes   evaluations by outcome
    passed     evaluations that passed, by severity
    failed     evaluations that failed and are not accepted, by severity
    """

    account: str
    region: str
    resources: int = 0
    outcomes: dict[Outcome, int] = field(default_factory=_outcomes)
    passed: dict[Severity, int] = field(default_factory=_severities)
    failed: dict[Severity, int] = field(default_factory=_severities)


class Places:
    """Counts evaluations by the place of their resource; resources without one count nowhere."""

    def __init__(self, graph: Graph) -> None:
        self._found: dict[tuple[str, str], PlaceCount] = {}
        for resource in graph.resources:
            place = self._of(resource)
            if place is not None and not resource.type.startswith("Walint::"):
                place.resources += 1

    def count(self, resource: Resource, severity: Severity, outcome: Outcome) -> None:
        """Takes note of one evaluation."""
        place = self._of(resource)
        if place is None:
            return
        place.outcomes[outcome] += 1
        if outcome == "pass":
            place.passed[severity] += 1
        elif outcome == "fail":
            place.failed[severity] += 1

    def counted(self) -> list[PlaceCount]:
        """Every place that was looked at, sorted."""
        return [self._found[key] for key in sorted(self._found)]

    def _of(self, resource: Resource) -> PlaceCount | None:
        if resource.source != "live" or resource.account is None:
            return None
        key = resource.account, resource.region or "global"
        return self._found.setdefault(key, PlaceCount(*key))


def joined(several: Iterable[Sequence[PlaceCount]]) -> list[PlaceCount]:
    """The places of several results as one list; those of the same account and region are added up."""
    found: dict[tuple[str, str], PlaceCount] = {}
    for one in (place for places in several for place in places):
        key = one.account, one.region
        whole = found.setdefault(key, PlaceCount(*key))
        whole.resources += one.resources
        for outcome in OUTCOMES:
            whole.outcomes[outcome] += one.outcomes[outcome]
        for severity in SEVERITIES:
            whole.passed[severity] += one.passed[severity]
            whole.failed[severity] += one.failed[severity]
    return [found[key] for key in sorted(found)]
