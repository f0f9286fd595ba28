"""What becomes of suppressions: each state, told from a scan of real files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from walint.cli import main

TEMPLATE = """\
Resources:
  {comment}
  Orders:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
"""
COMMENT = '# walint: ignore[lambda-tracing] reason="traced by OTel"'


def suppressions(tmp_path: Path, capsys: Any, comment: str, *options: str, config: str = "") -> list[dict[str, Any]]:
    """The suppressions of a scan on 2026-11-21."""
    (tmp_path / "t.yaml").write_text(TEMPLATE.format(comment=comment), encoding="utf-8")
    if config:
        (tmp_path / "walint.toml").write_text(config, encoding="utf-8")
    main(["check", str(tmp_path), "--format", "json", "--today", "2026-11-21", *options])
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["suppressions"]
    return found


@pytest.mark.parametrize(
    ("comment", "options", "state", "note"),
    [
        (COMMENT, (), "active", ""),
        (f"{COMMENT} until=2026-12-22", (), "active", ""),
        (f"{COMMENT} until=2026-12-21", (), "expiring", "holds until 2026-12-21, 30 more days"),
        (f"{COMMENT} until=2026-11-22", (), "expiring", "holds until 2026-11-22, 1 more day"),
        (f"{COMMENT} until=2026-11-21", (), "expiring", "holds until 2026-11-21, today is its last day"),
        (f"{COMMENT} until=2026-11-20", (), "expired", "expired on 2026-11-20; what it hid is reported again"),
        (f"{COMMENT} until=soon", (), "invalid", "until=soon is no date (YYYY-MM-DD)"),
        ("# walint: ignore[lambda-tracing]", (), "invalid", "it gives no reason"),
        ('# walint: ignore[lambda-tracking] reason="typo"', (), "invalid", "there is no rule lambda-tracking"),
        ('# walint: ignore[sqs-dlq] reason="no queue"', (), "unused", "sqs-dlq reports nothing here any more"),
        (COMMENT, ("--ignore", "lambda-tracing"), "unjudged", "its rule did not run"),
    ],
)
def test_states(
    comment: str, options: tuple[str, ...], state: str, note: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (found,) = suppressions(tmp_path, capsys, comment, *options)
    assert (found["state"], found["note"]) == (state, note)
    matched = 0 if state in {"unused", "unjudged"} or "no rule" in note else 1
    assert found["matched"] == matched
    assert len(found["hides"]) == (1 if state in {"active", "expiring"} else 0)


def test_the_most_urgent_come_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = "".join(
        f'[[suppress]]\nrule = "lambda-tracing"\nreason = "{until}"\nuntil = "{until}"\n'
        for until in ("2027-06-01", "2026-12-02", "2026-12-01", "2026-01-01")
    )
    found = suppressions(tmp_path, capsys, COMMENT, config=config)
    assert [entry["state"] for entry in found] == ["expired", "expiring", "expiring", "active", "active"]
    assert [entry["until"] for entry in found] == ["2026-01-01", "2026-12-01", "2026-12-02", "2027-06-01", None]


def test_hides_what_it_alone_hides(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main_config = '[[suppress]]\nrule = "lambda-*"\npath = "t.yaml"\nreason = "legacy"\n'
    main(["check", str(tmp_path)])
    capsys.readouterr()
    found = suppressions(tmp_path, capsys, "", config=main_config)
    assert found[0]["state"] == "active"
    assert len(found[0]["hides"]) > 1
    main(["check", str(tmp_path), "--format", "json"])
    whole = json.loads(capsys.readouterr().out)
    assert sorted(found[0]["hides"]) == sorted(record["fingerprint"] for record in whole["suppressed"])
