"""What the CDK leaves in a template: construct paths, and functions that the CDK itself maintains."""

from __future__ import annotations

import re
from collections.abc import Mapping

from walint.model.value import Known
from walint.sources.cloudformation.lazy import LazyMapping

PATH_KEY = "aws:cdk:path"
ASSET_PATH_KEY = "aws:asset:path"

_FRAMEWORK = (
    r"/(?:"
    r"framework-(?:onEvent|isComplete|onTimeout)|waiter-state-machine"  # custom-resource provider framework
    r"|LogRetention[a-f0-9]{32}|BucketNotificationsHandler[a-f0-9]{32}|AWS[a-f0-9]{32}"  # singletons
    r"|Custom::[A-Za-z0-9@.-]*CustomResourceProvider|Custom::CDK(?:BucketDeployment|ECRDeployment)[A-Za-z0-9]*"
    r"|AWSCDK[A-Za-z.]*(?:Handler|Provider)|@aws-cdk--[A-Za-z0-9.-]+"  # providers in stacks of their own
    r"|DrainECSHook|LifecycleHookDrainHook"  # ECS draining
    r"|CertificateRequestorFunction|DeployAssert"  # DNS-validated certificates, integ-tests
    r")(?:/|$)"
)
_LOGICAL_ID = (
    r"^(?:LogRetention[a-f0-9]{32}|BucketNotificationsHandler[a-f0-9]{32}|AWS[a-f0-9]{32}"
    r"|Custom[A-Za-z0-9]*CustomResourceProvider|CustomCDKBucketDeployment[A-F0-9]{32}"
    r"|AWSCDK[A-Za-z]*CustomResourceProvider|SingletonFunction[a-f0-9]{32}Handler)"
    r"|(?:framework(?:onEvent|isComplete|onTimeout)|waiterstatemachine|DrainECSHookFunction(?:Topic)?"
    r"|LifecycleHookDrainHookTopic|CertificateRequestorFunction)"
    r"[A-F0-9]{8}$|^AwsApiCall[A-Za-z0-9]+WaitFor[A-F0-9]{8}$"
)
"""The construct ids of the CDK's own providers, as aws-cdk-lib and its integ-tests library write them.

Their long hashes are fixed identifiers. The logical id decides only where a template carries no construct paths.
"""

_HEXADECIMAL = frozenset("0123456789ABCDEF")
"""Every logical id that the CDK makes ends with eight of these."""

_EXEMPT_TYPES = frozenset(
    (
        "AWS::Lambda::Function",
        "AWS::StepFunctions::StateMachine",
        "AWS::IAM::Role",
        "AWS::IAM::Policy",
        "AWS::Logs::LogGroup",
        "AWS::SNS::Topic",
        "AWS::SNS::Subscription",
    )
)
_REASON = "the CDK itself maintains it"


def construct_path(body: LazyMapping) -> str | None:
    """The construct path that the CDK noted in a resource's Metadata."""
    return _metadata(body, PATH_KEY)


def asset_path(body: LazyMapping) -> str | None:
    """The local file of an asset, as the CDK noted it in a resource's Metadata."""
    return _metadata(body, ASSET_PATH_KEY)


def exempt(type_name: str, logical_id: str, path: str | None) -> str | None:
    """Why a resource of the CDK's own providers is not judged, or None."""
    if type_name not in _EXEMPT_TYPES:
        return None
    if path is not None:
        return _REASON if re.search(_FRAMEWORK, path) else None
    made_by_cdk = _HEXADECIMAL.issuperset(logical_id[-8:])
    return _REASON if made_by_cdk and re.search(_LOGICAL_ID, logical_id) else None


def _metadata(body: LazyMapping, name: str) -> str | None:
    metadata = body.get("Metadata")
    if isinstance(metadata, Known) and isinstance(metadata.data, Mapping):
        value = metadata.data.get(name)
        if isinstance(value, Known) and isinstance(value.data, str):
            return value.data
    return None
