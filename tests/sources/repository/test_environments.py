"""Which environment a name speaks of."""

from __future__ import annotations

import pytest

from walint.sources.repository.environments import environment_named


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("deploy-prod", "production"),
        ("Produção", "production"),
        ("live", "production"),
        ("pre-prod", "staging"),
        ("preprod", "staging"),
        ("non-production", "staging"),
        ("deploy to staging", "staging"),
        ("dev", "development"),
        ("qa", "test"),
        ("product-catalogue", None),
        ("delivery", None),
    ],
)
def test_environment_named(name: str, expected: str | None) -> None:
    assert environment_named(name) == expected
