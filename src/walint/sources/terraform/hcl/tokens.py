"""The smallest pieces of HCL: names, numbers, blanks, comments, operators, and a cursor that moves over them.

The parser has no separate list of tokens. It asks the text, with one regular expression for each place in the grammar,
what stands next; a whole common line (`name = "text"`, `resource "a" "b" {`) is one match. Every expression is written
so that it cannot go back over what it has read (possessive quantifiers): the time is linear in the length of the text.
"""

from __future__ import annotations

import re

from walint.patterns import lazy
from walint.sources.terraform.hcl.ast import Comment, Expression, GetAttr, Literal, Variable

DEPTH = 200
"""Brackets, blocks, templates and operators may stand inside each other so deep."""

_DIGITS = 4300
"""CPython refuses to make an integer of more digits than these."""

_EXPONENT = 6
"""An exponent of so many characters is beyond all reason."""

_NAME = r"[^\W\d][\w-]*+"
_END_OF_LINE = r"[ \t]*+(?=\r?\n|#)"

NAME = lazy(_NAME)
LABEL = lazy(rf'"([^"\\$%\r\n]*+)"|({_NAME})')
ITEM = lazy(
    rf"[ \t\r\n]*+({_NAME})[ \t]*+(?:"
    rf'=[ \t]*+(?:"([^"\\$%\r\n]*+)"|(\d++)|({_NAME})((?:\.{_NAME})*+)){_END_OF_LINE}'
    rf'|((?:(?:"[^"\\$%\r\n]*+"|{_NAME})[ \t]*+)*+)\{{{_END_OF_LINE})'
)
"""One simple attribute on its own line (1 name; 2 text, 3 whole number, or 4 and 5 traversal), or the header of a
block (1 type, 6 labels) with its body on the following lines."""

OBJECT_ITEM = lazy(
    rf"[ \t\r\n]*+({_NAME})[ \t]*+="
    rf'[ \t]*+(?:"([^"\\$%\r\n]*+)"|(\d++)|({_NAME})((?:\.{_NAME})*+)){_END_OF_LINE}'
)
"""An item of an object on its own line, with a simple value: the groups of an ITEM that is an attribute."""

_VALUE_TEXT, _VALUE_NUMBER, _VALUE_NAME = 2, 3, 4

_LABELS = rf'(?:(?:"[^"\n]*+"|{_NAME})[ \t]*+)*+'
HEADER = lazy(rf"{_NAME}[ \t]*+{_LABELS}\{{")
ANCHOR = lazy(rf"^{_NAME}[ \t]*+(?:{_LABELS}\{{|=(?!=))", re.MULTILINE)
"""A line that most likely starts an item of the file: the header of a block, or an argument, in the first column."""

TERM = lazy(
    rf'[ \t]*+(?:({_NAME})((?:\.{_NAME})*+)|"([^"\\$%\r\n]*+)"|(\d++(?:\.*(?:[eE][+-]?)?\d++)*+)'
    rf'|(\[)|(\{{)|(\()|([-!])|<<(-?)({_NAME})\r?\n|(")|<<)'
)
"""The start of an expression: 1 and 2 a traversal, 3 a text without anything special, 4 a number, 5 [, 6 {, 7 (,
8 an operator with one operand, 9 and 10 a heredoc, 11 the quotation mark of another text."""
TRAVERSAL, TEXT, NUMBER, BRACKET, BRACE, PARENTHESIS, SIGN, HEREDOC, QUOTE = 2, 3, 4, 5, 6, 7, 8, 10, 11

OPERATOR = lazy(r"\|\||&&|==|!=|<=|>=|[<>+*/%-]")
LEVELS = {"||": 1, "&&": 2, "==": 3, "!=": 3, "<": 4, ">": 4, "<=": 4, ">=": 4, "+": 5, "-": 5, "*": 6, "/": 6, "%": 6}
"""How tightly each operator binds (hclsyntax, "Operations")."""

_STEP = rf"(?:({_NAME})|(\d++(?:\.++\d++)*+)|(\*))"
STEP = lazy(rf"\.[ \t]*+{_STEP}")
"""1 `.name`, 2 `.0`, 3 `.*`."""
FAR_STEP = lazy(_STEP)
"""The same without its dot, for the rare case that a comment or a new line stands between."""
STEP_NAME, STEP_NUMBER, STEP_SPLAT = 1, 2, 3
NUMBER_FORM = lazy(r"(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?\Z")
KEYWORDS = {"true": True, "false": False, "null": None}

_INLINE = lazy(r"[ \t]*+")
_BLANK = lazy(r"[ \t\n]*+")


class HclError(Exception):
    """What stands here cannot be read. Caught by the parser, which goes on behind the broken block."""

    def __init__(self, start: int, end: int, message: str, help_: str | None = None) -> None:
        super().__init__(message)
        self.start = start
        self.end = end
        self.message = message
        self.help = help_


class Cursor:
    """A place in a text. `text` ends with a NUL that stands for the end of the file, so that it can be read one past.

    `free` says that newlines mean nothing here: inside brackets and interpolations, but not in braces and bodies.
    `scanned` counts the characters that were searched in vain for the end of a heredoc.
    """

    __slots__ = ("char", "comments", "depth", "free", "heredocs", "pos", "scanned", "size", "text")

    def __init__(self, text: str, pos: int = 0) -> None:
        self.text = text + "\0"
        self.size = len(text)
        self.pos = pos
        self.char = ""
        self.free = False
        self.depth = 0
        self.scanned = 0
        self.comments: list[Comment] = []
        self.heredocs: list[tuple[int, int]] = []

    def next(self) -> str:
        """Moves over blanks and comments to the next character, which it returns (and leaves in `char`).

        Where newlines count, a comment to the end of the line counts as one.
        """
        char = self.text[self.pos]
        if char in " \t\n/#\r":
            return self._over_blanks()
        self.char = char
        return char

    def _over_blanks(self) -> str:
        text, pos = self.text, self.pos
        blank = _BLANK.match if self.free else _INLINE.match
        while True:
            pos = blank(text, pos).end()  # type: ignore[union-attr]  # it matches everywhere
            char = text[pos]
            if char == "#" or (char == "/" and text[pos + 1] == "/"):
                if not self.free:
                    char = "\n"
                    break
                pos = self._comment(pos, self.line_end(pos))
            elif char == "/" and text[pos + 1] == "*":
                end = text.find("*/", pos + 2)
                if end < 0:
                    raise HclError(pos, pos + 2, "this comment never ends", "close it with */")
                pos = self._comment(pos, end + 2)
            elif char == "\r" and text[pos + 1] == "\n":
                if not self.free:
                    char = "\n"
                    break
                pos += 2
            else:
                break
        self.pos = pos
        self.char = char
        return char

    def line_end(self, pos: int) -> int:
        """Where the line ends, before its newline."""
        end = self.text.find("\n", pos)
        if end < 0:
            return self.size
        return end - 1 if self.text[end - 1] == "\r" and end > pos else end

    def _comment(self, start: int, end: int) -> int:
        # After an error the same lines are read again.
        if not self.comments or self.comments[-1].start < start:
            self.comments.append(Comment(start, end))
        return end

    def name(self) -> tuple[str, int, int] | None:
        """The name that stands exactly here (and moves behind it), or None."""
        match = NAME.match(self.text, self.pos)
        if match is None:
            return None
        self.pos = match.end()
        return match[0], match.start(), match.end()

    def deeper(self, start: int, levels: int = 1) -> None:
        """Counts one more level, and refuses too many. The caller takes it back."""
        self.depth += levels
        if self.depth > DEPTH:
            raise HclError(start, start + 1, f"nested more than {DEPTH} levels deep", "walint reads no deeper nesting")

    def unexpected(self, expected: str, help_: str | None = None) -> HclError:
        """The error that something else stands here than what was expected."""
        self.next()
        pos = self.pos
        match = NAME.match(self.text, pos)
        if pos >= self.size:
            return HclError(self.size, self.size, f"expected {expected}, found the end of the file", help_)
        if match is not None:
            return HclError(pos, match.end(), f"expected {expected}, found {match[0][:40]!r}", help_)
        if self.char == "\n":
            return HclError(pos, pos, f"expected {expected}, found the end of the line", help_)
        return HclError(pos, pos + 1, f"expected {expected}, found {self.text[pos]!r}", help_)


def simple_value(match: re.Match[str]) -> Expression:
    """The value in an ITEM or OBJECT_ITEM: a text, a whole number or a traversal."""
    kind = match.lastindex
    if kind == _VALUE_TEXT:
        start, end = match.span(_VALUE_TEXT)
        return Literal(start - 1, end + 1, match[_VALUE_TEXT])
    if kind == _VALUE_NUMBER:
        start, end = match.span(_VALUE_NUMBER)
        return Literal(start, end, whole_number(match[_VALUE_NUMBER], start))
    return traversal(match, _VALUE_NAME)


def traversal(match: re.Match[str], group: int) -> Expression:
    """`a.b.c`, matched as a name and the names behind it."""
    start, end = match.span(group)
    name = match[group]
    node: Expression
    node = Literal(start, end, KEYWORDS[name]) if name in KEYWORDS else Variable(start, end, name)
    rest = match[group + 1]
    if rest:
        if rest.count(".") > DEPTH:
            raise HclError(start, end, f"more than {DEPTH} steps behind one name")
        for part in rest[1:].split("."):
            end += len(part) + 1
            node = GetAttr(start, end, node, part)
    return node


def whole_number(digits: str, start: int) -> int:
    """The number, unless it is too long for CPython to read."""
    if len(digits) > _DIGITS:
        raise HclError(start, start + len(digits), "this number is too long")
    return int(digits)


def number(digits: str, start: int) -> int | float:
    """The number. A whole one is an integer however it is written, for in Terraform 1.0 and 1e0 are 1."""
    if digits.isdigit():
        return whole_number(digits, start)
    match = NUMBER_FORM.match(digits)
    end = start + len(digits)
    if match is None:
        raise HclError(start, end, f"{digits[:40]!r} is no number", 'write an address as text: "10.0.0.1"')
    whole, fraction, exponent = match[1], (match[2] or "").rstrip("0"), match[3] or "0"
    shift = int(exponent) if len(exponent) < _EXPONENT else _DIGITS
    if len(whole) + abs(shift) >= _DIGITS:
        raise HclError(start, end, "this number is too long")
    if shift >= len(fraction):
        return int(whole + fraction + "0" * (shift - len(fraction)))
    return float(digits)
