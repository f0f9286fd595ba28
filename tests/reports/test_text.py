from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from walint.findings.result import Location, Record, RelatedLocation, Result
from walint.reports.context import ReportContext
from walint.reports.text import render


def only(result: Result, **changes: object) -> Result:
    """The result with its first finding alone, changed."""
    record: Record = result.findings[0]._replace(**changes)  # type: ignore[arg-type]
    return replace(result, findings=[record], incomplete=[], notices=[], unknown=[], suppressed=[])


def frame_of(text: str) -> str:
    """The first block of a report, without trailing line breaks."""
    return text.partition("\n\n")[0]


def with_line(result: Result, root: Path, line: str, column: int, end: int) -> Result:
    (root / "t.yaml").write_bytes(line.encode())
    return only(result, location=Location("t.yaml", 1, column, 1, end), property=None)


def test_golden(result: Result, context: ReportContext, golden: Callable[[str, str], None]) -> None:
    golden("report.txt", render(result, context))


def test_golden_with_everything(result: Result, context: ReportContext, golden: Callable[[str, str], None]) -> None:
    result = replace(
        result,
        passed=[result.unknown[0]._replace(outcome="pass", message="Logs: kept long enough", reason=None)],
        errors=[result.unknown[0]._replace(outcome="error", reason="division by zero")],
    )
    everything = replace(context, show_unknown=True, show_passed=True, verbose=True)
    golden("report-verbose.txt", render(result, everything))


def test_nothing_found_says_so(empty: Result, context: ReportContext) -> None:
    assert render(empty, context) == (
        "no findings (0 resources in 0 files, 0 rules)\n"
        "0 passed, 0 unknown, 0 suppressed, 0 not applicable, 0 errors, 0 incomplete\n"
    )


def test_colour_only_when_asked_for(result: Result, context: ReportContext) -> None:
    plain = render(result, context)
    coloured = render(result, replace(context, color=True))
    assert "\x1b" not in plain
    assert "\x1b[1;31mhigh[lambda-tracing]\x1b[0m" in coloured


def test_links_only_when_asked_for(result: Result, context: ReportContext) -> None:
    linked = render(result, replace(context, hyperlinks=True))
    assert "\x1b]8;;file://" in linked
    assert "%C3%9F" in linked  # the sharp s of "große Stacks"
    assert "\x1b]8;;https://example.com/rules/log-group-retention-min\x1b\\" in linked


def test_a_missing_file_costs_only_the_code(result: Result, tmp_path: Path) -> None:
    text = render(only(result), ReportContext(tmp_path / "elsewhere"))
    assert text.splitlines()[:3] == [
        "high[lambda-tracing]: OrderFunction: Lambda function is not traced",
        "  --> app/template.yaml:9:16",
        "   |",
    ]


@pytest.mark.parametrize("path", ["../outside.yaml", "link.yaml", "/etc/hostname", "folder", "nul\0byte"])
def test_nothing_outside_the_root_is_shown(path: str, result: Result, tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "folder").mkdir(parents=True)
    (tmp_path / "outside.yaml").write_text("out of reach")
    (root / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    text = render(only(result, location=Location(path, 1, 1, 1, 4)), ReportContext(root))
    assert "1 |" not in text


def test_tabs_and_wide_characters_keep_the_mark_in_place(result: Result, tmp_path: Path) -> None:
    result = with_line(result, tmp_path, "\t名前: 値 # é", 6, 7)
    lines = render(result, ReportContext(tmp_path)).splitlines()
    assert lines[3:5] == [" 1 |     名前: 値 # é", "   |           ^^"]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_endings(ending: str, result: Result, tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_bytes(f"a: 1{ending}b: 2{ending}".encode())
    result = only(result, location=Location("t.yaml", 2, 4, 2, 5), property=None)
    assert render(result, ReportContext(tmp_path)).splitlines()[3:5] == [" 2 | b: 2", "   |    ^"]


def test_utf16_and_byte_order_marks(result: Result, tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_bytes("Größe: 1\n".encode("utf-16"))
    result = only(result, location=Location("t.yaml", 1, 1, 1, 6), property=None)
    assert render(result, ReportContext(tmp_path)).splitlines()[3:5] == [" 1 | Größe: 1", "   | ^^^^^"]


def test_a_long_line_is_cut_around_the_blamed_part(result: Result, tmp_path: Path) -> None:
    line = "a" * 5000 + "HERE" + "b" * 5000
    result = with_line(result, tmp_path, line, 5001, 5005)
    code, mark = render(result, ReportContext(tmp_path, width=80)).splitlines()[3:5]
    assert len(code) <= 80
    assert code.startswith(" 1 | …aaa")
    assert code.endswith("bbb…")
    assert code[mark.index("^") : mark.rindex("^") + 1] == "HERE"


def test_a_span_of_several_lines_marks_its_first(result: Result, tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text("  key:   \n    - a\n")
    result = only(result, location=Location("t.yaml", 1, 3, 2, 8), property=None)
    assert render(result, ReportContext(tmp_path)).splitlines()[3:5] == [" 1 |   key:", "   |   ^^^^"]


def test_hostile_names_are_harmless(result: Result, tmp_path: Path) -> None:
    evil = "a\x1b[31m\u202eb\n\x07\x7f\u2028\ud800"
    (tmp_path / "t.yaml").write_text("x: \x1b[2Jy\n")
    result = only(
        result,
        message=evil,
        property=evil,
        expected=evil,
        found=evil,
        remediation=evil,
        location=Location("t.yaml", 1, 4, 1, 5),
        resource=result.findings[0].resource._replace(address=evil, type=evil),
        related=(RelatedLocation(Location(f"{evil}.yaml", 1, 1, 1, 2), evil),),
    )
    text = render(result, ReportContext(tmp_path))
    assert [character for character in text if not character.isprintable() and character != "\n"] == []
    assert "a␛[31m�b␊␇␡��" in text


def test_a_place_used_by_many_shows_some_relations(result: Result, context: ReportContext) -> None:
    related = tuple(
        RelatedLocation(Location("app/template.yaml", line, 3, line, 9), f"number {line}") for line in range(1, 11)
    )
    text = render(only(result, related=related), context)
    assert "number 4" in text
    assert "number 5" not in text
    assert "related: 6 more places" in text


def test_the_hint_for_unknown_goes_once_it_was_followed(result: Result, context: ReportContext) -> None:
    assert "(list them with --show-unknown)" in render(result, context)
    assert "--show-unknown" not in render(result, replace(context, show_unknown=True))


def test_why_is_said_once_a_rule(result: Result, context: ReportContext) -> None:
    twice = replace(result, findings=[result.findings[0]] * 2)
    assert render(twice, context).count("why:") == 1
    assert render(twice, context).count("fix:") == 2


def test_a_json_file_has_no_comments_to_accept_a_finding_with(result: Result, context: ReportContext) -> None:
    text = render(only(result, location=Location("cdk.out/App.template.json", 1, 1, 1, 2)), context)
    assert '`"Metadata": {"walint": {"ignore": [{"rule": "lambda-tracing", "reason": "..."}]}}` in its resource' in text
