"""Values, literals and assumptions in words."""

from __future__ import annotations

import pytest

from walint.language.explain import found, given, literal, one_of
from walint.model.value import Absent, Alternatives, Choice, Known, Reference, Text, Unknown, Value


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Known("Active"), "Active"),
        (Known("PassThrough", None, "default"), "PassThrough (AWS default)"),
        (Known([Known("x86_64", None, "default")], None, "default"), "x86_64 (AWS default)"),
        (Known([Known("x86_64", None, "default"), Known("arm64")]), "x86_64 (AWS default), arm64"),
        (Known(data=False, origin="provider"), "false (provider default)"),
        (Known(30, None, "inherited"), "30 (inherited)"),
        (Known(data=True), "true"),
        (Known(data=False), "false"),
        (Known(0), "0"),
        (Known(1.5), "1.5"),
        (Known(""), "an empty text"),
        (Known("x" * 81), "x" * 77 + "..."),
        (Known("x" * 80), "x" * 80),
        (Known({}), "an empty map"),
        (Known({"A": Known(1), "B": Known(2)}), "a map with A, B"),
        (Known(()), "an empty list"),
        (Known((Known("a"), Absent(), Reference("t#Q"))), "a, nothing, a reference to Q"),
        (Absent(), "nothing"),
        (Unknown("parameter Env has no default"), "unknown: parameter Env has no default"),
        (Reference("app.yaml#Orders"), "a reference to Orders"),
        (Reference("app.yaml#Orders", "Arn"), "a reference to Orders.Arn"),
        (Text(("a-", Unknown("why"), "-b")), "a-${...}-b"),
        (Alternatives((Choice((), Known("a")), Choice((), Absent()), Choice((), Known("a")))), "a or nothing"),
    ],
)
def test_a_value_in_words(value: Value, words: str) -> None:
    assert words == found(value)


@pytest.mark.parametrize(
    ("data", "words"),
    [(True, "true"), (False, "false"), (7, "7"), ("x", "x"), (["a", 1, True], "a, 1, true"), ((), "")],
)
def test_a_literal_in_words(data: object, words: str) -> None:
    assert words == literal(data)


@pytest.mark.parametrize(
    ("items", "words"), [([], "nothing"), (["a"], "a"), (["a", "b"], "a or b"), (["a", "b", 3], "a, b or 3")]
)
def test_several_in_words(items: list[object], words: str) -> None:
    assert words == one_of(items)


@pytest.mark.parametrize(
    ("assumptions", "words"),
    [
        ([("app.yaml#IsProd", True)], "IsProd"),
        ([("app.yaml#IsProd", False)], "not IsProd"),
        ([("app.yaml#Env", "prod")], "Env is prod"),
        ([("a#IsProd", True), ("a#Env", "prod"), ("a#C", False)], "IsProd and Env is prod and not C"),
        ([], ""),
    ],
)
def test_assumptions_in_words(assumptions: list[tuple[str, str | bool]], words: str) -> None:
    assert words == given(assumptions)
