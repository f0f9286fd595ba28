"""Which environment a name speaks of."""

from __future__ import annotations

import pytest

from walint.sources.repository.environments import environment_named, environments_in, environments_spoken_of


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


def test_a_text_may_speak_of_several() -> None:
    assert sorted(environments_spoken_of("dev pre-prod prod products")) == ["development", "production", "staging"]
    assert list(environments_spoken_of("pre-prod")) == ["staging"]


@pytest.mark.parametrize(
    ("infrastructure", "found"),
    [
        (["infra/prod/main.tf", "infra/staging/main.tf"], {"production", "staging"}),
        (["infra/app/dev.tf", "infra/app/prod.tf"], {"development", "production"}),
        (["infra/test/main.tf", "infra/products.tf"], set()),
        (["live/prod/eu-west-1/main.tf", "live/blue/eu-west-1/main.tf"], {"production", "blue"}),
    ],
)
def test_folders_and_files_of_infrastructure_are_called_by_their_environment(
    infrastructure: list[str], found: set[str]
) -> None:
    assert set(environments_in([], infrastructure, lambda _: None)) == found
