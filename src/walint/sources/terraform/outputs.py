"""The outputs of a root module, through which others learn of its resources (`terraform_remote_state`, a caller)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from walint.model.resource import Resource
from walint.model.value import Known, Reference, Value
from walint.records import replace
from walint.sources.terraform.collecting import leaves
from walint.sources.terraform.managed import Managed

if TYPE_CHECKING:
    from walint.sources.terraform.module import Module
    from walint.sources.terraform.values import TerraformValue

OUTPUT = "Walint::Output"
"""The type of the pseudo-resource that stands for an output, as for that of a stack."""


def outputs_of(top: Module) -> Iterator[Resource]:
    """A pseudo-resource for each reference in an output; its attribute is still the one that Terraform calls so."""
    for name, declared in top.configuration.outputs.items():
        attribute = declared.body.attributes.get("value")
        if attribute is None:
            continue
        handed = [found for leaf in leaves(top.output(name)) if (found := _reference(leaf)) is not None]
        for position, reference in enumerate(dict.fromkeys(handed)):
            address = f"output.{name}" if len(handed) == 1 else f"output.{name}[{position}]"
            value = Reference(reference.target, reference.attribute, declared.span, reference.text)
            yield Resource(
                key=top.symbol(address),
                type=OUTPUT,
                address=address,
                name=name,
                source="terraform",
                unit=top.root.unit,
                properties=Known({"Name": Known(name, declared.span), "Value": value}, declared.span),
                span=declared.span,
                declared=(declared.file.path, declared.start),
            )


def with_value(output: Resource, change: Callable[[Value], Value]) -> Resource:
    """The same output, its value changed."""
    properties = output.properties
    assert isinstance(properties, Known)  # noqa: S101 - made above
    assert isinstance(properties.data, dict)  # noqa: S101
    data = properties.data | {"Value": change(properties.data["Value"])}
    return replace(output, properties=Known(data, properties.span))


def _reference(leaf: TerraformValue) -> Reference | None:
    if isinstance(leaf, Managed):
        return Reference(leaf.key, "id")
    return leaf if isinstance(leaf, Reference) else None
