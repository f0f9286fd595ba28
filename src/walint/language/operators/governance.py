"""Test words about order and upkeep: tags, schedules, versions, permissions, and what is done when a step fails."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Any

from walint.catalog import engines
from walint.language import machines, schedules
from walint.language.explain import one_of
from walint.language.operators.asking import Argument, Test, all_of, any_of, listed, number_of, why_open
from walint.language.scope import Scope, parse_path
from walint.language.truth import Answer
from walint.model.jsontext import from_json
from walint.model.value import Absent, Alternatives, Known, Value

_TWO_DAYS = 2880


def tagged(argument: Argument) -> Test:
    """The operator of that name: tags, as a list or as a map, have each of these keys ("a|b": one of them)."""
    keys = [str(key) for key in listed(_given(argument, "keys"))]

    def ask(value: Value, scope: Scope) -> Answer:
        if isinstance(value, Absent):
            return not keys
        names, more = _tag_keys(value, scope)
        missing = [key for key in keys if not names & _spellings(key)]
        return True if not missing else (more or False)

    def words(value: Value) -> str:
        names, _ = _tag_keys(value, None)
        missing = [key for key in keys if not names & _spellings(key)]
        if not names:
            return "no tags" if isinstance(value, Absent) else "none of them"
        return "no tag " + " and no ".join(key.replace("|", "/") for key in missing)

    said = " and ".join(key.replace("|", "/") for key in keys)
    return Test(f"the tags {said}" if len(keys) > 1 else f"the tag {said}", ask, words=words)


def _spellings(key: str) -> set[str]:
    return set(key.lower().split("|"))


def _tag_keys(value: Value, scope: Scope | None) -> tuple[set[str], str | None]:
    """The keys in small letters, and why there may be others."""
    match value:
        case Known(Mapping() as data, rest=rest):
            return {str(name).lower() for name in data}, rest.reason if rest else None
        case Known(data, rest=rest) if isinstance(data, Sequence) and not isinstance(data, str):
            names: set[str] = set()
            more = rest.reason if rest else None
            for item in data:
                key = _key_of(item, scope)
                if isinstance(key, Known):
                    names.add(str(key.data).lower())
                elif not isinstance(key, Absent):
                    more = more or why_open(key)
            return names, more
        case _:
            return set(), why_open(value)


def _key_of(item: Value, scope: Scope | None) -> Value:
    if scope is not None:
        item = scope.context.settle(item)
    if isinstance(item, Known) and isinstance(item.data, Mapping):
        key: Value = item.data.get("Key", Absent())
        return scope.context.settle(key) if scope is not None else key
    return item


def recurs_within(argument: Argument) -> Test:
    """The operator of that name: the schedule runs at least every so many minutes or days.

    `absent_minutes` says how often it runs where none is set.
    """
    days, minutes = number_of(_given(argument, "days")), number_of(_given(argument, "minutes"))
    most = (days or 0) * 1440 + (minutes or 0)
    unset = number_of(_given(argument, "absent_minutes"))

    def ask(value: Value, _scope: Scope) -> Answer:
        match value:
            case Absent():
                return unset is not None and unset <= most
            case Known(str() as text):
                silence = schedules.longest_silence(text)
                return "its schedule cannot be read" if silence is None else silence <= most
            case _:
                return why_open(value)

    return Test(f"a run every {_spell(most)} or more often", ask)


def _spell(minutes: float) -> str:
    return f"{minutes / 1440:g} days" if minutes >= _TWO_DAYS else f"{minutes:g} minutes"


def in_standard_support(argument: Argument) -> Test:
    """The operator of that name: AWS gives the version of an engine standard support for so many days more."""
    days = int(number_of(_given(argument, "within_days")) or 0)
    named, where = _given(argument, "engine"), _given(argument, "engine_at")

    def ask(value: Value, scope: Scope) -> Answer:
        engine: Value = Known(str(named)) if named else scope.read_in_force(parse_path(str(where)))
        if not isinstance(engine, Known):
            return why_open(engine)
        match value:
            case Known(str() | int() | float() as version):
                ends = engines.standard_support_ends(str(engine.data), str(version))
                if ends is None:
                    return f"version {version} of {engine.data} is not in walint's data"
                return ends >= scope.context.today + timedelta(days=days)
            case _:
                return why_open(value)

    expected = f"a version in standard support for {days} days more" if days else "a version in standard support"
    return Test(expected, ask)


def allows(argument: Argument) -> Test:
    """The operator of that name: a policy document allows each of these actions, on some resource."""
    actions = [str(action) for action in listed(_given(argument, "actions"))]

    def ask(value: Value, scope: Scope) -> Answer:
        document = from_json(value) or value
        if isinstance(document, Absent):
            return False
        if not isinstance(document, Known) or not isinstance(document.data, Mapping):
            return why_open(document)
        statements, more, _ = scope.item(document, ()).items(("Statement",))
        granted = [all_of(any_of(_grants(each, scope, action) for each in statements) for action in actions)]
        answer = granted[0]
        return more if answer is False and more else answer

    return Test(f"a policy that allows {one_of(actions)}", ask)


def _grants(statement: Value, scope: Scope, action: str) -> Answer:
    inner = scope.item(scope.context.settle(statement), ())
    if not isinstance(inner.value, Known):
        return False if isinstance(inner.value, Absent) else why_open(inner.value)
    effect = inner.read(("Effect",))
    if isinstance(effect, Known) and effect.data != "Allow":
        return False
    if not isinstance(inner.read(("NotAction",)), Absent):
        named = any_of(_fits(each, action) for each in _items(inner, "NotAction"))
        return not named if isinstance(named, bool) else named
    return any_of(_fits(each, action) for each in _items(inner, "Action"))


def _items(scope: Scope, name: str) -> Iterator[Value]:
    items, more, whole = scope.items((name,))
    yield from items
    if more is not None or isinstance(whole, Alternatives):
        yield whole


def _fits(pattern: Value, action: str) -> Answer:
    if isinstance(pattern, Known) and isinstance(pattern.data, str):
        return fnmatchcase(action.lower(), pattern.data.lower())
    return False if isinstance(pattern, (Absent, Known)) else why_open(pattern)


def tasks_have(argument: Argument) -> Test:
    """The operator of that name: every task state of a state machine has one of these keys."""
    keys = [str(key) for key in listed(_given(argument, "keys"))]
    whole = [str(key) for key in listed(_given(argument, "machine") or [])]
    inherited = bool(_given(argument, "inherited"))

    def ask(value: Value, scope: Scope) -> Answer:
        seen = machines.lacking(value, scope, keys, whole, inherited=inherited)
        return False if seen.lacking else (seen.open or True)

    test = f"{one_of(keys)} in every task" + (f", or {one_of(whole)} of the machine" if whole else "")
    return Test(test, ask, words=lambda value: _lacking_words(value, keys, whole, inherited=inherited))


def _lacking_words(value: Value, keys: Sequence[str], whole: Sequence[str], *, inherited: bool) -> str:
    seen = machines.lacking(value, None, keys, whole, inherited=inherited)
    return f"none in {machines.shown(seen.lacking)}"


def gated(argument: Argument) -> Test:
    """The operator `gated`: an action of one of these categories runs before the pipeline deploys."""
    categories = [str(each) for each in listed(_given(argument, "by"))]
    deployment = str(_given(argument, "before"))
    return Test(
        f"an action of category {one_of(categories)} before the {deployment} deployment",
        lambda value, scope: machines.gate_before(value, scope, categories, deployment),
        words=lambda _value: "none",
    )


def _given(argument: Argument, name: str) -> Any:
    assert isinstance(argument, Mapping)  # noqa: S101 - the rule's loader has checked it
    return argument.get(name)
