"""Text made of pieces, and the canonical form of an expression that makes two equal ones recognisable."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TypeAlias

from walint.model.span import Span
from walint.model.value import Alternatives, Known, Reference, Text, Unknown, Value
from walint.patterns import lazy
from walint.sources.cloudformation.arns import joined_again
from walint.sources.cloudformation.scalars import as_text

Piece: TypeAlias = str | Unknown | Reference

MAX_TEXT = 1_000_000
"""Longer texts, which only hostile templates build, are unknown."""
MAX_PIECES = 2_000
_MAX_CANONICAL = 4_000

_DYNAMIC = lazy(r"(\{\{resolve:[^{}]*\}\})")
_SECRET = ("{{resolve:secretsmanager:", "{{resolve:ssm-secure:")


def pieces_of(value: Value) -> tuple[Piece, ...] | None:
    """The pieces that a value adds to a text, or None when it is no text (a list, alternatives)."""
    match value:
        case Known(data=str() as text):
            return (text,)
        case Known(data=None | bool() | int() | float() as scalar):
            return (as_text(scalar),)
        case Known(data=Sequence() as items):
            return _list_pieces(items)
        case Text(pieces=pieces):
            return pieces
        case Unknown() | Reference():
            return (value,)
        case _:
            return None


def _list_pieces(items: Sequence[Value]) -> tuple[Piece, ...] | None:
    """A list inside text, as a parameter of a list type is written: joined by commas."""
    pieces: list[Piece] = []
    for item in items:
        nested = isinstance(item, Known) and not isinstance(item.data, str) and isinstance(item.data, Sequence)
        inner = None if nested else pieces_of(item)
        if inner is None:
            return None
        if pieces:
            pieces.append(",")
        pieces.extend(inner)
    return tuple(pieces)


def text_of(pieces: Iterable[Piece], span: Span | None, unit: str) -> Value:
    """The value that these pieces make: known when all are literal, the piece itself when there is only one."""
    merged: list[Piece] = []
    literal: list[str] = []
    size = 0
    for piece in pieces:
        if isinstance(piece, str):
            size += len(piece)
            if size > MAX_TEXT:
                return Unknown("the text is too long to be written out", span, surely_set=True)
            literal.append(piece)
            continue
        if literal:
            merged.append("".join(literal))
            literal = []
        merged.append(piece)
    if literal:
        merged.append("".join(literal))
    merged = joined_again([piece for piece in merged if piece != ""])
    if len(merged) > MAX_PIECES:
        return Unknown("the text has too many parts to be written out", span, surely_set=True)
    if any(isinstance(piece, str) and "{{resolve:" in piece for piece in merged):
        return _dynamic_text(merged, span, unit)
    return _text(merged, span)


def _text(merged: Sequence[Piece], span: Span | None) -> Value:
    if not merged:
        return Known("", span)
    if len(merged) > 1:
        return Text(tuple(merged), span)
    piece = merged[0]
    if isinstance(piece, str):
        return Known(piece, span)
    return at(piece, span)


def _dynamic_text(merged: Sequence[Piece], span: Span | None, unit: str) -> Value:
    """Text with dynamic references: each one that is written out is a piece that only the deployment knows."""
    pieces: list[Piece] = []
    for piece in merged:
        if not isinstance(piece, str):
            pieces.append(piece)
            continue
        for part in _DYNAMIC.split(piece):
            if _DYNAMIC.fullmatch(part):
                pieces.append(_dynamic(part, span, unit))
            elif "{{resolve:" in part:
                service = part.partition("{{resolve:")[2].partition(":")[0]
                reason = f"a dynamic reference to {service} is read at deployment"
                return Unknown(reason, span, surely_set=True)
            elif part:
                pieces.append(part)
    return _text(pieces, span)


def _dynamic(text: str, span: Span | None, unit: str) -> Unknown:
    service = text[len("{{resolve:") : -2].partition(":")[0]
    symbol = None if text.startswith(_SECRET) else f"{unit}#{text[2:-2]}"
    return Unknown(f"a dynamic reference to {service} is read at deployment", span, symbol, surely_set=True)


def at(value: Value, span: Span | None) -> Value:
    """The same value, said to be written at another place: where it is used."""
    match value:
        case Known(data, _, origin, rest):
            return Known(data, span, origin, rest)
        case Unknown(reason, _, symbol, surely_set):
            return Unknown(reason, span, symbol, surely_set)
        case Reference(target, attribute, _, text):
            return Reference(target, attribute, span, text)
        case Text(pieces, _, origin):
            return Text(pieces, span, origin)
        case Alternatives(choices):
            return Alternatives(choices, span)
        case _:
            return value


def canonical(value: Value) -> str | None:
    """A text that is equal for two values only if they are equal; None when the value has no such form."""
    match value:
        case Known(data=None | bool() | int() | float() | str() as scalar):
            text = as_text(scalar)
            return json.dumps(text) if len(text) <= _MAX_CANONICAL else None
        case Known(data=Sequence() as items):
            inner = [canonical(item) for item in islice(items, 100)]
            if len(items) > len(inner) or None in inner:
                return None
            return f"[{','.join(str(item) for item in inner)}]"
        case Unknown(symbol=symbol):
            return symbol
        case Reference(target=target, attribute=attribute):
            return f"{target}.{attribute}"
        case Text(pieces=pieces):
            parts = [json.dumps(piece) if isinstance(piece, str) else canonical(piece) for piece in pieces]
            if None in parts:
                return None
            return "+".join(str(part) for part in parts)
        case _:
            return None


def call(name: str, arguments: Sequence[Value]) -> str | None:
    """The canonical form of a function call, None when an argument has none."""
    parts = [canonical(argument) for argument in arguments]
    if None in parts:
        return None
    text = f"{name}({','.join(str(part) for part in parts)})"
    return text if len(text) <= _MAX_CANONICAL else None


def undecided(name: str, arguments: Sequence[Value], span: Span | None) -> Unknown:
    """The result of a function whose arguments are not all known: unknown for the first argument's reason."""
    symbol = call(name, arguments)
    for argument in arguments:
        match argument:
            case Unknown(reason=reason):
                return Unknown(reason, span, symbol, surely_set=True)
            case Text(pieces=pieces):
                for piece in pieces:
                    if isinstance(piece, Unknown):
                        return Unknown(piece.reason, span, symbol, surely_set=True)
            case _:
                pass
    for argument in arguments:
        found = _reference_in(argument)
        if found is not None:
            target = found.target.rpartition("#")[2]
            reason = f"{found.attribute} of {target} is known after deployment"
            return Unknown(reason, span, symbol, surely_set=True)
    return Unknown(f"{name} cannot be resolved here", span, symbol, surely_set=True)


def _reference_in(value: Value) -> Reference | None:
    if isinstance(value, Reference):
        return value
    if isinstance(value, Text):
        return next((piece for piece in value.pieces if isinstance(piece, Reference)), None)
    return None
