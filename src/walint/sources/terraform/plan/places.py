"""Where the resources of a plan are written: found by address in the configuration beside it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from walint.model.span import Span
from walint.model.value import Known, Unknown, Value
from walint.sources.discover import Files
from walint.sources.terraform.config import Configuration, Declared, Part, local_folder
from walint.sources.terraform.hcl import ast
from walint.sources.terraform.modules import installed

Fetch: TypeAlias = Callable[[str], Configuration | str]
Route: TypeAlias = tuple[str | int, ...]
"""Where a value lies in a resource: names of arguments, blocks and keys, and positions in lists."""

_DEEPEST = 100
"""Modules in modules: more do not occur."""
_DOWNLOADED = f"{os.sep}.terraform{os.sep}"


class Place:
    """Where a block is written.

    declared    its file and its offset there; what stands for them in a module that is not on disk
    note        where it is, if that is not where it is shown
    span        its header; that of the `module` block of one's own which leads to it, where it lies in a downloaded
                module or in one that is not there
    """

    __slots__ = ("_spans", "block", "declared", "note", "span")

    def __init__(self, declared: tuple[str, int], span: Span, block: Declared | None, note: str = "") -> None:
        self.declared = declared
        self.note = note
        self.span = span
        self.block = block
        """The block, where its own lines are shown."""
        self._spans: dict[Route, Span] = {}

    def at(self, route: Route) -> Span:
        """Where the value at a route is written, as exactly as it can be told."""
        if self.block is None or not route:
            return self.span
        found = self._spans.get(route)
        if found is None:
            found = self._spans[route] = _in_part(self.block.body, route, self.span)
        return found

    def meta(self) -> Mapping[str, Value]:
        """The block's `lifecycle`, as far as it is written with constants; nothing where it has none."""
        part = self.block.body.only("lifecycle") if self.block else None
        if part is None:
            return {}
        settings: dict[str, Value] = {}
        for name, (attribute, file) in part.attributes.items():
            span = file.span(attribute.expression.start, attribute.expression.end)
            node = attribute.expression
            constant = isinstance(node, ast.Literal) and isinstance(node.value, bool)
            settings[name] = Known(node.value, span) if constant else Unknown("it is an expression", span)  # type: ignore[union-attr]
        return {"lifecycle": Known(settings)}

    def is_dynamic(self, name: str) -> bool:
        """Whether a `dynamic` block may give blocks of this name."""
        return self.block is not None and any(
            block.type == "dynamic" and block.labels == [name] for block, _ in self.block.body.blocks
        )


class Module:
    """One module of the configuration."""

    __slots__ = ("caller", "configuration")

    def __init__(self, configuration: Configuration, caller: Declared | None) -> None:
        self.configuration = configuration
        self.caller = caller
        """The `module` block to blame for what is inside: set for a downloaded module, None for one's own."""


class Places:
    """The configuration of one root module, read as far as it is asked for."""

    def __init__(self, configuration: Configuration, fetch: Fetch, files: Files) -> None:
        """`configuration` is that of the root module; `fetch` gives that of another folder, or why there is none."""
        self.configuration = configuration
        self._fetch = fetch
        self._installed = installed(configuration.folder, files)
        self._modules: dict[tuple[str, ...], Module | Declared | None] = {(): Module(configuration, None)}
        self._found: dict[tuple[tuple[str, ...], str, str], Place | None] = {}
        self.paths: dict[str, None] = {}
        """The files in which something was found, as reports show them."""

    def of(self, module: tuple[str, ...], type_: str, name: str) -> Place | None:
        """The place of a resource block; None where neither it nor a call that leads to it is found."""
        if len(module) > _DEEPEST:
            return None
        key = (module, type_, name)
        if key not in self._found:
            place = self._found[key] = self._place(module, type_, name)
            if place is not None:
                self.paths[place.span.path] = None
        return self._found[key]

    def module(self, steps: tuple[str, ...]) -> Module | Declared | None:
        """A module; the block that calls it or one above it, where it is not on disk; None for an unknown call."""
        if steps not in self._modules:
            self._modules[steps] = None  # a module that calls itself
            self._modules[steps] = self._module(steps)
        return self._modules[steps]

    def _place(self, module: tuple[str, ...], type_: str, name: str) -> Place | None:
        found = self.module(module)
        if found is None:
            return None
        if isinstance(found, Declared):
            inside = ".".join((*module, type_, name))
            note = f"it is declared in module.{'.module.'.join(module)}, which is not on disk"
            return Place((f"{found.file.path}#{inside}", found.start), found.span, None, note)
        block = found.configuration.resources.get(("managed", type_, name))
        if block is None:
            return None
        declared = (block.file.path, block.start)
        if found.caller is not None:
            note = f"it is declared in {block.file.path}:{block.span.start_line}"
            return Place(declared, found.caller.span, None, note)
        return Place(declared, block.span, block)

    def _module(self, steps: tuple[str, ...]) -> Module | Declared | None:
        parent = self.module(steps[:-1])
        if not isinstance(parent, Module):
            return parent
        call = parent.configuration.calls.get(steps[-1])
        if call is None:
            return None
        blamed = parent.caller or call
        folder = self._folder_of(steps, parent, call)
        found = self._fetch(folder) if folder else ""
        if isinstance(found, str):
            return blamed
        foreign = parent.caller is not None or _DOWNLOADED in f"{folder}{os.sep}"
        return Module(found, blamed if foreign else None)

    def _folder_of(self, steps: tuple[str, ...], parent: Module, call: Declared) -> str | None:
        """The folder of a called module: by a local path, else where `terraform init` has put it."""
        source = call.body.attributes.get("source")
        written = source[0].expression if source else None
        if isinstance(written, ast.Literal) and isinstance(written.value, str):
            folder = local_folder(parent.configuration.folder, written.value)
            if folder is not None:
                return folder
        return self._installed.get(".".join(steps))


def _in_part(part: Part, route: Route, outer: Span) -> Span:
    """The span of a value in a body; that of the body's own head where it is not written there."""
    name, *rest = route
    if not isinstance(name, str):
        return outer
    entry = part.attributes.get(name)
    if entry is not None:
        attribute, file = entry
        node = _inside(attribute.expression, rest)
        return file.span(node.start, node.end)
    static = list(part.named(name))
    dynamic = [
        (inner, file)
        for block, file in part.blocks
        if block.type == "dynamic" and block.labels == [name]
        for inner in block.body.blocks
        if inner.type == "content"
    ]
    index = rest[0] if rest and isinstance(rest[0], int) else 0
    blocks = static if index < len(static) else dynamic or static
    if not blocks:
        return outer
    block, file = blocks[index if index < len(blocks) and not dynamic else 0]
    head = file.span(block.start, block.header_end)
    deeper = tuple(rest[1:])
    return _in_part(Part.of(block.body, file), deeper, head) if deeper else head


def _inside(node: ast.Expression, route: Sequence[str | int]) -> ast.Expression:
    """The piece of a literal collection that a route leads to; the last one that can be told."""
    for step in route:
        while isinstance(node, ast.Parentheses):
            node = node.inner
        inner: ast.Expression | None = None
        if isinstance(node, ast.Tuple) and isinstance(step, int) and step < len(node.items):
            inner = node.items[step]
        elif isinstance(node, ast.Object):
            for key, value in node.items:
                if isinstance(key, ast.Literal) and key.value == step:
                    inner = value
        if inner is None:
            return node
        node = inner
    return node
