"""Small graphs to ask: of one resource with given values, or of a template."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from walint.engine import Options, SelectedRule, evaluate
from walint.findings.evaluation import Evaluation
from walint.language.relation import Relations, relation_named
from walint.language.rule import Case, Rule
from walint.language.scope import Context, Scope, resource_scope
from walint.model.graph import Graph
from walint.model.resource import Resource, Source
from walint.model.span import Span
from walint.model.value import Known, Value
from walint.sources import SourceSettings, load

TODAY = date(2026, 11, 20)

MakeScope: TypeAlias = Callable[..., Scope]
Scan: TypeAlias = Callable[..., Graph]
Related: TypeAlias = Callable[..., dict[str, Any]]
Judge: TypeAlias = Callable[..., dict[str, Evaluation]]


@pytest.fixture
def make_scope() -> MakeScope:
    """The scope of a resource with these properties, under these assumptions."""

    def made(
        properties: Mapping[str, Value] | Value,
        *,
        type_name: str = "AWS::Lambda::Function",
        source: Source = "cloudformation",
        assumed: Mapping[str, str | bool] | None = None,
        attributes: Mapping[str, Value] | None = None,
        others: tuple[Resource, ...] = (),
    ) -> Scope:
        whole: Any = Known(dict(properties)) if isinstance(properties, Mapping) else properties
        span = Span("t.yaml", 2, 3, 4, 5)
        one = Resource("t.yaml#It", type_name, "It", "It", source, "t.yaml", whole, span, attributes or {})
        graph = Graph()
        graph.extend([one, *others])
        context = Context(graph, Relations(graph), TODAY, dict(assumed or {}))
        return resource_scope(context, one)

    return made


@pytest.fixture
def scan(tmp_path: Path) -> Scan:
    """The graph of a template, or of several files by name."""

    def scanned(files: str | Mapping[str, str], **settings: Any) -> Graph:
        for name, text in ({"template.yaml": files} if isinstance(files, str) else files).items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        graph = load([tmp_path], SourceSettings(root=tmp_path, **settings))
        assert [problem.message for problem in graph.problems if problem.level == "error"] == []
        return graph

    return scanned


@pytest.fixture
def related(scan: Scan) -> Related:
    """What a relation of a resource leads to: address -> "surely" or "perhaps"; "..." -> why there may be more."""

    def asked(files: str | Mapping[str, str], relation: str, address: str, **arguments: Any) -> dict[str, Any]:
        assumed = arguments.pop("assumed", {})
        graph = scan(files)
        context = Context(graph, Relations(graph), TODAY, assumed)
        subject = next(one for one in graph.resources if one.address == address)
        scope = resource_scope(context, subject)
        population = context.relations.related(relation_named(relation), scope, arguments)
        words = {True: "surely", None: "perhaps"}
        found: dict[str, Any] = {link.resource.address: words[link.judgement.truth] for link in population.links}
        return found | ({"...": population.more[0]} if population.more else {})

    return asked


@pytest.fixture
def judge(scan: Scan) -> Judge:
    """The evaluations of a rule made of `expect` and `when`, by address."""

    def judged(
        files: str | Mapping[str, str], resource: str, expect: dict[str, Any], when: dict[str, Any] | None = None
    ) -> dict[str, Evaluation]:
        case = Case((resource,), when, expect)
        rule = Rule("a-rule", "own", "wrong", "right", "medium", (), ("cloudformation",), (case,), "a-rule.yaml")
        evaluations = evaluate(scan(files), [SelectedRule(rule, "medium")], Options(today=TODAY))
        return {evaluation.resource.address: evaluation for evaluation in evaluations}

    return judged
