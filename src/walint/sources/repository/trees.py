"""YAML files of pipelines and forms as plain trees: every member knows its line, aliases and merges are followed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from walint.model.span import Span
from walint.records import dataclass, field
from walint.sources.cloudformation.document import Document, decode, parse

MERGE = "<<"
_MOST_MERGES = 20
_LONGEST_WORD = 1000


@dataclass(slots=True)
class Tree:
    """One node: a text (`None` for a collection), or its members, or its items; and where it is written.

    block   the text is a block scalar, so that its lines are those of the file, from the one below its span's start
    tag     what a node is marked with, such as "!reference", or ""
    """

    span: Span
    text: str | None = None
    members: dict[str, Tree] = field(default_factory=dict)
    items: list[Tree] = field(default_factory=list)
    block: bool = False
    tag: str = ""
    key: Span | None = None

    @property
    def place(self) -> Span:
        """Where the node is written, its key included."""
        return self.key or self.span

    def get(self, *names: str) -> Tree | None:
        """The member at a path of names."""
        here: Tree | None = self
        for name in names:
            here = here.members.get(name) if here is not None else None
        return here

    def word(self, *names: str) -> str:
        """The text at a path of names, "" where there is none: of a name or a condition the beginning is enough."""
        found = self.get(*names)
        return (found.text or "")[:_LONGEST_WORD] if found is not None else ""

    def strings(self, *names: str) -> list[str]:
        """The texts at a path of names: one text counts as a list of one, lists in lists are flattened."""
        found = self.get(*names)
        return [leaf.text for leaf in found.leaves() if leaf.text is not None] if found is not None else []

    def leaves(self) -> Iterator[Tree]:
        """The texts in it, in order: items of lists, not members of maps."""
        if self.text is not None:
            yield self
        for item in self.items:
            yield from item.leaves()

    def every_text(self) -> Iterator[Tree]:
        """All texts anywhere in it."""
        if self.text is not None:
            yield self
        for part in (*self.items, *self.members.values()):
            yield from part.every_text()

    def told(self) -> str:
        """All texts in it as one; of what is merely switched on the name: `wait-for-stability: true`."""
        if self.text is not None:
            return self.text
        named = (
            f"{key} true" if (one.text or "").lower() == "true" else one.told() for key, one in self.members.items()
        )
        return " ".join(filter(None, (*(one.told() for one in self.items), *named)))


Trees: TypeAlias = Mapping[str, Tree]


def read_tree(data: bytes, path: str) -> Tree | None:
    """The first document of a YAML or JSON file; None for an empty one. Raises DocumentError for what is no YAML."""
    document = parse(decode(data, path), path)
    return _tree(document, document.root, None) if document.root is not None else None


def _tree(document: Document, node: object, key: object) -> Tree:
    from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

    assert isinstance(node, Node)  # noqa: S101 - the composer makes nothing else
    tag = node.tag if node.tag.startswith("!") else ""
    where = document.key_span(key, node) if isinstance(key, ScalarNode) else None
    made = Tree(document.span(node), tag=tag, key=where)
    if isinstance(node, ScalarNode):
        made.text = node.value
        made.block = node.style in ("|", ">")
    elif isinstance(node, SequenceNode):
        made.items = [_tree(document, item, None) for item in node.value]
    elif isinstance(node, MappingNode):
        _members(document, node, made)
    return made


def _members(document: Document, node: object, made: Tree) -> None:
    from yaml.nodes import ScalarNode

    inherited: dict[str, Tree] = {}
    for key, value in node.value:  # type: ignore[attr-defined]
        if not isinstance(key, ScalarNode):
            continue
        member = _tree(document, value, key)
        if key.value == MERGE:
            for source in (member.items or [member])[:_MOST_MERGES]:
                inherited = {**source.members, **inherited}
        else:
            made.members[key.value] = member
    for name, member in inherited.items():
        made.members.setdefault(name, member)
