"""Called modules: where they are, what is passed into them, which providers they see, and which folders are roots."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.sources.terraform.building import plain
from tests.sources.terraform.conftest import Judged
from walint.model.graph import Graph
from walint.model.value import Known

QUEUE = """
variable "name" { default = "default" }
resource "aws_sqs_queue" "q" {
  name = var.name
}
output "arn" { value = aws_sqs_queue.q.arn }
"""
OUTSIDE = "lies outside the folder that is checked"


def test_references_cross_modules(judge: Callable[..., Judged]) -> None:
    judged = judge(
        {
            "main.tf": 'module "a" {\n  source = "./m"\n  for_each = { x = 1 }\n  name = "n"\n}\n'
            'resource "aws_sns_topic" "t" {\n  name = module.a["x"].arn\n  list = values(module.a)[*].arn\n}\n',
            "m/main.tf": QUEUE,
        }
    )
    reference = '<ref module.a["x"].aws_sqs_queue.q.arn>'
    assert judged["aws_sns_topic.t"] == {"name": reference, "list": [reference]}
    resource = judged.by_address['module.a["x"].aws_sqs_queue.q']
    assert (resource.module, resource.declared[0], resource.note) == ('module.a["x"]', "m/main.tf", "")


def test_an_identity_is_a_reference_with_its_text(judge: Callable[..., Judged]) -> None:
    judged = judge(QUEUE + 'resource "x_y" "z" {\n  a = aws_sqs_queue.q.name\n  b = "${aws_sqs_queue.q.name}-dlq"\n}\n')
    value = judged.by_address["x_y.z"].body.data["a"]  # type: ignore[index, call-overload]
    assert (value.target, value.attribute, value.text) == (".#aws_sqs_queue.q", "name", "default")


def test_a_module_that_is_not_on_disk(judge: Callable[..., Judged]) -> None:
    judged = judge(
        QUEUE
        + """
resource "aws_sqs_queue" "other" { name = "other-queue" }
resource "aws_sqs_queue" "free" { name = "free" }
module "far" {
  source  = "terraform-aws-modules/x/aws"
  version = "1.0.0"
  queues  = { a = [aws_sqs_queue.q.arn], b = "other-queue" }
}
resource "x_y" "z" { a = "x-${module.far.id}" }
"""
    )
    reason = "module.far (terraform-aws-modules/x/aws) is not on disk"
    assert judged["x_y.z"] == {"a": f"x-<unknown: {reason}>"}
    assert [(one.reason, one.names, one.nested) for one in judged.result.unseen] == [
        (reason, frozenset({".#aws_sqs_queue.q", ".#aws_sqs_queue.other"}), False)
    ]
    assert judged.messages == [f"note: {reason}; what it declares is unknown"]


def test_a_well_known_module_that_is_not_on_disk_hides_only_what_it_declares(judge: Callable[..., Judged]) -> None:
    judged = judge(
        QUEUE
        + """
module "label" {
  source = "cloudposse/label/null"
  queue  = aws_sqs_queue.q.arn
}
module "log" {
  source = "terraform-aws-modules/security-group/aws"
  queue  = aws_sqs_queue.q.arn
}
"""
    )
    assert [(one.types, one.names) for one in judged.result.unseen] == [
        (frozenset(), frozenset({".#aws_sqs_queue.q"})),
        (frozenset({"AWS::EC2::SecurityGroup"}), frozenset({".#aws_sqs_queue.q"})),
    ]


def test_a_fetched_module_is_blamed_where_it_is_called(judge: Callable[..., Judged]) -> None:
    installed = {"Modules": [{"Key": "", "Dir": "."}, {"Key": "far", "Dir": ".terraform/modules/far"}]}
    judged = judge(
        {
            "main.tf": 'module "far" {\n  source = "example/far/aws"\n  name = "given"\n}\n',
            ".terraform/modules/modules.json": json.dumps(installed),
            ".terraform/modules/far/main.tf": QUEUE + 'module "inner" { source = "./inner" }\n',
            ".terraform/modules/far/inner/main.tf": 'resource "aws_sns_topic" "t" {\n  name = "t"\n}\n',
        }
    )
    queue = judged.by_address["module.far.aws_sqs_queue.q"]
    topic = judged.by_address["module.far.module.inner.aws_sns_topic.t"]
    assert judged["module.far.aws_sqs_queue.q"] == {"name": "given"}
    assert queue.span == topic.span
    assert queue.span is not None
    assert (queue.span.path, queue.span.start_line) == ("main.tf", 1)
    assert queue.declared[0] == ".terraform/modules/far/main.tf"
    assert topic.note == "it is declared in .terraform/modules/far/inner/main.tf:1"
    assert judged.messages == []


@pytest.mark.parametrize(
    "listed", ["{", "[]", '{"Modules": [1, {"Key": 1}]}', '{"Modules": [{"Key": "far", "Dir": "/etc"}]}']
)
def test_a_strange_list_of_fetched_modules(listed: str, judge: Callable[..., Judged]) -> None:
    judged = judge(
        {"main.tf": 'module "far" {\n  source = "example/far/aws"\n}\n', ".terraform/modules/modules.json": listed}
    )
    assert judged.addresses == []
    assert len(judged.result.unseen) == 1


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("./", "error: module.m calls itself"),
        ("../../../../../../etc", f"error: the source of module.m (../../../../../../etc) {OUTSIDE}"),
        ("./none", "error: the source of module.m (./none) is not there"),
        ("./empty", "error: the source of module.m (./empty) holds no configuration"),
        ("./link", f"error: the source of module.m (./link) {OUTSIDE}"),
    ],
)  # fmt: skip
def test_a_source_that_leads_nowhere(
    source: str, message: str, judge: Callable[..., Judged], write: Callable[..., Path]
) -> None:
    root = write({"main.tf": f'module "m" {{\n  source = "{source}"\n}}\n{QUEUE}', "empty/x.txt": ""})
    (root / "link").symlink_to("/etc")
    judged = judge(root)
    assert judged.addresses == ["aws_sqs_queue.q"]
    assert judged.messages == [message]


PROVIDERS = """
provider "aws" {
  region = "eu-west-1"
  default_tags {
    tags = { Team = "a" }
  }
}
provider "aws" {
  alias  = "us"
  region = var.region
}
variable "region" {}
"""


def provider_of(judged: Judged, address: str) -> tuple[str, Any, Any]:
    provider = judged.by_address[address].provider
    assert provider is not None
    return provider.name, judged.shown(provider.region), judged.shown(provider.default_tags)


def test_providers(judge: Callable[..., Judged]) -> None:
    judged = judge(
        {
            "main.tf": PROVIDERS
            + """
resource "aws_sqs_queue" "default" {}
resource "aws_sqs_queue" "us" { provider = aws.us }
module "inherits" { source = "./m" }
module "passed" {
  source    = "./m"
  providers = { aws = aws.us }
}
module "alias" {
  source    = "./alias"
  providers = { aws.other = aws.us }
}
module "own" { source = "./own" }
resource "other_thing" "x" {}
""",
            "m/main.tf": 'provider "aws" {}\nresource "aws_sqs_queue" "q" {}\n',
            "alias/main.tf": 'resource "aws_sqs_queue" "q" { provider = aws.other }\n',
            "own/main.tf": 'provider "aws" { region = "ap-south-1" }\nresource "aws_sqs_queue" "q" {}\n',
        }
    )
    default = ("aws", "eu-west-1", {"Team": "a"})
    us = ("aws.us", "<unknown: variable region has no value>", {})
    assert {address: provider_of(judged, address) for address in judged.addresses} == {
        "aws_sqs_queue.default": default,
        "aws_sqs_queue.us": us,
        "module.inherits.aws_sqs_queue.q": default,
        "module.passed.aws_sqs_queue.q": us,
        "module.alias.aws_sqs_queue.q": us,
        "module.own.aws_sqs_queue.q": ("module.own.aws", "ap-south-1", {}),
        "other_thing.x": ("other", "<absent>", {}),
    }


def keys(graph: Graph) -> list[str]:
    return [resource.key for resource in graph.resources if not resource.type.startswith("Walint::")]


def test_a_root_is_what_nobody_calls(scan: Callable[..., Graph]) -> None:
    graph = scan(
        {
            "live/prod/main.tf": 'provider "aws" {}\nmodule "q" {\n  source = "../../modules/q"\n  name = "prod"\n}\n',
            "live/dev/main.tf": 'provider "aws" {}\nmodule "q" {\n  source = "../../modules/q"\n  name = "dev"\n}\n',
            "modules/q/main.tf": QUEUE,
            "modules/lonely/main.tf": QUEUE,
        }
    )
    assert keys(graph) == [
        "live/dev#module.q.aws_sqs_queue.q",
        "live/prod#module.q.aws_sqs_queue.q",
        "modules/lonely#aws_sqs_queue.q",
    ]
    notes = {resource.key: resource.note for resource in graph.resources}
    assert notes["live/dev#module.q.aws_sqs_queue.q"] == ""
    assert notes["modules/lonely#aws_sqs_queue.q"] == (
        "nobody here calls this module: it is judged with the defaults of its variables"
    )
    assert graph.files == [
        "live/dev/main.tf",
        "modules/q/main.tf",
        "live/prod/main.tf",
        "modules/lonely/main.tf",
    ]
    assert graph.unit_files["live/prod"] == {"live/prod/main.tf", "modules/q/main.tf"}


def test_modules_that_call_each_other_are_still_judged(scan: Callable[..., Graph]) -> None:
    graph = scan(
        {
            "a/main.tf": QUEUE + 'module "b" { source = "../b" }\n',
            "b/main.tf": QUEUE + 'module "a" { source = "../a" }\n',
        }
    )
    assert keys(graph) == ["a#aws_sqs_queue.q", "a#module.b.aws_sqs_queue.q"]
    assert [problem.message for problem in graph.problems if problem.level == "error"] == ["module.a calls itself"]


def test_a_named_file_stands_for_its_directory(scan: Callable[..., Graph]) -> None:
    files = {
        "app/main.tf": QUEUE,
        "app/more.tf": 'resource "aws_sns_topic" "t" {}\n',
        "app/x.tfvars": "",
        "b/main.tf": QUEUE,
    }
    for path in ("app/more.tf", "app/x.tfvars"):
        assert keys(scan(files, [path])) == ["app#aws_sqs_queue.q", "app#aws_sns_topic.t"]


def test_a_called_module_outside_of_the_named_folder_is_read(scan: Callable[..., Graph]) -> None:
    graph = scan({"app/main.tf": 'module "q" { source = "../q" }\n', "q/main.tf": QUEUE}, ["app"])
    assert keys(graph) == ["app#module.q.aws_sqs_queue.q"]


def test_an_opaque_module_of_a_folder_above_decides_nothing_below(scan: Callable[..., Graph]) -> None:
    """One root module lies in the folder of another, and is not nested in it as a stack is in a template."""
    graph = scan(
        {
            "infra/main.tf": 'module "far" { source = "example/far/aws" }\n',
            "infra/prod/main.tf": QUEUE,
        }
    )
    assert [(one.unit, one.nested) for one in graph.unseen] == [("infra", False)]


def test_values_of_a_known_provider_reach_the_graph(scan: Callable[..., Graph]) -> None:
    graph = scan({"main.tf": 'provider "aws" {\n  default_tags {\n    tags = { Team = "a" }\n  }\n}\n' + QUEUE})
    properties = graph.resources[0].properties
    assert isinstance(properties, Known)
    assert isinstance(properties.data, dict)
    tags = properties.data["Tags"]
    assert isinstance(tags, Known)
    assert [(tag.data["Key"].data, tag.data["Value"].origin) for tag in tags.data] == [("Team", "inherited")]  # type: ignore[union-attr]


def test_a_resource_that_nothing_declares(judge: Callable[..., Judged]) -> None:
    judged = judge('resource "x_y" "z" {\n  a = aws_vpc.gone.id\n  b = aws_vpc.gone[0].arn\n}\n')
    assert judged["x_y.z"] == {"a": "<ref aws_vpc.gone.id>", "b": "<ref aws_vpc.gone[0].arn>"}
    assert judged.messages == ["note: aws_vpc.gone is referred to and not declared; Terraform would stop"]


def test_what_a_root_hands_out(scan: Callable[..., Graph]) -> None:
    graph = scan(
        {
            "main.tf": QUEUE.replace('"arn"', '"one"')
            + 'resource "aws_sns_topic" "t" {}\n'
            + 'output "many" { value = { a = aws_sns_topic.t, b = [aws_sqs_queue.q.name, "text"], c = var.name } }\n'
            + 'output "secret" {\n  value = "secret"\n  sensitive = true\n}\n'
        }
    )
    outputs = [one for one in graph.resources if one.type == "Walint::Output"]
    values = {one.key: one.properties.data["Value"] for one in outputs}  # type: ignore[union-attr, index, call-overload]
    assert {key: (value.target, value.attribute) for key, value in values.items()} == {
        ".#output.one": (".#aws_sqs_queue.q", "Arn"),
        ".#output.many[0]": (".#aws_sns_topic.t", "Ref"),
        ".#output.many[1]": (".#aws_sqs_queue.q", "QueueName"),
    }


def test_a_root_module_is_a_resource(scan: Callable[..., Graph]) -> None:
    graph = scan(
        {
            "main.tf": QUEUE + 'module "inner" {\n  source = "./inner"\n  name   = "n"\n}\n',
            "versions.tf": 'terraform {\n  required_version = ">= 1.5"\n  required_providers { aws = "~> 5.0" }\n'
            '  backend "s3" {\n    bucket = "b"\n    key = "k"\n    use_lockfile = true\n  }\n}\n',
            "inner/main.tf": 'provider "aws" {}\n' + QUEUE,
        }
    )
    (root,) = [one for one in graph.resources if one.type == "Walint::TerraformRoot"]
    assert (root.key, root.name, root.span and root.span.path) == (".#terraform", ".", "versions.tf")
    assert plain(root.properties) == {
        "Folder": ".",
        "RequiredVersion": ">= 1.5",
        "Backend": {"Type": "s3", "UseLockfile": True},
        "Providers": [{"Name": "aws", "Version": "~> 5.0"}],
        "LockFile": False,
    }
