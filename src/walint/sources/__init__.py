"""Turns inputs into a graph: one sub-package for each kind of source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from walint.sources.scan import load
    from walint.sources.settings import SourceSettings

__all__ = ["SourceSettings", "load"]


def __getattr__(name: str) -> Any:
    """What the package offers, imported when it is asked for: a hook that has nothing to judge needs none of it."""
    if name == "load":
        from walint.sources.scan import load

        return load
    if name == "SourceSettings":
        from walint.sources.settings import SourceSettings

        return SourceSettings
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
