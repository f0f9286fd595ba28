"""Relations between AWS resources, by name: which property of which type names which other resource."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from walint.catalog.compiled import CatalogError, compiled, read_yaml, register
from walint.records import NamedTuple, dataclass

_FILE = Path(__file__).parent / "data" / "relations.yaml"


@dataclass(frozen=True, slots=True, eq=False)
class JoinSpec:
    """One way to find related resources.

    `there` is their type. Either `path` is their property that names the subject, or `here` is the subject's (or the
    list item's) property that names them. `by` are the kinds of identity that the property may hold, `template` is
    what surrounds the name in it. The join does not count when the subject sets `unless`. With `refers`, only values
    that refer to the subject (with `here`, to them) count: no name written out, and no value that is not known.
    `only` is a property and its text: of the list that `path` crosses, only items count that have it.
    """

    subject: tuple[str, ...]
    there: str
    path: str | None
    here: str | None
    by: tuple[str, ...]
    template: str
    unless: str | None
    refers: bool = False
    only: tuple[str, str] | None = None


class RelationSpec(NamedTuple):
    """A relation: its documentation, the types it may be asked of and leads to, its arguments and its joins."""

    name: str
    doc: str
    kind: str
    subjects: tuple[str, ...]
    arguments: Mapping[str, Mapping[str, Any]]
    targets: tuple[str, ...]
    joins: tuple[JoinSpec, ...]

    @property
    def live_targets(self) -> tuple[str, ...]:
        """The types it leads to in a live account, where nothing stands beside properties (@UpdatePolicy, ...)."""
        if self.kind != "join":
            return self.targets
        outside = [join for join in self.joins if not (join.path or join.here or "").startswith("@")]
        return tuple(dict.fromkeys(join.there for join in outside))


def _build() -> dict[str, Any]:
    data = read_yaml(_FILE)
    if not isinstance(data, dict):
        message = "relations.yaml is not a map"
        raise CatalogError(message, where=str(_FILE))
    return data


_DATA = register("relations", [_FILE], _build)


@cache
def relations() -> Mapping[str, RelationSpec]:
    """All relations by name."""
    return {name: _relation(name, entry) for name, entry in compiled(*_DATA).items()}


def _relation(name: str, entry: Mapping[str, Any]) -> RelationSpec:
    subjects = tuple(entry.get("from", ()))
    joins = tuple(_join(link, subjects) for link in entry.get("links", ()))
    targets = tuple(entry.get("to", dict.fromkeys(join.there for join in joins)))
    kind, arguments = entry.get("kind", "join"), entry.get("arguments", {})
    return RelationSpec(name, entry["doc"], kind, subjects, arguments, targets, joins)


def _join(link: Mapping[str, Any], subjects: tuple[str, ...]) -> JoinSpec:
    own = link.get("from")
    return JoinSpec(
        subject=subjects if own is None else (own,),
        there=link["there"],
        path=link.get("path"),
        here=link.get("here"),
        by=tuple(link["by"]),
        template=link.get("template", "{name}"),
        unless=link.get("unless"),
        refers=bool(link.get("refers")),
        only=next(iter(link["only"].items())) if "only" in link else None,
    )
