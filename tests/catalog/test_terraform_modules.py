"""The table of well-known modules: what it says of them, and which sources of calls it understands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from walint.catalog import terraform_modules
from walint.catalog.compiled import CatalogError, read_yaml
from walint.catalog.terraform_modules import _FILE, declared_by

if TYPE_CHECKING:
    from pathlib import Path

SERVICE = "AWS::ECS::Service"
GROUPS = frozenset({"AWS::EC2::SecurityGroup"})


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("cloudposse/label/null", frozenset()),
        ("registry.terraform.io/cloudposse/label/null", frozenset()),
        ("terraform-aws-modules/security-group/aws", GROUPS),
        ("terraform-aws-modules/security-group/aws//modules/http-80", GROUPS),
        ("git::https://github.com/terraform-aws-modules/terraform-aws-security-group.git?ref=v5.1.0", GROUPS),
        ("git@github.com:terraform-aws-modules/terraform-aws-security-group.git//modules/ssh?ref=v5", GROUPS),
        ("github.com/cloudposse/terraform-null-label", frozenset()),
        # A submodule that nobody looked into, other modules, private registries, folders.
        ("terraform-aws-modules/lambda/aws//modules/deploy", None),
        ("terraform-aws-modules/cloudwatch/aws//modules/metric-alarm", None),
        ("app.terraform.io/terraform-aws-modules/vpc/aws", None),
        ("https://example.com/terraform-aws-modules/terraform-aws-vpc.zip", None),
        ("./modules/vpc", None),
        ("", None),
    ],
)
def test_sources_of_calls(source: str, expected: frozenset[str] | None) -> None:
    assert expected == declared_by(source)


def test_companions_count_as_what_they_belong_to() -> None:
    assert "AWS::S3::Bucket" in (declared_by("terraform-aws-modules/s3-bucket/aws") or ())


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("terraform-aws-modules/alb/aws", "AWS::S3::Bucket"),  # versions 1 and 2
        ("terraform-aws-modules/alb/aws", "AWS::WAFv2::WebACLAssociation"),
        ("terraform-aws-modules/autoscaling/aws", "AWS::AutoScaling::LaunchConfiguration"),  # up to version 4
        ("terraform-aws-modules/eks/aws", "AWS::AutoScaling::LaunchConfiguration"),  # up to version 17
        ("terraform-aws-modules/rds-aurora/aws", "AWS::SecretsManager::RotationSchedule"),
        ("terraform-aws-modules/s3-bucket/aws", "AWS::IAM::Role"),
        ("cloudposse/dynamic-subnets/aws", "AWS::EC2::SecurityGroup"),
        ("cloudposse/vpc/aws", "AWS::EC2::Subnet"),
    ],
)
def test_what_only_some_versions_or_inner_modules_declare_counts(source: str, expected: str) -> None:
    """The version of a call may be any, and a module declares what those that it calls declare."""
    assert expected in (declared_by(source) or ())


def test_a_submodule_may_declare_less_than_all() -> None:
    cluster = declared_by("terraform-aws-modules/ecs/aws//modules/cluster")
    service = declared_by("terraform-aws-modules/ecs/aws//modules/service")
    assert cluster is not None
    assert service is not None
    assert "AWS::ApplicationAutoScaling::ScalableTarget" in service - cluster
    assert SERVICE in service & cluster


@pytest.mark.parametrize("name", sorted(read_yaml(_FILE)))
def test_the_repository_of_a_module_is_the_same_module(name: str) -> None:
    assert declared_by(name) is not None
    assert declared_by(name) == declared_by(f"github.com/{read_yaml(_FILE)[name]['source']}")


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("{declares: []}", "it says the `source`"),
        ("{source: a/terraform-aws-b}", "it says the `source`"),
        ("{source: a/terraform-aws-b, declares: [], since: 1}", "it says the `source`"),
        ("{source: c/terraform-aws-b, declares: []}", "the registry does not take it from c/terraform-aws-b"),
        ("{source: a/terraform-aws-b, declares: [aws_sqss_*]}", "terraform.yaml binds no type like aws_sqss_*"),
    ],
)
def test_mistakes_in_the_table_are_refused(
    entry: str, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = tmp_path / "terraform_modules.yaml"
    written.write_text(f"a/b/aws: {entry}\n", encoding="utf-8")
    monkeypatch.setattr(terraform_modules, "_FILE", written)
    with pytest.raises(CatalogError, match=re.escape(expected)):
        terraform_modules._build()


@pytest.mark.parametrize("name", sorted(read_yaml(_FILE)))
def test_no_module_of_the_table_declares_alarms(name: str) -> None:
    """What the table is for: an alarm can only be in a module that may declare one."""
    assert "AWS::CloudWatch::Alarm" not in (declared_by(name) or ())
