"""The versions of databases and Kubernetes: dates with a source, and versions that are found."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from walint.catalog import engines
from walint.catalog.engines import engine_names, standard_support_ends

WRITTEN: Mapping[str, Any] = json.loads(engines._FILE.read_text(encoding="utf-8"))
PAGES = [
    pytest.param(name, page, id=f"{name} {page['source']}")
    for name in WRITTEN["engines"]
    for page in WRITTEN["engines"][name]
]


def test_the_engines() -> None:
    assert engine_names() == ("aurora-mysql", "aurora-postgresql", "eks", "mariadb", "mysql", "postgres")


@pytest.mark.parametrize(("engine", "page"), PAGES)
def test_every_date_stands_under_the_page_that_says_it(engine: str, page: Mapping[str, Any]) -> None:
    assert re.match(r"https://(docs\.aws\.amazon\.com|endoflife\.date)/\S+$", page["source"])
    assert page["ends"], engine
    assert all(date.fromisoformat(day) for day in page["ends"].values())
    assert all(re.fullmatch(r"\d+(\.\d+)*", version) for version in page["ends"])
    assert date.fromisoformat(page["as_of"]) <= date.fromisoformat(WRITTEN["checked"])


@pytest.mark.parametrize(("engine", "page"), PAGES)
def test_a_page_that_is_not_of_aws_says_why_it_is_used(engine: str, page: Mapping[str, Any]) -> None:
    assert "note" in page or "docs.aws.amazon.com" in page["source"], engine


@pytest.mark.parametrize("engine", engine_names())
def test_one_page_says_when_a_version_ends(engine: str) -> None:
    versions = Counter(version for page in WRITTEN["engines"][engine] for version in page["ends"])
    assert [version for version, number in versions.items() if number > 1] == []


@pytest.mark.parametrize("engine", [name for name in engine_names() if name != "mariadb"])
def test_a_later_version_ends_later(engine: str) -> None:
    """Of MariaDB some versions are kept for five years, others for three."""
    dates = {version: day for page in WRITTEN["engines"][engine] for version, day in page["ends"].items()}
    in_order = sorted(dates, key=lambda version: [int(part) for part in version.split(".")])
    assert [dates[version] for version in in_order] == sorted(dates.values())


@pytest.mark.parametrize(
    ("engine", "version", "ends"),
    [
        ("eks", "1.29", date(2025, 3, 23)),
        ("eks", "1.36", date(2027, 8, 2)),
        ("eks", "1.9", date(2023, 10, 11)),
        ("eks", "1.99", None),
        ("mysql", "5.7.44", date(2024, 2, 29)),
        ("mysql", "5.6", date(2024, 2, 29)),
        ("mysql", "5", None),
        ("postgres", "13", date(2026, 2, 28)),
        ("postgres", "18.3", date(2031, 2, 28)),
        ("postgres", "10.3", date(2024, 2, 29)),
        ("postgres", "latest", None),
        ("aurora-postgresql", "18.4", date(2031, 2, 28)),
        ("aurora-mysql", "5.6.mysql_aurora.1.23.4", date(2023, 2, 28)),
        ("aurora-mysql", "8.0.mysql_aurora.3.10.0", date(2028, 4, 30)),
        ("aurora-mysql", "8.4.mysql_aurora.8.4.7", date(2032, 4, 30)),
        ("mariadb", "10.3.39", date(2026, 8, 31)),
        ("mariadb", "10.11.16", date(2028, 2, 29)),
        ("db2-se", "11.5", None),
    ],
)
def test_the_end_of_standard_support(engine: str, version: str, ends: date | None) -> None:
    assert standard_support_ends(engine, version) == ends
