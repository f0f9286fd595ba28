"""Collects one or many places: asks the sweep for what the plan needs and folds the answers into a snapshot."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from walint.catalog.live import Call, Collector
from walint.sources.live.failures import reason
from walint.sources.live.folding import transformed
from walint.sources.live.identities import identify
from walint.sources.live.paths import MISSING, at, fill
from walint.sources.live.places import GLOBAL, Place
from walint.sources.live.plan import Plan, Planned
from walint.sources.live.resources import Piece, Tags, assemble, entry_of
from walint.sources.live.snapshot import Collection, Entry, Found, Hidden, Part, Snapshot
from walint.sources.live.sweep import Answer, Continuation, Request, Sweep

TAG_CALL = Call(
    service="resourcegroupstaggingapi",
    operation="GetResources",
    action="tag:GetResources",
    parameters={"ResourcesPerPage": 100},
    items="ResourceTagMappingList",
)

_PLACES_AT_ONCE = 24
"""More would only keep more clients, connections and answers in memory: the threads are busy with these."""


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def collect(
    sweep: Sweep,
    places: Iterable[Place],
    plan: Plan,
    *,
    earlier: Snapshot | None = None,
    done: Callable[[Part], None] | None = None,
    now: Callable[[], str] = _now,
) -> Snapshot:
    """Runs the sweep over these places. What `earlier` holds whole is not asked again.

    A run that is interrupted gives what it has; what was not finished is marked so. `done` hears of every place as
    soon as it is complete. So many places are under way at once, so that a slow one holds up no other.
    """
    waiting = deque(places)
    parts: dict[Place, Part] = {}
    under_way: set[Place] = set()
    beginning = False

    def begin() -> None:
        nonlocal beginning
        if beginning:
            return  # a place of which everything is known ends as it begins
        beginning = True
        while waiting and len(under_way) < _PLACES_AT_ONCE:
            place = waiting.popleft()
            known = earlier.parts.get(place) if earlier is not None else None
            under_way.add(place)
            _Unit(sweep, place, plan, known, now, end).start()
        beginning = False

    def end(unit: _Unit) -> None:
        part = parts[unit.place] = unit.part()
        under_way.discard(unit.place)
        if done is not None:
            done(part)
        begin()

    begin()
    sweep.run()
    return Snapshot(parts)


def with_global(places: Iterable[Place], plan: Plan) -> list[Place]:
    """The places, and one for each account where its global services are asked once; those first, for they are few."""
    regional = list(dict.fromkeys(places))
    if all(one.collector.scope == "regional" for one in plan.planned):
        return regional
    accounts = dict.fromkeys(Place(place.partition, place.account, GLOBAL) for place in regional)
    return [*accounts, *regional]


class _Unit:
    """One place while it is collected."""

    def __init__(
        self,
        sweep: Sweep,
        place: Place,
        plan: Plan,
        earlier: Part | None,
        now: Callable[[], str],
        end: Callable[[_Unit], None],
    ) -> None:
        self.place = place
        self._sweep = sweep
        self._now = now
        self._end = end
        self._open = 1  # `start` itself counts, so that nothing ends before everything is asked
        scope = "global" if place.region == GLOBAL else "regional"
        self._planned = [one for one in plan.planned if one.collector.scope == scope]
        self._kept = _kept(self._planned, earlier)
        self._runs = {one.collector.id: _Run(one) for one in self._planned if one.collector.id not in self._kept}
        self._tags: Tags | None = None
        self.around: dict[str, Any] = {
            "partition": place.partition,
            "account": place.account,
            "region": place.endpoint_region,
        }

    def start(self) -> None:
        """Asks for everything that needs no other answer first."""
        if any(run.planned.tags for run in self._runs.values()):
            self._tags = Tags()
            self._ask(TAG_CALL, {}, {}, None, self._tagged)
        for run in self._runs.values():
            if run.collector.per is None:
                self._list(run, self.around)
        self._closed()

    def _closed(self) -> None:
        """One more thing is done; after the last the place is."""
        self._open -= 1
        if not self._open:
            self._end(self)

    def part(self) -> Part:
        """What was found, once the sweep is over."""
        collections = dict(self._kept)
        for name, run in self._runs.items():
            tags = self._tags if run.planned.tags else None
            found = self._assembled(run, tags)
            ledger = run.ledger + (tags.ledger if tags is not None else [])
            collections[name] = Collection(
                finished=run.finished or self._now(),
                complete=run.is_complete() and (tags is None or tags.failure is None),
                depth=run.depth(),
                resources=list(found.values()),
                hidden=run.hidden,
                ledger=ledger,
            )
        return Part(self.place, collections)

    def _assembled(self, run: _Run, tags: Tags | None) -> dict[tuple[str, str], Found]:
        """The resources of a run by type and address; one that was deleted meanwhile is left out."""
        found = {}
        for piece in run.pieces:
            resource = assemble(piece, run.planned, self.around, tags)
            if resource is not None:
                found[resource.type, resource.address] = resource
        return found

    def _ask(self, call: Call, item: Any, around: Mapping[str, Any], run: _Run | None, then: Continuation) -> None:
        """One call (or one for each of its variants) about an item; calls that lack a parameter are not made."""
        for each in call.each:
            parameters = fill({**call.parameters, **each}, item, {**self.around, **around})
            if parameters is MISSING:
                continue
            if run is not None:
                run.open += 1
            self._open += 1
            self._sweep.ask(Request(self.place, call, parameters), self._counted(run, then))

    def _counted(self, run: _Run | None, then: Continuation) -> Continuation:
        def continuation(answer: Answer) -> None:
            if run is not None:
                run.note(answer)
            then(answer)
            if run is not None:
                run.open -= 1
                run.finished = self._now()
            self._closed()

        return continuation

    def _list(self, run: _Run, around: Mapping[str, Any]) -> None:
        collector = run.collector
        if collector.listing is None:
            value = at(around.get("parent", {}), collector.taken)
            for item in value if isinstance(value, list) else [] if value is MISSING else [value]:
                if item not in run.taken:
                    run.taken.append(item)
                    self._items(run, [item], around)
            return
        self._ask(collector.listing, {}, around, run, lambda answer: self._listed(run, answer, around))

    def _listed(self, run: _Run, answer: Answer, around: Mapping[str, Any]) -> None:
        call = answer.request.call
        harmless = {"absent", "not-offered", "region-off", "vanished" if run.collector.per else "absent"}
        if answer.failure is not None and answer.failure.kind not in harmless:
            why = reason(answer.failure, call.name, self.place.region)
            run.hidden.append(Hidden(why, self._types_below(run.collector), call.action))
        inner = {**around, "request": answer.request.parameters}
        self._items(run, [item for item in _items(answer) if _counts(item, call, {**self.around, **around})], inner)

    def _types_below(self, collector: Collector) -> tuple[str, ...]:
        """The types of a collector, and of those that ask what it finds one by one: what it misses they miss, too."""
        below = [self._types_below(run.collector) for run in self._runs.values() if run.collector.per == collector.id]
        return (*collector.types, *(name for names in below for name in names))

    def _items(self, run: _Run, items: Sequence[Any], around: Mapping[str, Any]) -> None:
        describe = run.collector.describe
        if describe is None:
            for item in items:
                self._piece(run, Piece(item, around))
            return
        for start in range(0, len(items), describe.batch):
            batch = list(items[start : start + describe.batch])
            inner = {**around, "items": batch}
            subject = batch[0] if describe.batch == 1 else {}
            self._ask(describe, subject, inner, run, self._describing(run, batch, around))

    def _describing(self, run: _Run, batch: list[Any], around: Mapping[str, Any]) -> Continuation:
        def described(answer: Answer) -> None:
            call, failure = answer.request.call, answer.failure
            if failure is not None:
                if failure.kind in {"vanished", "absent"} and len(batch) == 1:
                    return
                why = reason(failure, call.name, self.place.region)
                run.hidden += [
                    Hidden(why, self._types_below(other.collector), call.action)
                    for other in self._runs.values()
                    if other.collector.per == run.collector.id and other.collector.taken
                ]
                for item in batch:
                    self._piece(run, Piece(item, around, unknown=why))
                return
            found = _items(answer)
            if call.batch == 1:
                if found:
                    self._piece(run, Piece(_joined(batch[0], found[0]), around))
                else:
                    self._piece(run, Piece(batch[0], around, unknown=f"{call.name} did not return it"))
                return
            for each in found:
                known: Any = next((item for item in batch if item == at(each, call.match)), {})
                self._piece(run, Piece(_joined(known, each), around))

        return described

    def _piece(self, run: _Run, piece: Piece) -> None:
        """A resource is found: asks for its details, and for what only it can list."""
        run.pieces.append(piece)
        collector = run.collector
        piece.type = _type_of(collector, piece.item)
        around = {**self.around, **piece.around}
        piece.identifiers = identify(collector, piece.type, piece.item, around, self.place)
        own = {**around, "owner": piece.identifiers}
        for index, detail in enumerate(run.planned.details):
            if detail.when is not None and not _has(piece.item, detail.when, own):
                piece.not_asked.add(index)
            else:
                self._ask(detail.call, piece.item, own, run, self._detailed(piece, index))
        parent = piece.item if isinstance(piece.item, Mapping) else {}
        children = {**piece.around, "parent": parent, "owner": piece.identifiers}
        for other in self._runs.values():
            if other.collector.per == collector.id:
                self._list(other, children)

    def _detailed(self, piece: Piece, index: int) -> Continuation:
        return lambda answer: piece.details.__setitem__(index, answer)

    def _tagged(self, answer: Answer) -> None:
        assert self._tags is not None  # noqa: S101 - the call is made only when tags are wanted
        self._tags.fill(answer, _items(answer), self.place.region)


class _Run:
    """One collector at work in one place."""

    def __init__(self, planned: Planned) -> None:
        self.planned = planned
        self.collector = planned.collector
        self.open = 0
        self.broken = False
        self.finished = ""
        self.pieces: list[Piece] = []
        self.taken: list[Any] = []
        self.hidden: list[Hidden] = []
        self.ledger: list[Entry] = []

    def note(self, answer: Answer) -> None:
        """Writes a call into the ledger."""
        entry = entry_of(answer)
        self.broken = self.broken or entry.outcome in {
            "credentials", "denied", "expired", "interrupted", "throttled", "unavailable",
        }  # fmt: skip
        self.ledger.append(entry)

    def is_complete(self) -> bool:
        """Whether there is nothing that a later run would do better."""
        return not self.open and not self.broken

    def depth(self) -> tuple[str, ...]:
        """The further calls of this run, by IAM action."""
        tags = (TAG_CALL.action,) if self.planned.tags else ()
        return tuple(sorted({detail.call.name for detail in self.planned.details} | set(tags)))


def _kept(planned: Sequence[Planned], earlier: Part | None) -> dict[str, Collection]:
    """What an earlier run has collected whole, less what must be asked again for the sake of its children."""
    if earlier is None:
        return {}
    kept = {}
    for one in planned:
        known = earlier.collections.get(one.collector.id)
        if known is not None and known.complete and set(_Run(one).depth()) <= set(known.depth):
            kept[one.collector.id] = known
    needed = {one.collector.per for one in planned if one.collector.id not in kept}
    table = {one.collector.id: one.collector for one in planned}
    while needed:
        name = needed.pop()
        if name is not None:
            kept.pop(name, None)
            needed.add(table[name].per)
    return kept


def _items(answer: Answer) -> list[Any]:
    """What a call was made for, over all its pages."""
    found: list[Any] = []
    call = answer.request.call
    for page in answer.pages:
        value = at(page, call.items)
        if value is not MISSING and call.transform:
            value = transformed(call.transform, value)
        if isinstance(value, list):
            found += [inner for each in value for inner in each] if "[]" in call.items else value
        elif value is not MISSING:
            found.append(value)
    return found


def _counts(item: Any, call: Call, around: Mapping[str, Any]) -> bool:
    return call.where is None or _has(item, call.where, around)


def _has(item: Any, wanted: Mapping[str, Any], around: Mapping[str, Any]) -> bool:
    """Whether an item has these values; a field that it lacks does not matter."""
    for path, value in wanted.items():
        found = at(item, path)
        expected = fill(value, item, around)
        if found is not MISSING and found != expected and not (isinstance(expected, list) and found in expected):
            return False
    return True


def _joined(item: Any, described: Any) -> Any:
    """A listed item completed by its description."""
    if not isinstance(described, Mapping):
        return item
    return {**item, **described} if isinstance(item, Mapping) else {"$item": item, **described}


def _type_of(collector: Collector, item: Any) -> str:
    if collector.type_by is None:
        return collector.types[0]
    path, by = collector.type_by
    value = at(item, path)
    return by.get(str(value), by["*"])
