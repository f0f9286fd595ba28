"""`csvdecode`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from walint.sources.terraform.scope import Scope
from walint.sources.terraform.values import EvaluationError, ListOf, TerraformValue


def _csvdecode(scope: Scope, text: str) -> TerraformValue:
    """A list of objects: the first row names the attributes, and every value is text."""
    import csv

    scope.budget.text(len(text))
    lines = (line for line in text.splitlines(keepends=True) if line.strip("\r\n"))
    try:
        rows = list(csv.reader(lines, strict=True))
    except csv.Error as error:
        raise EvaluationError(f"this is not CSV: {error}") from None
    if not rows:
        raise EvaluationError("csvdecode finds no row of names")
    names = rows[0]
    if len(set(names)) < len(names):
        raise EvaluationError("csvdecode finds two columns of one name")
    if any(len(row) != len(names) for row in rows):
        raise EvaluationError("csvdecode finds a row that is longer or shorter than the row of names")
    scope.budget.elements(len(rows))
    ordered = sorted(names)
    return ListOf({name: row[names.index(name)] for name in ordered} for row in rows[1:])


FUNCTIONS: Final[dict[str, Callable[..., TerraformValue]]] = {"csvdecode": _csvdecode}
