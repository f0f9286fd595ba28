"""Terraform resources become resources of the graph: names, shapes, tags, attributes, what is not known."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sources.terraform.building import MAYBE, bound, one_of, plain, properties, provider, ref, span, tf, value
from walint.model.value import Absent, Known, Reference, Text, Unknown
from walint.sources.terraform.resource import TerraformResource


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        (tf("aws_lambda_function.api", {"function_name": "api", "timeout": 3}), {"FunctionName": "api", "Timeout": 3}),
        (
            tf("aws_lambda_function.api", {"tracing_config": [{"mode": "Active"}]}),
            {"TracingConfig": {"Mode": "Active"}},
        ),
        (tf("aws_lambda_function.api", {"image_uri": "x:1"}), {"Code": {"ImageUri": "x:1"}}),
        (tf("aws_lambda_function.api", {"reserved_concurrent_executions": -1}), {"ReservedConcurrentExecutions": None}),
        (tf("aws_lambda_function.api", {"tracing_config": []}), {}),
        (tf("aws_cloudwatch_log_group.logs", {"retention_in_days": 0}), {"RetentionInDays": None}),
        (tf("aws_cloudwatch_log_group.logs", {"retention_in_days": "14"}), {"RetentionInDays": "14"}),
        (
            tf("aws_cloudwatch_metric_alarm.errors", {"dimensions": {"FunctionName": "api", "Resource": "api:live"}}),
            {"Dimensions": [{"Name": "FunctionName", "Value": "api"}, {"Name": "Resource", "Value": "api:live"}]},
        ),
        (
            tf(
                "aws_cloudwatch_metric_alarm.errors",
                {"metric_query": [{"id": "m", "metric": [{"metric_name": "Errors", "stat": "Sum"}]}]},
            ),
            {"Metrics": [{"Id": "m", "MetricStat": {"Metric": {"MetricName": "Errors"}, "Stat": "Sum"}}]},
        ),
        (
            tf("aws_dynamodb_table.t", {"point_in_time_recovery": [{"enabled": True}], "read_capacity": 5}),
            {
                "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
                "ProvisionedThroughput": {"ReadCapacityUnits": 5},
            },
        ),
        (
            tf(
                "aws_sqs_queue.q",
                {"redrive_policy": '{"maxReceiveCount": 3, "deadLetterTargetArn": "arn:aws:sqs:x:1:d"}'},
            ),
            {"RedrivePolicy": {"maxReceiveCount": 3, "deadLetterTargetArn": "arn:aws:sqs:x:1:d"}},
        ),
        (
            tf("aws_sns_topic.t", {"name": "t", "tracing_config": "Active"}),
            {"TopicName": "t", "TracingConfig": "Active"},
        ),
    ],
)
def test_arguments_and_blocks_become_properties(resource: TerraformResource, expected: Any) -> None:
    assert properties(resource) == expected


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        (tf("aws_cloudwatch_metric_alarm.a", {"dimensions": MAYBE}), {"Dimensions": f"unknown: {MAYBE.reason}"}),
        (
            tf("aws_cloudwatch_metric_alarm.a", {"dimensions": Known({"A": Known("b")}, rest=MAYBE)}),
            {"Dimensions": [{"Name": "A", "Value": "b"}, "..."]},
        ),
        (tf("aws_lambda_function.f", {"tracing_config": MAYBE}), {"TracingConfig": f"unknown: {MAYBE.reason}"}),
        (
            tf("aws_lambda_function.f", {"tracing_config": Known([], rest=MAYBE)}),
            {"TracingConfig": f"unknown: {MAYBE.reason}"},
        ),
        (
            tf("aws_lambda_function.f", {"tracing_config": one_of("var.traced", [{"mode": "Active"}], [])}),
            {
                "TracingConfig": {
                    (("infra#var.traced", True),): {"Mode": "Active"},
                    (("infra#var.traced", False),): None,
                }
            },
        ),
        (
            tf("aws_dynamodb_table.t", {"read_capacity": one_of("var.on", 5, None), "write_capacity": 1}),
            {
                "ProvisionedThroughput": {
                    "ReadCapacityUnits": {(("infra#var.on", True),): 5, (("infra#var.on", False),): None},
                    "WriteCapacityUnits": 1,
                }
            },
        ),
        (
            tf("aws_cloudwatch_log_group.l", {"retention_in_days": one_of("var.keep", 0, 30)}),
            {"RetentionInDays": {(("infra#var.keep", True),): None, (("infra#var.keep", False),): 30}},
        ),
        (tf("aws_lambda_function.f", {"timeout": 3}, rest=MAYBE), {"Timeout": 3, "...": MAYBE.reason}),
        (tf("aws_sqs_queue.q", {"redrive_policy": MAYBE}), {"RedrivePolicy": f"unknown: {MAYBE.reason}"}),
    ],
)
def test_what_is_not_known_passes_through(resource: TerraformResource, expected: Any) -> None:
    assert properties(resource) == expected


def test_an_unknown_map_keeps_its_symbol_as_a_list() -> None:
    found = bound(tf("aws_cloudwatch_metric_alarm.a", {"dimensions": MAYBE}))["aws_cloudwatch_metric_alarm.a"]
    assert isinstance(found.properties, Known)
    assert found.properties.data == {"Dimensions": MAYBE}


@pytest.mark.parametrize(
    ("address", "attribute", "expected"),
    [
        ("aws_sqs_queue.q", "arn", "Arn"),
        ("aws_sqs_queue.q", "id", "Ref"),
        ("aws_sqs_queue.q", "name", "QueueName"),
        ("aws_sns_topic.t", "arn", "Ref"),
        ("aws_lambda_function.f", "function_name", "Ref"),
        ('module.api["a.b"].aws_lambda_function.f[0]', "arn", "Arn"),
        ("aws_cloudwatch_metric_alarm.b", "arn", "Arn"),
        ("aws_lambda_function.f", "invoke_arn", "invoke_arn"),
        ("aws_new_thing.x", "arn", "arn"),
        ("random_id.x", "hex", "hex"),
        ("data.aws_sqs_queue.q", "arn", "arn"),
    ],
)
def test_references_name_cloudformation_s_attributes(address: str, attribute: str, expected: str) -> None:
    alarm = tf("aws_cloudwatch_metric_alarm.a", {"alarm_actions": [ref(address, attribute)]})
    assert properties(alarm) == {"AlarmActions": [f"{address}!{expected}"]}


def test_references_inside_texts_are_translated() -> None:
    written = Text(("arn of ", ref("aws_sqs_queue.q", "arn"), "!"))
    found = properties(tf("aws_cloudwatch_metric_alarm.a", {"alarm_description": written}))
    assert found == {"AlarmDescription": ("arn of ", "aws_sqs_queue.q!Arn", "!")}


def test_json_with_references_in_it_is_read() -> None:
    policy = Text(('{"deadLetterTargetArn": "', ref("aws_sqs_queue.dead", "arn"), '", "maxReceiveCount": 4}'))
    found = properties(tf("aws_sqs_queue.q", {"redrive_policy": policy}))
    assert found == {"RedrivePolicy": {"deadLetterTargetArn": "aws_sqs_queue.dead!Arn", "maxReceiveCount": 4}}


def test_a_resource_keeps_its_place_and_identity() -> None:
    found = bound(
        tf("module.m[0].aws_sqs_queue.q", {"name": value("q", span(9))}, line=8, provider=provider("eu-west-1"))
    )
    resource = found["module.m[0].aws_sqs_queue.q"]
    assert (resource.key, resource.type, resource.name) == ("infra#module.m[0].aws_sqs_queue.q", "AWS::SQS::Queue", "q")
    assert (resource.source, resource.unit, resource.region) == ("terraform", "infra", "eu-west-1")
    assert (resource.span, resource.properties.span, resource.declared) == (span(8), span(8), ("main.tf", 8))
    assert isinstance(resource.properties, Known)
    assert resource.properties.data == {"QueueName": Known("q", span(9))}


def test_an_object_of_single_arguments_is_placed_at_the_block_s_header() -> None:
    found = bound(tf("aws_dynamodb_table.t", {"read_capacity": value(5, span(4))}, line=3))["aws_dynamodb_table.t"]
    assert isinstance(found.properties, Known)
    assert found.properties.data == {
        "ProvisionedThroughput": Known({"ReadCapacityUnits": Known(5, span(4))}, span(3)),
    }


def test_an_unknown_region_is_none() -> None:
    found = bound(tf("aws_sqs_queue.q", provider=provider()))
    assert found["aws_sqs_queue.q"].region is None


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("TracingConfig.Mode", "tracing_config.mode"),
        ("TracingConfig", "tracing_config"),
        ("Environment.Variables.STAGE", "environment.variables.STAGE"),
        ("FileSystemConfigs.Arn", "file_system_config.arn"),
        ("FileSystemConfigs[0].Arn", "file_system_config[0].arn"),
        ("Code.ImageUri", "image_uri"),
        ("Tags", "tags"),
    ],
)
def test_messages_speak_terraform(path: str, expected: str) -> None:
    found = bound(tf("aws_lambda_function.f"))["aws_lambda_function.f"]
    assert found.spoken(path) == expected


class TestTags:
    """A resource's own tags and those that its provider gives to all."""

    def test_they_are_a_list_of_keys_and_values(self) -> None:
        found = properties(tf("aws_sqs_queue.q", {"tags": {"Team": "orders"}}))
        assert found == {"Tags": [{"Key": "Team", "Value": "orders"}]}

    def test_the_provider_s_are_inherited(self) -> None:
        found = bound(tf("aws_sqs_queue.q", {"tags": {"Team": "x"}}, provider=provider(Team="all", Env="prod")))
        assert isinstance(found["aws_sqs_queue.q"].properties, Known)
        tags = found["aws_sqs_queue.q"].properties.data["Tags"]  # type: ignore[index]
        assert plain(tags) == [{"Key": "Team", "Value": "x"}, {"Key": "Env", "Value": "prod"}]
        assert [tag.data["Value"].origin for tag in tags.data] == ["explicit", "inherited"]

    def test_unknown_tags_may_be_any(self) -> None:
        found = properties(tf("aws_sqs_queue.q", {"tags": MAYBE}, provider=provider(Env="prod")))
        assert found == {"Tags": [{"Key": "Env", "Value": "prod"}, "..."]}

    def test_a_type_without_tags_has_none(self) -> None:
        found = properties(tf("aws_sqs_queue_policy.p", provider=provider(Env="prod")))
        assert "Tags" not in found

    def test_conditional_tags_are_one_or_the_other(self) -> None:
        found = properties(tf("aws_sqs_queue.q", {"tags": one_of("var.big", {"Backup": "yes"}, None)}))
        assert found == {
            "Tags": {
                (("infra#var.big", True),): [{"Key": "Backup", "Value": "yes"}],
                (("infra#var.big", False),): None,
            }
        }


class TestWhatTheTableDoesNotKnow:
    """Resources of other types are counted, and can be named and seen."""

    def test_an_unmapped_type_has_a_type_of_its_own(self) -> None:
        found = bound(tf("aws_new_thing.x", {"size": 3, "tags": {"A": "b"}}))["aws_new_thing.x"]
        assert (found.type, plain(found.properties)) == (
            "Terraform::aws_new_thing",
            {"Tags": [{"Key": "A", "Value": "b"}]},
        )

    def test_other_providers_are_none_of_our_business(self) -> None:
        assert bound(tf("random_id.x"), tf("google_storage_bucket.b"), tf("aws_sqs_queue.q", mode="data")) == {}


class TestLifecycle:
    """What Terraform says beside the arguments."""

    def test_prevent_destroy_is_an_attribute(self) -> None:
        found = bound(tf("aws_sqs_queue.q", meta={"lifecycle": {"prevent_destroy": True}}))["aws_sqs_queue.q"]
        assert {name: plain(one) for name, one in found.attributes.items()} == {"PreventDestroy": True}

    def test_a_kept_log_group(self) -> None:
        found = bound(tf("aws_cloudwatch_log_group.l", {"skip_destroy": True}))["aws_cloudwatch_log_group.l"]
        assert plain(found.attributes["SkipDestroy"]) == plain(Known(data=True))


class TestCloudControl:
    """The provider whose names are CloudFormation's."""

    def test_names_and_shapes_are_cloudformation_s(self) -> None:
        found = bound(
            tf(
                "awscc_rds_db_instance.db",
                {"multi_az": True, "db_instance_identifier": "db", "tags": [{"key": "A", "value": "b"}]},
            )
        )["awscc_rds_db_instance.db"]
        assert found.type == "AWS::RDS::DBInstance"
        assert plain(found.properties) == {
            "MultiAZ": True,
            "DBInstanceIdentifier": "db",
            "Tags": [{"Key": "A", "Value": "b"}],
        }
        assert found.spoken("Tags.Key") == "tags.key"

    @pytest.mark.parametrize(("attribute", "expected"), [("arn", "Arn"), ("id", "Ref"), ("function_name", "Ref")])
    def test_its_attributes_are_those_of_getatt(self, attribute: str, expected: str) -> None:
        alarm = tf("aws_cloudwatch_metric_alarm.a", {"alarm_actions": [ref("awscc_lambda_function.f", attribute)]})
        assert properties(alarm) == {"AlarmActions": [f"awscc_lambda_function.f!{expected}"]}

    def test_a_type_that_cloudformation_has_not(self) -> None:
        assert bound(tf("awscc_no_such_thing.x"))["awscc_no_such_thing.x"].type == "Terraform::awscc_no_such_thing"


class TestCompanions:
    """What Terraform declares by itself and CloudFormation as a part of another resource."""

    QUEUE = tf("aws_sqs_queue.q", {"name": "orders"})

    @staticmethod
    def policy(queue: Any, **more: Any) -> TerraformResource:
        return tf(
            "aws_sqs_queue_redrive_policy.r", {"queue_url": queue, "redrive_policy": '{"maxReceiveCount": 3}'}, **more
        )

    @pytest.mark.parametrize("named", [ref("aws_sqs_queue.q", "id"), ref("aws_sqs_queue.q", "url"), "orders"])
    def test_it_is_folded_into_its_parent(self, named: Any) -> None:
        found = bound(self.QUEUE, self.policy(named))
        assert list(found) == ["aws_sqs_queue.q"]
        assert plain(found["aws_sqs_queue.q"].properties) == {
            "QueueName": "orders",
            "RedrivePolicy": {"maxReceiveCount": 3},
        }
        assert found["aws_sqs_queue.q"].spoken("RedrivePolicy") == "aws_sqs_queue_redrive_policy.redrive_policy"

    def test_of_another_queue_it_is_not(self) -> None:
        other = tf("aws_sqs_queue.other", {"name": "other"})
        found = bound(self.QUEUE, other, self.policy(ref("aws_sqs_queue.other", "id")))
        assert plain(found["aws_sqs_queue.q"].properties) == {"QueueName": "orders"}
        assert plain(found["aws_sqs_queue.other"].properties)["RedrivePolicy"] == {"maxReceiveCount": 3}

    def test_without_a_parent_it_is_seen_by_itself(self) -> None:
        found = bound(self.QUEUE, self.policy("elsewhere"))
        assert {one.type for one in found.values()} == {"AWS::SQS::Queue", "Terraform::aws_sqs_queue_redrive_policy"}
        assert plain(found["aws_sqs_queue.q"].properties) == {"QueueName": "orders"}

    def test_of_an_unknown_queue_it_may_be_there(self) -> None:
        found = bound(self.QUEUE, self.policy(MAYBE))
        variable = "infra#aws_sqs_queue_redrive_policy.r belongs to aws_sqs_queue.q"
        assert plain(found["aws_sqs_queue.q"].properties)["RedrivePolicy"] == {
            ((variable, True),): {"maxReceiveCount": 3},
            ((variable, False),): None,
        }
        assert "aws_sqs_queue_redrive_policy.r" in found

    def test_by_the_same_expression(self) -> None:
        named = Unknown("var.name is not known", symbol="infra#var.name")
        found = bound(tf("aws_sqs_queue.q", {"name": named}), self.policy(named))
        assert plain(found["aws_sqs_queue.q"].properties)["RedrivePolicy"] == {"maxReceiveCount": 3}

    def test_one_that_may_not_exist(self) -> None:
        presence = one_of("var.dlq", yes=True, no=False)
        found = bound(self.QUEUE, self.policy(ref("aws_sqs_queue.q", "id"), presence=presence))
        assert plain(found["aws_sqs_queue.q"].properties)["RedrivePolicy"] == {
            (("infra#var.dlq", True),): {"maxReceiveCount": 3},
            (("infra#var.dlq", False),): None,
        }

    def test_references_to_it_are_to_its_parent(self) -> None:
        mapping = tf("aws_cloudwatch_metric_alarm.a", {"alarm_actions": [ref("aws_sqs_queue_redrive_policy.r", "id")]})
        found = properties(mapping, self.QUEUE, self.policy(ref("aws_sqs_queue.q", "id")))
        assert found == {"AlarmActions": ["aws_sqs_queue.q!Ref"]}


def test_an_absent_alternative_stays_absent() -> None:
    found = bound(tf("aws_sqs_queue.q", {"name": one_of("var.named", "q", None)}))["aws_sqs_queue.q"]
    assert isinstance(found.properties, Known)
    named = found.properties.data["QueueName"]  # type: ignore[index]
    assert [type(choice.value) for choice in named.choices] == [Known, Absent]
    assert not isinstance(named, Reference)


@pytest.mark.parametrize(
    ("ignored", "moved"),
    [
        (["function_version"], True),
        (["description", "routing_config"], True),
        ("all", True),
        (["description"], False),
        ([], False),
    ],
)
def test_an_alias_whose_version_terraform_does_not_set_is_moved_by_somebody_else(ignored: Any, *, moved: bool) -> None:
    alias = tf("aws_lambda_alias.live", {"name": "live"}, meta={"lifecycle": value({"ignore_changes": ignored})})
    why = "unknown: what sets its version is not in the configuration (ignore_changes)"
    update = {"CodeDeployLambdaAliasUpdate": {"DeploymentGroupName": why, "...": why.removeprefix("unknown: ")}}
    assert {name: plain(one) for name, one in bound(alias)[alias.address].attributes.items()} == (
        {"UpdatePolicy": update} if moved else {}
    )


@pytest.mark.parametrize(
    ("other", "open_"),
    [
        (tf("aws_codedeploy_app.a", {"name": "a", "compute_platform": "Lambda"}), True),
        (tf("aws_codedeploy_app.a", {"name": "a", "compute_platform": "ECS"}), False),
        (
            tf("aws_codedeploy_deployment_group.g", {"deployment_config_name": "CodeDeployDefault.LambdaAllAtOnce"}),
            True,
        ),
        (tf("aws_codedeploy_deployment_group.g", {"app_name": "a"}), False),
    ],
)
def test_where_the_lifecycle_is_not_told_an_alias_may_be_moved_if_codedeploy_is_there(
    other: TerraformResource, *, open_: bool
) -> None:
    alias = tf("aws_lambda_alias.live", {"name": "live"}, meta={"lifecycle": Unknown("a plan does not tell it")})
    assert ("UpdatePolicy" in bound(alias, other)[alias.address].attributes) is open_
