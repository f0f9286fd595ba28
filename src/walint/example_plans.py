"""Plans in rule examples: written short, as YAML by address, and made into what `terraform show -json` prints.

    aws_lambda_function.orders:          # finding
      function_name: orders
      tracing_config: [{mode: PassThrough}]
      (known after apply): [arn, {tracing_config: [{mode: true}]}]

Arguments and blocks are those of `after`: blocks are lists. `(known after apply)` lists what `after_unknown` marks: a
name for all of an argument, or a mapping as Terraform writes it. `(configuration)` holds the expressions of the
configuration as the format has them; without it, every argument that has a value counts as configured by a constant.
A top-level key `(plan)` is merged into the document ("variables", "configuration").
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import yaml

from walint.errors import WalintError

_AFTER_APPLY, _CONFIGURATION, _PLAN = "(known after apply)", "(configuration)", "(plan)"

_SEE = "see docs/writing-rules.md, Examples are the tests"


class ExampleError(WalintError):
    """An example that describes nothing."""


def plan_document(text: str) -> str:
    """The JSON text of the plan that an example describes.

    Raises `yaml.YAMLError` for text that is no YAML, and `ExampleError` for YAML that describes no plan.
    """
    written: Mapping[str, Any] = _checked(yaml.safe_load(text))
    changes, configured = [], []
    for address, entry in written.items():
        if address == _PLAN:
            continue
        resource_type, name = address.rpartition("module.")[2].split(".")[-2:]
        name = name.partition("[")[0]
        after = {key: value for key, value in entry.items() if not key.startswith("(")}
        named = {"address": address, "mode": "managed", "type": resource_type, "name": name}
        unknown = _unknown(entry.get(_AFTER_APPLY, ()))
        change = {
            "actions": ["create"],
            "before": None,
            "after": after,
            "after_unknown": unknown,
            "after_sensitive": {},
        }
        changes.append({**named, "change": change})
        expressions = entry.get(_CONFIGURATION, {key: _constant(value) for key, value in after.items()})
        configured.append({**named, "address": f"{resource_type}.{name}", "expressions": expressions})
    extra = written.get(_PLAN, {})
    root_module = {"resources": configured, **extra.get("configuration", {})}
    document = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {}},
        "resource_changes": changes,
        **extra,
        "configuration": {"provider_config": {"aws": {"name": "aws"}}, "root_module": root_module},
    }
    return json.dumps(document)


def _checked(written: Any) -> Mapping[str, Any]:
    if not isinstance(written, Mapping):
        raise ExampleError("a plan is a map of addresses", help=_SEE)
    for address, entry in written.items():
        if address != _PLAN and "." not in str(address):
            raise ExampleError(f"{address} is no address of a resource, such as aws_sqs_queue.orders", help=_SEE)
        if not isinstance(entry, Mapping):
            raise ExampleError(f"{address} is no map of arguments", help=_SEE)
    return written


def _unknown(entries: list[str | Mapping[str, Any]]) -> dict[str, Any]:
    marked: dict[str, Any] = {}
    for entry in entries:
        marked.update({entry: True} if isinstance(entry, str) else entry)
    return marked


def _constant(value: Any) -> Any:
    """An argument's expression: blocks are lists of their arguments' expressions, other values constants."""
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        return [{key: _constant(member) for key, member in item.items()} for item in value]
    return {"constant_value": value}
