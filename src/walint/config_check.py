"""Checks a config against its schema and finds the line of what is wrong. Imported only when there is a config."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import Any

from walint.config import ConfigError
from walint.model.span import Span

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")
_WORDS = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a table",
}


class Places:
    """The line of every key of a TOML text, by its path; entries of a list of tables are counted: ("suppress", "0")."""

    def __init__(self, text: str) -> None:
        """`text` is valid TOML. Keys inside inline tables are not found; their outer key is."""
        self._lines: dict[tuple[str, ...], int] = {}
        counts: dict[tuple[str, ...], int] = {}
        table: tuple[str, ...] = ()
        for number, line in enumerate(text.split("\n"), 1):
            if header := _HEADER.match(line):
                table = _parts(header[2])
                if header[1] == "[[":
                    index = counts.get(table, 0)
                    counts[table] = index + 1
                    self._note(table, number)
                    table = (*table, str(index))
                self._note(table, number)
            elif key := _KEY.match(line):
                self._note((*table, *_parts(key[1])), number)

    def _note(self, path: tuple[str, ...], number: int) -> None:
        for length in range(1, len(path) + 1):
            self._lines.setdefault(path[:length], number)

    def line(self, path: Sequence[str]) -> int | None:
        """The line of the key, or of the nearest one that holds it; None when there is none."""
        keys = tuple(path)
        while keys:
            if keys in self._lines:
                return self._lines[keys]
            keys = keys[:-1]
        return None


class Checker:
    """Checks data against the part of JSON Schema that the config's schema uses."""

    def __init__(self, shown_as: str, text: str, prefix: tuple[str, ...]) -> None:
        """`prefix` is where the data stand in the file: ("tool", "walint") in a pyproject.toml."""
        self._shown_as = shown_as
        self._places = Places(text)
        self._prefix = prefix

    def check(self, value: object, schema: Mapping[str, Any], path: tuple[str, ...] = ()) -> None:
        """Raises `ConfigError` at the first thing that does not fit."""
        if "enum" in schema:
            self._check_enum(value, schema["enum"], path)
        kinds = schema.get("type", ())
        kinds = [kinds] if isinstance(kinds, str) else list(kinds)
        if schema.get("format") == "date" and isinstance(value, date):
            return
        if kinds and not any(_is(value, kind) for kind in kinds):
            wanted = " or ".join(_WORDS[kind] for kind in kinds)
            raise self._error(f"{_named(path)} must be {wanted}, not {_shown(value)}", path)
        if isinstance(value, dict):
            self._check_table(value, schema, path)
        elif isinstance(value, list) and "items" in schema:
            for index, item in enumerate(value):
                self.check(item, schema["items"], (*path, str(index)))

    def _check_enum(self, value: object, allowed: Sequence[str], path: tuple[str, ...]) -> None:
        if value not in allowed:
            close = get_close_matches(str(value), allowed, n=1)
            hint = f"did you mean {close[0]!r}?" if close else None
            raise self._error(f"{_named(path)} must be one of {', '.join(allowed)}, not {_shown(value)}", path, hint)

    def _check_table(self, value: Mapping[str, object], schema: Mapping[str, Any], path: tuple[str, ...]) -> None:
        known: Mapping[str, Any] = schema.get("properties", {})
        further = schema.get("additionalProperties", True)
        for key, item in value.items():
            if key in known:
                self.check(item, known[key], (*path, key))
            elif further is False:
                close = get_close_matches(key.replace("-", "_"), known, n=1)
                hint = f"did you mean {close[0]!r}?" if close else f"known here: {', '.join(sorted(known))}"
                raise self._error(f"unknown key {_named((*path, key))}", (*path, key), hint)
            elif isinstance(further, Mapping):
                self.check(item, further, (*path, key))
        if len(value) < schema.get("minProperties", 0):
            raise self._error(
                f"{_named(path)} says nothing", path, f"known here: {', '.join(sorted(known))}" if known else None
            )
        for name in schema.get("required", ()):
            if name not in value:
                raise self._error(f"{_named(path)} lacks {name!r}", path)

    def _error(self, message: str, path: tuple[str, ...], hint: str | None = None) -> ConfigError:
        line = self._places.line((*self._prefix, *path)) if path else None
        where = Span(self._shown_as, line, 1, line, 2) if line else self._shown_as
        return ConfigError(message, where=where, help=hint)


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))


def _is(value: object, kind: str) -> bool:
    match kind:
        case "string":
            return isinstance(value, str)
        case "boolean":
            return isinstance(value, bool)
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "number":
            return isinstance(value, (int, float)) and not isinstance(value, bool)
        case "array":
            return isinstance(value, list)
        case _:
            return isinstance(value, dict)


def _named(path: tuple[str, ...]) -> str:
    """A path as TOML writes it, list positions in brackets and counted from 1."""
    text = ""
    for part in path:
        text += f"[{int(part) + 1}]" if part.isdigit() else f".{part}" if text else part
    return text or "the config"


def _shown(value: object) -> str:
    match value:
        case dict():
            return "a table"
        case list():
            return "a list"
        case bool():
            return str(value).lower()
        case _:
            return repr(value)
