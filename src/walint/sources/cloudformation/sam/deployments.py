"""DeploymentPreference: the CodeDeploy application, its role and the deployment group of each function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from walint.model.value import TRUE, Absent, Known, Value
from walint.records import replace
from walint.sources.cloudformation.sam.compose import (
    LazyList,
    Maker,
    as_sequence,
    as_text,
    constant,
    get,
    listing,
    mapping,
    over,
    select,
)
from walint.sources.cloudformation.sam.presence import (
    FALSE,
    both,
    either,
    given,
    is_set,
    negated,
    provided,
    switched_on,
    whether,
)
from walint.sources.cloudformation.sam.roles import managed_policy, trust

if TYPE_CHECKING:
    from walint.model.resource import Resource
    from walint.model.span import Span
    from walint.sources.cloudformation.sam.expansion import Expansion

APPLICATION = "ServerlessDeploymentApplication"
SERVICE_ROLE = "CodeDeployServiceRole"

_PREDEFINED = frozenset(
    {
        "Canary10Percent5Minutes",
        "Canary10Percent10Minutes",
        "Canary10Percent15Minutes",
        "Canary10Percent30Minutes",
        "Linear10PercentEvery1Minute",
        "Linear10PercentEvery2Minutes",
        "Linear10PercentEvery3Minutes",
        "Linear10PercentEvery10Minutes",
        "AllAtOnce",
    }
)
"""The deployment types that are names of CodeDeploy's own configurations without their prefix.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/automating-updates-to-serverless-apps.html
"""

_DIALECT = {
    "DeploymentConfigName": "DeploymentPreference.Type",
    "AlarmConfiguration": "DeploymentPreference.Alarms",
    "AlarmConfiguration.Alarms": "DeploymentPreference.Alarms",
    "TriggerConfigurations": "DeploymentPreference.TriggerConfigurations",
    "ServiceRoleArn": "DeploymentPreference.Role",
    "AutoRollbackConfiguration": "DeploymentPreference",
}


class Deployments:
    """The deployment preferences of one template."""

    def __init__(self, expansion: Expansion) -> None:
        self._expansion = expansion
        self._enabled: Value = FALSE
        self._needs_role: Value = FALSE
        self._first: tuple[Resource, Span | None] | None = None

    def add(self, function: Resource, properties: Value) -> Value:
        """Makes a function's deployment group; the answer is its alias's UpdatePolicy, absent when there is none."""
        preference = get(properties, "DeploymentPreference")
        if isinstance(preference, Absent):
            return preference
        if self._expansion.is_open(function, preference, "AWS::CodeDeploy::DeploymentGroup"):
            return preference
        enabled = enabled_by(preference)
        span = preference.span or function.span
        group_id = function.name + "DeploymentGroup"
        self._expansion.generate(
            replace(function, attributes={}),
            group_id,
            "AWS::CodeDeploy::DeploymentGroup",
            over(preference, lambda each: self._group(each, span)),
            presence=enabled,
            span=span,
            dialect=_DIALECT,
        )
        present = both(function.presence, enabled)
        self._enabled = either(self._enabled, present)
        self._needs_role = either(self._needs_role, both(present, negated(is_set(get(preference, "Role")))))
        self._first = self._first or (function, span)
        return provided(enabled, self._update_policy(preference, group_id, span))

    def finish(self) -> None:
        """Makes what all deployment groups share."""
        if self._first is None:
            return
        function, span = self._first
        application = mapping(span, ComputePlatform=Known("Lambda"))
        self._shared(function, APPLICATION, "AWS::CodeDeploy::Application", application, self._enabled, span)
        role = mapping(
            span,
            AssumeRolePolicyDocument=trust("codedeploy.amazonaws.com", span),
            ManagedPolicyArns=listing(span, managed_policy("service-role/AWSCodeDeployRoleForLambda", span)),
        )
        self._shared(function, SERVICE_ROLE, "AWS::IAM::Role", role, self._needs_role, span)

    def _shared(
        self, function: Resource, logical_id: str, type_name: str, properties: Value, presence: Value, span: Span | None
    ) -> None:
        address = function.address.removesuffix(function.name) + logical_id
        nobody = replace(function, name=logical_id, address=address, presence=TRUE, attributes={}, ignores=())
        self._expansion.generate(nobody, logical_id, type_name, properties, presence=presence, span=span)

    def _group(self, preference: Value, span: Span | None) -> Value:
        if not isinstance(preference, Known):
            return preference
        alarms = get(preference, "Alarms")
        entries: dict[str, Maker] = {
            "ApplicationName": self._expansion.reference(APPLICATION, span=span),
            "AutoRollbackConfiguration": lambda: _rollback(span),
            "DeploymentStyle": lambda: mapping(
                span,
                DeploymentType=Known("BLUE_GREEN"),
                DeploymentOption=Known("WITH_TRAFFIC_CONTROL"),
            ),
            "ServiceRoleArn": self._expansion.reference(SERVICE_ROLE, "Arn", span),
            "DeploymentConfigName": over(get(preference, "Type"), _configuration),
        }
        if not isinstance(alarms, Absent):
            entries["AlarmConfiguration"] = over(alarms, _alarm_configuration)
        entries.update(select(preference, {"ServiceRoleArn": "Role", "TriggerConfigurations": "TriggerConfigurations"}))
        return mapping(span, **entries)

    def _update_policy(self, preference: Value, group_id: str, span: Span | None) -> Value:
        entries: dict[str, Maker] = {
            "ApplicationName": self._expansion.reference(APPLICATION, span=span),
            "DeploymentGroupName": self._expansion.reference(group_id, span=span),
        }
        hooks = get(preference, "Hooks")
        entries.update(select(hooks, {"BeforeAllowTrafficHook": "PreTraffic", "AfterAllowTrafficHook": "PostTraffic"}))
        return mapping(span, CodeDeployLambdaAliasUpdate=mapping(span, **entries))


def enabled_by(preference: Value) -> Value:
    """Whether a DeploymentPreference is in force: it is, unless it is empty or says `Enabled: false`."""
    enabled = get(preference, "Enabled")
    return both(given(preference), whether(enabled, _enabled)) if not isinstance(enabled, Absent) else given(preference)


def _enabled(value: Value) -> Value:
    return Known(data=True) if isinstance(value, Absent) else switched_on(value)


def _rollback(span: Span | None) -> Value:
    events = ("DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST")
    return mapping(
        span,
        Enabled=constant(True, span),  # noqa: FBT003 - the value of the property
        Events=listing(span, *(Known(event, span) for event in events)),
    )


def _configuration(value: Value) -> Value:
    text = as_text(value)
    if isinstance(value, Known) and text in _PREDEFINED:
        return Known(f"CodeDeployDefault.Lambda{text}", value.span, value.origin)
    return value


def _alarm_configuration(alarms: Value) -> Value:
    items = as_sequence(alarms)
    if items is None or not isinstance(alarms, Known):
        return alarms
    if not items:
        return mapping(alarms.span)
    named = LazyList(lambda: [over(item, _alarm) for item in items])
    return mapping(
        alarms.span,
        Enabled=constant(True, alarms.span),  # noqa: FBT003 - the value of the property
        Alarms=Known(named, alarms.span, alarms.origin, alarms.rest),
    )


def _alarm(name: Value) -> Value:
    return name if isinstance(name, Absent) else mapping(name.span, Name=name)
