"""What stands in brackets: tuples, objects, `for` expressions, and the arguments of calls."""

from __future__ import annotations

from abc import ABC, abstractmethod

from walint.sources.terraform.hcl.ast import Call, Expression, For, Literal, Object, Tuple, Variable
from walint.sources.terraform.hcl.tokens import OBJECT_ITEM, Cursor, HclError, simple_value

_LONGEST_NAME = 1_000


class BracketParser(Cursor, ABC):
    """Reads collections and calls. Each method starts behind the opening bracket, which stands at `start`."""

    __slots__ = ()

    @abstractmethod
    def expression(self) -> Expression:
        """One whole expression."""

    def close(self, start: int, bracket: str, expected: str = "") -> None:
        """Moves over the bracket that closes the one at `start`."""
        if self.next() != bracket:
            if self.pos >= self.size:
                raise HclError(start, start + 1, f"{self.text[start]!r} is never closed")
            raise self.unexpected(expected + repr(bracket))
        self.pos += 1

    def call(self, name: str, start: int) -> Call:
        """A call; the cursor stands behind its name, at `(` or `::`."""
        while self.char == ":" and self.text.startswith("::", self.pos):
            self.pos += 2
            self.next()
            part = self.name()
            if part is None:
                raise self.unexpected("a function name after '::'")
            name += "::" + part[0]
            if len(name) > _LONGEST_NAME:
                raise HclError(start, self.pos, "this function name is too long")
            self.next()
        opening = self.pos
        if self.char != "(":
            raise self.unexpected("'(' and the arguments of the function")
        self.deeper(opening)
        self.pos += 1
        free, self.free = self.free, True
        arguments: list[Expression] = []
        expands = False
        while self.next() != ")":
            arguments.append(self.expression())
            if self.char == "." and self.text.startswith("...", self.pos):
                self.pos += 3
                expands = True
                break
            if self.char != ",":
                break
            self.pos += 1
        self.close(opening, ")", "" if expands else "',' or ")
        self.free = free
        self.depth -= 1
        return Call(start, self.pos, name, arguments, expands)

    def brackets(self, start: int) -> Expression:
        """`[a, b]` or `[for ...]`."""
        self.deeper(start)
        free, self.free = self.free, True
        if self.next() == "f" and self._is_for():
            result: Expression = self._for(start, "]")
        else:
            items: list[Expression] = []
            while self.next() != "]":
                items.append(self.expression())
                if self.char != ",":
                    break
                self.pos += 1
            self.close(start, "]", "',' or ")
            result = Tuple(start, self.pos, items)
        self.free = free
        self.depth -= 1
        return result

    def braces(self, start: int) -> Expression:
        """`{a = b}` or `{for ...}`. Here a newline counts: it separates the items as a comma does."""
        self.deeper(start)
        free, self.free = self.free, True
        if self.next() == "f" and self._is_for():
            loop = self._for(start, "}")
            self.free = free
            self.depth -= 1
            return loop
        items: list[tuple[Expression, Expression]] = []
        while True:
            match = OBJECT_ITEM.match(self.text, self.pos)
            if match is not None:
                items.append((Literal(*match.span(1), match[1]), simple_value(match)))
                self.pos = match.end()
                continue
            self.free = True
            if self.next() == "}":
                break
            self.free = False
            key = _key(self.expression())
            if self.char not in "=:":
                raise self._in_object(start, "'=' and a value")
            self.pos += 1
            items.append((key, self.expression()))
            if self.char == ",":
                self.pos += 1
            elif self.char not in "\n}":
                raise self._in_object(start, "',', a new line or '}'")
        self.pos += 1
        self.free = free
        self.depth -= 1
        return Object(start, self.pos, items)

    def _in_object(self, start: int, expected: str) -> HclError:
        if self.pos >= self.size:
            return HclError(start, start + 1, "'{' is never closed")
        return self.unexpected(expected)

    def _is_for(self) -> bool:
        """Whether the keyword `for` stands here; `for = 1` and `for : 1` are ordinary items."""
        start = self.pos
        found = self.name()
        is_for = found is not None and found[0] == "for" and self.next() not in "=:,]}.[(?"
        self.pos = start
        return is_for

    def _for(self, start: int, bracket: str) -> For:
        self.pos += len("for")
        key, value = self.for_names()
        collection = self.expression()
        if self.char != ":":
            raise self.unexpected("':' and what the for makes of each element")
        self.pos += 1
        result, result_key, groups = self.expression(), None, False
        if bracket == "}":
            if not self.text.startswith("=>", self.pos):
                raise self.unexpected("'=>' and the value")
            self.pos += 2
            result_key, result = result, self.expression()
            if self.char == "." and self.text.startswith("...", self.pos):
                self.pos += 3
                groups = True
                self.next()
        condition = None
        if self.char == "i" and self.word("if"):
            condition = self.expression()
        self.close(start, bracket)
        return For(start, self.pos, key, value, collection, result_key, result, condition, groups)

    def for_names(self) -> tuple[str | None, str]:
        """`v in` or `k, v in`."""
        self.next()
        first = self.name()
        if first is None:
            raise self.unexpected("the name of the variable of the for")
        key, value = None, first[0]
        if self.next() == ",":
            self.pos += 1
            self.next()
            second = self.name()
            if second is None:
                raise self.unexpected("the name of the second variable of the for")
            key, value = value, second[0]
            self.next()
        if not self.word("in"):
            raise self.unexpected("'in'")
        return key, value

    def word(self, word: str) -> bool:
        """Whether this word stands here; if so, moves behind it."""
        start = self.pos
        found = self.name()
        if found is not None and found[0] == word:
            return True
        self.pos = start
        return False


def _key(node: Expression) -> Expression:
    """The key of an object item: a bare name means itself."""
    if isinstance(node, Variable):
        return Literal(node.start, node.end, node.name)
    if isinstance(node, Literal) and (node.value is None or isinstance(node.value, bool)):
        name = "null" if node.value is None else str(node.value).lower()
        return Literal(node.start, node.end, name)
    return node
