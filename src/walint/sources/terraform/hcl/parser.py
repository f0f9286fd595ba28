"""Whole files of HCL's native syntax: bodies, blocks and attributes."""

from __future__ import annotations

import re

from walint.sources.terraform.hcl.ast import Attribute, Block, Body, Expression, File, SyntaxProblem, Template, walk
from walint.sources.terraform.hcl.recovery import Recovery, readable
from walint.sources.terraform.hcl.templates import TemplateParser
from walint.sources.terraform.hcl.tokens import HEADER, ITEM, LABEL, NAME, HclError, simple_value

_LABELS = 6
"""The group of ITEM that only a block has."""


def parse(text: str, path: str) -> File:
    """The syntax tree of a file. What cannot be read is a problem of the file, never an exception.

    A block of the file with a mistake in it is not in `File.body`: its header is in `File.broken`.
    """
    problems: list[SyntaxProblem] = []
    if not text.isascii():
        text = readable(text, problems)
    parser = FileParser(text)
    body = parser.file(problems)
    return File(path, text, body, parser.comments, problems, parser.broken)


def parse_expression(text: str, start: int = 0) -> Expression | SyntaxProblem:
    """A text read as one expression, which stands at `start` of its file.

    In the JSON syntax Terraform takes some texts for bare names (`"depends_on": ["aws_sqs_queue.q"]`); for those give
    the value of the literal, and the offset behind its quotation mark.
    """
    parser = TemplateParser(text)
    parser.free = True
    try:
        found: Expression = parser.expression()
        if parser.pos < parser.size:
            raise parser.unexpected("the end of the expression")
    except HclError as error:
        return SyntaxProblem(start + error.start, start + error.end, error.message, error.help)
    except RecursionError:
        return SyntaxProblem(start, start + len(text), "nested too deeply")
    for node in walk(found) if start else ():
        node.start += start
        node.end += start
    return found


class FileParser(TemplateParser):
    """Reads a file, block by block."""

    __slots__ = ("broken", "careful", "item_start", "opened")

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.broken: list[Block] = []
        self.careful = False
        self.item_start = 0
        self.opened: Block | None = None

    def file(self, problems: list[SyntaxProblem]) -> Body:
        """Everything in the file that can be read. `problems` gets the rest."""
        attributes: dict[str, Attribute] = {}
        blocks: list[Block] = []
        recovery: Recovery | None = None
        self.pos = 1 if self.text.startswith("\ufeff") else 0
        while True:
            try:
                self._body(attributes, blocks, -1)
                break
            except HclError as error:
                found = error
            except RecursionError:
                found = HclError(self.item_start, self.item_start + 1, "nested too deeply")
            if recovery is None:
                recovery = Recovery(self, problems)
            if self.opened is not None:
                self.broken.append(self.opened)
            self.careful, self.free, self.depth = True, False, 0
            self.pos = recovery.after(found, self.item_start)
        if recovery is not None:
            recovery.finish()
        return Body(0, self.size, attributes, blocks)

    def _body(self, attributes: dict[str, Attribute], blocks: list[Block], opening: int) -> None:
        """The items of a body, to behind its `}` (or the end of the file, if `opening` is -1: no brace opened it)."""
        text, match_item = self.text, ITEM.match
        while True:
            if opening < 0:
                self.item_start, self.opened = self.pos, None
            match = match_item(text, self.pos)
            if match is None:
                if self._ends(opening):
                    return
                match = match_item(text, self.pos)
            if match is None:
                self._item(attributes, blocks, opening)
                continue
            if opening < 0:
                self.item_start = match.start(1)
            if match.lastindex == _LABELS:
                blocks.append(self._simple_block(match, opening))
            else:
                value = simple_value(match)
                name = match[1]
                if name in attributes:
                    raise self._again(match.start(1), attributes[name])
                attributes[name] = Attribute(match.start(1), value.end, name, value)
                self.pos = match.end()

    def _ends(self, opening: int) -> bool:
        """Moves over blanks, comments and empty lines; whether the body ends there (then, to behind its end)."""
        self.free = True
        char = self.next()
        self.free = False
        if self.pos >= self.size:
            if opening < 0:
                return True
            raise HclError(opening, opening + 1, "this block is never closed", "close it with }")
        if char == "}" and opening >= 0:
            self.pos += 1
            return True
        return False

    def _item(self, attributes: dict[str, Attribute], blocks: list[Block], opening: int) -> None:
        """One attribute or block of any form."""
        found = self.name()
        if found is None:
            raise self.unexpected("an argument or a block")
        name, start, _ = found
        if opening < 0:
            self.item_start = start
        char = self.next()
        if char == "=":
            self._attribute(name, start, attributes)
            self._end_of_line("an argument ends with its line")
        elif char in '"{' or NAME.match(self.text, self.pos):
            blocks.append(self._block(name, start, opening))
        else:
            raise self.unexpected("'=' and a value, or a block")

    def _attribute(self, name: str, start: int, attributes: dict[str, Attribute]) -> None:
        self.pos += 1
        value = self.expression()
        if name in attributes:
            raise self._again(start, attributes[name])
        attributes[name] = Attribute(start, value.end, name, value)

    def _again(self, start: int, first: Attribute) -> HclError:
        line = self.text.count("\n", 0, first.start) + 1
        message = f"{first.name} is set twice, first on line {line}"
        return HclError(start, start + len(first.name), message, "remove one of them")

    def _end_of_line(self, rule: str) -> None:
        if self.next() != "\n" and self.pos < self.size:
            raise self.unexpected("a new line", rule)

    def _simple_block(self, match: re.Match[str], opening: int) -> Block:
        """A block whose header is a line of its own."""
        text, (start, end) = self.text, match.span(_LABELS)
        labels, places = [], []
        if end > start:
            for label in LABEL.finditer(text, start, end):
                labels.append(label[label.lastindex or 0])
                places.append(label.span())
        header_end = places[-1][1] if places else match.end(1)
        self.pos = match.end()
        return self._braces(match[1], match.start(1), labels, places, header_end, opening)

    def _block(self, type_: str, start: int, opening: int) -> Block:
        """A block of any form, behind its type."""
        labels: list[str] = []
        places: list[tuple[int, int]] = []
        header_end = start + len(type_)
        while self.next() != "{":
            label_start = self.pos
            if self.char == '"':
                label = self.quoted()
                if isinstance(label, Template):
                    raise HclError(label.start, label.end, "a label cannot hold ${...} or %{...}", "write $${ for ${")
                labels.append(str(label.value))
            else:
                name = self.name()
                if name is None:
                    help_ = "the '{' of a block stands on the line of its type" if self.char == "\n" else None
                    raise self.unexpected("a label or '{'", help_)
                labels.append(name[0])
            header_end = self.pos
            places.append((label_start, header_end))
        self.pos += 1
        return self._braces(type_, start, labels, places, header_end, opening)

    def _braces(
        self, type_: str, start: int, labels: list[str], places: list[tuple[int, int]], header_end: int, opening: int
    ) -> Block:
        """What stands between the braces of a block, behind the `{`."""
        attributes: dict[str, Attribute] = {}
        blocks: list[Block] = []
        brace = self.text.rindex("{", header_end, self.pos)
        body = Body(brace + 1, brace + 1, attributes, blocks)
        block = Block(start, header_end, type_, labels, body, header_end, places)
        if opening < 0:
            self.opened = block
        elif self.careful and self.text[start - 1] == "\n" and HEADER.match(self.text, start):
            raise HclError(opening, opening + 1, "this block is never closed", "close it with } before the next block")
        self.deeper(brace)
        if self.next() == "\n" or self.pos >= self.size:
            self._body(attributes, blocks, brace)
        else:
            self._one_line(attributes)
        self.depth -= 1
        block.end = self.pos
        body.end = self.pos - 1
        self._end_of_line("a block ends with its line")
        return block

    def _one_line(self, attributes: dict[str, Attribute]) -> None:
        """`{}` or `{ a = b }`, behind the `{`."""
        if self.char != "}":
            help_ = "a block on one line holds one argument; give the others lines of their own"
            found = self.name()
            if found is None or self.next() != "=":
                raise self.unexpected("one argument", help_)
            self._attribute(found[0], found[1], attributes)
            if self.char != "}":
                raise self.unexpected("'}'", help_)
        self.pos += 1
