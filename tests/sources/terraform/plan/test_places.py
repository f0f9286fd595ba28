"""Lines of the configuration, by address. The plans in `real` were made by Terraform 1.11."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.sources.terraform.plan.conftest import PLANS, places_in, plain, read
from walint.model.value import Known
from walint.sources.terraform.plan.document import parse
from walint.sources.terraform.plan.places import Route
from walint.sources.terraform.resource import TerraformResource

PROBES = (Path(__file__).parents[4].parent / "shared" / "terraform_probes").resolve()


def read_in(folder: Path) -> dict[str, TerraformResource]:
    plan = parse((folder / "plan.json").read_text(), "plan.json")
    assert plan is not None
    return {resource.address: resource for resource in read(plan, places_in(folder))}


def test_a_plan_of_terraform_is_mapped_line_by_line() -> None:
    found = read_in(PLANS / "real")
    spans = {address: (one.span.path, one.span.start_line) for address, one in found.items() if one.span}
    assert spans == {
        "terraform_data.src": ("main.tf", 10),
        "terraform_data.list": ("main.tf", 11),
        "terraform_data.other": ("main.tf", 14),
        "terraform_data.null_arg": ("main.tf", 17),
        "terraform_data.fn": ("main.tf", 21),
        'terraform_data.each["a"]': ("main.tf", 27),
        'terraform_data.each["b.c"]': ("main.tf", 27),
        'module.m["a"].terraform_data.x[0]': ("m/main.tf", 3),
        'module.m["a"].terraform_data.x[1]': ("m/main.tf", 3),
        'module.m["b.c"].terraform_data.x[0]': ("m/main.tf", 3),
        'module.m["b.c"].terraform_data.x[1]': ("m/main.tf", 3),
        'module.m["a"].module.inner.terraform_data.z': ("m/inner/main.tf", 2),
        'module.m["b.c"].module.inner.terraform_data.z': ("m/inner/main.tf", 2),
    }
    assert {one.declared for address, one in found.items() if address.endswith(("x[0]", "x[1]"))} == {("m/main.tf", 36)}


def test_a_plan_of_terraform_has_its_values() -> None:
    found = {address: plain(one.body) for address, one in read_in(PLANS / "real").items()}
    hidden = "? it is marked as sensitive, so walint does not look at it"
    later = "? known after apply, from terraform_data.src.id"
    assert found["terraform_data.other"] == {
        "triggers_replace": {"a": later, "b": later, "c": hidden, "d": ["q", later]}
    }
    assert found["terraform_data.null_arg"] == {"triggers_replace": []}
    assert found["terraform_data.list"] == {
        "input": ["-> terraform_data.src.id", "k", "-> terraform_data.other.id", None]
    }
    assert found['terraform_data.each["b.c"]'] == {"input": "y"}


@pytest.mark.skipif(not PROBES.is_dir(), reason="the probes are not beside the checkout")
def test_every_probe_is_found_on_its_line() -> None:
    found = read_in(PROBES)
    texts = {path.relative_to(PROBES).as_posix(): path.read_text().splitlines() for path in PROBES.rglob("*.tf*")}
    right = [one for one in found.values() if one.span and _heads(texts[one.span.path][one.span.start_line - 1], one)]
    plan = json.loads((PROBES / "plan.json").read_text())
    assert len(right) == sum(change["mode"] == "managed" for change in plan["resource_changes"])


def _heads(line: str, resource: TerraformResource) -> bool:
    """Whether a line is the head of a resource's block."""
    return f'"{resource.name}"' in line


@pytest.fixture
def written(tmp_path: Path) -> Path:
    (tmp_path / "main.tf").write_text(
        """\
resource "aws_thing" "a" {
  plain = 1
  map = {
    key = "v"
  }
  list = [1,
    2]
  block {
    inner = 3
  }
  block {
    inner = 4
    deep { x = 5 }
  }
  dynamic "made" {
    for_each = [1]
    content {
      inner = 6
    }
  }
}
""",
        encoding="utf-8",
    )
    (tmp_path / "over_override.tf").write_text('resource "aws_thing" "a" {\n\n  plain = 2\n}\n', encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("route", "expected"),
    [
        ((), ("main.tf", 1, 1)),
        (("plain",), ("over_override.tf", 3, 11)),
        (("map", "key"), ("main.tf", 4, 11)),
        (("map", "none"), ("main.tf", 3, 9)),
        (("list", 1), ("main.tf", 7, 5)),
        (("list", 7), ("main.tf", 6, 10)),
        (("block",), ("main.tf", 8, 3)),
        (("block", 1), ("main.tf", 11, 3)),
        (("block", 1, "inner"), ("main.tf", 12, 13)),
        (("block", 1, "deep", 0, "x"), ("main.tf", 13, 16)),
        (("block", 1, "none"), ("main.tf", 11, 3)),
        (("made", 0, "inner"), ("main.tf", 18, 15)),
        (("made", 3, "inner"), ("main.tf", 18, 15)),
        (("none",), ("main.tf", 1, 1)),
    ],
)
def test_a_value_is_found_where_it_is_written(written: Path, route: Route, expected: tuple[str, int, int]) -> None:
    place = places_in(written).of((), "aws_thing", "a")
    assert place is not None
    span = place.at(route)
    assert (span.path, span.start_line, span.start_column) == expected


def test_a_dynamic_block_is_known_as_one(written: Path) -> None:
    place = places_in(written).of((), "aws_thing", "a")
    assert place is not None
    assert [name for name in ("made", "block", "none") if place.is_dynamic(name)] == ["made"]


@pytest.fixture
def calling(tmp_path: Path) -> Path:
    """A root that calls a module which was downloaded, and one which was not."""
    (tmp_path / "main.tf").write_text(
        '\nmodule "there" {\n  source = "terraform-aws-modules/sqs/aws"\n}\n'
        '\nmodule "missing" {\n  source = "terraform-aws-modules/sns/aws"\n}\n',
        encoding="utf-8",
    )
    inside = tmp_path / ".terraform" / "modules" / "there"
    inside.mkdir(parents=True)
    (inside / "main.tf").write_text('\n\nresource "aws_sqs_queue" "this" {}\n', encoding="utf-8")
    manifest = {"Modules": [{"Key": "", "Dir": "."}, {"Key": "there", "Dir": ".terraform/modules/there"}]}
    (inside.parent / "modules.json").write_text(json.dumps(manifest), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (("there", "aws_sqs_queue"), (2, "it is declared in .terraform/modules/there/main.tf:3")),
        (("missing", "aws_sns_topic"), (6, "it is declared in module.missing, which is not on disk")),
        (("unheard_of", "aws_sns_topic"), None),
        (("there", "aws_sns_topic"), None),
    ],
)
def test_what_others_wrote_is_shown_at_the_call(calling: Path, address: tuple[str, str], expected: Any) -> None:
    place = places_in(calling).of((address[0],), address[1], "this")
    assert (place and (place.span.start_line, place.note)) == expected


def test_lifecycle_is_taken_from_the_configuration() -> None:
    found = read_in(PLANS / "orders")["aws_db_instance.orders"]
    lifecycle = found.meta["lifecycle"]
    assert isinstance(lifecycle, Known)
    assert plain(lifecycle) == {"prevent_destroy": True}
