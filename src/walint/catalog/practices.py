"""The questions and best practices of the AWS Well-Architected Framework, which rules and reports refer to."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from walint.catalog.compiled import JsonValue, compiled, read_yaml, register
from walint.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

_FILE: Final = Path(__file__).resolve().parent / "data" / "practices.yaml"
_PAGES: Final = "https://docs.aws.amazon.com/wellarchitected/latest/framework"


class Question(NamedTuple):
    """A question of the framework: "OPS08", its title and pillar, and the ids of its practices in order."""

    id: str
    title: str
    pillar: str
    practices: tuple[str, ...]

    @property
    def url(self) -> str:
        """AWS's page of the question, which lists its practices."""
        head = self.id.rstrip("0123456789")
        return f"{_PAGES}/{head.lower()}-{self.id[len(head) :]}.html"


class Practice(NamedTuple):
    """A best practice: "OPS08-BP02", its title, the question it answers ("OPS08") and the pillar's name."""

    id: str
    title: str
    question: str
    pillar: str

    @property
    def url(self) -> str:
        """AWS's page of the question that the practice answers."""
        found = question(self.question)
        return found.url if found else _PAGES


@cache
def practice(practice_id: str) -> Practice | None:
    """A practice by its id; None when AWS has none of this id."""
    asked, dash, number = practice_id.partition("-BP")
    found = question(asked)
    if found is None or not dash or practice_id not in found.practices:
        return None
    title = _table()["questions"][asked]["practices"][int(number) - 1]
    return Practice(practice_id, title, asked, found.pillar)


@cache
def question(question_id: str) -> Question | None:
    """A question by its id; None when AWS has none of this id."""
    entry = _table()["questions"].get(question_id)
    if entry is None:
        return None
    ids = tuple(f"{question_id}-BP{number:02}" for number in range(1, len(entry["practices"]) + 1))
    pillar = _table()["pillars"][question_id.rstrip("0123456789")]
    return Question(question_id, entry["title"], pillar, ids)


@cache
def questions(pillar: str | None = None) -> tuple[Question, ...]:
    """Every question in the framework's order; only those of a pillar ("Operational excellence") when it is given."""
    found = (question(name) for name in _table()["questions"])
    return tuple(one for one in found if one is not None and pillar in {None, one.pillar})


def practices() -> tuple[Practice, ...]:
    """Every practice, in the framework's order."""
    found = (practice(name) for one in questions() for name in one.practices)
    return tuple(one for one in found if one is not None)


def pillars() -> Mapping[str, str]:
    """The pillars: prefix of their ids -> name, operational excellence first."""
    found: Mapping[str, str] = _table()["pillars"]
    return found


@cache
def _table() -> Mapping[str, Any]:
    found: Mapping[str, Any] = compiled(*_DATA)
    return found


def _build() -> JsonValue:
    written = read_yaml(_FILE)
    return {"pillars": written["pillars"], "questions": written["questions"]}


_DATA: Final = register("practices", [_FILE], _build)
