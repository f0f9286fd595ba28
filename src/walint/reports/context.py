"""What a report needs beside the result: where the inputs lie, what rules say about themselves, how to print."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from walint.records import NamedTuple, dataclass, field
from walint.reports.lines import Lines

if TYPE_CHECKING:
    from walint.reports.history import History


DIALECTS = ("cloudformation", "sam", "terraform")
"""The languages in which users write what rules judge."""


class Snippet(NamedTuple):
    """What to write in one dialect. `example` is the name of the passing example that it is; "" for a fix as such."""

    dialect: str
    example: str
    text: str


class RuleText(Protocol):
    """What a rule says about itself."""

    @property
    def id(self) -> str:
        """The rule's id."""

    @property
    def family(self) -> str:
        """The folder that the rule lies in: "tracing"."""

    @property
    def title(self) -> str:
        """Said when it fails."""

    @property
    def passing(self) -> str:
        """Said when it passes."""

    @property
    def severity(self) -> str:
        """high, medium, low or info."""

    @property
    def practices(self) -> Sequence[str]:
        """Ids of Well-Architected best practices."""

    @property
    def rationale(self) -> str:
        """Why it matters."""

    @property
    def remediation(self) -> str:
        """What to do."""

    @property
    def references(self) -> Sequence[str]:
        """Addresses of further reading."""

    @property
    def parameters(self) -> Mapping[str, object]:
        """The rule's knobs by name, in force in this run."""

    @property
    def snippets(self) -> Sequence[Snippet]:
        """What to write, for each dialect of which something is known."""

    @property
    def commands(self) -> str:
        """Commands of the AWS CLI that mend a live resource, with placeholders; "" where there are none."""

    @property
    def help_url(self) -> str:
        """The address of the rule's documentation page, "" where there is none."""


@dataclass(frozen=True, slots=True)
class ReportContext:
    """How to print a result.

    root          the folder that the paths of the result are relative to (the git root)
    rules         the texts of a rule by its id: a mapping, or a function that answers None for an unknown rule
    color         ANSI colours (the caller has asked NO_COLOR and the terminal already)
    hyperlinks    OSC 8 links around paths and rule ids
    width         columns of the terminal, for long lines
    show_unknown  list the unknown outcomes in reports that otherwise only count them
    show_passed   list the passed ones, when the result carries them
    verbose       whole texts instead of their first sentence
    sarif_category  what tells several SARIF uploads of one commit apart; "" leaves it to the uploader
    history         how the result compares with those of earlier runs, None without them
    sarif_profile   "github": what code scanning takes and shows; "full": every record
    """

    root: Path
    rules: Mapping[str, RuleText] | Callable[[str], RuleText | None] = field(default_factory=dict)
    color: bool = False
    hyperlinks: bool = False
    width: int = 100
    show_unknown: bool = False
    show_passed: bool = False
    verbose: bool = False
    sarif_category: str = ""
    sarif_profile: str = "github"
    history: History | None = None
    lines: Lines = field(init=False, repr=False, compare=False)
    _known: dict[str, RuleText | None] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "lines", Lines(self.root))

    def rule(self, rule_id: str) -> RuleText | None:
        """The texts of a rule, or None when this run does not know it (a report of an older version, say)."""
        if rule_id not in self._known:
            rules = self.rules
            self._known[rule_id] = rules.get(rule_id) if isinstance(rules, Mapping) else rules(rule_id)
        return self._known[rule_id]
