"""On which line of a plan a resource stands, for plans without the configuration they were made from."""

from __future__ import annotations

import json
from collections.abc import Mapping

from walint.model.span import Span
from walint.patterns import lazy
from walint.sources.terraform.plan.document import without_keys

_ADDRESS = lazy(r'"address" ?: ?("(?:[^"\\]|\\.)*")')
_SECTIONS = ('"resource_changes"', '"planned_values"', '"values"')


class Lines:
    """The lines of a plan that is written on several; all of a plan on one line is at its beginning."""

    def __init__(self, text: str, path: str) -> None:
        self._path = path
        self._spans = _spans(text, path) if "\n" in text.strip() else {}

    def of(self, address: str) -> Span:
        """The place of a resource's address: the same one for all instances of a block."""
        return self._spans.get(without_keys(address)) or Span(self._path, 1, 1, 1, 2)


def _spans(text: str, path: str) -> Mapping[str, Span]:
    """The first mention of every block among the resources. One pass over the text."""
    start = next((at for section in _SECTIONS if (at := text.find(section)) >= 0), 0)
    found: dict[str, Span] = {}
    line, counted = text.count("\n", 0, start) + 1, start
    for match in _ADDRESS.finditer(text, start):
        written = match.group(1)
        address = without_keys(_unquoted(written))
        if address in found:
            continue
        line += text.count("\n", counted, match.start())
        counted = match.start()
        column = match.start() - text.rfind("\n", 0, match.start())
        found[address] = Span(path, line, column, line, column + match.end() - match.start())
    return found


def _unquoted(written: str) -> str:
    try:
        return str(json.loads(written, strict=False))
    except ValueError:
        return written[1:-1]
