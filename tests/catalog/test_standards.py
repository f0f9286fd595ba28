"""The statements of the written standards, and the page that is made of them."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from walint.catalog.compiled import read_yaml
from walint.catalog.standards import Statement, standards, statements, statements_of

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_standards", ROOT / "tools" / "build_standards.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_committed_page_is_what_the_tool_makes(tool: ModuleType) -> None:
    committed = (ROOT / "docs" / "standards.md").read_text(encoding="utf-8")
    assert tool.built() == committed


def test_rules_that_exist_are_linked_and_others_are_only_named(tool: ModuleType) -> None:
    paths = {"lambda-tracing": "../rules/tracing/lambda-tracing.yaml"}
    page = "\n".join(tool._page(paths))
    assert "[`lambda-tracing`](../rules/tracing/lambda-tracing.yaml)" in page
    assert "| `lambda-runtime-supported` |" in page


def test_a_page_that_is_not_up_to_date_is_an_error_and_is_mended(
    tool: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "standards.md"
    page.write_text("old", encoding="utf-8")
    monkeypatch.setattr(tool, "PAGE", page)
    assert tool.main(["--check"]) == 1
    assert "run python tools/build_standards.py" in capsys.readouterr().err
    assert page.read_text(encoding="utf-8") == "old"
    assert tool.main([]) == 0
    assert tool.main(["--check"]) == 0


def test_every_statement_is_checked_or_says_why_not() -> None:
    known = {standard.id for standard in standards()}
    for statement in statements():
        assert statement.standard in known
        assert bool(statement.rules) != bool(statement.unchecked), statement.id
        assert not (statement.partly and statement.unchecked), statement.id
        assert statement.text.endswith("."), statement.id
    assert len({statement.text for statement in statements()}) == len(statements())


def test_a_rule_knows_its_statements() -> None:
    assert [statement.id for statement in statements_of("lambda-tracing")] == ["S0.4", "S0.20", "S1.20", "S3.2"]
    assert statements_of("no-such-rule") == ()
    assert statements_of("lambda-arm64") == (Statement("S0.3", "Functions run on arm64.", ("lambda-arm64",), "", ""),)


def test_statements_and_rules_are_those_that_were_agreed() -> None:
    if not (SHARED / "CATALOGUE.yaml").is_file():
        pytest.skip("the catalogue of rules to come is not beside this checkout")
    agreed = {(name, entry["id"]) for entry in read_yaml(SHARED / "CATALOGUE.yaml") for name in entry["standards"]}
    assert {(statement.id, rule) for statement in statements() for rule in statement.rules} == agreed
    written = re.findall(r"^\| (S\d\.\d+) \|", (SHARED / "STANDARDS.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert [statement.id for statement in statements()] == written
