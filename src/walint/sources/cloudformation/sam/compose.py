"""New values made out of existing ones without reading them: lookups, lazy mappings, lists and texts.

Nothing here copies a value. A property is read from the template when a rule first asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TypeAlias, cast, overload

from walint.model.span import Span
from walint.model.value import (
    Absent,
    Alternatives,
    Choice,
    Known,
    Reference,
    Scalar,
    Text,
    Unknown,
    Value,
    with_origin,
)

Maker: TypeAlias = "Value | Callable[[], Value]"
"""A value, or what makes it when it is first read."""


_SCALARS: frozenset[type] = frozenset({str, int, float, bool, type(None)})
_MAPPINGS: set[type] = {dict}
"""Classes that are known to be scalars and mappings: an isinstance check against an abstract class is slow."""


class Lazy(Mapping[str, Value]):
    """A mapping whose values are made when they are first read."""

    __slots__ = ("_entries",)

    def __init__(self, entries: dict[str, Maker]) -> None:
        """Takes ownership of `entries`."""
        self._entries = entries

    def __getitem__(self, name: str) -> Value:
        entry = self._entries[name]
        if callable(entry):
            entry = self._entries[name] = entry()
        return entry

    def get(self, name: str, default: Value | None = None) -> Value | None:  # type: ignore[override]
        """The value of a key, or the default; without the exception that the inherited method costs."""
        return self[name] if name in self._entries else default

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, name: object) -> bool:
        return name in self._entries


class LazyList(Sequence[Value]):
    """A sequence that is made when it is first read."""

    __slots__ = ("_items", "_make")

    @overload
    def __getitem__(self, index: int) -> Value: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Value]: ...
    def __getitem__(self, index: int | slice) -> Value | Sequence[Value]:
        return self._all()[index]

    def __init__(self, make: Callable[[], Sequence[Value]]) -> None:
        self._make = make
        self._items: Sequence[Value] | None = None

    def _all(self) -> Sequence[Value]:
        if self._items is None:
            self._items = self._make()
        return self._items

    def __len__(self) -> int:
        return len(self._all())


def as_mapping(value: Value) -> Mapping[str, Value] | None:
    """The mapping that a known value holds, or None."""
    if isinstance(value, Known):
        data = value.data
        kind = data.__class__
        if kind in _MAPPINGS:
            return cast("Mapping[str, Value]", data)
        if kind not in _SCALARS and isinstance(data, Mapping):
            _MAPPINGS.add(kind)
            return data
    return None


def as_sequence(value: Value) -> Sequence[Value] | None:
    """The sequence that a known value holds, or None. A text is not a sequence."""
    data = value.data if isinstance(value, Known) else None
    return data if isinstance(data, Sequence) and not isinstance(data, str) else None


def as_text(value: Value) -> str | None:
    """The text that a known value holds, or None."""
    if isinstance(value, Known) and isinstance(value.data, str):
        return value.data
    return None


def over(value: Value, change: Callable[[Value], Value]) -> Value:
    """The same value with `change` done to each of its alternatives, or to itself when it has none."""
    if isinstance(value, Alternatives):
        choices = tuple(Choice(choice.given, over(choice.value, change)) for choice in value.choices)
        return Alternatives(choices, value.span)
    return change(value)


def get(value: Value, *names: str) -> Value:
    """What stands at a path of keys below a value: absent below scalars, unknown below unknowns."""
    for name in names:
        value = _child(value, name)
    return value


def _child(value: Value, name: str) -> Value:
    data = as_mapping(value)
    if data is not None and isinstance(value, Known):
        return data.get(name) or value.rest or Absent(value.span)
    match value:
        case Unknown(reason, span, symbol):
            return Unknown(reason, span, f"{symbol}.{name}" if symbol else None)
        case Alternatives(choices, span):
            children = [Choice(choice.given, _child(choice.value, name)) for choice in choices]
            if all(isinstance(child.value, Absent) for child in children):
                return Absent(span)
            return Alternatives(tuple(children), span)
        case _:
            return Absent(value.span)


def pieces(value: Value) -> tuple[str | Unknown | Reference, ...]:
    """What a text is made of."""
    match value:
        case Known(data=str() as text):
            return (text,)
        case Reference() | Unknown():
            return (value,)
        case Text(pieces=inner):
            return inner
        case _:
            return (Unknown("it depends on a condition", value.span),)


def joined(parts: Iterable[str | Unknown | Reference]) -> tuple[str | Unknown | Reference, ...]:
    """The same pieces with neighbouring texts made one."""
    merged: list[str | Unknown | Reference] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        else:
            merged.append(part)
    return tuple(merged)


def or_else(value: Value, default: Value) -> Value:
    """The value, with `default` in place of its absence."""
    return over(value, lambda each: default if isinstance(each, Absent) else each)


def constant(data: Scalar, span: Span | None) -> Known:
    """A value that SAM writes itself, blamed on what made SAM write it."""
    return Known(data, span)


def later(reason: str, span: Span | None) -> Unknown:
    """A value that is surely set, but only when the stack is packaged or transformed."""
    return Unknown(reason, span, surely_set=True)


def mapping(span: Span | None, /, **entries: Maker) -> Known:
    """A mapping that SAM writes itself."""
    return Known(Lazy(dict(entries)), span)


def listing(span: Span | None, *items: Value) -> Known:
    """A list that SAM writes itself."""
    return Known(items, span)


def reading(source: Mapping[str, Value], name: str) -> Callable[[], Value]:
    """Reads a property later."""
    return partial(source.__getitem__, name)


def select(source: Value, names: Mapping[str, str]) -> dict[str, Maker]:
    """Some properties of a mapping under other names: {their new name: their name}. Only what is set is taken."""
    data = as_mapping(source)
    if data is not None:
        chosen: dict[str, Maker] = {new: reading(data, old) for new, old in names.items() if old in data}
        if isinstance(source, Known) and source.rest is not None:
            for new in names:
                chosen.setdefault(new, source.rest)
        return chosen
    if isinstance(source, Absent):
        return {}
    return {new: partial(get, source, old) for new, old in names.items()}


def pick(source: Value, names: Iterable[str]) -> dict[str, Maker]:
    """Some properties of a mapping under their own names. Only what is set is taken."""
    return select(source, {name: name for name in names})


def passed_on(source: Value, dropped: frozenset[str]) -> dict[str, Maker]:
    """Every property of a mapping but some, under their own names."""
    data = as_mapping(source)
    if data is None:
        return {}
    return {name: reading(data, name) for name in data if name not in dropped}


def tag_list(tags: Value, *before: tuple[str, str]) -> Value:
    """SAM's map of tags as CloudFormation's list of Key and Value, after the tags that SAM adds itself."""

    def convert(value: Value) -> Value:
        first = [_tag(key, constant(text, value.span)) for key, text in before]
        data = as_mapping(value)
        if data is not None:
            rest = value.rest if isinstance(value, Known) else None
            return Known([*first, *(_tag(key, reading(data, key)) for key in data)], value.span, "explicit", rest)
        if isinstance(value, Absent):
            return Known(first, value.span) if first else value
        return value

    return over(tags, convert)


def tag_map(tags: Value, sam_tag: str) -> Value:
    """A map of tags with the one that SAM adds itself."""

    def extended(value: Value) -> Value:
        if isinstance(value, Absent) or as_mapping(value) is not None:
            return Known(Lazy({**passed_on(value, frozenset()), sam_tag: Known("SAM")}), value.span)
        return value

    return over(tags, extended)


def stored(uri: Value, names: tuple[str, str, str], what: str) -> Value:
    """Where something lies in S3, under the names that its type has for bucket, key and version.

    SAM takes a mapping or an s3:// address; anything else is uploaded when the stack is packaged.
    """
    bucket, key, version = names

    def located(value: Value) -> Value:
        text = as_text(value)
        if text is not None and text.startswith("s3://"):
            place, _, query = text.removeprefix("s3://").partition("?")
            first, _, rest = place.partition("/")
            found = {bucket: first, key: rest.lstrip("/")}
            if query.startswith("versionId="):
                found[version] = query.removeprefix("versionId=")
            return mapping(value.span, **{name: Known(part, value.span) for name, part in found.items()})
        if as_mapping(value) is not None:
            return mapping(value.span, **select(value, {bucket: "Bucket", key: "Key", version: "Version"}))
        if isinstance(value, Absent | Unknown):
            return value
        packaged = later(f"the {what} is packaged when the stack is deployed", value.span)
        return mapping(value.span, **{bucket: packaged, key: packaged})

    return over(uri, located)


def _tag(key: str, value: Maker) -> Known:
    return Known(Lazy({"Key": Known(key), "Value": value}))


def is_literal(data: Mapping[str, Value] | None, name: str) -> bool:
    """Whether a property is written as data, not by an intrinsic function. True where the mapping cannot tell."""
    check: Callable[[str], bool] | None = getattr(data, "is_literal", None)
    return check is None or check(name)


class Inherited(Mapping[str, Value]):
    """A mapping of Globals: its values are of inherited origin, at any depth."""

    __slots__ = ("_data",)

    def __init__(self, data: Mapping[str, Value]) -> None:
        self._data = data

    def __getitem__(self, name: str) -> Value:
        return inherited(self._data[name])

    def get(self, name: str, default: Value | None = None) -> Value | None:  # type: ignore[override]
        """The value of a key, or the default."""
        return self[name] if name in self._data else default

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)

    def __contains__(self, name: object) -> bool:
        return name in self._data

    def is_literal(self, name: str) -> bool:
        """Whether a property is written as data, not by an intrinsic function."""
        return is_literal(self._data, name)


def inherited(value: Value) -> Value:
    """The same value, said to come from Globals; it keeps its span there."""
    if isinstance(value, Alternatives):
        return over(value, inherited)
    if isinstance(value, Known):
        data = value.data
        if isinstance(data, Mapping):
            return Known(Inherited(data), value.span, "inherited", value.rest)
        if isinstance(data, Sequence) and not isinstance(data, str):
            items: Sequence[Value] = data
            return Known(LazyList(lambda: [inherited(item) for item in items]), value.span, "inherited", value.rest)
    return with_origin(value, "inherited")
