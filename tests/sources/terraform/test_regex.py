"""Regular expressions: the first match is where Python finds it, too, and in linear time."""

from __future__ import annotations

import random
import re
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.timing import within
from walint.sources.terraform.budget import BudgetError
from walint.sources.terraform.regex.search import search
from walint.sources.terraform.regex.syntax import compiled
from walint.sources.terraform.values import EvaluationError

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


@pytest.mark.parametrize(
    "pattern",
    [
        "(?:" * 3 + "a" + "){1000}" * 3,
        "(?:(?:(?:){1000}){1000}){1000}",
        r"\Q\E" * 100_000,
        "[" * 10_000,
        "(?i)" * 50_000,
    ],
    ids=lambda pattern: pattern[:30],
)
def test_no_expression_takes_long_to_read(pattern: str) -> None:
    with within(2), suppress(BudgetError, EvaluationError):
        compiled(pattern)


PIECES = (
    *"abcAB.^$()|*+?-]{}_",
    *("[ab]", "[^a]", "[a-c]", "[[:alpha:]]", "[[:^digit:]b]", r"[\w-]", "[]a]", "[^]a]", "[a-]"),
    *(
        r"\b",
        r"\B",
        r"\w",
        r"\d",
        r"\s",
        r"\W",
        r"\A",
        r"\z",
        r"\.",
        r"\x41",
        r"\x{62}",
        r"\012",
        r"\-",
        r"\pL",
        r"\PL",
        r"\p{Lu}",
    ),
    *("(?:", "(?i)", "(?i:", "(?m)", "(?s)", "(?U)", "(?-i)", "(?P<n>", ")", ")", ")", r"\Q.*\E"),
    *("*?", "+?", "??", "{2}", "{1,3}", "{0}", "{0,2}", "{2,}", "{,3}", "\n", "é"),
)


def test_matches_and_refusals_are_those_of_re2() -> None:
    """Expressions at random, half of them not valid, on texts in ASCII: beyond, RE2 sees edges within characters."""
    re2 = pytest.importorskip("re2", reason="google-re2 is not installed (it is in the extra `dev`)")
    quiet = re2.Options()
    quiet.log_errors = False
    chance = random.Random(2026)  # noqa: S311 - the same expressions in every run
    found = {"match": 0, "none": 0, "refused": 0}
    for _ in range(20_000):
        pattern = "".join(chance.choice(PIECES) for _ in range(chance.randint(1, 7)))
        text = "".join(chance.choice("abcABX\n 1-_.]") for _ in range(chance.randint(0, 8)))
        try:
            program = compiled(pattern)
        except BudgetError:
            continue
        except EvaluationError:
            with pytest.raises(re2.error):
                re2.compile(pattern, quiet)
            found["refused"] += 1
            continue
        expected = re2.compile(pattern, quiet).search(text)
        places = search(program, text, 0, lambda _work: None)
        if expected is None:
            assert (pattern, text, places) == (pattern, text, None)
            found["none"] += 1
            continue
        spans = [expected.span(group) for group in range(len(expected.groups()) + 1)]
        ends = [None if end < 0 else end for span in spans for end in span]
        assert (pattern, text, places) == (pattern, text, ends)
        found["match"] += 1
    assert min(found.values()) > 2000
