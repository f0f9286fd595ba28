"""Builds the SARIF log out of sarif_om's objects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import sarif_om as om

from walint.findings.result import RuleCount
from walint.reports.sarif.places import Places
from walint.reports.sarif.results import everything, one_a_line, result_of, unlinked
from walint.reports.sarif.rules import TAXONOMY, descriptor, pascal_case, sentence, short, taxonomy
from walint.reports.wording import subject_of, worst_first

if TYPE_CHECKING:
    from walint.findings.result import Location, Record, Result
    from walint.reports.context import ReportContext

MOST_RESULTS = 5000
"""GitHub shows no more of a run; the worst are kept."""
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
    """One run with all rules that ran, the results (worst first), and notifications of all that was not judged."""
    places = Places(context.lines)
    for_github = context.sarif_profile == "github"
    records = worst_first(one_a_line(result.findings)) if for_github else everything(result)
    most = MOST_RESULTS if for_github else len(records)
    rules = _rules(result, records)
    indexes = {rule.id: index for index, rule in enumerate(rules)}
    taxa = {practice.id: index for index, practice in enumerate(result.practices)}
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
        automation_details=om.RunAutomationDetails(id=category_id(context.sarif_category))
        if context.sarif_category
        else None,
        invocations=[_invocation(result, len(records) - most, places)],
        taxonomies=[taxonomy(result.practices)] if taxa else None,
        results=[result_of(record, indexes[record.rule_id], places, result.since) for record in records[:most]],
    )
    return om.SarifLog(schema_uri=_SCHEMA, version="2.1.0", runs=[run])


def category_id(category: str) -> str:
    """The category as the id of a run: GitHub takes what stands before the last slash."""
    return f"{category.strip('/')}/"


def _rules(result: Result, records: Sequence[Record]) -> list[RuleCount]:
    """The rules that ran, by id; a result of a rule that the run does not list brings its rule along."""
    rules = {rule.id: rule for rule in result.rules}
    for record in records:
        rules.setdefault(record.rule_id, RuleCount(record.rule_id, "", record.severity, record.practices, {}))
    return [rules[rule_id] for rule_id in sorted(rules)]


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
        message=om.Message(text=short(sentence(unlinked(said)))),
        locations=[om.Location(id=-1, physical_location=places.physical(location))] if location else None,
    )


def _notification_kind(name: str, text: str) -> om.ReportingDescriptor:
    said = om.MultiformatMessageString(text=text)
    return om.ReportingDescriptor(
        id=name, name=pascal_case(name), short_description=said, full_description=said, help=said
    )
