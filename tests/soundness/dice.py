"""The choices that make up one random case, drawn from Hypothesis one small number at a time, so that cases shrink."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from hypothesis import strategies as st

T = TypeVar("T")
_UP_TO = {most: st.integers(0, most) for most in (*range(1, 64), 99)}


class Dice:
    """Throws that Hypothesis decides. The first option, and "no", are the simplest: shrinking tends towards them."""

    def __init__(self, draw: st.DrawFn) -> None:
        """`draw` is that of a composite strategy."""
        self._draw = draw

    def up_to(self, most: int) -> int:
        """A number from 0 to `most`."""
        return self._draw(_UP_TO[most]) if most else 0

    def pick(self, options: Sequence[T]) -> T:
        """One of the options."""
        return options[self.up_to(len(options) - 1)]

    def chance(self, percent: int) -> bool:
        """Yes, in so many of a hundred cases."""
        return percent > 0 and self.up_to(99) >= 100 - percent

    def some_of(self, items: Sequence[T]) -> list[T]:
        """Each item with an even chance."""
        return [item for item in items if not self.chance(50)]
