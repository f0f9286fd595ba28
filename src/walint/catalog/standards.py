"""The written operations standards that walint's rules were made for, statement by statement."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from walint.catalog.compiled import JsonValue, compiled, read_yaml, register
from walint.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

_FILE: Final = Path(__file__).resolve().parent / "data" / "standards.yaml"


class Standard(NamedTuple):
    """A standard: "S0", its title, and what it is about."""

    id: str
    title: str
    about: str


class Statement(NamedTuple):
    """What a standard demands: "S0.4", its text in our words, and the ids of the rules that check it.

    `partly` is the part that no configuration shows, `unchecked` the reason why no rule checks it; both may be empty.
    """

    id: str
    text: str
    rules: tuple[str, ...]
    partly: str
    unchecked: str

    @property
    def standard(self) -> str:
        """The id of its standard: S0 of S0.4."""
        return self.id.partition(".")[0]


@cache
def standards() -> tuple[Standard, ...]:
    """Every standard, in the order of their ids."""
    return tuple(Standard(name, entry["title"], entry["about"]) for name, entry in _table()["standards"].items())


@cache
def statements() -> tuple[Statement, ...]:
    """Every statement of every standard, in their order."""
    return tuple(
        Statement(
            name, entry["text"], tuple(entry.get("rules", ())), entry.get("partly", ""), entry.get("unchecked", "")
        )
        for name, entry in _table()["statements"].items()
    )


def statements_of(rule_id: str) -> tuple[Statement, ...]:
    """The statements that a rule checks."""
    return tuple(one for one in statements() if rule_id in one.rules)


@cache
def _table() -> Mapping[str, Any]:
    found: Mapping[str, Any] = compiled(*_DATA)
    return found


def _build() -> JsonValue:
    written = read_yaml(_FILE)
    return {"standards": written["standards"], "statements": written["statements"]}


_DATA: Final = register("standards", [_FILE], _build)
