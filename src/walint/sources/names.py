"""Which files may be ours by their names, and by a glance at their content: needs nothing but the standard library.

A hook asks this of every commit, most of which are none of walint's business.
"""

from __future__ import annotations

SUFFIXES = frozenset((".yaml", ".yml", ".json", ".template", ".cfn", ".cform", ".sam", ".tf", ".tofu", ".tfvars"))
"""Files with these endings are looked into."""

READ_BY_TERRAFORM = frozenset((".tpl", ".tftpl", ".tmpl", ".json", ".yaml", ".yml", ".csv", ".txt"))
"""Endings of files that a configuration may read with `file` or `templatefile`, and that a verdict may rest on."""

SKIPPED = frozenset(
    (
        ".git", ".hg", ".svn", "node_modules", "bower_components", "vendor", ".terraform", ".terragrunt-cache",
        ".aws-sam", ".serverless", "__pycache__", ".venv", "venv", "virtualenv", "site-packages", ".tox", ".nox",
        ".mypy_cache", ".ruff_cache", ".pytest_cache", ".idea", ".vscode", ".eggs", ".cache", ".next", ".yarn",
    )
)  # fmt: skip
"""Folders that hold other people's or generated files."""

SETTINGS = frozenset(("samconfig.toml", ".gitignore"))
"""Files that say how others are read, or whether."""

_TERRAFORM = (".tf", ".tofu", ".tf.json", ".tofu.json", ".tfvars", ".tfvars.json")
_MARKS = (b"Resources", b'"artifacts"', b'"planned_values"', b'"resource_changes"', b'"root_module"')
"""What a template, a cloud assembly or a Terraform plan holds."""


def suffix_of(path: str) -> str:
    """The ending of a file's name, in small letters: ".yaml"; "" for none."""
    head, dot, tail = path.rpartition("/")[2].rpartition(".")
    return f".{tail.lower()}" if head and dot else ""


def is_terraform(path: str) -> bool:
    """Whether Terraform or OpenTofu may read a file of this name: configuration, or values of variables."""
    return path.endswith(_TERRAFORM)


def is_skipped(path: str) -> bool:
    """Whether a relative POSIX path leads through a folder that is never looked into."""
    return not SKIPPED.isdisjoint(path.split("/")[:-1])


def may_hold_input(path: str, data: bytes) -> bool:
    """Whether a file may be ours. Never false for one that is; true for some that are not.

    A template may have any name if another one nests it, so the content decides: what has an unusual name must look
    more like a template to count.
    """
    if path.rpartition("/")[2] in SETTINGS or is_terraform(path):
        return True
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    text = data.replace(b"\0", b"") if wide else data
    if suffix_of(path) in SUFFIXES:
        return any(mark in text for mark in _MARKS)
    return b"Resources" in text and (b"AWS::" in text or b"AWSTemplateFormatVersion" in text or b"Custom::" in text)
