"""A result among earlier ones: new, fixed, unchanged, the trend, and why two runs may not be comparable."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from walint.cli import main
from walint.findings.result import Result
from walint.reports.history import history_of
from walint.reports.json import document


def test_new_fixed_and_unchanged(result: Result) -> None:
    old = replace(result, findings=result.findings[:2])
    new = replace(result, findings=result.findings[1:])
    history = history_of(new, [("old.json", old)])
    assert history.new == {"d" * 32}
    assert [record.fingerprint for record in history.fixed] == ["f" * 32]
    assert (history.unchanged, history.accepted, history.undecided, history.cautions) == (1, 0, 0, INCOMPLETE)


INCOMPLETE = ("the earlier run was incomplete", "this run is incomplete")


def test_runs_stand_in_the_order_given(result: Result) -> None:
    worse = replace(result, rules=[result.rules[1]._replace(outcomes={"pass": 1, "fail": 9})])
    history = history_of(result, [("a.json", worse), ("b.json", replace(result, started="2026-11-20T08:00:00Z"))])
    assert [run.name for run in history.runs] == ["a.json", "b.json", "this run"]
    assert [run.findings for run in history.runs] == [3, 3, 3]
    assert history.runs[0].score == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("change", "caution"),
    [
        (
            lambda r: replace(r, mode="audit"),
            "the earlier run looked at live accounts, this one at infrastructure as code",
        ),
        (lambda r: replace(r, rules=r.rules[1:]), "1 rule of this run did not take part in the earlier one"),
        (lambda r: replace(r, version="9.9.9"), "the earlier run was made by walint 9.9.9"),
        (
            lambda r: replace(
                r,
                unknown=[],
                suppressed=[],
                findings=[r.findings[0]._replace(location=r.findings[0].location._replace(path="other.yaml"))],
            ),
            "the two runs have no file in common: they may be of different repositories or folders",
        ),
    ],
)
def test_what_makes_runs_hard_to_compare_is_said(change: Callable[[Any], Result], caution: str, result: Result) -> None:
    whole = replace(result, incomplete=[])
    assert history_of(whole, [("old.json", change(whole))]).cautions == (caution,)
    assert history_of(whole, [("old.json", whole)]).cautions == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "old.json: this is no JSON report of walint"),
        ("[]", "old.json: this is no JSON report of walint: the whole should be an object"),
        ('{"schema_version": "2.0"}', "old.json: the report is of schema version 2.0; this walint reads version 1"),
        (None, "old.json: the result cannot be read: No such file or directory"),
    ],
)
def test_a_file_that_is_no_report_is_named(
    text: str | None, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.yaml").write_text("Resources: {It: {Type: AWS::Lambda::Function}}\n", encoding="utf-8")
    if text is not None:
        (tmp_path / "old.json").write_text(text, encoding="utf-8")
    assert main(["check", "t.yaml", "--report", "html=r.html", "--previous", "old.json"]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "r.html").exists()


def test_only_html_shows_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path), "--previous", "old.json"]) == 2
    assert "error: --previous is shown by the HTML report alone" in capsys.readouterr().err


def test_an_older_report_without_newer_keys_is_taken(
    result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    old = document(result)
    for key in ("questions", "errors", "notices", "rules"):
        del old[key]
    old["schema_version"] = "1.0"
    old["added_by_a_later_version"] = {"x": [1]}
    (tmp_path / "old.json").write_text(json.dumps(old), encoding="utf-8")
    (tmp_path / "new.json").write_text(json.dumps(document(result)), encoding="utf-8")
    assert main(["report", "new.json", "--report", "html=r.html", "--previous", "old.json"]) == 1
    assert "3 rules of this run did not take part in the earlier one" in (tmp_path / "r.html").read_text("utf-8")
