"""Texts that are only partly known: when two of them are the same."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from walint.language import pieces
from walint.language.scope import Pieces
from walint.model.graph import Graph
from walint.model.value import Reference, Unknown

GRAPH = Graph()
STAGE = Unknown("the parameter Stage has no default", symbol="app.yaml#Stage")

literal = st.text("ab:-", min_size=1, max_size=3)
piece = st.one_of(
    literal,
    st.sampled_from([STAGE, Unknown("known after apply"), Reference("app.yaml#Queue"), Reference("q", text="ab")]),
)
texts = st.lists(piece, min_size=1, max_size=4).map(tuple)


@given(texts, texts | texts.map(lambda text: (*text, ":*")))
@example(("a-", STAGE), ("b-", STAGE))
@example((STAGE, "-a"), (STAGE, "-b"))
@example(("arn", ":1"), ("arn", ":*"))
@example(("ab", STAGE), ("a", STAGE))
def test_different_ends_only_save_time(got: Pieces, wanted: Pieces) -> None:
    quick = pieces.compare(got, wanted, GRAPH)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(pieces, "_ends_differ", lambda _left, _right: False)
        slow = pieces.compare(got, wanted, GRAPH)
    assert quick == slow


@pytest.mark.parametrize(
    ("got", "wanted", "answer"),
    [
        (("orders",), ("orders",), True),
        (("orders",), ("invoices",), False),
        (("orders-", STAGE), ("orders-", STAGE), True),
        (("orders-", STAGE), ("invoices-", STAGE), False),
        ((STAGE, "-orders"), (STAGE, "-invoices"), False),
        (("orders-", STAGE), ("orders-prod",), STAGE.reason),
        (("orders-", STAGE), ("orders",), False),
        (("function:f:live",), ("function:f", ":*"), True),
        (("function:g:live",), ("function:f", ":*"), False),
    ],
)
def test_two_texts_are_the_same_are_not_or_may_be(got: Pieces, wanted: Pieces, *, answer: bool | str) -> None:
    assert pieces.compare(got, wanted, GRAPH) == answer


@given(st.text("abé-_ .²", max_size=12), st.text("abé-_", min_size=1, max_size=3))
@example("orders-prod", "orders")
@example("xorders orders", "orders")
@example("aaa aa", "aa")
def test_a_word_is_no_part_of_a_longer_one(text: str, name: str) -> None:
    expected = re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text) is not None
    assert pieces.holds_word(text, name) == expected
