from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from walint.model.graph import Graph
from walint.model.resource import Resource
from walint.model.value import Absent, Alternatives, Known, Reference, Unknown, Value
from walint.sources import SourceSettings, load


class Expanded:
    """The resources that a SAM template became, by logical id."""

    def __init__(self, graph: Graph, text: str) -> None:
        self.graph = graph
        self.resources = {resource.key.partition("#")[2]: resource for resource in graph.resources}
        self._lines = text.splitlines()

    def __getitem__(self, logical_id: str) -> Resource:
        return self.resources[logical_id]

    def __contains__(self, logical_id: object) -> bool:
        return logical_id in self.resources

    def at(self, logical_id: str, path: str = "") -> Value:
        """The value at a path of a resource's properties; absent where there is none."""
        value = self.resources[logical_id].properties
        for name in path.split(".") if path else ():
            data = value.data if isinstance(value, Known) else None
            if not isinstance(data, Mapping):
                return Absent()
            value = data.get(name, Absent())
        return value

    def text(self, value: Value | Resource) -> str:
        """The first line of what a span points at."""
        span = value.span
        assert span is not None
        end = span.end_column - 1 if span.end_line == span.start_line else None
        return self._lines[span.start_line - 1][span.start_column - 1 : end]


@pytest.fixture
def expand(tmp_path: Path) -> Callable[..., Expanded]:
    """Expands the body of a SAM template."""

    def expanded(body: str, **parameters: str) -> Expanded:
        text = "Transform: AWS::Serverless-2016-10-31\n" + body
        (tmp_path / "template.yaml").write_text(text)
        settings = SourceSettings(root=tmp_path, parameters=parameters)
        return Expanded(load([tmp_path / "template.yaml"], settings), text)

    return expanded


@pytest.fixture
def plain() -> Callable[[Value], object]:
    """A value as ordinary data: references as "->Target.Attribute", unknowns as "?", alternatives as pairs."""

    def convert(value: Value) -> object:
        match value:
            case Known(data=Mapping() as data):
                return {name: convert(each) for name, each in data.items() if not isinstance(each, Absent)}
            case Known(data=Sequence() as data) if not isinstance(data, str):
                return [convert(each) for each in data]
            case Known(data=data):
                return data
            case Reference(target, attribute):
                return f"->{target.partition('#')[2]}.{attribute}"
            case Unknown():
                return "?"
            case Alternatives(choices=choices):
                return [(dict(choice.given), convert(choice.value)) for choice in choices]
            case _:
                return None

    return convert
