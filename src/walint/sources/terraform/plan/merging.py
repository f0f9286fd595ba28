"""The planned values of one resource as the model's values: what is known, unknown, hidden and not set.

`after` holds what is known; a leaf that is known after apply only is a missing key in an object and null in a list, and
`after_unknown` tells it from one that is not set. `after_sensitive` says what must not be shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from walint.model.span import Span
from walint.model.value import Known, Scalar, Unknown, Value
from walint.records import NamedTuple
from walint.sources.terraform.plan.configuration import is_argument
from walint.sources.terraform.plan.document import NOTHING, Change, Json
from walint.sources.terraform.plan.places import Route

SENSITIVE = "it is marked as sensitive, so walint does not look at it"
LATER = "known after apply"
_MOST_LEVELS = 150
"""Deeper values are unknown. The AWS provider's own nest about twenty levels (QuickSight, WAF)."""

_MISSING = object()
_PROVIDER_DEFAULTS = (False, 0, -1, "")
"""What a provider writes for an argument that nobody set, where it keeps nothing better."""


class Surroundings(NamedTuple):
    """What is asked about a resource while its values are merged.

    span      where the value at a route is written
    unknown   what stands for the unknown leaves of an argument, given the routes of all of them and what the
              configuration tells of the expression that gives the argument
    dynamic   whether a `dynamic` block may give top-level blocks of a name: True, False, or None where nobody knows
    known     the value that stands for a text that is known, at a route
    """

    span: Callable[[Route], Span]
    unknown: Callable[[Sequence[Route], Json], Mapping[Route, Value]]
    dynamic: Callable[[str], bool | None]
    known: Callable[[str, Route], Value]


class Merger:
    """Merges one resource."""

    def __init__(self, change: Change, expressions: Mapping[str, Json] | None, around: Surroundings) -> None:
        """`expressions` is what the configuration tells of the body; None where there is none to ask."""
        self._change = change
        self._expressions = expressions
        self._around = around
        self._later: Mapping[Route, Value] = {}

    def body(self) -> Known:
        """The arguments and blocks that are set, in Terraform's names and shapes."""
        change = self._change
        after, mask, told = change.after, change.mask, self._expressions
        names = dict.fromkeys(after)
        if mask is not None:
            names |= dict.fromkeys(name for name, value in mask.items() if value is True)
        elif told is not None and not change.new:
            names |= dict.fromkeys(name for name in told if name not in after)
        made: dict[str, Value] = {}
        for name in names:
            value = self._member(name)
            if value is not None:
                made[name] = value
        return Known(made, self._around.span(()))

    def _member(self, name: str) -> Value | None:
        """One top-level argument, or the blocks of one name; None where it is not set."""
        change, told = self._change, self._expressions
        value = change.after.get(name)
        if change.mask is not None:
            mask: Json = change.mask.get(name, False)
        else:
            mask = name not in change.after
        hidden = change.sensitive.get(name, False) if isinstance(change.sensitive, dict) else change.sensitive is True
        told_here = told.get(name, _MISSING) if told is not None else None
        route: Route = (name,)
        if told_here is _MISSING and not self._inferred(name, value, mask):
            return None
        return self._value(route, value, mask, hidden, None if told_here is _MISSING else told_here)

    def _inferred(self, name: str, value: Json, mask: Json) -> bool:
        """Whether a name that the configuration does not list is in the resource all the same.

        What is unknown and not listed is the provider's business, unless a `dynamic` block may give it. What is known
        and not listed comes from a `dynamic` block (a list of objects), or is what the provider adds.
        """
        if mask is True:
            return self._around.dynamic(name) is True
        if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            return True
        return not self._change.new and name != "tags_all" and value not in _PROVIDER_DEFAULTS

    def _value(self, route: Route, value: Json, mask: Json, hidden: Json, told: Json) -> Value | None:
        """An argument as a whole, or blocks; None where it is not set."""
        if hidden is True:
            return None if value is None and mask is not True else self._hidden(route)
        if mask is not True and value is None:
            return None
        if told is None or is_argument(told):
            return self._argument(route, value, mask, hidden, told)
        if mask is True:
            return self._unknown_blocks(route)
        nested = list(told) if isinstance(told, list) else [told]
        if isinstance(value, dict):  # a block that may stand only once
            value, mask, hidden = [value], [mask], [hidden]
        return self._blocks(route, value, mask, hidden, nested)

    def _argument(self, route: Route, value: Json, mask: Json, hidden: Json, told: Json) -> Value | None:
        """The value of an argument. One that is an empty list is not set, unless somebody wrote it so."""
        if value == [] and not told and mask is not True:
            return None
        if mask is True and told is None and self._around.dynamic(str(route[0])) is True:
            return self._unknown_blocks(route)
        before = self._later
        if mask is not False and mask is not None:
            routes = list(_unknown(route, mask, hidden, 0))
            self._later = self._around.unknown(routes, told) if routes else {}
        merged = self._leafwise(route, value, mask, hidden, 0)
        self._later = before
        return merged

    def _unknown_blocks(self, route: Route) -> Value:
        """Blocks of which the plan does not even know how many there are."""
        known = self._around.unknown([route], None).get(route)
        if known is None or isinstance(known, Unknown):
            rest = known or self._opaque(route, None)
            return Known((), self._around.span(route), "explicit", rest)
        return known

    def _blocks(self, route: Route, value: Json, mask: Json, hidden: Json, told: list[Json]) -> Value | None:
        """Nested blocks: always a sequence of mappings."""
        if not isinstance(value, list) or not value:
            return None
        made: list[Value] = []
        for index, item in enumerate(value):
            masked, covered = _item(mask, index), _item(hidden, index)
            here = (*route, index)
            if masked is True or covered is True or not isinstance(item, dict):
                made.append(self._hidden(here) if covered is True else self._opaque(here, None))
                continue
            matching = told[index] if len(told) == len(value) else _united(told)
            listed = matching if isinstance(matching, dict) else NOTHING
            exact = len(told) == len(value)
            made.append(self._block(here, item, masked, covered, listed, exact=exact))
        return Known(tuple(made), self._around.span(route))

    def _block(
        self, route: Route, item: Json, mask: Json, hidden: Json, told: Mapping[str, Json], *, exact: bool
    ) -> Known:
        """One nested block. `exact` says that `told` is what is told of this very block."""
        unknown = mask if isinstance(mask, dict) else NOTHING
        covered = hidden if isinstance(hidden, dict) else NOTHING
        made: dict[str, Value] = {}
        for name in dict.fromkeys((*item, *(name for name, value in unknown.items() if value is True))):
            listed = told.get(name, _MISSING)
            masked = unknown.get(name, False)
            if masked is True and listed is _MISSING and exact:
                continue
            value = self._value(
                (*route, name),
                item.get(name),
                masked,
                covered.get(name, False),
                None if listed is _MISSING else listed,
            )
            if value is not None:
                made[name] = value
        return Known(made, self._around.span(route))

    def _leafwise(self, route: Route, value: Json, mask: Json, hidden: Json, depth: int) -> Value | None:
        """A value with its unknown and hidden leaves put in; None for null."""
        if hidden is True:
            return self._hidden(route)
        if mask is True:
            return self._later.get(route) or self._opaque(route, None)
        if depth > _MOST_LEVELS:
            return Unknown("it is nested too deep for walint", self._around.span(route))
        span = self._around.span(route)
        if isinstance(value, dict):
            keys = dict.fromkeys(value)
            if isinstance(mask, dict):
                keys |= dict.fromkeys(key for key, inner in mask.items() if inner is not False)
            members = {
                key: self._leafwise((*route, key), value.get(key), _item(mask, key), _item(hidden, key), depth + 1)
                for key in keys
            }
            return Known({key: member for key, member in members.items() if member is not None}, span)
        if isinstance(value, list):
            items = (
                self._leafwise((*route, index), item, _item(mask, index), _item(hidden, index), depth + 1)
                for index, item in enumerate(value)
            )
            return Known(tuple(Known(None, span) if item is None else item for item in items), span)
        if isinstance(value, str):
            return self._around.known(value, route)
        scalar: Scalar = value
        return None if scalar is None else Known(scalar, span)

    def _hidden(self, route: Route) -> Unknown:
        return Unknown(SENSITIVE, self._around.span(route), None, surely_set=True)

    def _opaque(self, route: Route, source: str | None) -> Unknown:
        return Unknown(f"{LATER}{f', from {source}' if source else ''}", self._around.span(route))


def _item(tree: Json, key: str | int) -> Json:
    """The part of a mask that belongs to a member; a mask may be shorter than what it covers."""
    if isinstance(tree, dict):
        return tree.get(key, False)
    if isinstance(tree, list):
        return tree[key] if isinstance(key, int) and key < len(tree) else False
    return tree is True


def _unknown(route: Route, mask: Json, hidden: Json, depth: int) -> Sequence[Route]:
    """The routes of the unknown leaves that may be shown, in order."""
    if mask is True:
        return [] if hidden is True else [route]
    if depth > _MOST_LEVELS or hidden is True:
        return []
    members = mask.items() if isinstance(mask, dict) else enumerate(mask) if isinstance(mask, list) else ()
    return [leaf for key, inner in members for leaf in _unknown((*route, key), inner, _item(hidden, key), depth + 1)]


def _united(told: Sequence[Json]) -> Mapping[str, Json]:
    """What is told of several blocks of one name, taken together: which arguments any of them sets."""
    united: dict[str, Json] = {}
    for block in told:
        if isinstance(block, dict):
            for name, expression in block.items():
                united[name] = {} if name in united and is_argument(expression) else expression
    return united
