"""What well-known modules of the Terraform Registry declare: data/terraform_modules.yaml, compiled."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from walint.catalog.compiled import CatalogError, JsonValue, compiled, read_yaml, register
from walint.catalog.terraform import bound_types, row_of
from walint.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_FILE: Final = Path(__file__).resolve().parent / "data" / "terraform_modules.yaml"
_REGISTRY = lazy(r"^(?:registry\.terraform\.io/)?([\w-]+/[\w-]+/[\w-]+)(?://(?:modules/)?([^?]+))?$")
_GITHUB = lazy(
    r"^(?:git::)?(?:https://|ssh://git@|git@)?github\.com[/:]([\w-]+)/terraform-([a-z0-9]+)-([\w-]+?)(?:\.git)?"
    r"(?://(?:modules/)?([^?]+))?(?:\?.*)?$"
)
"""The same module at its source: the registry takes modules from repositories of this name only."""


def declared_by(source: str) -> frozenset[str] | None:
    """The CloudFormation types that a module declares, by the `source` of the call; None where it may declare any.

    `terraform-aws-modules/vpc/aws`, `terraform-aws-modules/ecs/aws//modules/service` and the repositories of such
    modules on GitHub are understood.
    """
    found = _REGISTRY.match(source)
    if found:
        name, submodule = found.groups()
    else:
        hosted = _GITHUB.match(source)
        if hosted is None:
            return None
        owner, provider, stem, submodule = hosted.groups()
        name = f"{owner}/{stem}/{provider}"
    entry = _table().get(name)
    if entry is None:
        return None
    inner = entry.get("modules", {})
    patterns = inner.get(submodule, inner.get("*")) if submodule else entry["declares"]
    return None if patterns is None else _types(tuple(patterns))


@cache
def _types(patterns: tuple[str, ...]) -> frozenset[str]:
    """The types that the types of these names become."""
    names = [name for name in bound_types() if any(fnmatchcase(name, pattern) for pattern in patterns)]
    return frozenset(row.type for row in map(row_of, names) if row is not None)


@cache
def _table() -> Mapping[str, Any]:
    found: Mapping[str, Any] = compiled(*_DATA)
    return found


def _build() -> JsonValue:
    """terraform_modules.yaml, checked."""
    written = read_yaml(_FILE)
    for name, entry in written.items():
        modules = entry.get("modules", {})
        if entry.keys() - {"source", "declares", "modules"} or not {"source", "declares"} <= entry.keys():
            message = (
                f"terraform_modules.yaml: {name}: it says the `source`, what the module `declares`, and its `modules`"
            )
            raise CatalogError(message, where=str(_FILE))
        namespace, stem, provider = name.split("/")
        if entry["source"] != f"{namespace}/terraform-{provider}-{stem}":
            message = f"terraform_modules.yaml: {name}: the registry does not take it from {entry['source']}"
            raise CatalogError(message, where=str(_FILE))
        _check(name, (*entry["declares"], *(pattern for patterns in modules.values() for pattern in patterns)))
    return written


def _check(name: str, patterns: Iterable[str]) -> None:
    for pattern in patterns:
        if not any(fnmatchcase(bound, pattern) for bound in bound_types()):
            message = f"terraform_modules.yaml: {name}: terraform.yaml binds no type like {pattern}"
            raise CatalogError(message, where=str(_FILE))


_DATA: Final = register("terraform_modules", [_FILE], _build)
