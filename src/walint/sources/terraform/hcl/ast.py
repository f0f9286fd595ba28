"""The syntax tree of an HCL file.

Every node knows where it stands: `start` and `end` are offsets into the text of its file, in characters, the end
exclusive, so that `text[node.start:node.end]` is the node as it was written. `File.span` turns them into lines and
columns. The classes are written by hand because generating them costs start-up time (ADR 0007).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import TypeAlias

from walint.model.span import Span

Constant: TypeAlias = str | int | float | bool | None


class Node:
    """A piece of syntax between two offsets."""

    __slots__ = ("end", "start")

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end


class Literal(Node):
    """A number, `true`, `false`, `null`, or the literal text of a template (escapes already resolved)."""

    __slots__ = ("value",)

    def __init__(self, start: int, end: int, value: Constant) -> None:
        self.start = start
        self.end = end
        self.value = value


class Template(Node):
    """A quoted text or a heredoc with something to interpolate, or without: then its only part is a `Literal`.

    A quoted text without interpolation is a `Literal` itself. The parts of a heredoc are cut as its flavour asks
    (`<<-` takes the common indentation away); `heredoc` tells the two apart.
    """

    __slots__ = ("heredoc", "parts")

    def __init__(self, start: int, end: int, parts: list[Expression], heredoc: bool = False) -> None:  # noqa: FBT001, FBT002
        self.start = start
        self.end = end
        self.parts = parts
        self.heredoc = heredoc


class Interpolation(Node):
    """`${ expression }` inside a template. Strip marks (`${~`) have been applied to the texts beside it."""

    __slots__ = ("expression",)

    def __init__(self, start: int, end: int, expression: Expression) -> None:
        self.start = start
        self.end = end
        self.expression = expression


class TemplateIf(Node):
    """`%{ if c }..%{ else }..%{ endif }` inside a template."""

    __slots__ = ("condition", "no", "yes")

    def __init__(
        self, start: int, end: int, condition: Expression, yes: list[Expression], no: list[Expression]
    ) -> None:
        self.start = start
        self.end = end
        self.condition = condition
        self.yes = yes
        self.no = no


class TemplateFor(Node):
    """`%{ for k, v in x }..%{ endfor }` inside a template. `key` is None where only the value is named."""

    __slots__ = ("body", "collection", "key", "value")

    def __init__(
        self, start: int, end: int, key: str | None, value: str, collection: Expression, body: list[Expression]
    ) -> None:
        self.start = start
        self.end = end
        self.key = key
        self.value = value
        self.collection = collection
        self.body = body


class Variable(Node):
    """The name at the root of a traversal: `var`, `local`, `aws_sqs_queue`, or the variable of a `for`."""

    __slots__ = ("name",)

    def __init__(self, start: int, end: int, name: str) -> None:
        self.start = start
        self.end = end
        self.name = name


class GetAttr(Node):
    """`object.name`."""

    __slots__ = ("name", "object")

    def __init__(self, start: int, end: int, object_: Expression, name: str) -> None:
        self.start = start
        self.end = end
        self.object = object_
        self.name = name


class Index(Node):
    """`object[key]`; the legacy `object.0` is the same with a number literal."""

    __slots__ = ("key", "object")

    def __init__(self, start: int, end: int, object_: Expression, key: Expression) -> None:
        self.start = start
        self.end = end
        self.object = object_
        self.key = key


class Splat(Node):
    """`object[*].a.b` (`full`) or `object.*.a.b`: `each` is evaluated for every element, which it calls `Item`."""

    __slots__ = ("each", "full", "object")

    def __init__(self, start: int, end: int, object_: Expression, each: Expression, full: bool) -> None:  # noqa: FBT001
        self.start = start
        self.end = end
        self.object = object_
        self.each = each
        self.full = full


class Item(Node):
    """The element that a `Splat` is at, the root of its `each`. Its span is empty."""

    __slots__ = ()


class Call(Node):
    """`name(a, b...)`. `name` may have a namespace: "core::upper", "provider::aws::arn_parse"."""

    __slots__ = ("arguments", "expands", "name")

    def __init__(self, start: int, end: int, name: str, arguments: list[Expression], expands: bool) -> None:  # noqa: FBT001
        self.start = start
        self.end = end
        self.name = name
        self.arguments = arguments
        self.expands = expands


class Conditional(Node):
    """`condition ? yes : no`."""

    __slots__ = ("condition", "no", "yes")

    def __init__(self, start: int, end: int, condition: Expression, yes: Expression, no: Expression) -> None:
        self.start = start
        self.end = end
        self.condition = condition
        self.yes = yes
        self.no = no


class Binary(Node):
    """`left operator right`: || && == != < > <= >= + - * / %."""

    __slots__ = ("left", "operator", "right")

    def __init__(self, start: int, end: int, operator: str, left: Expression, right: Expression) -> None:
        self.start = start
        self.end = end
        self.operator = operator
        self.left = left
        self.right = right


class Unary(Node):
    """`!x` or `-x`."""

    __slots__ = ("operand", "operator")

    def __init__(self, start: int, end: int, operator: str, operand: Expression) -> None:
        self.start = start
        self.end = end
        self.operator = operator
        self.operand = operand


class Parentheses(Node):
    """`(x)`. Kept, for as a key `(x)` is an expression where a bare `x` is a name."""

    __slots__ = ("inner",)

    def __init__(self, start: int, end: int, inner: Expression) -> None:
        self.start = start
        self.end = end
        self.inner = inner


class Tuple(Node):
    """`[a, b]`."""

    __slots__ = ("items",)

    def __init__(self, start: int, end: int, items: list[Expression]) -> None:
        self.start = start
        self.end = end
        self.items = items


class Object(Node):
    """`{k = v}`. A key that is a bare name has become a `Literal` text."""

    __slots__ = ("items",)

    def __init__(self, start: int, end: int, items: list[tuple[Expression, Expression]]) -> None:
        self.start = start
        self.end = end
        self.items = items


class For(Node):
    """`[for k, v in x : r if c]`, and with `result_key` `{for k, v in x : rk => r... if c}`. `groups` is the `...`."""

    __slots__ = ("collection", "condition", "groups", "key", "result", "result_key", "value")

    def __init__(  # noqa: PLR0913, PLR0917 - the parts of the syntax
        self,
        start: int,
        end: int,
        key: str | None,
        value: str,
        collection: Expression,
        result_key: Expression | None,
        result: Expression,
        condition: Expression | None,
        groups: bool,  # noqa: FBT001
    ) -> None:
        self.start = start
        self.end = end
        self.key = key
        self.value = value
        self.collection = collection
        self.result_key = result_key
        self.result = result
        self.condition = condition
        self.groups = groups


Expression: TypeAlias = (
    Literal
    | Template
    | Interpolation
    | TemplateIf
    | TemplateFor
    | Variable
    | GetAttr
    | Index
    | Splat
    | Item
    | Call
    | Conditional
    | Binary
    | Unary
    | Parentheses
    | Tuple
    | Object
    | For
)


class Attribute(Node):
    """`name = expression`. The name stands at `start`."""

    __slots__ = ("expression", "name")

    def __init__(self, start: int, end: int, name: str, expression: Expression) -> None:
        self.start = start
        self.end = end
        self.name = name
        self.expression = expression


class Body(Node):
    """What stands between the braces of a block, or in a whole file. Attributes and blocks keep their order.

    JSON has no blocks: there every member of the object is an attribute, `blocks` is empty, and `json` is the object
    (or the objects, for an array of them is a body too). `as_blocks` reads either syntax.
    """

    __slots__ = ("attributes", "blocks", "json")

    def __init__(
        self,
        start: int,
        end: int,
        attributes: dict[str, Attribute],
        blocks: list[Block],
        json: list[Object] | None = None,
    ) -> None:
        self.start = start
        self.end = end
        self.attributes = attributes
        self.blocks = blocks
        self.json = json

    def as_blocks(self, type_: str, label_count: int, problems: list[SyntaxProblem] | None = None) -> list[Block]:
        """The blocks of one type, which has so many labels.

        In JSON `{"type": {"label": {...}}}` is one block and `{"type": [{...}, {...}]}` are two; what cannot be a block
        is left out and noted in `problems`.
        """
        if self.json is None:
            return [block for block in self.blocks if block.type == type_]
        from walint.sources.terraform.hcl.json_blocks import blocks_of

        return blocks_of(self.json, type_, label_count, [] if problems is None else problems)


class Block(Node):
    """`type "label" "label" { body }`. The header ends, before the brace, at `header_end`.

    `places` are the offsets of the labels, quotation marks included.
    """

    __slots__ = ("body", "header_end", "labels", "places", "type")

    def __init__(
        self,
        start: int,
        end: int,
        type_: str,
        labels: list[str],
        body: Body,
        header_end: int,
        places: list[tuple[int, int]] | None = None,
    ) -> None:
        self.start = start
        self.end = end
        self.type = type_
        self.labels = labels
        self.body = body
        self.header_end = header_end
        self.places = places if places is not None else []


class Comment(Node):
    """`# ...`, `// ...` or `/* ... */`, marks included."""

    __slots__ = ()


class SyntaxProblem:
    """Why a piece of a file cannot be read, and where. The rest of the file is read all the same."""

    __slots__ = ("end", "help", "message", "start")

    def __init__(self, start: int, end: int, message: str, help_: str | None = None) -> None:
        self.start = start
        self.end = end
        self.message = message
        self.help = help_


class File:
    """One parsed file: its path as reports show it, its text, and what stands in it.

    `broken` are the blocks of the file that could not be read to their end. They have a type and labels, and span their
    header; their bodies mean nothing.
    """

    __slots__ = ("_lines", "body", "broken", "comments", "path", "problems", "text")

    def __init__(
        self,
        path: str,
        text: str,
        body: Body,
        comments: list[Comment],
        problems: list[SyntaxProblem],
        broken: list[Block] | None = None,
    ) -> None:
        self.path = path
        self.text = text
        self.body = body
        self.comments = comments
        self.problems = problems
        self.broken = broken if broken is not None else []
        self._lines: list[int] | None = None

    def span(self, start: int, end: int) -> Span:
        """Two offsets as a span: lines and columns, counted from 1."""
        if self._lines is None:
            self._lines = [0]
            at = self.text.find("\n")
            while at >= 0:
                self._lines.append(at + 1)
                at = self.text.find("\n", at + 1)
        first = bisect_right(self._lines, start)
        last = bisect_right(self._lines, end)
        return Span(self.path, first, start - self._lines[first - 1] + 1, last, end - self._lines[last - 1] + 1)


def children(node: Node) -> Iterator[Node]:
    """The nodes directly inside a node, in the order of its fields."""
    for field in type(node).__slots__:
        value = getattr(node, field)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, dict):
            yield from value.values()
        elif isinstance(value, list):
            for one in value:
                if isinstance(one, Node):
                    yield one
                elif isinstance(one, tuple):
                    yield from (part for part in one if isinstance(part, Node))


def walk(node: Node) -> Iterator[Node]:
    """A node and all nodes inside it, each before its children."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += reversed(list(children(one)))
