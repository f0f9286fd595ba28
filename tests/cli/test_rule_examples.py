"""`walint rules test`: an example that cannot be used is named with its file, its place and what is wrong."""

from __future__ import annotations

from textwrap import indent
from typing import Any

import pytest

RULE = """\
id: own-queue-keeps-messages
title: Queue forgets messages within a day
passing: Queue keeps its messages for a day
severity: high
practices: [REL04-BP02]
since: 0.1.0
sources: [cloudformation, terraform-plan, live]
resource: AWS::SQS::Queue
expect: {MessageRetentionPeriod: {at_least: 86400}}
rationale: Somebody may need a night to mend the consumer.
remediation: Raise MessageRetentionPeriod.
examples:
  - name: a broken one
    SOURCE: |
"""


@pytest.mark.parametrize(
    ("source", "text", "message"),
    [
        ("plan", "aws_sqs_queue.q:\n  name: [a\n", "plan.yaml:3: this is no YAML: expected ',' or ']'"),
        ("plan", "- aws_sqs_queue.q\n", "plan.yaml: a plan is a map of addresses"),
        ("plan", "aws_sqs_queue: {}\n", "plan.yaml: aws_sqs_queue is no address of a resource"),
        ("plan", "aws_sqs_queue.q: name\n", "plan.yaml: aws_sqs_queue.q is no map of arguments"),
        ("live", "sqs:ListQueues:\n  QueueUrls: {a\n", "account.yaml:3: this is no YAML: expected ',' or '}'"),
        ("live", "- sqs:ListQueues\n", "account.yaml: a live account is a map of calls"),
        ("live", "sqs:ListQueues: a\n", "account.yaml: sqs:ListQueues: an answer is a map"),
    ],
)
def test_an_example_that_cannot_be_used(source: str, text: str, message: str, project: Any) -> None:
    path = project.write("my/own/own-queue-keeps-messages.yaml", RULE.replace("SOURCE", source) + indent(text, " " * 6))
    done = project.run("rules", "test", "my")
    assert done.status == 1
    assert done.err.startswith(f"error: my/own/{path.name}: 'a broken one' ({source}): {message}")
