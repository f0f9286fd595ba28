"""Globals are merged as SAM merges them, when they are read, and not before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pytest

from walint.model.resource import Resource
from walint.model.value import Absent, Alternatives, Choice, Known, Reference, Unknown, Value
from walint.sources.cloudformation.sam.globals import Globals


class Recorded(Mapping[str, Value]):
    """A mapping that remembers which values were read, and knows which are written by functions."""

    def __init__(self, data: Mapping[str, Value], functions: frozenset[str] = frozenset()) -> None:
        self._data = data
        self._functions = functions
        self.read: list[str] = []

    def __getitem__(self, name: str) -> Value:
        self.read.append(name)
        return self._data[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)

    def __contains__(self, name: object) -> bool:
        return name in self._data

    def is_literal(self, name: str) -> bool:
        return name not in self._functions


def value(data: object) -> Value:
    """Data as a value; values inside it stay as they are."""
    if isinstance(data, dict):
        return Known({name: value(each) for name, each in data.items()})
    if isinstance(data, list):
        return Known([value(each) for each in data])
    if data is None or isinstance(data, str | int | float):
        return Known(data)
    return data  # type: ignore[return-value]


def merged(section: object, own: object, **attributes: Value) -> Value:
    resource = Resource(
        key="t#F",
        type="AWS::Serverless::Function",
        address="F",
        name="F",
        source="sam",
        unit="t",
        properties=value(own),
        attributes=attributes,
    )
    return Globals(value({"Function": section})).properties_of(resource)


_ARN = Reference("t#Queue", "Arn")
_OPEN = Unknown("parameter P has no default")


@pytest.mark.parametrize(
    ("section", "own", "expected"),
    [
        ({"Timeout": 3}, {}, {"Timeout": 3}),
        ({"Timeout": 3}, {"Timeout": 9}, {"Timeout": 9}),
        ({"Layers": ["a"]}, {"Layers": ["b", "a"]}, {"Layers": ["a", "b", "a"]}),
        ({"Tags": {"a": 1, "b": 2}}, {"Tags": {"b": 3}}, {"Tags": {"a": 1, "b": 3}}),
        (
            {"Environment": {"Variables": {"A": 1}}},
            {"Environment": {"Variables": {"B": 2}}},
            {"Environment": {"Variables": {"A": 1, "B": 2}}},
        ),
        ({"CodeUri": "s3://a/b"}, {"CodeUri": {"Bucket": "c"}}, {"CodeUri": {"Bucket": "c"}}),
        ({"Layers": ["a"]}, {"Layers": _OPEN}, {"Layers": "?"}),
        ({"Tags": {"a": 1}}, {"Tags": Absent()}, {"Tags": None}),
        ({"DeadLetterQueue": {"TargetArn": _ARN}}, {"DeadLetterQueue": {"Type": "SQS"}}, None),
    ],
)
def test_merging(plain: Callable[[Value], object], section: object, own: object, expected: object) -> None:
    if expected is None:
        expected = {"DeadLetterQueue": {"TargetArn": "->Queue.Arn", "Type": "SQS"}}
    if expected == {"Tags": None}:
        expected = {}

    assert expected == plain(merged(section, own))


@pytest.mark.parametrize(
    ("ignored", "expected"),
    [
        (Known("*"), {}),
        (value(["Timeout"]), {"MemorySize": 128}),
        (value(["Timeout", "MemorySize"]), {}),
        (value([]), {"Timeout": 3, "MemorySize": 128}),
    ],
)
def test_ignore_globals(plain: Callable[[Value], object], ignored: Value, expected: object) -> None:
    assert expected == plain(merged({"Timeout": 3, "MemorySize": 128}, {}, IgnoreGlobals=ignored))


def test_what_a_function_writes_is_not_merged(plain: Callable[[Value], object]) -> None:
    own = Known(Recorded({"Tags": value({"b": 2})}, frozenset({"Tags"})))

    assert plain(merged({"Tags": {"a": 1}}, own)) == {"Tags": {"b": 2}}


def test_each_alternative_of_the_properties_is_merged(plain: Callable[[Value], object]) -> None:
    own = Alternatives(
        (Choice((("c", True),), value({"Timeout": 9})), Choice((("c", False),), value({"MemorySize": 128})))
    )

    assert plain(merged({"Timeout": 3}, own)) == [
        ({"c": True}, {"Timeout": 9}),
        ({"c": False}, {"Timeout": 3, "MemorySize": 128}),
    ]


def test_globals_that_a_macro_writes_leave_what_is_not_set_open() -> None:
    properties = merged(_OPEN, {"Timeout": 9})

    assert isinstance(properties, Known)
    assert properties.rest is not None


def test_nothing_is_read_before_it_is_asked_for() -> None:
    section = Recorded({"Timeout": Known(3), "Layers": value(["a"])})
    own = Recorded({"MemorySize": Known(128), "Layers": value(["b"])})
    properties = merged(Known(section), Known(own))

    assert isinstance(properties, Known)
    assert isinstance(properties.data, Mapping)
    assert {"Timeout", "Layers", "MemorySize"} == set(properties.data)
    assert (section.read, own.read) == ([], [])
    assert Known(3, None, "inherited") == properties.data["Timeout"]
    assert (section.read, own.read) == (["Timeout"], [])


@pytest.mark.parametrize(
    ("path", "origin"),
    [
        (("Layers", 0), "inherited"),
        (("Layers", 1), "explicit"),
        (("Tags", "a"), "inherited"),
        (("Tags", "b"), "explicit"),
    ],
)
def test_origins(path: tuple[str, str | int], origin: str) -> None:
    properties = merged({"Layers": ["a"], "Tags": {"a": 1}}, {"Layers": ["b"], "Tags": {"b": 1}})
    found = properties.data[path[0]].data[path[1]]  # type: ignore[union-attr, index, call-overload]

    assert origin == found.origin
