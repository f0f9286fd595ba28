"""`Fn::ToJsonString`: a value written as JSON text, with what is not known left as pieces."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from walint.model.span import Span
from walint.model.value import Absent, Alternatives, Known, Reference, Text, Unknown, Value
from walint.sources.cloudformation.texts import MAX_TEXT, Piece, text_of, undecided

_MAX_VALUES = 50_000


class _Undecided(Exception):  # noqa: N818 - it never leaves this module
    """Raised where the JSON text has no single shape."""


def json_text(value: Value, span: Span, unit: str) -> Value:
    """The JSON text of a value; unknown when its shape differs from world to world."""
    pieces: list[Piece] = []
    try:
        _write(value, pieces)
    except _Undecided:
        return undecided("Fn::ToJsonString", [value], span)
    return text_of(pieces, span, unit)


def _write(value: Value, pieces: list[Piece]) -> None:
    if len(pieces) > _MAX_VALUES:
        raise _Undecided
    match value:
        case Known(rest=Unknown()) | Alternatives() | Absent():
            raise _Undecided
        case Known(data=str() as text):
            if len(text) > MAX_TEXT:
                raise _Undecided
            pieces.append(json.dumps(text))
        case Known(data=Mapping() as entries):
            _write_mapping(entries, pieces)
        case Known(data=Sequence() as items):
            _write_sequence(items, pieces)
        case Known(data=scalar):
            pieces.append(json.dumps(scalar))
        case Text(pieces=inner):
            pieces.append('"')
            pieces.extend(json.dumps(piece)[1:-1] if isinstance(piece, str) else piece for piece in inner)
            pieces.append('"')
        case Unknown() | Reference():
            pieces.extend(('"', value, '"'))


def _write_sequence(items: Sequence[Value], pieces: list[Piece]) -> None:
    pieces.append("[")
    for index, item in enumerate(items):
        if index:
            pieces.append(",")
        _write(item, pieces)
    pieces.append("]")


def _write_mapping(entries: Mapping[str, Value], pieces: list[Piece]) -> None:
    pieces.append("{")
    first = True
    for name, value in entries.items():
        if isinstance(value, Absent):
            continue
        if not first:
            pieces.append(",")
        first = False
        pieces.extend((json.dumps(name), ":"))
        _write(value, pieces)
    pieces.append("}")
