"""PyYAML's nodes, as libyaml composes them, and the exceptions and parser that go with them.

Everything that reads templates takes them from here: importing PyYAML compiles the patterns of its own parser, a third
of the import's time, and libyaml needs none of them.
"""

from __future__ import annotations

from walint.patterns import deferred

with deferred():
    import yaml
    from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

__all__ = ["CollectionNode", "MappingNode", "Node", "ScalarNode", "SequenceNode", "yaml"]
