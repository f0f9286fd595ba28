"""How facts become properties: values with the lines they stand on, worked out when a rule first asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from walint.model.span import Span
from walint.model.value import Known, Scalar, Unknown, Value

Built: TypeAlias = Mapping[str, Value]


class LazyFacts(Mapping[str, Value]):
    """Properties some of which are worked out when one of them is asked for."""

    __slots__ = ("_build", "_known", "_later")

    def __init__(self, known: Mapping[str, Value], later: Sequence[str], build: Callable[[], Built]) -> None:
        """`known` costs nothing; `later` are the names of what `build` gives, or leaves out where there is none."""
        self._known = dict(known)
        self._later = frozenset(later)
        self._build: Callable[[], Built] | None = build

    def __getitem__(self, name: str) -> Value:
        if name in self._later:
            self._settle()
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        self._settle()
        return iter(self._known)

    def __len__(self) -> int:
        self._settle()
        return len(self._known)

    def _settle(self) -> None:
        if self._build is not None:
            build, self._build = self._build, None
            self._known.update(build())


class LazyItems(Sequence[Value]):
    """A list that is worked out when it is first looked at."""

    __slots__ = ("_build", "_items")

    def __init__(self, build: Callable[[], Iterable[Value]]) -> None:
        self._build: Callable[[], Iterable[Value]] | None = build
        self._items: tuple[Value, ...] = ()

    def _settled(self) -> tuple[Value, ...]:
        if self._build is not None:
            build, self._build = self._build, None
            self._items = tuple(build())
        return self._items

    def __getitem__(self, index: int) -> Value:  # type: ignore[override]  # nobody slices a property
        return self._settled()[index]

    def __len__(self) -> int:
        return len(self._settled())


def text(data: Scalar, span: Span | None = None) -> Known:
    """A scalar as a value."""
    return Known(data, span)


def texts(items: Iterable[Scalar], span: Span | None = None, rest: Unknown | None = None) -> Known:
    """A list of scalars as a value."""
    return Known(tuple(Known(item, span) for item in items), span, rest=rest)


def record(span: Span | None, **members: Scalar | Value | None) -> Known:
    """A map as a value; members that are None are left out."""
    return Known(
        {
            name: member if not isinstance(member, (str, int, float, bool)) else Known(member, span)
            for name, member in members.items()
            if member is not None
        },
        span,
    )


def line_span(path: str, line: int, end: int = 2) -> Span:
    """A place on one line of a file."""
    return Span(path, line, 1, line, max(end, 2))
