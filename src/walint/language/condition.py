"""Conditions of rules, compiled to closures over a scope, each giving a three-valued judgement with its facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from walint.language.explain import literal
from walint.language.operators import OPERATORS
from walint.language.operators.asking import ABSENT, PRESENT, Test
from walint.language.operators.lists import contains
from walint.language.population import Link, Population
from walint.language.relation import relation_named
from walint.language.scope import Path, Scope, parse_path, resource_scope
from walint.language.truth import (
    FAILS,
    HOLDS,
    Fact,
    Judgement,
    Related,
    conjunction,
    disjunction,
    undecided,
)
from walint.model.span import Span
from walint.model.value import Absent, Alternatives, Value

if TYPE_CHECKING:
    from walint.model.resource import Resource

Condition: TypeAlias = Callable[[Scope], Judgement]
Parameters: TypeAlias = Mapping[str, Any]
Raw: TypeAlias = Mapping[str, Any]

QUANTIFIERS = ("some", "every", "no")
QUANTIFIER_WORDS = ("items", "relation", "where", "expect", "min", "expected")
_MOST_RELATED = 5
_MOST_LISTED = 10
_PLAIN_WORDS = {"false": "none", "no": "none", "an empty list": "none"}


def compile_condition(raw: Raw, parameters: Parameters) -> Condition:
    """Compiles a condition as written in a rule file (already checked) with its parameters filled in."""
    parts = [_compile_key(key, argument, parameters) for key, argument in raw.items()]
    if len(parts) == 1:
        return parts[0]
    return lambda scope: conjunction([part(scope) for part in parts])


def compile_later(raw: Raw, parameters: Parameters) -> Condition:
    """The same, compiled when it is first asked. Most rules do not apply, and most relations lead nowhere."""
    ready: list[Condition] = []

    def ask(scope: Scope) -> Judgement:
        if not ready:
            ready.append(compile_condition(raw, parameters))
        return ready[0](scope)

    return ask


def _compile_key(key: str, argument: Any, parameters: Parameters) -> Condition:
    match key:
        case "all":
            parts = [compile_condition(part, parameters) for part in argument]
            return lambda scope: conjunction([part(scope) for part in parts])
        case "any":
            parts = [compile_condition(part, parameters) for part in argument]
            return lambda scope: disjunction(part(scope) for part in parts)
        case "not":
            return _negation(compile_condition(argument, parameters), argument)
        case "some" | "every" | "no":
            return _quantifier(key, argument, parameters)
        case "type":
            named = fill(argument, parameters)
            types = (named,) if isinstance(named, str) else tuple(named)
            return lambda scope: Judgement(truth=scope.resource.type in types)
        case "enabled":
            switch = HOLDS if fill(argument, parameters) else FAILS
            return lambda _scope: switch
        case _:
            return _property(parse_path(key), compile_test(argument, parameters))


def _negation(part: Condition, raw: Raw) -> Condition:
    def judge(scope: Scope) -> Judgement:
        judgement = part(scope)
        match judgement.truth:
            case None:
                return judgement
            case True:
                span = _own_span(scope)
                return Judgement(truth=False, facts=(Fact("", "", f"not {describe(raw)}", describe(raw), span),))
            case _:
                return HOLDS

    return judge


def compile_test(raw: Any, parameters: Parameters) -> Sequence[Test]:
    """The tests that a property must pass: a plain value, a state, a parameter, or a mapping of operators."""
    raw = fill(raw, parameters)
    if raw == "present":
        return (PRESENT,)
    if raw == "absent":
        return (ABSENT,)
    if not isinstance(raw, Mapping):
        return (OPERATORS["equals"].build(raw),)
    tests = []
    for name, argument in raw.items():
        value = fill(argument, parameters)
        if name == "contains" and isinstance(value, Mapping):
            tests += [contains(test) for test in compile_test(value, parameters)]
        else:
            tests.append(OPERATORS[name].build(_deep_fill(value, parameters)))
    return tests


def fill(raw: Any, parameters: Parameters) -> Any:
    """The value of a parameter where "$name" (or "$name.key", an entry of a map) stands; else the thing itself."""
    if not isinstance(raw, str) or not raw.startswith("$"):
        return raw
    name, _, key = raw[1:].partition(".")
    value = parameters[name]
    return value.get(key, []) if key else value


def _deep_fill(raw: Any, parameters: Parameters) -> Any:
    match raw:
        case Mapping():
            return {key: _deep_fill(value, parameters) for key, value in raw.items()}
        case list():
            return [fill(item, parameters) for item in raw]
        case _:
            return fill(raw, parameters)


def _property(path: Path, tests: Sequence[Test]) -> Condition:
    parts = [_property_test(path, test) for test in tests]
    if len(parts) == 1:
        return parts[0]
    return lambda scope: conjunction([part(scope) for part in parts])


def _property_test(path: Path, test: Test) -> Condition:
    own = test.judge

    def judge(scope: Scope) -> Judgement:
        value = scope.read_in_force(path) if test.in_force else scope.read(path)

        def on_value(settled: Value) -> Judgement:
            if own is not None:
                return own(settled, scope)
            answer = test.ask(settled, scope)
            if answer is True:
                return HOLDS
            if answer is False:
                return Judgement(truth=False, facts=(_fact(scope, path, test, settled),))
            return undecided(f"{scope.spoken(path) or scope.resource.type}: {answer}", span=settled.span)

        return scope.context.over_alternatives(value, on_value)

    return judge


def _fact(scope: Scope, path: Path, test: Test, value: Value) -> Fact:
    span = value.span or _own_span(scope)
    whole = ".".join((*scope.prefix, *path))
    words = test.words(value) + (test.detail(value) if test.detail is not None else "")
    expected = test.expected
    if test.about:
        expected = expected.replace(test.about, scope.resource.spoken(test.about))
    return Fact(whole, scope.spoken(path), expected, words, span)


def _own_span(scope: Scope) -> Span | None:
    """The place of the item, or of the resource itself."""
    return (scope.value.span if scope.prefix else None) or scope.resource.span


def _quantifier(word: str, raw: Raw, parameters: Parameters) -> Condition:
    where = compile_later(raw["where"], parameters) if raw.get("where") else None
    expect = compile_later(raw["expect"], parameters) if raw.get("expect") else None
    least = int(fill(raw.get("min", 1), parameters))
    if "items" in raw:
        members = _item_members(parse_path(raw["items"]))
        path = parse_path(raw["items"])
    else:
        relation = relation_named(raw["relation"])
        arguments = {key: _deep_fill(value, parameters) for key, value in raw.items() if key not in QUANTIFIER_WORDS}
        members = _related_members(lambda scope: scope.context.relations.related(relation, scope, arguments))
        path = ()
    quantify = {"some": _some, "every": _every, "no": _no}[word]

    def judge(scope: Scope) -> Judgement:
        words = _Words(scope, path, {word: raw}, expect)
        return members(scope, lambda them: quantify(them, where, expect, least, words))

    return judge


_Made = TypeVar("_Made")


class _Words:
    """How a quantifier that fails says what it expected, and where."""

    def __init__(self, scope: Scope, path: Path, raw: Raw, expect: Condition | None) -> None:
        self.scope, self.path, self._raw, self.expect = scope, path, raw, expect

    def _said(self) -> str | None:
        """The rule's own words, where it has some."""
        words: str | None = next(iter(self._raw.values())).get("expected")
        return words

    def _expected(self) -> str:
        """In the words of the rule, else of the condition."""
        return str(self._said() or describe(self._raw))

    def on_item(self, judgement: Judgement) -> Judgement:
        """The judgement of one item in the rule's own words, where it has some: "true" and "false" tell nobody much."""
        said = self._said()
        if said is None or judgement.truth is not False:
            return judgement
        facts = tuple(
            fact._replace(expected=self._expected(), found=_PLAIN_WORDS.get(fact.found, fact.found))
            for fact in judgement.facts
        )
        return judgement._replace(facts=facts)

    def failure(self, found_words: str, span: Span | None = None, related: tuple[Related, ...] = ()) -> Judgement:
        """The judgement of a failed quantifier."""
        scope = self.scope
        if span is None and self.path:
            span = scope.read(self.path).span
        whole = ".".join((*scope.prefix, *self.path)) if self.path else ""
        spoken = (self._by_key(whole) or scope.spoken(self.path)) if self.path else ""
        fact = Fact(whole, spoken, self._expected(), found_words, span or _own_span(scope), related)
        return Judgement(truth=False, facts=(fact,))

    def _by_key(self, path: str) -> str | None:
        """The user's own name of the item with the key that is looked for, where that has one in Terraform."""
        where = next(iter(self._raw.values())).get("where")
        key = where.get("Key") if isinstance(where, Mapping) and len(where) == 1 else None
        return self.scope.resource.dialect.get(f"{path}.[{key}]") if isinstance(key, str) else None


class _Members:
    """What a quantifier ranges over, each with the judgement of its being a member, and why there may be more."""

    def __init__(self, members: list[tuple[Scope, Judgement]], more: Sequence[str]) -> None:
        self._members, self.more = members, tuple(more)

    @property
    def members(self) -> list[tuple[Scope, Judgement]]:
        return self._members

    def once(self, _purpose: str, make: Callable[[], _Made]) -> _Made:
        """What `make` finds out about the members; made once for all subjects that have the same ones."""
        return make()


class _CommonMembers(_Members):
    """Those of a quantifier that many subjects share: what is found out about them is kept under its token."""

    def __init__(self, population: Population, scope: Scope, token: object) -> None:
        self._population, self._scope, self._key = population, scope, (population.common, token)
        self.more = tuple(population.more)

    @property
    def members(self) -> list[tuple[Scope, Judgement]]:
        return _linked(self._population, self._scope)

    def once(self, purpose: str, make: Callable[[], _Made]) -> _Made:
        return self._scope.context.once((*self._key, purpose), make)


def _item_members(path: Path) -> Callable[[Scope, Callable[[_Members], Judgement]], Judgement]:
    def judge(scope: Scope, quantify: Callable[[_Members], Judgement]) -> Judgement:
        def on_list(value: Value) -> Judgement:
            items, more, _ = _settled_items(scope, value)
            members: list[tuple[Scope, Judgement]] = []
            for item in items:
                members += _item_scopes(scope, item, path)
            return quantify(_Members(members, [f"{scope.spoken(path)}: {more}"] if more else []))

        return scope.context.over_alternatives(scope.read(path), on_list)

    return judge


def _settled_items(scope: Scope, value: Value) -> tuple[Sequence[Value], str | None, Value]:
    return Scope(scope.context, scope.resource, value, scope.prefix).items(())


def _item_scopes(scope: Scope, item: Value, path: Path) -> list[tuple[Scope, Judgement]]:
    """An item under each alternative that is possible; the ones that depend on a condition are members perhaps."""
    if not isinstance(item, Alternatives):
        return [] if isinstance(item, Absent) else [(scope.item(item, path), HOLDS)]
    choices = scope.context.possible(item)
    members: list[tuple[Scope, Judgement]] = []
    for choice in choices:
        for member, judgement in _item_scopes(scope, choice.value, path):
            perhaps = judgement if len(choices) == 1 else undecided("it depends on a condition")
            members.append((member, perhaps))
    return members


def _related_members(
    relate: Callable[[Scope], Population],
) -> Callable[[Scope, Callable[[_Members], Judgement]], Judgement]:
    token = object()

    def judge(scope: Scope, quantify: Callable[[_Members], Judgement]) -> Judgement:
        population = relate(scope)
        if population.common is not None:
            return quantify(_CommonMembers(population, scope, token))
        return quantify(_Members(_linked(population, scope), population.more))

    return judge


def _linked(population: Population, scope: Scope) -> list[tuple[Scope, Judgement]]:
    return [(_related_scope(scope, link), link.judgement) for link in population.links]


def _related_scope(scope: Scope, link: Link) -> Scope:
    return resource_scope(scope.context, link.resource)


def _demanded(member: tuple[Scope, Judgement], where: Condition | None, expect: Condition | None) -> Judgement:
    """Whether something is a member and satisfies both conditions."""
    scope, judgement = member
    parts = [judgement]
    if where is not None:
        parts.append(where(scope))
    if expect is not None and all(part.truth is not False for part in parts):
        parts.append(expect(scope))
    return conjunction(parts)


def _some(them: _Members, where: Condition | None, expect: Condition | None, least: int, words: _Words) -> Judgement:
    sure, opened, misses = them.once("sorted", lambda: _sorted(them, where, expect, least))
    if sure >= least:
        return HOLDS
    if them.more or sure + len(opened) >= least:
        return conjunction([*opened, undecided(*them.more)])
    meant = them.once("meant", lambda: _meant(them, where, words))
    if words.path:
        near = meant if where is not None else misses
        return words.failure(_found_some(sure, near), _place(meant), _near_misses(misses, words.scope))
    near = misses if where is None or expect is None else meant
    return words.failure(_found_some(sure, near), None, _near_misses(near, words.scope))


def _sorted(
    them: _Members, where: Condition | None, expect: Condition | None, least: int
) -> tuple[int, list[Judgement], list[tuple[Scope, Judgement]]]:
    """How many satisfy both conditions (counted up to `least`), those that may, and those that do not."""
    sure = 0
    opened: list[Judgement] = []
    misses: list[tuple[Scope, Judgement]] = []
    for member in them.members:
        judgement = _demanded(member, where, expect)
        if judgement.truth is True:
            sure += 1
            if sure >= least:
                break
        elif judgement.truth is None:
            opened.append(judgement)
        else:
            misses.append((member[0], judgement))
    return sure, opened, misses


def _meant(them: _Members, where: Condition | None, words: _Words) -> list[tuple[Scope, Judgement]]:
    """The members that are what `where` looks for and miss `expect` only: these are to be mended."""
    found: list[tuple[Scope, Judgement]] = []
    if where is None:
        return found
    for scope, membership in them.members:
        if membership.truth is True and where(scope).truth is True:
            found.append((scope, _demanded((scope, membership), None, words.expect)))
    return found


def _place(meant: Sequence[tuple[Scope, Judgement]]) -> Span | None:
    """The place to blame for a list that lacks an item, when one item was meant to be it."""
    return next((fact.span for _, judgement in meant for fact in judgement.facts if fact.span is not None), None)


def _found_some(sure: int, misses: list[tuple[Scope, Judgement]]) -> str:
    if sure:
        return f"only {sure}"
    if not misses:
        return "none"
    fact = next((fact for _, judgement in misses for fact in judgement.facts), None)
    detail = ""
    if fact is not None and fact.path:
        detail = f" ({fact.property or fact.path}: {fact.found})"
    elif fact is not None and _is_lack(fact):
        detail = f" (it lacks {fact.expected})"
    return f"none of {len(misses)} that fits{detail}" if len(misses) > 1 else f"one that does not fit{detail}"


def _is_lack(fact: Fact) -> bool:
    """Whether a fact is that a thing has nothing of a kind that its rule has a word for."""
    return not (fact.property or fact.path) and fact.found == "none" and fact.expected.startswith(("a ", "an "))


def _near_misses(misses: list[tuple[Scope, Judgement]], subject: Scope) -> tuple[Related, ...]:
    related = []
    for scope, judgement in misses[:_MOST_RELATED]:
        if scope.resource is subject.resource:
            continue
        for fact in judgement.facts[:1]:
            span = fact.span or scope.resource.span
            if span is not None:
                asked = fact.property or fact.path or scope.resource.type
                said = f"{asked} is {fact.found}, expected {fact.expected}"
                said = f"it lacks {fact.expected}" if _is_lack(fact) else said
                related.append(Related(span, f"{scope.resource.address}: {said}"))
    return tuple(related)


def _every(them: _Members, where: Condition | None, expect: Condition | None, _least: int, words: _Words) -> Judgement:
    judgements = []
    failed: list[tuple[Resource, Fact]] = []
    for scope, membership in them.members:
        applies = conjunction([membership, where(scope)] if where is not None else [membership])
        if applies.truth is False:
            continue
        demanded = expect(scope) if expect is not None else words.failure("one", scope.value.span)
        if demanded.truth is not True and applies.truth is not True:
            judgements.append(undecided(*applies.reasons, *demanded.reasons, span=applies.span or demanded.span))
        elif demanded.truth is False and _is_bare(demanded) and scope.resource is not words.scope.resource:
            failed.append((scope.resource, demanded.facts[0]))
        else:
            judgements.append(words.on_item(demanded))
    if failed:
        judgements.append(Judgement(truth=False, facts=(_listing(failed),)))
    if them.more:
        judgements.append(undecided(*them.more))
    return conjunction(judgements)


def _is_bare(judgement: Judgement) -> bool:
    """Whether a failure is about a resource as a whole: its fact does not say about which."""
    return len(judgement.facts) == 1 and not (judgement.facts[0].property or judgement.facts[0].path)


def _listing(failed: Sequence[tuple[Resource, Fact]]) -> Fact:
    """One fact on several related resources, which lists them: a message tells one fact."""
    _, first = failed[0]
    names = [resource.address for resource, _ in failed]
    more = f" and {len(names) - _MOST_LISTED} more" if len(names) > _MOST_LISTED else ""
    others = tuple(
        Related(fact.span, f"{resource.address}: {fact.found}")
        for resource, fact in failed[1 : 1 + _MOST_RELATED]
        if fact.span is not None
    )
    found = f"{first.found} for {', '.join(names[:_MOST_LISTED])}{more}"
    return first._replace(found=found, related=(*first.related, *others))


def _no(them: _Members, where: Condition | None, expect: Condition | None, _least: int, words: _Words) -> Judgement:
    opened = [undecided(*them.more)] if them.more else []
    for member in them.members:
        judgement = _demanded(member, where, expect)
        if judgement.truth is True:
            scope = member[0]
            if scope.resource is words.scope.resource:
                return words.failure("one", scope.value.span)
            related = (Related(scope.resource.span, f"{scope.resource.address} is one"),) if scope.resource.span else ()
            return words.failure(scope.resource.address, None, related)
        if judgement.truth is None:
            opened.append(judgement)
    return conjunction(opened)


def describe(raw: Raw) -> str:
    """A condition in words, for rules that do not word it themselves."""
    return " and ".join(_describe_key(key, argument) for key, argument in raw.items())


def _describe_key(key: str, argument: Any) -> str:
    match key:
        case "all":
            return " and ".join(describe(part) for part in argument)
        case "any":
            return " or ".join(describe(part) for part in argument)
        case "not":
            return "not " + describe(argument)
        case "some" | "every" | "no":
            what = argument.get("items") or str(argument["relation"]).replace("_", " ")
            conditions = [argument[word] for word in ("where", "expect") if argument.get(word)]
            detail = " with " + " and ".join(describe(part) for part in conditions) if conditions else ""
            return f"{word_for(key, argument)} of {what}{detail}"
        case "type":
            return f"type {literal(argument)}"
        case "enabled":
            return str(argument).removeprefix("$")
        case _:
            return f"{key} {_describe_test(argument)}"


def word_for(key: str, argument: Raw) -> str:
    """The quantifier in words."""
    least = argument.get("min", 1)
    return {"some": "one" if least == 1 else f"{least}", "every": "every one", "no": "none"}[key]


def _describe_test(raw: Any) -> str:
    if not isinstance(raw, Mapping):
        return literal(raw)
    return " and ".join(f"{name.replace('_', ' ')} {_describe_argument(value)}" for name, value in raw.items())


def _describe_argument(value: Any) -> str:
    return _describe_test(value) if isinstance(value, Mapping) else literal(value)
