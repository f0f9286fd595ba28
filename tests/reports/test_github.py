from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from walint.findings.result import Result
from walint.reports.context import ReportContext
from walint.reports.github import render

COMMAND = re.compile(r"::(?P<level>error|warning|notice) (?P<properties>[^:]*)::(?P<message>.*)")
"""A workflow command as the runner reads it: no raw colon or comma within a property."""


def parsed(line: str) -> tuple[str, dict[str, str], str]:
    match = COMMAND.fullmatch(line)
    assert match is not None, line
    properties = dict(part.split("=", 1) for part in match["properties"].split(","))
    return match["level"], {name: decoded(value) for name, value in properties.items()}, decoded(match["message"])


def decoded(text: str) -> str:
    """What the runner makes of a value."""
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, character)
    return text


def test_golden(odd: Result, context: ReportContext, golden: Callable[[str, str], None]) -> None:
    golden("report-github.txt", render(odd, context))


def test_every_line_is_a_command_that_reads_back(odd: Result, context: ReportContext) -> None:
    commands = [parsed(line) for line in render(odd, context).splitlines()]
    assert [(level, properties.get("file")) for level, properties, _ in commands] == [
        ("error", "ein Ordner, 50%; voll: ja/täg]lich.yaml"),
        ("error", "app/template.yaml"),
        ("error", "app/broken.yaml"),
        ("warning", "a:b/große Stacks 100%#1/[id]?.yaml"),
        ("notice", None),
    ]


def test_columns_only_within_one_line(odd: Result, context: ReportContext) -> None:
    several, one = [parsed(line)[1] for line in render(odd, context).splitlines()][:2]
    assert (several["line"], several["endLine"], "col" in several, "endColumn" in several) == ("3", "5", False, False)
    assert (one["line"], one["endLine"], one["col"], one["endColumn"]) == ("9", "9", "16", "27")


def test_a_message_says_what_and_how_to_mend_it(result: Result, context: ReportContext) -> None:
    _, properties, message = parsed(render(result, context).splitlines()[0])
    assert properties["title"] == "walint lambda-tracing"
    assert message.splitlines() == [
        "OrderFunction: Lambda function is not traced. Tracing: expected Active, found PassThrough.",
        "Fix: Set `Tracing: Active` on the function, or once for all under `Globals`. Costs are small.",
    ]


def test_the_worst_ten_of_each_level_and_a_count_of_the_rest(many: Result, context: ReportContext) -> None:
    commands = [parsed(line) for line in render(many, context).splitlines()]
    assert Counter(level for level, _, _ in commands) == {"error": 10, "warning": 10, "notice": 10}
    shown = sum("file" in properties for _, properties, _ in commands)
    rest = len(many.findings) + len(many.incomplete) - shown
    assert commands[-1] == (
        "notice",
        {"title": "walint"},
        f"{rest} more annotations not shown here: GitHub shows 10 of each level.",
    )


def test_low_comes_before_info(many: Result, context: ReportContext) -> None:
    shuffled = [*many.findings[75:], *many.findings[50:75]]
    many.findings[:] = shuffled
    many.incomplete.clear()
    lines = [int(parsed(line)[1]["line"]) for line in render(many, context).splitlines()[:9]]
    assert lines == list(range(1, 10))
    assert shuffled[0].severity == "info"
