"""Where the resources of a plan are written: found by address in the configuration beside it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from walint.model.graph import Problem
from walint.model.span import Span
from walint.model.value import Known, Unknown, Value
from walint.sources.discover import Candidate, Files
from walint.sources.terraform.config import (
    Configuration,
    Declared,
    Merger,
    Part,
    in_reading_order,
    is_configuration,
    local_folder,
)
from walint.sources.terraform.hcl import ast

Route: TypeAlias = tuple[str | int, ...]
"""Where a value lies in a resource: names of arguments, blocks and keys, and positions in lists."""

_MANIFEST = (".terraform", "modules", "modules.json")
_DOWNLOADED = f"{os.sep}.terraform{os.sep}"


class Place:
    """Where a block is written.

    declared    its file and its offset there; what stands for them in a module that is not on disk
    span        its header; that of the `module` block of one's own which leads to it, where it lies in a downloaded
                module or in one that is not there
    """

    __slots__ = ("_spans", "block", "declared", "span")

    def __init__(self, declared: tuple[str, int], span: Span, block: Declared | None) -> None:
        self.declared = declared
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
    """One module of the configuration: its folder, and the header of the block in one's own code that leads to it."""

    __slots__ = ("caller", "configuration", "folder")

    def __init__(self, folder: str, configuration: Configuration, caller: Declared | None) -> None:
        self.folder = folder
        self.configuration = configuration
        self.caller = caller
        """The `module` block to blame for what is inside: set for a downloaded module, None for one's own."""


class Places:
    """The configuration of one root module, read as far as it is asked for."""

    def __init__(self, folder: str, files: Files) -> None:
        self._folder = folder
        self._files = files
        self._modules: dict[tuple[str, ...], Module | Declared | None] = {}
        self._downloads: Mapping[str, str] | None = None
        self._found: dict[tuple[tuple[str, ...], str, str], Place | None] = {}
        self.paths: dict[str, None] = {}
        """The files in which something was found, as reports show them."""

    @property
    def unit(self) -> str:
        """The folder as reports show it."""
        return self._files.shown(Path(self._folder))

    def of(self, module: tuple[str, ...], type_: str, name: str) -> Place | None:
        """The place of a resource block; None where neither it nor a call that leads to it is found."""
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
            return Place((f"{found.file.path}#{inside}", found.start), found.span, None)
        block = found.configuration.resources.get(("managed", type_, name))
        if block is None:
            return None
        declared = (block.file.path, block.start)
        if found.caller is not None:
            return Place(declared, found.caller.span, None)
        return Place(declared, block.span, block)

    def _module(self, steps: tuple[str, ...]) -> Module | Declared | None:
        if not steps:
            return Module(self._folder, self._read(self._folder), None)
        parent = self.module(steps[:-1])
        if not isinstance(parent, Module):
            return parent
        call = parent.configuration.calls.get(steps[-1])
        if call is None:
            return None
        blamed = parent.caller or call
        folder = self._folder_of(steps, parent, call)
        if folder is None or not self._files.inside(Path(folder)) or not Path(folder).is_dir():
            return blamed
        foreign = parent.caller is not None or _DOWNLOADED in f"{folder}{os.sep}"
        return Module(folder, self._read(folder), blamed if foreign else None)

    def _folder_of(self, steps: tuple[str, ...], parent: Module, call: Declared) -> str | None:
        """The folder of a called module: by a local path, else where `terraform init` has put it."""
        source = call.body.attributes.get("source")
        written = source[0].expression if source else None
        if isinstance(written, ast.Literal) and isinstance(written.value, str):
            folder = local_folder(parent.folder, written.value)
            if folder is not None:
                return folder
        known = self._installed().get(".".join(steps))
        return os.path.realpath(Path(self._folder, known)) if known else None

    def _installed(self) -> Mapping[str, str]:
        """Module keys and folders as `.terraform/modules/modules.json` lists them."""
        if self._downloads is None:
            self._downloads = {}
            path = Path(self._folder, *_MANIFEST)
            if path.is_file() and self._files.inside(path):
                data = self._files.read(Candidate(path, self._files.shown(path)))
                self._downloads = _manifest(data or b"")
        return self._downloads

    def _read(self, folder: str) -> Configuration:
        """The configuration of a folder. What is wrong with it is not told here: only lines are looked for."""
        from walint.sources.terraform.hcl.parser import parse

        made = Configuration(folder, self._files.shown(Path(folder)))
        problems: list[Problem] = []
        merger = Merger(made, problems.append)
        for name in in_reading_order(_names(folder)):
            path = Path(folder, name)
            if not self._files.inside(path) or not path.is_file():
                continue
            candidate = Candidate(path, self._files.shown(path))
            data = self._files.read(candidate)
            if data is None:
                continue
            text = data.decode("utf-8-sig", "replace")
            if name.endswith(".json"):
                from walint.sources.terraform.hcl.json import parse_json

                merger.take(parse_json(text, candidate.shown))
            else:
                merger.take(parse(text, candidate.shown))
        return made


def holds_configuration(folder: str) -> bool:
    """Whether a folder has files that Terraform reads."""
    return any(is_configuration(name) for name in _names(folder))


def _names(folder: str) -> Sequence[str]:
    try:
        return sorted(path.name for path in Path(folder).iterdir())
    except OSError:
        return ()


def _manifest(data: bytes) -> Mapping[str, str]:
    """What modules.json says; nothing where it cannot be read."""
    try:
        entries = json.loads(data or b"{}").get("Modules")
    except (ValueError, RecursionError, AttributeError):
        return {}
    known = [entry for entry in entries or () if isinstance(entry, dict)] if isinstance(entries, list) else []
    return {
        entry["Key"]: entry["Dir"]
        for entry in known
        if isinstance(entry.get("Key"), str) and isinstance(entry.get("Dir"), str)
    }


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
