"""One stack: a template with the parameters it is given, its resources, outputs and nested stacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from walint.model.graph import Problem, Unseen
from walint.model.span import Span
from walint.model.value import Known, Unknown, Value
from walint.sources.cloudformation.cases import ALWAYS, Cases
from walint.sources.cloudformation.conditions import Conditions
from walint.sources.cloudformation.deployment import Deployment
from walint.sources.cloudformation.document import MAP, Document
from walint.sources.cloudformation.lazy import TRANSFORM, LazyMapping
from walint.sources.cloudformation.loops import MAX_ENTRIES, is_include, name_of
from walint.sources.cloudformation.parameters import Parameters
from walint.sources.cloudformation.scope import Scope

if TYPE_CHECKING:
    from walint.sources.cloudformation.exports import Exports

SERVERLESS = "AWS::Serverless-2016-10-31"
_HARMLESS = ("AWS::LanguageExtensions", "AWS::CodeDeployBlueGreen", "AWS::SecretsManager-", "AWS::Serverless-")
"""Transforms whose effect on written resources is known: none, or walint does it."""


class Stack:
    """A template in use. `unit` names it; a nested stack knows its parent.

    references  dotted names that SAM allows ("Function.Alias") with the logical id that they stand for
    unseen      parts of the population that cannot be told
    """

    def __init__(
        self,
        document: Document,
        unit: str,
        deployment: Deployment,
        exports: Exports,
        *,
        parent: Stack | None = None,
        name: str = "",
        presence: Cases = ALWAYS,
    ) -> None:
        self.document = document
        self.unit = unit
        self.deployment = deployment
        self.parent = parent
        self.root: Stack = parent.root if parent else self
        self.prefix: str = f"{parent.prefix}{name}/" if parent else ""
        self.presence = presence
        self.references: dict[str, str] = {}
        self.unseen: list[Unseen] = []
        self.problems: list[Problem] = []
        self.children: dict[str, Stack] = {}
        self.atoms: dict[str, str] = {}
        self.exports = exports
        self.calls = exports.calls
        self._left = MAX_ENTRIES
        self.scope = Scope(self, document)
        self._sections = _sections(document.root)
        self.transforms = list(self._transforms())
        self.macro = next((name for name in self.transforms if not name.startswith((*_HARMLESS, "AWS::Include"))), None)
        self.parameters = Parameters(self, self._section("Parameters"))
        conditions = self._section("Conditions")
        self.conditions = Conditions(self, {key: entry for key in conditions if (entry := conditions.entry(key))})
        self._mappings = self._section("Mappings")
        self.resources = self._section("Resources")
        self.outputs = self._section("Outputs")

    @property
    def is_sam(self) -> bool:
        """Whether SAM transforms the template. One with SAM's types means it, were the transform left out."""
        if SERVERLESS in self.transforms:
            return True
        return "AWS::Serverless::" in self.document.text and any(map(self._has_sam_type, self.resources))

    def _has_sam_type(self, logical_id: str) -> bool:
        entry = self.resources.entry(logical_id)
        body = entry[1] if entry is not None else None
        pairs = body.value if isinstance(body, MappingNode) else ()
        return any(key.value == "Type" and str(node.value).startswith("AWS::Serverless::") for key, node in pairs)

    def key(self, logical_id: str) -> str:
        """The key of the resource with this logical id."""
        return f"{self.unit}#{self.references.get(logical_id, logical_id)}"

    def owner_of(self, key: str) -> tuple[Stack, str] | None:
        """The stack (this one, or one that it is nested in) and the logical id that a key belongs to."""
        unit, _, logical_id = key.partition("#")
        stack: Stack | None = self
        while stack is not None and stack.unit != unit:
            stack = stack.parent
        return (stack, logical_id) if stack is not None and logical_id in stack.resources else None

    def type_of(self, logical_id: str) -> str | None:
        """The type of a declared resource, as it is written."""
        body = self.resources.get(logical_id)
        kind = body.data.get("Type") if isinstance(body, Known) and isinstance(body.data, Mapping) else None
        return kind.data if isinstance(kind, Known) and isinstance(kind.data, str) else None

    def property_of(self, logical_id: str, name: str) -> Value | None:
        """A property of a declared resource, as it is written."""
        body = self.resources.get(logical_id)
        found = body.data.get("Properties") if isinstance(body, Known) and isinstance(body.data, Mapping) else None
        return found.data.get(name) if isinstance(found, Known) and isinstance(found.data, Mapping) else None

    def literal(self, properties: Mapping[str, Value], name: str) -> bool:
        """Whether a property is written as data, not by an intrinsic function. True when that cannot be told."""
        return not isinstance(properties, LazyMapping) or properties.is_literal(name)

    def mapping(self, name: str) -> Value | None:
        """A declared mapping."""
        return self._mappings.get(name) or self._mappings.rest

    def output(self, name: str) -> Value:
        """The value of an output."""
        body = self.outputs.get(name)
        if isinstance(body, Known) and isinstance(body.data, Mapping):
            value = body.data.get("Value")
            if value is not None:
                return value
        return Unknown(f"the nested stack has no output {name}", body.span if body else None)

    def imported(self, name: Value, span: Span | None) -> Value:
        """What `Fn::ImportValue` gives for a name."""
        return self.exports.imported(name, span, self.unit)

    def may_unroll(self, count: int = 1) -> bool:
        """Counts an entry that a loop makes; false when the template has made too many."""
        self._left -= count
        return self._left > 0

    def raw_section(self, name: str) -> tuple[Node, Node] | None:
        """The nodes of a top-level section's key and value."""
        return self._sections.get(name)

    def section_value(self, name: str) -> Value | None:
        """A top-level section as a value ("Globals")."""
        pair = self._sections.get(name)
        return None if pair is None else self.scope.value(pair[1], pair[0])

    def report(self, level: str, message: str, span: Span | None, help_: str | None = None) -> None:
        """Remembers a problem with the template."""
        kind = "error" if level == "error" else "note"
        self.problems.append(Problem(kind, self.document.path, message, help_, span))  # type: ignore[arg-type]

    def _section(self, name: str) -> LazyMapping:
        pair = self._sections.get(name)
        if pair is not None and isinstance(pair[1], MappingNode) and pair[1].tag == MAP:
            return LazyMapping(self.scope, pair[1])
        if pair is not None and not _is_null(pair[1]):
            level = "error" if name == "Resources" else "note"
            self.report(level, f"{name} is not a mapping", self.document.span(pair[0]), "write it as a mapping")
        return LazyMapping(self.scope, _EMPTY)

    def _transforms(self) -> Iterator[str]:
        for section in ("Transform", TRANSFORM):
            pair = self._sections.get(section)
            if pair is None:
                continue
            nodes = pair[1].value if isinstance(pair[1], SequenceNode) else [pair[1]]
            for node in nodes:
                name = name_of(node)
                if name:
                    yield name
                if is_include(node):
                    self.unseen.append(Unseen("AWS::Include adds what another file holds", self.unit))


_EMPTY = MappingNode(MAP, [], None, None, flow_style=True)


def _is_null(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.value in ("", "~", "null")


def _sections(root: Node | None) -> dict[str, tuple[Node, Node]]:
    if not isinstance(root, MappingNode):
        return {}
    return {pair[0].value: pair for pair in root.value if isinstance(pair[0], ScalarNode)}
