"""The documentation site: every link of every page leads somewhere, and Sphinx builds it without a warning."""

from __future__ import annotations

import os
import posixpath
import re
import subprocess
import sys
from pathlib import Path

import pytest

from walint.language.catalogue import load_rules

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ("log-group-retention-min", "lambda-tracing", "runbooks-cover-topics")
CATALOGUE = load_rules()
BUILT_IN_TOCTREE = re.compile(r"^```\{toctree\}\n(?::[^\n]*\n)*\n(.*?)```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Markdown of the whole site."""
    folder = tmp_path_factory.mktemp("pages")
    code = "import build_docs, pathlib, sys; build_docs.write_pages(pathlib.Path(sys.argv[1]))"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "tools")}
    subprocess.run([sys.executable, "-c", code, str(folder)], cwd=ROOT, check=True, env=environment)
    return folder


def test_there_is_a_page_for_each_rule_and_the_menu_leads_to_all_others(pages: Path) -> None:
    made = {path.relative_to(pages).with_suffix("").as_posix() for path in pages.rglob("*.md")}
    assert {f"rules/{name}" for name in CATALOGUE.rules} <= made
    named = set()
    for path in pages.rglob("*.md"):
        for menu in BUILT_IN_TOCTREE.findall(path.read_text(encoding="utf-8")):
            named |= {line.removesuffix(".md").lstrip("/") for line in menu.split()}
    assert made - named == {"index", *(f"rules/{name}" for name in CATALOGUE.rules)}


def test_links_lead_to_pages(pages: Path) -> None:
    broken = []
    for path in pages.rglob("*.md"):
        here = path.relative_to(pages).as_posix()
        text = re.sub(r"^( *)(`{3,}).*?^\1\2$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
        for target in re.findall(r"(?<!\\)\]\(([^)\s#]+)", text):
            if ":" not in target:
                full = target if target.startswith("/") else posixpath.join("/", posixpath.dirname(here), target)
                broken += [] if (pages / posixpath.normpath(full).lstrip("/")).is_file() else [(here, target)]
    assert broken == []


@pytest.mark.parametrize("rule_id", sorted(CATALOGUE.rules))
def test_a_rule_page_has_all_that_its_file_says(pages: Path, rule_id: str) -> None:
    rule, texts = CATALOGUE.rules[rule_id], CATALOGUE.texts(rule_id)
    page = (pages / "rules" / f"{rule_id}.md").read_text(encoding="utf-8")
    wanted = [
        *rule.practices,
        *rule.types,
        *rule.sources,
        *texts.references,
        *(f"| `{name}` |" for name in rule.parameters),
    ]
    assert [part for part in wanted if part not in page] == []
    assert [snippet for snippet in texts.fix.values() if snippet not in page] == []
    for example in texts.examples:
        for source in ("cloudformation", "sam", "cdk", "terraform", "plan", "live", "repository"):
            given = example.get(source, {})
            files = [given] if isinstance(given, str) else given.values()
            assert [text for text in files if text.rstrip() not in page] == []


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site with a few rules, built strictly; `make docs` builds it with all of them."""
    out = tmp_path_factory.mktemp("docs")
    command = [sys.executable, "tools/build_docs.py", "--out", str(out)]
    command += [word for name in SAMPLE for word in ("--rule", name)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return out / "site"


def test_the_site_is_built_without_a_warning_and_needs_no_network(site: Path) -> None:
    fetched = re.compile(
        r"""<(?:script|img|iframe)[^>]*\bsrc="https?:|<link[^>]*\bhref="https?:|url\(["']?https?:|@import"""
    )
    found = {
        str(path.relative_to(site)): match[0]
        for path in [*site.rglob("*.html"), *site.rglob("*.css")]
        if (match := fetched.search(path.read_text(encoding="utf-8")))
    }
    assert found == {}
    assert all((site / "rules" / f"{name}.html").is_file() for name in SAMPLE)


def test_marked_lines_of_an_example_are_emphasised(site: Path) -> None:
    page = (site / "rules" / "log-group-retention-min.html").read_text(encoding="utf-8")
    emphasised = re.findall(r'<span class="hll">(.*?)\n</span>', page, re.DOTALL)
    lines = [re.sub(r"<[^>]+>", "", line).strip() for line in emphasised]
    assert any(re.fullmatch(r"RetentionInDays: 7 +# finding", line) for line in lines)
    assert [line for line in lines if "# finding" not in line and "# unknown" not in line] == []


def test_the_pages_name_the_practices_that_no_rule_asks_for(site: Path) -> None:
    page = re.sub(r"<[^>]+>", "", (site / "well-architected.html").read_text(encoding="utf-8"))
    assert "Not assessed:" in page
    assert "OPS01 How do you determine what your priorities are?" in page
