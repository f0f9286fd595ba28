"""What a table cannot say of a Terraform type: resources that an argument makes, links that CloudFormation spells out.

version         `publish` of a function makes an AWS::Lambda::Version of it
traffic         an alias whose version Terraform does not set is moved by somebody else: CodeDeploy, perhaps
scaling_target  a scaling policy names the target's resource and dimension; CloudFormation names the target itself
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from walint.model.value import TRUE, Absent, Known, Reference, Unknown, Value
from walint.sources.terraform.companions import spelled
from walint.sources.terraform.draft import Draft
from walint.sources.terraform.joining import each, items_of, members_of

Special: TypeAlias = Callable[[Draft, Sequence[Draft]], Iterable[Draft]]

_TARGET: Final = "aws_appautoscaling_target"
_MOVED: Final = ("all", "function_version", "routing_config")
_SAME: Final = ("ResourceId", "ScalableDimension", "ServiceNamespace")


def with_special(drafts: Sequence[Draft]) -> Iterator[Draft]:
    """The same resources, completed, and after each what it makes besides."""
    for draft in drafts:
        names = draft.row.special if draft.row is not None else ()
        made = [one for name in names for one in BY_NAME[name](draft, drafts)]
        yield draft
        yield from made


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


def _traffic(alias: Draft, drafts: Sequence[Draft]) -> Iterator[Draft]:
    """Terraform sets the version of an alias at once, unless `ignore_changes` leaves that to another tool.

    Which deployment group of CodeDeploy that is stands in no argument, but in the revisions that are deployed later.
    """
    lifecycle = alias.terraform.meta.get("lifecycle", Absent())
    why = None
    if isinstance(lifecycle, Unknown):
        why = lifecycle if any(map(_deploys_functions, drafts)) else None
    elif _ignores((members_of(lifecycle) or {}).get("ignore_changes", Absent())):
        why = Unknown("what sets its version is not in the configuration (ignore_changes)", lifecycle.span)
    if why is not None:
        update = Known({"DeploymentGroupName": why}, alias.terraform.span, rest=why)
        alias.attributes["UpdatePolicy"] = Known({"CodeDeployLambdaAliasUpdate": update}, alias.terraform.span)
    yield from ()


def _ignores(names: Value) -> bool:
    """Whether `ignore_changes` (texts, or the word `all`) covers the version of an alias."""
    listed = items_of(names)
    given = [names] if listed is None else listed
    return any(isinstance(one, Known) and one.data in _MOVED for one in given)


def _deploys_functions(draft: Draft) -> bool:
    """Whether a resource is there to deploy functions by CodeDeploy."""
    platform, config = draft.properties.get("ComputePlatform"), draft.properties.get("DeploymentConfigName")
    if draft.type == "AWS::CodeDeploy::Application":
        return isinstance(platform, Known) and platform.data == "Lambda"
    named = draft.type == "AWS::CodeDeploy::DeploymentGroup" and isinstance(config, Known)
    return named and str(config.data).startswith("CodeDeployDefault.Lambda")  # type: ignore[union-attr]


BY_NAME: Final[Mapping[str, Special]] = {"version": _version, "scaling_target": _scaling_target, "traffic": _traffic}
"""By the names that the table uses."""
