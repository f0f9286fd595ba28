"""What a finding expects, where several things are missing at once: one finding lists them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from walint.language.truth import Fact


def expected_of(facts: Sequence[Fact]) -> str:
    """What is expected, in words: of the first fact, and of those that miss something about the same whole resource.

    "an alarm on Errors that watches this function" and "an alarm on Throttles that watches this function" become "an
    alarm on Errors and Throttles that watches this function".
    """
    first = facts[0]
    if first.path or first.property:
        return first.expected
    alike = [fact.expected for fact in facts if not fact.path and not fact.property and fact.found == first.found]
    return joined(list(dict.fromkeys(alike)))


def joined(texts: Sequence[str]) -> str:
    """Several texts as one; what all begin or end with is said once."""
    if len(texts) == 1:
        return texts[0]
    words = [text.split(" ") for text in texts]
    shortest = min(map(len, words)) - 1  # something of each is left
    start = _common(words, shortest)
    end = _common([line[::-1] for line in words], shortest - start)
    middles = [" ".join(line[start : len(line) - end]) for line in words]
    several = f"{', '.join(middles[:-1])} and {middles[-1]}"
    return " ".join([*words[0][:start], several, *words[0][len(words[0]) - end :]])


def _common(lines: Sequence[Sequence[str]], most: int) -> int:
    """How many words all lines begin with, up to a number."""
    count = 0
    while count < most and len({line[count] for line in lines}) == 1:
        count += 1
    return count
