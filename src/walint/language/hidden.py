"""What could not be looked into, found by what it may hide and by whom it concerns.

A collection of root modules has a thousand modules that are not on disk, and every question about a relation asks which
of them leave it open. So they are filed once for each set of types that a relation leads to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from walint.model.graph import Graph, Unseen
from walint.model.resource import Resource

_GLOBAL = "global"
_HOME_REGIONS = frozenset(("us-east-1", "cn-northwest-1", "us-gov-west-1", "eusc-de-east-1"))


class Hidden:
    """The parts of a graph that walint could not look into."""

    def __init__(self, graph: Graph) -> None:
        """The graph must be complete."""
        self._graph = graph
        self._shelves: dict[tuple[str, ...], _Shelf] = {}

    def reasons(self, targets: tuple[str, ...], subject: Resource) -> list[str]:
        """Why there may be more resources of these types (some of which may be patterns) that concern the subject."""
        if not self._graph.unseen:
            return []
        shelf = self._shelves.get(targets)
        if shelf is None:
            shelf = self._shelves[targets] = _Shelf(self._of_types(targets))
        return [self._graph.unseen[at].reason for at in sorted(shelf.concerning(subject))]

    def _of_types(self, targets: tuple[str, ...]) -> Iterator[tuple[int, Unseen]]:
        asked: dict[frozenset[str] | None, bool] = {None: True}
        for at, part in enumerate(self._graph.unseen):
            fits = asked.get(part.types)
            if fits is None:
                fits = asked[part.types] = any(is_one(name, targets) for name in part.types or ())
            if fits:
                yield at, part


class _Shelf:
    """Parts by the keys of the resources that are passed into them, or by the unit that they concern."""

    def __init__(self, parts: Iterable[tuple[int, Unseen]]) -> None:
        self._by_name: dict[str, list[int]] = {}
        self._by_unit: dict[str, list[int]] = {}
        self._above: dict[str, list[int]] = {}
        """Those that concern the units below theirs, too."""
        for at, part in parts:
            if part.names is not None:
                for name in part.names:
                    self._by_name.setdefault(name, []).append(at)
                continue
            self._by_unit.setdefault(part.unit, []).append(at)
            if part.nested:
                self._above.setdefault(part.unit, []).append(at)

    def concerning(self, subject: Resource) -> set[int]:
        """The positions of the parts that concern a resource."""
        found = {*self._by_name.get(subject.key, ()), *self._by_unit.get(subject.unit, ())}
        if self._above:
            at = subject.unit.find("/")
            while at >= 0:
                found.update(self._above.get(subject.unit[:at], ()))
                at = subject.unit.find("/", at + 1)
        if subject.source == "live":
            for unit, parts in self._by_unit.items():
                if is_beside(subject, unit):
                    found.update(parts)
        return found


def is_beside(subject: Resource, unit: str) -> bool:
    """Whether what is out of sight in another unit concerns a live resource: what has no region, and its home region.

    Distributions and health checks have their alarms and log deliveries in the home region of the partition.
    """
    if subject.source != "live" or subject.region is None:
        return False
    account, _, region = unit.rpartition("/")
    if account != subject.unit.rpartition("/")[0]:
        return False
    return region == _GLOBAL or (subject.region == _GLOBAL and region in _HOME_REGIONS)


def is_one(type_name: str, wanted: Iterable[str]) -> bool:
    """Whether a type is one of those, some of which may be patterns."""
    return any(type_name == one or (one.endswith("*") and type_name.startswith(one[:-1])) for one in wanted)
