"""`walint diff OLD NEW`: two results, their difference in three formats, and the exit status."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from walint import __version__

QUEUE = "  {}:\n    Type: AWS::SQS::Queue\n    Properties: {{MessageRetentionPeriod: {}}}\n"


@pytest.fixture
def results(project: Any) -> Any:
    """A project that can write results and compare them."""

    def judge(name: str, seconds: dict[str, object], *arguments: str, path: str = "app.yaml") -> None:
        parameters = "Parameters: {Unknown: {Type: Number}}\n"
        queues = "".join(QUEUE.format(queue, value) for queue, value in {"Sound": 90000, **seconds}.items())
        file = project.write(path, f"{parameters}Resources:\n{queues}")
        project.check("--report", f"json={name}.json", "--quiet", *arguments)
        file.unlink()

    project.judge = judge
    project.diff = lambda *arguments: project.run("diff", "old.json", "new.json", *arguments)
    return project


def summary(results: Any) -> dict[str, int]:
    counts: dict[str, int] = json.loads(results.diff("--format", "json").out)["summary"]
    return {fate: count for fate, count in counts.items() if count}


def test_text(results: Any) -> None:
    results.judge("old", {"Gone": 60, "Same": 60, "Open": 60})
    results.judge("new", {"Gone": 90000, "Same": 60, "Open": "!Ref Unknown", "New": 60})
    done = results.diff()
    assert (done.status, done.err) == (1, "")
    assert done.out == (
        "new:\n"
        "app.yaml:17:42: medium own-queue-keeps-messages New: Queue forgets messages within a day\n"
        "\n"
        "fixed:\n"
        "app.yaml:8:42: medium own-queue-keeps-messages Gone: Queue forgets messages within a day\n"
        "\n"
        "cannot be told any more:\n"
        "app.yaml:14:42: medium own-queue-keeps-messages Open: Queue forgets messages within a day\n"
        "\n"
        "1 new (1 medium), 1 fixed, 1 unchanged, 1 cannot be told any more\n"
    )


def test_quietly_only_what_is_new_and_verbosely_everything(results: Any) -> None:
    results.judge("old", {"Gone": 60, "Same": 60})
    results.judge("new", {"Same": 60, "New": 60})
    quiet, verbose = results.diff("-q").out, results.diff("-v").out
    assert re.findall(r"messages (\w+):", quiet) == ["New"]
    assert re.findall(r"^(\w+):$|messages (\w+):", verbose, re.MULTILINE) == [
        ("new", ""), ("", "New"), ("fixed", ""), ("", "Gone"), ("unchanged", ""), ("", "Same"),
    ]  # fmt: skip


def test_json(results: Any) -> None:
    results.judge("old", {"Gone": 60, "Same": 60})
    results.judge("new", {"Same": 60, "New": 60})
    document = json.loads(results.diff("--format", "json").out)
    assert document["tool"] == {"name": "walint", "version": __version__}
    assert (document["schema_version"], document["notes"]) == ("1.0", [])
    assert document["summary"] == {"new": 1, "fixed": 1, "unchanged": 1, "accepted": 0, "undecided": 0}
    found = {fate: [one["resource"]["address"] for one in records] for fate, records in document["findings"].items()}
    assert found == {"new": ["New"], "fixed": ["Gone"], "unchanged": ["Same"], "accepted": [], "undecided": []}
    report = json.loads((results.folder / "new.json").read_text())
    assert document["findings"]["new"] == [one for one in report["findings"] if one["resource"]["address"] == "New"]
    assert document["new"] | {"started": "", "finished": ""} == {
        "version": __version__, "mode": "check", "started": "", "finished": "", "complete": True,
    }  # fmt: skip


def test_markdown(results: Any) -> None:
    results.judge("old", {"Gone": 60, "Same": 60})
    results.judge("new", {"Same": 60, "New": 60})
    out = results.diff("--format", "markdown").out
    assert out.splitlines()[:6] == [
        "<!-- walint diff -->",
        "## walint: what has changed",
        "",
        "**1 new finding**: 🟠 1 medium",
        "",
        "1 fixed, 1 unchanged.",
    ]
    assert [line.split(" | ")[2].partition(":")[0] for line in out.splitlines() if "| 🟠 " in line] == ["New", "Gone"]
    assert out.count("<details>") == out.count("</details>") == 1


def test_markdown_of_nothing_new(results: Any) -> None:
    results.judge("old", {"Same": 60})
    results.judge("new", {"Same": 60})
    assert "✅ **Nothing new**" in results.diff("--format", "markdown").out


def test_markdown_stays_within_a_comment(results: Any) -> None:
    results.judge("old", {f"Gone{number}": 60 for number in range(400)})
    results.judge("new", {f"New{number}": 60 for number in range(400)})
    out = results.diff("--format", "markdown").out
    assert 30_000 < len(out.encode()) <= 65_536
    assert re.search(r"^\d+ more findings not shown here\.$", out, re.MULTILINE)


def test_markdown_is_harmless(results: Any) -> None:
    results.judge("old", {})
    results.judge("new", {"New": 60}, path="<img src=x>|@everyone.yaml")
    out = results.diff("--format", "markdown").out
    assert "<img" not in out.replace("`<img src=x>\\|@everyone.yaml", "")


@pytest.mark.parametrize("format_name", ["text", "markdown"])
def test_terminal_escapes_are_harmless(format_name: str, results: Any) -> None:
    results.judge("old", {})
    results.judge("new", {'"A\\e[31m"': 60})
    assert "\x1b" not in results.diff("--format", format_name).out


def test_a_suppressed_finding_is_not_fixed(results: Any) -> None:
    results.judge("old", {"One": 60})
    results.judge("new", {"One": '60}  # walint: ignore[own-queue-keeps-messages] reason="x"\n    # {'})
    assert summary(results) == {"accepted": 1}


def test_a_renamed_file_is_unchanged(results: Any) -> None:
    results.judge("old", {"One": 60})
    results.judge("new", {"One": 60}, path="deep/other.yaml")
    assert summary(results) == {"unchanged": 1}


def test_notes_say_what_the_comparison_lacks(results: Any) -> None:
    results.judge("old", {"One": 60}, "--select", "own-topic-has-name")
    results.judge("new", {"One": 60})
    old = json.loads((results.folder / "old.json").read_text())
    old["tool"]["version"] = "0.0.1"
    results.write("old.json", json.dumps(old))
    results.write("broken.yaml", "Resources:\n  A: {Type: AWS::SQS::Queue\n")
    results.judge("new", {"One": 60})
    assert json.loads(results.diff("--format", "json").out)["notes"] == [
        f"made by different versions of walint: 0.0.1 and {__version__}",
        "1 new by rules that did not run before: own-queue-keeps-messages",
        "the new result is incomplete: 1 not judged",
    ]


@pytest.mark.parametrize(
    ("seconds", "options", "status"),
    [
        ({"Same": 60}, [], 0),
        ({"Same": 60, "New": 60}, [], 1),
        ({"Same": 60, "New": 60}, ["--fail-on", "high"], 0),
        ({"Same": 60, "New": 60}, ["--fail-on", "medium"], 1),
        ({"Same": 60, "New": 60}, ["--fail-on", "never"], 0),
        ({"Same": 60, "New": 60}, ["--format", "json"], 1),
        ({}, [], 0),
    ],
)
def test_status(seconds: dict[str, object], options: list[str], status: int, results: Any) -> None:
    results.judge("old", {"Same": 60, "Gone": 60})
    results.judge("new", seconds)
    assert results.diff(*options).status == status


def test_status_of_the_config(results: Any) -> None:
    results.judge("old", {})
    results.judge("new", {"New": 60})
    results.write("walint.toml", 'fail_on = "high"\n')
    assert results.diff().status == 0


def test_status_of_an_incomplete_result(results: Any) -> None:
    results.judge("old", {"Same": 60})
    results.write("broken.yaml", "Resources:\n  A: {Type: AWS::SQS::Queue\n")
    results.judge("new", {"Same": 60})
    assert [results.diff(*options).status for options in ([], ["--allow-incomplete"])] == [3, 0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["old.json"], "error: which two results?"),
        (["old.json", "old.json", "old.json"], "error: unexpected argument 'old.json'"),
        (["old.json", "nowhere.json"], "error: nowhere.json: the result cannot be read: No such file or directory"),
        (["old.json", "app.txt"], "error: app.txt: this is no JSON report of walint"),
        (["old.json", "old.json", "--format", "sarif"], "error: --format must be one of text, json, markdown"),
        (["old.json", "old.json", "--fail-on", "x"], "error: --fail-on must be one of"),
    ],
)
def test_mistakes(arguments: list[str], said: str, results: Any) -> None:
    results.judge("old", {})
    results.write("app.txt", "hello")
    done = results.run("diff", *arguments)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(said)
