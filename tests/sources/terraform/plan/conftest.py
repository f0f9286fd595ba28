"""Plans for tests: read from files, or put together from the parts that matter."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from walint.model.graph import Graph
from walint.model.value import Absent, Alternatives, Known, Reference, Text, Unknown, Value
from walint.sources.discover import Files
from walint.sources.settings import SourceSettings
from walint.sources.terraform.loader import TerraformLoader
from walint.sources.terraform.plan.document import Plan, parse
from walint.sources.terraform.plan.lines import Lines
from walint.sources.terraform.plan.places import Places
from walint.sources.terraform.plan.reading import Reader
from walint.sources.terraform.resource import TerraformResource

PLANS = Path(__file__).parents[3] / "fixtures" / "terraform" / "plans"


def plain(value: Value) -> Any:
    """A value as plain data: "? reason" for an unknown, "-> address.attribute" for a reference."""
    match value:
        case Known(data, _, _, rest):
            if isinstance(data, Mapping):
                return {key: plain(member) for key, member in data.items()}
            if isinstance(data, (list, tuple)):
                more = [f"... {rest.reason}"] if rest else []
                return [*(plain(member) for member in data), *more]
            return data
        case Unknown(reason):
            return f"? {reason}"
        case Reference(target, attribute):
            return f"-> {target.partition('#')[2]}.{attribute}"
        case Text(pieces):
            return "".join(piece if isinstance(piece, str) else f"<{plain(piece)}>" for piece in pieces)
        case Absent() | Alternatives():
            return value


def parsed(data: object) -> Plan:
    """The plan in data that are written out as JSON first."""
    made = parse(json.dumps(data), "plan.json")
    assert made is not None
    return made


def change(address: str, after: dict[str, Any], unknown: object = None, **more: Any) -> dict[str, Any]:
    """An entry of `resource_changes`: something that is created, if nothing else is said."""
    module, _, local = address.rpartition("module.")
    if module or address.startswith("module."):
        name, _, local = local.partition(".")
        module = f"{module}module.{name}"
    type_, _, name = local.partition(".")
    entry = {
        "address": address,
        **({"module_address": module} if module else {}),
        "mode": "managed",
        "type": type_,
        "name": name.partition("[")[0],
        "change": {
            "actions": more.pop("actions", ["create"]),
            "after": after,
            "after_unknown": unknown or {},
            "after_sensitive": more.pop("sensitive", {}),
        },
    }
    return entry | more


def block(address: str, **expressions: Any) -> dict[str, Any]:
    """An entry of the resources in `configuration`."""
    type_, _, name = address.partition(".")
    return {
        "address": address,
        "mode": "managed",
        "type": type_,
        "name": name,
        "provider_config_key": "aws",
        "expressions": expressions,
    }


def plan_of(*changes: dict[str, Any], blocks: list[dict[str, Any]] | None = None, **more: Any) -> Plan:
    """A plan of some changes, made from some blocks of the root module; without a configuration if None."""
    data: dict[str, Any] = {"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": list(changes)}
    if blocks is not None:
        data["configuration"] = {"provider_config": {}, "root_module": {"resources": blocks}}
    return parsed(data | more)


def read(plan: Plan, places: Places | None = None) -> list[TerraformResource]:
    return list(Reader(plan, "unit", places, Lines("{}", plan.path)).resources())


@pytest.fixture
def body() -> Callable[..., Any]:
    """The body of the one resource of a plan, as plain data."""

    def make(
        after: dict[str, Any], unknown: object = None, told: dict[str, Any] | None = None, **more: Any
    ) -> dict[str, Any]:
        blocks = None if told is None else [block("aws_thing.a", **told)]
        (only,) = read(plan_of(change("aws_thing.a", after, unknown, **more), blocks=blocks))
        found: dict[str, Any] = plain(only.body)
        return found

    return make


def places_in(folder: Path) -> Places:
    """The configuration in a folder."""
    settings, graph = SourceSettings(root=folder), Graph()
    files = Files(settings, graph)
    loader = TerraformLoader(settings, graph, files, lambda _resource: False)
    configuration = loader.configuration(str(folder))
    assert not isinstance(configuration, str)
    return Places(configuration, loader.configuration, files)
