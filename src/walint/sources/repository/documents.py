"""Documents as resources: title, headings, sections, fields, dates and what they say of recovery."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from walint.model.span import Span
from walint.model.value import Known, Value
from walint.patterns import lazy
from walint.sources.repository import objectives
from walint.sources.repository.facts import LazyFacts, line_span, record, text
from walint.sources.repository.forms import outline_of_form
from walint.sources.repository.markup import outline_of
from walint.sources.repository.outline import Outline, Section
from walint.sources.repository.trees import Tree
from walint.sources.repository.words import dates_in, review_days

LATER = (
    "Title", "Headings", "Labels", "Sections", "Fields", "Dates", "Steps", "Status", "ReviewCycleDays", "RpoMinutes",
    "RtoMinutes", "Drills",
)  # fmt: skip
_TEMPLATE = lazy(r"template|modelo|\b0+-", 2)
_CONTACT = lazy(
    r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}\.\w|\+\d[\d ().-]{6,}|(?<![\w/])[@#][a-z][\w-]+|"
    r"\b(?:engineers?|leads?|managers?|owners?|on-?call|teams?|directors?|head of|cto|sre|primary|secondary|pager\w*|"
    r"opsgenie|slack|plantão|plantonistas?|gerentes?|líder(?:es)?|equipes?|time|diretor(?:a|es)?|responsáve(?:l|is)|"
    r"engenheir[oa]s?|coordenador(?:a|es)?)\b",
    2,
)
_REVIEW_KEYS = (
    "review cycle", "review in", "review every", "review frequency", "review period", "review interval", "review",
    "reviewed", "cycle", "ciclo de revisão", "revisão",
)  # fmt: skip


_STATUS = ("status", "estado", "situação")


def document_facts(
    path: str, shown: str, read: Callable[[], bytes | None], owner: Callable[[], str | None] = lambda: None
) -> Known:
    """A document's properties; it is read and parsed when a rule asks for more than its path.

    `owner` gives who owns the file by the repository's CODEOWNERS.
    """
    span = line_span(shown, 1)
    known: dict[str, Value] = {"Path": text(path, span), "Template": text(_is_template(path), span)}

    def build() -> dict[str, Value]:
        data = read()
        if data is None:
            return {}
        outline = outline_of(data.decode("utf-8-sig", "replace"), path)
        found = {name: value for name, value in _properties(outline, path, shown) if value is not None}
        owned_by = owner()
        return {**found, "CodeOwner": text(owned_by, span)} if owned_by else found

    return Known(LazyFacts(known, (*LATER, "CodeOwner"), build), span)


def form_facts(path: str, shown: str, read: Callable[[], Tree | None]) -> Known:
    """The same for an issue form of GitHub's."""
    span = line_span(shown, 1)
    known: dict[str, Value] = {"Path": text(path, span), "Template": text(data=True, span=span)}

    def build() -> dict[str, Value]:
        tree = read()
        if tree is None:
            return {}
        outline = outline_of_form(tree)
        return {name: value for name, value in _properties(outline, path, shown) if value is not None}

    return Known(LazyFacts(known, LATER, build), span)


def _is_template(path: str) -> bool:
    return _TEMPLATE.search(path.rpartition("/")[2]) is not None


def _properties(outline: Outline, path: str, shown: str) -> Iterator[tuple[str, Value | None]]:
    span = line_span(shown, 1)
    title = outline.title
    if title is not None:
        yield "Title", text(title.text, line_span(shown, title.line))
    yield (
        "Headings",
        Known(
            tuple(
                record(line_span(shown, one.line, len(one.text) + one.level + 2), Text=one.text, Level=one.level)
                for one in outline.headings
            ),
            span,
        ),
    )
    labels = (record(line_span(shown, line), Text=name) for name, line in outline.labels)
    yield "Labels", Known(tuple(labels), span)
    yield "Sections", Known(tuple(_sections(outline, shown)), span)
    yield "Steps", text(sum(part.items + part.code for part in outline.sections), span)
    fields = {name: text(value, line_span(shown, line)) for name, (value, line) in outline.fields.items()}
    yield "Fields", Known(fields, span)
    dates = {
        name: text(found[0].isoformat(), line_span(shown, line))
        for name, (value, line) in outline.fields.items()
        if (found := dates_in(value))
    }
    yield "Dates", Known(dates, span)
    yield "Status", _status(outline, shown)
    cycle = next((days for key in _REVIEW_KEYS if (days := review_days(outline.fields.get(key, ("", 0))[0]))), None)
    yield "ReviewCycleDays", text(cycle, span) if cycle else None
    for name, stated in (
        ("RpoMinutes", objectives.recovery_point(outline)),
        ("RtoMinutes", objectives.recovery_time(outline)),
    ):
        yield name, text(_whole(stated.minutes), line_span(shown, stated.line)) if stated else None
    drilled = objectives.drills(outline, path)
    yield "Drills", Known(tuple(text(when.isoformat(), line_span(shown, line)) for when, line in drilled), span)


def _whole(minutes: float) -> int | float:
    return round(minutes) if minutes == round(minutes) else round(minutes, 2)


def _sections(outline: Outline, shown: str) -> Iterator[Value]:
    for index, section in enumerate(outline.sections):
        if section.heading is None:
            continue
        parts = outline.below(index)
        span: Span = line_span(shown, section.heading.line)
        yield record(
            span,
            Heading=section.heading.text,
            Level=section.heading.level,
            Entries=_entries(parts),
            Contact=any(_CONTACT.search(line) for part in parts for _, line in _lines(part)),
        )


def _lines(part: Section) -> list[tuple[int, str]]:
    return [*([(part.heading.line, part.heading.text)] if part.heading else []), *part.lines]


def _entries(parts: list[Section]) -> int:
    """How many things a section lists: items, rows of a table without its head, or sections below it."""
    listed = sum(part.items + max(len(part.rows) - 1, 0) for part in parts)
    return max(listed, len(parts) - 1)


def _status(outline: Outline, shown: str) -> Value | None:
    """The status of a decision: a field, or the first line below a heading of that name; what stands first counts."""
    found = [(line, value) for name in _STATUS if name in outline.fields for value, line in (outline.fields[name],)]
    for section in outline.sections:
        if section.heading is not None and section.heading.text.strip(" :").lower() in _STATUS and section.lines:
            number, words = section.lines[0]
            found.append((number, words.strip(" *_`-.>")))
    if not found:
        return None
    line, value = min(found)
    return text(value, line_span(shown, line))
