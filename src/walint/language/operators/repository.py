"""Test words for what a repository holds besides infrastructure: documents and their topics, dates, pipelines, APIs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from fnmatch import fnmatchcase
from typing import Any

from walint.language.explain import one_of, some_of
from walint.language.operators.asking import (
    Argument,
    Ask,
    Test,
    all_of,
    any_of,
    listed,
    number_of,
    present,
    why_open,
)
from walint.language.scope import Scope
from walint.language.truth import HOLDS, Answer, Fact, Judgement, undecided
from walint.model.jsontext import from_json
from walint.model.span import Span
from walint.model.value import Absent, Known, Text, Value
from walint.patterns import lazy

_SEPARATORS = lazy(r"[\s_/.-]+")
_DOCUMENT_PATH = lazy(r"(?<![\w:/.-])(?:\./)?((?:[\w.-]+/)*[\w.-]+\.(?:md|markdown|adoc|asciidoc|rst))\b", 2)


def _normal(text: str) -> str:
    """A text in small letters, with one space for whatever separates words."""
    return _SEPARATORS.sub(" ", text.lower()).strip()


def _speaks_of(text: str, words: Iterable[object]) -> bool:
    """Whether one of the words, or the beginning of a longer one, stands in a text."""
    whole = f" {_normal(text)}"
    return any(f" {_normal(str(word))}" in whole for word in words)


def _and(names: Sequence[str]) -> str:
    return one_of(names).replace(" or ", " and ")


def _members(value: Value, name: str) -> list[tuple[str, Span | None]]:
    """The texts at a key of the maps in a list."""
    found = []
    for item in _items(value):
        match item:
            case Known(Mapping() as data):
                member = data.get(name)
                if isinstance(member, Known) and isinstance(member.data, str):
                    found.append((member.data, member.span))
    return found


def _items(value: Value) -> Sequence[Value]:
    if isinstance(value, Known) and isinstance(value.data, Sequence) and not isinstance(value.data, str):
        return value.data
    return ()


def _rest(value: Value) -> str | None:
    """Why a list may hold more than is seen."""
    match value:
        case Known(rest=rest):
            return rest.reason if rest is not None else None
        case Absent():
            return None
        case _:
            return why_open(value)


def covers_topics(argument: Argument) -> Test:
    """The operator of that name, on a list of documents.

    Of the documents whose path is like one of `paths`, at least one must be there, and each of the `required` topics
    must be spoken of in the path, the title or a heading of one. `topics` gives the words of a topic; one that has
    none there is looked for by its own name.
    """
    given: Mapping[str, Any] = argument  # type: ignore[assignment]
    patterns = [str(pattern).lower() for pattern in listed(given["paths"])]
    topics: Mapping[str, Any] = given.get("topics") or {}
    required = [str(topic) for topic in listed(given.get("required", ()))]
    expected = "a document on " + _and(required) if required else "a document"

    def judge(value: Value, scope: Scope) -> Judgement:
        documents = [item for item in _items(value) if _is_below(item, patterns, scope)]
        spoken = [text for item in documents for text in _texts(item, scope)]
        missing = [t for t in required if not any(_speaks_of(s, listed(topics.get(t) or [t])) for s in spoken)]
        if documents and not missing:
            return HOLDS
        found = f"nothing on {_and(missing)}" if documents else "no such document"
        span = _entrance(documents, scope) or scope.resource.span
        return Judgement(truth=False, facts=(Fact("Documents", "documents", expected, found, span),))

    return Test(expected, present, judge=judge)


def _is_below(document: Value, patterns: Sequence[str], scope: Scope) -> bool:
    path = _path(document, scope).lower()
    return any(fnmatchcase(path, pattern) for pattern in patterns)


def _path(document: Value, scope: Scope) -> str:
    return _plain(scope.item(document, ()).read(("Path",)))


def _plain(value: Value) -> str:
    return value.data if isinstance(value, Known) and isinstance(value.data, str) else ""


def _texts(document: Value, scope: Scope) -> Iterator[str]:
    inner = scope.item(document, ())
    yield _path(document, scope).rpartition(".")[0]
    yield _plain(inner.read(("Title",)))
    for text, _ in _members(inner.read(("Headings",)), "Text"):
        yield text


def _entrance(documents: Sequence[Value], scope: Scope) -> Span | None:
    """Where a reader enters a folder of documents: its README or index, else the first of them."""
    by_path = {_path(document, scope): document.span for document in documents}
    names = ("readme", "index")
    first = next((path for path in by_path if path.rpartition("/")[2].lower().startswith(names)), None)
    return by_path[first or min(by_path)] if by_path else None


def has_sections(argument: Argument) -> Test:
    """The operator of that name, on the headings of a document: one speaks of each of the required sections.

    A label that begins a line ("- **Impact:** ...") stands for a heading. `sections` gives the words of a section; one
    that has none there is looked for by its own name.
    """
    given: Mapping[str, Any] = argument  # type: ignore[assignment]
    words: Mapping[str, Any] = given.get("sections") or {}
    required = [str(name) for name in listed(given["required"])]
    expected = "a section on " + _and(required)

    def judge(value: Value, scope: Scope) -> Judgement:
        headings = [text for text, _ in (*_members(value, "Text"), *_members(scope.read(("Labels",)), "Text"))]
        missing = [s for s in required if not any(_speaks_of(h, listed(words.get(s) or [s])) for h in headings)]
        if not missing:
            return HOLDS
        found = f"none on {_and(missing)}"
        return Judgement(truth=False, facts=(Fact("Headings", "headings", expected, found, scope.resource.span),))

    return Test(expected, present, judge=judge)


def has_stages(argument: Argument) -> Test:
    """The operator of that name, on the stages that pipelines have: each of the required ones is among them.

    `recognise` gives further words by which a stage is told in the commands and names beside it (`Steps`).
    """
    given: Mapping[str, Any] = argument  # type: ignore[assignment]
    words: Mapping[str, Any] = given.get("recognise") or {}
    required = [str(name) for name in listed(given["required"])]
    expected = _and(required)

    def judge(value: Value, scope: Scope) -> Judgement:
        there = {item.data for item in _items(value) if isinstance(item, Known)}
        steps = [text for text, _ in _members(scope.read(("Steps",)), "Text")] if words else []
        missing = [
            stage
            for stage in required
            if stage not in there and not any(_speaks_of(step, listed(words.get(stage) or ())) for step in steps)
        ]
        if not missing:
            return HOLDS
        more = _rest(value)
        if more is not None:
            return undecided(f"no {_and(missing)} is seen, and {more}", span=scope.resource.span)
        fact = Fact("Stages", "stages", expected, f"no {_and(missing)}", _first_span(scope))
        return Judgement(truth=False, facts=(fact,))

    return Test(expected, present, judge=judge)


def _first_span(scope: Scope) -> Span | None:
    """The pipeline that deploys, best to production and not called by another, else the first one."""
    pipelines = _items(scope.read(("Pipelines",)))
    ranked = sorted(pipelines, key=lambda pipeline: _rank(scope.item(pipeline, ())))
    return ranked[0].span if ranked else scope.resource.span


def _rank(pipeline: Scope) -> tuple[bool, bool, bool]:
    """How far a pipeline is from being where a stage would be added."""
    targets = {
        _plain(item.data.get("Target", Absent()))
        for item in _items(pipeline.read(("Deployments",)))
        if isinstance(item, Known) and isinstance(item.data, Mapping)
    }
    called = pipeline.read(("Called",))
    return not targets, isinstance(called, Known) and called.data is True, "production" not in targets


def dated_within(argument: Argument) -> Test:
    """The operator of that name, on a map of dates: one at these keys is at most so many days old.

    The review cycle that a document sets itself (`ReviewCycleDays`) counts instead of `days`.
    """
    given: Mapping[str, Any] = argument  # type: ignore[assignment]
    keys = [str(key).lower() for key in listed(given["keys"])]
    days = int(number_of(given["days"]) or 0)
    expected = f"a date of the last {days} days as {some_of(keys)}"

    def judge(value: Value, scope: Scope) -> Judgement:
        dates = value.data if isinstance(value, Known) and isinstance(value.data, Mapping) else {}
        there = [dates[key] for key in keys if key in dates]
        own = scope.read(("ReviewCycleDays",))
        limit = int(number_of(own.data) or days) if isinstance(own, Known) else days
        said = expected if limit == days else f"a date of the last {limit} days, its own review cycle"
        if not there:
            fact = Fact("Dates", "dates", said, "none", scope.resource.span)
            return Judgement(truth=False, facts=(fact,))
        newest = max(there, key=_plain)
        age = _age(_plain(newest), scope)
        if age is None or age <= limit:
            return HOLDS
        return Judgement(
            truth=False, facts=(Fact("Dates", "date", said, f"{_plain(newest)}, {age} days ago", newest.span),)
        )

    return Test(expected, present, judge=judge)


def _age(text: str, scope: Scope) -> int | None:
    try:
        return (scope.context.today - date.fromisoformat(text)).days
    except ValueError:
        return None


def within_days(argument: Argument) -> Ask:
    """The operator of that name: a date (YYYY-MM-DD) that is past, and at most so many days ago."""
    days = number_of(argument) or 0

    def ask(value: Value, scope: Scope) -> Answer:
        match value:
            case Known(str() as text):
                age = _age(text, scope)
                return age is not None and 0 <= age <= days
            case Known() | Absent():
                return False
            case _:
                return why_open(value)

    return ask


def names_existing_files(_argument: Argument) -> Test:
    """The operator of that name, on a text: the documents that it names by their path are in the repository.

    Where the repository is not scanned as a whole, nothing is asked.
    """

    def ask(value: Value, scope: Scope) -> Answer:
        repository = next(iter(scope.context.graph.of_type("Walint::Repository")), None)
        if repository is None:
            return True
        files = _members_of(repository.properties)
        return all(_is_there(path, files) for path in _paths(value))

    def detail(value: Value) -> str:
        return ", which names " + _and(list(dict.fromkeys(_paths(value))))

    return Test("the path of a document in this repository", ask, detail=detail)


def _members_of(properties: Value) -> frozenset[str]:
    if not (isinstance(properties, Known) and isinstance(properties.data, Mapping)):
        return frozenset()
    return frozenset(_plain(item) for item in _items(properties.data.get("Files", Absent())))


def _is_there(path: str, files: frozenset[str]) -> bool:
    return path in files or any(file.endswith(f"/{path}") for file in files)


def _paths(value: Value) -> Iterator[str]:
    """The paths of documents in a text; what follows `://` is a link elsewhere."""
    pieces = value.pieces if isinstance(value, Text) else (value.data,) if isinstance(value, Known) else ()
    for piece in pieces:
        if isinstance(piece, str):
            yield from (
                found.group(1) for word in piece.split() if "://" not in word for found in _DOCUMENT_PATH.finditer(word)
            )


_METHODS = frozenset(("get", "put", "post", "delete", "options", "head", "patch", "trace", "any"))
_ANY_METHOD = "x-amazon-apigateway-any-method"
_WORDS = ("summary", "operationId", "description")


def describes_operations(_argument: Argument) -> Test:
    """The operator of that name, on an OpenAPI document: every operation has a summary, a description or an id."""

    def ask(value: Value, scope: Scope) -> Answer:
        whole = from_json(value) or value
        if not isinstance(whole, Known):
            return False if isinstance(whole, Absent) else why_open(whole)
        paths = scope.item(whole, ()).read(("paths",))
        match paths:
            case Known(Mapping() as data, rest=rest):
                answer = all_of(_is_described(scope, item) for item in data.values())
                return rest.reason if answer is True and rest is not None else answer
            case Absent() | Known():
                return False
            case _:
                return why_open(paths)

    return Test("a summary, a description or an operationId for every operation", ask)


def _is_described(scope: Scope, item: Value) -> Answer:
    """Whether the operations of one path are described."""
    if not (isinstance(item, Known) and isinstance(item.data, Mapping)):
        return why_open(item) if not isinstance(item, (Known, Absent)) else True
    operations = [each for name, each in item.data.items() if name.lower() in _METHODS or name == _ANY_METHOD]
    return all_of(
        any_of(present(scope.item(operation, ()).read((word,)), scope) for word in _WORDS) for operation in operations
    )


def keys_match(argument: Argument) -> Ask:
    """The operator of that name: a map, one of whose keys contains a match of the regular expression."""
    pattern = lazy(str(argument), 2)

    def ask(value: Value, _scope: Scope) -> Answer:
        match from_json(value) or value:
            case Known(Mapping() as data, rest=rest):
                if any(pattern.search(key) for key in data):
                    return True
                return rest.reason if rest is not None else False
            case Known() | Absent():
                return False
            case _:
                return why_open(value)

    return ask
