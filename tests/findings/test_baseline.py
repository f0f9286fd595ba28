from __future__ import annotations

import json
from pathlib import Path

import pytest

from walint.findings.baseline import Baseline, BaselineError, Entry, Scope, load, write
from walint.findings.result import Location, Record, Subject

OLD = Entry("f1", "lambda-tracing", "Orders", "app.yaml", "2025-01-01", "accepted by the team")
GONE = Entry("f2", "lambda-tracing", "Payments", "app.yaml", "2025-01-01")
ELSEWHERE = Entry("f3", "lambda-tracing", "Orders", "other.yaml", "2025-01-01")
OTHER_RULE = Entry("f4", "sqs-dlq", "Queue", "app.yaml", "2025-01-01")
ALL = (OLD, GONE, ELSEWHERE, OTHER_RULE)


def scope(**changes: object) -> Scope:
    values: dict[str, object] = {"paths": {"app.yaml"}, "rules": {"lambda-tracing"}, "undecided": (), "missing": ()}
    return Scope(**(values | changes))  # type: ignore[arg-type]


def record(fingerprint: str, address: str = "Orders") -> Record:
    subject = Subject("AWS::Lambda::Function", address, address, "cloudformation")
    place = Location("app.yaml", 3, 1, 3, 2)
    return Record(fingerprint, "lambda-tracing", "fail", "high", "message", subject, place)


def test_stale_is_only_what_was_judged_and_is_gone() -> None:
    assert Baseline(ALL).stale({"f1"}, scope()) == [GONE]


def test_what_could_not_be_told_this_time_is_not_stale() -> None:
    undecided = {("lambda-tracing", "app.yaml", "Payments")}
    assert Baseline(ALL).stale({"f1"}, scope(undecided=undecided)) == []


def test_entries_of_a_deleted_file_are_stale() -> None:
    assert Baseline(ALL).stale({"f1"}, scope(missing={"other.yaml"})) == [GONE, ELSEWHERE]


def test_update_keeps_days_and_reasons_and_what_was_not_judged() -> None:
    updated = Baseline(ALL).updated([record("f1"), record("f5", "New")], scope(), "2026-06-01")
    new = Entry("f5", "lambda-tracing", "New", "app.yaml", "2026-06-01")
    assert sorted(updated.entries.values(), key=lambda e: e.fingerprint) == [OLD, ELSEWHERE, OTHER_RULE, new]


def test_the_file_has_one_sorted_line_a_finding_and_reads_back(tmp_path: Path) -> None:
    file = tmp_path / "baseline.json"
    write(file, Baseline(reversed(ALL)))
    lines = file.read_text().splitlines()
    assert [line.partition('"resource": "')[2].partition('"')[0] for line in lines[1:-1]] == [
        "Orders",
        "Payments",
        "Queue",
        "Orders",
    ]
    assert json.loads(file.read_text())["version"] == 1
    loaded = load(file, "baseline.json")
    assert {f: e.reason for f, e in loaded.entries.items()} == {e.fingerprint: e.reason for e in ALL}
    assert loaded.entries["f1"].line == 2
    assert loaded.text() == file.read_text()
    assert [path.name for path in tmp_path.iterdir()] == ["baseline.json"]


def test_an_empty_baseline_reads_back(tmp_path: Path) -> None:
    write(tmp_path / "b.json", Baseline())
    assert load(tmp_path / "b.json", "b.json").entries == {}


def test_a_match_says_since_when_or_why() -> None:
    baseline = Baseline(ALL)
    known = [baseline.match(name) for name in ("f1", "f2", "f9")]
    assert [match and (match.kind, match.reason) for match in known] == [
        ("baseline", "accepted by the team"),
        ("baseline", "recorded in the baseline on 2025-01-01"),
        None,
    ]


@pytest.mark.parametrize(
    ("content", "message", "where"),
    [
        (None, "there is no such baseline file", "b.json"),
        ('{\n"version": 1,,', "the baseline is no JSON", "b.json:2"),
        ("[]", "this is no baseline", "b.json"),
        ('{"version": 9, "findings": []}', "the baseline is of version 9", "b.json"),
        ('{"version": 1, "findings": [3]}', "an entry of the baseline is no object", "b.json"),
        ('{"version": 1, "findings": [\n{"fingerprint": "f", "rule": 3}]}', "has no rule", "b.json:2"),
        ("[" * 100_000, "the baseline is", "b.json"),
        (b"\xff\xfe\x00", "the baseline cannot be read", "b.json"),
    ],
)
def test_a_bad_file_is_explained(tmp_path: Path, content: str | bytes | None, message: str, where: str) -> None:
    file = tmp_path / "b.json"
    if content is not None:
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(BaselineError) as caught:
        load(file, "b.json")
    assert message in caught.value.message
    assert str(caught.value.where).startswith(where)
