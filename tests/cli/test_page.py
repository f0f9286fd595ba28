"""What a rule's page offers for copying: its fix, or the first example that passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from walint.cli.page import page_of
from walint.language.catalogue import RulesError, load_rules
from walint.reports.context import DIALECTS, Snippet

RULE = """\
id: own-rule
title: Function is not traced
passing: Function is traced
severity: low
practices: [OPS04-BP05]
since: 0.1.0
sources: [cloudformation, sam]
resource: AWS::Lambda::Function
expect: {TracingConfig.Mode: Active}
rationale: Without traces nobody can follow a request.
remediation: Set the mode.
FIX
examples:
  - name: not traced
    cloudformation: |
      Resources:
        It: {Type: AWS::Lambda::Function}   # finding
  - name: no function
    not_applicable: true
    sam: |
      Resources: {}
  - name: traced
    cloudformation: |
      Resources:
        It: {Type: AWS::Lambda::Function, Properties: {TracingConfig: {Mode: Active}}}
    sam: |
      Resources:
        It: {Type: AWS::Serverless::Function, Properties: {Tracing: Active}}
"""
EXAMPLES = {
    "cloudformation": ("Resources:\n  It: {Type: AWS::Lambda::Function, Properties: {TracingConfig: {Mode: Active}}}"),
    "sam": "Resources:\n  It: {Type: AWS::Serverless::Function, Properties: {Tracing: Active}}",
}


def snippets(tmp_path: Path, fix: str) -> tuple[Snippet, ...]:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "own-rule.yaml").write_text(RULE.replace("FIX\n", fix), encoding="utf-8")
    page = page_of(load_rules([folder], include_shipped=False), "own-rule", {})
    assert page
    return page.snippets


def test_the_first_example_that_passes(tmp_path: Path) -> None:
    assert snippets(tmp_path, "") == (
        Snippet("cloudformation", "traced", EXAMPLES["cloudformation"]),
        Snippet("sam", "traced", EXAMPLES["sam"]),
    )


def test_an_example_of_several_files_is_one_text(tmp_path: Path) -> None:
    files = "".join(f"      {name}: |\n        Resources: {{}}\n" for name in ("a.yaml", "b.yaml"))
    several = f"  - name: two files\n    cloudformation:\n{files}"
    text = RULE.replace("FIX\n", "").replace("  - name: traced\n", several + "  - name: traced\n")
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "own-rule.yaml").write_text(text, encoding="utf-8")
    page = page_of(load_rules([folder], include_shipped=False), "own-rule", {})
    assert page
    assert page.snippets[0].text == "# a.yaml\nResources: {}\n\n# b.yaml\nResources: {}"


def test_the_authors_own_fix_goes_before(tmp_path: Path) -> None:
    fix = 'fix:\n  sam: |\n    Tracing: Active\n  terraform: |\n    tracing_config {\n      mode = "Active"\n    }\n'
    assert snippets(tmp_path, fix) == (
        Snippet("cloudformation", "traced", EXAMPLES["cloudformation"]),
        Snippet("sam", "", "Tracing: Active"),
        Snippet("terraform", "", 'tracing_config {\n  mode = "Active"\n}'),
    )


@pytest.mark.parametrize(
    ("fix", "message", "help_text"),
    [
        ("fix: {terrafrom: x}\n", "unknown key terrafrom", 'did you mean "terraform"?'),
        ("fix: set it\n", "fix: input should be a valid dictionary or instance of FixModel", None),
        ('fix: {sam: ""}\n', "fix.sam: string should have at least 1 character", None),
    ],
)
def test_a_mistake_is_named(fix: str, message: str, help_text: str | None, tmp_path: Path) -> None:
    with pytest.raises(RulesError) as raised:
        snippets(tmp_path, fix)
    assert (raised.value.message, raised.value.help) == (message, help_text)


def test_every_shipped_rule_offers_something_for_each_of_its_dialects() -> None:
    catalogue = load_rules()
    for rule in catalogue.rules.values():
        page = page_of(catalogue, rule.id, {})
        assert page
        offered = {snippet.dialect for snippet in page.snippets}
        assert offered >= {source for source in rule.sources if source in DIALECTS}, rule.id


def test_only_shipped_rules_have_a_page_on_the_site(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "own-rule.yaml").write_text(RULE.replace("FIX\n", ""), encoding="utf-8")
    catalogue = load_rules([folder])
    found = {
        (rule_id, pages): page.help_url
        for rule_id in ("lambda-tracing", "own-rule")
        for pages in ("", "https://docs.example.com/walint/")
        if (page := page_of(catalogue, rule_id, {}, pages))
    }
    assert found == {
        ("lambda-tracing", ""): "",
        ("lambda-tracing", "https://docs.example.com/walint/"): (
            "https://docs.example.com/walint/rules/lambda-tracing.html"
        ),
        ("own-rule", ""): "",
        ("own-rule", "https://docs.example.com/walint/"): "",
    }
