"""Two results compared, as text, JSON and Markdown: what `walint diff` prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from walint import __version__
from walint.findings.evaluation import SEVERITIES
from walint.records import NamedTuple
from walint.reports import markup
from walint.reports.json import SCHEMA_VERSION, records
from walint.reports.terminal import Paint, neutral
from walint.reports.wording import counted, place_of, worst_first
from walint.reports.writing import json_text

if TYPE_CHECKING:
    from walint.findings.comparison import Comparison
    from walint.findings.result import Record, Result
    from walint.reports.context import ReportContext

MARK = "<!-- walint diff -->"
MOST_BYTES = 60_000
"""A comment on GitHub may have 65,536 characters; a character has one byte at least."""
_SLACK = 2_000


class Difference(NamedTuple):
    """Two results and how they compare."""

    old: Result
    new: Result
    compared: Comparison

    @property
    def unchanged(self) -> Sequence[Record]:
        """What is unchanged, as it is now."""
        return [now for _, now in self.compared.unchanged]

    def counts(self) -> dict[str, int]:
        """How many findings had which fate."""
        one = self.compared
        return {
            "new": len(one.new),
            "fixed": len(one.fixed),
            "unchanged": len(one.unchanged),
            "accepted": len(one.accepted),
            "undecided": len(one.undecided),
        }

    def notes(self) -> list[str]:
        """What makes the comparison less than it seems."""
        said = []
        if self.old.version != self.new.version:
            said.append(f"made by different versions of walint: {self.old.version} and {self.new.version}")
        before = {rule.id for rule in self.old.rules}
        by_new_rules = [record for record in self.compared.new if record.rule_id not in before]
        if by_new_rules:
            rules = ", ".join(sorted({record.rule_id for record in by_new_rules}))
            said.append(f"{len(by_new_rules):,} new by rules that did not run before: {rules}")
        for name, result in (("old", self.old), ("new", self.new)):
            if not result.complete:
                unread = len(result.incomplete) + len(result.errors)
                said.append(f"the {name} result is incomplete: {unread:,} not judged")
        return said


def as_text(difference: Difference, *, color: bool, quiet: bool, verbose: bool) -> str:
    """What is new, and what became of the rest, one line each; then everything counted."""
    paint, compared = Paint(color=color), difference.compared
    out = [_line(record, paint) for record in compared.new]
    if not quiet:
        out = [paint("strong", "new:"), *out, ""] if out else []
        out += _section("fixed", compared.fixed, paint)
        out += _section("suppressed now", compared.accepted, paint)
        out += _section("cannot be told any more", compared.undecided, paint)
        if verbose:
            out += _section("unchanged", difference.unchanged, paint)
        out += [f"{paint('note', 'note')}: {neutral(note)}" for note in difference.notes()]
        out.append(_summary(difference))
    return "".join(f"{line}\n" for line in out)


def as_json(difference: Difference) -> str:
    """One JSON object; its records are those of the JSON report."""
    compared = difference.compared
    return json_text(
        {
            "schema_version": SCHEMA_VERSION,
            "tool": {"name": "walint", "version": __version__},
            "old": _run(difference.old),
            "new": _run(difference.new),
            "summary": difference.counts(),
            "notes": difference.notes(),
            "findings": {
                "new": records(compared.new),
                "fixed": records(compared.fixed),
                "unchanged": records(difference.unchanged),
                "accepted": records(compared.accepted),
                "undecided": records(compared.undecided),
            },
        }
    )


def as_markdown(difference: Difference, context: ReportContext) -> str:
    """A comment on a pull request: a table of what is new, what is fixed folded away. What finds no room is counted."""
    compared, counts = difference.compared, difference.counts()
    head = [MARK, "## walint: what has changed", "", _verdict(compared.new), ""]
    head += [f"{counts['fixed']:,} fixed, {counts['unchanged']:,} unchanged{_rest(counts)}.", ""]
    head += [f"- {markup.prose(note)}" for note in difference.notes()]
    head, room, _ = markup.within(MOST_BYTES - _SLACK, head)
    table, room, left_out = markup.within(room, _table(compared.new, context))
    out = [*head, *([""] if table and head[-1] else []), *table]
    if left_out:
        out += ["", f"{counted(left_out, 'more finding')} not shown here."]
    fixed = _table(compared.fixed, context)
    kept, _, lost = markup.within(room, fixed)
    if kept:
        out += ["", "<details><summary>Fixed</summary>", "", *kept]
        out += ["", f"and {lost:,} more"] if lost else []
        out += ["", "</details>"]
    return "\n".join([*out, ""])


def _table(several: Sequence[Record], context: ReportContext) -> list[str]:
    return markup.findings_table(worst_first(several), context) if several else []


def _verdict(new: Sequence[Record]) -> str:
    if not new:
        return "✅ **Nothing new**"
    count = Counter(record.severity for record in new)
    parts = ", ".join(f"{markup.ICONS[name]} {count[name]:,} {name}" for name in SEVERITIES if count[name])
    return f"**{counted(len(new), 'new finding')}**: {parts}"


def _summary(difference: Difference) -> str:
    counts = difference.counts()
    count = Counter(record.severity for record in difference.compared.new)
    parts = ", ".join(f"{count[name]:,} {name}" for name in SEVERITIES if count[name])
    by_severity = f" ({parts})" if parts else ""
    rest = f"{counts['fixed']:,} fixed, {counts['unchanged']:,} unchanged{_rest(counts)}"
    return f"{counts['new']:,} new{by_severity}, {rest}"


def _rest(counts: dict[str, int]) -> str:
    """The fates that most comparisons do not have."""
    said = ""
    if counts["accepted"]:
        said += f", {counts['accepted']:,} suppressed now"
    if counts["undecided"]:
        said += f", {counts['undecided']:,} cannot be told any more"
    return said


def _section(title: str, several: Iterable[Record], paint: Paint) -> list[str]:
    lines = [_line(record, paint) for record in several]
    return [paint("strong", f"{title}:"), *lines, ""] if lines else []


def _line(record: Record, paint: Paint) -> str:
    severity = paint(record.severity, record.severity)
    return f"{neutral(place_of(record))}: {severity} {neutral(record.rule_id)} {neutral(record.message)}"


def _run(result: Result) -> dict[str, Any]:
    return {
        "version": result.version,
        "mode": result.mode,
        "started": result.started,
        "finished": result.finished,
        "complete": result.complete,
    }
