"""What is measured: the templates of some folders, and templates made to order."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
ONE_TEMPLATE = HERE / "one-template.yaml"
"""A SAM template of about a hundred lines."""

_SUFFIXES = (".yaml", ".yml", ".json", ".template")
_TEMPLATE = re.compile(rb"^\s*\"?Resources\"?\s*:", re.MULTILINE)
_AWS_TYPE = re.compile(rb"\"?Type\"?\s*:\s*[\"']?(AWS|Alexa|Custom)::")
_ENOUGH = 1_000_000


def default_folders() -> list[Path]:
    """The examples and fixtures of the project, and real templates when a collection lies beside the checkout."""
    folders = [ROOT / "examples", ROOT / "tests" / "fixtures"]
    corpora = ROOT.parent / "shared" / "corpora"
    folders += [corpora / name for name in ("sam", "cfn", "cdk")]
    return [folder for folder in folders if folder.is_dir()]


def templates(folders: Iterable[Path]) -> Iterator[tuple[Path, Path]]:
    """Each template of the folders that libyaml can read, with its path below the parent of its folder."""
    for folder in (one.resolve() for one in folders):
        for path in sorted(folder.rglob("*")):
            if path.suffix not in _SUFFIXES or path.is_symlink() or not path.is_file():
                continue
            content = path.read_bytes()
            if _TEMPLATE.search(content) and _AWS_TYPE.search(content) and _composes(content):
                yield path, path.relative_to(folder.parent)


def gather(folders: Iterable[Path], target: Path) -> tuple[list[Path], int, int]:
    """Copies the templates into `target`: the same files for every program. Small collections are copied repeatedly.

    Returns the copies, their size in bytes, and how often the collection was copied.
    """
    found = list(templates(folders))
    size = sum(path.stat().st_size for path, _ in found)
    times = 1 if size >= _ENOUGH or not size else -(-_ENOUGH // size)
    copies = []
    for number in range(times):
        for path, below in found:
            copy = target / f"copy{number + 1}" / below
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
            copies.append(copy)
    return copies, size * times, times


def functions_and_alarms(count: int, *, first: int = 0) -> str:
    """A template with `count` functions, a log group for each, and an alarm for each that names its function."""
    parts = ["Resources:\n  Alerts:\n    Type: AWS::SNS::Topic\n    Properties:\n"]
    parts.append("      Subscription: [{Protocol: https, Endpoint: https://oncall.example.com/alerts}]\n")
    parts.extend(_FUNCTION.replace("$N", str(number)) for number in range(first, first + count))
    return "".join(parts)


def _composes(content: bytes) -> bool:
    import yaml

    try:
        yaml.compose(content, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError, ValueError):
        return False
    return True


_FUNCTION = """\
  Work$N:
    Type: AWS::Lambda::Function
    Properties:
      Handler: app.handler
      Runtime: python3.13
      MemorySize: 256
      Timeout: 10
      Role: !Sub arn:${AWS::Partition}:iam::${AWS::AccountId}:role/work
      Code: {S3Bucket: code, S3Key: work-$N.zip}
      TracingConfig: {Mode: Active}
      LoggingConfig: {LogFormat: JSON, LogGroup: !Ref Work$NLogs}
  Work$NLogs:
    Type: AWS::Logs::LogGroup
    Properties: {LogGroupName: /work/$N, RetentionInDays: 90}
  Work$NErrors:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmDescription: "Runbook: https://wiki.example.com/work"
      Namespace: AWS/Lambda
      MetricName: Errors
      Dimensions: [{Name: FunctionName, Value: !Ref Work$N}]
      Statistic: Sum
      Period: 60
      EvaluationPeriods: 1
      Threshold: 0
      ComparisonOperator: GreaterThanThreshold
      TreatMissingData: notBreaching
      AlarmActions: [!Ref Alerts]
"""
