"""Unquoted YAML 1.1 scalars as CloudFormation reads them, and the text that a value becomes inside other text."""

from __future__ import annotations

from walint.model.value import Scalar
from walint.patterns import lazy

_NUMBER_START = frozenset("+-.0123456789")
_WORDS: dict[str, Scalar] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"), False),
}
_INTEGER = lazy(r"[-+]?(?:0|[1-9][0-9_]*)\Z")
_FLOAT = lazy(r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?\Z")
_LONGEST_NUMBER = 40


def plain(text: str) -> Scalar:
    """What an unquoted scalar stands for. Dates, octal and sexagesimal look-alikes stay text."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in _NUMBER_START and len(text) <= _LONGEST_NUMBER:
        return number(text)
    return text


def number(text: str) -> str | int | float:
    """The number that a text spells, or the text itself."""
    if len(text) > _LONGEST_NUMBER:
        return text
    if _INTEGER.match(text):
        return int(text.replace("_", ""))
    if _FLOAT.match(text):
        return float(text.replace("_", ""))
    return text


def as_text(data: Scalar) -> str:
    """The text that CloudFormation makes of a scalar where it needs one."""
    if isinstance(data, str):
        return data
    if isinstance(data, bool):
        return "true" if data else "false"
    return "" if data is None else str(data)
