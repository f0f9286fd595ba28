"""What every test word is made of: a test asks one settled value and answers True, False, or why it cannot be told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from walint.language.explain import found, reference
from walint.language.scope import Scope
from walint.language.truth import Answer, Judgement
from walint.model.value import Absent, Alternatives, Reference, Text, Unknown, Value
from walint.records import NamedTuple, dataclass

Argument: TypeAlias = object
Ask: TypeAlias = Callable[[Value, Scope], Answer]


@dataclass(frozen=True, slots=True)
class Test:
    """A compiled operator: what it expects, in words, and the question it asks of a value."""

    __test__ = False  # not a test case of pytest's

    expected: str
    ask: Ask
    in_force: bool = True
    judge: Callable[[Value, Scope], Judgement] | None = None
    """Asked instead of `ask` by an operator that words its own facts."""
    detail: Callable[[Value], str] | None = None
    """What a message adds to the value that was found."""
    words: Callable[[Value], str] = found
    """How a message says the value that was found."""
    about: str = ""
    """Another property that `expected` names: a message calls it as the user does."""


class Operator(NamedTuple):
    """A word of the language: how it is documented, which argument it takes and how it is built.

    `argument` is one of "scalar", "number", "text", "list", "true", "test", "above", "fields",
    "days", "keyed", "tags", "times", "zones", "topics", "sections", "stages", "dated", "metrics".
    """

    name: str
    argument: str
    doc: str
    build: Callable[[Argument], Test]


def why_open(value: Value) -> str:
    """Why a value that is not known cannot be compared."""
    match value:
        case Unknown(reason):
            return reason
        case Reference(written=None):
            return f"it is what AWS makes of {reference(value)}"
        case Reference():
            return f"{reference(value)} is known after apply"
        case Text(pieces):
            return next((why_open(piece) for piece in pieces if not isinstance(piece, str)), "it is only partly known")
        case Alternatives():
            return "it depends on a condition"
        case _:
            return "it is not a plain value"


def any_of(answers: Iterable[Answer]) -> Answer:
    """True if one answer is, else a reason if there is one, else False."""
    reason: Answer = False
    for answer in answers:
        if answer is True:
            return True
        if answer is not False:
            reason = answer
    return reason


def all_of(answers: Iterable[Answer]) -> Answer:
    """False if one answer is, else a reason if there is one, else True."""
    reason: Answer = True
    for answer in answers:
        if answer is False:
            return False
        if answer is not True:
            reason = answer
    return reason


def negated(ask: Ask) -> Ask:
    """The opposite question; what cannot be told stays so."""

    def opposite(value: Value, scope: Scope) -> Answer:
        answer = ask(value, scope)
        return not answer if isinstance(answer, bool) else answer

    return opposite


def listed(argument: Argument) -> Sequence[object]:
    """An argument as a list: rules may write one item without brackets."""
    return argument if isinstance(argument, (list, tuple)) else (argument,)


def number_of(data: object) -> float | None:
    """The number that a value is or spells; None when it is none."""
    if isinstance(data, bool) or data is None:
        return None
    try:
        return float(data)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None


def present(value: Value, _scope: Scope) -> Answer:
    """Whether a value is set."""
    match value:
        case Absent():
            return False
        case Unknown(reason, surely_set=surely_set):
            return True if surely_set else reason
        case _:
            return True


PRESENT = Test("a value", present, in_force=False)
ABSENT = Test("nothing", negated(present), in_force=False)
