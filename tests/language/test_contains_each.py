"""The operator `contains_each`: a list of maps that has each of some values at a key."""

from __future__ import annotations

from datetime import date

import pytest

from walint.language.operators import OPERATORS
from walint.language.relation import Relations
from walint.language.scope import Context, resource_scope
from walint.model.graph import Graph
from walint.model.resource import Resource
from walint.model.value import Absent, Alternatives, Choice, Known, Unknown, Value

_CLUSTER = Resource("t#Cluster", "AWS::EKS::Cluster", "Cluster", "Cluster", "cloudformation", "t", Known({}))
_OPEN = Unknown("parameter Last has no default")
_EITHER = Alternatives((Choice((("t#IsProd", True),), Known("audit")), Choice((("t#IsProd", False),), Known("api"))))


def _listed(*types: Value, rest: Unknown | None = None) -> Known:
    return Known([Known({"Type": each}) for each in types], rest=rest)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (_listed(Known("audit"), Known("scheduler"), Known("api")), True),
        (_listed(Known("api")), False),
        (_listed(), False),
        (Absent(), False),
        (_listed(Known("audit"), Known("api"), _OPEN), True),
        (_listed(Known("api"), _OPEN), "parameter Last has no default"),
        (_listed(Known("api"), rest=Unknown("a macro may add items")), "a macro may add items"),
        (_listed(Known("api"), _EITHER), "it depends on a condition"),
    ],
)
def test_each_value_is_looked_for(value: Value, expected: bool | str) -> None:  # noqa: FBT001 - parametrised
    graph = Graph()
    graph.add(_CLUSTER)
    context = Context(graph, Relations(graph), date(2026, 11, 20))
    test = OPERATORS["contains_each"].build({"key": "Type", "values": ["api", "audit"]})
    assert expected == test.ask(value, resource_scope(context, _CLUSTER))
