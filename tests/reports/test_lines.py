from __future__ import annotations

from pathlib import Path

import pytest

from walint.reports.lines import Lines, moved_column


def shown(tmp_path: Path, text: str, number: int) -> str | None:
    (tmp_path / "t").write_text(text)
    return Lines(tmp_path).shown("t", number)


@pytest.mark.parametrize(
    ("text", "number", "expected"),
    [
        ("  DB_PASSWORD: hunter2", 1, "  DB_PASSWORD: (hidden)"),
        ("  Token:\n    Default: hunter2\n    NoEcho: true", 2, "    Default: (hidden)"),
        ("  Token:\n    NoEcho: 'true'\n    Type: String\n    Default: hunter2", 4, "    Default: (hidden)"),
        ("Token: {Default: hunter2, NoEcho: true}", 1, "Token: {Default: (hidden), NoEcho: true}"),
        ('  "Default" : "hunter2",\n  "NoEcho": true', 1, '  "Default" : (hidden),'),
        ("- Name: DB_PASSWORD\n  Value: hunter2", 2, "  Value: (hidden)"),
        ("- Value: hunter2\n  Name: DB_PASSWORD", 1, "- Value: (hidden)"),
        ('  name  = "DB_PASSWORD"\n  value = "hunter2"', 2, "  value = (hidden)"),
        ("PrivateKey: |\n  AbCdEf\n  GhIjKl", 3, "  (hidden)"),
        ("PrivateKey: |\n  AbCdEf\n\n    GhIjKl", 4, "    (hidden)"),
        ("PrivateKey: |\n  AbCdEf\nName: Orders", 3, "Name: Orders"),
    ],
)
def test_secrets_are_hidden(text: str, number: int, expected: str, tmp_path: Path) -> None:
    assert shown(tmp_path, text, number) == expected


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("  Stage:\n    Default: prod\n  Token:\n    NoEcho: true", 2),
        ("- Name: LOG_LEVEL\n  Value: DEBUG\n- Name: DB_PASSWORD\n  Value: hunter2", 2),
        ("- Name: DB_PASSWORD\n  Value: hunter2\n- Value: DEBUG\n  Name: LOG_LEVEL", 3),
        ("  DB_PASSWORD: !Ref Password", 1),
        ("Description: |\n  words", 2),
    ],
)
def test_ordinary_values_are_shown(text: str, number: int, tmp_path: Path) -> None:
    assert shown(tmp_path, text, number) == text.splitlines()[number - 1]


@pytest.mark.parametrize("number", [0, -1, 3])
def test_there_is_no_such_line(number: int, tmp_path: Path) -> None:
    assert shown(tmp_path, "a\nb", number) is None


def test_lines_around_stop_at_the_ends(tmp_path: Path) -> None:
    (tmp_path / "t").write_text("a\nb\nc")
    assert Lines(tmp_path).around("t", -1, 2) == (1, ["a", "b"])
    assert Lines(tmp_path).around("t", 3, 9) == (3, ["c"])


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "pipe")
    assert list(Lines(tmp_path).of("pipe")) == []


@pytest.mark.parametrize(
    ("column", "expected"),
    [(1, 1), (3, 3), (4, 4), (6, 4), (11, 12), (13, 14)],
)
def test_columns_move_with_hidden_text(column: int, expected: int) -> None:
    assert moved_column("k: hunter2, x: 1", "k: (hidden), x: 1", column) == expected
