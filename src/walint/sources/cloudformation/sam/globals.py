"""Globals: properties that SAM merges into every resource of a kind, following SAM's own rules.

Maps are merged key by key, lists are joined (those of Globals first), and for everything else the resource wins. What
an intrinsic function writes counts as one indivisible thing.
https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from walint.model.value import Absent, Known, Unknown, Value
from walint.sources.cloudformation.sam.compose import (
    LazyList,
    as_mapping,
    as_sequence,
    as_text,
    get,
    inherited,
    is_literal,
    over,
)

if TYPE_CHECKING:
    from walint.model.resource import Resource

_PREFIX = "AWS::Serverless::"


class Globals:
    """The Globals section of one template."""

    def __init__(self, section: Value) -> None:
        self._section = section
        self._parts: dict[str, Value] = {}

    def part(self, type_name: str) -> Value:
        """What the section says about a SAM type, absent when it says nothing."""
        name = type_name.removeprefix(_PREFIX)
        if name not in self._parts:
            self._parts[name] = get(self._section, name)
        return self._parts[name]

    def properties_of(self, resource: Resource) -> Value:
        """A SAM resource's properties with those of Globals merged in."""
        own = resource.properties
        if isinstance(own, Absent):
            own = Known({}, own.span or resource.span)
        part = self._without_ignored(resource, self.part(resource.type))
        return self.merged(part, own)

    def merged(self, part: Value, own: Value) -> Value:
        """The properties of a resource over a part of Globals."""
        if isinstance(part, Absent):
            return own
        return over(own, lambda each: self._merge_mappings(part, each))

    def _merge_mappings(self, part: Value, own: Value) -> Value:
        theirs, mine = as_mapping(part), as_mapping(own)
        if mine is None or not isinstance(own, Known):
            return own
        if theirs is None or not isinstance(part, Known):
            # Globals written by a macro or a function: whatever the resource does not set itself may come from there.
            reason = part.reason if isinstance(part, Unknown) else "Globals are not a plain mapping"
            return Known(mine, own.span, own.origin, own.rest or Unknown(reason, part.span))
        return Known(_Merged(theirs, mine, self), own.span, own.origin, own.rest or part.rest)

    def merge(self, theirs: Mapping[str, Value], mine: Mapping[str, Value], name: str) -> Value:
        """One property that both set."""
        value, general = mine[name], theirs[name]
        if not (is_literal(mine, name) and is_literal(theirs, name)):
            return value
        if as_mapping(value) is not None and as_mapping(general) is not None:
            return self._merge_mappings(general, value)
        first, second = as_sequence(general), as_sequence(value)
        if first is not None and second is not None and isinstance(value, Known):
            head, tail = first, second
            return Known(LazyList(lambda: [*map(inherited, head), *tail]), value.span, value.origin, value.rest)
        return value

    def _without_ignored(self, resource: Resource, part: Value) -> Value:
        ignored = resource.attributes.get("IgnoreGlobals")
        if ignored is None or isinstance(part, Absent):
            return part
        if as_text(ignored) == "*":
            return Absent(part.span)
        names = {as_text(item) for item in as_sequence(ignored) or ()}
        data = as_mapping(part)
        if not names or data is None or not isinstance(part, Known):
            return part
        return Known({name: data[name] for name in data if name not in names}, part.span, part.origin, part.rest)


class _Merged(Mapping[str, Value]):
    """Properties of Globals under those of a resource; each is merged when it is read."""

    __slots__ = ("_globals", "_mine", "_read", "_theirs")

    def __init__(self, theirs: Mapping[str, Value], mine: Mapping[str, Value], section: Globals) -> None:
        self._theirs = theirs
        self._mine = mine
        self._globals = section
        self._read: dict[str, Value] = {}

    def __getitem__(self, name: str) -> Value:
        value = self._read.get(name)
        if value is None:
            if name not in self._theirs:
                value = self._mine[name]
            elif name in self._mine:
                value = self._globals.merge(self._theirs, self._mine, name)
            else:
                value = inherited(self._theirs[name])
            self._read[name] = value
        return value

    def get(self, name: str, default: Value | None = None) -> Value | None:  # type: ignore[override]
        """The value of a key, or the default."""
        return self[name] if name in self._mine or name in self._theirs else default

    def __iter__(self) -> Iterator[str]:
        yield from self._theirs
        for name in self._mine:
            if name not in self._theirs:
                yield name

    def __len__(self) -> int:
        return len(self._theirs) + sum(name not in self._theirs for name in self._mine)

    def __contains__(self, name: object) -> bool:
        return name in self._mine or name in self._theirs

    def is_literal(self, name: str) -> bool:
        """Whether a property is written as data, wherever it comes from."""
        return is_literal(self._mine if name in self._mine else self._theirs, name)
