"""Traces live resources to the code that declares them.

A stack says its own name and each resource's logical id; a Terraform state says each resource's address. Which
template, or which root module, that is, follows from the code itself: the one that declares most of what the stack (the
state) holds. Where two do so equally well, nothing is traced: a wrong line is worse than none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from walint.patterns import lazy

if TYPE_CHECKING:
    from walint.model.graph import Graph
    from walint.model.resource import Resource
    from walint.sources.live.managed import Kind, Manager

_KEYS = lazy(r'\[(?:"(?:[^"\\]|\\.)*"|[^\]"]*)\]')
"""Instance keys in a Terraform address: [0], ["a"]."""
_SOURCES: Mapping[Kind, tuple[str, ...]] = {
    "stack": ("cloudformation", "sam"),
    "state": ("terraform", "terraform-plan"),
}

_Declared = dict[tuple[str, str], "Resource"]
"""Address and type -> the resource of one template or root module."""


def origins(live: Graph, managers: Mapping[str, Manager], code: Graph) -> dict[str, Resource]:
    """The key of a live resource -> the resource of the code that declares it."""
    found: dict[str, Resource] = {}
    units = {kind: _units(code, kind) for kind in _SOURCES}
    for (kind, *_), members in _grouped(live, managers).items():
        unit = _best(members, units[kind])
        for (address, type_name), resource in members:
            if (address, type_name) in unit:
                found[resource.key] = unit[address, type_name]
    return found


_Members = list[tuple[tuple[str, str], "Resource"]]


def _grouped(live: Graph, managers: Mapping[str, Manager]) -> dict[tuple[Kind, str, str, str], _Members]:
    """The live resources of each stack and each state, by their address there."""
    groups: dict[tuple[Kind, str, str, str], _Members] = {}
    for resource in live.resources:
        manager = managers.get(resource.key)
        if manager is None or not manager.address:
            continue
        account, region = (resource.account or "", resource.region or "") if manager.kind == "stack" else ("", "")
        address = _plain(manager.address, manager.kind)
        group = groups.setdefault((manager.kind, account, region, manager.name), [])
        group.append(((address, resource.type), resource))
    return groups


def _plain(address: str, kind: Kind) -> str:
    return _KEYS.sub("", address) if kind == "state" else address.rpartition("/")[2]


def _units(code: Graph, kind: Kind) -> dict[str, _Declared]:
    """What each template or root module declares."""
    units: dict[str, _Declared] = {}
    for resource in code.resources:
        if resource.source in _SOURCES[kind]:
            units.setdefault(resource.unit, {}).setdefault((_plain(resource.address, kind), resource.type), resource)
    return units


def _best(members: _Members, units: Mapping[str, _Declared]) -> _Declared:
    """The unit that declares most of a stack, or of a state; none where two do so equally well."""
    wanted = {address for address, _ in members}
    ranked = sorted((_fit(wanted, unit), name) for name, unit in units.items())
    if not ranked or ranked[-1][0][0] == 0 or (len(ranked) > 1 and ranked[-1][0] == ranked[-2][0]):
        return {}
    return units[ranked[-1][1]]


def _fit(wanted: Iterable[tuple[str, str]], unit: _Declared) -> tuple[int, int]:
    """How much of what is wanted a unit declares; of two that declare the same, the one with less besides."""
    shared = sum(1 for address in wanted if address in unit)
    return shared, shared - len(unit)
