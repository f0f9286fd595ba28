"""Environments through the whole program: what matters only in production is told mildly elsewhere."""

from __future__ import annotations

import json
from typing import Any

import pytest

RULE = """\
id: own-queue-keeps-messages
title: Queue forgets messages within a day
passing: Queue keeps its messages for a day
severity: high
only_in: production
practices: [REL04-BP02]
since: 0.1.0
sources: [cloudformation, terraform]
resource: AWS::SQS::Queue
expect: {MessageRetentionPeriod: {at_least: 86400}}
rationale: Somebody may need a night to mend the consumer.
remediation: Raise MessageRetentionPeriod.
"""
TEMPLATE = """\
Parameters:
  Stage: {Type: String}
Resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties:
      MessageRetentionPeriod: 60
      Tags: [{Key: Stage, Value: !Ref Stage}]
"""
BY_PATH = '[environments.prod.match]\npath = ["prod"]\n[environments.dev.match]\npath = ["dev"]\n'


def told(project: Any, *options: str) -> dict[str, tuple[str, str | None]]:
    """The severity and the environment of each finding, by the path of its file."""
    done = project.run("check", *options, "--rules", "my", "--select", "own-queue-keeps-messages", "--format", "json")
    assert done.err == ""
    findings = json.loads(done.out)["findings"]
    return {one["location"]["path"]: (one["severity"], one["resource"]["environment"]) for one in findings}


@pytest.fixture
def stages(project: Any) -> Any:
    """The same template three times, and a rule that matters only in production."""
    project.write("my/own/own-queue-keeps-messages.yaml", RULE)
    for folder in ("prod", "dev", "other"):
        project.write(f"{folder}/template.yaml", TEMPLATE)
    return project


HIGH = {"prod/template.yaml": ("high", "prod"), "dev/template.yaml": ("info", "dev")}


@pytest.mark.parametrize(
    ("config", "options", "expected"),
    [
        ("", (), dict.fromkeys(("prod", "dev", "other"), ("high", None))),
        ("[environments.prod]\nregion = 'eu-west-1'", (), dict.fromkeys(("prod", "dev", "other"), ("high", None))),
        ("", ("--env", "prod"), dict.fromkeys(("prod", "dev", "other"), ("high", "prod"))),
        ("", ("--env", "dev"), dict.fromkeys(("prod", "dev", "other"), ("info", "dev"))),
        (BY_PATH, (), {"prod": ("high", "prod"), "dev": ("info", "dev"), "other": ("info", None)}),
        (BY_PATH, ("--env", "prod"), {"prod": ("high", "prod"), "dev": ("info", "dev"), "other": ("high", "prod")}),
        (
            BY_PATH + "[environments.live-test]\nproduction = false",
            ("--env", "live-test"),
            {"prod": ("high", "prod"), "dev": ("info", "dev"), "other": ("info", "live-test")},
        ),
        (
            BY_PATH + "[rules.own-queue-keeps-messages]\nonly_in = 'any'",
            (),
            {"prod": ("high", "prod"), "dev": ("high", "dev"), "other": ("high", None)},
        ),
        (
            BY_PATH + "[rules.own-queue-keeps-messages]\nseverity = 'low'",
            (),
            {"prod": ("low", "prod"), "dev": ("info", "dev"), "other": ("info", None)},
        ),
        (
            "[environments.prod]\nparameters = {Stage = 'prod'}\n[environments.prod.match]\ntag = {stage = ['prod']}",
            (),
            dict.fromkeys(("prod", "dev", "other"), ("high", None)),
        ),
        (BY_PATH, ("--min-severity", "low"), {"prod": ("high", "prod")}),
    ],
)
def test_severity(stages: Any, config: str, options: tuple[str, ...], expected: dict[str, Any]) -> None:
    stages.write("walint.toml", config)
    assert told(stages, *options) == {f"{folder}/template.yaml": each for folder, each in expected.items()}


def test_any_rule_may_be_said_to_matter_only_in_production(stages: Any) -> None:
    stages.write("my/own/own-queue-keeps-messages.yaml", RULE.replace("only_in: production\n", ""))
    stages.write("walint.toml", BY_PATH)
    assert told(stages)["dev/template.yaml"] == ("high", "dev")
    stages.write("walint.toml", BY_PATH + '[rules.own-queue-keeps-messages]\nonly_in = "production"\n')
    assert told(stages)["dev/template.yaml"] == ("info", "dev")


def test_the_text_names_the_environment(stages: Any) -> None:
    stages.write("walint.toml", BY_PATH)
    options = ("--rules", "my", "--select", "own-queue-keeps-messages")
    assert "resource: Orders (AWS::SQS::Queue), in prod\n" in stages.run("check", "prod", *options).out
    assert "resource: Orders (AWS::SQS::Queue)\n" in stages.run("check", "other", *options).out


def test_explain_says_where_a_rule_matters(stages: Any) -> None:
    said = stages.run("explain", "own-queue-keeps-messages", "--rules", "my").out
    assert "  matters    only in production: in every other environment that the config knows it is info\n" in said


@pytest.mark.parametrize(("first", "second"), [("prod", "dev"), ("dev", "prod")])
def test_a_module_used_in_several_environments_counts_where_it_is_gravest(stages: Any, first: str, second: str) -> None:
    """One block of a shared module is one finding; that of production decides."""
    stages.write("modules/queue/main.tf", 'resource "aws_sqs_queue" "q" {\n  message_retention_seconds = 60\n}\n')
    for root, use in (("a", first), ("b", second)):
        stages.write(f"{root}/{use}/main.tf", 'module "queue" {\n  source = "../../modules/queue"\n}\n')
    config = '[environments.prod.match]\nstack = ["prod"]\n[environments.dev.match]\nstack = ["dev"]\n'
    stages.write("walint.toml", config)
    assert told(stages, "a", "b", "modules") == {"modules/queue/main.tf": ("high", "prod")}
