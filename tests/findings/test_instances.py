"""Terraform blocks with several instances: one finding, its instances listed, and a fingerprint of the block."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from walint.findings.assemble import Assembly, Run, assemble
from walint.findings.evaluation import Evaluation, Fact
from walint.findings.fingerprint import fingerprint
from walint.findings.result import Record, Result
from walint.findings.ruleinfo import RuleInfo
from walint.model.graph import Graph
from walint.model.resource import Resource
from walint.model.span import Span

Make = Callable[..., Resource]
Fail = Callable[..., Evaluation]
RUN = Run("0.1.0", "2026-06-01T00:00:00Z", lambda: "2026-06-01T00:00:01Z", "2026-06-01")
FILE = "modules/api/main.tf"


@pytest.fixture
def instance(make_resource: Make) -> Make:
    """An instance of a block in a module."""

    def make(address: str, **fields: object) -> Resource:
        usual = {"path": FILE, "source": "terraform", "unit": "infra", "name": "this", "declared": (FILE, 10)}
        return make_resource(address, **(usual | fields))

    return make


def judged(evaluations: Iterable[Evaluation], rule: RuleInfo) -> Result:
    evaluations = list(evaluations)
    graph = Graph()
    graph.extend(evaluation.resource for evaluation in evaluations)
    return assemble(evaluations, graph, Assembly({rule.id: rule}, rule.names), RUN)


def passed(resource: Resource, outcome: str = "pass") -> Evaluation:
    return Evaluation("lambda-tracing", resource, outcome, "high")  # type: ignore[arg-type]


def instances(result: Result) -> list[tuple[str, tuple[str, ...]]]:
    return [(record.message, record.instances) for record in result.findings]


def test_instances_of_a_block_are_one_finding(instance: Make, fail: Fail, rule: RuleInfo) -> None:
    addresses = ('module.a["x"].aws_lambda_function.this', "module.b.aws_lambda_function.this")
    result = judged([fail(instance(address), 12) for address in reversed(addresses)], rule)
    said = f"this: Lambda function is not traced. Fails in 2 instances: {', '.join(addresses)}"
    assert instances(result) == [(said, addresses)]
    assert (result.outcomes["fail"], result.severities["high"]) == (2, 1)
    assert result.findings[0].resource.address == addresses[0]


def test_a_block_that_fails_in_some_instances_says_so(instance: Make, fail: Fail, rule: RuleInfo) -> None:
    blue, green, red, grey = (instance(f'aws_lambda_function.this["{name}"]') for name in ("b", "g", "r", "grey"))
    result = judged([passed(blue), fail(green, 12), passed(red, "unknown"), passed(grey, "not-applicable")], rule)
    said = 'this: Lambda function is not traced. Fails in 1 of 3 instances: aws_lambda_function.this["g"]'
    assert instances(result) == [(said, ())]
    assert [record.message.partition(". ")[2] for record in result.unknown] == [
        'Undecided in 1 of 3 instances: aws_lambda_function.this["r"]'
    ]


def test_a_block_with_one_instance_is_not_counted(instance: Make, fail: Fail, rule: RuleInfo) -> None:
    result = judged([fail(instance("aws_lambda_function.this[0]"), 12)], rule)
    assert instances(result) == [("this: Lambda function is not traced", ())]


def test_many_instances_are_cut_short_in_words_only(instance: Make, fail: Fail, rule: RuleInfo) -> None:
    result = judged([fail(instance(f"aws_lambda_function.this[{index}]"), 12) for index in range(9)], rule)
    ((said, listed),) = instances(result)
    assert said.endswith("aws_lambda_function.this[4] and 4 more")
    assert len(listed) == 9


def test_a_module_of_two_roots_is_one_finding(instance: Make, fail: Fail, rule: RuleInfo) -> None:
    address = "module.api.aws_lambda_function.this"
    result = judged([fail(instance(address, unit=unit), 12) for unit in ("prod", "dev")], rule)
    assert [listed for _, listed in instances(result)] == [(f"dev: {address}", f"prod: {address}")]


def test_what_differs_between_instances_is_told(instance: Make, rule: RuleInfo) -> None:
    def found(address: str, text: str) -> Evaluation:
        fact = Fact("MemorySize", "memory_size", "at least 512", text, Span(FILE, 12, 3, 12, 9))
        return Evaluation("lambda-tracing", instance(address), "fail", "high", (fact,))

    first, second = "aws_lambda_function.this[0]", "aws_lambda_function.this[1]"
    same = judged([found(first, "128"), found(second, "128")], rule)
    differing = judged([found(first, "128"), found(second, "256")], rule)
    assert [record.found for record in (*same.findings, *differing.findings)] == ["128", "128 (others differ)"]


def test_several_facts_at_one_place_stay_apart(instance: Make, fail: Fail, rule: RuleInfo) -> None:
    first, second = instance("aws_lambda_function.this[0]"), instance("aws_lambda_function.this[1]")
    result = judged([fail(first, path="A"), fail(second, path="B")], rule)
    assert [record.instances for record in result.findings] == [(), ()]
    assert len({record.fingerprint for record in result.findings}) == 2


def test_the_note_on_a_resource_is_said(instance: Make, fail: Fail, rule: RuleInfo) -> None:
    resource = instance("aws_lambda_function.this", note="nobody here calls this module")
    assert instances(judged([fail(resource)], rule)) == [
        ("this: Lambda function is not traced. Nobody here calls this module", ())
    ]


def _print_of(instance: Make, fail: Fail, rule: RuleInfo, *addresses: str, **fields: object) -> str:
    record: Record
    (record,) = judged([fail(instance(address, **fields), 12) for address in addresses], rule).findings
    return record.fingerprint


@pytest.mark.parametrize(
    ("addresses", "fields"),
    [
        (("module.a[0].aws_lambda_function.this",), {}),
        (('module.a["x.y"].aws_lambda_function.this["k"]',), {}),
        (("module.b.module.c.aws_lambda_function.this[3]", "aws_lambda_function.this"), {}),
        (("aws_lambda_function.this",), {"path": "modules/api/other.tf", "declared": ("modules/api/other.tf", 900)}),
        (("aws_lambda_function.this",), {"source": "terraform-plan", "unit": "elsewhere"}),
    ],
)
def test_a_fingerprint_is_that_of_the_block(
    instance: Make, fail: Fail, rule: RuleInfo, addresses: tuple[str, ...], fields: dict[str, object]
) -> None:
    expected = _print_of(instance, fail, rule, "module.a.aws_lambda_function.this")
    assert _print_of(instance, fail, rule, *addresses, **fields) == expected


def test_a_block_that_is_not_shown_is_known_by_its_whole_address(instance: Make) -> None:
    fields: dict[str, object] = {"path": "main.tf", "declared": (".terraform/modules/a/main.tf", 10)}
    first, again, other = (
        instance(address, **fields)
        for address in ("module.a[0].aws_sqs_queue.q", "module.a[1].aws_sqs_queue.q", "module.b.aws_sqs_queue.q")
    )
    assert fingerprint("r", first, "A") == fingerprint("r", again, "A")
    assert fingerprint("r", first, "A") != fingerprint("r", other, "A")
    moved = replace(again, declared=(".terraform/modules/a/other.tf", 700))
    assert fingerprint("r", moved, "A") == fingerprint("r", first, "A")
