"""Which dashboards show a resource: a widget names it, or searches for the metrics of everything of its kind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from walint.catalog import alarm_metrics
from walint.language.existing import elsewhere
from walint.language.nameforms import forms_of
from walint.language.naming import Naming, names
from walint.language.pieces import holds_word, pieces_of
from walint.language.population import Link, Population
from walint.language.scope import Pieces, Scope, resource_scope
from walint.language.truth import HOLDS, Judgement, conjunction, undecided
from walint.model.value import Known, Unknown, Value
from walint.patterns import lazy
from walint.records import NamedTuple

if TYPE_CHECKING:
    from walint.language.relation import Relations

DASHBOARD = "AWS::CloudWatch::Dashboard"
_MENTION = Naming(("name",), "*{name}*")
_PLACE = lazy(r"#(?:AWS::|aws[.\w-]*:)(?:AccountId|Region|Partition|URLSuffix|StackName|region|account|partition)")
"""The symbol of where something is deployed, which names no resource."""
_MOST_LEAVES = 20_000


def dashboards(scope: Scope, _arguments: Mapping[str, Any], relations: Relations) -> Population:
    """The relation `dashboards`: those that show the subject, surely or perhaps."""
    context = scope.context
    population = Population()
    for dashboard in context.graph.of_type(DASHBOARD):
        if elsewhere(dashboard, scope.resource):
            continue
        body = resource_scope(context, dashboard).read(("DashboardBody",))
        judgement = conjunction(
            [
                context.over_alternatives(body, lambda settled: _shows(settled, scope, relations)),
                context.exists(dashboard),
            ]
        )
        if judgement.truth is not False:
            population.links.append(Link(dashboard, judgement))
    return population


def _shows(body: Value, scope: Scope, relations: Relations) -> Judgement:
    """Whether the body of a dashboard, a text or what jsonencode was given, shows the subject."""
    reason: str | None = None
    leaves, too_long = _distinct(body, relations)
    for leaf in leaves:
        answer = _names(leaf, scope)
        if answer is True:
            return HOLDS
        reason = reason or (answer or None)
    if too_long:
        reason = reason or "the dashboard is too long"
    return Judgement(truth=False) if reason is None else undecided(reason, span=body.span)


class _Leaf(NamedTuple):
    """A text of a dashboard, in pieces; what is written out of it, in one; whether what is not known may be a name."""

    value: Value
    pieces: Pieces
    text: str
    open: bool


def _distinct(body: Value, relations: Relations) -> tuple[list[_Leaf], bool]:
    """The leaves of a body, plain texts once, and whether there are too many; found once for all subjects.

    "metric", "Average" and the region stand in every widget.
    """
    kept: dict[int, tuple[Value, list[_Leaf], bool]] = relations.store.setdefault("leaves of dashboards", {})
    known = kept.get(id(body))
    if known is None:
        found: list[_Leaf] = []
        seen: set[str] = set()
        number = 0
        for number, leaf in enumerate(_leaves(body), 1):
            if number > _MOST_LEAVES:
                break
            pieces = pieces_of(leaf)
            if pieces is None:
                continue
            if len(pieces) == 1 and isinstance(pieces[0], str):
                if pieces[0] in seen:
                    continue
                seen.add(pieces[0])
            found.append(_Leaf(leaf, pieces, _literal(pieces), _is_open(pieces)))
        known = kept[id(body)] = (body, found, number > _MOST_LEAVES)  # the body is kept, so that its id stays its own
    return known[1], known[2]


def _leaves(value: Value) -> Iterator[Value]:
    """The texts in a structure, and what is not known of it; keys hold no names."""
    waiting = [value]
    while waiting:
        here = waiting.pop()
        if isinstance(here, Known) and isinstance(here.data, (Mapping, list, tuple)):
            inside = here.data.values() if isinstance(here.data, Mapping) else here.data
            waiting += inside
            if here.rest is not None:
                waiting.append(here.rest)
        else:
            yield here


def _names(leaf: _Leaf, scope: Scope) -> bool | str:
    text = leaf.text
    if _searches(text, scope.resource.type):
        return True
    identifiers = scope.resource.identifiers
    if identifiers:
        return any(holds_word(text, name) for name in identifiers.values() if name)
    answer = names(leaf.value, scope.resource, _MENTION, scope.context)
    if isinstance(answer, str) and not leaf.open:
        return _may_spell(text, scope)
    return answer


def _literal(pieces: Pieces) -> str:
    """What is written out of a text, in one."""
    first = pieces[0]
    if len(pieces) == 1 and isinstance(first, str):  # as most are
        return first
    return "".join(piece for piece in pieces if isinstance(piece, str))


def _may_spell(text: str, scope: Scope) -> bool | str:
    """Why a text may hold a name that is not wholly known; not where what is known of the name is not in the text."""
    named = forms_of(scope.resource, scope.context)
    if named.open is None:
        return False
    for form in (*named.forms, *named.perhaps):
        known = [piece for piece in form if isinstance(piece, str)]
        if any(isinstance(piece, Unknown) for piece in form) and all(piece in text for piece in known):
            return named.open
    return False


def _is_open(pieces: Pieces) -> bool:
    """Whether a piece that is not known may be a name: anything but the region or account of the deployment."""
    return any(isinstance(one, Unknown) and not (one.symbol and _PLACE.search(one.symbol)) for one in pieces)


def _searches(text: str, type_name: str) -> bool:
    """Whether a widget looks for everything of a type: SEARCH, Metrics Insights, the explorer."""
    if f'"{type_name}"' in text or text == type_name:
        return True
    if "SEARCH(" not in text and "SELECT " not in text:
        return False
    spaces: Sequence[str] = [service.namespace for service in alarm_metrics.for_type(type_name)]
    return any(re.search(rf"""[{{"'\\]{re.escape(space)}\b""", text) for space in spaces)
