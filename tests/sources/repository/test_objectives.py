"""What a document says of recovery."""

from __future__ import annotations

import pytest

from walint.sources.repository.markup import outline_of
from walint.sources.repository.objectives import drills, recovery_point, recovery_time


@pytest.mark.parametrize(
    ("text", "point", "time"),
    [
        ("RPO: 1 hour\nRTO: 4 hours", 60, 240),
        ("RPO <= 15 min, RTO <= 2 h", 15, 120),
        ("RPO/RTO: 1 h / 4 h", 60, 240),
        ("RTO/RPO: 4 h / 1 h", 60, 240),
        ("| Service | RPO | RTO |\n|--|--|--|\n| a | 5 min | 1 h |\n| b | 1 h | 2 d |", 60, 2880),
        ("| Objective | Value |\n|--|--|\n| RPO | 30 minutes |\n| RTO | 2 hours |", 30, 120),
        ("## RPO\n1 hour\n## RTO\n4 hours", 60, 240),
        ("Recovery point objective (RPO) of one hour", None, None),
        ("RPO: 30 minutos. RTO: 2 horas", 30, 120),
        ("Nothing is said.", None, None),
    ],
)
def test_objectives(text: str, point: float | None, time: float | None) -> None:
    outline = outline_of(f"# Plan\n\n{text}\n", "dr.md")
    found = recovery_point(outline), recovery_time(outline)
    assert [one.minutes if one else None for one in found] == [point, time]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("dr.md", "# Plan\n## Drills\n- 2026-09-30: 95 minutes\n", ["2026-09-30"]),
        ("dr.md", "# Plan\nLast recovery drill: 2026-09-30. Backups since 2020.\n", ["2026-09-30"]),
        ("dr.md", "# Plan\nNext drill: 2026-12-30\n", []),
        ("dr.md", "# Plan\nLast backup: 2026-09-30\n", []),
        ("docs/drills/2026-10-12-restore-test.md", "# What we did\n", ["2026-10-12"]),
        ("plano.md", "# Plano\n## Simulações\n- 30/09/2026\n", ["2026-09-30"]),
    ],
)
def test_drills(path: str, text: str, expected: list[str]) -> None:
    assert [when.isoformat() for when, _ in drills(outline_of(text, path), path)] == expected
