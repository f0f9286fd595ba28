"""Whole stacks and root modules as resources of their own, for rules that ask what a deployment holds as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from walint.model.resource import Resource, outermost
from walint.model.span import Span
from walint.model.value import Known

if TYPE_CHECKING:
    from walint.model.graph import Graph

STACK = "Walint::Stack"
ROOT_MODULE = "Walint::TerraformRoot"
"""What a directory has in which Terraform is run."""
_EXAMPLES = frozenset(("example", "examples", "test", "tests"))
"""Where the standard structure of a module has its examples and its tests.

https://developer.hashicorp.com/terraform/language/modules/develop/structure
"""


def stacks(graph: Graph) -> Iterator[Resource]:
    """A pseudo-resource for each template that is no other's nested stack, and for each root module.

    It stands at the top of the file that declares its first resource, for Terraform of one in the root module's own
    folder. Accounts have one of their own.
    """
    seen: set[str] = set()
    run = {root.unit for root in graph.of_type(ROOT_MODULE)}
    for resource in graph.resources:
        unit = outermost(resource)
        if unit in seen or resource.source in {"live", "repository"} or resource.type.startswith("Walint::"):
            continue
        seen.add(unit)
        # The first resource of a template may be in a stack that is nested in it; its own file is the unit's name.
        nested = unit != resource.unit
        path = unit if nested or resource.span is None else resource.span.path
        files = graph.unit_files.get(unit, ()) if resource.source.startswith("terraform") else ()
        if files:
            path = _own_file(path, unit, files)
        span = Span(path, 1, 1, 1, 1)
        protected = graph.assembled.get(path)
        reusable = resource.source == "terraform" and (unit not in run or _shows_a_module(unit, files))
        yield Resource(
            key=f"{unit}#(stack)",
            type=STACK,
            address=unit,
            name=unit,
            source=resource.source,
            unit=unit,
            properties=Known({"Name": Known(unit, span), "Reusable": Known(reusable, span)}, span),
            span=span,
            attributes={} if protected is None else {"TerminationProtection": Known(protected, span)},
        )


def _own_file(path: str, unit: str, files: Iterable[str]) -> str:
    """A file of a root module itself, where its first resource is declared in a module that it calls."""
    here = [file for file in files if _folder(file) == unit]
    if _folder(path) == unit or not here:
        return path
    return min(here, key=lambda file: (not file.endswith("main.tf"), not file.endswith(".tf"), file))


def _shows_a_module(unit: str, files: Iterable[str]) -> bool:
    """Whether a root module is an example or a test of a module: in a folder of that name, of one that is beside it."""
    steps = unit.split("/")
    for at, step in enumerate(steps):
        if step in _EXAMPLES:
            above, here = "/".join(steps[:at]) or ".", "/".join(steps[: at + 1])
            if any(_is_within(_folder(file), above) and not _is_within(_folder(file), here) for file in files):
                return True
    return False


def _folder(path: str) -> str:
    return path.rpartition("/")[0] or "."


def _is_within(folder: str, above: str) -> bool:
    return above in {".", folder} or folder.startswith(f"{above}/")
