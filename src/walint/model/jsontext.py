"""Properties that hold JSON as text: CloudFormation takes either, so rules read both alike."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import TypeAlias

from walint.model.span import Span
from walint.model.value import Known, Reference, Text, Unknown, Value
from walint.patterns import lazy

Pieces: TypeAlias = tuple[str | Unknown | Reference, ...]

_LONGEST = 200_000
_TOKEN = lazy("\ue000(\\d+)\ue001")


def from_json(value: Value) -> Known | None:
    """The map or list that a text spells, with what is not known of it left as it is; None when it is no such text.

    What stands for an unresolved expression is taken to be a part of one JSON text or one whole JSON value.
    """
    match value:
        case Known(str() as text):
            pieces: Pieces = (text,)
        case Text(pieces):
            pass
        case _:
            return None
    first = pieces[0]
    if not isinstance(first, str) or first.lstrip()[:1] not in ("{", "["):
        return None
    written = _with_tokens(pieces)
    try:
        data = json.loads(written) if len(written) <= _LONGEST else None
    except (ValueError, RecursionError):
        return None
    return _value(data, pieces, value.span) if isinstance(data, (dict, list)) else None  # type: ignore[return-value]


def _with_tokens(pieces: Pieces) -> str:
    """The text with a token for every piece that is not known, in quotes where it is a whole value."""
    parts: list[str] = []
    quoted, last = False, len(pieces) - 1
    for index, piece in enumerate(pieces):
        if isinstance(piece, str):
            parts.append(piece)
            if index < last:  # else nothing follows that may stand in quotes
                quoted ^= len(re.findall(r'(?<!\\)(?:\\\\)*"', piece)) % 2 == 1
        else:
            token = f"\ue000{index}\ue001"
            parts.append(token if quoted else f'"{token}"')
    return "".join(parts)


def _value(data: object, pieces: Pieces, span: Span | None) -> Value:
    match data:
        case dict():
            return Known({str(key): _value(member, pieces, span) for key, member in data.items()}, span)
        case list():
            return Known([_value(item, pieces, span) for item in data], span)
        case str():
            return _text(data, pieces, span)
        case _:
            return Known(data, span)  # type: ignore[arg-type]


def _text(text: str, pieces: Pieces, span: Span | None) -> Value:
    parts = _TOKEN.split(text)
    if len(parts) == 1:
        return Known(text, span)
    found = [_piece(part, pieces) if index % 2 else part for index, part in enumerate(parts)]
    kept: Sequence[str | Unknown | Reference] = [piece for piece in found if piece != ""]
    whole = kept[0] if len(kept) == 1 else None
    return whole if isinstance(whole, (Unknown, Reference)) else Text(tuple(kept), span)


def _piece(number: str, pieces: Pieces) -> str | Unknown | Reference:
    return pieces[int(number)] if int(number) < len(pieces) else ""
