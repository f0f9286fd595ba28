"""The versions of databases and Kubernetes: dates that can be read, and versions that are found."""

from __future__ import annotations

from datetime import date

import pytest

from walint.catalog.engines import engine_names, standard_support_ends


def test_the_engines() -> None:
    assert engine_names() == ("aurora-mysql", "aurora-postgresql", "eks", "mysql", "postgres")


@pytest.mark.parametrize(
    ("engine", "version", "ends"),
    [
        ("eks", "1.29", date(2025, 3, 23)),
        ("eks", "1.9", date(2023, 10, 11)),
        ("eks", "1.99", None),
        ("mysql", "5.7.44", date(2024, 2, 29)),
        ("mysql", "5.6", date(2024, 2, 29)),
        ("mysql", "5", None),
        ("postgres", "13", date(2026, 2, 28)),
        ("postgres", "10.3", date(2024, 2, 29)),
        ("postgres", "latest", None),
        ("mariadb", "10.3", None),
    ],
)
def test_the_end_of_standard_support(engine: str, version: str, ends: date | None) -> None:
    assert standard_support_ends(engine, version) == ends
