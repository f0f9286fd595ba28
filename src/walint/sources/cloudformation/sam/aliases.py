"""What stands around a function: its version and alias, its URL, and where its asynchronous results go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from walint.model.value import Absent, Known, Reference, Unknown, Value
from walint.sources.cloudformation.sam.compose import (
    Lazy,
    Maker,
    as_text,
    constant,
    get,
    mapping,
    or_else,
    over,
    select,
)
from walint.sources.cloudformation.sam.presence import (
    both,
    given,
    is_false,
    is_set,
    is_true,
    negated,
    provided,
    whether,
)
from walint.sources.cloudformation.sam.roles import RoleParts, sending

if TYPE_CHECKING:
    from walint.model.resource import Resource
    from walint.sources.cloudformation.sam.expansion import Expansion


def generate_alias(
    expansion: Expansion, function: Resource, properties: Value, update_policy: Value
) -> tuple[str | None, Value]:
    """The version and the alias of AutoPublishAlias: the alias's logical id and whether it exists."""
    name = get(properties, "AutoPublishAlias")
    presence = given(name)
    if is_false(presence) or expansion.is_open(function, name, "AWS::Lambda::Alias", "AWS::Lambda::Version"):
        return None, presence
    span = name.span or function.span
    text = as_text(name)
    alias_id = f"{function.name}Alias" + (text.replace("-", "D").replace("_", "U") if text else "")
    version_id = function.name + "Version"
    this = expansion.reference(function.name, span=span)
    version: dict[str, Maker] = {"FunctionName": this, **select(properties, {"Description": "VersionDescription"})}
    retain = Known("Delete" if not isinstance(get(properties, "CapacityProviderConfig"), Absent) else "Retain", span)
    deletion = or_else(get(properties, "VersionDeletionPolicy"), retain)
    expansion.generate(
        function,
        version_id,
        "AWS::Lambda::Version",
        mapping(span, **version),
        presence=presence,
        span=span,
        attributes={} if "DeletionPolicy" in function.attributes else {"DeletionPolicy": deletion},
    )
    alias: dict[str, Maker] = {
        "Name": name,
        "FunctionName": this,
        "FunctionVersion": expansion.reference(version_id, "Version", span),
        **select(properties, {"ProvisionedConcurrencyConfig": "ProvisionedConcurrencyConfig"}),
    }
    expansion.generate(
        function,
        alias_id,
        "AWS::Lambda::Alias",
        mapping(span, **alias),
        presence=presence,
        span=span,
        dialect={"Name": "AutoPublishAlias"},
        attributes={} if isinstance(update_policy, Absent) else {"UpdatePolicy": update_policy},
    )
    expansion.stack.references[f"{function.name}.Alias"] = alias_id
    expansion.stack.references[f"{function.name}.Version"] = version_id
    return alias_id, presence


def generate_url(expansion: Expansion, function: Resource, properties: Value, target: Reference) -> None:
    """The function's URL and, where it is public, the permissions to call it."""
    config = get(properties, "FunctionUrlConfig")
    presence = given(config)
    if is_false(presence) or expansion.is_open(function, config, "AWS::Lambda::Url", "AWS::Lambda::Permission"):
        return
    span = config.span or function.span
    names = {"AuthType": "AuthType", "Cors": "Cors", "InvokeMode": "InvokeMode"}
    url: dict[str, Maker] = {"TargetFunctionArn": target, **select(config, names)}
    dialect = {name: f"FunctionUrlConfig.{name}" for name in names}
    url_id = function.name + "Url"
    expansion.generate(
        function, url_id, "AWS::Lambda::Url", mapping(span, **url), presence=presence, span=span, dialect=dialect
    )
    auth = get(config, "AuthType")
    public = both(presence, whether(auth, lambda each: _equals(each, "NONE")))
    for suffix, action, extra in (
        ("UrlPublicPermissions", "lambda:InvokeFunctionUrl", {"FunctionUrlAuthType": auth}),
        ("URLInvokeAllowPublicAccess", "lambda:InvokeFunction", {"InvokedViaFunctionUrl": constant(True, span)}),  # noqa: FBT003
    ):
        permission: dict[str, Maker] = {
            "Action": constant(action, span),
            "FunctionName": target,
            "Principal": constant("*", span),
            **extra,
        }
        expansion.generate(
            function,
            function.name + suffix,
            "AWS::Lambda::Permission",
            mapping(span, **permission),
            presence=public,
            span=span,
        )


def _equals(value: Value, text: str) -> Value:
    return value if isinstance(value, Unknown) else Known(as_text(value) == text)


def generate_event_invoke_config(
    expansion: Expansion, function: Resource, properties: Value, parts: RoleParts, alias: Value
) -> None:
    """The settings of asynchronous invocation; SAM makes queues and topics where a destination is only wanted."""
    config = get(properties, "EventInvokeConfig")
    presence = given(config)
    if is_false(presence) or expansion.is_open(function, config, "AWS::Lambda::EventInvokeConfig"):
        return
    span = config.span or function.span
    logical_id = function.name + "EventInvokeConfig"
    destinations: dict[str, Maker] = {}
    for outcome in ("OnSuccess", "OnFailure"):
        wanted = get(config, "DestinationConfig", outcome)
        if not isinstance(wanted, Absent):
            arn = _destination(expansion, function, wanted, logical_id + outcome, presence)
            destinations[outcome] = provided(given(wanted), mapping(wanted.span, Destination=arn))
            _allow_destination(parts, wanted, arn, logical_id + outcome)
    name = get(properties, "AutoPublishAlias")
    latest = constant("$LATEST", span)
    entries: dict[str, Maker] = {
        "FunctionName": expansion.reference(function.name, span=span),
        "Qualifier": latest if is_false(alias) else over(name, lambda each: each if is_true(given(each)) else latest),
        **select(
            config,
            {name: name for name in ("MaximumEventAgeInSeconds", "MaximumRetryAttempts")},
        ),
    }
    if destinations:
        where = get(config, "DestinationConfig")
        entries["DestinationConfig"] = Known(Lazy(destinations), where.span)
    own_names = ("DestinationConfig", "MaximumEventAgeInSeconds", "MaximumRetryAttempts")
    rest = config.rest if isinstance(config, Known) else None
    expansion.generate(
        function,
        logical_id,
        "AWS::Lambda::EventInvokeConfig",
        Known(Lazy(entries), span, "explicit", rest),
        presence=presence,
        span=span,
        dialect={name: f"EventInvokeConfig.{name}" for name in own_names},
    )


def _destination(expansion: Expansion, function: Resource, wanted: Value, logical_id: str, presence: Value) -> Value:
    """The destination's ARN; SAM makes a queue or topic where none is given."""
    own = get(wanted, "Destination")
    missing = negated(is_set(own))
    kind = as_text(get(wanted, "Type"))
    made = {"SQS": ("Queue", "AWS::SQS::Queue", "Arn"), "SNS": ("Topic", "AWS::SNS::Topic", "Ref")}.get(kind or "")
    if is_false(missing) or made is None:
        return own
    suffix, type_name, attribute = made
    new_id = logical_id + suffix
    if isinstance(wanted, Known) and wanted.origin == "inherited":
        # SAM writes the first function's new queue or topic into Globals, so that all functions share it.
        new_id = expansion.shared.setdefault(new_id.removeprefix(function.name), new_id)
    needed = both(presence, both(given(wanted), missing))
    expansion.generate(
        function, new_id, type_name, mapping(wanted.span), presence=needed, span=wanted.span or function.span
    )
    expansion.stack.references[f"{function.name}.Destination{suffix}"] = new_id
    return or_else(own, expansion.reference(new_id, attribute, wanted.span))


def _allow_destination(parts: RoleParts, wanted: Value, arn: Value, logical_id: str) -> None:
    allowed = sending(as_text(get(wanted, "Type")) or "", arn, wanted.span)
    if allowed:
        suffix, document = allowed
        parts.inline.append((logical_id + suffix, document))
