from __future__ import annotations

import re

import pytest

from walint.patterns import lazy


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
