"""Where walint's own data lies: beside the sources in a checkout, inside the package when installed from a wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def data_directory(name: str) -> Path:
    """The folder of rules ("rules") or of report templates ("reports/templates"), in a checkout or a wheel alike.

    The wheel carries them under `walint/_data/` (hatchling's force-include, see pyproject.toml).
    """
    packaged = _PACKAGE / "_data" / name
    if packaged.is_dir():
        return packaged
    return _PACKAGE.parent.parent / name
