"""Reading properties: from a resource, or from one item of a list in it, with AWS's defaults and under assumptions."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from walint.catalog.defaults import default_of
from walint.language.truth import HOLDS, Judgement, same_in_all, undecided
from walint.model.jsontext import from_json
from walint.model.value import TRUE, Absent, Alternatives, Choice, Known, Reference, Text, Unknown, Value
from walint.records import NamedTuple, dataclass, field

if TYPE_CHECKING:
    from walint.language.relation import Relations
    from walint.model.graph import Graph
    from walint.model.resource import Resource
    from walint.model.value import Origin, Scalar

Assumptions: TypeAlias = Mapping[str, str | bool]
Path: TypeAlias = tuple[str, ...]
Pieces: TypeAlias = tuple[str | Unknown | Reference, ...]
"""A value as pieces of text."""


class NameForms(NamedTuple):
    """How a resource's name may be written.

    forms    spellings that surely are its name: by reference, and as its name property has it
    perhaps  spellings that are its name under a condition
    own      whether it has, or may have, a name of its own; AWS makes one up otherwise
    open     why its own name is not wholly known, None when it is
    """

    forms: list[Pieces]
    perhaps: list[Pieces]
    own: bool
    open: str | None


_Made = TypeVar("_Made")
_MOST_KEPT = 200
"""How many answers are kept for subjects to come, before those under assumptions may push them out."""

_STEP = re.compile(r"\[([^\]]+)\]|([^.\[\]]+)")


def parse_path(text: str) -> Path:
    """The steps of a path: "A.B" is ("A", "B"); "Options.[awslogs-group]" has a bracketed last key; "." is ()."""
    return tuple(bracketed or plain for bracketed, plain in _STEP.findall(text))


@dataclass(slots=True)
class Context:
    """What all evaluations of one run share, and the assumptions under which one of them is made.

    `variables` collects, while a rule is evaluated, the variables whose value would have decided more, each with the
    values it may take; the engine splits cases over them.
    """

    graph: Graph
    relations: Relations
    today: date
    assumed: Assumptions = field(default_factory=dict)
    variables: dict[str, dict[str | bool, None]] = field(default_factory=dict)
    names: dict[str, NameForms] = field(default_factory=dict)
    """For `nameforms.forms_of`: how the names of resources may be written under the assumptions."""

    def possible(self, alternatives: Alternatives) -> list[Choice]:
        """The choices that the assumptions leave open. When several are, their variables are noted for a split."""
        assumed = self.assumed
        choices = alternatives.choices
        if assumed:
            choices = tuple(
                c for c in choices if all(assumed.get(variable, value) == value for variable, value in c.given)
            )
        if len(choices) != 1:
            for choice in choices:
                for variable, value in choice.given:
                    if variable not in assumed:
                        self.variables.setdefault(variable, {})[value] = None
        return list(choices)

    def once(self, key: Hashable, make: Callable[[], _Made]) -> _Made:
        """What `make` gives, made once for all subjects that ask with this key under the same assumptions.

        The variables that would have decided more are noted for each subject, as if it had been made for it.
        """
        store = self.relations.store.setdefault("once", {})
        whole = (key, frozenset(self.assumed.items()))
        if whole not in store:
            if self.assumed and len(store) > _MOST_KEPT:
                store.clear()
            noted, self.variables = self.variables, {}
            try:
                store[whole] = (make(), self.variables)
            finally:
                self.variables = noted
        made: _Made
        made, variables = store[whole]
        for variable, values in variables.items():
            self.variables.setdefault(variable, {}).update(values)
        return made

    def settle(self, value: Value) -> Value:
        """The value itself, or the one alternative that the assumptions leave."""
        while isinstance(value, Alternatives):
            choices = self.possible(value)
            if len(choices) != 1:
                return value
            value = choices[0].value
        return value

    def over_alternatives(self, value: Value, judge: Callable[[Value], Judgement]) -> Judgement:
        """Judges a value; one with alternatives is decided only if all that are possible are decided alike."""
        if not isinstance(value, Alternatives):
            return judge(value)
        choices = self.possible(value)
        if not choices:
            return undecided("its conditions contradict each other")
        return same_in_all([self.over_alternatives(choice.value, judge) for choice in choices])

    def exists(self, resource: Resource) -> Judgement:
        """Whether a resource exists in every deployment that the assumptions allow."""
        if resource.presence is TRUE:
            return HOLDS
        return self.over_alternatives(resource.presence, _is_true(resource))


def _is_true(resource: Resource) -> Callable[[Value], Judgement]:
    def judge(value: Value) -> Judgement:
        match value:
            case Known(bool() as holds):
                return Judgement(truth=holds)
            case Unknown(reason):
                return undecided(reason)
            case _:
                return undecided(f"whether {resource.address} exists cannot be told")

    return judge


@dataclass(slots=True)
class Scope:
    """What paths are relative to: a resource's properties, or the item of one of its lists.

    `prefix` is the path of the item inside the resource, () for the resource itself.
    """

    context: Context
    resource: Resource
    value: Value
    prefix: Path = ()

    def read(self, path: Path) -> Value:
        """The value at a path as somebody set it; AWS's default is not applied."""
        if path == ("@Name",):
            return Known(self.resource.name, self.resource.span)
        if path and path[0].startswith("@"):
            attribute = self.resource.attributes.get(path[0][1:])
            value: Value = Absent(self.resource.span) if attribute is None else attribute
            path = path[1:]
        else:
            value = self.value
        for step in path:
            value = self._step(value, step)
        return _null_is_absent(self.context.settle(value))

    def read_in_force(self, path: Path) -> Value:
        """The value at a path that AWS applies: what somebody set, else the documented default of that source."""
        value = self.read(path)
        if isinstance(value, Absent):
            return self._default(path, value)
        if isinstance(value, Alternatives):
            return _map(value, lambda choice: self._default(path, choice) if isinstance(choice, Absent) else choice)
        return value

    def _default(self, path: Path, absent: Absent) -> Value:
        whole = ".".join((*self.prefix, *path))
        default = default_of(self.resource.type, whole, self.resource.source, self._is_set, self._has_value)
        if default is None:
            return absent
        if default.unknown is not None:
            return Unknown(default.unknown, absent.span)
        value = default.value
        origin: Origin = "provider" if default.by_provider else "default"
        data = tuple(Known(item, absent.span, origin) for item in value) if isinstance(value, tuple) else value
        return Known(data, absent.span, origin)

    def _is_set(self, path: str) -> bool | None:
        value = Scope(self.context, self.resource, self.resource.properties).read(parse_path(path))
        match value:
            case Absent():
                return False
            case Unknown(surely_set=False) | Alternatives():
                return None
            case _:
                return True

    def _has_value(self, path: str, wanted: Scalar) -> bool | None:
        value = Scope(self.context, self.resource, self.resource.properties).read(parse_path(path))
        match value:
            case Known(data):
                return data == wanted
            case Absent():
                return False
            case _:
                return None

    def _step(self, value: Value, step: str) -> Value:
        value = self.context.settle(value)
        if isinstance(value, Known) and isinstance(value.data, (dict, Mapping)):  # `dict` first: it is told sooner
            member: Value | None = value.data.get(step)
            if member is not None:
                return member
            return value.rest if value.rest is not None else Absent(value.span)
        match value:
            case Known(None, span):
                return Absent(span)
            case Absent() | Unknown():
                return value if isinstance(value, Absent) else Unknown(value.reason, value.span)
            case Alternatives():
                return _map(value, lambda choice: self._step(choice, step))
            case Reference(span=span) | Text(span=span) | Known(span=span):
                spelled = from_json(value)
                if spelled is not None:
                    return self._step(spelled, step)
                return Unknown(f"{step} is asked of something that is not a map", span)

    def items(self, path: Path) -> tuple[Sequence[Value], str | None, Value]:
        """The items of a list property, why there may be more of them (or None), and the list itself.

        A single value where AWS expects a list counts as a list of one, as CloudFormation takes it.
        """
        value = self.read(path)
        match value:
            case Known(data, rest=rest) if isinstance(data, Sequence) and not isinstance(data, str):
                return data, rest.reason if rest else None, value
            case Absent():
                return (), None, value
            case Unknown(reason):
                return (), reason, value
            case Alternatives():
                return (), None, value
            case _:
                return (value,), None, value

    def item(self, value: Value, path: Path) -> Scope:
        """The scope of one item of the list at a path."""
        return Scope(self.context, self.resource, value, (*self.prefix, *path))

    def spoken(self, path: Path) -> str:
        """The user's own name for a path relative to this scope; "@DeletionPolicy" is spoken without its mark."""
        return self.resource.spoken(".".join((*self.prefix, *path))).removeprefix("@")


def _map(alternatives: Alternatives, change: Callable[[Value], Value]) -> Alternatives:
    """Changes every value that is possible, however deep conditions are nested."""

    def each(value: Value) -> Value:
        return _map(value, change) if isinstance(value, Alternatives) else change(value)

    choices = tuple(Choice(choice.given, each(choice.value)) for choice in alternatives.choices)
    return Alternatives(choices, alternatives.span)


def _null_is_absent(value: Value) -> Value:
    """CloudFormation rejects null; YAML's empty value is what a user leaves when nothing is set."""
    if isinstance(value, Alternatives):
        return _map(value, _null_is_absent)
    return Absent(value.span) if isinstance(value, Known) and value.data is None else value


def resource_scope(context: Context, resource: Resource) -> Scope:
    """The scope of a whole resource."""
    return Scope(context, resource, resource.properties)
