"""The build hook of the wheel: validates every rule and takes walint's data into the wheel.

What lies at the top of a checkout (`rules/`, `reports/templates/`, `examples/`) is found under `walint/_data/` in an
installed wheel; `walint.installation` knows both places. Beside it goes what was compiled from rules and facts, so that
no user pays for that. A wheel with a broken rule cannot be built. An editable install takes nothing: it reads the
checkout.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDERS = ("examples", "rules", "reports/templates")


class DataHook(BuildHookInterface[Any]):
    """Adds `walint/_data` to the wheel by hatchling's force-include."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before the wheel is put together; `version` is "standard" or "editable"."""
        if version == "editable":
            return
        for folder in FOLDERS:
            build_data["force_include"][str(Path(self.root) / folder)] = f"walint/_data/{folder}"
        self._scratch = tempfile.TemporaryDirectory(prefix="walint-compiled-")
        _compile(Path(self.root), Path(self._scratch.name))
        build_data["force_include"][self._scratch.name] = "walint/_data/compiled"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Called by hatchling when the wheel is written."""
        if version != "editable":
            self._scratch.cleanup()


def _compile(root: Path, target: Path) -> None:
    """Writes the compiled rules and facts; a mistake in a rule stops the build with its file and line."""
    sys.path.insert(0, str(root / "src"))
    try:
        from walint.catalog.compiled import compile_all
        from walint.language.catalogue import register_shipped

        register_shipped()
        compile_all(target)
    finally:
        sys.path.pop(0)
