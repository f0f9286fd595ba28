"""Which metrics AWS publishes, with which dimensions, and which resource a dimension's value names."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias, get_args

from walint.catalog.compiled import CatalogError, JsonValue, compiled, read_yaml, register
from walint.catalog.identity import IdentityKind
from walint.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_FILE: Final = Path(__file__).resolve().parent / "data" / "alarm_metrics.yaml"

DimensionSet: TypeAlias = frozenset[str]
"""The names of dimensions that occur together; the empty set is the sum over an account and region."""


class Dimension(NamedTuple):
    """A dimension of a metric: its value is the `kind` of identity of a resource of one of these types.

    A dimension that names no resource of its own (a stage, an operation) has no types and no kind.
    """

    name: str
    types: tuple[str, ...] = ()
    kind: IdentityKind | None = None


class Metric(NamedTuple):
    """A metric and the sets of dimensions that it is published with; `note` is a trap in words."""

    name: str
    dimension_sets: tuple[DimensionSet, ...]
    note: str = ""


class MetricService(NamedTuple):
    """The metrics of one kind of resource.

    types   the CloudFormation types of the resources that the metrics are about
    when    property -> value: the metrics are about resources of these types with this value only
    """

    name: str
    namespace: str
    types: tuple[str, ...]
    when: Mapping[str, str]
    dimensions: Mapping[str, Dimension]
    metrics: Mapping[str, Metric]
    note: str
    source: str

    @property
    def dimension_sets(self) -> tuple[DimensionSet, ...]:
        """Every set of dimensions that some metric of the service is published with."""
        return _distinct(chosen for metric in self.metrics.values() for chosen in metric.dimension_sets)

    def naming(self, type_name: str) -> tuple[Dimension, ...]:
        """The dimensions whose value names a resource of a type: FunctionName for a Lambda function."""
        return tuple(dimension for dimension in self.dimensions.values() if type_name in dimension.types)


def services() -> tuple[MetricService, ...]:
    """Every service of the table, in its order."""
    return tuple(_service(name) for name in _table())


@cache
def for_type(type_name: str) -> tuple[MetricService, ...]:
    """The services whose metrics are about resources of a CloudFormation type."""
    return tuple(_service(name) for name, entry in _table().items() if type_name in entry["types"])


@cache
def for_namespace(namespace: str) -> tuple[MetricService, ...]:
    """The services that publish into a namespace."""
    return tuple(_service(name) for name, entry in _table().items() if entry["namespace"] == namespace)


@cache
def dimension_sets_of(namespace: str, metric: str) -> tuple[DimensionSet, ...] | None:
    """Every set of dimensions that a metric is published with; None for a metric that the table does not know.

    Services that share a namespace and a metric name (REST and HTTP APIs) are taken together.
    """
    found = [service.metrics[metric] for service in for_namespace(namespace) if metric in service.metrics]
    if not found:
        return None
    return _distinct(chosen for one in found for chosen in one.dimension_sets)


@cache
def _service(name: str) -> MetricService:
    """One service; they are made when they are first asked for, since a scan needs few of them."""
    entry = _table()[name]
    return MetricService(
        name,
        entry["namespace"],
        tuple(entry["types"]),
        entry.get("when", {}),
        {key: _dimension(key, body) for key, body in entry["dimensions"].items()},
        {metric.name: metric for metric in _metrics(entry)},
        entry.get("note", ""),
        entry["source"],
    )


def _dimension(name: str, body: dict[str, Any]) -> Dimension:
    types = body.get("type", ())
    return Dimension(name, (types,) if isinstance(types, str) else tuple(types), body.get("kind"))


def _metrics(entry: dict[str, Any]) -> Iterator[Metric]:
    notes = entry.get("notes", {})
    for group in entry["published"]:
        sets = tuple(frozenset(names) for names in group["with"])
        for name in group["metrics"]:
            yield Metric(name, sets, notes.get(name, ""))


def _distinct(sets: Iterable[DimensionSet]) -> tuple[DimensionSet, ...]:
    """Without repetition, in the order of first occurrence."""
    return tuple(dict.fromkeys(sets))


@cache
def _table() -> Mapping[str, dict[str, Any]]:
    found: Mapping[str, dict[str, Any]] = compiled(*_DATA)
    return found


_KEYS: Final = {"namespace", "types", "when", "dimensions", "published", "notes", "note", "source"}


def _build() -> JsonValue:
    """alarm_metrics.yaml, checked: no unknown key, kind or dimension."""
    written = read_yaml(_FILE)
    for name, entry in written.items():
        used = {key for group in entry["published"] for names in group["with"] for key in names}
        kinds = {body["kind"] for body in entry["dimensions"].values() if "kind" in body}
        wrong = entry.keys() - _KEYS | used - entry["dimensions"].keys() | kinds - set(get_args(IdentityKind))
        if wrong:
            message = f"alarm_metrics.yaml: {name}: not understood: {', '.join(sorted(map(str, wrong)))}"
            raise CatalogError(message, where=str(_FILE))
    return written


_DATA: Final = register("alarm_metrics", [_FILE], _build)
