"""Rule files as text: YAML with the place of every key kept, so that each mistake is shown where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, TypeAlias

import yaml

from walint.errors import WalintError
from walint.model.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Loc: TypeAlias = tuple[str | int, ...]
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]  # one of two classes, as PyYAML was built
    """YAML with the booleans of YAML 1.2: `no`, `on` and `off` are words of the rule language, not booleans."""


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern) for tag, pattern in resolvers if not (tag == "tag:yaml.org,2002:bool" and first not in "tTfF")
    ]
    for first, resolvers in _Base.yaml_implicit_resolvers.items()
}


class RuleError(WalintError):
    """A rule file that cannot be used."""


@dataclass(frozen=True, slots=True)
class Document:
    """A rule file as data, with the line and column of each of its nodes by their location."""

    path: str
    data: Any
    marks: dict[Loc, Span]

    def error(self, loc: Loc, message: str, help_text: str | None = None) -> RuleError:
        """An error at the nearest known place at or above a location."""
        place = loc
        while place not in self.marks and place:
            place = place[:-1]
        return RuleError(message, where=self.marks.get(place), help=help_text)


def read_document(path: Path) -> Document:
    """Reads a rule file. Raises `RuleError` when it cannot be read or is no YAML."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"cannot read the rule file: {error}"
        raise RuleError(message, where=str(path)) from error
    try:
        node = yaml.compose(text, Loader=_Loader)
        data = yaml.load(text, Loader=_Loader)  # noqa: S506 - it is the safe loader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = _span(str(path), mark, mark) if mark is not None else str(path)
        message = f"the rule file is no YAML: {getattr(error, 'problem', error)}"
        raise RuleError(message, where=where) from error
    marks: dict[Loc, Span] = {}
    if node is not None:
        _note(node, (), marks, str(path))
    return Document(str(path), data, marks)


def _note(node: Any, loc: Loc, marks: dict[Loc, Span], path: str) -> None:
    marks.setdefault(loc, _span(path, node.start_mark, node.end_mark))
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*loc, key.value)
            marks[inner] = _span(path, key.start_mark, key.end_mark)
            _note(value, inner, marks, path)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _note(value, (*loc, index), marks, path)


def _span(path: str, start: Any, end: Any) -> Span:
    return Span(path, start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """A suggestion for a mistyped word, or None when nothing is close."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f'did you mean "{close[0]}"?' if close else None
