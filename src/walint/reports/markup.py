"""Markdown that two reports are made of, with every name harmless: no markup, no link, no mention of a person.

Names come from templates, and templates from whoever opens a pull request.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import quote

from walint.findings.evaluation import SEVERITIES
from walint.reports.scores import percent_of, question_scores
from walint.reports.terminal import neutral
from walint.reports.wording import counted, place_of, problem_of, told, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from walint.findings.result import Record, Result
    from walint.reports.context import ReportContext

_MARKUP = re.compile(r"[\\`*_{}\[\]<>()+!|~&$]|[@#]|://|www\.", re.IGNORECASE)
_BREAK = "<!-- -->"
"""Comes between the characters of what GitHub would otherwise make a mention, a reference or a link of."""
_BACKTICKS = re.compile(r"`+")
_MOST_CHARACTERS = 500
ICONS = {"high": "🔴", "medium": "🟠", "low": "🔵", "info": "⚪"}


def prose(text: str, *, whole: bool = False) -> str:
    """A text of anybody's as Markdown that shows just it, on one line; `whole` leaves its length and spaces alone."""
    flat = neutral(text if whole else _shortened(text))
    return _MARKUP.sub(_harmless, flat)


def code(text: str) -> str:
    """A name as a code span, also within a table."""
    flat = neutral(_shortened(text))
    if not flat:
        return ""
    fence = "`" * (max((len(run) for run in _BACKTICKS.findall(flat)), default=0) + 1)
    pad = " " if flat[0] in "` " or flat[-1] in "` " else ""
    inner = flat.replace("|", "\\|")
    return f"{fence}{pad}{inner}{pad}{fence}"


def remedy(text: str) -> str:
    """What a rule says to do; what stands between its backticks is shown as code."""
    parts = _shortened(text).split("`")
    if len(parts) % 2 == 0:  # a backtick without its partner
        return prose(text)
    return "".join(code(part) if index % 2 else prose(part, whole=True) for index, part in enumerate(parts))


def place(record: Record) -> str:
    """Where a record is, as a link to the commit that GitHub Actions judges, where it is known."""
    location = record.location
    named = code(f"{location.path}:{location.start_line}" if location else place_of(record))
    address = source_address(location.path, location.start_line) if location else ""
    return f"[{named}]({address})" if address else named


def source_address(path: str, line: int) -> str:
    """The address of a line on GitHub, from what GitHub Actions tells every step; "" elsewhere."""
    server, repository = os.environ.get("GITHUB_SERVER_URL", ""), os.environ.get("GITHUB_REPOSITORY", "")
    commit = os.environ.get("GITHUB_SHA", "")
    if not server.startswith("https://") or not repository or not commit:
        return ""
    encoded = quote(path, safe="/", errors="surrogateescape")
    return f"{server}/{quote(repository, safe='/')}/blob/{quote(commit, safe='')}/{encoded}#L{line}"


def verdict(result: Result) -> str:
    """One line: how many findings, of which severities, and whether everything was judged."""
    scope = f"{counted(result.resources, 'resource')} in {counted(result.files, 'file')}"
    count = Counter(record.severity for record in result.findings)
    if result.findings:
        parts = ", ".join(f"{ICONS[name]} {count[name]:,} {name}" for name in SEVERITIES if count[name])
        said = f"**{counted(len(result.findings), 'finding')}** in {scope}: {parts}"
    else:
        said = f"{'✅ ' if result.complete else ''}**No findings** in {scope}"
    unread = len(result.incomplete) + len(result.errors)
    return f"{said}. ⚠️ **Incomplete**: {unread:,} not judged." if unread else f"{said}."


def counts(result: Result) -> str:
    """What became of all evaluations, and how that compares with an earlier commit."""
    of = result.outcomes
    said = (
        f"{of.get('pass', 0):,} passed, {of.get('unknown', 0):,} unknown, {of.get('suppressed', 0):,} suppressed, "
        f"{of.get('not-applicable', 0):,} not applicable, {len(result.errors):,} errors"
    )
    since = result.since
    if since is None:
        return f"{said}."
    compared = f"{since.new:,} new, {since.unchanged:,} unchanged, {since.fixed:,} fixed"
    return f"Since {code(since.ref)}: {compared}. {said}."


def findings_table(records: Sequence[Record], context: ReportContext) -> list[str]:
    """The rows of a table of findings, after its head."""
    rows = ["| | Rule | Finding | Where |", "|---|---|---|---|"]
    for record in records:
        texts = context.rule(record.rule_id)
        rule = f"[{code(record.rule_id)}]({texts.help_url})" if texts and texts.help_url else code(record.rule_id)
        rows.append(
            f"| {ICONS[record.severity]} {record.severity} | {rule} | {prose(told(record))} | {place(record)} |"
        )
    return rows


def problems(result: Result) -> list[str]:
    """A list of what could not be read or judged, under its heading; nothing where there is none."""
    if result.complete:
        return []
    rows = ["", "### Not judged", ""]
    for problem in result.incomplete:
        where = f" ({code(written(problem.location))})" if problem.location else ""
        rows.append(f"- {prose(problem_of(problem))}{where}")
    rows += [f"- {code(record.rule_id)}: {prose(record.reason or record.message)}" for record in result.errors]
    return rows


def score_table(result: Result) -> list[str]:
    """The Well-Architected questions that the rules ask, with their scores; nothing where no rule ran."""
    scores = question_scores(result)
    if not scores:
        return []
    rows = ["", "| Question | Score | Coverage | Passed | Failed | Unknown |", "|---|--:|--:|--:|--:|--:|"]
    for one in scores:
        score = "not assessed" if one.score is None else f"{one.score:.0%}"
        covered = "" if one.coverage is None else f"{percent_of(one.coverage)}%"
        title = f"{one.id} {one.title}".rstrip()
        rows.append(f"| {prose(title)} | {score} | {covered} | {one.passed:,} | {one.failed:,} | {one.unknown:,} |")
    return rows


def within(budget: int, lines: Iterable[str]) -> tuple[list[str], int, int]:
    """The first lines that take at most so many bytes of UTF-8; how many bytes are left; how many lines are not."""
    kept: list[str] = []
    left_out = 0
    for line in lines:
        size = len(line.encode(errors="replace")) + 1
        if left_out or size > budget:
            left_out += 1
            continue
        budget -= size
        kept.append(line)
    return kept, budget, left_out


def _harmless(match: re.Match[str]) -> str:
    found = match[0]
    if found in "@#":
        return found + _BREAK
    if len(found) > 1:  # what would become a link
        return f"{found[:-1]}{_BREAK}{found[-1]}"
    return f"&#{ord(found)};"


def _shortened(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _MOST_CHARACTERS else f"{flat[: _MOST_CHARACTERS - 1]}…"
