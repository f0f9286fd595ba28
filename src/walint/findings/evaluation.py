"""One rule's verdict on one resource, and the facts it rests on."""

from __future__ import annotations

from typing import Literal, TypeAlias

from walint.language.truth import Fact, Related
from walint.model.resource import Resource
from walint.model.span import Span
from walint.records import NamedTuple

Outcome: TypeAlias = Literal["pass", "fail", "unknown", "not-applicable", "suppressed", "error"]
Severity: TypeAlias = Literal["high", "medium", "low", "info"]

OUTCOMES: tuple[Outcome, ...] = ("pass", "fail", "unknown", "not-applicable", "suppressed", "error")
SEVERITIES: tuple[Severity, ...] = ("high", "medium", "low", "info")
"""From worst to mildest."""

__all__ = ["OUTCOMES", "SEVERITIES", "Evaluation", "Fact", "Outcome", "Related", "Severity"]


class Evaluation(NamedTuple):
    """The outcome of a rule on a resource.

    `facts` explain a fail, worst first. `reason` explains an unknown, a not-applicable or an error.
    `span` is the place to blame for a fail or an unknown (that of the resource when nothing more exact is known).
    `case` names the part of a rule that spoke, when the rule has several, and `message` what it says.
    `environment` is the one that the resource belongs to, where it is known.
    """

    rule_id: str
    resource: Resource
    outcome: Outcome
    severity: Severity
    facts: tuple[Fact, ...] = ()
    reason: str = ""
    span: Span | None = None
    related: tuple[Related, ...] = ()
    case: str = ""
    message: str = ""
    environment: str | None = None
