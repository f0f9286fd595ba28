"""Every Terraform resource that is a part of another one in CloudFormation ends up in it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sources.terraform.building import MAYBE, bound, one_of, plain, properties, ref, span, tf, value
from walint.catalog.terraform import bound_types, row_of
from walint.model.value import Known, Reference, Text, Unknown
from walint.sources.terraform.resource import TerraformResource

BUCKET = tf("aws_s3_bucket.b", {"bucket": "logs"})
OF_BUCKET = {"bucket": ref("aws_s3_bucket.b", "id")}


def folded(parent: TerraformResource, companion: TerraformResource) -> Any:
    """What a companion adds to its parent, checked to leave nothing of its own."""
    alone = properties(parent)
    found = bound(parent, companion)
    assert list(found) == [parent.address]
    whole = plain(found[parent.address].properties)
    return {name: one for name, one in whole.items() if alone.get(name) != one}


CASES: list[tuple[TerraformResource, str, dict[str, Any], dict[str, Any]]] = [
    (
        BUCKET,
        "aws_s3_bucket_versioning",
        {**OF_BUCKET, "versioning_configuration": [{"status": "Enabled"}]},
        {"VersioningConfiguration": {"Status": "Enabled"}},
    ),
    (BUCKET, "aws_s3_bucket_acl", {**OF_BUCKET, "acl": "log-delivery-write"}, {"AccessControl": "LogDeliveryWrite"}),
    (
        BUCKET,
        "aws_s3_bucket_logging",
        {**OF_BUCKET, "target_bucket": "audit", "target_prefix": "b/"},
        {"LoggingConfiguration": {"DestinationBucketName": "audit", "LogFilePrefix": "b/"}},
    ),
    (
        BUCKET,
        "aws_s3_bucket_lifecycle_configuration",
        {
            **OF_BUCKET,
            "rule": [
                {
                    "id": "old",
                    "status": "Enabled",
                    "filter": [{"prefix": "logs/"}],
                    "expiration": [{"days": 90}],
                    "transition": [{"days": 30, "storage_class": "GLACIER"}],
                    "noncurrent_version_expiration": [{"noncurrent_days": 7}],
                    "abort_incomplete_multipart_upload": [{"days_after_initiation": 1}],
                }
            ],
        },
        {
            "LifecycleConfiguration": {
                "Rules": [
                    {
                        "Id": "old",
                        "Status": "Enabled",
                        "Prefix": "logs/",
                        "ExpirationInDays": 90,
                        "Transitions": [{"TransitionInDays": 30, "StorageClass": "GLACIER"}],
                        "NoncurrentVersionExpiration": {"NoncurrentDays": 7},
                        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
                    }
                ]
            }
        },
    ),
    (
        BUCKET,
        "aws_s3_bucket_replication_configuration",
        {**OF_BUCKET, "role": "r", "rule": [{"status": "Enabled", "destination": [{"bucket": "arn:aws:s3:::c"}]}]},
        {
            "ReplicationConfiguration": {
                "Role": "r",
                "Rules": [{"Status": "Enabled", "Destination": {"Bucket": "arn:aws:s3:::c"}}],
            }
        },
    ),
    (
        BUCKET,
        "aws_s3_bucket_notification",
        {
            **OF_BUCKET,
            "lambda_function": [
                {"lambda_function_arn": ref("aws_lambda_function.f", "arn"), "events": ["s3:ObjectCreated:*"]}
            ],
        },
        {
            "NotificationConfiguration": {
                "LambdaConfigurations": [{"Function": "aws_lambda_function.f!Arn", "Event": "s3:ObjectCreated:*"}]
            }
        },
    ),
    (
        BUCKET,
        "aws_s3_bucket_object_lock_configuration",
        {**OF_BUCKET, "rule": [{"default_retention": [{"mode": "COMPLIANCE", "days": 5}]}]},
        {"ObjectLockConfiguration": {"Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 5}}}},
    ),
    (
        BUCKET,
        "aws_s3_bucket_server_side_encryption_configuration",
        {**OF_BUCKET, "rule": [{"apply_server_side_encryption_by_default": [{"sse_algorithm": "aws:kms"}]}]},
        {
            "BucketEncryption": {
                "ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]
            }
        },
    ),
    (
        BUCKET,
        "aws_s3_bucket_public_access_block",
        {**OF_BUCKET, "block_public_acls": True},
        {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True}},
    ),
    (
        BUCKET,
        "aws_s3_bucket_accelerate_configuration",
        {**OF_BUCKET, "status": "Enabled"},
        {"AccelerateConfiguration": {"AccelerationStatus": "Enabled"}},
    ),
    (
        BUCKET,
        "aws_s3_bucket_ownership_controls",
        {**OF_BUCKET, "rule": [{"object_ownership": "BucketOwnerEnforced"}]},
        {"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}},
    ),
    (
        tf("aws_api_gateway_stage.s", {"stage_name": "prod", "rest_api_id": ref("aws_api_gateway_rest_api.a", "id")}),
        "aws_api_gateway_method_settings",
        {
            "stage_name": "prod",
            "rest_api_id": ref("aws_api_gateway_rest_api.a", "id"),
            "method_path": "*/*",
            "settings": [{"logging_level": "INFO", "throttling_rate_limit": 10}],
        },
        {
            "MethodSettings": [
                {"ResourcePath": "/*", "HttpMethod": "*", "LoggingLevel": "INFO", "ThrottlingRateLimit": 10}
            ]
        },
    ),
    (
        tf("aws_cloudwatch_event_rule.r", {"name": "nightly"}),
        "aws_cloudwatch_event_target",
        {
            "rule": ref("aws_cloudwatch_event_rule.r", "name"),
            "arn": ref("aws_lambda_function.f", "arn"),
            "dead_letter_config": [{"arn": ref("aws_sqs_queue.dead", "arn")}],
        },
        {"Targets": [{"Arn": "aws_lambda_function.f!Arn", "DeadLetterConfig": {"Arn": "aws_sqs_queue.dead!Arn"}}]},
    ),
    (
        tf("aws_efs_file_system.e"),
        "aws_efs_backup_policy",
        {"file_system_id": ref("aws_efs_file_system.e", "id"), "backup_policy": [{"status": "ENABLED"}]},
        {"BackupPolicy": {"Status": "ENABLED"}},
    ),
    (
        tf("aws_ecr_repository.r", {"name": "web"}),
        "aws_ecr_lifecycle_policy",
        {"repository": "web", "policy": '{"rules": []}'},
        {"LifecyclePolicy": {"LifecyclePolicyText": '{"rules": []}'}},
    ),
    (
        tf("aws_backup_vault.v", {"name": "v"}),
        "aws_backup_vault_lock_configuration",
        {"backup_vault_name": ref("aws_backup_vault.v", "name"), "min_retention_days": 7},
        {"LockConfiguration": {"MinRetentionDays": 7}},
    ),
    (
        tf("aws_backup_vault.v", {"name": "v"}),
        "aws_backup_vault_notifications",
        {"backup_vault_name": "v", "sns_topic_arn": "t", "backup_vault_events": ["BACKUP_JOB_FAILED"]},
        {"Notifications": {"SNSTopicArn": "t", "BackupVaultEvents": ["BACKUP_JOB_FAILED"]}},
    ),
    (
        tf("aws_backup_vault.v", {"name": "v"}),
        "aws_backup_vault_policy",
        {"backup_vault_name": "v", "policy": '{"Statement": []}'},
        {"AccessPolicy": {"Statement": []}},
    ),
    (
        tf("aws_lambda_alias.live", {"name": "live", "function_name": ref("aws_lambda_function.f", "function_name")}),
        "aws_lambda_provisioned_concurrency_config",
        {
            "function_name": ref("aws_lambda_function.f", "function_name"),
            "qualifier": "live",
            "provisioned_concurrent_executions": 5,
        },
        {"ProvisionedConcurrencyConfig": {"ProvisionedConcurrentExecutions": 5}},
    ),
    (
        tf("aws_lambda_function.f", {"function_name": "f"}),
        "aws_lambda_runtime_management_config",
        {"function_name": "f", "update_runtime_on": "Manual"},
        {"RuntimeManagementConfig": {"UpdateRuntimeOn": "Manual"}},
    ),
    (
        tf("aws_lambda_function.f", {"function_name": "f"}),
        "aws_lambda_function_recursion_config",
        {"function_name": "f", "recursive_loop": "Allow"},
        {"RecursiveLoop": "Allow"},
    ),
    (
        tf("aws_sqs_queue.q", {"name": "q"}),
        "aws_sqs_queue_redrive_policy",
        {"queue_url": ref("aws_sqs_queue.q", "id"), "redrive_policy": '{"maxReceiveCount": 3}'},
        {"RedrivePolicy": {"maxReceiveCount": 3}},
    ),
    (
        tf("aws_sqs_queue.q", {"name": "q"}),
        "aws_sqs_queue_redrive_allow_policy",
        {"queue_url": ref("aws_sqs_queue.q", "id"), "redrive_allow_policy": '{"redrivePermission": "denyAll"}'},
        {"RedriveAllowPolicy": {"redrivePermission": "denyAll"}},
    ),
    (
        tf("aws_redshift_cluster.c", {"cluster_identifier": "c"}),
        "aws_redshift_logging",
        {"cluster_identifier": ref("aws_redshift_cluster.c", "id"), "bucket_name": "audit"},
        {"LoggingProperties": {"BucketName": "audit"}},
    ),
    (
        tf("aws_ecs_cluster.c", {"name": "c"}),
        "aws_ecs_cluster_capacity_providers",
        {"cluster_name": ref("aws_ecs_cluster.c", "name"), "capacity_providers": ["FARGATE"]},
        {"CapacityProviders": ["FARGATE"]},
    ),
    (
        tf("aws_autoscaling_group.g", {"name": "g"}),
        "aws_autoscaling_attachment",
        {"autoscaling_group_name": ref("aws_autoscaling_group.g", "id"), "lb_target_group_arn": "arn:t"},
        {"TargetGroupARNs": ["arn:t"]},
    ),
    (
        tf("aws_appautoscaling_target.t", {"resource_id": "table/t", "scalable_dimension": "d"}),
        "aws_appautoscaling_scheduled_action",
        {"name": "night", "resource_id": "table/t", "scalable_dimension": "d", "schedule": "rate(1 day)"},
        {"ScheduledActions": [{"ScheduledActionName": "night", "Schedule": "rate(1 day)"}]},
    ),
    (
        tf("aws_lb_target_group.g"),
        "aws_lb_target_group_attachment",
        {
            "target_group_arn": ref("aws_lb_target_group.g", "arn"),
            "target_id": ref("aws_lambda_function.f", "arn"),
            "port": 80,
        },
        {"Targets": [{"Id": "aws_lambda_function.f!Arn", "Port": 80}]},
    ),
    (
        tf("aws_alb_target_group.g"),
        "aws_alb_target_group_attachment",
        {"target_group_arn": ref("aws_alb_target_group.g", "arn"), "target_id": "i-1"},
        {"Targets": [{"Id": "i-1"}]},
    ),
    (
        tf("aws_iam_role.r", {"name": "r", "managed_policy_arns": ["a"]}),
        "aws_iam_role_policy_attachment",
        {"role": ref("aws_iam_role.r", "name"), "policy_arn": "b"},
        {"ManagedPolicyArns": ["a", "b"]},
    ),
    (
        tf("aws_codecommit_repository.r", {"repository_name": "r"}),
        "aws_codecommit_trigger",
        {"repository_name": "r", "trigger": [{"name": "t", "destination_arn": "arn:f", "events": ["all"]}]},
        {"Triggers": [{"Name": "t", "DestinationArn": "arn:f", "Events": ["all"]}]},
    ),
    (
        tf("aws_autoscaling_group.g", {"name": "g"}),
        "aws_autoscaling_traffic_source_attachment",
        {
            "autoscaling_group_name": ref("aws_autoscaling_group.g", "id"),
            "traffic_source": [{"identifier": "arn:targets", "type": "elbv2"}],
        },
        {"TrafficSources": [{"Identifier": "arn:targets", "Type": "elbv2"}]},
    ),
]


@pytest.mark.parametrize(("parent", "type_name", "body", "expected"), CASES, ids=[case[1] for case in CASES])
def test_it_becomes_a_part_of_its_parent(
    parent: TerraformResource, type_name: str, body: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert folded(parent, tf(f"{type_name}.c", body)) == expected


def test_every_companion_of_the_table_has_a_case() -> None:
    companions = {name for name in bound_types() if (row := row_of(name)) is not None and row.companion is not None}
    beside = {"aws_config_configuration_recorder_status", "aws_dynamodb_table_replica"}
    assert companions - {case[1] for case in CASES} == beside


def test_a_recorder_s_status_is_an_attribute_of_the_recorder() -> None:
    recorder = tf("aws_config_configuration_recorder.r", {"name": "default"})
    status = tf("aws_config_configuration_recorder_status.s", {"name": "default", "is_enabled": True})
    found = bound(recorder, status)
    assert list(found) == ["aws_config_configuration_recorder.r"]
    assert plain(found["aws_config_configuration_recorder.r"].attributes["Recording"]) == plain(Known(data=True))


def test_replicas_of_a_table_stand_beside_its_properties() -> None:
    table = tf("aws_dynamodb_table.t", {"name": "t", "replica": [{"region_name": "us-east-1"}]})
    replica = tf(
        "aws_dynamodb_table_replica.r",
        {"global_table_arn": ref("aws_dynamodb_table.t", "arn"), "point_in_time_recovery": True},
    )
    found = bound(table, replica)
    assert list(found) == ["aws_dynamodb_table.t"]
    recovery = {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}}
    assert plain(found["aws_dynamodb_table.t"].attributes["Replicas"]) == [{"Region": "us-east-1"}, recovery]


class TestLinks:
    """Which parent a companion belongs to, and what follows where that cannot be decided."""

    @staticmethod
    def versioning(bucket: Any, **more: Any) -> TerraformResource:
        body = {"bucket": bucket, "versioning_configuration": [{"status": "Enabled"}]}
        return tf("aws_s3_bucket_versioning.v", body, **more)

    def status(self, parent: TerraformResource, companion: TerraformResource, *others: TerraformResource) -> Any:
        found = plain(bound(parent, companion, *others)[parent.address].properties)
        return found.get("VersioningConfiguration", "none")

    @pytest.mark.parametrize(
        ("named", "own", "expected"),
        [
            (ref("aws_s3_bucket.b", "id"), "x", "sure"),
            (ref("aws_s3_bucket.b", "arn"), None, "sure"),
            ("x", "x", "sure"),
            ("x", "y", "none"),
            ("x", None, "none"),
            (ref("aws_s3_bucket.other", "id"), "x", "none"),
            (ref("aws_ssm_parameter.p", "value"), "x", "perhaps"),
            (ref("aws_ssm_parameter.p", "value", text="x"), "x", "sure"),
            (ref("aws_ssm_parameter.p", "value", text="y"), "x", "none"),
            (MAYBE, "x", "perhaps"),
            (MAYBE, MAYBE, "sure"),
            (MAYBE, Unknown("another"), "perhaps"),
            (Unknown("no symbol"), Unknown("no symbol"), "perhaps"),
            (MAYBE, None, "none"),
            (Text(("logs-", MAYBE)), Text(("logs-", MAYBE)), "sure"),
            (Text(("logs-", MAYBE)), "logs-x", "perhaps"),
            (Text(("logs-", MAYBE)), "data-x", "none"),
            (Text((MAYBE, "-logs")), Text((Unknown("other"), "-data")), "none"),
        ],
    )
    def test_a_bucket_is_named(self, named: Any, own: Any, expected: str) -> None:
        parent = tf("aws_s3_bucket.b", {} if own is None else {"bucket": own})
        others = [tf("aws_s3_bucket.other"), tf("aws_ssm_parameter.p")]
        found = self.status(parent, self.versioning(named), *others)
        variable = "infra#aws_s3_bucket_versioning.v belongs to aws_s3_bucket.b"
        assert (
            found
            == {
                "sure": {"Status": "Enabled"},
                "none": "none",
                "perhaps": {((variable, True),): {"Status": "Enabled"}, ((variable, False),): None},
            }[expected]
        )

    def test_a_conditional_parent(self) -> None:
        named = one_of("var.mine", ref("aws_s3_bucket.b", "id"), "elsewhere")
        found = self.status(BUCKET, self.versioning(named))
        assert found == {
            (("infra#var.mine", True),): {"Status": "Enabled"},
            (("infra#var.mine", False),): None,
        }

    def test_what_may_not_exist_at_all(self) -> None:
        found = self.status(BUCKET, self.versioning(ref("aws_s3_bucket.b", "id"), presence=MAYBE))
        variable = "infra#aws_s3_bucket_versioning.v exists"
        assert found == {((variable, True),): {"Status": "Enabled"}, ((variable, False),): None}

    def test_an_unknown_block_of_it_is_unknown_in_the_parent(self) -> None:
        body = {"bucket": ref("aws_s3_bucket.b", "id"), "versioning_configuration": MAYBE}
        found = self.status(BUCKET, tf("aws_s3_bucket_versioning.v", body))
        assert found == f"unknown: {MAYBE.reason}"

    def test_instances_belong_to_their_own_bucket(self) -> None:
        found = bound(
            tf('aws_s3_bucket.b["a"]'),
            tf('aws_s3_bucket.b["c"]'),
            tf(
                'aws_s3_bucket_versioning.v["a"]',
                {"bucket": ref('aws_s3_bucket.b["a"]', "id"), "versioning_configuration": [{"status": "Enabled"}]},
            ),
        )
        assert {address: plain(one.properties) for address, one in found.items()} == {
            'aws_s3_bucket.b["a"]': {"VersioningConfiguration": {"Status": "Enabled"}},
            'aws_s3_bucket.b["c"]': {},
        }

    def test_a_stage_of_another_api_is_another_stage(self) -> None:
        api = ref("aws_api_gateway_rest_api.other", "id")
        stage = tf("aws_api_gateway_stage.s", {"stage_name": "prod", "rest_api_id": api})
        settings = tf(
            "aws_api_gateway_method_settings.m",
            {"stage_name": "prod", "rest_api_id": ref("aws_api_gateway_rest_api.a", "id"), "method_path": "*/*"},
        )
        assert "MethodSettings" not in properties(stage, settings)

    def test_the_place_of_a_folded_value_is_its_own(self) -> None:
        status = value("Suspended", span(7))
        body = {"bucket": ref("aws_s3_bucket.b", "id"), "versioning_configuration": [{"status": status}]}
        bucket = bound(BUCKET, tf("aws_s3_bucket_versioning.v", body, line=6))["aws_s3_bucket.b"]
        assert isinstance(bucket.properties, Known)
        versioning = bucket.properties.data["VersioningConfiguration"]  # type: ignore[index]
        assert versioning.data["Status"].span == span(7)
        assert bucket.spoken("VersioningConfiguration.Status") == (
            "aws_s3_bucket_versioning.versioning_configuration.status"
        )

    def test_a_target_of_a_rule_that_is_declared_elsewhere_is_judged_by_itself(self) -> None:
        found = bound(
            tf("aws_cloudwatch_event_target.t", {"rule": "elsewhere", "arn": "arn:aws:lambda:x:1:function:f"})
        )
        assert found["aws_cloudwatch_event_target.t"].type == "AWS::Events::Rule"
        assert plain(found["aws_cloudwatch_event_target.t"].properties) == {
            "Targets": [{"Arn": "arn:aws:lambda:x:1:function:f"}]
        }

    def test_a_notification_of_a_bucket_elsewhere_is_seen_and_not_judged(self) -> None:
        body = {"bucket": "elsewhere", "lambda_function": [{"lambda_function_arn": "arn:f", "events": ["x"]}]}
        found = bound(tf("aws_s3_bucket_notification.n", body))["aws_s3_bucket_notification.n"]
        assert (found.type, found.exempt) == ("AWS::S3::Bucket", "a part of a resource that is declared elsewhere")
        assert plain(found.properties) == {
            "NotificationConfiguration": {"LambdaConfigurations": [{"Function": "arn:f", "Event": "x"}]}
        }

    def test_targets_of_one_rule_are_listed_together(self) -> None:
        rule = tf("aws_cloudwatch_event_rule.r", {"name": "r"})
        first, second = (
            tf(f"aws_cloudwatch_event_target.{name}", {"rule": ref("aws_cloudwatch_event_rule.r", "name"), "arn": name})
            for name in "ab"
        )
        assert properties(rule, first, second)["Targets"] == [{"Arn": "a"}, {"Arn": "b"}]


class TestSpecial:
    """What an argument makes besides, and links that CloudFormation spells out."""

    def test_a_published_function_has_a_version(self) -> None:
        found = bound(tf("aws_lambda_function.f", {"publish": True}))
        version = found["aws_lambda_function.f.version"]
        assert (version.type, version.generated, version.key) == (
            "AWS::Lambda::Version",
            True,
            "infra#aws_lambda_function.f.version",
        )
        assert plain(version.properties) == {"FunctionName": "aws_lambda_function.f!Ref"}

    @pytest.mark.parametrize("body", [{}, {"publish": False}])
    def test_one_that_is_not_published_has_none(self, body: dict[str, Any]) -> None:
        assert list(bound(tf("aws_lambda_function.f", body))) == ["aws_lambda_function.f"]

    def test_whether_it_is_published_may_depend_on_a_condition(self) -> None:
        publish = one_of("var.prod", yes=True, no=False)
        found = bound(tf("aws_lambda_function.f", {"publish": publish}))
        assert plain(found["aws_lambda_function.f.version"].presence) == {
            (("infra#var.prod", True),): True,
            (("infra#var.prod", False),): False,
        }

    @pytest.mark.parametrize(
        ("resource_id", "dimension", "expected"),
        [
            (ref("aws_appautoscaling_target.t", "resource_id"), "d", "aws_appautoscaling_target.t!Ref"),
            ("service/c/s", "d", "aws_appautoscaling_target.t!Ref"),
            ("service/c/s", "e", None),
            ("service/c/other", "d", None),
        ],
    )
    def test_a_scaling_policy_names_its_target(self, resource_id: Any, dimension: str, expected: str | None) -> None:
        same = {"scalable_dimension": "d", "service_namespace": "ecs"}
        target = tf("aws_appautoscaling_target.t", {**same, "resource_id": "service/c/s"})
        body = {**same, "scalable_dimension": dimension, "resource_id": resource_id}
        assert properties(tf("aws_appautoscaling_policy.p", body), target).get("ScalingTargetId") == expected

    def test_a_qualified_arn_is_of_the_function(self) -> None:
        alarm = tf("aws_cloudwatch_metric_alarm.a", {"alarm_actions": [ref("aws_lambda_function.f", "qualified_arn")]})
        found = bound(alarm)["aws_cloudwatch_metric_alarm.a"]
        assert isinstance(found.properties, Known)
        actions = found.properties.data["AlarmActions"]  # type: ignore[index]
        assert actions.data[0] == Reference("infra#aws_lambda_function.f", "*qualified")
