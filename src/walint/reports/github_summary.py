"""The summary of a GitHub Actions job, as Markdown: `walint check --report github-summary=$GITHUB_STEP_SUMMARY`.

GitHub drops a summary of more than 1,024 KiB whole; what finds no room is counted instead.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from walint.reports import markup
from walint.reports.wording import counted, file_of, worst_first

if TYPE_CHECKING:
    from walint.findings.result import Record, Result
    from walint.reports.context import ReportContext

MOST_BYTES = 1024 * 1024
_SLACK = 24 * 1024
"""Kept free for the lines that say what was left out, and for what else a step may have to say."""
_WORST = 20
_SOON = timedelta(days=30)


def render(result: Result, context: ReportContext) -> str:
    """The verdict, the scores, the worst findings, all findings by file, and suppressions that end soon."""
    worst = worst_first(result.findings)[:_WORST]
    lines = ["## walint", "", markup.verdict(result), "", markup.counts(result), *markup.score_table(result)]
    lines += markup.problems(result)
    lines += _expiring(result)
    if worst:
        title = "Findings" if len(worst) == len(result.findings) else f"The worst {len(worst)} findings"
        lines += ["", f"### {title}", "", *markup.findings_table(worst, context)]
    kept, room, lost = markup.within(MOST_BYTES - _SLACK, lines)
    if lost:
        kept += ["", f"{counted(lost, 'more line')} found no room in this summary."]
    elif len(worst) < len(result.findings):
        kept += _by_file(result, context, room)
    return "\n".join([*kept, ""])


def _by_file(result: Result, context: ReportContext, room: int) -> list[str]:
    """All findings, folded away by file: as many files as there is room for, each wholly or not at all."""
    files: dict[str, list[Record]] = {}
    for record in result.findings:
        files.setdefault(file_of(record), []).append(record)
    out, shown = ["", "### By file", ""], 0
    for path in sorted(files):
        title = f"{markup.prose(path)}: {counted(len(files[path]), 'finding')}"
        table = markup.findings_table(files[path], context)
        block = [f"<details><summary>{title}</summary>", "", *table, "", "</details>", ""]
        kept, after, lost = markup.within(room, block)
        if lost:
            continue
        out += kept
        room = after
        shown += len(files[path])
    if shown < len(result.findings):
        rest = counted(len(result.findings) - shown, "finding")
        out.append(f"{rest} more found no room here: a summary may have 1,024 KiB.")
    return out


def _expiring(result: Result) -> list[str]:
    """The suppressions that end within 30 days of the run."""
    try:
        today = date.fromisoformat(result.finished[:10])
    except ValueError:
        return []
    soon = []
    for record in result.suppressed:
        accepted = record.suppressed_by
        if accepted is None or accepted.until is None or accepted.until > (today + _SOON).isoformat():
            continue
        soon.append(
            f"- until {markup.prose(accepted.until)}: {markup.code(record.rule_id)} at {markup.place(record)}, "
            f"{markup.prose(accepted.reason) or 'without a reason'}"
        )
    return ["", "### Suppressions that end soon", "", *soon] if soon else []
