"""One YAML or JSON file as a tree of nodes with marks, composed by libyaml; hostile text is refused here."""

from __future__ import annotations

import re
from typing import Any

import yaml
from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from walint.errors import WalintError
from walint.model.span import Span
from walint.patterns import lazy

try:
    from yaml.cyaml import CParser as _Parser  # type: ignore[attr-defined]

    HAS_LIBYAML = True
except ImportError:  # pragma: no cover - PyYAML's wheels all carry libyaml
    HAS_LIBYAML = False

PLAIN = "plain"
TEXT = "text"
MAP = "map"
SEQ = "seq"
"""The tags of nodes without a tag of their own: an unquoted scalar, a quoted one, a mapping, a sequence."""

MAX_DEPTH = 200
"""Deeper documents are refused. Real templates (API bodies, dashboards) stay below 60."""

MAX_NODES = 500_000
"""Documents with more values are refused. A template of the largest size that CloudFormation takes has far fewer."""

MAX_EXPANDED_NODES = 1_000_000
"""What aliases may expand to."""

_TEMPLATING = lazy(r"\{\{[^{}]{1,100}\}\}|\{%|<%")
_REFUSED = "CloudFormation does not accept such a template either"
_BLOCK_STYLES = ("|", ">")
_LINE_BREAK = lazy("\r\n|[\n\r\x85\u2028\u2029]")
_ANCHOR = lazy(r"&(?=[^\s&,\[\]{}=;>])")
_ALIAS = lazy(r"\*(?=[^\s,\[\]{}*\"'])")
_BEFORE_ANCHOR = frozenset(" \t\r\n[{,:?-")
_ALLOWED = bytes([9, 10, 13, *range(32, 127), *range(128, 256)])
_CONTROL = lazy("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SURROGATES = lazy(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")


class DocumentError(WalintError):
    """A file that cannot be read as YAML or JSON, or that walint refuses to read."""


class _Composer(_Parser if HAS_LIBYAML else yaml.SafeLoader):  # type: ignore[misc]
    """libyaml's parser with the least of a resolver: it tells quoted scalars from plain ones, and counts depth."""

    def __init__(self, text: str, path: str) -> None:
        super().__init__(text)
        self._path = path
        self._depth = 0
        self._nodes = 0

    def resolve(self, kind: type[Node], _value: object, implicit: Any) -> str:
        """The tag of a node that carries none."""
        if kind is ScalarNode:
            return PLAIN if implicit[0] else TEXT
        return MAP if kind is MappingNode else SEQ

    def descend_resolver(self, parent: Node | None, _key: Any) -> None:
        """Called by the parser before each node."""
        self._depth += 1
        self._nodes += 1
        if (self._depth > MAX_DEPTH or self._nodes > MAX_NODES) and parent is not None:
            message = f"nested more than {MAX_DEPTH} levels deep"
            if self._nodes > MAX_NODES:
                message = f"holds more than {MAX_NODES:,} values"
            mark = parent.start_mark
            where = Span(self._path, mark.line + 1, mark.column + 1, mark.line + 1, mark.column + 2)
            raise DocumentError(message, where=where, help=_REFUSED)

    def ascend_resolver(self) -> None:
        """Called by the parser after each node."""
        self._depth -= 1


class Document:
    """A file that was parsed: its relative path, its text and the root node (None for an empty file)."""

    __slots__ = ("_lines", "others", "path", "root", "text")

    def __init__(self, path: str, text: str, root: Node | None, others: int) -> None:
        self.path = path
        self.text = text
        self.root = root
        self.others = others
        """How many further YAML documents the file holds."""
        self._lines: list[str] | None = None

    @property
    def lines(self) -> list[str]:
        """The lines of the text, split where YAML sees a line break."""
        if self._lines is None:
            self._lines = _LINE_BREAK.split(self.text)
        return self._lines

    def span(self, node: Node, start: Node | None = None) -> Span:
        """Where a node is written. A block collection starts at `start`, its key, when that is given."""
        begin = node.start_mark
        if node.style in _BLOCK_STYLES if isinstance(node, ScalarNode) else not node.flow_style:  # type: ignore[attr-defined]
            if start is not None and node.__class__ is not ScalarNode:
                begin = start.start_mark
            line, column = self._end(node)
            return Span(self.path, begin.line + 1, begin.column + 1, line + 1, column + 1)
        end = node.end_mark
        return Span(self.path, begin.line + 1, begin.column + 1, end.line + 1, end.column + 1)

    def key_span(self, key: Node, node: Node) -> Span:
        """From a key to the end of its value."""
        begin = key.start_mark
        line, column = self._end(node)
        return Span(self.path, begin.line + 1, begin.column + 1, line + 1, column + 1)

    def _end(self, node: Node) -> tuple[int, int]:
        """The end of a node, without the blank lines and comments that libyaml counts to it."""
        while isinstance(node, CollectionNode) and not node.flow_style and node.value:
            last = node.value[-1]
            node = last[1] if isinstance(last, tuple) else last
        mark = node.end_mark
        line, column = mark.line, mark.column
        if isinstance(node, ScalarNode) and node.style in _BLOCK_STYLES:
            lines = self.lines
            first = node.start_mark.line
            line = min(line - (column == 0 and line > first), len(lines) - 1)
            while line > first and not lines[line].strip():
                line -= 1
            column = len(lines[line])
        return line, column


def decode(data: bytes, path: str) -> str:
    """The text of a file: UTF-8 with or without BOM, or UTF-16 with BOM.

    Raises DocumentError for other encodings and for bytes that no YAML or JSON may hold.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    else:
        encoding = "utf-8"
        data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(encoding, "replace")
        message = f"not valid {encoding.upper()}: {error.reason}"
        raise DocumentError(message, where=_at(path, before), help="save the file as UTF-8") from None
    found = _CONTROL.search(text) if data.translate(None, _ALLOWED) or encoding != "utf-8" else None
    if found:
        name = f"U+{ord(found.group()):04X}"
        message = f"holds the control character {name}, which YAML and JSON do not allow"
        raise DocumentError(message, where=_at(path, text[: found.start()]), help="save the file as UTF-8 text")
    return text


def _at(path: str, before: str) -> Span:
    """The place just after some text."""
    lines = _LINE_BREAK.split(before)
    line, column = len(lines), len(lines[-1]) + 1
    return Span(path, line, column, line, column + 1)


def parse(text: str, path: str) -> Document:
    """Composes the first document of a text. Raises DocumentError with the place and what to do."""
    try:
        root, others = _compose(text, path)
    except yaml.YAMLError as error:
        if "\\u" in text and _SURROGATES.search(text):
            return parse(_SURROGATES.sub(_astral, text), path)
        raise _explained(error, text, path) from None
    if root is not None and _stands(_ANCHOR, text) and _stands(_ALIAS, text):
        _check_aliases(root, path)
    return Document(path, text, root, others)


def _stands(mark: re.Pattern[str], text: str) -> bool:
    """Whether an anchor or alias seems to stand somewhere (inside a quoted text it does no harm)."""
    return any(found.start() == 0 or text[found.start() - 1] in _BEFORE_ANCHOR for found in mark.finditer(text))


def _astral(pair: re.Match[str]) -> str:
    """The character that a JSON surrogate pair stands for: libyaml does not know them."""
    high, low = int(pair.group()[2:6], 16), int(pair.group()[8:12], 16)
    return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))


def _compose(text: str, path: str) -> tuple[Node | None, int]:
    composer = _Composer(text, path)
    try:
        if not composer.check_node():
            return None, 0
        root = composer.get_node()
        others = 0
        try:
            others = int(composer.check_node())
        except yaml.YAMLError:
            others = 1
        return root, others
    finally:
        composer.dispose()


def _explained(error: yaml.YAMLError, text: str, path: str) -> DocumentError:
    """A parser's error in our words, with a hint where the cause is a well-known one."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    where: Span | str = path
    if mark is not None:
        where = Span(path, mark.line + 1, mark.column + 1, mark.line + 1, mark.column + 2)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "not valid YAML"
    context = getattr(error, "context", None)
    kind = "JSON" if text.lstrip()[:1] in ("{", "[") else "YAML"
    message = f"not valid {kind}: {problem}" + (f" ({context})" if context else "")
    return DocumentError(message, where=where, help=_hint(text))


def _hint(text: str) -> str:
    if "cookiecutter." in text:
        return "this is a cookiecutter template: check what it renders, or exclude it"
    if _TEMPLATING.search(text) and "{{resolve:" not in text:
        return "this looks like a template of a template: check what it renders, or exclude it"
    return "mend the syntax, or exclude the file"


def _check_aliases(root: Node, path: str) -> None:
    """Refuses aliases that contain themselves, or that expand to more or deeper than is reasonable.

    Each shared node is visited once; its size and depth count once per use.
    """
    sizes: dict[int, tuple[int, int]] = {}
    open_nodes: set[int] = set()
    stack: list[tuple[Node, bool]] = [(root, False)]
    while stack:
        node, seen = stack.pop()
        children = _children(node)
        if seen:
            open_nodes.discard(id(node))
            inner = [sizes[id(child)] for child in children]
            sizes[id(node)] = (1 + sum(size for size, _ in inner), 1 + max((depth for _, depth in inner), default=0))
        elif id(node) not in sizes:
            open_nodes.add(id(node))
            stack.append((node, True))
            for child in children:
                if id(child) in open_nodes:
                    raise DocumentError("an alias contains itself", where=_mark_span(path, child), help=_REFUSED)
                if id(child) not in sizes:
                    stack.append((child, False))
    size, depth = sizes[id(root)]
    if size > MAX_EXPANDED_NODES:
        message = f"its aliases expand to more than {MAX_EXPANDED_NODES:,} values"
        raise DocumentError(message, where=path, help=_REFUSED)
    if depth > MAX_DEPTH:
        message = f"its aliases nest more than {MAX_DEPTH} levels deep"
        raise DocumentError(message, where=path, help=_REFUSED)


def duplicate_keys(root: Node) -> list[tuple[str, Node, Node]]:
    """Every key that a mapping holds twice: the key, and the nodes of its first and its last place."""
    found: list[tuple[str, Node, Node]] = []
    stack: list[Node] = [root]
    seen: set[int] = set()
    while stack:
        node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, MappingNode):
            for _, child in node.value:
                if child.__class__ is not ScalarNode:
                    stack.append(child)
            names = [key.value for key, _ in node.value if key.__class__ is ScalarNode]
            if len(set(names)) < len(names):
                found.extend(_repeated(node))
        else:
            stack.extend(child for child in node.value if child.__class__ is not ScalarNode)
    found.sort(key=lambda item: item[2].start_mark.line)
    return found


def _repeated(node: MappingNode) -> list[tuple[str, Node, Node]]:
    first: dict[str, Node] = {}
    repeated: dict[str, tuple[str, Node, Node]] = {}
    for key, _ in node.value:
        if isinstance(key, ScalarNode) and key.value != "<<":
            if key.value in first:
                repeated[key.value] = (key.value, first[key.value], key)
            first.setdefault(key.value, key)
    return list(repeated.values())


def _children(node: Node) -> list[Node]:
    if isinstance(node, MappingNode):
        return [child for pair in node.value for child in pair]
    return list(node.value) if isinstance(node, SequenceNode) else []


def _mark_span(path: str, node: Node) -> Span:
    mark = node.start_mark
    return Span(path, mark.line + 1, mark.column + 1, mark.line + 1, mark.column + 2)
