"""Coverage by code, and declared versus live: in words, as JSON, read back and put together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, cast

from walint.findings.code import VERDICTS, CodeReport, Difference, ManagedCount
from walint.findings.evaluation import SEVERITIES
from walint.reports.nodes import Node, read_location, read_subject
from walint.reports.wording import counted

if TYPE_CHECKING:
    from walint.findings.evaluation import Severity
    from walint.findings.result import Location, Subject

_MOST_TYPES = 5
"""Types that are named in one line; HTML and JSON have them all."""
_COLUMNS = ("resources", "stack", "state", "unmanaged", "unknown", "traced")


def managed_words(code: CodeReport) -> str:
    """Coverage by code in one line, over the resources of which it is known."""
    told = sum(row.resources - row.unknown for row in code.coverage)
    managed, traced = sum(row.managed for row in code.coverage), sum(row.traced for row in code.coverage)
    share = f"{100 * managed // told}%" if told else "not known"
    parts = [f"code manages {share} ({managed:,} of {counted(told, 'resource')} by a stack or a Terraform state)"]
    if traced:
        parts.append(f"{traced:,} traced to their lines")
    unknown = sum(row.unknown for row in code.coverage)
    if unknown:
        parts.append(f"of {counted(unknown, 'more resource')} it cannot be told")
    return ", ".join(parts)


def by_hand_words(code: CodeReport) -> str:
    """The types with most resources that no code manages, in one line; "" where there are none."""
    rows = sorted((row for row in code.coverage if row.unmanaged), key=lambda row: (-row.unmanaged, row.type))
    named = [f"{row.unmanaged:,} of {row.resources:,} {row.type}" for row in rows[:_MOST_TYPES]]
    if len(rows) > _MOST_TYPES:
        named.append(counted(len(rows) - _MOST_TYPES, "more type"))
    return f"made by hand: {', '.join(named)}" if named else ""


def difference_words(one: Difference) -> str:
    """What a difference means."""
    if one.declared == "pass":
        return "passes in code, fails in the account: changed by hand, or not deployed"
    return "fails in code, passes in the account: the next deployment undoes it"


def code_document(
    code: CodeReport,
    place: Callable[[Location | None], dict[str, Any] | None],
    subject: Callable[[Subject], dict[str, Any]],
) -> dict[str, Any]:
    """Both reports as plain data."""
    differences = code.differences
    return {
        "coverage": [
            {"type": row.type, **{column: getattr(row, column) for column in _COLUMNS}} for row in code.coverage
        ],
        "differences": None
        if differences is None
        else [
            {
                "rule_id": one.rule_id,
                "severity": one.severity,
                "resource": subject(one.resource),
                "location": place(one.location),
                "declared": one.declared,
                "live": one.live,
            }
            for one in differences
        ],
    }


def read_code(node: Node) -> CodeReport:
    """Both reports. Raises `ReportError`."""
    return CodeReport(
        tuple(node.get("coverage").items(_read_count)),
        node.get("differences").optional(lambda several: tuple(several.items(_read_difference))),
    )


def _read_count(node: Node) -> ManagedCount:
    return ManagedCount(node.get("type").text(), *(node.get(column).number() for column in _COLUMNS))


def _read_difference(node: Node) -> Difference:
    return Difference(
        node.get("rule_id").text(),
        cast("Severity", node.get("severity").one_of(SEVERITIES)),
        read_subject(node.get("resource")),
        node.get("location").optional(read_location),
        node.get("declared").one_of(VERDICTS),
        node.get("live").one_of(VERDICTS),
    )


def merged_code(several: Sequence[CodeReport]) -> CodeReport:
    """The reports of several audits as one; accounts are added up by type."""
    counts: dict[str, ManagedCount] = {}
    for row in (row for one in several for row in one.coverage):
        before = counts.get(row.type)
        counts[row.type] = row if before is None else ManagedCount(row.type, *_sums(before, row))
    known = [one.differences for one in several if one.differences is not None]
    differences = tuple(difference for one in known for difference in one) if known else None
    return CodeReport(tuple(counts[name] for name in sorted(counts)), differences)


def _sums(one: ManagedCount, other: ManagedCount) -> Iterator[int]:
    return (getattr(one, column) + getattr(other, column) for column in _COLUMNS)
