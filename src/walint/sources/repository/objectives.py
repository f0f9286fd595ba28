"""What a document says of recovery: how much may be lost, how long it may take, and when it was last practised."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from walint.patterns import lazy
from walint.records import NamedTuple
from walint.sources.repository.outline import Outline
from walint.sources.repository.words import dates_in, minutes_in

_POINT = lazy(r"\brpo\b|recovery point objective|objetivo de ponto de recuperação", 2)
_TIME = lazy(r"\brto\b|recovery time objective|objetivo de tempo de recuperação", 2)
_DRILL = lazy(
    r"\b(?:drills?|exercises?|game ?days?|restore tests?|recovery tests?|restoration tests?|failover tests?|"
    r"simulaç(?:ão|ões)|simulados?|exercícios?|testes? de (?:recuperação|restauração))\b",
    2,
)
_PLANNED = lazy(r"\b(?:next|planned|scheduled|próxim[oa]|planejad[oa]|agendad[oa])\b", 2)
_REACH = 80


class Stated(NamedTuple):
    """A span of time that a document states, in minutes, and the line it stands on."""

    minutes: float
    line: int


def recovery_point(outline: Outline) -> Stated | None:
    """The largest RPO that a document states."""
    return max(_stated(outline, _POINT.search, _TIME.search), default=None, key=lambda one: one.minutes)


def recovery_time(outline: Outline) -> Stated | None:
    """The largest RTO that a document states."""
    return max(_stated(outline, _TIME.search, _POINT.search), default=None, key=lambda one: one.minutes)


def _stated(outline: Outline, wanted: object, other: object) -> Iterator[Stated]:
    for section in outline.sections:
        column = None
        for number, line in section.lines:
            cells = line.strip().strip("|").split("|") if line.count("|") > 1 else []
            if cells:
                if column is not None and column < len(cells) and not wanted(line):  # type: ignore[operator]
                    yield from (Stated(minutes, number) for minutes in minutes_in(cells[column])[:1])
                named = [index for index, cell in enumerate(cells) if wanted(cell)]  # type: ignore[operator]
                if named and not minutes_in(line):
                    column = named[0]
                    continue
            else:
                column = None
            found = _on_line(line, wanted, other)
            if found is not None:
                yield Stated(found, number)
        if section.heading is not None and wanted(section.heading.text):  # type: ignore[operator]
            for number, line in [(section.heading.line, section.heading.text), *section.lines[:3]]:
                spans = minutes_in(line)
                if spans and not other(line):  # type: ignore[operator]
                    yield Stated(spans[0], number)
                    break


def _on_line(line: str, wanted: object, other: object) -> float | None:
    """The span of time that follows a word on a line: in "RPO/RTO: 1 h / 4 h" the second belongs to RTO."""
    mine = wanted(line)  # type: ignore[operator]
    if mine is None:
        return None
    theirs = other(line)  # type: ignore[operator]
    rest = line[mine.end() : mine.end() + _REACH]
    if theirs is None:
        spans = minutes_in(rest)
        return spans[0] if spans else None
    first, second = sorted((mine, theirs), key=lambda found: int(found.start()))
    between = minutes_in(line[first.end() : second.start()])
    after = minutes_in(line[second.end() :])
    if mine is first:
        return between[0] if between else after[0] if after else None
    return after[0] if between and after else after[1] if len(after) > 1 else after[0] if after else None


def drills(outline: Outline, path: str) -> list[tuple[date, int]]:
    """The dates of recovery drills that a document records, each with its line; planned ones are none."""
    name = path.replace("-", " ").replace("_", " ")
    about = _DRILL.search(name) is not None or (
        outline.title is not None and _DRILL.search(outline.title.text) is not None
    )
    found = [(when, 1) for when in dates_in(path.rpartition("/")[2])] if about else []
    for index, section in enumerate(outline.sections):
        whole = about or (section.heading is not None and _DRILL.search(section.heading.text) is not None)
        if not whole:
            found += [
                (when, number)
                for number, line in section.lines
                if _DRILL.search(line) and not _PLANNED.search(line)
                for when in dates_in(line)
            ]
            continue
        for part in outline.below(index):
            head = [(part.heading.line, part.heading.text)] if part.heading is not None else []
            lines = [*head, *part.lines]
            found += [(when, at) for at, line in lines if not _PLANNED.search(line) for when in dates_in(line)]
    return list(dict.fromkeys(found))
