from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from walint.findings.result import Result
from walint.reports import ReportError, formats, render, write
from walint.reports.context import ReportContext

FORMATS = "azure, concise, csv, github, github-summary, gitlab, html, json, junit, markdown, rdjsonl, sarif, text"
SAY_NOTHING = {"azure", "concise", "github", "rdjsonl"}
"""Formats that print nothing where there is nothing to say."""


def test_formats_are_listed() -> None:
    assert ", ".join(formats()) == FORMATS


def test_unknown_format_is_refused(result: Result, context: ReportContext) -> None:
    with pytest.raises(ReportError) as caught:
        render("pdf", result, context)
    assert caught.value.help == f"choose one of {FORMATS}"


@pytest.mark.parametrize("name", formats())
def test_reports_are_the_same_every_time(name: str, result: Result, context: ReportContext) -> None:
    again = ReportContext(context.root, context.rules)
    assert render(name, result, context) == render(name, result, again)


@pytest.mark.parametrize("name", formats())
def test_no_secret_of_a_template_is_shown(name: str, result: Result, context: ReportContext) -> None:
    assert "correct-horse" not in render(name, result, context)


@pytest.mark.parametrize("name", [name for name in formats() if name not in SAY_NOTHING])
def test_an_empty_run_makes_a_report(name: str, empty: Result, context: ReportContext) -> None:
    assert render(name, empty, context).endswith("\n")


@pytest.mark.parametrize("name", sorted(SAY_NOTHING))
def test_an_empty_run_says_nothing(name: str, empty: Result, context: ReportContext) -> None:
    assert render(name, empty, context) == ""


def test_text_reports_import_nothing_heavy() -> None:
    code = (
        "import sys, pathlib\n"
        "from walint.reports import render\n"
        "from walint.reports.context import ReportContext\n"
        "from walint.findings.result import Result\n"
        "context = ReportContext(pathlib.Path('.'))\n"
        "for name in ('text', 'concise'):\n"
        "    render(name, Result('check', '1', '', '', 0, 0, {}, {}), context)\n"
        "print(sorted({'jinja2', 'sarif_om', 'attr', 'json', 'pydantic', 'yaml', 'textwrap'} & set(sys.modules)))\n"
    )
    run = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


def test_write_makes_folders_and_leaves_nothing_else(result: Result, context: ReportContext, tmp_path: Path) -> None:
    file = tmp_path / "out" / "deep" / "report.json"
    write("json", result, context, file)
    assert file.read_text(encoding="utf-8") == render("json", result, context)
    assert [path.name for path in file.parent.iterdir()] == ["report.json"]


def test_write_replaces_a_file_and_keeps_its_mode(result: Result, context: ReportContext, tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    file.write_text("old")
    file.chmod(0o640)
    write("concise", result, context, file)
    assert file.read_text(encoding="utf-8") == render("concise", result, context)
    assert file.stat().st_mode & 0o777 == 0o640


def test_write_follows_a_link(result: Result, context: ReportContext, tmp_path: Path) -> None:
    link, file = tmp_path / "latest.txt", tmp_path / "report.txt"
    link.symlink_to(file)
    write("concise", result, context, link)
    assert link.is_symlink()
    assert file.read_text(encoding="utf-8") == render("concise", result, context)


def test_write_says_why_it_cannot(result: Result, context: ReportContext, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ReportError, match="the report cannot be written"):
        write("text", result, context, tmp_path / "file" / "report.txt")
