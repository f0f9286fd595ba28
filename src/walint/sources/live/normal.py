"""The normal form in which a snapshot keeps properties: JSON, with marks for what JSON cannot say.

    {"$unknown": reason, "$set": true}   a value that is not known; "$set" where it is surely set
    {"$absent": true}                    not set, said aloud where "$rest" would make it unknown
    {..., "$rest": reason}               a map of which only the listed keys are known

A key of a user's own map that starts with "$" is written with another "$" before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from walint.model.value import Absent, Known, Unknown, Value

UNKNOWN, SET, ABSENT, REST = "$unknown", "$set", "$absent", "$rest"


class Mark(dict[str, Any]):
    """A piece of normal form that walint itself has made: no answer of AWS can be mistaken for one."""


NOT_SET: Final = Mark({ABSENT: True})


def unknown(reason: str, *, surely_set: bool = False) -> Mark:
    """The mark of an unknown value."""
    return Mark({UNKNOWN: reason, SET: True} if surely_set else {UNKNOWN: reason})


def is_absent(value: Any) -> bool:
    """Whether this is the mark of something that is not set."""
    return isinstance(value, Mapping) and ABSENT in value


def escaped(data: Any) -> Any:
    """A user's own data with the keys that could be mistaken for marks escaped."""
    if isinstance(data, Mark):
        return data
    if isinstance(data, Mapping):
        return {f"${key}" if str(key).startswith("$") else str(key): escaped(value) for key, value in data.items()}
    if isinstance(data, list):
        return [escaped(item) for item in data]
    return data


def value_of(data: Any) -> Value:
    """The model's value for a normal form. Whatever is no JSON of ours (a damaged snapshot) becomes unknown."""
    if isinstance(data, Mapping):
        if UNKNOWN in data:
            return Unknown(str(data[UNKNOWN]), surely_set=bool(data.get(SET)))
        if ABSENT in data:
            return Absent()
        rest = Unknown(str(data[REST])) if REST in data else None
        members = {
            key.removeprefix("$") if key.startswith("$$") else key: value_of(value)
            for key, value in data.items()
            if key != REST
        }
        return Known(members, rest=rest)
    if isinstance(data, list):
        return Known(tuple(value_of(item) for item in data))
    return Known(data)
