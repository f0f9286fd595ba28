"""Findings that somebody accepted, with a reason: in a comment, in a resource's Metadata or in the config.

A suppression needs a reason; without one it is reported and not honoured. After its `until` day it lets the finding
back in. A suppression that matched nothing, or names a rule that does not exist, is reported. What matches an
*unknown* is in use too, although an unknown stays what it is: nothing has been found that could be accepted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from fnmatch import fnmatchcase
from typing import Literal

from walint.findings.comments import Comment, comments_in
from walint.findings.place import location_of
from walint.findings.result import Location, Notice, SuppressedBy
from walint.findings.ruleinfo import RuleInfo
from walint.model.graph import Graph
from walint.model.resource import Ignore, Resource
from walint.records import NamedTuple, dataclass, field
from walint.sources.globs import path_matches


class Where(NamedTuple):
    """What a suppression in the config is limited to: globs, "" for any."""

    path: str = ""
    resource: str = ""
    account: str = ""
    region: str = ""


@dataclass(slots=True, eq=False)
class Suppression:
    """One suppression as written. `lines` and `heads` are a comment's, `keys` a Metadata's, `where` the config's."""

    kind: Literal["comment", "metadata", "config"]
    rules: tuple[str, ...]
    reason: str | None
    until: str | None
    location: Location | None
    lines: frozenset[int] = field(default_factory=frozenset)
    heads: frozenset[int] = field(default_factory=frozenset)
    keys: set[str] = field(default_factory=set)
    where: Where = field(default_factory=Where)
    used: set[str] = field(default_factory=set)
    """Those of `rules` that matched something."""
    matched: int = 0
    """How many evaluations it spoke of."""

    def covers(self, resource: Resource, location: Location | None) -> bool:
        """Whether the resource, or the place blamed, is what this suppression speaks of."""
        match self.kind:
            case "comment":
                return self._covers_line(resource, location)
            case "metadata":
                return resource.key in self.keys
            case "config":
                return _within(self.where, resource, location)

    def _covers_line(self, resource: Resource, location: Location | None) -> bool:
        path = self.location.path if self.location else ""
        if location and location.path == path and location.start_line in self.lines:
            return True
        start = resource.span
        return bool(start and start.path == path and (start.start_line in self.lines or start.start_line in self.heads))


class Suppressions:
    """All suppressions of a scan: finds the one that accepts a finding, and afterwards what is wrong with them."""

    def __init__(self, entries: Iterable[Suppression], mistakes: Iterable[Notice], today: date) -> None:
        """`mistakes` are notices about comments that could not be read; `today` decides what has expired."""
        self.entries = list(entries)
        self.today = today
        self._notices = list(mistakes)
        self._usable = [entry for entry in self.entries if self.flaw(entry) is None]
        self._comments: dict[str, list[Suppression]] = {}
        self._keys: dict[str, list[Suppression]] = {}
        self._config = [entry for entry in self.entries if entry.kind == "config"]
        for entry in self.entries:
            if entry.kind == "comment" and entry.location:
                self._comments.setdefault(entry.location.path, []).append(entry)
            for key in entry.keys:
                self._keys.setdefault(key, []).append(entry)
        self._honoured = set(map(id, self._usable))

    def match(self, rule: RuleInfo, resource: Resource, location: Location | None) -> SuppressedBy | None:
        """The suppression that accepts this rule's finding on the resource; every one that matches counts as used."""
        accepted: SuppressedBy | None = None
        for entry in self._candidates(resource, location):
            patterns = [p for p in entry.rules if any(fnmatchcase(name, p) for name in rule.names)]
            if not patterns or not entry.covers(resource, location):
                continue
            entry.used.update(patterns)
            entry.matched += 1
            if accepted is None and id(entry) in self._honoured:
                accepted = SuppressedBy(entry.kind, entry.reason or "", entry.until, entry.location)
        return accepted

    def _candidates(self, resource: Resource, location: Location | None) -> Iterable[Suppression]:
        paths = {place.path: None for place in (location, resource.span) if place}
        for path in paths:
            yield from self._comments.get(path, ())
        yield from self._keys.get(resource.key, ())
        yield from self._config

    def notices(self, selected: Sequence[RuleInfo], known: Collection[str], *, whole: bool) -> list[Notice]:
        """What is to tell about the suppressions, once every evaluation has been matched.

        `selected` are the rules of this run: a suppression of a rule that did not run is not called unused. `known`
        are the ids and aliases of all rules. `whole` says that everything the config speaks of was scanned; otherwise
        entries of the config are not called unused.
        """
        ran = {name for rule in selected for name in rule.names}
        result = list(self._notices)
        for entry in self.entries:
            strangers = [p for p in entry.rules if not any(fnmatchcase(name, p) for name in known)]
            result += [_stranger(entry, pattern, known) for pattern in strangers]
            if flaw := self.flaw(entry):
                result.append(Notice("warning", flaw, entry.location))
                continue
            if entry.kind == "config" and not whole:
                continue
            for pattern in entry.rules:
                ours = pattern not in strangers and any(fnmatchcase(name, pattern) for name in ran)
                if ours and pattern not in entry.used:
                    text = f"unused suppression: {pattern} reports nothing here any more"
                    result.append(Notice("warning", text, entry.location))
        return result

    def flaw(self, entry: Suppression) -> str | None:
        """Why a suppression is not honoured, in words."""
        named = ", ".join(entry.rules)
        if entry.until is not None:
            try:
                last = date.fromisoformat(entry.until)
            except ValueError:
                return f"suppression of {named} is not honoured: until={entry.until} is no date (YYYY-MM-DD)"
            if last < self.today:
                return f"suppression of {named} expired on {entry.until}: its findings are reported again"
        if not entry.reason:
            return f"suppression of {named} is not honoured: it gives no reason"
        return None


def collect(
    graph: Graph, read: Callable[[str], str | None], config: Iterable[Suppression], today: date
) -> Suppressions:
    """Every suppression of a scan. `read` gives the text of an input file by its relative path, None if unreadable."""
    entries: list[Suppression] = []
    mistakes: list[Notice] = []
    infrastructure = frozenset(graph.files)
    for path in sorted(infrastructure.union(graph.repository_files)):
        if path.endswith(".json") or (text := read(path)) is None:
            continue
        for comment in comments_in(path, text):
            location = Location(comment.path, comment.line, comment.column, comment.line, comment.end_column)
            if comment.mistake and path not in infrastructure and "ignore" not in text.splitlines()[comment.line - 1]:
                continue  # a workflow that runs walint may speak of it
            if comment.mistake:
                mistakes.append(Notice("warning", f"this comment suppresses nothing: {comment.mistake}", location))
            else:
                entries.append(_of_comment(comment, location))
    entries += _of_metadata(graph)
    entries += config
    return Suppressions(entries, mistakes, today)


def _of_comment(comment: Comment, location: Location) -> Suppression:
    return Suppression("comment", comment.rules, comment.reason, comment.until, location, comment.lines, comment.heads)


def _of_metadata(graph: Graph) -> list[Suppression]:
    """One suppression for each entry of Metadata, however many resources a transform made of its resource."""
    made: dict[tuple[Ignore, str], Suppression] = {}
    for resource in graph.resources:
        for ignore in resource.ignores:
            key = (ignore, "" if ignore.span else resource.key)
            if key not in made:
                rules = tuple(name.strip() for name in ignore.rule.split(",") if name.strip())
                location = location_of(ignore.span)
                made[key] = Suppression("metadata", rules, ignore.reason, ignore.until, location)
            made[key].keys.add(resource.key)
    return list(made.values())


def _within(where: Where, resource: Resource, location: Location | None) -> bool:
    if where.path:
        paths = {place.path for place in (location, resource.span) if place} or {resource.unit}
        if not any(path_matches(path, where.path) for path in paths):
            return False
    if where.resource:
        names = {resource.address, resource.name, resource.address.rpartition("/")[2]}
        names |= {name for name in (resource.arn, resource.construct_path) if name}
        if not any(fnmatchcase(name, where.resource) for name in names):
            return False
    return all(
        not pattern or fnmatchcase(value or "", pattern)
        for pattern, value in ((where.account, resource.account), (where.region, resource.region))
    )


def _stranger(entry: Suppression, pattern: str, known: Collection[str]) -> Notice:
    from difflib import get_close_matches  # only when there is something to suggest

    close = get_close_matches(pattern, known, n=1)
    hint = f"; did you mean {close[0]}?" if close else ""
    return Notice("warning", f"suppression of an unknown rule: {pattern}{hint}", entry.location)
