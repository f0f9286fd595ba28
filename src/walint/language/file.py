"""Rule files as text: YAML with the place of every key kept, so that each mistake is shown where it stands."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, TypeAlias

import yaml

from walint.errors import WalintError
from walint.model.span import Span
from walint.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Loc: TypeAlias = tuple[str | int, ...]
_DEEPEST, _LARGEST = 50, 100_000
"""How deep a rule file may nest, and how many nodes it may have, aliases written out."""
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
    """Refuses what no rule needs and what could hang or hide something: depth, endless aliases, repeated keys.

    It looks at YAML's events, which come without recursion. Raises `RuleError`, or YAML's own errors.
    """
    inside = [_Open(is_map=False)]
    named: dict[str, _Open] = {}
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            done = inside.pop()
            if done.anchor is not None:
                named[done.anchor] = done
            inside[-1].takes(done)
        elif isinstance(event, yaml.NodeEvent):
            problem = inside[-1].repeats(event) or _take(event, inside, named)
            if problem is not None:
                raise RuleError(problem, where=_span(path, event.start_mark, event.end_mark))


def _take(event: Any, inside: list[_Open], named: dict[str, _Open]) -> str | None:
    """Counts the node that an event starts; what is wrong with it."""
    if isinstance(event, yaml.CollectionStartEvent):
        inside.append(_Open(is_map=isinstance(event, yaml.MappingStartEvent), anchor=event.anchor))
    elif isinstance(event, yaml.ScalarEvent):
        inside[-1].takes(_Open(is_map=False))
        if event.anchor is not None:
            named[event.anchor] = _Open(is_map=False)
    elif event.anchor in named:
        inside[-1].takes(named[event.anchor])
    elif any(event.anchor == outer.anchor for outer in inside):
        return "an alias contains itself"
    if len(inside) + inside[-1].height > _DEEPEST:
        return "the rule file nests too deep"
    return "the rule file is too large" if sum(each.size for each in inside) > _LARGEST else None


class _Open:
    """A node whose events pass by: how much it holds so far, aliases written out, and the keys of a map."""

    def __init__(self, *, is_map: bool, anchor: str | None = None) -> None:
        self.anchor = anchor
        self.size = 1
        self.height = 0
        self._keys: set[str] | None = set() if is_map else None
        self._is_key = True

    def takes(self, inner: _Open) -> None:
        """Counts a node that it holds."""
        self.size += inner.size
        self.height = max(self.height, inner.height + 1)

    def repeats(self, event: Any) -> str | None:
        """What is wrong if an event starts a key that was there before: every other node of a map is a key."""
        is_key, self._is_key = self._is_key, not self._is_key
        if self._keys is None or not is_key or not isinstance(event, yaml.ScalarEvent):
            return None
        if event.value in self._keys:
            return f"{event.value} is written twice"
        self._keys.add(event.value)
        return None


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
