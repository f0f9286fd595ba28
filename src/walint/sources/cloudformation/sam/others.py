"""The simpler SAM types: tables, layers, GraphQL APIs and capacity providers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from walint.model.value import Absent, Known, Unknown, Value
from walint.records import replace
from walint.sources.cloudformation.sam.compose import (
    Lazy,
    Maker,
    as_mapping,
    as_text,
    constant,
    get,
    listing,
    mapping,
    or_else,
    over,
    pick,
    reading,
    select,
    stored,
    tag_list,
)
from walint.sources.cloudformation.sam.presence import both, given, is_false, is_set, negated, provided, switched_on
from walint.sources.cloudformation.sam.roles import managed_policy, trust

if TYPE_CHECKING:
    from walint.model.resource import Resource
    from walint.sources.cloudformation.sam.expansion import Expansion

_KEY_TYPES = {"String": "S", "Number": "N", "Binary": "B"}


def expand_table(expansion: Expansion, resource: Resource, properties: Value) -> None:
    """A SimpleTable becomes a DynamoDB table, on demand unless it is given a throughput."""
    dialect = {"KeySchema": "PrimaryKey", "AttributeDefinitions": "PrimaryKey"}
    declared = {"DeclaredType": Known(resource.type, resource.span)}
    resource = replace(resource, attributes={**resource.attributes, **declared})
    expansion.written(resource, "AWS::DynamoDB::Table", over(properties, _table), dialect)


def _table(value: Value) -> Value:
    if not isinstance(value, Known):
        return value
    span = value.span
    names = ("PointInTimeRecoverySpecification", "ProvisionedThroughput", "SSESpecification", "TableName")
    entries = pick(value, names)
    key = get(value, "PrimaryKey")
    name = or_else(get(key, "Name"), constant("id", span))
    kind = or_else(get(key, "Type"), constant("String", span))
    converted = over(kind, _key_type)
    entries["AttributeDefinitions"] = listing(span, mapping(span, AttributeName=name, AttributeType=converted))
    entries["KeySchema"] = listing(span, mapping(span, AttributeName=name, KeyType=Known("HASH")))
    throughput = get(value, "ProvisionedThroughput")
    entries["BillingMode"] = provided(negated(given(throughput)), constant("PAY_PER_REQUEST", span))
    tags = get(value, "Tags")
    if not isinstance(tags, Absent):
        entries["Tags"] = tag_list(tags)
    return Known(Lazy(entries), span, value.origin, value.rest)


def _key_type(kind: Value) -> Value:
    text = as_text(kind)
    return Known(_KEY_TYPES[text], kind.span) if text in _KEY_TYPES else kind


def expand_layer(expansion: Expansion, resource: Resource, properties: Value) -> None:
    """A layer keeps the logical id that the user wrote; SAM adds a hash of its content, which changes with it."""

    def layer(value: Value) -> Value:
        if not isinstance(value, Known):
            return value
        names = ("Description", "CompatibleArchitectures", "CompatibleRuntimes", "LicenseInfo")
        entries = pick(value, names)
        entries["LayerName"] = or_else(get(value, "LayerName"), constant(resource.name, value.span))
        uri = get(value, "ContentUri")
        entries["Content"] = stored(uri, ("S3Bucket", "S3Key", "S3ObjectVersion"), "layer")
        return Known(Lazy(entries), value.span, value.origin, value.rest)

    changed = expansion.written(
        resource, "AWS::Lambda::LayerVersion", over(properties, layer), {"Content": "ContentUri"}
    )
    policy = get(properties, "RetentionPolicy")
    if isinstance(policy, Absent) and "DeletionPolicy" in resource.attributes:
        return
    attributes: dict[str, Maker] = {name: reading(changed.attributes, name) for name in changed.attributes}
    attributes["DeletionPolicy"] = or_else(over(policy, _capitalised), Known("Retain", resource.span))
    expansion.resources[resource.name] = replace(changed, attributes=Lazy(attributes))


def _capitalised(policy: Value) -> Value:
    text = as_text(policy)
    return policy if text is None else Known(text.capitalize(), policy.span)


def expand_graphql_api(expansion: Expansion, resource: Resource, properties: Value) -> None:
    """A GraphQL API becomes an AppSync API with its schema; it logs everything unless told not to."""
    role_id = resource.name + "CloudWatchRole"
    logging = get(properties, "Logging")
    role_arn = expansion.reference(role_id, "Arn", resource.span)
    logged = Known(data=True) if isinstance(logging, Absent) else switched_on(logging)

    def api(value: Value) -> Value:
        if not isinstance(value, Known):
            return value
        names = (
            "XrayEnabled",
            "Visibility",
            "OwnerContact",
            "IntrospectionConfig",
            "QueryDepthLimit",
            "ResolverCountLimit",
        )
        entries = pick(value, names)
        entries["Name"] = or_else(get(value, "Name"), constant(resource.name, value.span))
        entries["AuthenticationType"] = get(value, "Auth", "Type")
        entries["Tags"] = tag_list(get(value, "Tags"), ("graphqlapi:createdBy", "SAM"))
        own = get(value, "Logging")
        if not (is_false(logged) and as_mapping(own) is None):
            span = own.span or value.span
            config: dict[str, Maker] = {
                "FieldLogLevel": constant("ALL", span),
                "CloudWatchLogsRoleArn": role_arn,
                **(pick(own, _LOGGING) if as_mapping(own) is not None else {}),
            }
            known = mapping(span, **config)
            entries["LogConfig"] = provided(logged, known) if as_mapping(own) is None else known
        return Known(Lazy(entries), value.span, value.origin, value.rest)

    expansion.written(resource, "AWS::AppSync::GraphQLApi", over(properties, api), {"LogConfig": "Logging"})
    if isinstance(properties, Unknown):
        return
    role = mapping(
        resource.span,
        AssumeRolePolicyDocument=trust("appsync.amazonaws.com", resource.span),
        ManagedPolicyArns=listing(
            resource.span, managed_policy("service-role/AWSAppSyncPushToCloudWatchLogs", resource.span)
        ),
    )
    needed = both(logged, negated(is_set(get(logging, "CloudWatchLogsRoleArn"))))
    expansion.generate(resource, role_id, "AWS::IAM::Role", role, presence=needed, span=logging.span)
    schema: dict[str, Maker] = {
        "ApiId": expansion.reference(resource.name, "ApiId", resource.span),
        **select(properties, {"Definition": "SchemaInline", "DefinitionS3Location": "SchemaUri"}),
    }
    expansion.generate(
        resource, resource.name + "Schema", "AWS::AppSync::GraphQLSchema", mapping(resource.span, **schema)
    )
    cache = get(properties, "Cache")
    expansion.generate(
        resource,
        resource.name + "ApiCache",
        "AWS::AppSync::ApiCache",
        mapping(cache.span, ApiId=schema["ApiId"], **pick(cache, _CACHE)),
        presence=given(cache),
        span=cache.span,
    )


_LOGGING = ("FieldLogLevel", "CloudWatchLogsRoleArn", "ExcludeVerboseContent")
_CACHE = ("ApiCachingBehavior", "Type", "Ttl", "AtRestEncryptionEnabled", "TransitEncryptionEnabled")


def expand_capacity_provider(expansion: Expansion, resource: Resource, properties: Value) -> None:
    """A capacity provider keeps its shape but for a few names; SAM makes the operator's role where none is given."""
    role_id = resource.name + "OperatorRole"

    def provider(value: Value) -> Value:
        if not isinstance(value, Known):
            return value
        entries = pick(value, ("CapacityProviderName", "VpcConfig", "KmsKeyArn"))
        operator = or_else(get(value, "OperatorRole"), expansion.reference(role_id, "Arn", value.span))
        entries["PermissionsConfig"] = mapping(value.span, CapacityProviderOperatorRoleArn=operator)
        entries["Tags"] = tag_list(get(value, "Tags"), ("lambda:createdBy", "SAM"))
        wanted = get(value, "InstanceRequirements")
        names = {
            "Architectures": "Architectures",
            "AllowedInstanceTypes": "AllowedTypes",
            "ExcludedInstanceTypes": "ExcludedTypes",
        }
        if not isinstance(wanted, Absent):
            entries["InstanceRequirements"] = mapping(wanted.span, **select(wanted, names))
        scaling = get(value, "ScalingConfig")
        if not isinstance(scaling, Absent):
            entries["CapacityProviderScalingConfig"] = over(scaling, _scaling)
        return Known(Lazy(entries), value.span, value.origin, value.rest)

    expansion.written(
        resource,
        "AWS::Lambda::CapacityProvider",
        over(properties, provider),
        {
            "CapacityProviderScalingConfig": "ScalingConfig",
            "PermissionsConfig.CapacityProviderOperatorRoleArn": "OperatorRole",
        },
    )
    role = mapping(
        resource.span,
        AssumeRolePolicyDocument=trust("lambda.amazonaws.com", resource.span),
        ManagedPolicyArns=listing(resource.span, managed_policy("AWSLambdaManagedEC2ResourceOperator", resource.span)),
        Tags=tag_list(Absent(resource.span), ("lambda:createdBy", "SAM")),
    )
    needed = negated(is_set(get(properties, "OperatorRole")))
    expansion.generate(resource, role_id, "AWS::IAM::Role", role, presence=needed)


def _scaling(scaling: Value) -> Value:
    """Scaling is automatic unless a target is given."""
    if not isinstance(scaling, Known):
        return scaling
    entries: dict[str, Maker] = dict(pick(scaling, ("MaxVCpuCount",)))
    target = get(scaling, "AverageCPUUtilization")
    entries["ScalingMode"] = constant("Auto" if isinstance(target, Absent) else "Manual", scaling.span)
    if not isinstance(target, Absent):
        metric = Known("LambdaCapacityProviderAverageCPUUtilization")
        policy = mapping(target.span, PredefinedMetricType=metric, TargetValue=target)
        entries["ScalingPolicies"] = listing(target.span, policy)
    return mapping(scaling.span, **entries)


EXPANDERS = {
    "AWS::Serverless::SimpleTable": expand_table,
    "AWS::Serverless::LayerVersion": expand_layer,
    "AWS::Serverless::GraphQLApi": expand_graphql_api,
    "AWS::Serverless::CapacityProvider": expand_capacity_provider,
}
