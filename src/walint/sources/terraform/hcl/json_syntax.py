"""The JSON syntax of HCL: `.tf.json`, `.tfvars.json`.

A reader of JSON of our own, because the standard one keeps no positions. Every text is a template, as in native syntax,
except that a backslash is JSON's business (hashicorp/hcl, json/spec.md, "Strings").
"""

from __future__ import annotations

import re

from walint.patterns import lazy
from walint.sources.terraform.hcl.ast import (
    Expression,
    File,
    Literal,
    Object,
    SyntaxProblem,
    Template,
    Tuple,
    Variable,
    walk,
)
from walint.sources.terraform.hcl.json_blocks import body_of
from walint.sources.terraform.hcl.recovery import PROBLEMS, readable
from walint.sources.terraform.hcl.templates import TemplateParser
from walint.sources.terraform.hcl.tokens import DEPTH, HclError, number

_BLANK = lazy(r"[ \t\r\n]*+")
_STRING = lazy(r'"((?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+)"')
_SCALAR = lazy(r"(-?(?:0|[1-9]\d*+)(?:\.\d++)?(?:[eE][+-]?\d++)?)(?![\w.])|(true|false|null)(?!\w)")
_ESCAPE = lazy(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)")
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_CONSTANTS = {"true": True, "false": False, "null": None}
_HIGH, _LOW, _END = 0xD800, 0xDC00, 0xE000


def parse_json(text: str, path: str) -> File:
    """The syntax tree of a JSON file. One that is not JSON has an empty body and the problem.

    A text with a mistake in its template is a name that nothing has, besides the problem, so that it is unknown.
    """
    problems: list[SyntaxProblem] = []
    if not text.isascii():
        text = readable(text, problems)
    reader = _Reader(text, problems)
    objects: list[Object] = []
    try:
        objects = reader.file()
    except HclError as error:
        problems.append(SyntaxProblem(error.start, error.end, error.message, error.help))
    except RecursionError:
        problems.append(SyntaxProblem(0, 1, "nested too deeply"))
    return File(path, text, body_of(objects, 0, len(text)), [], problems)


class _Reader:
    """Reads one JSON text."""

    def __init__(self, text: str, problems: list[SyntaxProblem]) -> None:
        self._text = text + "\0"
        self._size = len(text)
        self._pos = 1 if text.startswith("\ufeff") else 0
        self._problems = problems
        self._depth = 0

    def file(self) -> list[Object]:
        """The object that the file is, or the objects of the array."""
        self._next()
        root = self._value()
        if self._next() != "\0" or self._pos < self._size:
            raise self._unexpected("the end of the file")
        objects = root.items if isinstance(root, Tuple) else [root]
        for one in objects:
            if not isinstance(one, Object):
                raise HclError(one.start, one.end, "expected an object at the top of the file")
        return [one for one in objects if isinstance(one, Object)]

    def _next(self) -> str:
        self._pos = _BLANK.match(self._text, self._pos).end()  # type: ignore[union-attr]  # it matches everywhere
        return self._text[self._pos]

    def _value(self) -> Expression:
        char, start = self._text[self._pos], self._pos
        if char == '"':
            return self._string()
        if char in "{[":
            self._depth += 1
            if self._depth > DEPTH:
                raise HclError(start, start + 1, f"nested more than {DEPTH} levels deep")
            self._pos += 1
            items = self._object(start) if char == "{" else self._array(start)
            self._depth -= 1
            return items
        match = _SCALAR.match(self._text, start)
        if match is None:
            raise self._unexpected("a value")
        self._pos = match.end()
        if match[2]:
            return Literal(start, self._pos, _CONSTANTS[match[2]])
        sign, digits = (-1, match[1][1:]) if char == "-" else (1, match[1])
        return Literal(start, self._pos, sign * number(digits, start))

    def _object(self, start: int) -> Object:
        items: list[tuple[Expression, Expression]] = []
        if self._next() != "}":
            while True:
                if self._text[self._pos] != '"':
                    raise self._unexpected("a name in quotation marks")
                key = self._string()
                if self._next() != ":":
                    raise self._unexpected("':'")
                self._pos += 1
                self._next()
                comment = isinstance(key, Literal) and key.value == "//"
                items.append((key, self._comment() if comment else self._value()))
                if not self._comma("}", start):
                    break
                self._next()
        self._pos += 1
        return Object(start, self._pos, items)

    def _comment(self) -> Expression:
        """The value of "//": nobody reads it, so its texts may hold what they like."""
        count = len(self._problems)
        value = self._value()
        del self._problems[count:]
        return value

    def _array(self, start: int) -> Tuple:
        items: list[Expression] = []
        if self._next() != "]":
            while True:
                items.append(self._value())
                if not self._comma("]", start):
                    break
                self._next()
        self._pos += 1
        return Tuple(start, self._pos, items)

    def _comma(self, closing: str, start: int) -> bool:
        """Whether another item follows."""
        char = self._next()
        if char == ",":
            self._pos += 1
            return True
        if char == closing:
            return False
        if self._pos >= self._size:
            raise HclError(start, start + 1, f"{self._text[start]!r} is never closed")
        raise self._unexpected(f"',' or {closing!r}")

    def _unexpected(self, expected: str) -> HclError:
        if self._pos >= self._size:
            return HclError(self._size, self._size, f"expected {expected}, found the end of the file")
        found = self._text[self._pos]
        return HclError(self._pos, self._pos + 1, f"expected {expected}, found {found!r}")

    def _string(self) -> Expression:
        match = _STRING.match(self._text, self._pos)
        if match is None:
            raise HclError(self._pos, self._pos + 1, "this text has a bad escape or no closing quotation mark")
        start, self._pos = match.span()
        text = match[1]
        places = None
        if "\\" in text:
            text, places = _decoded(text, start + 1)
        if "${" not in text and "%{" not in text:
            return Literal(start, self._pos, text)
        parser = TemplateParser(text)
        try:
            parts = parser.bare()
        except (HclError, RecursionError) as error:
            self._bad_template(error, start, places)
            return Variable(start, self._pos, text)
        if len(parts) == 1 and isinstance(parts[0], Literal):
            return Literal(start, self._pos, parts[0].value)
        for part in parts:
            for node in walk(part):
                node.start = places[node.start] if places else start + 1 + node.start
                node.end = places[node.end] if places else start + 1 + node.end
        return Template(start, self._pos, parts)

    def _bad_template(self, error: HclError | RecursionError, start: int, places: list[int] | None) -> None:
        if len(self._problems) >= PROBLEMS:
            return
        if isinstance(error, RecursionError):
            self._problems.append(SyntaxProblem(start, self._pos, "nested too deeply"))
            return
        first, end = (
            (places[error.start], places[error.end]) if places else (start + 1 + error.start, start + 1 + error.end)
        )
        self._problems.append(SyntaxProblem(first, end, error.message, error.help))


def _decoded(text: str, start: int) -> tuple[str, list[int]]:
    """A text without its escapes, and where each of its characters (and its end) stands in the file."""
    pieces: list[str] = []
    places: list[int] = []
    end = 0
    for match in _ESCAPE.finditer(text):
        pieces.append(text[end : match.start()])
        places.extend(range(start + end, start + match.end() + 1 - len(match[0])))
        pieces.append(_unescaped(match))
        end = match.end()
    pieces.append(text[end:])
    places.extend(range(start + end, start + len(text) + 1))
    return "".join(pieces), places


def _unescaped(match: re.Match[str]) -> str:
    escape = match[0][1:]
    if escape[0] != "u":
        return _ESCAPES.get(escape[0], escape)
    code = int(escape[1:5], 16)
    if len(escape) > len("uNNNN"):
        return chr(0x10000 + ((code - _HIGH) << 10) + int(escape[-4:], 16) - _LOW)
    return "\ufffd" if _HIGH <= code < _END else chr(code)
