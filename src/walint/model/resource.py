"""One AWS resource (or pseudo-resource), with CloudFormation's names whatever language it was written in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from walint.model.span import Span
from walint.model.value import TRUE, Value
from walint.records import dataclass, field

Source: TypeAlias = Literal["sam", "cloudformation", "terraform", "terraform-plan", "live", "repository"]


@dataclass(frozen=True, slots=True)
class Ignore:
    """A suppression written in a resource's Metadata, as written: nothing is checked here."""

    rule: str
    reason: str | None
    until: str | None
    span: Span | None


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource of the graph.

    `type` is the CloudFormation type name and `properties` have CloudFormation names and shapes, whatever the source.

    key          identity in the graph: "unit#address"
    address      logical id, Terraform address or ARN; inside a nested stack "Nested/LogicalId"
    name         what the user calls it: the logical id they wrote (for a resource that SAM generates, of its parent)
    unit         the stack, root module or account and region it belongs to
    properties   a `Known` mapping as a rule; unknown when a macro may write anything
    attributes   what stands beside Properties: DeletionPolicy, UpdateReplacePolicy, UpdatePolicy, Metadata...
    presence     a known True, or when it exists: alternatives of booleans, or unknown
    dialect      CloudFormation path -> the user's own path, for messages ("TracingConfig.Mode" -> "Tracing")
    exempt       why no rule judges it ("a function that the CDK itself maintains"), or None
    generated    True where the source's transform made it from another declaration (SAM's stages, roles, aliases)
    declared     the file of the block that declares it, and the block's offset there: equal for all instances that a
                 `count`, a `for_each` or a module called several times makes of one block; None outside Terraform
    identifiers  of a resource that exists (source "live"): kind of identity -> its text, as AWS knows it
    note         what a reader of a finding should know of how it was judged, or ""
    """

    key: str
    type: str
    address: str
    name: str
    source: Source
    unit: str
    properties: Value
    span: Span | None = None
    attributes: Mapping[str, Value] = field(default_factory=dict)
    presence: Value = TRUE
    dialect: Mapping[str, str] = field(default_factory=dict)
    exempt: str | None = None
    generated: bool = False
    construct_path: str | None = None
    account: str | None = None
    region: str | None = None
    arn: str | None = None
    ignores: tuple[Ignore, ...] = ()
    declared: tuple[str, int] | None = None
    note: str = ""
    identifiers: Mapping[str, str] = field(default_factory=dict)

    def spoken(self, path: str) -> str:
        """The user's own name for a CloudFormation property path: the longest known prefix is translated.

        An index stays where it is: "Rules[1].Status" is "rule[1].status".
        """
        if "[" not in path or not self.dialect:
            return self._translated(path)
        plain, spoken, shift = "", "", 0
        indexes: list[tuple[str, str]] = []
        for step in path.split("."):
            name, bracket, index = step.partition("[")
            if bracket and not index[:1].isdecimal():  # a bracketed key: "Options.[awslogs-group]"
                name, bracket = step, ""
            plain = f"{plain}.{name}" if plain else name
            spoken = self._translated(plain)
            if bracket:
                indexes.append((spoken, bracket + index))
        whole = spoken
        for before, written in indexes:
            if whole.startswith(before):
                at = len(before) + shift
                spoken = spoken[:at] + written + spoken[at:]
                shift += len(written)
        return spoken

    def _translated(self, path: str) -> str:
        head, tail = path, ""
        while head:
            if head in self.dialect:
                return self.dialect[head] + tail
            head, dot, last = head.rpartition(".")
            tail = dot + last + tail
        return path


_STACK = "Walint::Stack"
"""A whole stack is its own outermost unit; its address is the path of a file."""


def outermost(resource: Resource) -> str:
    """The unit that a resource is deployed with: of a stack that is nested in others, that of the outermost one."""
    if resource.source not in {"cloudformation", "sam"} or resource.type == _STACK:
        return resource.unit
    unit = resource.unit
    for _ in range(resource.address.count("/")):
        unit = unit.rpartition("/")[0]
    return unit
