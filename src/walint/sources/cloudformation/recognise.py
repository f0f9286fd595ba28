"""Tells templates from other YAML and JSON, surely: by their shape. `glance` tells them cheaply, by their text."""

from __future__ import annotations

from yaml.nodes import MappingNode, Node, ScalarNode

_VERSION = "AWSTemplateFormatVersion"


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
