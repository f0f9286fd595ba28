"""Regular expressions that are compiled when they are first used.

A start pays for each expression that a module compiles when it is imported, and most runs need few of them. Modules on
the hot path write `lazy(...)` where they would write `re.compile(...)`.
"""

from __future__ import annotations

import re
from typing import Any, cast


class _Lazy:
    """Stands for a compiled expression, and becomes it: the methods of the real one replace this look-up."""

    def __init__(self, source: str, flags: int) -> None:
        self._source = source
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(self._source, self._flags)
        method = getattr(compiled, name)
        setattr(self, name, method)
        return method


def lazy(source: str, flags: int = 0) -> re.Pattern[str]:
    """The expression, uncompiled. A mistake in it shows at its first use."""
    return cast("re.Pattern[str]", _Lazy(source, flags))
