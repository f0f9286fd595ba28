"""What an audit says of the code behind the account, as results carry it. Only imported by what makes or prints it."""

from __future__ import annotations

from typing import Literal, TypeAlias

from walint.findings.evaluation import Severity
from walint.findings.result import Location, Subject
from walint.records import NamedTuple

Verdict: TypeAlias = Literal["pass", "fail"]
VERDICTS: tuple[Verdict, ...] = ("pass", "fail")


class ManagedCount(NamedTuple):
    """How many live resources of a type are managed by a stack, by a Terraform state, by neither, or undecided.

    `traced` is how many of them were traced to a line of the code beside.
    """

    type: str
    resources: int
    stack: int
    state: int
    unmanaged: int
    unknown: int
    traced: int

    @property
    def managed(self) -> int:
        """Those of a stack or a state."""
        return self.stack + self.state


class Difference(NamedTuple):
    """A rule that says one thing of the code and another of what runs.

    It passes in code and fails live: the account was changed by hand, or the code was never deployed. It fails in
    code and passes live: what was mended by hand is lost with the next deployment.
    """

    rule_id: str
    severity: Severity
    resource: Subject
    location: Location | None
    declared: Verdict
    live: Verdict


class CodeReport(NamedTuple):
    """Coverage by code, in the order of types, and the differences; none where no code was given."""

    coverage: tuple[ManagedCount, ...]
    differences: tuple[Difference, ...] | None = None
