"""Whole stacks and root modules as resources of their own, for rules that ask what a deployment holds as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from walint.model.resource import Resource, outermost
from walint.model.span import Span
from walint.model.value import Known

if TYPE_CHECKING:
    from walint.model.graph import Graph

STACK = "Walint::Stack"
ROOT_MODULE = "Walint::TerraformRoot"
"""What a directory has in which Terraform is run."""


def stacks(graph: Graph) -> Iterator[Resource]:
    """A pseudo-resource for each template that is no other's nested stack, and for each root module.

    It stands at the top of the file that declares its first resource. Accounts have one of their own.
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
        span = Span(path, 1, 1, 1, 1)
        protected = graph.assembled.get(path)
        reusable = resource.source == "terraform" and unit not in run
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
