"""The code behind an account: findings get the line that declares them, and two reports compare the two."""

from __future__ import annotations

from argparse import Namespace
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from walint.catalog.defaults import known_defaults
from walint.cli.parsing import Parser, UsageError
from walint.cli.scan import Prepared, code_settings
from walint.engine import Options, evaluate
from walint.findings.code import CodeReport, Difference, ManagedCount
from walint.findings.place import location_of, subject_of
from walint.model.value import Absent, Known
from walint.records import dataclass, field
from walint.sources import load as load_sources

if TYPE_CHECKING:
    from walint.findings.code import Verdict
    from walint.findings.evaluation import Evaluation, Outcome
    from walint.findings.result import Location, Record, Result, Subject
    from walint.model.graph import Graph
    from walint.model.resource import Resource
    from walint.model.span import Span
    from walint.sources.live.managed import Manager, StateEntry

ENTRY: Final = "Walint::ManagedResource"
_STACK: Final = "AWS::CloudFormation::Stack"
"""It is the code, and needs none behind it."""
_JUDGED: Final = frozenset({"pass", "fail"})


def add_code_options(made: Parser) -> None:
    """The options that name the code behind the account."""
    group = made.add_argument_group("the code behind it")
    group.add_argument(
        "--code", action="append", type=Path, metavar="PATH", help="templates or modules; findings get their lines"
    )
    group.add_argument("--tfstate", action="append", type=Path, metavar="FILE", help="a Terraform state (repeatable)")


def states_of(options: Namespace) -> list[StateEntry]:
    """What the states of --tfstate manage. Raises `StateError`."""
    from walint.sources.live.states import read_state

    return [entry for path in options.tfstate or () for entry in read_state(path, path.as_posix())]


@dataclass(slots=True)
class Code:
    """What is written down, and what the same rules say of it.

    `live` are the verdicts on live resources, by rule and key, noted while they are made.
    """

    graph: Graph
    declared: dict[tuple[str, str], Evaluation] = field(default_factory=dict)
    live: list[Evaluation] = field(default_factory=list)

    def noted(self, evaluations: Iterator[Evaluation]) -> Iterator[Evaluation]:
        """The same evaluations, with every verdict kept."""
        for evaluation in evaluations:
            if evaluation.outcome in _JUDGED:
                self.live.append(evaluation)
            yield evaluation


def code_of(options: Namespace, ready: Prepared) -> Code | None:
    """The code of --code, judged; None where none was named. Raises `UsageError` where there is none."""
    if not options.code:
        return None
    graph = load_sources(tuple(options.code), code_settings(ready.config, ready.place))
    if not graph.files:
        named = ", ".join(path.as_posix() for path in options.code)
        raise UsageError(f"no infrastructure code was found in {named}", where="--code")
    code = Code(graph)
    for evaluation in evaluate(graph, ready.selected, Options(today=ready.today, environments=ready.environments)):
        code.declared[evaluation.rule_id, evaluation.resource.key] = evaluation
    return code


def trace(result: Result, live: Graph, managers: dict[str, Manager], code: Code | None) -> None:
    """Gives the records of a result the lines that declare their resources, and puts both reports into it."""
    traced: dict[str, Resource] = {}
    if code is not None:
        from walint.sources.live.origins import origins

        traced = origins(live, managers, code.graph)
        tracer = _Tracer(
            code, {_named(subject_of(one)): traced[one.key] for one in live.resources if one.key in traced}
        )
        for name in ("findings", "suppressed", "unknown", "errors", "passed"):
            records = getattr(result, name)
            if records:
                setattr(result, name, sorted((tracer.record(one) for one in records), key=_order))
    differences = None if code is None else tuple(_differences(code, traced))
    result.code = CodeReport(tuple(_coverage(live, managers, traced)), differences)


def _named(subject: Subject) -> tuple[str, str | None, str | None, str]:
    return subject.type, subject.account, subject.region, subject.address


def _order(record: Record) -> tuple[str, int, int, str, str, str]:
    where = record.location
    path, line, column = (where.path, where.start_line, where.start_column) if where else ("", 0, 0)
    return path, line, column, record.rule_id, record.resource.address, record.fingerprint


class _Tracer:
    def __init__(self, code: Code, declared: dict[tuple[str, str | None, str | None, str], Resource]) -> None:
        self._code = code
        self._declared = declared

    def record(self, record: Record) -> Record:
        """The record with the place of its resource in the code; as it is, where there is none."""
        resource = self._declared.get(_named(record.resource))
        if resource is None:
            return record
        subject = record.resource._replace(construct_path=resource.construct_path)
        return record._replace(resource=subject, location=_place(self._code, record.rule_id, resource, record.property))


def _place(code: Code, rule_id: str, resource: Resource, blamed: str | None) -> Location | None:
    """The line that the rule blames in the code, else that of the property it blames live, else the resource's."""
    evaluation = code.declared.get((rule_id, resource.key))
    if evaluation is not None and evaluation.outcome == "fail":
        spans = [evaluation.span, *(fact.span for fact in evaluation.facts)]
        said = next((span for span in spans if span is not None), None)
        if said is not None:
            return location_of(said)
    return location_of(_span_at(resource, blamed or ""))


def _span_at(resource: Resource, path: str) -> Span | None:
    """Where a property stands, or the nearest that it stands in."""
    value, span = resource.properties, resource.span
    for step in path.split("."):
        if not isinstance(value, Known) or not isinstance(value.data, Mapping) or step not in value.data:
            break
        value = value.data[step]
        if isinstance(value, Absent):
            break
        span = value.span or span
    return span


def _differences(code: Code, traced: dict[str, Resource]) -> Iterator[Difference]:
    """Verdicts that the code and the account do not share, by rule and resource."""
    for evaluation in sorted(code.live, key=lambda one: (one.rule_id, one.resource.unit, one.resource.address)):
        resource = traced.get(evaluation.resource.key)
        declared = None if resource is None else code.declared.get((evaluation.rule_id, resource.key))
        if resource is None or declared is None or declared.outcome not in _JUDGED:
            continue
        if declared.outcome != evaluation.outcome and not _settled_elsewhere(declared):
            subject = subject_of(evaluation.resource)._replace(construct_path=resource.construct_path)
            blamed = evaluation.facts[0].path if evaluation.facts else None
            where = _place(code, evaluation.rule_id, resource, blamed)
            said, runs = _verdict(declared.outcome), _verdict(evaluation.outcome)
            yield Difference(evaluation.rule_id, evaluation.severity, subject, where, said, runs)


def _settled_elsewhere(declared: Evaluation) -> bool:
    """Whether what the code lacks may well come from elsewhere, so that no deployment takes it away.

    Stacks and policies hand tags down; an alarm or another resource that belongs to this one may be of another stack;
    what the code leaves to AWS's default AWS has set.
    """
    defaults = known_defaults().get(declared.resource.type, {})
    return declared.outcome == "fail" and all(
        not fact.path or fact.path.endswith("Tags") or (fact.path in defaults and fact.found == "nothing")
        for fact in declared.facts
    )


def _verdict(outcome: Outcome) -> Verdict:
    return "pass" if outcome == "pass" else "fail"


def _coverage(live: Graph, managers: dict[str, Manager], traced: dict[str, Resource]) -> Iterator[ManagedCount]:
    """How many resources of each type are managed; what walint makes up to judge an account is none."""
    counts: dict[str, Counter[str]] = {}
    for resource in live.resources:
        if resource.type.startswith("Walint::") or resource.type == _STACK:
            continue
        count = counts.setdefault(resource.type, Counter())
        manager = managers.get(resource.key)
        told = resource.attributes.get("ManagedBy")
        state = manager.kind if manager else "unmanaged" if isinstance(told, Absent) else "unknown"
        count.update(["resources", state, *(["traced"] if resource.key in traced else [])])
    columns: Sequence[str] = ("resources", "stack", "state", "unmanaged", "unknown", "traced")
    for type_name, count in sorted(counts.items()):
        yield ManagedCount(type_name, *(count[column] for column in columns))
