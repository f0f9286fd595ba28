"""The result of a run: the one object that every report prints and that the JSON report serialises.

Fields are those of the JSON contract (docs/json-report.md); `walint report` reads them back from a file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from walint.findings.evaluation import Outcome, Severity
from walint.records import NamedTuple, dataclass, field

if TYPE_CHECKING:
    from walint.findings.accepted import SuppressionEntry
    from walint.findings.code import CodeReport
    from walint.findings.coverage import CoverageTable
    from walint.findings.places import PlaceCount


class Location(NamedTuple):
    """A place in a file, relative to the root of the git repository; lines and columns are 1-based."""

    path: str
    start_line: int
    start_column: int
    end_line: int
    end_column: int


class RelatedLocation(NamedTuple):
    """A further place and what it has to do with the finding."""

    location: Location
    message: str


class Subject(NamedTuple):
    """The resource that was judged."""

    type: str
    address: str
    name: str
    source: str
    account: str | None = None
    region: str | None = None
    arn: str | None = None
    construct_path: str | None = None
    environment: str | None = None
    """The one of the config that it belongs to, or that of --env."""


class SuppressedBy(NamedTuple):
    """The suppression, or the baseline, that accepted a finding."""

    kind: Literal["comment", "metadata", "config", "baseline"]
    reason: str
    until: str | None
    location: Location | None


class Record(NamedTuple):
    """One judged rule on one resource, as reports show it."""

    fingerprint: str
    rule_id: str
    outcome: Outcome
    severity: Severity
    message: str
    resource: Subject
    location: Location | None
    related: tuple[RelatedLocation, ...] = ()
    property: str | None = None
    expected: str | None = None
    found: str | None = None
    reason: str | None = None
    practices: tuple[str, ...] = ()
    remediation: str = ""
    instances: tuple[str, ...] = ()
    """The addresses, where one place in a file stands for several resources (a nested stack used twice)."""
    suppressed_by: SuppressedBy | None = None


class Incomplete(NamedTuple):
    """Something that could not be read or judged, with its place when there is one."""

    what: str
    reason: str
    location: Location | None = None
    help: str | None = None


class PracticeCount(NamedTuple):
    """How the evaluations of one Well-Architected practice came out."""

    id: str
    title: str
    passed: int
    failed: int
    unknown: int


class RuleCount(NamedTuple):
    """How the evaluations of one selected rule came out, and what reports must say about the rule."""

    id: str
    title: str
    severity: Severity
    practices: tuple[str, ...]
    outcomes: dict[Outcome, int]


class Notice(NamedTuple):
    """Something to tell that is no finding: an unused, expired or unknown suppression, a remote module."""

    level: Literal["warning", "note"]
    message: str
    location: Location | None = None


class Since(NamedTuple):
    """How the findings compare with those of an earlier commit, judged by the same rules.

    ref         what the user calls the commit; `commit` is its id
    new         findings that the commit has not
    unchanged   findings that it has, too: they are among the suppressed, as if recorded in a baseline
    fixed       findings of the commit that are gone
    unknown     fingerprints of what could not be decided then either (not in the JSON report)
    """

    ref: str
    commit: str
    new: int
    unchanged: int
    fixed: int
    unknown: frozenset[str] = frozenset()


@dataclass(slots=True)
class Result:
    """Everything that came out of a run. Lists are sorted; the same input gives the same result."""

    mode: Literal["check", "audit"]
    version: str
    started: str
    finished: str
    resources: int
    files: int
    outcomes: dict[Outcome, int]
    severities: dict[Severity, int]
    """Findings by severity."""
    practices: list[PracticeCount] = field(default_factory=list)
    rules: list[RuleCount] = field(default_factory=list)
    findings: list[Record] = field(default_factory=list)
    suppressed: list[Record] = field(default_factory=list)
    unknown: list[Record] = field(default_factory=list)
    errors: list[Record] = field(default_factory=list)
    """Evaluations that failed inside walint: a bug of ours, isolated to one rule and resource."""
    passed: list[Record] | None = None
    """Only with --show-passed."""
    incomplete: list[Incomplete] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    places: list[PlaceCount] | None = None
    """Only of audits: each account and region in numbers."""
    since: Since | None = None
    """Only with --since or --changed."""
    alarm_coverage: list[CoverageTable] | None = None
    """Only where a report that shows it (JSON, HTML) is asked for."""
    suppressions: list[SuppressionEntry] | None = None
    """Every suppression in sight; only where a report that shows them (JSON, HTML) is asked for."""
    code: CodeReport | None = None
    """Only of an audit that knows the code behind the account."""

    @property
    def complete(self) -> bool:
        """Whether everything of ours could be read and judged."""
        return not self.incomplete and not self.errors
