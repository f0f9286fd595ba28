from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walint.reports.terminal import clipped, expanded, neutral, width_of, wrapped

TEXT = st.text(alphabet=st.one_of(st.characters(), st.sampled_from("\t 日本é\u0301🚀\u202e\x1b")), max_size=60)


@given(TEXT)
def test_neutral_text_is_printable_and_as_long(text: str) -> None:
    made = neutral(text)
    assert len(made) == len(text)
    assert [c for c in made if not c.isprintable() and c not in "\u00a0\u3000\u200d\ufe0f"] == []


@given(TEXT, st.data())
def test_the_mark_stays_under_the_same_text(line: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, max(len(line) - 1, 0)))
    end = data.draw(st.integers(start, len(line)))
    shown, left, right = expanded(line, start, end)
    assert 0 <= left <= right <= width_of(shown)
    assert left == width_of(expanded(line[:start], 0, 0)[0])


@given(st.text(alphabet="abc日", max_size=300), st.data())
def test_clipping_keeps_the_limit_and_the_blamed_text(line: str, data: st.DataObject) -> None:
    limit = data.draw(st.integers(20, 120))
    start = data.draw(st.integers(0, len(line)))
    end = data.draw(st.integers(start, min(start + 4, len(line))))
    shown, left, right = clipped(*expanded(line, start, end), limit)
    assert width_of(shown) <= limit
    before = 0
    for index, character in enumerate(shown):
        if before == left and line[start:end]:
            assert shown[index : index + end - start] == line[start:end]
        before += width_of(character)
    assert right - left == width_of(line[start:end])


@pytest.mark.parametrize(("text", "width"), [("abc", 3), ("日本", 4), ("e\u0301", 1), ("🚀", 2), ("", 0)])
def test_widths(text: str, width: int) -> None:
    assert width_of(text) == width


def test_words_are_wrapped_with_an_indent() -> None:
    assert wrapped("one two  three\nfour", 9, "  ") == "one two\n  three\n  four"
