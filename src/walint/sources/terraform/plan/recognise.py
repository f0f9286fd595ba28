"""Tells plans from other JSON, cheaply, by their text. The shape decides later, once it has been parsed."""

from __future__ import annotations

import re

from walint.patterns import lazy

_PLAN_KEYS = (b'"planned_values"', b'"resource_changes"')
_STATE_KEYS = (b'"values"', b'"root_module"')
_HEAD = 1 << 16
_BEGINNING = lazy(r'^\{(?=\s*(?:"|\}))', re.MULTILINE)
"""Where the JSON begins: a brace at the start of a line, with a key behind it. A wrapper may have written before it."""


def may_be_plan(data: bytes) -> bool:
    """Whether bytes are worth parsing as a plan or a state. Other JSON of a repository costs no more than this."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data = data[2:].replace(b"\0", b"")
    if any(key in data for key in _PLAN_KEYS):
        return True
    return b'"terraform_version"' in data and b'"format_version"' in data and all(key in data for key in _STATE_KEYS)


def begins_like_plan(head: bytes) -> bool:
    """Whether the first bytes of a large file are those of a plan or a state, as Terraform or `jq` writes them."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head[2:].replace(b"\0", b"")
    head = head[:_HEAD]
    return (
        may_be_plan(head)
        or (b'"format_version"' in head and b'"terraform_version"' in head)
        or (b'"configuration"' in head and b'"provider_config"' in head)
    )


def decoded(data: bytes) -> str:
    """The text of a plan: PowerShell's `>` writes UTF-16, other tools put a byte-order mark in front."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8-sig", "replace")


def beginning(text: str) -> int:
    """Where the JSON begins in a text that may have a wrapper's lines before it; 0 where it cannot be told."""
    found = _BEGINNING.search(text)
    return found.start() if found else 0


def what_else(data: bytes) -> str | None:
    """What a file is that somebody took for a plan in JSON, in words; None when it cannot be told."""
    if data[:2] == b"PK" and b"tfplan" in data:
        return "a saved plan, which only Terraform can read"
    if data.lstrip()[:1] == b"{":
        if b'"@level"' in data[:_HEAD] and b'"@message"' in data[:_HEAD]:
            return "the log of `terraform plan -json`, not a plan"
        if b'"serial"' in data[:_HEAD] and b'"lineage"' in data[:_HEAD] and b'"terraform_version"' in data[:_HEAD]:
            return "a state file as Terraform keeps it"
    return None
