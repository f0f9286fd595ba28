"""The values of a JSON report that is read back: each knows where it stands, so that a mistake in it can be named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from walint.findings.result import Location, Subject
from walint.reports import ReportError

_Item = TypeVar("_Item")


class Node:
    """A value of the JSON text that knows where it stands, so that a mistake in it can be named."""

    __slots__ = ("data", "name", "route")

    def __init__(self, data: Any, route: str, name: str) -> None:
        self.data = data
        self.route = route
        self.name = name

    def get(self, key: str) -> Node:
        """A member of an object; the node of a member that is not there holds None."""
        if not isinstance(self.data, dict):
            raise self.wrong("an object")
        return Node(self.data.get(key), f"{self.route}.{key}" if self.route else key, self.name)

    def wrong(self, wanted: str) -> ReportError:
        """The error that this node is not what it should be."""
        place = self.route or "the whole"
        return ReportError(f"this is no JSON report of walint: {place} should be {wanted}", where=self.name)

    def text(self) -> str:
        """The text that it must be."""
        if not isinstance(self.data, str):
            raise self.wrong("a text")
        return self.data

    def optional_text(self) -> str | None:
        """The text that it is, None where there is none."""
        return None if self.data is None else self.text()

    def number(self) -> int:
        """The whole number, 0 or more, that it must be."""
        if not isinstance(self.data, int) or isinstance(self.data, bool) or self.data < 0:
            raise self.wrong("a whole number, 0 or more")
        return self.data

    def position(self) -> int:
        """The whole number, 1 or more, that it must be."""
        if self.number() < 1:
            raise self.wrong("a whole number, 1 or more")
        return self.number()

    def one_of(self, words: Sequence[str]) -> Any:
        """The one of some words that it must be."""
        if self.data not in words:
            raise self.wrong(f"one of {', '.join(words)}")
        return self.data

    def items(self, make: Callable[[Node], _Item]) -> list[_Item]:
        """The items of a list, each made into something; none when the list is not there."""
        if self.data is None:
            return []
        if not isinstance(self.data, list):
            raise self.wrong("a list")
        return [make(Node(item, f"{self.route}[{index}]", self.name)) for index, item in enumerate(self.data)]

    def texts(self) -> tuple[str, ...]:
        """The texts of a list."""
        return tuple(self.items(Node.text))

    def optional(self, make: Callable[[Node], _Item]) -> _Item | None:
        """Something made of it, None where there is none."""
        return None if self.data is None else make(self)

    def counts(self, words: Sequence[str]) -> dict[str, int]:
        """Numbers by word; words that are not there are left out."""
        return {word: self.get(word).number() for word in words if self.get(word).data is not None}


def read_subject(node: Node) -> Subject:
    """A resource. Raises `ReportError`."""
    type_name, address, name, source = (node.get(key).text() for key in ("type", "address", "name", "source"))
    account, region, arn, path, environment = (
        node.get(key).optional_text() for key in ("account", "region", "arn", "construct_path", "environment")
    )
    return Subject(type_name, address, name, source, account, region, arn, path, environment)


def read_location(node: Node) -> Location:
    """A place. Raises `ReportError`."""
    keys = ("start_line", "start_column", "end_line", "end_column")
    start_line, start_column, end_line, end_column = (node.get(key).position() for key in keys)
    return Location(node.get("path").text(), start_line, start_column, end_line, end_column)
