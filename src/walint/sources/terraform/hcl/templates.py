"""Templates: quoted texts, heredocs, `${...}` and `%{...}`.

A template is read in two steps, as Go's parser does (hclsyntax, "Templates"), because the order shows in the result:
first a flat list of texts, interpolations and directives, in which strip marks (`~`) and the indentation of `<<-` take
blanks away from single texts; then the texts are joined and the directives nested. In a heredoc each line is a text of
its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

from walint.patterns import lazy
from walint.sources.terraform.hcl.ast import (
    Expression,
    Interpolation,
    Literal,
    Node,
    Template,
    TemplateFor,
    TemplateIf,
)
from walint.sources.terraform.hcl.expressions import ExpressionParser
from walint.sources.terraform.hcl.tokens import HclError

_QUOTED = lazy(r'(?:[^"\\$%\r\n\0]++|\\[^\r\n\0]|\$\$\{|%%\{|[$%](?!\{))*+')
_LINE = lazy(r"(?:[^$%\n]++|\$\$\{|%%\{|[$%](?!\{))*+\n?")
_BARE = lazy(r"(?:[^$%\0]++|\$\$\{|%%\{|[$%](?!\{))*+")
_ESCAPE = lazy(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))|\$\$\{|%%\{", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_LAST_CHARACTER = 0x10FFFF
_LEVELS = 2
"""A template counts as so many levels, for it takes more of Python's stack than a bracket does."""
_TRIES = 1_000
"""After so many lines that hold the end marker and more, a regular expression is compiled to find it."""
_SURROGATES = range(0xD800, 0xE000)


class _Directive(Node):
    """`%{ keyword ... }` in the flat list."""

    __slots__ = ("collection", "expression", "key", "keyword", "value")

    def __init__(self, start: int, end: int, keyword: str) -> None:
        self.start = start
        self.end = end
        self.keyword = keyword
        self.expression: Expression | None = None
        self.key: str | None = None
        self.value = ""


_Piece: TypeAlias = Literal | Interpolation | _Directive


class TemplateParser(ExpressionParser):
    """Reads templates."""

    __slots__ = ()

    def quoted(self) -> Literal | Template:
        """The text in quotation marks that starts here."""
        start = self.pos
        self.pos += 1
        self.deeper(start, _LEVELS)
        free = self.free
        pieces: list[_Piece] = []
        trim = False
        while True:
            match = _QUOTED.match(self.text, self.pos)
            assert match is not None  # noqa: S101 - it matches the empty text
            if match.end() > self.pos:
                value = self._unescape(match[0], self.pos)
                pieces.append(Literal(match.start(), match.end(), value.lstrip() if trim else value))
                self.pos = match.end()
            char = self.text[self.pos]
            if char == '"':
                break
            if char not in "$%":
                raise self._open_quote(start)
            trim = self._sequence(pieces)
        self.pos += 1
        self.free = free
        self.depth -= _LEVELS
        if not pieces:
            return Literal(start, self.pos, "")
        parts = _nest(pieces)
        if len(parts) == 1 and isinstance(parts[0], Literal):
            return Literal(start, self.pos, parts[0].value)
        return Template(start, self.pos, parts)

    def _open_quote(self, start: int) -> HclError:
        return HclError(
            start,
            self.pos,
            "this text has no closing quotation mark on its line",
            'close it with ", or write a text of several lines as a heredoc (<<EOT)',
        )

    def _unescape(self, raw: str, at: int) -> str:
        if "\\" not in raw and "${" not in raw and "%{" not in raw:
            return raw

        def replaced(match: re.Match[str]) -> str:
            if match[3] is not None:
                if match[3] in _ESCAPES:
                    return _ESCAPES[match[3]]
            elif match.lastindex is None:
                return match[0][1:]
            else:
                code = int(match[1] or match[2], 16)
                if code <= _LAST_CHARACTER and code not in _SURROGATES:
                    return chr(code)
            start = at + match.start()
            help_ = r"the escapes are \n \r \t \" \\ \uNNNN \UNNNNNNNN; a backslash itself is written \\"
            raise HclError(start, at + match.end(), f"{match[0]!r} is no escape sequence", help_)

        return _ESCAPE.sub(replaced, raw)

    def heredoc(self, start: int, flush: bool, marker: str) -> Template:  # noqa: FBT001
        """The heredoc whose body starts here; `start` is where its `<<` stands."""
        body = self.pos
        at = self._marker(marker, body)
        if at is None:
            help_ = f"end it with a line that holds only {marker}"
            raise HclError(start, start + 2, f"the heredoc {marker} never ends", help_)
        text = self.text
        end = text.rfind("\n", body, at) + 1 or body
        if not flush and text.find("${", body, end) < 0 and text.find("%{", body, end) < 0:
            self.pos = at + len(marker)
            self.heredocs.append((body, self.pos))
            return Template(start, self.pos, [Literal(body, end, text[body:end])], heredoc=True)
        pieces = self._lines(start, marker)
        self.heredocs.append((body, self.pos))
        if flush:
            _flush(pieces)
        return Template(start, self.pos, _nest(pieces) or [Literal(body, body, "")], heredoc=True)

    def _marker(self, marker: str, pos: int) -> int | None:
        """Where the end marker first stands alone on a line, which must have an end, as Go's scanner asks."""
        text = self.text
        for _ in range(_TRIES):
            at = text.find(marker, pos)
            newline = text.find("\n", at)
            if at < 0 or newline < 0:
                break
            if text[text.rfind("\n", 0, at) + 1 : newline].strip() == marker:
                return at
            pos = newline
        else:
            match = re.compile(rf"^[^\S\n]*+({re.escape(marker)})[^\S\n]*+\n", re.MULTILINE).search(text, pos)
            if match is not None:
                return match.start(1)
        self.scanned += self.size - pos
        return None

    def _lines(self, start: int, marker: str) -> list[_Piece]:
        """The pieces of a heredoc, each line one text at least, to behind the end marker."""
        text = self.text
        self.deeper(start, _LEVELS)
        free = self.free
        pieces: list[_Piece] = []
        trim, line_start = False, True
        while True:
            match = _LINE.match(text, self.pos)
            assert match is not None  # noqa: S101 - it matches the empty text
            line = match[0]
            if match.end() > self.size:
                help_ = f"end it with a line that holds only {marker}"
                raise HclError(start, start + 2, f"the heredoc {marker} never ends", help_)
            if line_start and line.strip() == marker and line[-1] == "\n":
                break
            if line:
                value = self._unescape_line(line)
                pieces.append(Literal(self.pos, match.end(), value.lstrip() if trim else value))
                self.pos = match.end()
            line_start = line[-1:] == "\n"
            trim = not line_start and self._sequence(pieces)
        self.pos += len(line) - len(line.lstrip()) + len(marker)
        self.free = free
        self.depth -= _LEVELS
        return pieces

    @staticmethod
    def _unescape_line(line: str) -> str:
        return line.replace("$${", "${").replace("%%{", "%{")

    def bare(self) -> list[Expression]:
        """The parts of the whole text of the cursor, read as a template without quotation marks: a text of JSON."""
        pieces: list[_Piece] = []
        trim = False
        while True:
            match = _BARE.match(self.text, self.pos)
            assert match is not None  # noqa: S101 - it matches the empty text
            if match[0]:
                value = self._unescape_line(match[0])
                pieces.append(Literal(self.pos, match.end(), value.lstrip() if trim else value))
                self.pos = match.end()
            if self.pos >= self.size:
                return _nest(pieces)
            trim = self._sequence(pieces)

    def _sequence(self, pieces: list[_Piece]) -> bool:
        """The `${...}` or `%{...}` that starts here; whether it asks to trim the text behind it."""
        start, text = self.pos, self.text
        self.pos += 2
        if text[self.pos] == "~":
            self.pos += 1
            if pieces and isinstance(pieces[-1], Literal):
                pieces[-1].value = str(pieces[-1].value).rstrip()
        self.free = True
        piece: _Piece
        piece = Interpolation(start, start, self.expression()) if text[start] == "$" else self._directive(start)
        trim = self.next() == "~"
        if trim:
            self.pos += 1
        if text[self.pos] != "}":
            if self.pos >= self.size:
                raise HclError(start, start + 2, f"{text[start : start + 2]!r} is never closed")
            raise self.unexpected("'}'", None if text[start] == "$" else "a directive is written %{ if x }")
        self.pos += 1
        piece.end = self.pos
        pieces.append(piece)
        return trim

    def _directive(self, start: int) -> _Directive:
        self.next()
        keyword = self.name()
        if keyword is None or keyword[0] not in {"if", "else", "endif", "for", "endfor"}:
            if keyword is not None:
                self.pos = keyword[1]
            raise self.unexpected("if, else, endif, for or endfor", "a literal %{ is written %%{")
        directive = _Directive(start, start, keyword[0])
        if keyword[0] == "if":
            directive.expression = self.expression()
        elif keyword[0] == "for":
            directive.key, directive.value = self.for_names()
            directive.expression = self.expression()
        return directive


def _flush(pieces: list[_Piece]) -> None:
    """Takes the indentation that all lines share away from the lines of a `<<-` heredoc.

    Lines of blanks only do not count, and are left alone.
    """
    least: int | None = None
    adjust: list[Literal] = []
    newline = True
    for piece in pieces:
        value = str(piece.value) if isinstance(piece, Literal) else ""
        if newline:
            newline = False
            spaces = len(value) - len(value.lstrip())
            if spaces < len(value) or not value.endswith("\n"):
                if isinstance(piece, Literal):
                    adjust.append(piece)
                least = spaces if least is None else min(least, spaces)
        if value.endswith("\n"):
            newline = True
    for literal in adjust:
        literal.value = str(literal.value)[least:]


def _joined(pieces: list[_Piece]) -> Iterator[_Piece]:
    """The pieces, neighbouring texts as one."""
    texts: list[Literal] = []
    for piece in pieces:
        if isinstance(piece, Literal):
            texts.append(piece)
            continue
        if texts:
            yield _text(texts)
            texts = []
        yield piece
    if texts:
        yield _text(texts)


def _text(texts: list[Literal]) -> Literal:
    if len(texts) == 1:
        return texts[0]
    return Literal(texts[0].start, texts[-1].end, "".join([str(text.value) for text in texts]))


def _nest(pieces: list[_Piece]) -> list[Expression]:
    """The parts of a template: neighbouring texts joined, and what directives hold put inside them."""
    parts: list[Expression] = []
    opened: list[tuple[_Directive, _Directive | None, list[Expression], list[Expression]]] = []
    for piece in _joined(pieces):
        if not isinstance(piece, _Directive):
            parts.append(piece)
        elif piece.keyword in {"if", "for"}:
            opened.append((piece, None, parts, []))
            parts = []
        else:
            if not opened or (opened[-1][0].keyword == "for") != (piece.keyword == "endfor"):
                raise HclError(piece.start, piece.end, f"%{{ {piece.keyword} }} has nothing to belong to")
            directive, other, around, yes = opened.pop()
            if piece.keyword == "else":
                if other is not None:
                    raise HclError(piece.start, piece.end, "this %{ if } has two %{ else }")
                opened.append((directive, piece, around, parts))
                parts = []
            else:
                around.append(_closed(directive, other, yes, parts, piece.end))
                parts = around
    if opened:
        directive = opened[-1][0]
        help_ = f"close it with %{{ end{directive.keyword} }}"
        raise HclError(directive.start, directive.end, f"%{{ {directive.keyword} }} is never closed", help_)
    return parts


def _closed(
    directive: _Directive, other: _Directive | None, yes: list[Expression], parts: list[Expression], end: int
) -> TemplateIf | TemplateFor:
    """A directive with everything up to its end."""
    assert directive.expression is not None  # noqa: S101 - `if` and `for` have one
    if directive.keyword == "for":
        return TemplateFor(directive.start, end, directive.key, directive.value, directive.expression, parts)
    if other is None:
        return TemplateIf(directive.start, end, directive.expression, parts, [])
    return TemplateIf(directive.start, end, directive.expression, yes, parts)
