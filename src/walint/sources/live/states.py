"""Terraform states as files: which resources of AWS they manage. Nothing but ids, ARNs and addresses is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from walint.catalog.identity import identified_types, identity_of, terraform_attribute
from walint.errors import WalintError
from walint.sources.live.managed import StateEntry

_VERSION: Final = 4
_MOST_BYTES: Final = 200_000_000
_HELP: Final = "name the output of `terraform state pull`"


class StateError(WalintError):
    """A file that is no Terraform state that walint can read."""


def read_state(path: Path, shown: str) -> list[StateEntry]:
    """What a state manages, in its order. `shown` is its name in reports. Raises `StateError`.

    The format is version 4, that of Terraform since 0.12 and of OpenTofu (statefile/version4.go of both).
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(_MOST_BYTES + 1)
    except OSError as error:
        raise StateError(f"cannot be read: {error.strerror}", where=shown, help=_HELP) from error
    if len(data) > _MOST_BYTES:
        raise StateError(f"larger than {_MOST_BYTES:,} bytes", where=shown)
    try:
        state = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise StateError("not a Terraform state: no JSON", where=shown, help=_HELP) from error
    if not isinstance(state, dict) or not isinstance(state.get("resources"), list):
        raise StateError("not a Terraform state: it has no resources", where=shown, help=_HELP)
    if state.get("version") != _VERSION:
        raise StateError(f"a state of version {state.get('version')}; walint reads version 4", where=shown, help=_HELP)
    return [entry for resource in state["resources"] for entry in _entries(resource, shown)]


def _entries(resource: Any, shown: str) -> Iterator[StateEntry]:
    if not isinstance(resource, dict) or resource.get("mode") != "managed":
        return
    terraform_type, name, module = (resource.get(key) for key in ("type", "name", "module"))
    types = _types().get(str(terraform_type), ())
    instances = resource.get("instances")
    for instance in instances if isinstance(instances, list) else ():
        attributes = instance.get("attributes") if isinstance(instance, dict) else None
        found = _identifiers(str(terraform_type), attributes) if isinstance(attributes, dict) else frozenset()
        if types and found:
            key = "" if instance.get("index_key") is None else f"[{json.dumps(instance['index_key'])}]"
            head = f"{module}." if module else ""
            yield StateEntry(types, found, shown, f"{head}{terraform_type}.{name}{key}")


def _identifiers(terraform_type: str, attributes: Mapping[str, Any]) -> frozenset[str]:
    """What AWS knows the resource by. An ARN says the account and the region, so that it alone counts."""
    texts = {
        (terraform_attribute(terraform_type, name) or name): value
        for name, value in attributes.items()
        if isinstance(value, str) and value and (name == "arn" or terraform_attribute(terraform_type, name))
    }
    return frozenset([texts["arn"].removesuffix(":*")] if "arn" in texts else texts.values())


@cache
def _types() -> Mapping[str, tuple[str, ...]]:
    """Terraform type -> the CloudFormation types that it may be."""
    found: dict[str, list[str]] = {}
    for type_name in identified_types():
        identity = identity_of(type_name)
        for terraform_type in identity.terraform if identity is not None else ():
            found.setdefault(terraform_type, []).append(type_name)
    return {name: tuple(types) for name, types in found.items()}
