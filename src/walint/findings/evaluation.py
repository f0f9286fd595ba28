"""One rule's verdict on one resource, and the facts it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from walint.model.resource import Resource
from walint.model.span import Span

Outcome: TypeAlias = Literal["pass", "fail", "unknown", "not-applicable", "suppressed", "error"]
Severity: TypeAlias = Literal["high", "medium", "low", "info"]

OUTCOMES: tuple[Outcome, ...] = ("pass", "fail", "unknown", "not-applicable", "suppressed", "error")
SEVERITIES: tuple[Severity, ...] = ("high", "medium", "low", "info")
"""From worst to mildest."""


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that a verdict rests on: the other resource of a relation, the definition of a parameter."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Fact:
    """Why a condition does not hold.

    path      the CloudFormation path that was asked for, "" when the fact is about the resource as a whole
    property  the same in the user's dialect
    expected  in words: "Active", "at least 30", "an alarm on Errors that watches this function"
    found     in words: "PassThrough (AWS default)", "nothing", "7"
    span      the place to blame: the value, or where the missing one would be added
    """

    path: str
    property: str
    expected: str
    found: str
    span: Span | None = None
    related: tuple[Related, ...] = ()


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The outcome of a rule on a resource.

    `facts` explain a fail, worst first. `reason` explains an unknown, a not-applicable or an error.
    `case` names the part of a rule that spoke, when the rule has several.
    """

    rule_id: str
    resource: Resource
    outcome: Outcome
    severity: Severity
    facts: tuple[Fact, ...] = ()
    reason: str = ""
    related: tuple[Related, ...] = ()
    case: str = ""
    message: str = ""
