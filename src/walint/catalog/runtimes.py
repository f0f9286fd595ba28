"""The life of Lambda runtimes, from cfn-lint's data (tools/build_catalog.py)."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_FILE: Final = Path(__file__).resolve().parent / "data" / "lambda_runtimes.json"


def is_known(runtime: str) -> bool:
    """Whether AWS has, or had, a runtime of this name."""
    return runtime in _dates()


def deprecation_date(runtime: str) -> date | None:
    """The day from which AWS no longer patches the runtime; None for one without a date, or of no known name."""
    written = _dates().get(runtime)
    return None if written is None else date.fromisoformat(written)


def runtime_names() -> tuple[str, ...]:
    """Every runtime there is or was, sorted."""
    return tuple(sorted(_dates()))


@cache
def _dates() -> Mapping[str, str | None]:
    found: Mapping[str, str | None] = json.loads(_FILE.read_text(encoding="utf-8"))["deprecated"]
    return found
