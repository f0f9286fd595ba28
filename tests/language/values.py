"""Values of properties, from plain data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from walint.model.value import Alternatives, Known, Text, Unknown, Value


def value(data: Any) -> Value:
    """Plain data as a value; what is a value already stays what it is."""
    match data:
        case Mapping():
            return Known({name: value(member) for name, member in data.items()})
        case list():
            return Known(tuple(value(item) for item in data))
        case Known() | Unknown() | Text() | Alternatives():
            return data
        case _:
            return Known(data)
