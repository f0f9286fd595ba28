"""What a table cannot say of a Terraform type: resources that an argument makes, links that CloudFormation spells out.

version         `publish` of a function makes an AWS::Lambda::Version of it
scaling_target  a scaling policy names the target's resource and dimension; CloudFormation names the target itself
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from walint.model.value import TRUE, Absent, Known, Reference, Unknown, Value
from walint.sources.terraform.companions import spelled
from walint.sources.terraform.draft import Draft
from walint.sources.terraform.joining import each, members_of

Special: TypeAlias = Callable[[Draft, Sequence[Draft]], Iterable[Draft]]

_TARGET: Final = "aws_appautoscaling_target"
_SAME: Final = ("ResourceId", "ScalableDimension", "ServiceNamespace")


def with_special(drafts: Sequence[Draft]) -> Iterator[Draft]:
    """The same resources, completed, and after each what it makes besides."""
    for draft in drafts:
        yield draft
        for name in draft.row.special if draft.row is not None else ():
            yield from BY_NAME[name](draft, drafts)


def _version(function: Draft, _drafts: Sequence[Draft]) -> Iterator[Draft]:
    terraform = function.terraform
    publish = (members_of(terraform.body) or {}).get("publish")
    if publish is None or (isinstance(publish, Known) and publish.data in (False, "false")):
        return
    properties: dict[str, Value] = {"FunctionName": Reference(terraform.key, "Ref", terraform.span)}
    yield Draft(
        terraform,
        None,
        "AWS::Lambda::Version",
        properties,
        {},
        {"FunctionName": "function_name"},
        key=f"{terraform.key}.version",
        address=f"{terraform.address}.version",
        generated=True,
        presence=_both(terraform.presence, publish),
    )


def _both(presence: Value, publish: Value) -> Value:
    """Whether a function exists and is published, as a value of booleans."""
    published = each(publish, lambda one: one if isinstance(one, (Known, Unknown)) else Unknown("publish is not known"))
    if presence is TRUE or presence == TRUE:
        return published
    if isinstance(published, Known):
        return presence
    return Unknown("whether a version is published depends on two conditions")


def _scaling_target(policy: Draft, drafts: Sequence[Draft]) -> Iterator[Draft]:
    resource = policy.properties.get("ResourceId", Absent())
    if isinstance(resource, Reference) and any(
        one.terraform.type == _TARGET and one.terraform.key == resource.target for one in drafts
    ):
        policy.properties["ScalingTargetId"] = Reference(resource.target, "Ref", resource.span)
        return
    mine = [spelled(policy.properties.get(name, Absent())) for name in _SAME]
    if None in mine:
        return
    for draft in drafts:
        if draft.terraform.type != _TARGET:
            continue
        if mine == [spelled(draft.properties.get(name, Absent())) for name in _SAME]:
            policy.properties["ScalingTargetId"] = Reference(draft.terraform.key, "Ref", resource.span)
            return
    yield from ()


BY_NAME: Final[Mapping[str, Special]] = {"version": _version, "scaling_target": _scaling_target}
"""By the names that the table uses."""
