"""Records as columns, each word once, and packed when they are many: 50,000 findings are a file of about 2 MB.

A column is {"words": [...]} with a word for each record, or {"words": [...], "at": [...]} with the distinct words and
for each record the number of its word. A record that has nothing to say there has null.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

_MOST_PLAIN = 200_000
"""Characters of data that stay readable in the page. More is packed; a browser that cannot unpack shows the worst."""
_LEVEL = 6
_ESCAPES = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}
"""What could end the data block or a script line, as JSON escapes."""


def columns_of(records: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """A column for each key that any of the records has."""
    names = dict.fromkeys(name for record in records for name in record)
    return {name: _column([record.get(name) for record in records]) for name in names}


def _column(cells: Sequence[Any]) -> dict[str, Any]:
    numbers: dict[Any, int] = {}
    words: list[Any] = []
    at: list[int] = []
    for cell in cells:
        key = cell if cell is None or isinstance(cell, str) else json.dumps(cell)
        number = numbers.setdefault(key, len(words))
        if number == len(words):
            words.append(cell)
        at.append(number)
    return {"words": list(cells)} if len(words) == len(cells) else {"words": words, "at": at}


def packed(data: Mapping[str, Any], most_plain: int = _MOST_PLAIN) -> tuple[str, str]:
    """The form of the data block and its text: "plain" JSON, or "deflate", zlib in base64.

    The zlib format, unlike gzip's, has no time and no name of a system in its header: the same data give the same text.
    Neither text can end the block that it stands in.
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    if len(text) <= most_plain:
        return "plain", text.translate(_ESCAPES)
    return "deflate", base64.b64encode(zlib.compress(text.encode("utf-8", "surrogatepass"), _LEVEL)).decode()
