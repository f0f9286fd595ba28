"""Stacks with their nested stacks, from the templates that nobody nests down to the last child."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from walint.model.graph import Graph, Unseen
from walint.model.resource import Resource
from walint.model.value import Absent
from walint.sources.cloudformation.deployment import Deployment
from walint.sources.cloudformation.document import Document
from walint.sources.cloudformation.exports import Exports
from walint.sources.cloudformation.library import Library
from walint.sources.cloudformation.nesting import Nested, nested_of, targets
from walint.sources.cloudformation.resources import outputs_of, resources_of
from walint.sources.cloudformation.stack import Stack
from walint.sources.cloudformation.stages import stages_of
from walint.sources.discover import Files

_MAX_NESTING = 20
_MAX_STACKS = 2_000
_MAX_TEXT = 50_000_000
"""How deep stacks may nest, how many there may be, and how much template text they may stand for, each use counted."""


class Trees:
    """Builds the stacks of a scan and adds what they hold to its graph."""

    def __init__(self, graph: Graph, files: Files, library: Library) -> None:
        self._graph = graph
        self._files = files
        self._library = library
        self._exports = Exports()
        self._nested: dict[Stack, Sequence[Nested]] = {}
        self._reached: set[Path] = set()
        self._stacks = 0
        self._text = 0

    def plant(self, roots: Sequence[tuple[Path, Deployment]]) -> None:
        """Builds every stack that no other one nests, with its nested stacks.

        Stacks that only nest each other in a circle are built from the first one on.
        """
        stacks = [(path, Stack(self._library[path], self._library[path].path, at, self._exports)) for path, at in roots]
        called = {nested.path for _, stack in stacks for nested in self._declared(stack)}
        tops = [stack for path, stack in stacks if path not in called]
        for stack in tops:
            self._grow(stack, ())
        for path, stack in stacks:
            if path in called and path not in self._reached:
                self._grow(stack, ())
                tops.append(stack)
        for stack in tops:
            self._emit(stack)

    def _declared(self, stack: Stack) -> Sequence[Nested]:
        """The nested stacks that a template declares, looked up once."""
        if stack not in self._nested:
            self._nested[stack] = list(nested_of(stack, self._files))
        return self._nested[stack]

    def _grow(self, stack: Stack, above: tuple[Path, ...]) -> None:
        """Builds the nested stacks of a stack, and theirs. `above` are the templates that it is nested in."""
        path = Path(self._files.absolute(stack.document.path))
        self._reached.add(path)
        self._exports.stacks.append(stack)
        self._stacks += 1
        self._text += len(stack.document.text) if stack.parent else 0
        for nested in self._declared(stack):
            template = self._template(stack, nested, (*above, path))
            if isinstance(template, str):
                stack.unseen.append(Unseen(template, stack.unit, frozenset(targets(nested.given.values()))))
                continue
            child = Stack(
                template,
                f"{stack.unit}/{nested.name}",
                stack.deployment.nested(nested.given),
                self._exports,
                parent=stack,
                name=nested.name,
                presence=nested.presence,
            )
            stack.children[nested.name] = child
            self._grow(child, (*above, path))

    def _template(self, stack: Stack, nested: Nested, above: tuple[Path, ...]) -> Document | str:
        """The template of a nested stack, or the reason why it is not looked into."""
        if nested.path is None:
            return nested.reason
        if nested.path in above:
            reason = f"the nested stack {nested.name} contains itself"
            stack.report("error", reason, nested.span, "a template cannot nest itself, directly or by another")
            return reason
        if len(above) > _MAX_NESTING or self._stacks >= _MAX_STACKS or self._text > _MAX_TEXT:
            reason = f"the nested stack {nested.name} is nested too deep, or among too many"
            stack.report("error", reason, nested.span, "check the nested templates on their own")
            return reason
        document = self._library.fetch(nested.path, stack.document.path)
        return document or f"the template of the nested stack {nested.name} cannot be read"

    def _emit(self, stack: Stack) -> None:
        """Adds the resources of a stack and of its nested stacks to the graph."""
        resources: Sequence[Resource] = resources_of(stack)
        stages = list(stages_of(resources))
        if stack.is_sam:
            from walint.sources.cloudformation.sam import expand

            resources = expand(resources, stack.section_value("Globals") or Absent(), stack)
        self._graph.extend(resources)
        self._graph.extend(stages)
        self._graph.extend(outputs_of(stack))
        for name in stack.conditions:
            stack.conditions.named(name)
        for name, key in stack.conditions.cycles:
            span = stack.document.span(key)
            stack.report("error", f"the condition {name} depends on itself", span, "break the circle")
        if stack.macro is not None:
            self._graph.unseen.append(Unseen(f"the macro {stack.macro} may write anything", stack.unit))
        self._graph.problems.extend(stack.problems)
        self._graph.unseen.extend(stack.unseen)
        for child in stack.children.values():
            self._emit(child)
