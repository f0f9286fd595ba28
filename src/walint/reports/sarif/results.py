"""SARIF results: what is said about one record, and which records become results.

GitHub recognises an alert by its rule and the hash of its line, so that two results of one rule on one line may become
one alert: for GitHub they are made one here, where nothing gets lost. The profile `full` has every record, also what is
suppressed, unknown or passed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import sarif_om as om

from walint.reports.sarif.places import pseudo_uri
from walint.reports.sarif.rules import LEVELS, sentence, short
from walint.reports.wording import worst_first

if TYPE_CHECKING:
    from walint.findings.result import Record, RelatedLocation, Result, Since, SuppressedBy
    from walint.reports.sarif.places import Places

_MOST_RELATED = 20
_MOST_SAID = 5
_MOST_CHARACTERS = 1024
_KINDS = {"pass": "pass", "unknown": "open", "error": "review"}


def everything(result: Result) -> list[Record]:
    """Every record of a run: findings first, worst first."""
    return [
        *worst_first(result.findings),
        *worst_first(result.suppressed),
        *worst_first(result.unknown),
        *worst_first(result.errors),
        *worst_first(result.passed or ()),
    ]


def one_a_line(records: Iterable[Record]) -> list[Record]:
    """The records with those of one rule that begin on one line made one: the first of the worst, saying all."""
    groups: dict[tuple[str, str, int], list[Record]] = {}
    for record in worst_first(records):
        place = (record.location.path, record.location.start_line) if record.location else (pseudo_uri(record), 1)
        groups.setdefault((record.rule_id, *place), []).append(record)
    return [_together(group) if len(group) > 1 else group[0] for group in groups.values()]


def _together(group: Sequence[Record]) -> Record:
    first, *others = group
    said = [other.message for other in others[:_MOST_SAID]]
    if len(others) > _MOST_SAID:
        said.append(f"and {len(others) - _MOST_SAID:,} more")
    instances = [one for record in group for one in record.instances or (record.resource.address,)]
    return first._replace(
        message=f"{sentence(first.message)} On the same line: {'; '.join(said)}",
        related=tuple(dict.fromkeys(place for record in group for place in record.related)),
        instances=tuple(instances),
    )


def result_of(record: Record, rule_index: int, places: Places, since: Since | None) -> om.Result:
    """A record as a SARIF result; only a finding is a failure."""
    subject = record.resource
    line_hash = places.line_hash(record)
    related = record.related[:_MOST_RELATED]
    logical = om.LogicalLocation(
        name=subject.name, fully_qualified_name=subject.arn or subject.address, kind="resource", index=-1
    )
    kind = _KINDS.get(record.outcome, "fail")
    return om.Result(
        rule_id=record.rule_id,
        rule_index=rule_index,
        kind=kind,
        level=LEVELS[record.severity] if kind == "fail" else "none",
        message=om.Message(text=_message(record, related)),
        locations=[om.Location(id=-1, physical_location=places.of_record(record), logical_locations=[logical])],
        related_locations=[
            om.Location(
                id=number,
                physical_location=places.physical(place.location),
                message=om.Message(text=short(unlinked(place.message))),
            )
            for number, place in enumerate(related, start=1)
        ]
        or None,
        occurrence_count=len(record.instances) or None,
        partial_fingerprints={
            **({"primaryLocationLineHash": line_hash} if line_hash else {}),
            "walintFinding/v1": record.fingerprint,
        },
        suppressions=[_suppression(record.suppressed_by, places)] if record.suppressed_by else None,
        baseline_state=_baseline_state(record, since),
    )


def _suppression(accepted: SuppressedBy, places: Places) -> om.Suppression:
    place = accepted.location
    until = f" (until {accepted.until})" if accepted.until else ""
    return om.Suppression(
        kind="inSource" if accepted.kind in {"comment", "metadata"} else "external",
        justification=short(f"{accepted.reason}{until}") or None,
        location=om.Location(id=-1, physical_location=places.physical(place)) if place else None,
    )


def _baseline_state(record: Record, since: Since | None) -> str | None:
    """Whether a finding is new, where the run was compared with an earlier commit."""
    if since is None:
        return None
    if record.outcome == "fail":
        return "new"
    return "unchanged" if record.suppressed_by and record.suppressed_by.kind == "baseline" else None


def _message(record: Record, related: Sequence[RelatedLocation]) -> str:
    """What is wrong, expected and found, and links to the other places; the first sentence stands alone."""
    parts = [sentence(unlinked(record.message))]
    if record.expected and record.found:
        named = f"{record.property}: expected" if record.property else "Expected"
        parts.append(sentence(unlinked(f"{named} {record.expected}, found {record.found}")))
    elif record.reason:
        parts.append(sentence(unlinked(record.reason)))
    if related:
        links = ", ".join(f"[{_link_text(place.message)}]({number})" for number, place in enumerate(related, start=1))
        tail = f"See {links}."
        room = _MOST_CHARACTERS - 1 - len(tail)
        return tail if room < 0 else f"{short(' '.join(parts))[:room]} {tail}"
    return short(" ".join(parts))


def unlinked(text: str) -> str:
    """A text in which nothing reads as one of SARIF's embedded links."""
    return text.replace("](", "] (")


def _link_text(text: str) -> str:
    flat = " ".join(text.split()).replace("[", "(").replace("]", ")").replace("\\", "/")
    return flat if len(flat) <= 40 else f"{flat[:39]}…"  # noqa: PLR2004
