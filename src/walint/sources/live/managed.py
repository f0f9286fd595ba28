"""Which stack, or which Terraform state, manages a live resource.

A stack lists the physical ids of what it manages (ListStackResources), and CloudFormation tags most of it with the
stack's name and the logical id. A Terraform state holds the ids and ARNs of what it manages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from walint.model.value import Absent, Known, Unknown, Value
from walint.sources.live.places import GLOBAL, Place
from walint.sources.live.snapshot import Found, Snapshot

COLLECTOR: Final = "cloudformation.managed_resources"
ENTRY: Final = "Walint::ManagedResource"
STACK_TAG: Final = "aws:cloudformation:stack-name"
_LOGICAL_ID_TAG: Final = "aws:cloudformation:logical-id"
_NOT_ASKED: Final = Unknown("the resources of stacks were not listed")

Kind: TypeAlias = Literal["stack", "state"]


class Manager(NamedTuple):
    """What manages a resource: a stack by its name and the logical id, or a state by its file and the address."""

    kind: Kind
    name: str
    address: str

    @property
    def words(self) -> str:
        """As messages name it."""
        return f"the {'stack' if self.kind == 'stack' else 'Terraform state'} {self.name}"


class StateEntry(NamedTuple):
    """One resource of a Terraform state: the CloudFormation types that it may be, what AWS knows it by, its address."""

    types: tuple[str, ...]
    identifiers: frozenset[str]
    file: str
    address: str


class Managers:
    """Finds the manager of each resource of a snapshot."""

    def __init__(self, snapshot: Snapshot, states: Iterable[StateEntry] = ()) -> None:
        self._stacks: dict[tuple[str, str, str, str], set[Manager]] = {}
        self._states: dict[tuple[str, str], set[Manager]] = {}
        self._unknown: dict[Place, Value] = {}
        self.found: dict[str, Manager] = {}
        """The manager of each resource of the graph by its key, filled while the graph is built."""
        for place, part in snapshot.parts.items():
            collection = part.collections.get(COLLECTOR)
            hidden = [one for each in part.collections.values() for one in each.hidden if ENTRY in one.types]
            if hidden:
                self._unknown[place] = Unknown(min(hidden).reason)
            elif collection is None:
                self._unknown[place] = _NOT_ASKED
            for entry in collection.resources if collection is not None else ():
                self._enter(place, entry)
        for one in states:
            for name in one.types:
                for text in one.identifiers:
                    self._states.setdefault((name, text), set()).add(Manager("state", one.file, one.address))
        self._unread = {place[:2]: why for place, why in self._unknown.items() if place.region != GLOBAL}

    def of(self, place: Place, found: Found) -> Manager | None:
        """The manager of a resource; None where there is none, and where it cannot be told."""
        tags = _tags(found.properties.get("Tags"))
        tagged = Manager("stack", tags[STACK_TAG], tags.get(_LOGICAL_ID_TAG, "")) if STACK_TAG in tags else None
        if tagged is not None and tagged.address:
            return tagged
        for text in found.identifiers.values():
            several = self._stacks.get((place.account, place.region, found.type, text)) or self._states.get(
                (found.type, text)
            )
            if several:
                return min(several)
        return tagged  # without a logical id: the stack's list has nothing by this name

    def told(self, place: Place, manager: Manager | None) -> Value:
        """The attribute @ManagedBy of a resource with this manager."""
        if manager is not None:
            return Known(manager.words)
        unread = self._unread.get(place[:2]) if place.region == GLOBAL else self._unknown.get(place)
        return unread or Absent()

    def _enter(self, place: Place, entry: Found) -> None:
        manager = Manager("stack", _text(entry.properties, "Manager"), _text(entry.properties, "LogicalId"))
        type_name, physical = _text(entry.properties, "Type"), _text(entry.properties, "PhysicalId")
        for region in (place.region, GLOBAL):
            for text in {physical, physical.rpartition("|")[2]} - {""}:  # a rule of a bus is "bus|rule"
                self._stacks.setdefault((place.account, region, type_name, text), set()).add(manager)


def _text(properties: Mapping[str, Any], name: str) -> str:
    value = properties.get(name)
    return value if isinstance(value, str) else ""


def _tags(value: Any) -> dict[str, str]:
    """Tags in any of CloudFormation's shapes, as far as they are known."""
    if isinstance(value, Mapping):
        return {str(key): text for key, text in value.items() if isinstance(text, str)}
    listed = value if isinstance(value, list) else []
    pairs = [(each.get("Key"), each.get("Value")) for each in listed if isinstance(each, Mapping)]
    return {key: text for key, text in pairs if isinstance(key, str) and isinstance(text, str)}
