"""All resources of one scan, indexed by type and identity, and what could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from walint.model.resource import Resource
from walint.model.span import Span
from walint.records import dataclass, field


@dataclass(frozen=True, slots=True)
class Problem:
    """Something of ours that could not be read or understood. The rest of the scan goes on.

    An `error` makes the scan incomplete (exit status 3); a `note` is only told.
    """

    level: Literal["error", "note"]
    path: str
    message: str
    help: str | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Unseen:
    """A part of the population that walint could not look into, so that "there is none" is undecided.

    reason      in words: "the nested stack Alarms is not on disk (https://...)"
    unit        the unit it belongs to
    names       keys of the resources that are passed into it; None when it may concern every resource of the unit
    types       the types of resource that may be hidden in it; None when any
    stand_in    a resource in whose name rules about these types say that they could not look (the account and region
                where a list was denied); None where only relations are concerned
    texts       texts that are passed into it: what is hidden there may be named after them
    nested      whether it concerns the units below its own, too: the stacks nested in a template, but not the root
                modules in folders below a root module's
    """

    reason: str
    unit: str
    names: frozenset[str] | None = None
    types: frozenset[str] | None = None
    stand_in: Resource | None = None
    nested: bool = True
    texts: frozenset[str] = frozenset()


@dataclass(slots=True)
class Graph:
    """The resources of a scan. Sources add to it; afterwards it is only read."""

    resources: list[Resource] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unseen: list[Unseen] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    """The input files that were understood as infrastructure, relative paths, for suppression comments and counts."""
    repository_files: list[str] = field(default_factory=list)
    """Documents, pipelines and the like of the repository, relative paths; they may hold suppression comments."""
    unit_files: dict[str, set[str]] = field(default_factory=dict)
    """For units made of more files than their resources stand in: a root module with its modules and variables."""
    assembled: dict[str, bool] = field(default_factory=dict)
    """Templates of cloud assemblies (paths as shown): whether the stack has termination protection."""
    _by_type: dict[str, list[Resource]] = field(default_factory=dict)
    _by_key: dict[str, Resource] = field(default_factory=dict)

    def add(self, resource: Resource) -> None:
        """Adds one resource. A second one with the same key (a duplicate logical id) is reported, not added."""
        if resource.key in self._by_key:
            where = resource.span.path if resource.span else resource.unit
            message = f"{resource.address} is declared twice; the first declaration is judged"
            self.problems.append(Problem("note", where, message, None, resource.span))
            return
        self.resources.append(resource)
        self._by_key[resource.key] = resource
        self._by_type.setdefault(resource.type, []).append(resource)

    def extend(self, resources: Iterable[Resource]) -> None:
        """Adds several resources."""
        for resource in resources:
            self.add(resource)

    def of_type(self, type_name: str) -> Sequence[Resource]:
        """The resources of a CloudFormation type, in the order they were added."""
        return self._by_type.get(type_name, ())

    def get(self, key: str) -> Resource | None:
        """The resource with this key, if the scan holds it."""
        return self._by_key.get(key)

    def types(self) -> Iterable[str]:
        """The types that occur."""
        return self._by_type.keys()
