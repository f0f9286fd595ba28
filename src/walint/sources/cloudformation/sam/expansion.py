"""The state of one expansion: what the stack must offer, what has been generated, and how resources are made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from walint.model.graph import Unseen
from walint.model.resource import Resource
from walint.model.span import Span
from walint.model.value import TRUE, Absent, Alternatives, Known, Reference, Text, Unknown, Value
from walint.records import dataclass, replace
from walint.sources.cloudformation.sam.compose import as_mapping, as_text, get, joined, pieces
from walint.sources.cloudformation.sam.globals import Globals
from walint.sources.cloudformation.sam.presence import both, given, is_false
from walint.sources.cloudformation.sam.tags import propagation

PASSED_ON = ("DeletionPolicy", "UpdateReplacePolicy")
"""Attributes that SAM gives to whatever it generates from a resource; conditions travel as presence."""


_RETAINING = ("Retain", "Snapshot", "Delete")
"""Policies in the order in which SAM prefers them when several functions share an API."""


class Parameters(Protocol):
    """The parameters of a stack."""

    def value(self, name: str, span: Span | None) -> Value | None:
        """The value of a parameter or pseudo-parameter where it is used."""


class Stack(Protocol):
    """What the expansion needs to know of the stack that the template makes.

    unit        the unit that its resources belong to
    references  filled here: what SAM lets a template refer to by a dotted name ("Function.Alias", "Api.Stage"), with
                the logical id it stands for
    unseen      filled here: parts of the population that cannot be told (events written by a macro)
    """

    unit: str
    references: dict[str, str]
    unseen: list[Unseen]

    @property
    def parameters(self) -> Parameters:
        """The parameters and pseudo-parameters."""

    def key(self, logical_id: str) -> str:
        """The key of the resource with this logical id."""


class Prefixed(Mapping[str, str]):
    """A dialect where every property has the user's own name for a place in front of it."""

    __slots__ = ("_prefix", "_renamed")

    def __init__(self, prefix: str, renamed: Mapping[str, str] | None = None) -> None:
        self._prefix = prefix
        self._renamed = renamed or {}

    def __getitem__(self, path: str) -> str:
        if path in self._renamed:
            return self._prefix + self._renamed[path]
        if "." in path:
            raise KeyError(path)
        return self._prefix + path

    def __contains__(self, path: object) -> bool:
        return path in self._renamed or (isinstance(path, str) and "." not in path)

    def __iter__(self) -> Iterator[str]:
        return iter(self._renamed)

    def __len__(self) -> int:
        return len(self._renamed)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a map that SAM turns into resources: an event source, a route."""

    name: str
    value: Value
    presence: Value


class Expansion:
    """Collects the resources that one template becomes."""

    def __init__(self, resources: dict[str, Resource], section: Value, stack: Stack) -> None:
        """`resources` are all resources of the template by logical id; they are replaced in place."""
        self.stack = stack
        self.globals = Globals(section)
        self.resources = resources
        self.shared: dict[str, str] = {}
        """What Globals make once for all functions: the end of its logical id, and the logical id."""
        self.routes: dict[str, dict[str, list[str]]] = {}
        """Of APIs, by logical id: the methods of each path that their events name."""
        self.tags: dict[str, tuple[Value, Value]] = {}
        """Of resources with PropagateTags, by name: whether it is on, and their tags."""

    def properties_of(self, resource: Resource) -> Value:
        """A SAM resource's properties with those of Globals."""
        properties = self.globals.properties_of(resource)
        handed_on = propagation(properties)
        if handed_on is not None:
            self.tags[resource.name] = handed_on
        return properties

    def written(self, resource: Resource, type_name: str, properties: Value, dialect: Mapping[str, str]) -> Resource:
        """Replaces a SAM resource with the CloudFormation resource that keeps its logical id."""
        changed = replace(resource, type=type_name, properties=properties, dialect=dialect)
        self.resources[resource.name] = changed
        return changed

    def generate(  # noqa: PLR0913 - what a resource has, most of it optional
        self,
        parent: Resource,
        logical_id: str,
        type_name: str,
        properties: Value,
        *,
        presence: Value = TRUE,
        span: Span | None = None,
        dialect: Mapping[str, str] | None = None,
        attributes: Mapping[str, Value] | None = None,
    ) -> None:
        """Adds a resource that SAM makes out of `parent`, unless it certainly does not exist or exists already.

        `presence` is that within its parent; `attributes` are beside those that SAM passes on.
        """
        presence = both(parent.presence, presence)
        if is_false(presence) or logical_id in self.resources:
            return
        passed: dict[str, Value] = {name: parent.attributes[name] for name in PASSED_ON if name in parent.attributes}
        passed.update(attributes or {})
        self.resources[logical_id] = Resource(
            key=self.stack.key(logical_id),
            type=type_name,
            address=parent.address.removesuffix(parent.name) + logical_id,
            name=parent.name,
            source=parent.source,
            unit=parent.unit,
            properties=properties,
            span=span or parent.span,
            attributes=passed,
            presence=presence,
            dialect=dialect or {},
            exempt=parent.exempt,
            generated=True,
            construct_path=parent.construct_path,
            account=parent.account,
            region=parent.region,
            ignores=parent.ignores,
        )

    def reference(self, logical_id: str, attribute: str = "Ref", span: Span | None = None) -> Reference:
        """Points at a resource of the stack."""
        return Reference(self.stack.key(logical_id), attribute, span)

    def target_of(self, value: Value) -> str | None:
        """The logical id of the resource of this stack that a value refers to, or names in plain text."""
        match value:
            case Reference(target=target):
                name = target.rpartition("#")[2]
                return name if self.stack.key(name) == target else None
            case Known(data=str() as text):
                return text
            case _:
                return None

    def arn(self, service: str, *resource: str | Reference | Unknown, span: Span | None = None) -> Text:
        """An ARN in this stack's region and account, whichever they are."""
        region, account = self.pseudo("AWS::Region", span), self.pseudo("AWS::AccountId", span)
        return Text(joined((f"arn:aws:{service}:", *pieces(region), ":", *pieces(account), ":", *resource)), span)

    def pseudo(self, name: str, span: Span | None) -> Value:
        """The value of a pseudo-parameter."""
        return self.stack.parameters.value(name, span) or Unknown(f"{name} is known at deployment", span)

    def hide(self, owner: Resource, reason: str, types: frozenset[str] | None = None) -> None:
        """Notes that something of `owner` may make resources that nobody can see."""
        unseen = Unseen(reason, owner.unit, frozenset({owner.key}), types)
        if unseen not in self.stack.unseen:
            self.stack.unseen.append(unseen)

    def is_open(self, owner: Resource, value: Value, *types: str) -> bool:
        """Whether nobody can tell if a property is set at all (a macro may set it); what it may make is then unseen."""
        if isinstance(value, Unknown) and not value.surely_set:
            self.hide(owner, value.reason, frozenset(types))
            return True
        return False

    def entries(self, owner: Resource, value: Value, what: str) -> Iterator[Entry]:
        """The entries of a map with the conditions under which they are there; an unknown map is noted as unseen."""
        data = as_mapping(value)
        if data is not None:
            for name in data:
                yield from self._entry(owner, name, data[name], what)
            if isinstance(value, Known) and value.rest is not None:
                self.hide(owner, value.rest.reason)
        elif isinstance(value, Unknown):
            self.hide(owner, value.reason)
        elif isinstance(value, Alternatives):
            names = dict.fromkeys(name for each in value.choices for name in as_mapping(each.value) or ())
            for name in names:
                yield from self._entry(owner, name, get(value, name), what)
            for choice in value.choices:
                if isinstance(choice.value, Unknown):
                    self.hide(owner, choice.value.reason)

    def _entry(self, owner: Resource, name: str, value: Value, what: str) -> Iterator[Entry]:
        if isinstance(value, Unknown):
            self.hide(owner, f"{what} {name}: {value.reason}")
        elif isinstance(value, Alternatives):
            yield Entry(name, value, given(value))
        elif not isinstance(value, Absent):
            yield Entry(name, value, TRUE)


def stronger_policy(first: Value | None, second: Value) -> Value:
    """Of two deletion policies the one that SAM prefers where several resources share what they make."""
    if first is None:
        return second
    one, other = as_text(first), as_text(second)
    for policy in _RETAINING:
        if policy in {one, other}:
            return first if one == policy else second
    return first
