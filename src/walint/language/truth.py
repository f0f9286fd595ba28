"""Three-valued judgements: holds, does not hold (with the facts), or undecided (with the reasons)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from walint.model.span import Span
from walint.records import NamedTuple

Answer: TypeAlias = bool | str
"""True, False, or in words why it cannot be told."""


class Related(NamedTuple):
    """Another place that a fact rests on."""

    span: Span
    message: str


class Fact(NamedTuple):
    """Why a condition does not hold.

    path      the CloudFormation path that was asked for, "" when the fact is about the resource as a whole
    property  the same in the user's dialect
    expected  in words: "Active", "at least 30", "an alarm on Errors that watches this function"
    found     in words: "PassThrough (AWS default)", "nothing", "7"
    span      the place to blame: the value, or where the missing one would be added
    """

    path: str
    property: str
    expected: str
    found: str
    span: Span | None = None
    related: tuple[Related, ...] = ()


class Judgement(NamedTuple):
    """Whether a condition holds: True, False (then `facts` say why) or None (then `reasons` say why it is open).

    `span` is the place of the value that leaves it open, where there is one.
    """

    truth: bool | None
    facts: tuple[Fact, ...] = ()
    reasons: tuple[str, ...] = ()
    span: Span | None = None


HOLDS = Judgement(truth=True)
FAILS = Judgement(truth=False)


def undecided(*reasons: str, span: Span | None = None) -> Judgement:
    """An open judgement with its reasons."""
    return Judgement(None, (), tuple(dict.fromkeys(reasons)) if len(reasons) > 1 else reasons, span)


def _open(judgements: Iterable[Judgement]) -> Judgement:
    """One open judgement with the reasons of several, at the place of the first that has one."""
    opened = [judgement for judgement in judgements if judgement.truth is None]
    if len(opened) == 1 and not opened[0].facts:
        return opened[0]
    reasons = [reason for judgement in opened for reason in judgement.reasons]
    span = next((judgement.span for judgement in opened if judgement.span is not None), None)
    return undecided(*reasons, span=span)


def conjunction(judgements: Iterable[Judgement]) -> Judgement:
    """Kleene's *and*: false as soon as one is false (with the facts of all that are), else open if one is open."""
    facts: list[Fact] = []
    opened: list[Judgement] = []
    failed = False
    for judgement in judgements:
        if judgement.truth is False:
            failed = True
            facts += judgement.facts
        elif judgement.truth is None:
            opened.append(judgement)
    if failed:
        return Judgement(truth=False, facts=tuple(facts))
    return _open(opened) if opened else HOLDS


def disjunction(judgements: Iterable[Judgement]) -> Judgement:
    """Kleene's *or*: the facts of the first false one stand for all, for it is what the rule's author put first."""
    first: Judgement | None = None
    opened: list[Judgement] = []
    for judgement in judgements:
        if judgement.truth is True:
            return HOLDS
        if judgement.truth is None:
            opened.append(judgement)
        elif first is None:
            first = judgement
    return _open(opened) if opened else first or FAILS


def same_in_all(judgements: list[Judgement]) -> Judgement:
    """The judgement of a value with several possibilities: decided only if every possibility decides alike."""
    truths = {judgement.truth for judgement in judgements}
    if truths == {True}:
        return HOLDS
    if truths == {False}:
        return judgements[0]
    return _open(judgements)
