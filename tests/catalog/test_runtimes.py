"""The life of Lambda runtimes."""

from __future__ import annotations

from datetime import date

import pytest

from walint.catalog.runtimes import deprecation_date, is_known, runtime_names


@pytest.mark.parametrize(
    ("runtime", "known", "deprecated"),
    [
        ("python3.9", True, date(2025, 12, 15)),
        ("nodejs20.x", True, date(2026, 4, 30)),
        ("provided.al2023", True, date(2029, 6, 30)),
        ("java17.al2023", True, date(2029, 6, 30)),
        ("python3.15", True, None),
        ("python4.0", False, None),
        ("", False, None),
    ],
)
def test_when_a_runtime_is_deprecated(runtime: str, known: object, deprecated: date | None) -> None:
    assert (is_known(runtime), deprecation_date(runtime)) == (known, deprecated)


@pytest.mark.parametrize("runtime", runtime_names())
def test_every_runtime_has_a_date_or_none(runtime: str) -> None:
    found = deprecation_date(runtime)
    assert found is None or date(2014, 11, 13) < found < date(2040, 1, 1)
