"""The base of every error that walint raises on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from walint.model.span import Span


class WalintError(Exception):
    """An error that a user can mend: what is wrong, where, and what to do about it."""

    def __init__(self, message: str, *, where: Span | str | None = None, help: str | None = None) -> None:  # noqa: A002
        """`where` is a span, or the name of what holds the mistake (a file, an option)."""
        super().__init__(message)
        self.message = message
        self.where = where
        self.help = help
