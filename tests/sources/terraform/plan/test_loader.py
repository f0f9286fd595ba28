"""Plans through the whole of the sources: recognised among files, judged with or instead of their configuration."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from tests.sources.terraform.plan.conftest import PLANS, plain
from walint.model.graph import Graph
from walint.model.resource import Resource
from walint.model.value import Reference, Value
from walint.sources import load
from walint.sources.settings import SourceSettings

CORPUS = Path(__file__).parents[4].parent / "shared" / "corpora" / "tfplan"
SECRET = "hunter2-hunter2"  # noqa: S105 - it is one, and must not be seen


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    """A folder with a plan and its configuration."""
    return Path(shutil.copytree(PLANS / "orders", tmp_path / "infra" / "orders"))


def loaded(folder: Path, *paths: Path, **settings: Any) -> Graph:
    return load(paths or (folder,), SourceSettings(root=folder, **settings))


def told(graph: Graph) -> list[tuple[str, str]]:
    return [(problem.level, problem.message) for problem in graph.problems]


def by_address(graph: Graph) -> dict[str, Resource]:
    return {resource.address: resource for resource in of_aws(graph)}


def of_aws(graph: Graph) -> list[Resource]:
    """Without what stands for the root module itself."""
    return [resource for resource in graph.resources if not resource.type.startswith("Walint::")]


def at(resource: Resource, *steps: str) -> Value:
    value: Any = resource.properties
    for step in steps:
        value = value.data[step]
    found: Value = value
    return found


def test_a_plan_beside_its_configuration_is_judged_instead_of_it(orders: Path) -> None:
    graph = loaded(orders)
    assert {resource.source for resource in of_aws(graph)} == {"terraform-plan"}
    assert {resource.unit for resource in graph.resources} == {"."}
    assert len(by_address(graph)) == len(of_aws(graph)) == 9
    assert {resource.span.path for resource in of_aws(graph) if resource.span} == {
        "main.tf",
        "modules/worker/main.tf",
    }
    assert told(graph) == []


def test_what_the_plan_does_not_know_yet_is_judged_by_its_configuration(orders: Path) -> None:
    with (orders / "main.tf").open("a") as file:
        file.write('resource "aws_sqs_queue" "new" {}\n')
    found = by_address(loaded(orders))
    assert (found["aws_sqs_queue.new"].source, found["aws_sqs_queue.orders"].source) == ("terraform", "terraform-plan")


def test_the_configuration_says_what_an_unknown_is_made_of(orders: Path) -> None:
    queue = by_address(loaded(orders))["aws_sqs_queue.orders"]
    assert at(queue, "RedrivePolicy", "deadLetterTargetArn") == Reference(
        ".#aws_sqs_queue.dead",
        "Arn",
        at(queue, "RedrivePolicy", "deadLetterTargetArn").span,
    )


def test_root_names_the_configuration_of_a_plan_from_elsewhere(orders: Path) -> None:
    elsewhere = orders.parent / "plans"
    elsewhere.mkdir()
    plan = Path(shutil.move(orders / "plan.json", elsewhere / "plan.json"))
    root = orders.parent.parent
    graph = loaded(root, plan, terraform_root=orders)
    assert {resource.unit for resource in graph.resources} == {"infra/orders"}
    assert by_address(graph)["aws_sqs_queue.dead"].span.path == "infra/orders/main.tf"  # type: ignore[union-attr]
    assert sorted(graph.unit_files["infra/orders"]) == [
        "infra/orders/main.tf",
        "infra/orders/modules/worker/main.tf",
        "infra/plans/plan.json",
    ]


def test_a_root_that_declares_none_of_it_is_told(orders: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    graph = loaded(tmp_path, orders / "plan.json", terraform_root=tmp_path / "other")
    assert ("note", "nothing of it is declared under other, which --root names") in told(graph)
    assert {resource.unit for resource in graph.resources} == {"infra/orders/plan.json"}


def test_a_plan_alone_is_judged_by_its_own_lines(orders: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.move(orders / "plan.json", alone)
    graph = loaded(alone)
    lines = (alone / "plan.json").read_text().splitlines()
    found = by_address(graph)
    for address in ("aws_sqs_queue.dead", 'module.worker["slow"].aws_lambda_function.this'):
        span = found[address].span
        assert span is not None
        assert lines[span.start_line - 1][span.start_column - 1 : span.end_column - 1].startswith('"address": ')
    fast, slow = (found[f'module.worker["{name}"].aws_lambda_function.this'] for name in ("fast", "slow"))
    assert (fast.span, fast.declared) == (slow.span, slow.declared)
    assert [level for level, _ in told(graph)] == ["note"]


def test_a_plan_of_something_else_is_not_taken_for_one_of_the_folder(orders: Path) -> None:
    (orders / "main.tf").write_text("resource {{{\n" * 3, encoding="utf-8")
    graph = loaded(orders, orders / "plan.json")
    assert {resource.unit for resource in graph.resources} == {"plan.json"}
    assert [level for level, _ in told(graph)] == ["note"]


def test_two_plans_of_one_configuration_are_two_units(orders: Path) -> None:
    shutil.copy(orders / "plan.json", orders / "staging.json")
    graph = loaded(orders)
    assert {resource.unit for resource in graph.resources} == {".", "staging.json"}
    assert len(of_aws(graph)) == 18
    assert told(graph) == []


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_plans_as_powershell_writes_them_are_read(orders: Path, encoding: str) -> None:
    text = (orders / "plan.json").read_text()
    (orders / "plan.json").write_text(text, encoding=encoding)
    assert {resource.source for resource in of_aws(loaded(orders))} == {"terraform-plan"}


@pytest.mark.parametrize(
    ("name", "data", "level", "message"),
    [
        ("plan.json", b'{"format_version":"1.2","planned_values":{"root_module":{', "error", "but the file is cut off"),
        ("p.tfplan", b"PK\x03\x04 tfplan", "error", "is a saved plan, which only Terraform can read"),
        (
            "log.json",
            b'{"@level":"info","@message":"x"}\n',
            "error",
            "is the log of `terraform plan -json`, not a plan",
        ),
        ("plan.json", b'{"format_version":"9.0","resource_changes":[]}', "error", "its format_version is '9.0'"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_error(
    tmp_path: Path, name: str, data: bytes, level: str, message: str
) -> None:
    (tmp_path / name).write_bytes(data)
    graph = loaded(tmp_path, tmp_path / name)
    assert [(got, message in said) for got, said in told(graph)] == [(level, True)]
    assert graph.problems[0].help


@pytest.mark.parametrize(
    ("more", "level", "words"),
    [({"errored": True}, "error", "Terraform met an error"), ({"complete": False}, "note", "limited by -target")],
)
def test_a_plan_that_is_not_whole_is_told(orders: Path, more: dict[str, bool], level: str, words: str) -> None:
    data = json.loads((orders / "plan.json").read_text()) | more
    (orders / "plan.json").write_text(json.dumps(data))
    graph = loaded(orders)
    assert [(got, words in said) for got, said in told(graph)] == [(level, True)]
    assert [unseen.unit for unseen in graph.unseen] == ["."]


def test_a_state_is_judged_too(tmp_path: Path) -> None:
    values = {"name": "q", "visibility_timeout_seconds": 30}
    entry = {"address": "aws_sqs_queue.q", "mode": "managed", "type": "aws_sqs_queue", "name": "q", "values": values}
    state = {"format_version": "1.0", "terraform_version": "1.11.4", "values": {"root_module": {"resources": [entry]}}}
    (tmp_path / "state.json").write_text(json.dumps(state))
    (queue,) = loaded(tmp_path).resources
    assert (queue.type, queue.source, plain(at(queue, "QueueName"))) == ("AWS::SQS::Queue", "terraform-plan", "q")


def test_a_sensitive_value_is_nowhere_in_the_graph(orders: Path) -> None:
    text = (orders / "plan.json").read_text()
    assert SECRET in text
    assert SECRET not in repr(loaded(orders))


def test_plans_may_be_larger_than_templates(orders: Path) -> None:
    data = json.loads((orders / "plan.json").read_text())
    data["prior_state"] = ["x" * 1000] * 11_000
    (orders / "plan.json").write_text(json.dumps(data))
    assert len(of_aws(loaded(orders))) == 9
    graph = loaded(orders, orders / "plan.json", max_plan_bytes=1 << 20)
    assert ["walint reads files of at most 1,048,576" in said for _, said in told(graph)] == [True]


def test_the_cost_of_a_plan_is_linear(tmp_path: Path) -> None:
    took = []
    for count in (300, 1200):
        entry = {"mode": "managed", "type": "aws_sqs_queue", "name": "q"}
        after = {"name_prefix": "q", "delay_seconds": 0}
        told_of = {"address": "aws_sqs_queue.q", "expressions": {"name_prefix": {"references": ["each.key"]}}}
        changes = [
            entry
            | {"address": f'aws_sqs_queue.q["{index}"]'}
            | {"change": {"actions": ["create"], "after": after, "after_unknown": {"arn": True}}}
            for index in range(count)
        ]
        root = {"root_module": {"resources": [entry | told_of]}}
        plan = {"format_version": "1.2", "resource_changes": changes, "configuration": root}
        file = tmp_path / f"{count}.json"
        file.write_text(json.dumps(plan, indent=2))
        started = time.process_time()
        assert len(load([file], SourceSettings(root=tmp_path)).resources) == count
        took.append(time.process_time() - started)
    assert took[1] < 12 * took[0]


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside the checkout")
def test_every_plan_of_the_corpus_is_read() -> None:
    graphs = {file: load([file], SourceSettings(root=CORPUS)) for file in sorted(CORPUS.rglob("*.json"))}
    plans = [graph for graph in graphs.values() if any(r.source == "terraform-plan" for r in graph.resources)]
    errors = {file: told(graph) for file, graph in graphs.items() if any(p.level == "error" for p in graph.problems)}
    assert len(plans) > 70
    assert errors == {}
