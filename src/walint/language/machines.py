"""Failure in Amazon States Language and CodePipeline: what task states provide for, and the order of actions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from walint.language.operators.asking import why_open
from walint.language.scope import Scope
from walint.language.truth import Answer
from walint.model.jsontext import from_json
from walint.model.value import Absent, Alternatives, Known, Unknown, Value
from walint.records import NamedTuple

_DEEPEST = 20
_SHOWN = 5
_Place: TypeAlias = tuple[int, float]
"""Where an action of a pipeline stands: the number of its stage, and its RunOrder there."""


class Definition(NamedTuple):
    """The states of a machine that lack something, and why there may be more of them."""

    lacking: tuple[str, ...]
    tasks: int
    open: str | None


def lacking(
    value: Value, scope: Scope | None, keys: Sequence[str], machine: Sequence[str], *, inherited: bool
) -> Definition:
    """The task states without any of the keys, of the state itself or (`machine`) of the machine as a whole.

    What a Parallel or Map state around a task has counts for the task as well when it is `inherited`. Without a scope
    what depends on a condition is left open.
    """
    search = _Search(scope, keys, inherited=inherited)
    whole = search.members(value)
    if whole is None:
        return Definition((), 0, search.open or "no states are defined")
    if any(search.has(whole, key) for key in machine):
        return Definition((), 0, None)
    search.states(whole, covered=False, depth=0)
    return Definition(tuple(search.lacking), search.tasks, search.open)


class _Search:
    """One walk through a definition."""

    def __init__(self, scope: Scope | None, keys: Sequence[str], *, inherited: bool) -> None:
        self.scope, self.keys, self.inherited = scope, keys, inherited
        self.lacking: list[str] = []
        self.tasks = 0
        self.open: str | None = None

    def _settled(self, value: Value) -> Value:
        return value if self.scope is None else self.scope.context.settle(value)

    def members(self, value: Value) -> Known | None:
        value = self._settled(value)
        value = from_json(value) or value
        if isinstance(value, Known) and isinstance(value.data, Mapping):
            return value
        if not isinstance(value, Absent):
            self.open = self.open or why_open(value)
        return None

    def has(self, whole: Known, key: str) -> bool:
        assert isinstance(whole.data, Mapping)  # noqa: S101 - `members` gives nothing else
        found = self._settled(whole.data.get(key, Absent()))
        if isinstance(found, Alternatives):
            self.open = self.open or why_open(found)
        empty = isinstance(found, Known) and found.data in (None, [], ())
        return not isinstance(found, Absent) and not empty

    def states(self, whole: Known, *, covered: bool, depth: int) -> None:
        """Looks at the states of a machine, a branch or an iterator."""
        if whole.rest is not None:
            self.open = self.open or whole.rest.reason
        states = self.members(_member(whole, "States"))
        if states is None or depth > _DEEPEST:
            self.open = self.open or "its states cannot be read"
            return
        assert isinstance(states.data, Mapping)  # noqa: S101 - `members` gives nothing else
        for name, each in states.data.items():
            state = self.members(each)
            if state is not None:
                self._state(name, state, covered=covered, depth=depth)
        if states.rest is not None:
            self.open = self.open or states.rest.reason

    def _state(self, name: str, state: Known, *, covered: bool, depth: int) -> None:
        kind = _member(state, "Type")
        held = covered or any(self.has(state, key) for key in self.keys)
        if isinstance(kind, Known) and kind.data == "Task":
            self.tasks += 1
            if not held:
                if state.rest is None:
                    self.lacking.append(name)
                else:
                    self.open = self.open or state.rest.reason
        elif not isinstance(kind, Known):
            self.open = self.open or why_open(kind)
        for inner in self._inner(state):
            part = self.members(inner)
            if part is not None:
                self.states(part, covered=held and self.inherited, depth=depth + 1)

    def _inner(self, state: Known) -> Iterator[Value]:
        branches = self._settled(_member(state, "Branches"))
        if isinstance(branches, Known) and isinstance(branches.data, Sequence) and not isinstance(branches.data, str):
            yield from branches.data
        for name in ("Iterator", "ItemProcessor"):
            inner = _member(state, name)
            if not isinstance(inner, Absent):
                yield inner


def _member(whole: Known, name: str) -> Value:
    assert isinstance(whole.data, Mapping)  # noqa: S101 - the callers hold maps only
    found: Value = whole.data.get(name, Absent(whole.span))
    return found


def shown(names: Sequence[str]) -> str:
    """A few names in words."""
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def gate_before(value: Value, scope: Scope, categories: Sequence[str], deployment: str) -> Answer:
    """Whether an action of one of the categories runs before the first, or the last, action that deploys.

    `value` is the list of a pipeline's stages; actions of one stage run in the order of their RunOrder. A deployment
    that is tested before a later stage deploys is there for the tests: it is not the first.
    """
    kinds: list[tuple[int, float, str]] = []
    reason = _actions(value, scope, kinds)
    deploys = [(stage, order) for stage, order, kind in kinds if kind == "Deploy"]
    if not deploys:
        return reason or True
    at = max(deploys)
    if deployment == "first":
        tests = [(stage, order) for stage, order, kind in kinds if kind == "Test"]
        at = min(each for each in deploys if not _is_tried(each, deploys, tests))
    found = any(kind in categories and (stage, order) < at for stage, order, kind in kinds)
    return found or (reason or False)


def _is_tried(at: _Place, deploys: Sequence[_Place], tests: Sequence[_Place]) -> bool:
    """Whether a deployment is tested before a later stage deploys. The last one never is."""
    following = min((each for each in deploys if each[0] > at[0]), default=at)
    return any(at < test < following for test in tests)


def _actions(value: Value, scope: Scope, kinds: list[tuple[int, float, str]]) -> str | None:
    """Collects (stage, order, category) of every action; gives why there may be more, None when there are none."""
    reason: str | None = None
    stages, more, _ = _list_of(value, scope)
    reason = more
    for number, stage in enumerate(stages):
        whole = scope.context.settle(stage)
        if isinstance(whole, (Alternatives, Unknown)):
            reason = reason or why_open(whole)
            continue
        actions, more, _ = scope.item(whole, ()).items(("Actions",))
        reason = reason or more
        for action in actions:
            inner = scope.item(scope.context.settle(action), ())
            kind, order = inner.read(("ActionTypeId", "Category")), inner.read(("RunOrder",))
            if not isinstance(kind, Known):
                reason = reason or why_open(kind)
                continue
            runs = float(str(order.data)) if isinstance(order, Known) and str(order.data).isdigit() else 1.0
            kinds.append((number, runs, str(kind.data)))
    return reason


def _list_of(value: Value, scope: Scope) -> tuple[Sequence[Value], str | None, Value]:
    return Scope(scope.context, scope.resource, value, scope.prefix).items(())
