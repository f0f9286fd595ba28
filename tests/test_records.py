"""Data classes of the hot path behave as those of the standard library do."""

from __future__ import annotations

import dataclasses
import pickle
from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

import pytest

from walint import records


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class StandardPoint:
    x: int
    y: int = 0
    note: str = dataclasses.field(default="", compare=False)
    tags: list[str] = dataclasses.field(default_factory=list, repr=False, hash=False)


@records.dataclass(frozen=True, slots=True, order=True)
class Point:
    KIND: ClassVar[str] = "point"

    x: int
    y: int = 0
    note: str = records.field(default="", compare=False)
    tags: list[str] = records.field(default_factory=list, repr=False, hash=False)


@records.dataclass(slots=True)
class Box:
    size: int
    area: int = records.field(init=False)
    seen: dict[str, int] = records.field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.area = self.size**2


@records.dataclass(slots=True)
class NamedBox(Box):
    name: str = "box"


@records.dataclass(slots=True, eq=False)
class Singular:
    x: int


@pytest.mark.parametrize(
    "question",
    [
        lambda made: made(1),
        lambda made: made(1, 2, "n", ["t"]),
        lambda made: made(y=3, x=1),
        lambda made: made(1) == made(1, note="other"),
        lambda made: made(1) == made(2),
        lambda made: made(1) == (1, 0, "", []),
        lambda made: made(1) < made(1, 1),
        lambda made: made(2) <= made(1, 1),
        lambda made: made(2) > made(1, 1),
        lambda made: made(2) >= made(2),
        lambda made: made(1, tags=["a"]) < made(1, tags=["b"]),
        lambda made: hash(made(1)) == hash(made(1, note="other", tags=["b"])),
        lambda made: len({made(1), made(1), made(2)}),
        lambda made: made.__match_args__,
        lambda made: made.__slots__,
        lambda made: hasattr(made(1), "__dict__"),
        lambda made: dataclasses.replace(made(1), y=5),
        lambda made: dataclasses.asdict(made(1, tags=["a"])),
        lambda made: [each.name for each in dataclasses.fields(made)],
        lambda made: pickle.loads(pickle.dumps(made(1, 2))),  # noqa: S301 - our own
    ],
)
def test_a_record_is_what_the_standard_library_makes(question: Callable[[Any], Any]) -> None:
    assert repr(question(StandardPoint)).replace("StandardPoint", "Point") == repr(question(Point))


@pytest.mark.parametrize("arguments", [{}, {"z": 1}, {"x": 1, "z": 1}])
def test_wrong_arguments_are_errors(arguments: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        StandardPoint(**arguments)
    with pytest.raises(TypeError):
        Point(**arguments)


@pytest.mark.parametrize("other", [(1, 0, "", []), StandardPoint(1)])
def test_objects_of_other_classes_are_not_compared(other: Any) -> None:
    with pytest.raises(TypeError, match="not supported between"):
        assert Point(1) < other


def test_a_default_is_made_for_each_object() -> None:
    Point(1).tags.append("a")
    assert Point(1).tags == []


def test_a_variable_of_the_class_is_no_field() -> None:
    assert (Point.KIND, Point.__match_args__) == ("point", ("x", "y", "note", "tags"))


def test_what_follows_from_other_fields_is_set_afterwards() -> None:
    assert (Box(3).area, Box(3).seen) == (9, {})


def test_a_record_inherits_fields() -> None:
    assert repr(NamedBox(2, "b")) == "NamedBox(size=2, area=4, seen={}, name='b')"


def test_objects_that_can_change_have_no_hash() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(Box(1))


def test_without_eq_an_object_is_only_itself() -> None:
    one = Singular(1)
    assert (one == Singular(1)) is False
    assert len({one, one, Singular(1)}) == 2


@pytest.mark.parametrize("replace", [records.replace, dataclasses.replace])
def test_replace_keeps_the_other_fields(replace: Callable[..., Any]) -> None:
    kept = Point(1, 2, "n", ["t"])
    changed = replace(kept, y=3)
    assert (Point(1, 3, "n", ["t"]), "n", 2) == (changed, changed.note, kept.y)


def test_replace_takes_objects_of_the_standard_library() -> None:
    assert StandardPoint(1, 9) == records.replace(StandardPoint(1), y=9)


def test_replace_does_not_take_fields_that_do_not_exist() -> None:
    with pytest.raises(TypeError):
        records.replace(Point(1), z=1)  # type: ignore[call-arg]


class StandardPair(NamedTuple):
    """Two numbers."""

    x: int
    y: int = 0

    def total(self) -> int:
        return self.x + self.y


class Pair(records.NamedTuple):
    """Two numbers."""

    x: int
    y: int = 0

    def total(self) -> int:
        return self.x + self.y


@pytest.mark.parametrize(
    "question",
    [
        lambda made: made(1),
        lambda made: made(y=3, x=1),
        lambda made: made(1) == made(1, 0),
        lambda made: made(1) == (1, 0),
        lambda made: made(1) < made(1, 1),
        lambda made: hash(made(1)) == hash((1, 0)),
        lambda made: (made(1, 2).x, made(1, 2).y, made(1, 2)[1], made(1, 2).total()),
        lambda made: [*made(1, 2)],
        lambda made: made(1)._replace(y=5),
        lambda made: made._make([1, 2]),
        lambda made: made(1)._asdict(),
        lambda made: (made._fields, made._field_defaults, made.__match_args__, made.__doc__),
        lambda made: (isinstance(made(1), tuple), hasattr(made(1), "__dict__")),
        lambda made: pickle.loads(pickle.dumps(made(1, 2))),  # noqa: S301 - our own
    ],
)
def test_a_named_tuple_is_what_the_standard_library_makes(question: Callable[[Any], Any]) -> None:
    assert repr(question(StandardPair)).replace("StandardPair", "Pair") == repr(question(Pair))


@pytest.mark.parametrize(
    "mistake",
    [
        lambda made: made(),
        lambda made: made(1, z=1),
        lambda made: made(1, 2, 3),
        lambda made: made._make([1]),
        lambda made: made(1)._replace(z=1),
        lambda made: setattr(made(1), "x", 2),
    ],
)
def test_mistakes_with_a_named_tuple_are_errors_as_in_the_standard_library(mistake: Callable[[Any], Any]) -> None:
    with pytest.raises((TypeError, ValueError, AttributeError)) as standard:
        mistake(StandardPair)
    with pytest.raises(standard.type):
        mistake(Pair)
