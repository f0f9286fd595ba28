"""Turns inputs into a graph: one sub-package for each kind of source."""

from __future__ import annotations

from walint.sources.scan import load
from walint.sources.settings import SourceSettings

__all__ = ["SourceSettings", "load"]
