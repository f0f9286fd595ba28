"""How a resource is referred to: its name, what Ref and GetAtt of it return, and the shape of its ARN."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, get_args

from walint.catalog.compiled import CatalogError, JsonValue, compiled, read_yaml, register
from walint.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping

_FILE: Final = Path(__file__).resolve().parent / "data" / "identity.yaml"

IdentityKind: TypeAlias = Literal["name", "arn", "url", "id", "full_name", "stream_arn", "qualified"]
"""What a reference stands for. `full_name` is the end of a load balancer's ARN, as CloudWatch writes it in dimensions;
`stream_arn` is the ARN of a table's stream; `qualified` is an ARN with a version or alias."""


@dataclass(frozen=True, slots=True)
class Identity:
    """How resources of one type are referred to.

    name_property   the property that holds the name; None where there is none
    attributes      "Ref" or the attribute of GetAtt -> what it returns
    arn_resource    service and resource part of the ARN: "lambda:function:{name}"; None where it cannot be built
    arn_suffix      what GetAtt of the ARN adds at its end
    terraform       Terraform resource type -> attribute -> what it returns
    """

    name_property: str | None
    attributes: Mapping[str, IdentityKind]
    arn_resource: str | None = None
    arn_suffix: str = ""
    terraform: Mapping[str, Mapping[str, IdentityKind]] = field(default_factory=dict)

    def kind_of(self, attribute: str) -> IdentityKind | None:
        """What "Ref" or an attribute returns. A source that knows only the kind writes it with a star: "*name"."""
        found = self.attributes.get(attribute)
        if found is None and attribute.startswith("*") and attribute[1:] in get_args(IdentityKind):
            return attribute[1:]  # type: ignore[return-value]
        return found

    def attribute_of(self, kind: IdentityKind) -> str:
        """An attribute that returns this kind, "Ref" before others; "*kind" where CloudFormation has none."""
        return next((name for name, returned in self.attributes.items() if returned == kind), f"*{kind}")

    @property
    def arn_of_name(self) -> str | None:
        """The resource part of the ARN if it follows from the name alone ("function:{name}"); None when it needs more.

        The ARN of a load balancer or an API ends in an id that is not known before deployment, an ECS service's holds
        its cluster: there, a literal ARN can be told neither to name the resource nor not to.
        """
        if self.arn_resource is None or "{name}" not in self.arn_resource or self.arn_resource.count("{") > 1:
            return None
        return self.arn_resource.partition(":")[2]

    @property
    def arn_of_id(self) -> str | None:
        """The resource part of the ARN if it follows from the id alone, with "{name}" where the id stands."""
        if self.arn_resource is None or "{id}" not in self.arn_resource or self.arn_resource.count("{") > 1:
            return None
        return self.arn_resource.partition(":")[2].replace("{id}", "{name}")


@cache
def identity_of(type_name: str) -> Identity | None:
    """How resources of a CloudFormation type are referred to; None for a type that nothing in walint refers to."""
    entry = _table().get(type_name)
    if entry is None:
        return None
    return Identity(
        entry.get("name"),
        entry["attributes"],
        entry.get("arn"),
        entry.get("arn_suffix", ""),
        entry.get("terraform", {}),
    )


def identified_types() -> tuple[str, ...]:
    """Every type that has an identity, sorted."""
    return tuple(sorted(_table()))


def terraform_attribute(terraform_type: str, attribute: str) -> IdentityKind | None:
    """What an attribute or argument of a Terraform resource identifies it by; None when it does not identify it.

    `aws_lambda_function.function_name` is its "name", `aws_sqs_queue.id` its "url", `aws_sqs_queue.fifo_queue` nothing.
    """
    return _terraform_table().get(terraform_type, {}).get(attribute)


def attribute_before(terraform_type: str, attribute: str) -> tuple[int, str] | None:
    """Of an attribute that meant another before a major version of the AWS provider: that version, and the other.

    `aws_db_instance.id` was its `identifier` before version 5.
    """
    found = _terraform_history().get(terraform_type, {}).get(attribute)
    return None if found is None else (found["version"], found["same_as"])


@cache
def _terraform_history() -> Mapping[str, Mapping[str, Any]]:
    return {name: kept for entry in _table().values() for name, kept in entry.get("terraform_before", {}).items()}


@cache
def _terraform_table() -> Mapping[str, Mapping[str, IdentityKind]]:
    """Terraform type -> attribute -> kind."""
    return {name: kinds for entry in _table().values() for name, kinds in entry.get("terraform", {}).items()}


@cache
def types_of_arn_service(service: str) -> tuple[str, ...]:
    """The types whose ARNs belong to a service ("lambda", "sns"), sorted: what a literal ARN may name."""
    prefix = f"{service}:"
    return tuple(sorted(name for name, entry in _table().items() if entry.get("arn", "").startswith(prefix)))


@cache
def _table() -> Mapping[str, dict[str, Any]]:
    found: Mapping[str, dict[str, Any]] = compiled(*_DATA)
    return found


def _build() -> JsonValue:
    """identity.yaml, checked."""
    written = read_yaml(_FILE)
    kinds = set(get_args(IdentityKind))
    for type_name, entry in written.items():
        named = {kind for kept in entry.get("terraform", {}).values() for kind in kept.values()}
        wrong = (set(entry["attributes"].values()) | named) - kinds
        extra = entry.keys() - {"name", "attributes", "arn", "arn_suffix", "terraform", "terraform_before"}
        if wrong or extra:
            message = f"identity.yaml: {type_name}: not understood: {', '.join(sorted(wrong | extra))}"
            raise CatalogError(message, where=str(_FILE))
    return written


_DATA: Final = register("identity", [_FILE], _build)
