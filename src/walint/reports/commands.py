"""Commands of the AWS CLI that mend a finding on a live resource, with what is known of the resource filled in.

A rule's `fix.cli` holds lines of a shell. A line `# AWS::RDS::DBInstance` (or several types, with commas) begins what
is meant for resources of that type; what stands before the first such line is meant for all. Words in capitals are
filled in where the resource tells them: `FILLED` lists those; any other is for the user to write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from walint.records import NamedTuple

if TYPE_CHECKING:
    from walint.findings.result import Subject

_TYPES = re.compile(r"# *(\w+::\w+(?:::\w+)?(?: *, *\w+::\w+(?:::\w+)?)*)")
_IN_ARN = {
    "API": re.compile(r"/(?:restapis|apis)/([^/]+)/stages/"),
    "APPLICATION": re.compile(r":deploymentgroup:([^/]+)/"),
    "AUTO_SCALING_GROUP": re.compile(r":autoScalingGroupName/([^:]+)"),
    "CLUSTER": re.compile(r":service/([^/]+)/"),
    "LOAD_BALANCER": re.compile(r":loadbalancer/((?:app|net|gwy)/.+)"),
    "NAMESPACE": re.compile(r":resource/([^/]+)/"),
    "RESOURCE_ID": re.compile(r":resource/[^/]+/([^:]+)"),
}
"""What further placeholders stand for, where the ARN of the resource holds it."""
_OF_TARGET = ("RESOURCE_ID", "SCALABLE_DIMENSION", "NAMESPACE")
"""What the name of a scalable target is made of ("service/shop/web|ecs:service:DesiredCount|ecs")."""
FILLED = ("NAME", "ARN", "ID", "REGION", "ACCOUNT", *_IN_ARN, "SCALABLE_DIMENSION")
"""The placeholders that walint fills in. ID is the last part of the ARN."""
_PLACEHOLDER = re.compile(rf"\b({'|'.join(FILLED)})\b")
_PLAIN = re.compile(r"[A-Za-z0-9_./:@+-]+")
_HOME = "us-east-1"
"""Where the services without regions are called, in AWS's commercial partition."""


class Block(NamedTuple):
    """Lines of `fix.cli` for resources of these types; of any type where `types` is empty."""

    types: tuple[str, ...]
    lines: tuple[str, ...]


def blocks_of(text: str) -> list[Block]:
    """The parts of a `fix.cli`, in their order."""
    found: list[tuple[tuple[str, ...], list[str]]] = [((), [])]
    for line in text.splitlines():
        heading = _TYPES.fullmatch(line)
        if heading:
            found.append((tuple(name.strip() for name in heading[1].split(",")), []))
        else:
            found[-1][1].append(line)
    return [Block(types, tuple(lines)) for types, lines in found if lines]


def commands_for(text: str, subject: Subject) -> str:
    """What to run for one resource, "" where there is no command for its type.

    A placeholder stays as it is where its value is not known, or cannot be written safely at its place in a shell.
    """
    chosen = [block for block in blocks_of(text) if not block.types or subject.type in block.types]
    lines = [line for block in chosen for line in block.lines]
    if not any(line.startswith("aws ") for line in lines):
        return ""
    known = dict(_known(subject))
    return "\n".join(line if line.startswith("#") else _filled(line, known) for line in lines)


def _known(subject: Subject) -> Iterator[tuple[str, str]]:
    """The placeholders that the resource tells."""
    arn = subject.arn or ""
    yield "NAME", subject.name
    if subject.account:
        yield "ACCOUNT", subject.account
    if subject.region and subject.region != "global":
        yield "REGION", subject.region
    elif not arn or arn.startswith("arn:aws:"):
        yield "REGION", _HOME
    if arn:
        yield "ARN", arn
        yield "ID", re.split(r"[:/]", arn)[-1]
    for name, pattern in _IN_ARN.items():
        if match := pattern.search(arn):
            yield name, match[1]
    if subject.type == "AWS::ApplicationAutoScaling::ScalableTarget":
        yield from zip(_OF_TARGET, subject.name.split("|"), strict=False)


def _filled(line: str, known: Mapping[str, str]) -> str:
    """A line with its placeholders filled in."""

    def value_of(match: re.Match[str]) -> str:
        value = known.get(match[1], "")
        quoted = line.count("'", 0, match.start()) % 2 == 1
        return written(value, quoted=quoted) or match[1]

    return _PLACEHOLDER.sub(value_of, line)


def written(value: str, *, quoted: bool) -> str | None:
    """A value as it stands in a command, None where that is not safe: names of live resources are anybody's text.

    quoted  it stands in JSON between single quotes of the shell

    Never filled in is what the CLI would take for an option or an address to load, and what would end a quote, a text
    of JSON, or a part of the CLI's shorthand.
    """
    if not value or value.startswith("-") or "://" in value or not value.isprintable():
        return None
    if quoted:
        return None if set(value) & set("'\"\\") else value
    if _PLAIN.fullmatch(value):
        return value
    return None if set(value) & set("'\"\\,=[]{}") else f"'{value}'"
