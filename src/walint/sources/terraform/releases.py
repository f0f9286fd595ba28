"""Which major version of the AWS provider a configuration uses, as far as it says so.

https://developer.hashicorp.com/terraform/language/expressions/version-constraints
https://developer.hashicorp.com/terraform/language/files/dependency-lock
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from walint.patterns import lazy
from walint.sources.terraform.config import Part
from walint.sources.terraform.files import MissingFileError
from walint.sources.terraform.values import EvaluationError

if TYPE_CHECKING:
    from walint.sources.terraform.module import Module
    from walint.sources.terraform.root import Root

_PROVIDER = "aws"
_LOCK_FILE = ".terraform.lock.hcl"
_LOCKED = lazy(r'provider\s+"registry\.[\w.]+/hashicorp/aws"\s*\{[^}]*?\bversion\s*=\s*"v?(\d+)')
_CONDITION = lazy(r"^\s*(=|!=|>=|<=|~>|<|>)?\s*v?(\d+)(?:\.(\d+))?(?:\.(\d+))?[\w.+-]*\s*$")


def is_before(module: Module, major: int) -> bool:
    """Whether the AWS provider of a module is surely of a version before this major one.

    The lock file has the exact version; else the module's own constraint, or one of those that lead to it, must exclude
    the others. What says nothing is taken to be up to date.
    """
    locked = _locked(module.root)
    if locked is not None:
        return locked < major
    at: Module | None = module
    while at is not None:
        if any(excludes(constraint, major) for constraint in _constraints(at)):
            return True
        at = at.call.module if at.call else None
    return False


def excludes(constraint: str, major: int) -> bool:
    """Whether a version constraint allows no version from `major`.0.0 on: "~> 4.0" and ">= 3.0, < 5.0" exclude 5."""
    return any(_excludes(condition, major) for condition in constraint.split(","))


def _excludes(condition: str, major: int) -> bool:
    found = _CONDITION.match(condition)
    if found is None:
        return False
    operator, first, *others = found.groups()
    number = int(first)
    match operator or "=":
        case "=" | "<=":
            return number < major
        case "<":
            return number < major or (number == major and not any(int(other or 0) for other in others))
        case "~>":  # "~> 4" lets the major version grow
            return others[0] is not None and number < major
        case _:
            return False


def _locked(root: Root) -> int | None:
    if root.locked is None:
        try:
            text = root.sandbox.read(_LOCK_FILE)
        except (MissingFileError, EvaluationError):
            text = ""
        found = _LOCKED.search(text) if isinstance(text, str) else None
        root.locked = int(found[1]) if found else -1
    return None if root.locked < 0 else root.locked


def _constraints(module: Module) -> Iterator[str]:
    """What a module demands of the provider's version, in `required_providers` or where it once stood."""
    for declared in module.configuration.providers.values():
        if declared.labels == [_PROVIDER] and "version" in declared.body.attributes:
            yield from _text(module.evaluate(declared.body.attributes["version"]))
    for part in module.configuration.settings:
        for block, file in part.body.named("required_providers"):
            attribute = Part.of(block.body, file).attributes.get(_PROVIDER)
            asked = module.evaluate(attribute) if attribute else None
            yield from _text(asked.get("version") if isinstance(asked, dict) else asked)


def _text(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
