"""The IAM policy that an audit needs: every action of the planned calls, and no other.

Split where one policy would be longer than AWS allows: 6,144 characters for a managed policy, white space not counted
(IAM User Guide, "IAM and AWS STS quotas").
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

MOST_CHARACTERS: Final = 6_144
_BEFORE: Final = ("account:ListRegions", "ec2:DescribeRegions", "sts:GetCallerIdentity")
"""What walint asks before it collects anything."""


def policies(actions: Iterable[str], most: int = MOST_CHARACTERS) -> list[dict[str, Any]]:
    """Policy documents that allow these actions and those that every audit begins with; as few as fit."""
    found: list[dict[str, Any]] = []
    chosen: list[str] = []
    for action in sorted({*actions, *_BEFORE}):
        if chosen and _size(_document([*chosen, action])) > most:
            found.append(_document(chosen))
            chosen = []
        chosen.append(action)
    return [*found, _document(chosen)]


def _document(actions: list[str]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(_statements(actions))}


def _statements(actions: list[str]) -> Iterator[dict[str, Any]]:
    """Resources are not narrowed: listing calls take none, and what is to be found is not known before."""
    yield {"Sid": "WalintReads", "Effect": "Allow", "Action": actions, "Resource": "*"}
    if "apigateway:GET" in actions:
        # One action reads everything in API Gateway; the values of API keys are not walint's business.
        keys = ["arn:*:apigateway:*::/apikeys", "arn:*:apigateway:*::/apikeys/*"]
        yield {"Sid": "WalintReadsNoKeys", "Effect": "Deny", "Action": "apigateway:GET", "Resource": keys}


def _size(document: dict[str, Any]) -> int:
    return len(json.dumps(document, separators=(",", ":")))
