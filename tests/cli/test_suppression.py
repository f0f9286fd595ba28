"""Suppressions, the config and the baseline, end to end."""

from __future__ import annotations

import json
from typing import Any

import pytest

FOUND = "app.yaml:7:31: medium own-queue-keeps-messages Orders: Queue forgets messages within a day\n"
RULE = "own-queue-keeps-messages"
CONFIG = 'rules_dirs = ["rules"]\nselect = ["own"]\n'


@pytest.mark.parametrize(
    ("line", "comment"),
    [
        (3, f'  # walint: ignore[{RULE}] reason="short-lived"'),
        (4, f'    # walint: ignore[{RULE}] reason="short-lived"'),
        (6, '      # walint: ignore[own-*] reason="short-lived" until=2026-06-01'),
    ],
)
def test_a_comment_accepts_a_finding(bad: Any, line: int, comment: str) -> None:
    lines = (bad.folder / "app.yaml").read_text().splitlines(keepends=True)
    lines.insert(line, comment + "\n")
    bad.write("app.yaml", "".join(lines))
    done = bad.check("--format", "json")
    assert (done.status, done.err) == (0, "")
    (record,) = json.loads(done.out)["suppressed"]
    assert (record["resource"]["address"], record["suppressed_by"]["reason"]) == ("Orders", "short-lived")


def test_a_comment_at_the_end_of_the_blamed_line(bad: Any) -> None:
    text = (bad.folder / "app.yaml").read_text()
    bad.write("app.yaml", text.replace("3600", f'3600 # walint: ignore[{RULE}] reason="x"'))
    assert bad.check("-q").out == ""


@pytest.mark.parametrize(
    ("options", "warning"),
    [
        ("", f"warning: app.yaml:4:3: suppression of {RULE} is not honoured: it gives no reason\n"),
        (
            'reason="x" until=2026-05-31',
            f"warning: app.yaml:4:3: suppression of {RULE} expired on 2026-05-31: its findings are reported again\n",
        ),
    ],
)
def test_a_comment_that_is_not_honoured(bad: Any, options: str, warning: str) -> None:
    lines = (bad.folder / "app.yaml").read_text().splitlines(keepends=True)
    lines.insert(3, f"  # walint: ignore[{RULE}] {options}\n")
    bad.write("app.yaml", "".join(lines))
    done = bad.check("--format", "concise")
    assert (done.status, done.out, done.err) == (1, FOUND.replace(":7:", ":8:"), warning)


def test_metadata_accepts_a_finding(bad: Any) -> None:
    text = (bad.folder / "app.yaml").read_text()
    metadata = f"    Metadata: {{walint: {{ignore: [{{rule: {RULE}, reason: short-lived}}]}}}}\n"
    bad.write("app.yaml", text.replace("    Properties:\n", metadata + "    Properties:\n", 1))
    done = bad.check("--format", "json")
    (record,) = json.loads(done.out)["suppressed"]
    assert (done.status, record["suppressed_by"]["kind"]) == (0, "metadata")


def test_the_config_accepts_findings_and_unused_entries_are_told(bad: Any) -> None:
    bad.write(
        "walint.toml",
        CONFIG + '[[suppress]]\nrule = "own-*"\nresource = "Ord*"\nreason = "x"\n'
        '[[suppress]]\nrule = "own-queue-keeps-messages"\npath = "other"\nreason = "y"\n',
    )
    done = bad.run("check", "--format", "concise")
    assert (done.status, done.out) == (0, "")
    assert done.err == f"warning: walint.toml:7:1: unused suppression: {RULE} reports nothing here any more\n"


def test_the_config_sets_rules_and_the_command_line_wins(bad: Any) -> None:
    bad.write(
        "walint.toml",
        CONFIG + 'fail_on = "high"\n[rules.own-queue-keeps-messages]\nmin_seconds = 600\nseverity = "high"\n'
        "[rules.own-topic-has-name]\nenabled = true\n",
    )
    done = bad.run("check", "-q")
    assert (done.status, done.out) == (
        0,
        "app.yaml:14:3: low own-topic-has-name Alerts: Topic has no display name\n",
    )
    assert bad.run("check", "-q", "--fail-on", "low").status == 1


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("[rules.own-queue]\na = 1", "walint.toml:3:1: there is no rule 'own-queue'"),
        (
            "[rules.own-queue-keeps-messages]\nmin_second = 1",
            "walint.toml:3:1: the rule own-queue-keeps-messages has no",
        ),
        (
            "[rules.own-queue-keeps-messages]\nmin_seconds = 'x'",
            "walint.toml:3:1: own-queue-keeps-messages.min_seconds must",
        ),
        (
            "[rules.own-queue-keeps-messages]\nmin_seconds = 1",
            "walint.toml:3:1: own-queue-keeps-messages.min_seconds must",
        ),
        ("surprise = 1", "walint.toml:3:1: unknown key surprise"),
    ],
)
def test_a_wrong_config_is_a_usage_error(bad: Any, text: str, error: str) -> None:
    bad.write("walint.toml", CONFIG + text + "\n")
    done = bad.run("check")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"error: {error}")


def test_environments(bad: Any) -> None:
    bad.write("prod.json", '{"Parameters": {"Seconds": "90"}}')
    bad.write(
        "walint.toml",
        CONFIG + "[parameters]\nSeconds = 86400\n[environments.prod]\nparameter_files = ['prod.json']\n",
    )
    assert bad.run("check", "-q").out == FOUND
    assert [line.split()[3] for line in bad.run("check", "-q", "--env", "prod").out.splitlines()] == [
        "Orders:",
        "Slow:",
    ]
    done = bad.run("check", "--env", "production")
    assert (done.status, done.err.splitlines()[0]) == (2, "error: walint.toml: there is no environment 'production'")


def test_isolated_reads_no_config(bad: Any) -> None:
    bad.write("walint.toml", "surprise = 1\n")
    assert bad.check("--isolated", "-q").out == FOUND


def test_excluded_folders_are_not_scanned(bad: Any) -> None:
    bad.write("walint.toml", CONFIG + 'exclude = ["legacy"]\n')
    bad.write("legacy/app.yaml", (bad.folder / "app.yaml").read_text())
    assert bad.run("check", "-q").out == FOUND
    assert bad.run("check", "-q", "legacy/app.yaml").out == f"legacy/{FOUND}"


def test_the_baseline_from_beginning_to_end(bad: Any) -> None:
    options = ("--rules", "rules", "--select", "own", "--today", "2026-06-01")
    done = bad.run("baseline", "update", *options)
    assert (done.status, done.out) == (0, ".walint-baseline.json: 1 recorded (1 new, 0 removed)\n")
    assert bad.check("-q").status == 0

    text = (bad.folder / "app.yaml").read_text()
    bad.write(
        "app.yaml",
        "Description: lines move\n\n" + text.replace("Good:", "Bad:\n    # here\n    Type: AWS::SQS::Queue\n  Good:"),
    )
    assert bad.check("-q").status == 0

    more = text + "  New: {Type: AWS::SQS::Queue, Properties: {MessageRetentionPeriod: 60}}\n"
    bad.write("app.yaml", more)
    assert [line.split()[3] for line in bad.check("-q").out.splitlines()] == ["New:"]

    bad.write("app.yaml", more.replace("3600", "360000"))
    done = bad.check("--format", "concise")
    assert [line.split()[3] for line in done.out.splitlines()] == ["New:"]
    assert "stale baseline entry: own-queue-keeps-messages no longer reports Orders in app.yaml" in bad.check().out

    done = bad.run("baseline", "prune", *options)
    assert done.out == ".walint-baseline.json: 0 recorded (0 new, 1 removed)\n"
    assert bad.run("baseline", "update", *options).out == ".walint-baseline.json: 1 recorded (1 new, 0 removed)\n"
    shown = bad.run("baseline", "show")
    assert shown.out == (
        "app.yaml: own-queue-keeps-messages New  since 2026-06-01\n1 recorded in .walint-baseline.json\n"
    )


def test_a_baseline_update_of_one_file_keeps_the_others(bad: Any) -> None:
    bad.write("other.yaml", (bad.folder / "app.yaml").read_text())
    options = ("--rules", "rules", "--select", "own")
    assert "2 recorded (2 new, 0 removed)" in bad.run("baseline", "update", *options).out
    bad.write("other.yaml", "Resources: {Q: {Type: AWS::SQS::Queue}}\n")
    assert "2 recorded (0 new, 0 removed)" in bad.run("baseline", "update", "app.yaml", *options).out
    (bad.folder / "other.yaml").unlink()
    assert "1 recorded (0 new, 1 removed)" in bad.run("baseline", "update", "app.yaml", *options).out


def test_a_baseline_keeps_what_could_not_be_read(bad: Any) -> None:
    options = ("--rules", "rules", "--select", "own")
    bad.run("baseline", "update", *options)
    bad.write("app.yaml", "Resources:\n  A: [\n")
    done = bad.run("baseline", "prune", *options, "app.yaml")
    assert (done.status, done.out) == (3, ".walint-baseline.json: 1 recorded (0 new, 0 removed)\n")


def test_an_entry_of_the_config_is_unused_only_when_everything_was_scanned(bad: Any) -> None:
    bad.write("walint.toml", CONFIG + '[[suppress]]\nrule = "own-*"\nresource = "Other"\nreason = "x"\n')
    assert bad.run("check", "--format", "concise", "app.yaml").err == ""
    assert "unused suppression" in bad.run("check", "--format", "concise", ".").err
