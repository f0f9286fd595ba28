"""What a finding expects, where several things are missing at once."""

from __future__ import annotations

import pytest

from walint.findings.missing import expected_of, joined
from walint.language.truth import Fact


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["an alarm"], "an alarm"),
        (["an alarm on A", "an alarm on B"], "an alarm on A and B"),
        (["an alarm on A of it", "an alarm on B of it", "an alarm on C of it"], "an alarm on A, B and C of it"),
        (["an alarm on A or B of it", "an alarm on C of it"], "an alarm on A or B and C of it"),
        (["a rule", "an alarm"], "a rule and an alarm"),
        (["an alarm on A", "an alarm on A on A"], "an alarm on A and A on A"),
        (["one", "one two"], "one and one two"),
    ],
)
def test_several_texts_as_one(texts: list[str], expected: str) -> None:
    assert expected == joined(texts)


def test_what_is_missing_is_listed_whole() -> None:
    facts = [Fact("", "", f"an alarm on {metric}", "none") for metric in ("A", "B", "A")]
    assert expected_of(facts) == "an alarm on A and B"


def test_what_else_is_wrong_stays_out() -> None:
    none, few = Fact("", "", "an alarm on A", "none"), Fact("", "", "two subscribers", "1")
    mode = Fact("Mode", "mode", "Active", "none")
    assert expected_of([none, few, mode]) == "an alarm on A"
    assert expected_of([mode, none]) == "Active"
