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
_DEEPEST = 50
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
        _check_structure(text, str(path))
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


def _check_structure(text: str, path: str) -> None:
    """Refuses what no rule needs and what could hang or hide something: depth, aliases of maps, repeated keys.

    It looks at YAML's events, which come without recursion. Raises `RuleError`, or YAML's own errors.
    """
    plain: set[str] = set()
    open_maps: list[_Keys | None] = []
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            open_maps.pop()
            continue
        if not isinstance(event, yaml.NodeEvent):
            continue
        where = _span(path, event.start_mark, event.end_mark)
        if open_maps and (keys := open_maps[-1]) is not None and keys.repeated(event):
            message = f"{getattr(event, 'value', 'a key')} is written twice"
            raise RuleError(message, where=where, help="keep one of the two")
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in plain:
                raise RuleError("an alias may stand for a text only", where=where, help="write it out")
        elif isinstance(event, yaml.ScalarEvent):
            plain |= {event.anchor} if event.anchor else set()
        else:
            open_maps.append(_Keys() if isinstance(event, yaml.MappingStartEvent) else None)
            if len(open_maps) > _DEEPEST:
                raise RuleError("the rule file nests too deep", where=where)


class _Keys:
    """The keys of one map while its events pass by: every other node is a key."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._is_key = True

    def repeated(self, event: Any) -> bool:
        """Whether the node that an event starts is a key that was there before."""
        is_key, self._is_key = self._is_key, not self._is_key
        if not is_key or not isinstance(event, yaml.ScalarEvent):
            return False
        before = event.value in self._seen
        self._seen.add(event.value)
        return before


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
