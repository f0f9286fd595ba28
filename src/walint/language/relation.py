"""Relations at work: which resources of the scan are related to one, surely or perhaps, found through indexes.

Every join is indexed once per scan, so that asking is a look-up and cost stays linear in the number of resources.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property, partial
from typing import Any, TypeAlias

from walint.catalog.relations import JoinSpec, RelationSpec, relations
from walint.language import alarms, backups
from walint.language.ends import Ends, few
from walint.language.existing import elsewhere
from walint.language.hidden import Hidden, is_beside, is_one
from walint.language.nameforms import forms_of
from walint.language.namekeys import is_spelled, keys, lookup_keys, mention_keys
from walint.language.naming import Naming, names
from walint.language.population import Link, Population
from walint.language.scope import Context, Path, Scope, parse_path, resource_scope
from walint.language.truth import FAILS, HOLDS, Judgement, conjunction, undecided
from walint.model.graph import Graph
from walint.model.resource import Resource, outermost
from walint.model.value import Absent, Alternatives, Choice, Known, Unknown, Value

_SHORTEST_PART = 4
"""A text of fewer characters ("ecs") is in too many names to say that one was made of it."""


Arguments: TypeAlias = Mapping[str, Any]
Special: TypeAlias = Callable[[Scope, Arguments, "Relations"], Population]


class Relations:
    """All relations of one graph, with their indexes."""

    def __init__(self, graph: Graph) -> None:
        """The graph must be complete: what is added later is not seen."""
        self._graph = graph
        self._indexes: dict[JoinSpec, _Index] = {}
        self._hidden = Hidden(graph)
        self.store: dict[Hashable, Any] = {}
        """Where relations of a special kind keep their own indexes."""

    @cached_property
    def handed_out(self) -> frozenset[str]:
        """The keys of the resources whose names their stacks hand out, in outputs or in SSM parameters."""
        context = Context(self._graph, self, date.min)
        found = set()
        for type_name in ("Walint::Output", "AWS::SSM::Parameter"):
            for resource in self._graph.of_type(type_name):
                value = resource_scope(context, resource).read(("Value",))
                found |= {key for kind, key in keys(value, self._graph) if kind == "ref"}
        return frozenset(found)

    def related(self, relation: RelationSpec, scope: Scope, arguments: Arguments) -> Population:
        """The resources related to the subject of the scope."""
        if relation.kind == "join":
            population = self._join(relation, scope)
        else:
            population = SPECIAL[relation.kind](scope, arguments, self)
        if arguments.get("in_sight"):
            population.more.clear()
        else:
            population.more += self._unseen(relation, scope.resource)
        return population

    def _join(self, relation: RelationSpec, scope: Scope) -> Population:
        population = Population()
        seen: dict[str, Link] = {}
        for join in relation.joins:
            if scope.resource.type not in join.subject:
                continue
            counts = HOLDS if join.unless is None else _unset(scope, join.unless)
            if counts.truth is False:
                continue
            for link in self._links(join, scope, population):
                if counts.truth is None:
                    link = Link(link.resource, conjunction([link.judgement, counts]))  # noqa: PLW2901 - the same link
                known = seen.get(link.resource.key)
                if known is None or known.judgement.truth is not True:
                    seen[link.resource.key] = link
        population.links += seen.values()
        return population

    def _links(self, join: JoinSpec, scope: Scope, population: Population) -> Iterator[Link]:
        if join.here is not None:
            yield from self._forward(join, scope, population)
            return
        index = self._index(join, scope.context)
        if index.empty:
            return
        naming = Naming(join.by, join.template)
        if join.refers:
            yield from _judged(index.candidates([("ref", scope.resource.key)]), scope, naming)
            return
        candidates = index.candidates(lookup_keys(scope.resource, naming, scope.context))
        shelves = [*index.open.like(scope.resource, naming, scope.context)]
        if forms_of(scope.resource, scope.context).open is not None:
            shelves += index.spelled.like(scope.resource, naming, scope.context)
        unsure, too_many = few(shelves)
        if too_many:
            population.more.append(f"{too_many} resources of type {join.there} have unresolved links")
        yield from _judged([*candidates, *unsure], scope, naming)

    def _forward(self, join: JoinSpec, scope: Scope, population: Population) -> Iterator[Link]:
        """Their identity is named by a property of the subject (or of the list item)."""
        assert join.here is not None  # noqa: S101 - the caller has looked
        context, naming = scope.context, Naming(join.by, join.template)
        value = scope.read(parse_path(join.here))
        wanted = set(keys(value, self._graph))
        if isinstance(value, Absent):
            return
        if join.refers:
            wanted = {key for key in wanted if key[0] == "ref"}
        elif ("open", "") in wanted or isinstance(value, Unknown):
            population.more.append(value.reason if isinstance(value, Unknown) else "its name is not wholly known")
        if isinstance(value, Known) and isinstance(value.data, str):
            population.more += self._named_after(value.data, scope.resource, join.there)
        named = self._index(join, context)
        unsure, too_many = few([] if join.refers else [named.open.entries])
        candidates = [*named.candidates([*wanted]), *unsure]
        if too_many:
            population.more.append(f"{too_many} resources of type {join.there} have names that are not known")
        for resource in {resource.key: resource for resource, _ in candidates}.values():
            if elsewhere(scope.resource, resource, value):
                continue
            judgement = context.over_alternatives(value, _naming_test(resource, naming, context))
            yield from _link(resource, judgement, context)

    def _named_after(self, name: str, subject: Resource, there: str) -> Iterator[str]:
        """Why something of this type and name may be out of sight: a module that is not there got a part of it."""
        for part in self._graph.unseen:
            if part.unit != subject.unit or not any(_is_part(text, name) for text in part.texts):
                continue
            if part.types is None or any(is_one(one, (there,)) for one in part.types):
                yield part.reason

    def _index(self, join: JoinSpec, context: Context) -> _Index:
        index = self._indexes.get(join)
        if index is None:
            index = self._indexes[join] = _Index()
            base = Context(self._graph, self, context.today)
            naming = Naming(join.by, join.template)
            for resource in _of_type(self._graph, join.there):
                if join.path is None:
                    under = lookup_keys(resource, naming, base)
                    if forms_of(resource, base).open is not None:
                        under.append(("open", ""))
                    index.file(resource, None, under)
                else:
                    for value in values_at(resource_scope(base, resource), join.path, join.only):
                        mentioned = mention_keys(value) if naming.mentions else ()
                        index.file(resource, value, [*keys(value, self._graph), *mentioned])
        return index

    def _unseen(self, relation: RelationSpec, subject: Resource) -> list[str]:
        return self._hidden.reasons(relation.live_targets if subject.source == "live" else relation.targets, subject)


def _is_part(text: str, name: str) -> bool:
    """Whether a text is a name, or whole words of it, and not so short that this says nothing."""
    if len(text) < _SHORTEST_PART or text not in name:
        return False
    before, _, after = name.partition(text)
    return not before[-1:].isalnum() and not after[:1].isalnum()


def _of_type(graph: Graph, there: str) -> Iterator[Resource]:
    """The resources of a type, or of all types that start as a pattern such as "Custom::*" does."""
    if not there.endswith("*"):
        yield from graph.of_type(there)
        return
    for type_name in graph.types():
        if type_name.startswith(there[:-1]):
            yield from graph.of_type(type_name)


class _Index:
    """Resources by the keys of one of their values; those whose value is not wholly known are listed as open too."""

    def __init__(self) -> None:
        self._filed: dict[tuple[str, str], list[tuple[Resource, Value | None]]] = {}
        self.open: Ends[tuple[Resource, Value | None]] = Ends()
        self.spelled: Ends[tuple[Resource, Value | None]] = Ends()
        """Those whose value is a text that may spell a name which is not known."""

    @property
    def empty(self) -> bool:
        """Whether nothing is filed at all."""
        return not (self._filed or self.open.entries)

    def file(self, resource: Resource, value: Value | None, under: Iterable[tuple[str, str]]) -> None:
        """Files a resource (and the value that names the other) under its keys."""
        entry = (resource, value)
        keys_of_it = dict.fromkeys(under)
        for key in keys_of_it:
            if key[0] == "open":
                self.open.add(value, entry)
            else:
                self._filed.setdefault(key, []).append(entry)
        if is_spelled(keys_of_it):
            self.spelled.add(value, entry)

    def candidates(self, wanted: Sequence[tuple[str, str]]) -> list[tuple[Resource, Value | None]]:
        """What is filed under one of the keys."""
        return [entry for key in wanted for entry in self._filed.get(key, ())]


def _judged(candidates: Iterable[tuple[Resource, Value | None]], scope: Scope, naming: Naming) -> Iterator[Link]:
    context = scope.context
    test = _naming_test(scope.resource, naming, context)
    seen: set[tuple[str, int]] = set()
    for resource, value in candidates:
        if value is None or (resource.key, id(value)) in seen or elsewhere(resource, scope.resource, value):
            continue
        seen.add((resource.key, id(value)))
        yield from _link(resource, context.over_alternatives(value, test), context)


def _unset(scope: Scope, path: str) -> Judgement:
    """Whether nobody has set a property of the subject."""

    def test(value: Value) -> Judgement:
        if isinstance(value, Unknown) and not value.surely_set:
            return undecided(value.reason, span=value.span)
        return Judgement(truth=isinstance(value, Absent))

    return scope.context.over_alternatives(scope.read(parse_path(path)), test)


def _naming_test(resource: Resource, naming: Naming, context: Context) -> Callable[[Value], Judgement]:
    def test(value: Value) -> Judgement:
        answer = names(value, resource, naming, context)
        if answer is True:
            return HOLDS
        return FAILS if answer is False else undecided(str(answer))

    return test


def _link(resource: Resource, judgement: Judgement, context: Context) -> Iterator[Link]:
    """The link, if there may be one: to a resource that may not exist it is as uncertain as its existence."""
    if judgement.truth is False:
        return
    presence = context.exists(resource)
    whole = judgement if presence.truth is True else conjunction([judgement, presence])
    if whole.truth is not False:
        yield Link(resource, whole)


def values_at(scope: Scope, path: str, only: tuple[str, str] | None = None) -> Iterator[Value]:
    """The values at a path that crosses lists ("Targets[].Arn"); an unknown stands for what cannot be listed.

    With `only`, a property and a text, items of the first list count only if the property may be that text.
    """
    head, crosses, tail = path.partition("[]")
    if not crosses:
        value = scope.read(parse_path(path))
        if not isinstance(value, Absent):
            yield value
        return
    steps: Path = parse_path(head.strip("."))
    tail = tail.removeprefix(".")
    for item in _items_at(scope, steps, scope.read(steps), "" if only else tail):
        if only is None:
            yield item
        elif isinstance(item, Unknown) or _may_be(scope.item(item, steps), only):
            yield from _item_at(scope, steps, item, tail)


def _items_at(scope: Scope, steps: Path, value: Value, tail: str) -> Iterator[Value]:
    if isinstance(value, Alternatives):
        for choice in value.choices:
            for each in _items_at(scope, steps, choice.value, tail):
                yield _only_under(choice, value, each)
        return
    match value:
        case Known(data, rest=rest) if isinstance(data, Sequence) and not isinstance(data, str):
            for item in data:
                yield from _item_at(scope, steps, item, tail)
            if rest is not None:
                yield rest
        case Absent():
            return
        case Unknown():
            yield value
        case _:
            yield from _item_at(scope, steps, value, tail)


def _may_be(item: Scope, only: tuple[str, str]) -> bool:
    """Whether a property of an item is this text, or is not known."""
    value = item.read((only[0],))
    return not isinstance(value, Known) or value.data == only[1]


def _item_at(scope: Scope, steps: Path, item: Value, tail: str) -> Iterator[Value]:
    if isinstance(item, Alternatives):
        for choice in item.choices:
            for each in _item_at(scope, steps, choice.value, tail):
                yield _only_under(choice, item, each)
    elif tail:
        yield from values_at(scope.item(item, steps), tail)
    elif not isinstance(item, Absent):
        yield item


def _only_under(choice: Choice, alternatives: Alternatives, value: Value) -> Value:
    """A value that is there only under one choice of an alternative."""
    others = (Choice(other.given, Absent()) for other in alternatives.choices if other is not choice)
    return Alternatives((Choice(choice.given, value), *others), alternatives.span)


def _declared(scope: Scope, arguments: Arguments, relations: Relations) -> Population:
    """The relation `declared`: every resource of these types that the scan holds, whatever its unit.

    With `same_stack`, of the subject's stack and what is nested in it only. Of a live account: in the same place.
    """
    types = frozenset(map(str, arguments["types"]))
    subject, graph = scope.resource, scope.context.graph
    live = subject.source == "live"
    common: Hashable = None
    if arguments.get("same_stack"):
        stack = outermost(subject)
        links = _present(scope.context, types, lambda name: _by_stack(name, graph, relations).get(stack, ()))
    elif live:
        beside = partial(_beside, subject, graph)
        links = _present(scope.context, types, beside)
    else:
        common = ("declared", types)
        links = scope.context.once(common, lambda: _present(scope.context, types, graph.of_type))
    if arguments.get("in_sight") or (not live and all(name.startswith("Walint::") for name in types)):
        return Population(links, common=common)  # of an account even what walint made up may be out of sight: denied
    hidden = (part for part in graph.unseen if part.types is None or not types.isdisjoint(part.types))
    narrow = live or arguments.get("same_stack")
    more = [part.reason for part in hidden if not narrow or _is_of(subject, part.unit)]
    return Population(links, more, common)


def _present(context: Context, types: Iterable[str], of_type: Callable[[str], Iterable[Resource]]) -> list[Link]:
    return [Link(each, context.exists(each)) for name in sorted(types) for each in of_type(name)]


def _beside(subject: Resource, graph: Graph, type_name: str) -> Iterator[Resource]:
    """The live resources of a type in the account and region of the subject."""
    for each in graph.of_type(type_name):
        if each.source == "live" and not elsewhere(subject, each):
            yield each


def _by_stack(type_name: str, graph: Graph, relations: Relations) -> dict[str, list[Resource]]:
    """The resources of a type, by the unit that they are deployed with."""
    stacks: dict[str, list[Resource]] | None = relations.store.get(f"declared {type_name}")
    if stacks is None:
        stacks = relations.store[f"declared {type_name}"] = {}
        for resource in graph.of_type(type_name):
            stacks.setdefault(outermost(resource), []).append(resource)
    return stacks


def _is_of(subject: Resource, unit: str) -> bool:
    """Whether a unit is the subject's, or is nested in it, or concerns its live account."""
    return subject.unit == unit or unit.startswith(subject.unit + "/") or is_beside(subject, unit)


def _dashboards(scope: Scope, arguments: Arguments, relations: Relations) -> Population:
    from walint.language.dashboards import dashboards  # few scans hold any

    return dashboards(scope, arguments, relations)


def _same_metric_alarms(scope: Scope, arguments: Arguments, relations: Relations) -> Population:
    from walint.language.alarm_terms import same_metric_alarms  # few rules ask for them

    return same_metric_alarms(scope, arguments, relations)


SPECIAL: Mapping[str, Special] = {
    "alarms": alarms.alarms,
    "backup_selections": backups.backup_selections,
    "dashboards": _dashboards,
    "declared": _declared,
    "same_metric_alarms": _same_metric_alarms,
}
"""Relations that need more than joins, by their `kind`."""


def relation_named(name: str) -> RelationSpec:
    """The relation of this name; the rule's loader has checked that there is one."""
    return relations()[name]
