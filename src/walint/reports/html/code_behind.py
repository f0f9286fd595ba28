"""Coverage by code, and declared versus live, as the HTML report prints them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from walint.reports.code import difference_words, managed_words
from walint.reports.html.code import shown
from walint.reports.wording import written

if TYPE_CHECKING:
    from walint.findings.result import Result

_MOST_ROWS = 200
"""Rows of a table; the JSON report lists them all."""


def code_behind(result: Result) -> dict[str, Any]:
    """What the template prints; nothing of it for a result that does not know the code."""
    code = result.code
    if code is None:
        return {"code_known": False}
    differences = code.differences or ()
    words = managed_words(code)
    return {
        "code_known": True,
        "code_words": shown(words[:1].upper() + words[1:] + "."),
        "code_rows": [
            {
                "type": shown(row.type),
                "numbers": [
                    f"{number:,}" if number else ""
                    for number in (row.resources, row.stack, row.state, row.unmanaged, row.unknown, row.traced)
                ],
            }
            for row in code.coverage[:_MOST_ROWS]
        ],
        "code_more": max(len(code.coverage) - _MOST_ROWS, 0),
        "compared": code.differences is not None,
        "differences": [
            {
                "rule": shown(one.rule_id),
                "severity": one.severity,
                "resource": shown(one.resource.address),
                "place": shown(written(one.location)) if one.location else "",
                "words": difference_words(one),
            }
            for one in differences[:_MOST_ROWS]
        ],
        "differences_more": max(len(differences) - _MOST_ROWS, 0),
    }
