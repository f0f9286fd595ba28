"""Regular expressions: the first match is where Python finds it, too, and in linear time."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.timing import within
from walint.sources.terraform.functions.patterns import compiled, search

ATOMS = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", "^", r"\b", r"\w", "c"])
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}|{pair[1]})"),
        inner.map(lambda one: f"({one})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "*?", "+?", "??", "{2}", "{1,3}", "{0,2}", "{2,}"])).map(
            lambda pair: f"(?:{pair[0]}){pair[1]}"
        ),
    ),
    max_leaves=8,
)


def first(pattern: str, text: str) -> tuple[int, int] | None:
    """Where walint's engine finds the first match."""
    found = search(compiled(pattern), text, 0, lambda steps: None)  # noqa: ARG005
    return None if found is None else (found[0] or 0, found[1] or 0)


@settings(max_examples=400, deadline=None)
@given(pattern=PATTERNS, text=st.text("abc", max_size=7))
def test_there_is_a_match_where_python_finds_one(pattern: str, text: str) -> None:
    expected = re.search(pattern, text, re.ASCII)
    found = first(pattern, text)

    # Loops over nothing end differently in the two, so only where a match begins is compared.
    assert (found is None, found and found[0]) == (expected is None, expected and expected.start())


def test_time_grows_with_the_text_only() -> None:
    with within(2):
        assert first("(a*)*(a|a)*b", "a" * 3000) is None
