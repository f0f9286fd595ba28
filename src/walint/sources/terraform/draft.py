"""A resource of the graph while it is being put together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from walint.catalog.terraform import Row
from walint.model.resource import Ignore
from walint.model.value import Unknown, Value
from walint.sources.terraform.resource import TerraformResource


@dataclass(slots=True)
class Draft:
    """What a Terraform resource becomes.

    row          its entry in the table; None for what the table does not know
    type         the type in the graph
    properties   CloudFormation's, at the top level
    attributes   what stands beside them, without their "@"
    dialect      CloudFormation path -> Terraform path
    rest         set where arguments may be given that are not known
    key, address where they are not the Terraform resource's own, else ""
    generated    whether Terraform declares no resource for it
    ignores      suppressions of what is folded into it
    """

    terraform: TerraformResource
    row: Row | None
    type: str
    properties: dict[str, Value]
    attributes: dict[str, Value]
    dialect: Mapping[str, str]
    rest: Unknown | None = None
    key: str = ""
    address: str = ""
    generated: bool = False
    ignores: list[Ignore] = field(default_factory=list)
