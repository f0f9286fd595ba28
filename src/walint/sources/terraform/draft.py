"""A resource of the graph while it is being put together."""

from __future__ import annotations

from collections.abc import Mapping

from walint.catalog.terraform import Row
from walint.model.value import Unknown, Value
from walint.records import dataclass
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
    exempt       why no rule judges it, or None
    presence     where it is not the Terraform resource's own, else None
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
    presence: Value | None = None
    exempt: str | None = None
