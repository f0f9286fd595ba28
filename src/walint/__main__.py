"""`python -m walint` is `walint`."""

from __future__ import annotations

from walint.cli import entry_point

if __name__ == "__main__":
    entry_point()
