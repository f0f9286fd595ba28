from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest

from walint.cli import main

QUEUE_RULE = """\
id: own-queue-keeps-messages
title: Queue forgets messages within a day
passing: Queue keeps its messages for a day
severity: medium
practices: [REL04-BP02, OPS08-BP02]
since: 0.1.0
sources: [cloudformation]
resource: AWS::SQS::Queue
parameters:
  min_seconds: {type: integer, default: 86400, minimum: 60, maximum: 1209600, description: How long}
expect: {MessageRetentionPeriod: {at_least: $min_seconds}}
rationale: Somebody may need a night to mend the consumer.
remediation: Raise MessageRetentionPeriod.
examples:
  - name: an hour
    cloudformation: |
      Resources:
        Orders:
          Type: AWS::SQS::Queue
          Properties:
            MessageRetentionPeriod: 3600    # finding
  - name: the default, four days
    cloudformation: |
      Resources:
        Orders:
          Type: AWS::SQS::Queue
"""
TOPIC_RULE = """\
id: own-topic-has-name
title: Topic has no display name
passing: Topic has a display name
severity: low
practices: [OPS08-BP04]
since: 0.1.0
sources: [cloudformation]
profiles: {default: off}
resource: AWS::SNS::Topic
expect: {DisplayName: present}
rationale: A mail should say where it comes from.
remediation: Set DisplayName.
examples:
  - name: no name
    cloudformation: |
      Resources:
        Alerts:             # finding
          Type: AWS::SNS::Topic
  - name: a name
    cloudformation: |
      Resources:
        Alerts:
          Type: AWS::SNS::Topic
          Properties: {DisplayName: Alerts}
"""
BAD = """\
Parameters:
  Seconds: {Type: Number}
Resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties:
      MessageRetentionPeriod: 3600
  Slow:
    Type: AWS::SQS::Queue
    Properties:
      MessageRetentionPeriod: !Ref Seconds
  Good:
    Type: AWS::SQS::Queue
  Alerts:
    Type: AWS::SNS::Topic
"""


@dataclass(frozen=True)
class Done:
    """What a run of walint left behind."""

    status: int
    out: str
    err: str


class Project:
    """A folder with rules of its own, in which walint runs."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys
        self.write("rules/own/own-queue-keeps-messages.yaml", QUEUE_RULE)
        self.write("rules/own/own-topic-has-name.yaml", TOPIC_RULE)

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
        return path

    def run(self, *arguments: str) -> Done:
        """`walint` with these arguments, nothing added."""
        self._capsys.readouterr()
        status = main(arguments)
        out, err = self._capsys.readouterr()
        return Done(status, out, err)

    def check(self, *arguments: str) -> Done:
        """`walint check` with the project's two rules alone, in the profile that is asked for."""
        selection = () if "--select" in arguments else ("--select", "own")
        return self.run("check", "--rules", "rules", *selection, "--today", "2026-06-01", *arguments)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Project:
    monkeypatch.setenv("COLUMNS", "100")
    for name in ("FORCE_COLOR", "NO_COLOR", "SOURCE_DATE_EPOCH"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return Project(folder, capsys)


@pytest.fixture
def bad(project: Project) -> Project:
    """The project with one template: a finding, an unknown, a pass, and a finding of a rule that is off."""
    project.write("app.yaml", BAD)
    return project
