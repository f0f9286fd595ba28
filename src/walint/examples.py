"""Runs the examples in rule files: they are a rule's tests, with the expected findings marked on their lines."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from walint.engine import Options, SelectedRule, evaluate
from walint.errors import WalintError
from walint.example_accounts import account_graph
from walint.example_plans import plan_document
from walint.findings.evaluation import Evaluation
from walint.language.catalogue import Catalogue
from walint.language.rule import Rule
from walint.records import dataclass
from walint.sources import load
from walint.sources.settings import RepositorySettings, SourceSettings

_MARK = re.compile(r"(?:#|//|<!--)\s*(finding|unknown)\b")
_OUTCOMES = {"finding": "fail", "unknown": "unknown"}
_FILE_NAMES = {
    "cloudformation": "template.yaml",
    "sam": "template.yaml",
    "cdk": "stack.template.yaml",
    "terraform": "main.tf",
    "plan": "plan.yaml",
    "live": "account.yaml",
    "repository": "README.md",
}
_SAM_HEADER = "Transform: AWS::Serverless-2016-10-31"
READABLE = tuple(_FILE_NAMES)
"""The sources whose examples can be run today."""


@dataclass(frozen=True, slots=True)
class ExampleFailure:
    """An example that does not come out as its marks say."""

    rule_id: str
    example: str
    source: str
    message: str


@dataclass(frozen=True, slots=True)
class ExampleRun:
    """What came of one example: the marks it carries, and the evaluations of its rule.

    `addresses` says on which line of which file a plan that is written short, or a scripted account, describes a
    resource.
    """

    marks: frozenset[tuple[str, int, str]]
    evaluations: tuple[Evaluation, ...]
    problems: tuple[str, ...]
    addresses: Mapping[str, tuple[str, int]]

    def place(self, evaluation: Evaluation) -> tuple[str, int] | None:
        """The file and the line that an evaluation blames."""
        span = evaluation.span
        if span is None or span.path.endswith(".json"):
            return self.addresses.get(evaluation.resource.address)
        return span.path, span.start_line


def run(catalogue: Catalogue, rule_id: str) -> list[ExampleFailure]:
    """Runs every example of a rule; what is wrong with them, nothing when all is well."""
    failures = []
    rule = catalogue.rules[rule_id]
    for example in catalogue.texts(rule_id).examples:
        for source in READABLE:
            if source in example:
                messages = check_example(rule, example, source)
                failures += [ExampleFailure(rule_id, example["name"], source, message) for message in messages]
    return failures


def run_example(rule: Rule, example: Mapping[str, Any], source: str) -> ExampleRun:
    """Judges one example's files for one source with its rule alone."""
    given = example[source]
    files = {_FILE_NAMES[source]: given} if isinstance(given, str) else dict(given)
    addresses: dict[str, tuple[str, int]] = {}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_with_header(text, source), encoding="utf-8")
            if name == _FILE_NAMES["plan"]:
                path.with_suffix(".json").write_text(plan_document(text), encoding="utf-8")
                addresses[path.with_suffix(".json").name] = (name, 1)  # the root module as a whole
                for number, line in enumerate(text.splitlines(), 1):
                    if line[:1].strip():
                        addresses[line.partition(":")[0]] = (name, number)
        if source == "live":
            graph, lines = account_graph(files[_FILE_NAMES["live"]], rule)
            addresses = {address: (_FILE_NAMES["live"], line) for address, line in lines.items()}
        else:
            graph = load([root], SourceSettings(root=root, repository=_repository(rule, root)))
        today = date.fromisoformat(example["today"]) if "today" in example else date(2026, 11, 20)
        selected = SelectedRule(rule, rule.severity, example.get("parameters", {}))
        evaluations = tuple(evaluate(graph, [selected], Options(today=today)))
        marks = frozenset(_marks(root, files))
    problems = tuple(f"{problem.path}: {problem.message}" for problem in graph.problems if problem.level == "error")
    return ExampleRun(marks, evaluations, problems, addresses)


def _repository(rule: Rule, root: Path) -> RepositorySettings | None:
    """The repository around an example, for rules that ask of it; a file below `.git` makes it a git work tree."""
    if "repository" not in rule.sources:
        return None
    tags = tuple(sorted(path.name for path in (root / ".git" / "refs" / "tags").glob("*")))
    return RepositorySettings(work_tree=(root / ".git").exists(), tags=tags)


def _with_header(text: str, source: str) -> str:
    """SAM examples need not repeat the Transform line; it is added at the end, where it moves no other line."""
    if source != "sam" or "AWS::Serverless-2016-10-31" in text:
        return text
    return text.rstrip("\n") + f"\n{_SAM_HEADER}\n"


def _marks(root: Path, files: Mapping[str, str]) -> Iterator[tuple[str, int, str]]:
    for name in files:
        for number, line in enumerate((root / name).read_text(encoding="utf-8").splitlines(), 1):
            for mark in _MARK.findall(line):
                yield name, number, _OUTCOMES[mark]


def check_example(rule: Rule, example: Mapping[str, Any], source: str) -> Iterator[str]:
    """What is wrong with one example for one source, in words; nothing when it comes out as its marks say."""
    try:
        result = run_example(rule, example, source)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark is not None else ""
        yield f"{_FILE_NAMES[source]}{line}: this is no YAML: {getattr(error, 'problem', error)}"
        return
    except WalintError as error:
        yield f"{_FILE_NAMES[source]}: {error.message}"
        return
    yield from _complaints(result, example)


def _complaints(result: ExampleRun, example: Mapping[str, Any]) -> Iterator[str]:
    yield from result.problems
    got: dict[tuple[str, int, str], Evaluation] = {}
    for evaluation in result.evaluations:
        if evaluation.outcome == "error":
            yield evaluation.reason
        place = result.place(evaluation)
        if evaluation.outcome in ("fail", "unknown") and place is not None:
            got[*place, evaluation.outcome] = evaluation
    for path, line, outcome in sorted(result.marks - got.keys()):
        yield f"{path}:{line}: expected {outcome}, got {_outcomes(result.evaluations)}"
    for key in sorted(got.keys() - result.marks):
        path, line, outcome = key
        yield f"{path}:{line}: unexpected {outcome} on {got[key].resource.address}: {_why(got[key])}"
    judged = [e for e in result.evaluations if e.outcome in ("pass", "fail", "unknown")]
    if example.get("not_applicable"):
        if judged:
            yield f"expected not-applicable, got {_outcomes(result.evaluations)}"
    elif not judged:
        yield f"the rule judged nothing ({_outcomes(result.evaluations)}); is not_applicable: true the point?"


def _outcomes(evaluations: tuple[Evaluation, ...]) -> str:
    words = [f"{e.resource.address} {e.outcome}" + (f" ({_why(e)})" if _why(e) else "") for e in evaluations]
    return ", ".join(words) or "no evaluation"


def _why(evaluation: Evaluation) -> str:
    if evaluation.reason:
        return evaluation.reason
    return "; ".join(f"{fact.property} expected {fact.expected}, found {fact.found}" for fact in evaluation.facts)
