"""Loads templates into the graph: which are roots, which are nested, and what they hold."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from walint.errors import WalintError
from walint.model.graph import Graph, Problem, Unseen
from walint.model.resource import Resource
from walint.model.span import Span
from walint.model.value import Absent, Alternatives, Known, Reference, Text, Value
from walint.sources.cloudformation import cdk
from walint.sources.cloudformation.cases import ALWAYS, Cases, both
from walint.sources.cloudformation.document import Document, DocumentError, decode, duplicate_keys, parse
from walint.sources.cloudformation.exports import Exports
from walint.sources.cloudformation.lazy import LazyMapping
from walint.sources.cloudformation.recognise import is_template, may_be_template
from walint.sources.cloudformation.resources import outputs_of, resources_of
from walint.sources.cloudformation.stack import Stack
from walint.sources.discover import Candidate, Files
from walint.sources.settings import SourceSettings

_NESTED_TYPES = {"AWS::CloudFormation::Stack": "TemplateURL", "AWS::Serverless::Application": "Location"}
_MAX_NESTING = 20
_MAX_STACKS = 2_000
_MAX_DUPLICATES = 5


@dataclass(frozen=True, slots=True)
class _Nested:
    """A nested stack as a parent declares it: the child's file when it is on disk, else why it is not."""

    name: str
    path: Path | None
    reason: str
    given: Mapping[str, str | Value]
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
        self._roots: list[Path] = []
        self._stacks = 0
        self._given = dict(settings.parameters)

    def offer(self, candidate: Candidate, data: bytes) -> bool:
        """Takes a file if it is a template (or tries to be one); false when it is none of ours."""
        if not may_be_template(data) and not candidate.explicit:
            return False
        document = self._parsed(candidate, data)
        self._documents[str(candidate.path)] = document
        if document is not None:
            self._roots.append(candidate.path)
        return document is not None

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
        trees = [self._stack(path) for path in self._roots]
        called = {str(nested.path) for stack in trees for nested in self._nested(stack) if nested.path}
        tops = [stack for stack, path in zip(trees, self._roots, strict=True) if str(path) not in called]
        reached: set[str] = set()
        for stack in tops:
            self._grow(stack, (), reached)
        for stack, path in zip(trees, self._roots, strict=True):
            if str(path) in called and str(path) not in reached:
                self._grow(stack, (), reached)
                tops.append(stack)
        for stack in tops:
            self._emit(stack)

    def _stack(self, path: Path) -> Stack:
        document = self._documents[str(path)]
        assert document is not None  # noqa: S101 - only parsed templates are roots
        return Stack(document, document.path, self._settings, self._exports, given=self._given)

    def _grow(self, stack: Stack, above: tuple[str, ...], reached: set[str]) -> None:
        """Reads the nested stacks of a stack, and theirs."""
        path = str(self._files.absolute(stack.document.path))
        reached.add(path)
        self._exports.stacks.append(stack)
        self._stacks += 1
        for nested in self._nested(stack):
            reason = nested.reason
            if nested.path is not None:
                if str(nested.path) in (*above, path):
                    reason = f"the nested stack {nested.name} contains itself"
                    stack.report("error", reason, nested.span, "a template cannot nest itself, directly or by another")
                elif len(above) >= _MAX_NESTING or self._stacks >= _MAX_STACKS:
                    reason = f"the nested stack {nested.name} is nested too deep"
                    stack.report("error", reason, nested.span)
                else:
                    document = self._document(nested.path, stack, nested)
                    reason = f"the template of the nested stack {nested.name} cannot be read"
                    if document is not None:
                        child = Stack(
                            document,
                            f"{stack.unit}/{nested.name}",
                            self._settings,
                            self._exports,
                            given=nested.given,
                            parent=stack,
                            name=nested.name,
                            presence=nested.presence,
                        )
                        stack.children[nested.name] = child
                        self._grow(child, (*above, path), reached)
                        continue
            stack.unseen.append(Unseen(reason, stack.unit, frozenset(_targets(nested.given.values()))))

    def _document(self, path: Path, stack: Stack, nested: _Nested) -> Document | None:
        """The template of a nested stack, read now if discovery has not."""
        known = str(path)
        if known not in self._documents:
            shown = self._files.shown(path)
            self._documents[known] = None
            data = self._files.read(Candidate(path, shown, explicit=True))
            if data is not None:
                self._documents[known] = self._parsed(Candidate(path, shown, explicit=True), data)
        return self._documents[known]

    def _nested(self, stack: Stack) -> Iterator[_Nested]:
        """The nested stacks that a template declares."""
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
            yield self._described(stack, name, body.data, _NESTED_TYPES[kind.data])

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
        base = os.path.dirname(self._files.absolute(stack.document.path))
        path = Path(os.path.normpath(os.path.join(base, text)))
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
        if stack.is_sam:
            resources = _expanded(resources, stack)
        self._graph.extend(resources)
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
    try:
        from walint.sources.cloudformation.sam import expand
    except ImportError:
        return resources
    return expand(resources, stack.section_value("Globals") or Absent(), stack)


def _targets(values: Sequence[Value] | Iterator[Value] | object) -> Iterator[str]:
    """The keys of the resources that values refer to."""
    for value in values:  # type: ignore[attr-defined]
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
