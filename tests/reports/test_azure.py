from __future__ import annotations

import re
from collections.abc import Callable

from walint.findings.result import Result
from walint.reports.azure import render
from walint.reports.context import ReportContext

COMMAND = re.compile(r"##vso\[task\.logissue (?P<properties>[^\]]*)\](?P<message>.*)")


def properties_of(line: str) -> dict[str, str]:
    match = COMMAND.fullmatch(line)
    assert match is not None, line
    parts = [part.split("=", 1) for part in match["properties"].split(";") if part]
    return {name: value.replace("%3B", ";").replace("%5D", "]").replace("%AZP25", "%") for name, value in parts}


def test_golden(odd: Result, context: ReportContext, golden: Callable[[str, str], None]) -> None:
    golden("report-azure.txt", render(odd, context))


def test_every_line_is_a_command_that_reads_back(odd: Result, context: ReportContext) -> None:
    commands = [properties_of(line) for line in render(odd, context).splitlines()]
    assert [(one["type"], one["code"], one.get("sourcepath")) for one in commands] == [
        ("error", "dlq-alarm", "ein Ordner, 50%; voll: ja/täg]lich.yaml"),
        ("error", "lambda-tracing", "app/template.yaml"),
        ("warning", "log-group-retention-min", "a:b/große Stacks 100%#1/[id]?.yaml"),
        ("warning", "dlq-alarm", None),
        ("error", "incomplete-input", "app/broken.yaml"),
    ]
