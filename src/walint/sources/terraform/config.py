"""The configuration of one directory: all its files, merged as Terraform merges them.

Terraform reads every `*.tf` and `*.tf.json` of a directory as one module; override files (`override.tf`,
`*_override.tf`) come last, in the order of their names, and change what the others declare:
https://developer.hashicorp.com/terraform/language/files/override
OpenTofu's `x.tofu` stands instead of an `x.tf` beside it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal, TypeAlias

from walint.model.graph import Problem
from walint.model.span import Span
from walint.sources.terraform.hcl import ast

Report: TypeAlias = Callable[[Problem], None]
Mode: TypeAlias = Literal["managed", "data", "ephemeral"]

_ENDINGS = (".tf", ".tofu", ".tf.json", ".tofu.json")
_MERGED_BLOCKS = frozenset(("lifecycle", "required_providers"))
"""Nested blocks whose arguments are merged one by one; all others are replaced by those of the same type."""


def is_configuration(name: str) -> bool:
    """Whether Terraform or OpenTofu reads a file of this name as configuration."""
    return name.endswith(_ENDINGS) and not (name.startswith((".", "#")) or name.endswith("~"))


def _is_override(name: str) -> bool:
    stem = _stem(name)
    return stem == "override" or stem.endswith("_override")


def _stem(name: str) -> str:
    return next(name[: -len(ending)] for ending in (".tofu.json", ".tf.json", ".tofu", ".tf") if name.endswith(ending))


def in_reading_order(names: Iterable[str]) -> list[str]:
    """The configuration files among the names of a directory: overrides last, both parts by name."""
    found = {name for name in names if is_configuration(name)}
    hidden = {name.replace(".tofu", ".tf") for name in found if name.endswith((".tofu", ".tofu.json"))}
    return sorted(found - hidden, key=lambda name: (_is_override(name), name))


class Part:
    """A body, or several merged into one: each of its pieces knows its file."""

    __slots__ = ("attributes", "blocks")

    def __init__(
        self, attributes: dict[str, tuple[ast.Attribute, ast.File]], blocks: list[tuple[ast.Block, ast.File]]
    ) -> None:
        self.attributes = attributes
        self.blocks = blocks

    @classmethod
    def of(cls, body: ast.Body, file: ast.File) -> Part:
        """One body as it stands in a file."""
        attributes = {name: (attribute, file) for name, attribute in body.attributes.items()}
        return cls(attributes, [(block, file) for block in body.blocks])

    def named(self, type_: str, labels: int = 0) -> Iterator[tuple[ast.Block, ast.File]]:
        """The nested blocks of a type; in JSON, objects stand for blocks."""
        for block, file in self.blocks:
            if block.type == type_:
                yield block, file
        attribute = self.attributes.get(type_)
        if attribute is not None and is_json(attribute[1]):
            for block in as_blocks(attribute[0], labels):
                yield block, attribute[1]

    def only(self, type_: str) -> Part | None:
        """The one nested block of a type, None where there is none."""
        return next((Part.of(block.body, file) for block, file in self.named(type_)), None)

    def overridden(self, other: Part) -> Part:
        """This body as another one in an override file changes it."""
        replaced = {block.type for block, _ in other.blocks}
        replaced |= {block.labels[0] for block, _ in other.blocks if block.type == "dynamic" and block.labels}
        kept: list[tuple[ast.Block, ast.File]] = []
        for block, file in self.blocks:
            type_ = block.labels[0] if block.type == "dynamic" and block.labels else block.type
            if type_ not in replaced:
                kept.append((block, file))
            elif type_ in _MERGED_BLOCKS:
                changed = next((new for new, _ in other.blocks if new.type == type_), None)
                left = {
                    n: a for n, a in block.body.attributes.items() if not changed or n not in changed.body.attributes
                }
                body = ast.Body(block.body.start, block.body.end, left, block.body.blocks)
                kept.append((ast.Block(block.start, block.end, type_, [], body, block.header_end), file))
        return Part(self.attributes | other.attributes, kept + other.blocks)


class Declared:
    """A top-level block: its merged body, and the file and header of the block that declares it."""

    __slots__ = ("body", "broken", "end", "file", "labels", "start")

    def __init__(self, block: ast.Block, file: ast.File, *, broken: bool = False) -> None:
        """`broken` says that the block could not be read to its end."""
        self.broken = broken
        self.start = block.start
        self.end = block.header_end
        self.file = file
        self.labels = block.labels
        self.body = Part.of(block.body, file)

    @property
    def span(self) -> Span:
        """The header of the block."""
        return self.file.span(self.start, self.end)


class Configuration:
    """A directory's configuration.

    damaged   a file could not be read wholly, so that a name which is not declared may be declared there
    size      characters of all its files
    """

    def __init__(self, folder: str, shown: str) -> None:
        self.folder = folder
        self.shown = shown
        self.paths: list[str] = []
        self.variables: dict[str, Declared] = {}
        self.locals: dict[str, tuple[ast.Attribute, ast.File]] = {}
        self.resources: dict[tuple[Mode, str, str], Declared] = {}
        self.calls: dict[str, Declared] = {}
        self.outputs: dict[str, Declared] = {}
        self.providers: dict[str, Declared] = {}
        self.settings: list[Declared] = []
        self.damaged = False
        self.size = 0

    def types(self, mode: Mode) -> set[str]:
        """The resource types that are declared in a mode."""
        return {type_ for mode_, type_, _ in self.resources if mode_ == mode}

    def has_backend(self) -> bool:
        """Whether the configuration says where its state is kept, which only a root module does."""
        return any(next(part.body.named(name, 1), None) for part in self.settings for name in ("backend", "cloud"))


def span_of(attribute: tuple[ast.Attribute, ast.File]) -> Span:
    """Where an argument stands, its name included."""
    return attribute[1].span(attribute[0].start, attribute[0].end)


def is_json(file: ast.File) -> bool:
    """Whether a file is written in JSON, which does not tell blocks from arguments."""
    return file.path.endswith(".json")


def as_blocks(attribute: ast.Attribute, labels: int) -> list[ast.Block]:
    """An argument of a JSON body read as blocks."""
    key = ast.Literal(attribute.start, attribute.start, attribute.name)
    whole = ast.Object(attribute.start, attribute.end, [(key, attribute.expression)])
    return ast.Body(attribute.start, attribute.end, {}, [], [whole]).as_blocks(attribute.name, labels)


_LABELS: Mapping[str, int] = {
    "resource": 2,
    "data": 2,
    "ephemeral": 2,
    "module": 1,
    "variable": 1,
    "output": 1,
    "provider": 1,
    "locals": 0,
    "terraform": 0,
}
_MODES: Mapping[str, Mode] = {"resource": "managed", "data": "data", "ephemeral": "ephemeral"}


class Merger:
    """Takes the files of a directory one after another and merges them into one configuration."""

    def __init__(self, configuration: Configuration, report: Report) -> None:
        self._to = configuration
        self._report = report

    def take(self, file: ast.File) -> None:
        """Adds what a file declares."""
        to = self._to
        to.paths.append(file.path)
        to.size += len(file.text)
        to.damaged |= bool(file.problems)
        override = _is_override(file.path.rpartition("/")[2])
        for block in _top_level(file):
            wanted = _LABELS.get(block.type)
            if wanted is None:
                continue
            if len(block.labels) != wanted:
                self._error(file, block, f"{block.type} takes {wanted} labels, not {len(block.labels)}")
                to.damaged = True
            elif block.type == "locals":
                self._locals(file, block, override=override)
            elif block.type == "terraform":
                to.settings.append(Declared(block, file))
            else:
                self._declare(file, block, override=override)
        for block in file.broken:
            if _LABELS.get(block.type) == len(block.labels) and block.labels:
                table, key, _ = self._place(block)
                table.setdefault(key, Declared(block, file, broken=True))

    def _locals(self, file: ast.File, block: ast.Block, *, override: bool) -> None:
        for name, attribute in block.body.attributes.items():
            if name in self._to.locals and not override:
                self._twice(file, attribute, f"local.{name}")
            else:
                self._to.locals[name] = (attribute, file)

    def _declare(self, file: ast.File, block: ast.Block, *, override: bool) -> None:
        table, key, address = self._place(block)
        known = table.get(key)
        if known is None and not override:
            table[key] = Declared(block, file)
        elif known is None:
            self._error(file, block, f"{address} is overridden, but nothing declares it")
        elif override:
            known.body = known.body.overridden(Part.of(block.body, file))
        elif block.type != "provider":
            self._twice(file, block, address)

    def _place(self, block: ast.Block) -> tuple[dict[object, Declared], object, str]:
        """Where a block belongs: the table, its key there, and how it is spoken of."""
        to, labels = self._to, block.labels
        table: object
        key: object
        match block.type:
            case "resource" | "data" | "ephemeral":
                mode = _MODES[block.type]
                prefix = "" if mode == "managed" else f"{mode}."
                table, key, address = to.resources, (mode, *labels), f"{prefix}{labels[0]}.{labels[1]}"
            case "provider":
                alias = block.body.attributes.get("alias")
                literal = alias.expression if alias else None
                named = isinstance(literal, ast.Literal) and isinstance(literal.value, str)
                name = f"{labels[0]}.{literal.value}" if named else labels[0]  # type: ignore[union-attr]
                table, key, address = to.providers, name, f"provider {name}"
            case _:
                tables = {"module": to.calls, "variable": to.variables, "output": to.outputs}
                words = {"module": "module", "variable": "var", "output": "output"}
                table, key, address = tables[block.type], labels[0], f"{words[block.type]}.{labels[0]}"
        return table, key, address  # type: ignore[return-value]

    def _error(self, file: ast.File, block: ast.Block, message: str) -> None:
        self._report(Problem("error", file.path, message, None, file.span(block.start, block.header_end)))

    def _twice(self, file: ast.File, node: ast.Block | ast.Attribute, address: str) -> None:
        end = node.header_end if isinstance(node, ast.Block) else node.end
        message = f"{address} is declared twice in this directory; the first declaration is judged"
        self._report(Problem("note", file.path, message, None, file.span(node.start, end)))


def _top_level(file: ast.File) -> Iterator[ast.Block]:
    if not is_json(file):
        yield from file.body.blocks
        return
    for name, labels in _LABELS.items():
        yield from file.body.as_blocks(name, labels, file.problems)


def local_folder(base: str, source: str) -> str | None:
    """The directory that a module's source names, links followed; None where it is not written as a local path."""
    if not source.startswith(("./", "../", ".\\", "..\\")) and source not in {".", ".."}:
        return None
    return os.path.realpath(os.path.join(base, source.replace("\\", "/")))
