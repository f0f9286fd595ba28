"""Loads templates into the graph: which are roots, which are nested, and what they hold."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from walint.errors import WalintError
from walint.model.graph import Graph, Problem, Unseen
from walint.model.resource import Resource
from walint.model.span import Span
from walint.model.value import Absent, Alternatives, Known, Reference, Text, Value
from walint.sources.cloudformation import cdk
from walint.sources.cloudformation.assembly import MANIFEST, AssemblyTemplate, is_manifest, read_manifest
from walint.sources.cloudformation.cases import ALWAYS, Cases, both
from walint.sources.cloudformation.deployment import Deployment, deployed
from walint.sources.cloudformation.document import Document, DocumentError, decode, duplicate_keys, parse
from walint.sources.cloudformation.exports import Exports
from walint.sources.cloudformation.lazy import LazyMapping
from walint.sources.cloudformation.recognise import declares_nothing, is_template, may_be_template
from walint.sources.cloudformation.resources import outputs_of, resources_of
from walint.sources.cloudformation.stack import Stack
from walint.sources.cloudformation.stages import stages_of
from walint.sources.discover import Candidate, Files
from walint.sources.settings import SourceSettings

if TYPE_CHECKING:
    from walint.sources.cloudformation.samconfig import SamConfig

_NESTED_TYPES = {"AWS::CloudFormation::Stack": "TemplateURL", "AWS::Serverless::Application": "Location"}
_MAX_NESTING = 20
_MAX_STACKS = 2_000
_MAX_TEXT = 50_000_000
"""How much template text nested stacks may stand for, each use counted."""

_MAX_DUPLICATES = 5


@dataclass(frozen=True, slots=True)
class _Nested:
    """A nested stack as a parent declares it: the child's file when it is on disk, else why it is not."""

    name: str
    path: Path | None
    reason: str
    given: Mapping[str, Value]
    span: Span | None
    presence: Cases


class Loader:
    """Reads templates one by one; `finish` then decides who nests whom and fills the graph."""

    def __init__(self, settings: SourceSettings, graph: Graph, files: Files) -> None:
        self._settings = settings
        self._graph = graph
        self._files = files
        self._exports = Exports()
        self._documents: dict[str, Document | None] = {}
        self._rooted: set[str] = set()
        self._roots: list[tuple[Path, Deployment]] = []
        self._samconfigs: dict[str, bytes | None] = {}
        self._declared: dict[Stack, Sequence[_Nested]] = {}
        self._stacks = 0
        self._text = 0
        self._given: dict[str, str] = {}
        if settings.parameter_files:
            from walint.sources.cloudformation.parameter_files import read_parameters
        for path in settings.parameter_files:
            self._given.update(read_parameters(path))
        self._given.update(settings.parameters)

    def offer(self, candidate: Candidate, data: bytes) -> bool:
        """Takes a file if it is a template (or tries to be one); false when it is none of ours."""
        if candidate.path.name == MANIFEST and is_manifest(data):
            self._assembly(candidate, data)
            return True
        if not may_be_template(data) and not candidate.explicit:
            return False
        document = self._parsed(candidate, data)
        self._documents[str(candidate.path)] = document
        if document is not None:
            self._add_root(candidate.path)
        return document is not None

    def _add_root(self, path: Path, stack: AssemblyTemplate | None = None) -> None:
        """Takes a template as one that may be deployed on its own."""
        if stack is not None:
            deployment = deployed(
                self._settings,
                self._given,
                stack.parameters,
                stack_name=stack.stack_name,
                region=stack.region,
                account=stack.account,
            )
        else:
            config = self._samconfig(path)
            deployment = deployed(self._settings, self._given, {})
            if config is not None:
                deployment = deployed(
                    self._settings, self._given, config.parameters, stack_name=config.stack_name, region=config.region
                )
        if str(path) not in self._rooted:
            self._rooted.add(str(path))
            self._roots.append((path, deployment))

    def _samconfig(self, path: Path) -> SamConfig | None:
        """What the samconfig.toml beside a template says about its deployment."""
        folder = str(path.parent)
        if folder not in self._samconfigs:
            file = path.parent / "samconfig.toml"
            readable = file.is_file() and self._files.inside(file)
            self._samconfigs[folder] = self._files.read(Candidate(file, self._files.shown(file))) if readable else None
        data = self._samconfigs[folder]
        if data is None:
            return None
        from walint.sources.cloudformation.samconfig import read_samconfig

        try:
            return read_samconfig(data, path.name, self._settings.sam_config_env)
        except (ValueError, RecursionError) as error:
            shown = self._files.shown(path.parent / "samconfig.toml")
            self._samconfigs[folder] = None
            self._graph.problems.append(Problem("error", shown, f"not valid TOML: {error}", "mend the syntax"))
            return None

    def _assembly(self, candidate: Candidate, data: bytes) -> None:
        """Takes the templates of a cloud assembly, and of those nested in it."""
        pending = [(candidate, data)]
        seen: set[str] = set()
        while pending:
            manifest, content = pending.pop()
            try:
                templates, nested = read_manifest(content, manifest.path.parent)
            except ValueError as error:
                self._graph.problems.append(Problem("error", manifest.shown, f"not a readable manifest: {error}"))
                continue
            for template in templates:
                document = self._document(self._normal(template.path), manifest.shown)
                if document is not None:
                    self._add_root(self._normal(template.path), template)
            for folder in nested:
                path = self._normal(folder / MANIFEST)
                if str(path) not in seen and self._files.inside(path):
                    seen.add(str(path))
                    inner = Candidate(path, self._files.shown(path))
                    found = self._files.read(inner)
                    if found is not None:
                        pending.append((inner, found))

    @staticmethod
    def _normal(path: Path) -> Path:
        return Path(os.path.normpath(path))

    def _parsed(self, candidate: Candidate, data: bytes) -> Document | None:
        sure = may_be_template(data)
        try:
            document = parse(decode(data, candidate.shown), candidate.shown)
        except DocumentError as error:
            if sure:
                self._problem("error", candidate.shown, error)
            else:
                self._note_foreign(candidate.shown)
            return None
        if not is_template(document.root):
            if candidate.explicit:
                self._note_foreign(candidate.shown)
            return None
        self._check(document)
        return document

    def _check(self, document: Document) -> None:
        """Reports what CloudFormation would refuse although it parses."""
        self._graph.files.append(document.path)
        if document.others:
            message = "holds several YAML documents; only the first one is judged"
            self._graph.problems.append(Problem("error", document.path, message, "write one template per file"))
        assert document.root is not None  # noqa: S101 - is_template saw a mapping
        if declares_nothing(document.root):
            span = document.span(document.root).first_line()
            self._graph.problems.append(Problem("error", document.path, "declares no resources", "add Resources", span))
        for name, first, last in duplicate_keys(document.root)[:_MAX_DUPLICATES]:
            message = f"{name} is written twice (first on line {first.start_mark.line + 1}); the last one is judged"
            span = document.span(last)
            self._graph.problems.append(Problem("error", document.path, message, "remove one of them", span))

    def _problem(self, level: str, path: str, error: WalintError) -> None:
        span = error.where if isinstance(error.where, Span) else None
        kind = "error" if level == "error" else "note"
        self._graph.problems.append(Problem(kind, path, error.message, error.help, span))  # type: ignore[arg-type]

    def _note_foreign(self, shown: str) -> None:
        message = "is not a CloudFormation or SAM template, and nothing else that walint reads"
        self._graph.problems.append(Problem("note", shown, message))

    def finish(self) -> None:
        """Builds every stack that no other one nests, with its nested stacks, and adds what they hold to the graph."""
        paths = [str(path) for path, _ in self._roots]
        trees = [self._stack(path, deployment) for path, deployment in self._roots]
        called = {str(nested.path) for stack in trees for nested in self._nested(stack) if nested.path}
        tops = [stack for stack, path in zip(trees, paths, strict=True) if path not in called]
        reached: set[str] = set()
        for stack in tops:
            self._grow(stack, (), reached)
        for stack, path in zip(trees, paths, strict=True):
            if path in called and path not in reached:
                self._grow(stack, (), reached)
                tops.append(stack)
        for stack in tops:
            self._emit(stack)

    def _stack(self, path: Path, deployment: Deployment) -> Stack:
        document = self._documents[str(path)]
        assert document is not None  # noqa: S101 - only parsed templates are roots
        return Stack(document, document.path, deployment, self._exports)

    def _grow(self, stack: Stack, above: tuple[str, ...], reached: set[str]) -> None:
        """Reads the nested stacks of a stack, and theirs."""
        path = str(self._files.absolute(stack.document.path))
        reached.add(path)
        self._exports.stacks.append(stack)
        self._stacks += 1
        self._text += len(stack.document.text) if stack.parent else 0
        for nested in self._nested(stack):
            reason = nested.reason
            if nested.path is not None:
                if str(nested.path) in (*above, path):
                    reason = f"the nested stack {nested.name} contains itself"
                    stack.report("error", reason, nested.span, "a template cannot nest itself, directly or by another")
                elif len(above) >= _MAX_NESTING or self._stacks >= _MAX_STACKS or self._text > _MAX_TEXT:
                    reason = f"the nested stack {nested.name} is nested too deep, or among too many"
                    stack.report("error", reason, nested.span)
                else:
                    document = self._document(nested.path)
                    reason = f"the template of the nested stack {nested.name} cannot be read"
                    if document is not None:
                        child = Stack(
                            document,
                            f"{stack.unit}/{nested.name}",
                            stack.deployment.nested(nested.given),
                            self._exports,
                            parent=stack,
                            name=nested.name,
                            presence=nested.presence,
                        )
                        stack.children[nested.name] = child
                        self._grow(child, (*above, path), reached)
                        continue
            stack.unseen.append(Unseen(reason, stack.unit, frozenset(_targets(nested.given.values()))))

    def _document(self, path: Path, named_by: str | None = None) -> Document | None:
        """The template in a file that another file names, read now if it has not been."""
        known = str(path)
        if known not in self._documents:
            shown = self._files.shown(path)
            self._documents[known] = None
            if not self._files.inside(path):
                message = f"names a file outside the folder that is checked: {shown}"
                self._graph.problems.append(Problem("error", named_by or shown, message))
                return None
            data = self._files.read(Candidate(path, shown, explicit=True))
            if data is not None:
                self._documents[known] = self._parsed(Candidate(path, shown, explicit=True), data)
        return self._documents[known]

    def _nested(self, stack: Stack) -> Sequence[_Nested]:
        """The nested stacks that a template declares, looked up once."""
        if stack not in self._declared:
            self._declared[stack] = list(self._find_nested(stack))
        return self._declared[stack]

    def _find_nested(self, stack: Stack) -> Iterator[_Nested]:
        text = stack.document.text
        if not any(name in text for name in _NESTED_TYPES):
            return
        for name in stack.resources:
            entry = stack.resources.entry(name)
            body = stack.resources[name]
            if entry is None or not isinstance(body, Known) or not isinstance(body.data, LazyMapping):
                continue
            kind = body.data.get("Type")
            if not isinstance(kind, Known) or not isinstance(kind.data, str) or kind.data not in _NESTED_TYPES:
                continue
            nested = self._described(stack, name, body.data, _NESTED_TYPES[kind.data])
            if any(holds for _, holds in nested.presence):
                yield nested

    def _described(self, stack: Stack, name: str, body: LazyMapping, place: str) -> _Nested:
        properties = body.get("Properties")
        data = properties.data if isinstance(properties, Known) else None
        values: Mapping[str, Value] = data if isinstance(data, Mapping) else {}
        location = values.get(place) or Absent()
        asset = cdk.asset_path(body)
        path, reason = self._located(stack, name, Known(asset, location.span) if asset else location)
        given = values.get("Parameters")
        listed = given.data if isinstance(given, Known) and isinstance(given.data, Mapping) else {}
        condition = body.get("Condition")
        cases: Cases = ALWAYS
        if isinstance(condition, Known) and isinstance(condition.data, str):
            cases = stack.conditions.named(condition.data)
        presence = both(stack.presence, cases)
        return _Nested(name, path, reason, listed, location.span, cases if presence is None else presence)

    def _located(self, stack: Stack, name: str, location: Value) -> tuple[Path | None, str]:
        """The file that a nested stack names, when it is one on disk inside the root."""
        text = location.data if isinstance(location, Known) and isinstance(location.data, str) else None
        if text is None:
            return None, f"the nested stack {name} is not on disk"
        if "://" in text or not text:
            return None, f"the nested stack {name} is not on disk ({text})"
        path = self._normal(Path(self._files.absolute(stack.document.path)).parent / text)
        if not self._files.inside(path):
            message = f"the template of the nested stack {name} lies outside the folder that is checked"
            stack.report("error", message, location.span)
            return None, message
        if not path.is_file():
            return None, f"the template of the nested stack {name} is not on disk ({text})"
        return path, ""

    def _emit(self, stack: Stack) -> None:
        """Adds the resources of a stack and of its nested stacks to the graph."""
        resources: Sequence[Resource] = resources_of(stack)
        stages = list(stages_of(resources))
        if stack.is_sam:
            resources = _expanded(resources, stack)
        self._graph.extend(resources)
        self._graph.extend(stages)
        self._graph.extend(outputs_of(stack))
        for name in stack.conditions:
            stack.conditions.named(name)
        for name, key in stack.conditions.cycles:
            stack.report("error", f"the condition {name} depends on itself", stack.document.span(key))
        if stack.macro is not None:
            self._graph.unseen.append(Unseen(f"the macro {stack.macro} may write anything", stack.unit))
        self._graph.problems.extend(stack.problems)
        self._graph.unseen.extend(stack.unseen)
        for child in stack.children.values():
            self._emit(child)


def _expanded(resources: Sequence[Resource], stack: Stack) -> Sequence[Resource]:
    from walint.sources.cloudformation.sam import expand

    return expand(resources, stack.section_value("Globals") or Absent(), stack)


def _targets(values: Iterable[Value]) -> Iterator[str]:
    """The keys of the resources that values refer to."""
    for value in values:
        match value:
            case Reference(target=target):
                yield target
            case Text(pieces=pieces):
                yield from (piece.target for piece in pieces if isinstance(piece, Reference))
            case Alternatives(choices=choices):
                yield from _targets([choice.value for choice in choices])
            case Known(data=Mapping() as entries):
                yield from _targets(list(entries.values()))
            case Known(data=Sequence() as items) if not isinstance(items, str):
                yield from _targets(list(items))
            case _:
                pass
