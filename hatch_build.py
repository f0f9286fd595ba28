"""The build hook of the wheel: validates every rule and adds the compiled rules and facts to the wheel.

A wheel with a broken rule cannot be built. An editable install skips this: a checkout compiles on demand.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileHook(BuildHookInterface[Any]):
    """Compiles rules and catalogue data into a folder of its own, which the wheel takes as `walint/_data/compiled`."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before the wheel is put together; `version` is "standard" or "editable"."""
        if version == "editable":
            return
        self._folder = tempfile.TemporaryDirectory(prefix="walint-compiled-")
        target = Path(self._folder.name)
        sys.path.insert(0, str(Path(self.root) / "src"))
        try:
            from walint.catalog.compiled import compile_all
            from walint.language.catalogue import register_shipped

            register_shipped()
            compile_all(target)
        finally:
            sys.path.pop(0)
        build_data["force_include"][str(target)] = "walint/_data/compiled"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Called by hatchling when the wheel is written."""
        if version != "editable":
            self._folder.cleanup()
