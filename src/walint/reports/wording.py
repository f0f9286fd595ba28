"""Words that several reports share: counts, first sentences, what to say about a rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from walint.findings.evaluation import SEVERITIES
from walint.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from walint.findings.result import Incomplete, Location, Record, Since
    from walint.reports.context import ReportContext

_SENTENCE_END = lazy(r"(?<=[^.\s][.!?])(?:[\"')\]]*)\s+(?=[A-Z0-9\"'(`])")
CFN_LINT = "cfn-lint-"
"""What the ids of cfn-lint's rules begin with here; walint cannot explain or suppress those."""
_KEYS = lazy(r'\[(?:"(?:[^"\\]|\\.)*"|[^\]"]*)\]')
"""Instance keys in a Terraform address."""
_ACCOUNT = "Walint::Account"
"""A live account as a resource of its own: its address says the account and the region already."""
_NO_END = ("e.g.", "i.e.", "etc.", "vs.", "cf.")


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun: "1 finding", "2,000 entries"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def moment(text: str) -> str:
    """A time of a report (ISO 8601 in UTC) as people write it; anything else as it is."""
    day, mark, time = text.partition("T")
    return f"{day} {time[:5]} UTC" if mark and time.endswith(("Z", "+00:00")) else text


def first_sentence(text: str) -> str:
    """The first sentence of a text, on one line."""
    flat = " ".join(text.split())
    for match in _SENTENCE_END.finditer(flat):
        head = flat[: match.start()]
        if not head.endswith(_NO_END):
            return flat[: match.end()].rstrip()
    return flat


def why_of(rule_id: str, context: ReportContext) -> str:
    """Why a rule matters, as its author wrote it, or ""."""
    texts = context.rule(rule_id)
    return texts.rationale.strip() if texts else ""


def remediation_of(record: Record, context: ReportContext) -> str:
    """What to do about a finding: the finding's own words, else the rule's."""
    if record.remediation:
        return record.remediation.strip()
    texts = context.rule(record.rule_id)
    return texts.remediation.strip() if texts else ""


def told(record: Record) -> str:
    """What is wrong, and then what was expected and found: one or two sentences on one line."""
    parts = [record.message]
    if record.expected and record.found:
        named = f"{record.property}: expected" if record.property else "Expected"
        parts.append(f"{named} {record.expected}, found {record.found}")
    flat = [" ".join(part.split()) for part in parts]
    return " ".join(part if part.endswith((".", "!", "?", "…")) else f"{part}." for part in flat)


def problem_of(problem: Incomplete) -> str:
    """Something that could not be read, with what to do about it."""
    said = f"{problem.what}: {problem.reason}"
    return f"{said} ({problem.help})" if problem.help else said


def worst_first(records: Iterable[Record]) -> list[Record]:
    """The records by severity; those of one severity stay in their order."""
    return sorted(records, key=lambda record: SEVERITIES.index(record.severity))


def subject_of(record: Record) -> str:
    """The resource by its address and type, with the construct path of a CDK resource and the environment."""
    subject = record.resource
    described = f"{subject.address or subject.name} ({subject.type})"
    if subject.construct_path:
        described += f", {subject.construct_path}"
    return f"{described}, in {subject.environment}" if subject.environment else described


def suppression_of(record: Record) -> str:
    """What a user writes to accept a finding: a comment; in JSON, which has none, Metadata; for a plan, a setting."""
    path = record.location.path if record.location else ""
    if record.resource.source == "terraform-plan" and not path.endswith((".tf", ".tofu")):
        address = _KEYS.sub("*", record.resource.address)
        return f"suppress = [{{rule = '{record.rule_id}', resource = '{address}', reason = '...'}}]"
    if path.endswith(".json"):
        return f'"Metadata": {{"walint": {{"ignore": [{{"rule": "{record.rule_id}", "reason": "..."}}]}}}}'
    return f'# walint: ignore[{record.rule_id}] reason="..."'


def written(location: Location) -> str:
    """A location as `path:line:column`."""
    return f"{location.path}:{location.start_line}:{location.start_column}"


def place_of(record: Record) -> str:
    """Where the record is, as `path:line:column`; for a live resource its ARN or account and region."""
    location = record.location
    if location is not None:
        return written(location)
    subject = record.resource
    if subject.arn:
        return subject.arn
    if subject.type == _ACCOUNT:
        return subject.address
    parts = [part for part in (subject.account, subject.region, subject.address or subject.name) if part]
    return "/".join(parts) or subject.type


def segments_of(record: Record) -> list[str]:
    """Steps of a path that stands for a resource in no file: aws, account, region, service, type, name."""
    subject = record.resource
    provider, _, rest = subject.type.partition("::")
    service, _, kind = rest.partition("::")
    where = [subject.account or "account", subject.region or "global"] if subject.source == "live" else [subject.source]
    named = "" if subject.type == _ACCOUNT else subject.name or subject.address
    steps = [provider.lower(), *where, service.lower(), kind, named]
    return [step for step in steps if step]


def file_of(record: Record) -> str:
    """The file that a record is in, or a path made of what it is, for formats that demand one."""
    return record.location.path if record.location else "/".join(segments_of(record)) or "unknown"


def since_words(since: Since) -> str:
    """How a result compares with an earlier commit: "since main (1a2b3c4): 1 new, 20 unchanged, 2 fixed"."""
    commit = since.ref if since.commit.startswith(since.ref) else f"{since.ref} ({since.commit[:7]})"
    return f"since {commit}: {since.new:,} new, {since.unchanged:,} unchanged, {since.fixed:,} fixed"
