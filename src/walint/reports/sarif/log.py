"""Builds the SARIF log out of sarif_om's objects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import sarif_om as om

from walint.findings.evaluation import SEVERITIES
from walint.findings.result import RuleCount
from walint.reports.sarif.places import Places
from walint.reports.sarif.rules import LEVELS, TAXONOMY, descriptor, pascal_case, sentence, short, taxonomy
from walint.reports.wording import subject_of

if TYPE_CHECKING:
    from walint.findings.result import Location, Record, RelatedLocation, Result
    from walint.reports.context import ReportContext

MOST_RESULTS = 5000
"""GitHub shows no more of a run; the worst are kept."""
_MOST_RELATED = 20
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_INFORMATION = "https://docs.aws.amazon.com/wellarchitected/latest/operational-excellence-pillar/welcome.html"
"""What walint judges by. (SARIF wants an address at which a reader learns about the tool.)"""
_NOTIFICATIONS = {
    "incomplete-input": "Something could not be read or judged.",
    "internal-error": "A rule could not be judged because of a bug in walint.",
    "run-notice": "Something to know that is no finding.",
    "results-left-out": "More findings than GitHub shows were left out of the report.",
}


def log_of(result: Result, context: ReportContext) -> om.SarifLog:
    """One run with all rules that ran, the findings (worst first), and notifications of all that was not judged."""
    places = Places(context.lines)
    rules = _rules(result)
    indexes = {rule.id: index for index, rule in enumerate(rules)}
    taxa = {practice.id: index for index, practice in enumerate(result.practices)}
    ordered = sorted(result.findings, key=lambda record: SEVERITIES.index(record.severity))
    driver = om.ToolComponent(
        name="walint",
        full_name=f"walint {result.version}",
        version=result.version,
        semantic_version=result.version,
        information_uri=_INFORMATION,
        short_description=om.MultiformatMessageString(text="A Well-Architected scanner and linter for AWS."),
        rules=[descriptor(rule, context, taxa) for rule in rules],
        notifications=[_notification_kind(name, text) for name, text in _NOTIFICATIONS.items()],
        supported_taxonomies=[om.ToolComponentReference(name=TAXONOMY, index=0)] if taxa else None,
    )
    run = om.Run(
        tool=om.Tool(driver=driver),
        column_kind="utf16CodeUnits",
        invocations=[_invocation(result, len(ordered) - MOST_RESULTS, places)],
        taxonomies=[taxonomy(result.practices)] if taxa else None,
        results=[_result(record, indexes[record.rule_id], places) for record in ordered[:MOST_RESULTS]],
    )
    return om.SarifLog(schema_uri=_SCHEMA, version="2.1.0", runs=[run])


def _rules(result: Result) -> list[RuleCount]:
    """The rules that ran, by id; a finding of a rule that the result does not list brings its rule along."""
    rules = {rule.id: rule for rule in result.rules}
    for record in result.findings:
        rules.setdefault(record.rule_id, RuleCount(record.rule_id, "", record.severity, record.practices, {}))
    return [rules[rule_id] for rule_id in sorted(rules)]


def _result(record: Record, rule_index: int, places: Places) -> om.Result:
    subject = record.resource
    line_hash = places.line_hash(record)
    related = record.related[:_MOST_RELATED]
    logical = om.LogicalLocation(
        name=subject.name, fully_qualified_name=subject.arn or subject.address, kind="resource", index=-1
    )
    return om.Result(
        rule_id=record.rule_id,
        rule_index=rule_index,
        level=LEVELS[record.severity],
        message=om.Message(text=_message(record, related)),
        locations=[om.Location(id=-1, physical_location=places.of_record(record), logical_locations=[logical])],
        related_locations=[
            om.Location(
                id=number,
                physical_location=places.physical(place.location),
                message=om.Message(text=short(_unlinked(place.message))),
            )
            for number, place in enumerate(related, start=1)
        ]
        or None,
        occurrence_count=len(record.instances) or None,
        partial_fingerprints={
            **({"primaryLocationLineHash": line_hash} if line_hash else {}),
            "walintFinding/v1": record.fingerprint,
        },
    )


def _message(record: Record, related: Sequence[RelatedLocation]) -> str:
    """What is wrong, expected and found, and links to the other places; the first sentence stands alone."""
    parts = [sentence(_unlinked(record.message))]
    if record.expected and record.found:
        named = f"{record.property}: expected" if record.property else "Expected"
        parts.append(sentence(_unlinked(f"{named} {record.expected}, found {record.found}")))
    if related:
        links = ", ".join(f"[{_link_text(place.message)}]({number})" for number, place in enumerate(related, start=1))
        tail = f"See {links}."
        room = 1023 - len(tail)
        return tail if room < 0 else f"{short(' '.join(parts))[:room]} {tail}"
    return short(" ".join(parts))


def _unlinked(text: str) -> str:
    """A text in which nothing reads as one of SARIF's embedded links."""
    return text.replace("](", "] (")


def _link_text(text: str) -> str:
    flat = " ".join(text.split()).replace("[", "(").replace("]", ")").replace("\\", "/")
    return flat if len(flat) <= 40 else f"{flat[:39]}…"  # noqa: PLR2004


def _invocation(result: Result, left_out: int, places: Places) -> om.Invocation:
    notifications = []
    for problem in result.incomplete:
        said = f"{problem.what}: {problem.reason}"
        said = f"{sentence(said)} {sentence(problem.help)}" if problem.help else said
        notifications.append(_notification("incomplete-input", "error", said, problem.location, places))
    for record in result.errors:
        said = f"{record.rule_id} could not be judged on {subject_of(record)}: {record.reason or 'unknown reason'}"
        notifications.append(_notification("internal-error", "error", said, record.location, places))
    notifications += [
        _notification("run-notice", notice.level, notice.message, notice.location, places) for notice in result.notices
    ]
    if left_out > 0:
        said = (
            f"{left_out:,} findings of the mildest severities were left out, for GitHub shows {MOST_RESULTS:,} at most."
        )
        notifications.append(_notification("results-left-out", "warning", said, None, places))
    return om.Invocation(execution_successful=result.complete, tool_execution_notifications=notifications or None)


def _notification(kind: str, level: str, said: str, location: Location | None, places: Places) -> om.Notification:
    index = list(_NOTIFICATIONS).index(kind)
    return om.Notification(
        descriptor=om.ReportingDescriptorReference(id=kind, index=index),
        level=level,
        message=om.Message(text=short(sentence(_unlinked(said)))),
        locations=[om.Location(id=-1, physical_location=places.physical(location))] if location else None,
    )


def _notification_kind(name: str, text: str) -> om.ReportingDescriptor:
    said = om.MultiformatMessageString(text=text)
    return om.ReportingDescriptor(
        id=name, name=pascal_case(name), short_description=said, full_description=said, help=said
    )
