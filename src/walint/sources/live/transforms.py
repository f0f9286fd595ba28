"""Named changes of shape, for properties that AWS answers in another form than CloudFormation declares them.

Each takes the value that the answer has (never a missing one) and gives what the schema then shapes; a mark of
`walint.sources.live.normal` is taken as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from fnmatch import fnmatchcase
from typing import Any, Final

from walint.sources.live.normal import NOT_SET, REST, Mark, unknown
from walint.sources.live.paths import MISSING, at

_ON = {"enabled", "enabling", "on", "true", "yes", "active", "updating"}
_OFF = {"disabled", "disabling", "off", "false", "no", "inactive"}
_NOT_KEPT: Final = "its value is not kept"
_HARMLESS_VARIABLES = ("AWS_LAMBDA_EXEC_WRAPPER", "POWERTOOLS_LOG_LEVEL", "POWERTOOLS_SERVICE_NAME", "LOG_LEVEL")
"""Environment variables that rules read and that hold no secret. The values of all others are dropped."""
_NOT_READ: Final = "walint does not read it from live accounts"
_IMAGE: Final = "only lambda:GetFunction tells it, which also hands out the code"
_URL = re.compile(r"\bhttps?://[^\s<>\"')\]]+")


def flag(value: Any) -> Any:
    """A word for on or off ("ENABLED", "on", "inactive") as a boolean."""
    if isinstance(value, bool):
        return value
    word = str(value).lower()
    if word in _ON or word in _OFF:
        return word in _ON
    return unknown(f"AWS returned {str(value)[:40]}, which walint does not know")


def keys_only(value: Any) -> Any:
    """Environment variables: names stay, values are dropped but for a few that rules read and nobody hides."""
    if not isinstance(value, Mapping):
        return unknown("AWS returned it in an unexpected shape")
    return {
        str(key): str(inner)
        if any(fnmatchcase(str(key), pattern) for pattern in _HARMLESS_VARIABLES)
        else unknown(_NOT_KEPT, surely_set=True)
        for key, inner in value.items()
    }


def log_options(value: Any) -> Any:
    """Options of a container's log driver: those of awslogs stay, the values of others (a token, say) are dropped."""
    if not isinstance(value, Mapping):
        return unknown("AWS returned it in an unexpected shape")
    return {
        str(key): inner if str(key).startswith("awslogs-") else unknown(_NOT_KEPT, surely_set=True)
        for key, inner in value.items()
    }


def containers(value: Any) -> Any:
    """Container definitions with the values in their log options and health checks dropped."""
    if not isinstance(value, list):
        return unknown("AWS returned it in an unexpected shape")
    return [_container(each) for each in value]


_KEPT_OF_CONTAINERS = ("name", "image", "essential", "cpu", "memory", "memoryReservation", "readonlyRootFilesystem")


def _container(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return unknown("AWS returned it in an unexpected shape")
    kept: dict[str, Any] = {name: value.get(name, NOT_SET) for name in _KEPT_OF_CONTAINERS}
    for name, keep in (
        ("logConfiguration", lambda log: {**log, "options": log_options(log.get("options", {}))}),
        ("firelensConfiguration", lambda router: {"type": router.get("type", NOT_SET), REST: ""}),
        ("healthCheck", lambda check: {**check, "command": unknown(_NOT_KEPT, surely_set=True)}),
    ):
        given = value.get(name)
        kept[name] = keep(given) if isinstance(given, Mapping) else NOT_SET
    kept["environment"] = [
        {"name": each.get("name", NOT_SET), "value": unknown(_NOT_KEPT, surely_set=True)}
        for each in value.get("environment", ())
        if isinstance(each, Mapping)
    ]
    return {**kept, REST: ""}


def code_of_package(value: Any) -> Any:
    """Whether a function is an image: ListFunctions says so, but not which one."""
    image = NOT_SET if value == "Zip" else unknown(_IMAGE, surely_set=True)
    return {"ImageUri": image, REST: ""}


def only_arn(value: Any) -> Any:
    """An ARN; of anything else (an e-mail address, a URL with a token) only that it is none."""
    return value if str(value).startswith("arn:") else "(hidden)"


def prose(value: Any) -> Any:
    """Text for people with its links cut down to scheme, host and path: a query may carry a token."""
    return _URL.sub(lambda match: _plain_link(match[0]), str(value))


def _plain_link(url: str) -> str:
    scheme, _, rest = url.partition("://")
    rest = rest.partition("?")[0].partition("#")[0]
    host, slash, path = rest.partition("/")
    host = host.rpartition("@")[2]
    return f"{scheme}://{host}" if host.startswith("hooks.") else f"{scheme}://{host}{slash}{path}"


def method_settings(value: Any) -> Any:
    """The method settings of a stage: a map by "resource/METHOD" as CloudFormation's list.

    AWS escapes the slashes of the resource as ~1; "*/*" is every method of every resource. Where a method has settings,
    but no limits of its own, those of the account stand in their place; -1, which Terraform writes, is no limit either.
    """
    if not isinstance(value, Mapping):
        return unknown("AWS returned it in an unexpected shape")
    found = []
    for key, settings in value.items():
        path, _, method = str(key).rpartition("/")
        plain = path.replace("~1", "/")
        path = "/*" if plain == "*" else plain if plain.startswith("/") else f"/{plain}"
        found.append({"ResourcePath": path, "HttpMethod": method, **_with_own_limits(settings)})
    return found


_LIMITS: Final = ("throttlingRateLimit", "throttlingBurstLimit")
_OF_THE_ACCOUNT: Final = (10000, 5000)
"""Requests a second and at once, unless AWS raised them (API Gateway quotas, account-level throttling)."""


def _with_own_limits(settings: Any) -> Any:
    limits = [at(settings, name) for name in _LIMITS]
    if tuple(limits) == _OF_THE_ACCOUNT or -1 in limits:
        return {name: value for name, value in settings.items() if name not in _LIMITS}
    return settings


def items_of(value: Any) -> Any:
    """CloudFront's {Quantity, Items} as a list."""
    found = at(value, "Items")
    return [] if found is MISSING else found


def comma_joined(value: Any) -> Any:
    """A comma-separated text as a list."""
    return [part for part in str(value).split(",") if part]


def nothing(_value: Any) -> Any:
    """Not set: a property that says how something was created, which no account tells and nothing depends on later."""
    return NOT_SET


def log_delivery(value: Any) -> Any:
    """The canned ACL by which the log delivery group may write, out of a bucket's grants; other ACLs are not told."""
    uris = [at(grant, "Grantee.URI") for grant in value] if isinstance(value, list) else []
    return "LogDeliveryWrite" if any(str(uri).endswith("/groups/s3/LogDelivery") for uri in uris) else NOT_SET


def rotating_secrets(value: Any) -> Any:
    """The secrets that rotate, out of all secrets; AWS leaves RotationEnabled out where rotation was never set up."""
    return [each for each in value if at(each, "RotationEnabled") is True] if isinstance(value, list) else []


def confirmed(value: Any) -> Any:
    """The subscriptions that are in force; "PendingConfirmation" and "Deleted" stand in the place of an ARN else."""
    listed = value if isinstance(value, list) else []
    return [each for each in listed if str(at(each, "SubscriptionArn")).startswith("arn:")]


def day(value: Any) -> Any:
    """The day of a moment, as YYYY-MM-DD."""
    return value.date().isoformat() if isinstance(value, datetime) else date.fromisoformat(str(value)[:10]).isoformat()


def first(value: Any) -> Any:
    """The first of a list."""
    return value[0] if isinstance(value, list) and value else NOT_SET


def granting_policies(value: Any) -> Any:
    """The policies inside a role: what they allow."""
    return [
        {"PolicyName": at(each, "PolicyName"), "PolicyDocument": _granting(at(each, "PolicyDocument"))}
        for each in value
    ]


def granting_version(value: Any) -> Any:
    """What the version in force of a managed policy allows."""
    found = [_granting(at(each, "Document")) for each in value if at(each, "IsDefaultVersion") is True]
    return found[0] if found else unknown("AWS returned no version that is in force")


def _granting(document: Any) -> Any:
    """Effects and actions of a policy; botocore hands out the document as a map."""
    listed = at(document, "Statement")
    entries = listed if isinstance(listed, list) else [] if listed is MISSING else [listed]
    kept = ("Effect", "Action", "NotAction")
    return {"Statement": [{name: each[name] for name in kept if name in each} for each in entries]}


def notified(value: Any) -> Any:
    """The notifications of a budget, without those who receive them: addresses of people are not kept."""
    return [{"Notification": {"Threshold": at(each, "Threshold")}, REST: _NOT_READ} for each in value]


def not_empty(value: Any) -> Any:
    """The same, unless it is empty: AWS writes "" or an empty list for what is not set."""
    return value if value not in ("", [], {}, None) else NOT_SET


def granularity(value: Any) -> Any:
    """The metrics collection of a scaling group, out of its list of {Metric, Granularity}."""
    by: dict[str, list[str]] = {}
    for each in value if isinstance(value, list) else []:
        by.setdefault(str(at(each, "Granularity")), []).append(str(at(each, "Metric")))
    return [{"Granularity": key, "Metrics": metrics} for key, metrics in sorted(by.items())]


def tail(value: Any) -> Any:
    """What follows the last slash or colon of an ARN."""
    return re.split(r"[:/]", str(value))[-1]


def count(value: Any) -> Any:
    """How many there are."""
    return len(value) if isinstance(value, list) else unknown("AWS returned it in an unexpected shape")


def replicas_per_group(value: Any) -> Any:
    """How many replicas every node group of a cache has; unknown when they differ."""
    members = [at(group, "NodeGroupMembers") for group in value] if isinstance(value, list) else []
    sizes = {len(each) for each in members if isinstance(each, list)}
    if len(sizes) == 1:
        return max(0, sizes.pop() - 1)
    return unknown("its node groups differ, or AWS does not tell their members")


def nodes_of_one_group(value: Any) -> Any:
    """How many nodes a cache has that is not sharded; of one with several node groups the question makes no sense."""
    groups = value if isinstance(value, list) else []
    if len(groups) != 1:
        return NOT_SET
    members = at(groups[0], "NodeGroupMembers")
    return len(members) if isinstance(members, list) else unknown("AWS did not return the members of its node group")


def node_groups(value: Any) -> Any:
    """The node groups of a cache, each with the number of its replicas."""
    return [_node_group(group) for group in value] if isinstance(value, list) else NOT_SET


def _node_group(group: Any) -> Any:
    members = at(group, "NodeGroupMembers")
    known = isinstance(members, list)
    replicas = max(0, len(members) - 1) if known else unknown("AWS did not return the members of its node group")
    return {"NodeGroupId": at(group, "NodeGroupId"), "ReplicaCount": replicas, REST: _NOT_READ}


def zones_mode(value: Any) -> Any:
    """Whether a cache cluster is in one zone or several, by its preferred zone: "Multiple", or the zone."""
    return "cross-az" if value == "Multiple" else "single-az"


def version_weights(value: Any) -> Any:
    """The further versions of an alias, out of a map of version to weight."""
    if not isinstance(value, Mapping):
        return unknown("AWS returned it in an unexpected shape")
    return [{"FunctionVersion": str(version), "FunctionWeight": weight} for version, weight in value.items()]


def statements(value: Any) -> Any:
    """The statements of a resource policy, as permissions: who may do what. A policy that is no JSON has none known."""
    try:
        policy = json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return []
    found = at(policy, "Statement")
    entries = found if isinstance(found, list) else [] if found is MISSING else [found]
    return [_permission(entry) for entry in entries if isinstance(entry, Mapping)]


def _permission(entry: Mapping[str, Any]) -> dict[str, Any]:
    principal = entry.get("Principal")
    if isinstance(principal, Mapping):
        principal = next(iter(principal.values()), MISSING)
    permission = {"Sid": entry.get("Sid", ""), "Principal": principal, "Action": entry.get("Action")}
    for operator, name, key in (
        ("ArnLike", "AWS:SourceArn", "SourceArn"),
        ("StringEquals", "AWS:SourceAccount", "SourceAccount"),
    ):
        value = at(entry, f"Condition.{operator}.{name}")
        if value is not MISSING:
            permission[key] = value
    return {key: value for key, value in permission.items() if isinstance(value, str)}


def cluster_logging(value: Any) -> Any:
    """The kinds of log that an EKS cluster writes, out of its list of {types, enabled}."""
    entries = value if isinstance(value, list) else []
    return [{"Type": kind} for entry in entries if at(entry, "enabled") is True for kind in entry.get("types", ())]


def targets(value: Any) -> Any:
    """The targets of a target group, out of the state of their health."""
    return [{"Id": at(each, "Target.Id")} for each in value] if isinstance(value, list) else []


def lifecycle_rules(value: Any) -> Any:
    """The lifecycle rules of a bucket. Filter and expiration stand side by side in CloudFormation."""
    return [_lifecycle_rule(rule) for rule in value if isinstance(rule, Mapping)] if isinstance(value, list) else []


def _lifecycle_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    chosen = rule.get("Filter", {})
    both = {**chosen, **chosen.get("And", {})}
    tags = [both["Tag"]] if "Tag" in both else both.get("Tags", [])
    expiration = rule.get("Expiration", {})
    folded: dict[str, Any] = {
        "Id": rule.get("ID", NOT_SET),
        "Status": rule.get("Status", NOT_SET),
        "Prefix": both.get("Prefix", rule.get("Prefix", NOT_SET)),
        "TagFilters": tags or NOT_SET,
        "ObjectSizeGreaterThan": both.get("ObjectSizeGreaterThan", NOT_SET),
        "ObjectSizeLessThan": both.get("ObjectSizeLessThan", NOT_SET),
        "ExpirationInDays": expiration.get("Days", NOT_SET),
        "ExpirationDate": expiration.get("Date", NOT_SET),
        "ExpiredObjectDeleteMarker": expiration.get("ExpiredObjectDeleteMarker", NOT_SET),
    }
    return {**folded, REST: ""}


def encryption_rules(value: Any) -> Any:
    """Default encryption; the API says ApplyServerSideEncryptionByDefault where CloudFormation has ServerSide..."""
    return [
        {"BucketKeyEnabled": at(rule, "BucketKeyEnabled") is True, "ServerSideEncryptionByDefault": default}
        for rule in value
        if (default := at(rule, "ApplyServerSideEncryptionByDefault")) is not MISSING
    ]


def lambda_notifications(value: Any) -> Any:
    """The functions that a bucket calls, one entry for each event as CloudFormation has them."""
    return [
        {"Event": event, "Function": each.get("LambdaFunctionArn", "")}
        for each in value
        for event in each.get("Events", ())
    ]


def backup_rules(value: Any) -> Any:
    """The rules of a backup plan: TargetBackupVaultName is TargetBackupVault there, names stay as they are else."""
    if not isinstance(value, list):
        return unknown("AWS returned it in an unexpected shape")
    return [
        {**rule, "TargetBackupVault": rule.get("TargetBackupVaultName", NOT_SET)}
        for rule in value
        if isinstance(rule, Mapping)
    ]


def cloudfront_logging(value: Any) -> Any:
    """Where a distribution writes its logs; AWS returns {Enabled: false} for a distribution without."""
    return value if at(value, "Enabled") is True else NOT_SET


def cache_behavior(value: Any) -> Any:
    """Which functions run for a cache behaviour and where its requests are logged; nothing else of it is kept."""
    functions = items_of(value.get("LambdaFunctionAssociations", {}))
    return Mark(
        {
            "RealtimeLogConfigArn": value.get("RealtimeLogConfigArn") or NOT_SET,
            "LambdaFunctionAssociations": [
                {"LambdaFunctionARN": at(each, "LambdaFunctionARN"), "EventType": at(each, "EventType")}
                for each in functions
            ],
            REST: _NOT_READ,
        }
    )


def cache_behaviors(value: Any) -> Any:
    """The same for the list of further cache behaviours."""
    return [cache_behavior(each) for each in items_of(value)]


def artifact_stores(value: Any) -> Any:
    """The artifact stores of a pipeline by region, as CloudFormation's list."""
    return [{"Region": region, "ArtifactStore": store} for region, store in value.items()]


def pipeline_stages(value: Any) -> Any:
    """Stages and actions of a pipeline: names and kinds; what actions are configured with may hold secrets."""
    return [
        {
            "Name": at(stage, "name"),
            "Actions": [
                Mark(
                    {
                        "Name": at(action, "name"),
                        "ActionTypeId": {
                            name: at(action, f"actionTypeId.{name}")
                            for name in ("Category", "Owner", "Provider", "Version")
                        },
                        "RunOrder": action.get("runOrder", 1),
                        REST: _NOT_READ,
                    }
                )
                for action in stage.get("actions", ())
            ],
            REST: "",
        }
        for stage in value
    ]


def iot_action(value: Any) -> Any:
    """What a topic rule does: the targets that other resources are; nothing else of it is kept."""
    kept: dict[str, Any] = {REST: _NOT_READ}
    function, queue = at(value, "lambda.functionArn"), at(value, "sqs.queueUrl")
    kept["Lambda"] = NOT_SET if function is MISSING else {"FunctionArn": function}
    kept["Sqs"] = NOT_SET if queue is MISSING else {"QueueUrl": queue, REST: _NOT_READ}
    return Mark(kept)


def iot_actions(value: Any) -> Any:
    """The same for a list of actions."""
    return [iot_action(each) for each in value]


def receipt_actions(value: Any) -> Any:
    """What a mail receipt rule does: the functions it calls; nothing else of it is kept."""
    found = []
    for each in value:
        function = at(each, "LambdaAction.FunctionArn")
        action = NOT_SET if function is MISSING else {"FunctionArn": function, REST: _NOT_READ}
        found.append(Mark({"LambdaAction": action, REST: _NOT_READ}))
    return found


_OF_STATES = ("Branches", "ItemProcessor", "Iterator", "States", "TimeoutSeconds", "TimeoutSecondsPath", "Type")


def outline_of_states(value: Any) -> Any:
    """The states of a machine, as JSON: what each is and what follows its failure, nothing it is called with."""
    try:
        outline = _outline(json.loads(value))
    except (ValueError, RecursionError):
        return unknown("AWS returned a definition that is no JSON")
    return json.dumps(outline)


def _outline(part: Any) -> Any:
    kept = {name: part[name] for name in _OF_STATES if name in part}
    kept |= {name: [{}] * len(part[name]) for name in ("Retry", "Catch") if isinstance(part.get(name), list)}
    if isinstance(kept.get("States"), dict):
        kept["States"] = {name: _outline(state) for name, state in kept["States"].items() if isinstance(state, dict)}
    if isinstance(kept.get("Branches"), list):
        kept["Branches"] = [_outline(branch) for branch in kept["Branches"] if isinstance(branch, dict)]
    return kept | {
        name: _outline(kept[name]) for name in ("Iterator", "ItemProcessor") if isinstance(kept.get(name), dict)
    }


TRANSFORMS: Final[Mapping[str, Callable[[Any], Any]]] = {
    each.__name__: each
    for each in (
        artifact_stores, backup_rules, cache_behavior, cache_behaviors, cloudfront_logging, cluster_logging,
        code_of_package, comma_joined, confirmed, containers, count, day, encryption_rules, first, flag,
        granting_policies, granting_version, granularity, iot_action, iot_actions, items_of, keys_only,
        lambda_notifications, lifecycle_rules, log_delivery, method_settings, node_groups, nodes_of_one_group,
        not_empty, nothing, notified, only_arn, outline_of_states, pipeline_stages, prose, receipt_actions,
        replicas_per_group, rotating_secrets, statements, tail, targets, version_weights, zones_mode,
    )
}  # fmt: skip
