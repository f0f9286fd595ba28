"""Expressions: operators, traversals, calls, collections. Templates are left to the next layer (`templates`)."""

from __future__ import annotations

import re
from abc import abstractmethod

from walint.sources.terraform.hcl.ast import (
    Binary,
    Conditional,
    Expression,
    GetAttr,
    Index,
    Item,
    Literal,
    Parentheses,
    Splat,
    Template,
    Unary,
    Variable,
)
from walint.sources.terraform.hcl.brackets import BracketParser
from walint.sources.terraform.hcl.tokens import (
    BRACE,
    BRACKET,
    DEPTH,
    FAR_STEP,
    HEREDOC,
    LEVELS,
    NUMBER,
    OPERATOR,
    QUOTE,
    SIGN,
    STEP,
    STEP_NAME,
    STEP_NUMBER,
    STEP_SPLAT,
    TERM,
    TEXT,
    TRAVERSAL,
    HclError,
    number,
    traversal,
)


class ExpressionParser(BracketParser):
    """Reads expressions. Each method starts at the first character of what it reads and ends behind its last one."""

    __slots__ = ()

    @abstractmethod
    def quoted(self) -> Literal | Template:
        """The text in quotation marks that starts here."""

    @abstractmethod
    def heredoc(self, start: int, flush: bool, marker: str) -> Template:  # noqa: FBT001
        """The heredoc whose body starts here; `start` is where its `<<` stands."""

    def expression(self) -> Expression:
        """One whole expression. Afterwards `char` is the first character behind it and the blanks that follow."""
        left = self.operand()
        if self.char in ",)]}\n:\0":
            return left
        match = OPERATOR.match(self.text, self.pos)
        if match is not None:
            left = self._operation(left, match)
        if self.char != "?":
            return left
        self.deeper(self.pos)
        self.pos += 1
        yes = self.expression()
        if self.char != ":":
            raise self.unexpected("':' and the other value of the conditional")
        self.pos += 1
        no = self.expression()
        self.depth -= 1
        return Conditional(left.start, no.end, left, yes, no)

    def _operation(self, first: Expression, match: re.Match[str] | None) -> Expression:
        """A chain of operators, joined by how tightly they bind and then from left to right."""
        operands: list[Expression] = [first]
        operators: list[str] = []
        count = 0
        while match is not None:
            operator = match[0]
            level = LEVELS[operator]
            while operators and LEVELS[operators[-1]] >= level:
                _join(operands, operators)
            operators.append(operator)
            count += 1
            if count > DEPTH:
                raise HclError(match.start(), match.end(), f"more than {DEPTH} operators in one expression")
            self.pos = match.end()
            operands.append(self.operand())
            match = OPERATOR.match(self.text, self.pos)
        while operators:
            _join(operands, operators)
        return operands[0]

    def operand(self) -> Expression:
        """A term with the traversals, indexes and splats behind it."""
        match = TERM.match(self.text, self.pos)
        if match is None:
            self.next()
            match = TERM.match(self.text, self.pos)
            if match is None:
                raise self.unexpected("a value")
        kind = match.lastindex
        if kind == TRAVERSAL:
            self.pos = match.end()
            node = traversal(match, 1)
            char = self.next()
            if char == "(" or (char == ":" and self.text.startswith("::", self.pos)):
                if not isinstance(node, (Variable, Literal)):
                    raise self.unexpected("the end of the expression")
                node = self.call(match[1], node.start)
                char = self.next()
        elif kind == TEXT:
            node = Literal(match.start(TEXT) - 1, match.end(), match[TEXT])
            self.pos = match.end()
            char = self.next()
        else:
            self.pos = match.end()
            if kind == BRACKET:
                node = self.brackets(self.pos - 1)
            elif kind == BRACE:
                node = self.braces(self.pos - 1)
            else:
                node = self._term(kind, match)
            char = self.next()
        return self._steps(node, full=True) if char in ".[" else node

    def _term(self, kind: int | None, match: re.Match[str]) -> Expression:
        if kind == NUMBER:
            return Literal(match.start(NUMBER), match.end(), number(match[NUMBER], match.start(NUMBER)))
        if kind == QUOTE:
            self.pos -= 1
            return self.quoted()
        if kind == HEREDOC:
            return self.heredoc(match.start(9) - 2, bool(match[9]), match[HEREDOC])
        start = match.end() - 1
        if kind is None:
            raise HclError(
                start - 1,
                start + 1,
                "expected a value, found '<<'",
                "a heredoc starts with <<NAME at the end of its line",
            )
        self.deeper(start)
        node: Expression
        if kind == SIGN:
            operand = self.operand()
            node = Unary(start, operand.end, match[SIGN], operand)
        else:
            free, self.free = self.free, True
            inner = self.expression()
            self.close(start, ")")
            node = Parentheses(start, self.pos, inner)
            self.free = free
        self.depth -= 1
        return node

    def _steps(self, node: Expression, *, full: bool) -> Expression:
        """What follows a term: `.name`, `.0`, `.*`, `[key]`, `[*]`. Without `full` only names and numbers."""
        text, count = self.text, 0
        while True:
            char = self.next()
            if char == ".":
                if text.startswith("...", self.pos):
                    return node
                match = STEP.match(text, self.pos) or self._far_step()
                if match.lastindex == STEP_NAME:
                    node = GetAttr(node.start, match.end(), node, match[STEP_NAME])
                elif match.lastindex == STEP_NUMBER:
                    node = self._legacy_index(node, match)
                elif full:
                    self.pos = match.end()
                    each = self._steps(Item(self.pos, self.pos), full=False)
                    node = Splat(node.start, each.end, node, each, full=False)
                    continue
                else:
                    raise HclError(
                        match.start(STEP_SPLAT), match.end(), "a splat (*) cannot stand inside another one", "write [*]"
                    )
                self.pos = match.end()
            elif char == "[" and full:
                node = self._index(node)
            else:
                return node
            count += 1
            if count > DEPTH:
                raise HclError(node.start, node.end, f"more than {DEPTH} steps behind one name")

    def _far_step(self) -> re.Match[str]:
        """The step whose dot stands here, and whose name does not follow it at once."""
        self.pos += 1
        self.next()
        match = FAR_STEP.match(self.text, self.pos)
        if match is None:
            raise self.unexpected("a name after the dot")
        return match

    @staticmethod
    def _legacy_index(node: Expression, match: re.Match[str]) -> Index:
        """`list.0`, as it was written before Terraform 0.12."""
        digits = match[STEP_NUMBER]
        if not digits.isdigit():
            raise HclError(
                match.start(STEP_NUMBER), match.end(), "two such indexes cannot follow each other", "write [0][1]"
            )
        key = Literal(match.start(STEP_NUMBER), match.end(), number(digits, match.start(STEP_NUMBER)))
        return Index(node.start, match.end(), node, key)

    def _index(self, node: Expression) -> Expression:
        start = self.pos
        self.pos += 1
        self.deeper(start)
        if self.next() == "*":
            self.pos += 1
            self.close(start, "]")
            each = self._steps(Item(self.pos, self.pos), full=True)
            result: Expression = Splat(node.start, each.end, node, each, full=True)
        else:
            free, self.free = self.free, True
            key = self.expression()
            self.close(start, "]")
            self.free = free
            result = Index(node.start, self.pos, node, key)
        self.depth -= 1
        return result


def _join(operands: list[Expression], operators: list[str]) -> None:
    """Makes one operation of the last operator and the two operands beside it."""
    right, left = operands.pop(), operands.pop()
    operands.append(Binary(left.start, right.end, operators.pop(), left, right))
