from __future__ import annotations

import re

import pytest

from walint.patterns import deferred, lazy


def test_a_lazy_expression_finds_what_the_compiled_one_finds() -> None:
    expression = lazy(r"(?P<word>[a-z]+)\s*=", re.IGNORECASE)
    text = "One = 1, two=2"
    compiled = re.compile(r"(?P<word>[a-z]+)\s*=", re.IGNORECASE)
    assert [match["word"] for match in expression.finditer(text)] == ["One", "two"]
    assert expression.sub("", text) == compiled.sub("", text)
    assert (expression.pattern, expression.flags) == (compiled.pattern, compiled.flags)


def test_a_mistake_shows_at_the_first_use() -> None:
    expression = lazy("(")
    with pytest.raises(re.error, match="missing \\)"):
        expression.search("text")


def test_what_is_compiled_meanwhile_is_compiled_at_its_first_use() -> None:
    with deferred():
        wrong, right = re.compile("("), re.compile("^a", re.IGNORECASE)
    assert right.search("Ab") is not None
    with pytest.raises(re.error):
        wrong.search("")


def test_afterwards_patterns_are_compiled_at_once_again() -> None:
    with pytest.raises(ZeroDivisionError), deferred():
        raise ZeroDivisionError
    with pytest.raises(re.error):
        re.compile("(")
