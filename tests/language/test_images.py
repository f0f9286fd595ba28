"""The operator `pinned_image`: whether a container image is pinned."""

from __future__ import annotations

from datetime import date

import pytest

from walint.language.operators import OPERATORS
from walint.language.relation import Relations
from walint.language.scope import Context, resource_scope
from walint.model.graph import Graph
from walint.model.resource import Resource
from walint.model.value import Absent, Known, Reference, Text, Unknown, Value

_REPOSITORY = Resource("t#Repo", "AWS::ECR::Repository", "Repo", "Repo", "cloudformation", "t", Known({}))
_OPEN = Unknown("parameter Tag has no default")
_DIGEST = "@sha256:" + 64 * "a"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Known("shop:1.4.2"), True),
        (Known("shop" + _DIGEST), True),
        (Known("registry:5000/shop:1.4.2"), True),
        (Known("shop:latest"), False),
        (Known("shop:Latest"), False),
        (Known("shop"), False),
        (Known("registry:5000/shop"), False),
        (Known("registry.example.com/shop"), False),
        (Absent(), False),
        (Text((_OPEN, ".dkr.ecr.eu-west-1.amazonaws.com/shop:1.4.2")), True),
        (Text((_OPEN, ".dkr.ecr.eu-west-1.amazonaws.com/shop")), False),
        (Text((Reference("t#Repo", "RepositoryUri"), ":latest")), False),
        (Text((Reference("t#Repo", "RepositoryUri"), ":1.4.2")), True),
        (Text(("shop@sha256:", _OPEN)), True),
        (Reference("t#Repo", "RepositoryUri"), False),
    ],
)
def test_what_is_known_of_the_tag_decides(value: Value, *, expected: bool) -> None:
    assert expected is _ask(value)


@pytest.mark.parametrize(
    "value", [_OPEN, Text(("shop:", _OPEN)), Text((_OPEN, "-shop")), Reference("t#Nowhere", "RepositoryUri")]
)
def test_a_tag_out_of_sight_is_open(value: Value) -> None:
    assert isinstance(_ask(value), str)


def _ask(value: Value) -> bool | str:
    graph = Graph()
    graph.add(_REPOSITORY)
    context = Context(graph, Relations(graph), date(2026, 11, 20))
    test = OPERATORS["pinned_image"].build({"mutable_tags": ["latest", "dev"]})
    return test.ask(value, resource_scope(context, _REPOSITORY))
