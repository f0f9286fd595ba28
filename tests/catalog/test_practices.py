"""The questions and practices of the Well-Architected Framework."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from walint.catalog.practices import Practice, pillars, practice, practices, question, questions

CATALOGUE = Path(__file__).resolve().parents[3] / "shared" / "CATALOGUE.yaml"


def test_a_practice_has_its_title_question_and_pillar() -> None:
    found = practice("OPS08-BP02")
    assert found == Practice("OPS08-BP02", "Analyze workload logs", "OPS08", "Operational excellence")
    assert found.url == "https://docs.aws.amazon.com/wellarchitected/latest/framework/ops-08.html"


@pytest.mark.parametrize(
    "wrong", ["", "OPS08", "OPS08-BP06", "OPS08-BP00", "OPS08-BP2", "OPS08-BPxx", "OPS12-BP01", "ops08-bp02", "-BP01"]
)
def test_what_is_no_practice(wrong: str) -> None:
    assert practice(wrong) is None


def test_a_question_lists_its_practices_in_order() -> None:
    found = question("OPS06")
    assert found is not None
    assert (found.title, found.practices) == (
        "How do you mitigate deployment risks?",
        ("OPS06-BP01", "OPS06-BP02", "OPS06-BP03", "OPS06-BP04"),
    )
    assert question("OPS99") is None


def test_the_questions_of_a_pillar() -> None:
    assert [one.id for one in questions("Operational excellence")] == [f"OPS{number:02}" for number in range(1, 12)]


def test_the_framework_is_complete() -> None:
    counts = Counter(re.sub(r"\d.*", "", one.id) for one in practices())
    assert counts == {"OPS": 68, "SEC": 63, "REL": 65, "PERF": 32, "COST": 50, "SUS": 29}
    assert (len(questions()), set(pillars())) == (57, set(counts))


@pytest.mark.parametrize("one", [pytest.param(one, id=one.id) for one in practices()])
def test_a_title_is_one_clean_line(one: Practice) -> None:
    assert re.fullmatch(r"[A-Z][^\n]{5,}[A-Za-z)]", one.title)


@pytest.mark.skipif(not CATALOGUE.is_file(), reason="the rule catalogue is not beside the project")
def test_every_practice_that_the_rule_catalogue_names_exists() -> None:
    rules = yaml.load(CATALOGUE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    assert sorted({name for rule in rules for name in rule["practices"] if practice(name) is None}) == []
