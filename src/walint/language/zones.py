"""How many availability zones a list of subnets (or of zones) spreads over, as far as a template tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from walint.language.pieces import canonical, pieces_of
from walint.language.scope import Scope, resource_scope
from walint.language.truth import Answer
from walint.model.value import Absent, Alternatives, Known, Reference, Text, Unknown, Value

if TYPE_CHECKING:
    from walint.model.graph import Graph

_SUBNET = "AWS::EC2::Subnet"


def spans_zones(value: Value, scope: Scope, least: int) -> Answer:
    """The operator of that name: True, False, or why it cannot be told. A text may hold several subnets, by commas.

    In a template two different subnets, or two parameters for subnets, count as two zones unless both are known to be
    in the same one: nobody makes two subnets to have them in one zone. An account tells the zone of each.
    """
    items, more, _ = Scope(scope.context, scope.resource, value, scope.prefix).items(())
    zones: set[str] = set()
    unclear: list[str] = [more] if more is not None else []
    for item in items:
        settled = scope.context.settle(item)
        if isinstance(settled, Absent):
            continue
        if isinstance(settled, Known) and isinstance(settled.data, str):
            found = [_named(part.strip(), scope) for part in settled.data.split(",")]
            zones.update(zone for zone in found if isinstance(zone, str))
            unclear += [zone.reason for zone in found if not isinstance(zone, str)]
            continue
        if isinstance(settled, Text) and any(isinstance(piece, str) and "," in piece for piece in settled.pieces):
            return "the list is only partly known"
        zone = _zone(settled, scope)
        if isinstance(zone, str):
            zones.add(zone)
        else:
            unclear.append(zone.reason)
    if len(zones) >= least:
        return True
    if more is None and len(zones) + len(unclear) < least:
        return False
    return unclear[0] if unclear else False


def _named(name: str, scope: Scope) -> str | Unknown:
    """What tells a zone that is written out, or that of a subnet: in an account the zone that the subnet is in."""
    if scope.resource.source != "live" or not name.startswith("subnet-"):
        return name
    graph = scope.context.graph
    for subnet in graph.of_type(_SUBNET):
        if subnet.identifiers.get("id") == name:
            return _spelled(resource_scope(scope.context, subnet).read(("AvailabilityZone",)), graph, name)
    return Unknown(f"{name} is not among the subnets that walint saw")


def _zone(value: Value, scope: Scope) -> str | Unknown:
    """What tells the zone of a subnet from another's: its name, else the subnet itself."""
    graph = scope.context.graph
    if isinstance(value, Alternatives):
        return Unknown("it depends on a condition")
    if isinstance(value, Reference):
        resource = graph.get(value.target)
        if resource is not None and resource.type == _SUBNET:
            subnet = resource_scope(scope.context, resource)
            return _spelled(subnet.read(("AvailabilityZone",)), graph, value.target)
        if resource is None and value.text is None:
            return Unknown("a subnet is declared elsewhere")
    return _spelled(value, graph, None)


def _spelled(value: Value, graph: Graph, otherwise: str | None) -> str | Unknown:
    if isinstance(value, Absent):
        return otherwise or ""
    pieces = pieces_of(value)
    spelled = canonical(pieces, graph) if pieces is not None else None
    if spelled is not None:
        return spelled
    return Unknown(value.reason if isinstance(value, Unknown) else "a subnet is only partly known")
