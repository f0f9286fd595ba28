"""A comment on a pull request, as Markdown: the verdict and the worst findings, within the 65,536 characters allowed.

Its first line is an invisible mark, by which a workflow finds its earlier comment and replaces it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from walint.reports import markup
from walint.reports.wording import counted, remediation_of, worst_first

if TYPE_CHECKING:
    from walint.findings.result import Result
    from walint.reports.context import ReportContext

MARK = "<!-- walint -->"
MOST_BYTES = 60_000
"""A comment may have 65,536 characters; a character has one byte at least."""
_FEW = 20
_SLACK = 2_000
"""Kept free for the lines that say what was left out."""


def render(result: Result, context: ReportContext) -> str:
    """The comment. Findings that find no room are counted."""
    head = [MARK, "## walint", "", markup.verdict(result), "", markup.counts(result)]
    head, room, _ = markup.within(MOST_BYTES - _SLACK, head)
    unread, _, lost = markup.within(room // 4, markup.problems(result))
    if lost:
        unread.append(f"- and {lost:,} more")
    room -= sum(len(line.encode(errors="replace")) + 1 for line in unread)
    ordered = worst_first(result.findings)
    rows = markup.findings_table(ordered, context) if ordered else []
    table, room, left_out = markup.within(room, rows)
    out = [*head, *([""] if table else []), *table]
    if left_out:
        out += ["", f"{counted(left_out, 'more finding')} not shown here."]
    fixes = _fixes(result, context)
    kept, _, _ = markup.within(room, fixes)
    if len(kept) == len(fixes):  # half of it would leave its HTML open
        out += kept
    return "\n".join([*out, *unread, ""])


def _fixes(result: Result, context: ReportContext) -> list[str]:
    """What to do, once for each rule, folded away."""
    first = {record.rule_id: record for record in reversed(worst_first(result.findings))}
    rules = [record.rule_id for record in worst_first(result.findings)]
    said = [
        f"- {markup.code(rule_id)}: {markup.remedy(remediation_of(first[rule_id], context))}"
        for rule_id in dict.fromkeys(rules)
        if remediation_of(first[rule_id], context)
    ]
    if not said:
        return []
    return ["", "<details><summary>How to mend them</summary>", "", *said[:_FEW], "", "</details>"]
