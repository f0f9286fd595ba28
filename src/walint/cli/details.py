"""What only reports with room for it show: the alarm-coverage matrix, and what becomes of every suppression."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from walint.cli.scan import Scan

_DETAILED = frozenset({"html", "json"})


def add_details(done: Scan, formats: Iterable[str]) -> None:
    """Puts them into the result of a scan when one of the formats shows them; otherwise costs nothing."""
    if _DETAILED.isdisjoint(formats):
        return
    from walint.coverage import alarm_coverage
    from walint.findings.accepted import listed

    how = done.assembly
    done.result.alarm_coverage = alarm_coverage(done.graph, done.today)
    if how.suppressions is not None:
        rules = list(how.rules.values())
        done.result.suppressions = listed(
            how.suppressions, done.result.suppressed, rules, how.known_rules, whole=how.whole
        )
