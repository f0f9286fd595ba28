"""AWS::Serverless::Function: the Lambda function, its role, version, alias, URL and asynchronous destinations."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from walint.model.value import TRUE, Absent, Known, Reference, Unknown, Value
from walint.records import NamedTuple
from walint.sources.cloudformation.sam.aliases import generate_alias, generate_event_invoke_config, generate_url
from walint.sources.cloudformation.sam.compose import (
    Lazy,
    Maker,
    as_mapping,
    as_text,
    get,
    is_literal,
    later,
    mapping,
    or_else,
    over,
    passed_on,
    select,
    stored,
    tag_list,
)
from walint.sources.cloudformation.sam.presence import (
    both,
    given,
    is_false,
    is_true,
    provided,
    whether,
)
from walint.sources.cloudformation.sam.roles import RoleParts, generate_role, managed_policy, statement

if TYPE_CHECKING:
    from walint.model.resource import Resource
    from walint.sources.cloudformation.sam.deployments import Deployments
    from walint.sources.cloudformation.sam.expansion import Expansion

_NOT_LAMBDA = frozenset(
    {
        "AssumeRolePolicyDocument",
        "AutoPublishAlias",
        "AutoPublishAliasAllProperties",
        "AutoPublishCodeSha256",
        "CapacityProviderConfig",
        "CodeUri",
        "DeadLetterQueue",
        "DeploymentPreference",
        "EventInvokeConfig",
        "Events",
        "FunctionUrlConfig",
        "ImageUri",
        "InlineCode",
        "PermissionsBoundary",
        "Policies",
        "PropagateTags",
        "ProvisionedConcurrencyConfig",
        "Role",
        "RolePath",
        "SourceKMSKeyArn",
        "Tags",
        "Tracing",
        "VersionDeletionPolicy",
        "VersionDescription",
    }
)
"""Properties that SAM turns into something else. All others have the same name and shape in Lambda."""

_DIALECT = {
    "TracingConfig": "Tracing",
    "TracingConfig.Mode": "Tracing",
    "DeadLetterConfig": "DeadLetterQueue",
    "Code": "CodeUri",
    "Code.ImageUri": "ImageUri",
    "Code.ZipFile": "InlineCode",
    "Code.SourceKMSKeyArn": "SourceKMSKeyArn",
    "CapacityProviderConfig.LambdaManagedInstancesCapacityProviderConfig": "CapacityProviderConfig",
}

_DEAD_LETTER_ACTIONS = {"SQS": "sqs:SendMessage", "SNS": "sns:Publish"}


class Target(NamedTuple):
    """What the event sources of a function or state machine start: itself, or its alias where there surely is one."""

    owner: Resource
    name: Reference
    """As FunctionName wants it."""
    arn: Reference
    parts: RoleParts


def expand_function(expansion: Expansion, resource: Resource, properties: Value, deployments: Deployments) -> Target:
    """Makes what a function becomes, all but its event sources, and answers what those start."""
    parts = RoleParts()
    function = expansion.written(
        resource, "AWS::Lambda::Function", over(properties, partial(_lambda_properties, expansion, resource)), _DIALECT
    )
    if isinstance(properties, Unknown):
        expansion.hide(function, properties.reason)
        here = expansion.reference(function.name)
        return Target(function, here, expansion.reference(function.name, "Arn"), parts)
    update_policy = deployments.add(function, properties)
    alias_id, alias = generate_alias(expansion, function, properties, update_policy)
    if alias_id is not None and is_true(alias):
        name = arn = expansion.reference(alias_id)
    else:
        name, arn = expansion.reference(function.name), expansion.reference(function.name, "Arn")
    target = Target(function, name, arn, parts)
    generate_url(expansion, function, properties, name)
    _managed_by_default(function, properties, parts)
    generate_event_invoke_config(expansion, function, properties, parts, alias)
    generate_role(expansion, function, properties, "lambda.amazonaws.com", parts, "lambda:createdBy")
    return target


def _lambda_properties(expansion: Expansion, function: Resource, value: Value) -> Value:
    if not isinstance(value, Known):
        return value
    data = as_mapping(value)
    if data is None:
        return value
    span = value.span
    entries: dict[str, Maker] = passed_on(value, _NOT_LAMBDA)
    entries["Role"] = lambda: or_else(get(value, "Role"), expansion.reference(function.name + "Role", "Arn", span))
    entries["Code"] = lambda: _code(value)
    entries["Tags"] = lambda: tag_list(get(value, "Tags"), ("lambda:createdBy", "SAM"))
    if "AutoPublishCodeSha256" in data:
        entries["Description"] = lambda: _description(get(value, "Description"), get(value, "AutoPublishCodeSha256"))
    if "Tracing" in data:
        entries["TracingConfig"] = lambda: _tracing(get(value, "Tracing"))
    if "DeadLetterQueue" in data:
        entries["DeadLetterConfig"] = lambda: over(get(value, "DeadLetterQueue"), _dead_letters)
    if "CapacityProviderConfig" in data:
        entries["CapacityProviderConfig"] = lambda: over(get(value, "CapacityProviderConfig"), _capacity)
    return Known(Lazy(entries), span, value.origin, value.rest)


def _tracing(tracing: Value) -> Value:
    """SAM leaves TracingConfig out for "Disabled", which is a word of its own and not Lambda's."""
    origin = tracing.origin if isinstance(tracing, Known) else "explicit"
    mode = Known(Lazy({"Mode": tracing}), tracing.span, origin)
    return provided(whether(tracing, _is_tracing), mode)


def _is_tracing(value: Value) -> Value:
    """Whether SAM writes a TracingConfig for one value of Tracing."""
    if isinstance(value, Unknown):
        return value if not value.surely_set else TRUE
    return both(given(value), Known(as_text(value) != "Disabled"))


def _description(own: Value, sha: Value) -> Value:
    """SAM appends the hash of the code, so that new code makes a new version."""
    if isinstance(own, Absent):
        return sha
    texts = (as_text(own), as_text(sha))
    if None in texts:
        return later("SAM appends the hash of the code", own.span)
    return Known(f"{texts[0]} {texts[1]}", own.span)


def _dead_letters(queue: Value) -> Value:
    data = as_mapping(queue)
    if data is None or not isinstance(queue, Known):
        return queue
    return Known(Lazy(select(queue, {"TargetArn": "TargetArn"})), queue.span, queue.origin)


def _capacity(config: Value) -> Value:
    if as_mapping(config) is None or not isinstance(config, Known):
        return config
    names = {
        "CapacityProviderArn": "Arn",
        "PerExecutionEnvironmentMaxConcurrency": "PerExecutionEnvironmentMaxConcurrency",
        "ExecutionEnvironmentMemoryGiBPerVCpu": "ExecutionEnvironmentMemoryGiBPerVCpu",
    }
    inner = Known(Lazy(select(config, names)), config.span, config.origin)
    return mapping(config.span, LambdaManagedInstancesCapacityProviderConfig=inner)


def _code(value: Value) -> Value:
    entries: dict[str, Maker] = select(value, {"SourceKMSKeyArn": "SourceKMSKeyArn"})
    uri = get(value, "CodeUri")
    span = uri.span or value.span
    for name, sam_name in (("ImageUri", "ImageUri"), ("ZipFile", "InlineCode")):
        own = get(value, sam_name)
        if not isinstance(own, Absent):
            entries[name] = own
    if not isinstance(uri, Absent) and not entries.keys() & {"ImageUri", "ZipFile"}:
        place = stored(uri, ("S3Bucket", "S3Key", "S3ObjectVersion"), "code")
        if as_mapping(place) is None:
            return place
        entries.update(passed_on(place, frozenset()))
    elif len(entries) == 0:
        packaged = later("the code is packaged when the stack is deployed", span)
        entries.update({"S3Bucket": packaged, "S3Key": packaged})
    return Known(Lazy(entries), span)


def _managed_by_default(function: Resource, properties: Value, parts: RoleParts) -> None:
    """The managed policies that SAM always gives to the role it makes."""
    span = function.span
    durable = is_true(given(get(properties, "DurableConfig")))
    basic = "AWSLambdaBasicDurableExecutionRolePolicy" if durable else "AWSLambdaBasicExecutionRole"
    parts.managed.append(managed_policy(f"service-role/{basic}", span))
    data = as_mapping(properties)
    tracing, vpc = get(properties, "Tracing"), get(properties, "VpcConfig")
    # For SAM whatever an intrinsic function writes is set, were it to AWS::NoValue.
    traced = whether(tracing, _is_tracing) if is_literal(data, "Tracing") else Known(as_text(tracing) != "Disabled")
    within = given(vpc) if is_literal(data, "VpcConfig") else TRUE
    if not is_false(traced):
        parts.managed.append(provided(traced, managed_policy("AWSXrayWriteOnlyAccess", tracing.span or span)))
    if not is_false(within):
        policy = managed_policy("service-role/AWSLambdaVPCAccessExecutionRole", vpc.span or span)
        parts.managed.append(provided(within, policy))
    if data is None or "DeadLetterQueue" in data:
        queue = get(properties, "DeadLetterQueue")
        action = _DEAD_LETTER_ACTIONS.get(as_text(get(queue, "Type")) or "")
        if action:
            allowed = statement(action, get(queue, "TargetArn"), queue.span)
            versioned = {"Version": Known("2012-10-17"), **passed_on(allowed, frozenset())}
            parts.inline.append(("DeadLetterQueuePolicy", mapping(queue.span, **versioned)))
