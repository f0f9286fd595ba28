"""Tells templates from other YAML and JSON: cheaply by their text, then surely by their shape."""

from __future__ import annotations

import re

from yaml.nodes import MappingNode, Node, ScalarNode

_MARKS = (b"AWS::", b"AWSTemplateFormatVersion", b"Custom::")
_SECTION = re.compile(rb"""Resources["']?\s*:""")
_VERSION = "AWSTemplateFormatVersion"


def may_be_template(data: bytes) -> bool:
    """Whether bytes are worth parsing. Other files of a repository cost no more than this."""
    if b"Resources" not in data and b"R\0" not in data:
        return False
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data = data[2:].replace(b"\0", b"")
    data = data.removeprefix(b"\xef\xbb\xbf")
    if not any(mark in data for mark in _MARKS):
        return False
    return any(_is_key(data, found.start()) for found in _SECTION.finditer(data))


def _is_key(data: bytes, start: int) -> bool:
    """Whether what stands before a word lets it be a key at the start of a line or of a JSON member."""
    before = data[max(0, start - 2) : start]
    return before[-1:] in b"{, \t\r\n" or (before[-1:] in b"\"'" and before[:1] in b"{, \t\r\n\"'")


def is_template(root: Node | None) -> bool:
    """Whether a parsed document is a CloudFormation template.

    Look-alikes are not: a CodeDeploy appspec (its Resources are a list), a Serverless Framework file
    (its resources are below `resources`), a package.json.
    """
    if not isinstance(root, MappingNode):
        return False
    sections = {key.value: node for key, node in root.value if isinstance(key, ScalarNode)}
    if _VERSION in sections:
        return True
    resources = sections.get("Resources")
    return isinstance(resources, MappingNode) and any(_is_resource(key, node) for key, node in resources.value)


def declares_nothing(root: Node) -> bool:
    """Whether a template has no resources at all, and no transform that could add some."""
    sections = {key.value: node for key, node in root.value if isinstance(key, ScalarNode)}
    if "Transform" in sections or "Fn::Transform" in sections:
        return False
    resources = sections.get("Resources")
    return resources is None or (isinstance(resources, ScalarNode) and resources.value in ("", "~", "null"))


def _is_resource(key: Node, node: Node) -> bool:
    if isinstance(key, ScalarNode) and key.value.startswith("Fn::ForEach::"):
        return True
    if not isinstance(node, MappingNode):
        return False
    return any(
        name.value == "Type" and isinstance(value, ScalarNode) and "::" in value.value for name, value in node.value
    )
