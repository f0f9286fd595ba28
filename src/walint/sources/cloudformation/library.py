"""The templates of a scan, each parsed once, with what CloudFormation would refuse about them reported."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from yaml.nodes import MappingNode, Node

from walint.model.graph import Graph, Problem
from walint.model.span import Span
from walint.sources.cloudformation.document import Document, DocumentError, decode, duplicate_keys, parse
from walint.sources.cloudformation.glance import may_be_template
from walint.sources.cloudformation.recognise import declares_nothing, is_template
from walint.sources.discover import Candidate, Files

_MAX_DUPLICATES = 5
"""How many duplicate keys of one template are reported."""


class Library:
    """Parsed templates by path."""

    def __init__(self, graph: Graph, files: Files) -> None:
        self._graph = graph
        self._files = files
        self._documents: dict[Path, Document | None] = {}

    def take(self, candidate: Candidate, data: bytes) -> Document | None:
        """Parses a file that discovery found; None when it is no template, or none that can be read."""
        if not candidate.explicit and not may_be_template(data):
            return None
        document = self._documents[candidate.path] = self._parsed(candidate, data)
        return document

    def fetch(self, path: Path, named_by: str) -> Document | None:
        """The template in a file that another file, `named_by`, names; read now if it has not been."""
        path = Path(os.path.realpath(path))
        if path not in self._documents:
            self._documents[path] = None
            candidate = Candidate(path, self._files.shown(path), explicit=True)
            if not self._files.inside(path):
                message = f"names a file outside the folder that is checked: {candidate.shown}"
                self._graph.problems.append(Problem("error", named_by, message, "check the folder that holds both"))
                return None
            data = self._files.read(candidate)
            if data is not None:
                self._documents[path] = self._parsed(candidate, data)
        return self._documents[path]

    def __getitem__(self, path: Path) -> Document:
        document = self._documents[path]
        if document is None:
            raise KeyError(path)
        return document

    def _parsed(self, candidate: Candidate, data: bytes) -> Document | None:
        try:
            document = parse(decode(data, candidate.shown), candidate.shown)
        except DocumentError as error:
            span = error.where if isinstance(error.where, Span) else None
            if may_be_template(data):
                self._graph.problems.append(Problem("error", candidate.shown, error.message, error.help, span))
            else:
                self._note_foreign(candidate)
            return None
        if not is_template(document.root):
            if candidate.explicit:
                self._note_foreign(candidate)
            return None
        self._graph.files.append(document.path)
        self._check(document)
        return document

    def _check(self, document: Document) -> None:
        """Reports what is surely a mistake although it parses.

        A resource that is written twice is lost, an error. Any other repeated key is a note: CloudFormation takes the
        last one, and templates of AWS's own live with it.
        """
        if document.root is None:
            return
        found: list[tuple[str, str, Span | None]] = []
        if document.others:
            found.append(("holds several YAML documents; only the first one is judged", "write one per file", None))
        if declares_nothing(document.root):
            span = document.span(document.root).first_line()
            found.append(("declares no resources", "declare one, or exclude the file", span))
        problems = [Problem("error", document.path, message, help_, span) for message, help_, span in found]
        names_of_resources = _names_of_resources(document.root)
        for name, first, last in duplicate_keys(document.root)[:_MAX_DUPLICATES]:
            message = f"{name} is written twice (first on line {first.start_mark.line + 1}); the last one is judged"
            level: Literal["error", "note"] = "error" if id(last) in names_of_resources else "note"
            span = document.span(last)
            problems.append(Problem(level, document.path, message, "remove or rename one of them", span))
        self._graph.problems.extend(problems)

    def _note_foreign(self, candidate: Candidate) -> None:
        message = "is not a CloudFormation or SAM template, and nothing else that walint reads"
        self._graph.problems.append(Problem("note", candidate.shown, message))


def _names_of_resources(root: Node) -> set[int]:
    """The nodes, by identity, that name a resource."""
    sections = [section for key, section in root.value if key.value == "Resources"]
    return {id(key) for section in sections if isinstance(section, MappingNode) for key, _ in section.value}
