from __future__ import annotations

import pytest

from walint.reports.wording import counted, first_sentence


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two.", "One."),
        ("No end", "No end"),
        ("Set it, e.g. to 30. Then go on.", "Set it, e.g. to 30."),
        ("Python 3.9 is old. Move on.", "Python 3.9 is old."),
        ("Is it? Yes.", "Is it?"),
        ("over\n  lines. More.", "over lines."),
        ("", ""),
    ],
)
def test_first_sentence(text: str, expected: str) -> None:
    assert first_sentence(text) == expected


@pytest.mark.parametrize(
    ("number", "words", "expected"),
    [
        (0, ("rule",), "0 rules"),
        (1, ("rule",), "1 rule"),
        (2000, ("entry", "entries"), "2,000 entries"),
    ],
)
def test_counted(number: int, words: tuple[str, ...], expected: str) -> None:
    assert counted(number, *words) == expected
