"""A Terraform resource as it was evaluated, before its arguments get CloudFormation's names.

Configuration and plan are both brought into this one form; `walint.sources.terraform.binding` makes resources of the
graph of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from walint.model.resource import Ignore
from walint.model.span import Span
from walint.model.value import TRUE, Known, Value
from walint.records import dataclass, field


@dataclass(frozen=True, slots=True)
class Provider:
    """The provider configuration a resource uses: what AWS needs to know of it.

    name          "aws", or with its alias "aws.west"
    region        the value of `region`, Absent where none is set
    default_tags  the tags that every resource of it inherits: a Known mapping of text values, or Unknown
    """

    name: str
    region: Value
    default_tags: Value


@dataclass(frozen=True, slots=True)
class TerraformResource:
    r"""One instance of a `resource` block (mode "managed") or of a `data` block (mode "data").

    unit          the root module's folder as reports show it ("infra/prod", "." for the root of the scan)
    address       'module.api[0].aws_lambda_function.this["a"]'; the key in the graph is f"{unit}#{address}"
    type, name    "aws_lambda_function", "this"
    source        where it was read
    body          arguments and blocks in Terraform's own names and shapes: a Known mapping from name to
                  - for an argument, its value, every leaf with the span of the expression that gives it
                  - for a nested block, ALWAYS a Known sequence of Known mappings, even where only one is allowed;
                    `rest` is set where more blocks may exist than are listed (a dynamic block over an unknown), and
                    Alternatives of sequences where it depends on a condition
                  what is null or not set is left out. References are `Reference(f"{unit}#{address}", attribute)`
                  with Terraform's attribute name ("arn", "id"); the span of the body is that of the block's header
    meta          meta-arguments: "lifecycle" (a Known mapping), "depends_on"...; as body
    presence      True; Alternatives of booleans where `count` depends on a condition; Unknown where it cannot be told
    declared      the file and the offset of the block in it: equal for all instances of one block
    span          the block's header
    module        the address of the module it is in, "" for the root module
    fetched       it is declared in a module that was downloaded, which whoever wrote the call cannot edit
    note          what a reader of a finding should know, or "" ("judged with the module's defaults: nobody calls it")
    """

    unit: str
    address: str
    type: str
    name: str
    source: Literal["terraform", "terraform-plan"]
    body: Known
    span: Span | None
    declared: tuple[str, int]
    mode: Literal["managed", "data"] = "managed"
    meta: Mapping[str, Value] = field(default_factory=dict)
    presence: Value = TRUE
    provider: Provider | None = None
    module: str = ""
    fetched: bool = False
    note: str = ""
    ignores: tuple[Ignore, ...] = ()

    @property
    def key(self) -> str:
        """Its identity in the graph."""
        return f"{self.unit}#{self.address}"
