"""What the findings layer needs to know about a rule: its names and what to say about it, nothing of its logic."""

from __future__ import annotations

from walint.findings.evaluation import Severity
from walint.records import NamedTuple


class RuleInfo(NamedTuple):
    """A selected rule, as reports speak of it.

    title      said when it fails; `passing` is said when it passes
    aliases    earlier ids, oldest first: suppressions and baselines written for them still hold
    """

    id: str
    title: str
    passing: str
    severity: Severity
    practices: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The id and every earlier id."""
        return (self.id, *self.aliases)

    @property
    def first_id(self) -> str:
        """The id under which the rule was born; fingerprints are made of it, so that a rename keeps them."""
        return self.aliases[0] if self.aliases else self.id
