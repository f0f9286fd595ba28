"""Turns the engine's evaluations into the result of a run: suppressed, counted, merged, masked and sorted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, Protocol

from walint.findings import fingerprint
from walint.findings.baseline import Baseline, Scope
from walint.findings.evaluation import OUTCOMES, SEVERITIES, Evaluation, Outcome, Severity
from walint.findings.instances import Instances, addresses_of, said
from walint.findings.masking import mask, mask_value
from walint.findings.missing import expected_of
from walint.findings.place import location_of, subject_of, to_location
from walint.findings.result import (
    Incomplete,
    Location,
    Notice,
    PracticeCount,
    Record,
    RelatedLocation,
    Result,
    RuleCount,
    Since,
    SuppressedBy,
)
from walint.findings.ruleinfo import RuleInfo
from walint.findings.suppression import Suppressions
from walint.model.graph import Graph
from walint.records import NamedTuple, dataclass, field

if TYPE_CHECKING:
    from walint.findings.places import Places

_NO_TEXT: Callable[[str], str] = str  # a practice or rule without a text is named by its id


class Run(NamedTuple):
    """What is said of the run as a whole."""

    version: str
    started: str
    finished: Callable[[], str]
    today: str
    mode: Literal["check", "audit"] = "check"


class Before(Protocol):
    """What was found at an earlier commit."""

    def accept(self, found: Sequence[Record], graph: Graph) -> Sequence[SuppressedBy | None]:
        """For each finding, what says that it was there before; None for one to report."""

    def compared(self, result: Result, graph: Graph) -> Since | None:
        """The comparison in numbers, for the finished result; it may add notices to it."""


@dataclass(frozen=True, slots=True)
class Assembly:
    """How evaluations become a result.

    rules          the rules that ran, by id
    known_rules    every id and alias there is, to tell a mistyped suppression from one that did not run
    suppressions   what was accepted, None to honour nothing (`--isolated` still honours comments)
    whole          everything that the config speaks of was scanned
    missing_files  files that the baseline names and that no longer exist
    before         an earlier commit, whose findings are not reported again
    show_passed    keep a record of every pass too
    min_severity   milder evaluations are dropped altogether
    practice_title, remediation   texts by practice and rule id, loaded when needed
    """

    rules: Mapping[str, RuleInfo]
    known_rules: Collection[str] = ()
    suppressions: Suppressions | None = None
    baseline: Baseline = field(default_factory=Baseline)
    whole: bool = True
    missing_files: Collection[str] = ()
    before: Before | None = None
    show_passed: bool = False
    min_severity: Severity = "info"
    practice_title: Callable[[str], str] = _NO_TEXT
    remediation: Callable[[str], str] = lambda _rule_id: ""


@dataclass(slots=True)
class _Group:
    """Evaluations that blame one place for one reason: one declaration, used once or several times.

    `judged` is how many instances of the declaration the rule judged, those with another outcome included.
    """

    first: Evaluation
    location: Location | None
    members: list[Evaluation]
    suppressed_by: SuppressedBy | None
    judged: int = 1
    fingerprint: str = ""


def assemble(evaluations: Iterable[Evaluation], graph: Graph, how: Assembly, run: Run) -> Result:
    """The result of a run. Evaluations are taken one by one; passes leave nothing behind but a count."""
    counts: dict[str, dict[Outcome, int]] = {rule_id: dict.fromkeys(OUTCOMES, 0) for rule_id in how.rules}
    kept: dict[Outcome, list[tuple[Evaluation, SuppressedBy | None]]] = {outcome: [] for outcome in OUTCOMES}
    mildest = SEVERITIES.index(how.min_severity)
    instances = Instances(graph)
    places = _places(graph) if run.mode == "audit" else None
    for evaluation in evaluations:
        if SEVERITIES.index(evaluation.severity) > mildest:
            continue
        outcome, accepted = _settle(evaluation, how)
        counts[evaluation.rule_id][outcome] += 1
        instances.count(evaluation)
        if places is not None:
            places.count(evaluation.resource, evaluation.severity, outcome)
        if outcome in {"fail", "suppressed", "unknown", "error"} or (outcome == "pass" and how.show_passed):
            kept["fail" if outcome == "suppressed" else outcome].append((evaluation, accepted))
    groups = {outcome: _grouped(items, instances) for outcome, items in kept.items()}
    _fingerprint(groups, how)
    fails = [_with_baseline(group, how.baseline) for group in groups["fail"]]
    if how.before is not None:
        _with_before(fails, how.before, graph, how)
    for group in fails:
        if group.suppressed_by and group.suppressed_by.kind == "baseline":
            counts[group.first.rule_id]["fail"] -= len(group.members)
            counts[group.first.rule_id]["suppressed"] += len(group.members)
    findings = _records([g for g in fails if g.suppressed_by is None], "fail", how)
    result = Result(
        mode=run.mode,
        version=run.version,
        started=run.started,
        finished=run.finished(),
        resources=sum(1 for resource in graph.resources if not resource.type.startswith("Walint::")),
        files=len(set(graph.files)),
        outcomes={outcome: sum(count[outcome] for count in counts.values()) for outcome in OUTCOMES},
        severities={severity: sum(1 for r in findings if r.severity == severity) for severity in SEVERITIES},
        practices=_practices(counts, how),
        rules=_rules(counts, how),
        findings=findings,
        suppressed=_records([g for g in fails if g.suppressed_by is not None], "suppressed", how),
        unknown=_records(groups["unknown"], "unknown", how),
        errors=_records(groups["error"], "error", how),
        passed=_records(groups["pass"], "pass", how) if how.show_passed else None,
        incomplete=_incomplete(graph),
    )
    if places is not None:
        result.places = places.counted()
    result.notices = _notices(graph, how, result, fails)
    if how.before is not None:
        result.since = how.before.compared(result, graph)
    return result


def _places(graph: Graph) -> Places:
    from walint.findings.places import Places  # only audits pay for it

    return Places(graph)


def scope_of(graph: Graph, how: Assembly, unknown: Iterable[Record], missing: Collection[str]) -> Scope:
    """What a run judged, for the baseline. `missing` are files that no longer exist."""
    undecided = {
        (name, record.location.path if record.location else "", address)
        for record in unknown
        for name in how.rules[record.rule_id].names
        for address in (record.resource.address, *record.instances)
    }
    names = {name for rule in how.rules.values() for name in rule.names}
    return Scope(frozenset((*graph.files, *graph.repository_files)), names, undecided, frozenset(missing))


def _settle(evaluation: Evaluation, how: Assembly) -> tuple[Outcome, SuppressedBy | None]:
    """The outcome after suppression. An unknown uses a suppression but stays unknown."""
    if evaluation.outcome not in {"fail", "unknown"} or how.suppressions is None:
        return evaluation.outcome, None
    accepted = how.suppressions.match(how.rules[evaluation.rule_id], evaluation.resource, _location(evaluation))
    if accepted is None or evaluation.outcome == "unknown":
        return evaluation.outcome, None
    return "suppressed", accepted


def _grouped(items: Iterable[tuple[Evaluation, SuppressedBy | None]], instances: Instances) -> list[_Group]:
    """One group for each rule, place and declaration; different suppressions keep its instances apart."""
    groups: dict[object, _Group] = {}
    for evaluation, accepted in items:
        location = _location(evaluation)
        resource = evaluation.resource
        alone = "" if location else resource.key
        blamed = _path(evaluation) if resource.declared else ""
        key = (evaluation.rule_id, location, fingerprint.identity(resource), accepted, alone, blamed)
        group = groups.get(key)
        if group is None:
            groups[key] = _Group(evaluation, location, [evaluation], accepted, instances.of(evaluation))
            continue
        group.members.append(evaluation)
        if _worst_first(evaluation) < _worst_first(group.first):
            group.first = evaluation
    return list(groups.values())


def _worst_first(evaluation: Evaluation) -> tuple[int, str, str]:
    """Instances may belong to different environments, where one rule has different severities: the worst one counts."""
    rank = SEVERITIES.index(evaluation.severity) if evaluation.environment is not None else 0
    return rank, *_order(evaluation)


def _order(evaluation: Evaluation) -> tuple[str, str]:
    return evaluation.resource.unit, evaluation.resource.address


def _fingerprint(groups: Mapping[Outcome, list[_Group]], how: Assembly) -> None:
    """Gives every group its fingerprint; groups that only differ in who accepted them share one."""
    for members in groups.values():
        shared: dict[object, list[_Group]] = {}
        for group in members:
            resource = group.first.resource
            alone = "" if group.location else resource.key
            blamed = _path(group.first) if resource.declared else ""
            place = (group.first.rule_id, fingerprint.identity(resource), group.location, alone, blamed)
            shared.setdefault(place, []).append(group)
        alike = list(shared.values())
        ids = [how.rules[several[0].first.rule_id].first_id for several in alike]
        firsts = [min((group.first for group in several), key=_order) for several in alike]
        prints = fingerprint.fingerprints(ids, [(first.resource, _path(first)) for first in firsts])
        for several, value in zip(alike, prints, strict=True):
            for group in several:
                group.fingerprint = value


def _path(evaluation: Evaluation) -> str:
    return evaluation.facts[0].path if evaluation.facts else ""


def _with_baseline(group: _Group, baseline: Baseline) -> _Group:
    if group.suppressed_by is None:
        group.suppressed_by = baseline.match(group.fingerprint)
    return group


def _with_before(fails: Sequence[_Group], before: Before, graph: Graph, how: Assembly) -> None:
    """Accepts what was there before, so that only what is new is a finding."""
    groups = sorted((g for g in fails if g.suppressed_by is None), key=lambda g: _place(_record(g, "fail", how)))
    records = [_record(group, "fail", how) for group in groups]
    for group, word in zip(groups, before.accept(records, graph), strict=True):
        group.suppressed_by = word


def _location(evaluation: Evaluation) -> Location | None:
    """The place to blame: the fact's, else the resource's, else the beginning of its file. Live ones have none."""
    resource = evaluation.resource
    span = evaluation.span or next((fact.span for fact in evaluation.facts if fact.span), None) or resource.span
    if span is None and resource.source != "live":
        return Location(resource.unit, 1, 1, 1, 2)
    return location_of(span)


def _records(groups: Iterable[_Group], outcome: Outcome, how: Assembly) -> list[Record]:
    records = [_record(group, outcome, how) for group in groups]
    return sorted(records, key=_place)


def _place(record: Record) -> tuple[str, int, int, str, str, str]:
    where = record.location
    line, column = (where.start_line, where.start_column) if where else (0, 0)
    path = where.path if where else ""
    return path, line, column, record.rule_id, record.resource.address, record.fingerprint


def _record(group: _Group, outcome: Outcome, how: Assembly) -> Record:
    evaluation = group.first
    rule = how.rules[evaluation.rule_id]
    resource = evaluation.resource
    fact = evaluation.facts[0] if evaluation.facts else None
    addresses = addresses_of(member.resource for member in group.members)
    instances = said(outcome, resource, addresses, group.judged)
    related = (*(fact.related if fact else ()), *evaluation.related)
    return Record(
        fingerprint=group.fingerprint,
        rule_id=rule.id,
        outcome=outcome,
        severity=evaluation.severity,
        message=_message(evaluation, rule, outcome, instances),
        resource=subject_of(resource, evaluation.environment),
        location=group.location,
        related=tuple(dict.fromkeys(RelatedLocation(to_location(item.span), mask(item.message)) for item in related)),
        property=(fact.property or fact.path or None) if fact else None,
        expected=mask(expected_of(evaluation.facts)) if fact else None,
        found=_found(group) if fact else None,
        reason=mask(evaluation.reason) or None,
        practices=rule.practices,
        remediation=how.remediation(rule.id) if outcome in {"fail", "suppressed"} else "",
        instances=tuple(addresses) if len(addresses) > 1 else (),
        suppressed_by=group.suppressed_by,
    )


def _found(group: _Group) -> str:
    """What was found in the first of the instances, and whether others hold something else."""
    found = [mask_value(fact.path, fact.found) for member in group.members for fact in member.facts[:1]]
    first = next(mask_value(fact.path, fact.found) for fact in group.first.facts)
    return first if group.first.resource.declared is None or len(set(found)) == 1 else f"{first} (others differ)"


def _message(evaluation: Evaluation, rule: RuleInfo, outcome: Outcome, instances: str) -> str:
    """One sentence that can stand alone; more when the place stands for several resources, or needs a word on it."""
    name = evaluation.resource.name or evaluation.resource.address
    match outcome:
        case "pass":
            sentence = rule.passing
        case "unknown":
            sentence = f"cannot tell whether this holds: {rule.passing}"
        case "error":
            sentence = f"walint failed to judge this: {rule.passing}"
        case _:
            sentence = mask(evaluation.message) or rule.title
    note = evaluation.resource.note if outcome in {"fail", "suppressed", "unknown"} else ""
    more = [text for text in (instances, note[:1].upper() + note[1:]) if text]
    return ". ".join([f"{name}: {sentence.rstrip('.')}", *more])


def _practices(counts: Mapping[str, Mapping[Outcome, int]], how: Assembly) -> list[PracticeCount]:
    """How the evaluations of each practice came out: a rule counts for every practice that it names."""
    totals: dict[str, list[int]] = {}
    for rule_id, rule in how.rules.items():
        for practice in rule.practices:
            total = totals.setdefault(practice, [0, 0, 0])
            for index, outcome in enumerate(("pass", "fail", "unknown")):
                total[index] += counts[rule_id][outcome]  # type: ignore[index]
    return [PracticeCount(practice, how.practice_title(practice), *totals[practice]) for practice in sorted(totals)]


def _rules(counts: Mapping[str, dict[Outcome, int]], how: Assembly) -> list[RuleCount]:
    return [
        RuleCount(rule.id, rule.title, rule.severity, rule.practices, counts[rule.id])
        for rule in sorted(how.rules.values(), key=lambda rule: rule.id)
    ]


def _incomplete(graph: Graph) -> list[Incomplete]:
    """What could not be read, once each: a nested stack that is used twice is broken once."""
    entries = {
        Incomplete(problem.path, mask(problem.message), location_of(problem.span), problem.help): None
        for problem in graph.problems
        if problem.level == "error"
    }
    return sorted(entries, key=lambda entry: (entry.what, _start(entry.location), entry.reason))


def _notices(graph: Graph, how: Assembly, result: Result, fails: Iterable[_Group]) -> list[Notice]:
    notices = [
        Notice("note", f"{problem.path}: {mask(problem.message)}")
        if result.mode == "audit"
        else Notice("note", mask(problem.message), location_of(problem.span) or Location(problem.path, 1, 1, 1, 2))
        for problem in graph.problems
        if problem.level == "note"
    ]
    if how.suppressions is not None:
        notices += how.suppressions.notices(list(how.rules.values()), how.known_rules, whole=how.whole)
    if how.baseline.entries:
        seen = {group.fingerprint for group in fails}
        notices += how.baseline.notices(seen, scope_of(graph, how, result.unknown, how.missing_files))
    return sorted(dict.fromkeys(notices), key=lambda n: (_start(n.location), n.level, n.message))


def _start(location: Location | None) -> tuple[str, int, int]:
    return (location.path, location.start_line, location.start_column) if location else ("", 0, 0)
