"""The shipped catalogue: every example comes out as it is marked, and every rule is complete."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from walint import __version__, examples
from walint.catalog.compiled import read_yaml
from walint.catalog.practices import practice
from walint.engine import Options, SelectedRule, evaluate
from walint.installation import data_directory
from walint.language.catalogue import RuleTexts, load_rules
from walint.language.rule import Rule
from walint.sources import SourceSettings, load

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE_OF_RULES = ROOT.parent / "shared" / "CATALOGUE.yaml"
CATALOGUE = load_rules()
RULES = sorted(CATALOGUE.rules)
every_rule = pytest.mark.parametrize("rule_id", RULES)


def _examples() -> Iterator[Any]:
    for rule_id in RULES:
        for example in CATALOGUE.texts(rule_id).examples:
            for source in examples.READABLE:
                if source in example:
                    yield pytest.param(rule_id, example, source, id=f"{rule_id}: {example['name']} ({source})")


def _marks(example: Mapping[str, Any], source: str) -> set[str]:
    given = example[source]
    files = [given] if isinstance(given, str) else given.values()
    return {mark for text in files for mark in examples._MARK.findall(text)}


def _claimed(rule: Rule) -> list[str]:
    """The sources that a rule claims, as far as they can be read today."""
    return [source for source in rule.sources if source in examples.READABLE]


@pytest.mark.parametrize(("rule_id", "example", "source"), list(_examples()))
def test_an_example_comes_out_as_it_is_marked(rule_id: str, example: Mapping[str, Any], source: str) -> None:
    assert list(examples.check_example(CATALOGUE.rules[rule_id], example, source)) == []


@every_rule
def test_the_id_is_the_name_of_the_file_in_the_folder_of_its_family(rule_id: str) -> None:
    rule = CATALOGUE.rules[rule_id]
    assert rule.path == f"rules/{rule.family}/{rule_id}.yaml"
    assert (data_directory("rules").parent / rule.path).is_file()


@every_rule
def test_each_source_has_a_failing_and_a_passing_example(rule_id: str) -> None:
    rule, texts = CATALOGUE.rules[rule_id], CATALOGUE.texts(rule_id)
    assert _claimed(rule) != []
    wanted = {(source, kind) for source in _claimed(rule) for kind in ("fails", "passes")}
    assert set(_kinds(texts)) >= wanted


def _kinds(texts: RuleTexts) -> Iterator[tuple[str, str]]:
    for example in texts.examples:
        for source in examples.READABLE:
            if source in example:
                marks = _marks(example, source)
                if "finding" in marks:
                    yield source, "fails"
                elif not marks and not example.get("not_applicable"):
                    yield source, "passes"


@every_rule
def test_examples_have_names_of_their_own_and_known_parameters(rule_id: str) -> None:
    rule, texts = CATALOGUE.rules[rule_id], CATALOGUE.texts(rule_id)
    names = [example["name"] for example in texts.examples]
    assert sorted(set(names)) == sorted(names)
    used = {name for example in texts.examples for name in example.get("parameters", {})}
    used |= {name for entry in rule.profiles.values() for name in entry.parameters}
    assert used <= set(rule.parameters)


@every_rule
def test_a_rule_says_why_and_what_to_do(rule_id: str) -> None:
    texts = CATALOGUE.texts(rule_id)
    assert 80 <= len(texts.rationale) <= 1500
    assert 40 <= len(texts.remediation) <= 1500
    assert texts.rationale != texts.remediation
    assert texts.references != ()
    assert [link for link in texts.references if not link.startswith("https://")] == []


@every_rule
def test_titles_say_what_fails_and_what_passes(rule_id: str) -> None:
    rule = CATALOGUE.rules[rule_id]
    assert rule.title.lower() != rule.passing.lower()
    for title in (rule.title, rule.passing):
        assert 10 <= len(title) <= 120
        assert title == title.strip().rstrip(".")
        assert title[0] == title[0].upper()


@every_rule
def test_practices_are_aws_own(rule_id: str) -> None:
    practices = CATALOGUE.rules[rule_id].practices
    assert [name for name in practices if practice(name) is None] == []
    assert sorted(set(practices)) == sorted(practices)


@every_rule
def test_every_parameter_is_described_and_its_default_is_in_bounds(rule_id: str) -> None:
    for parameter in CATALOGUE.rules[rule_id].parameters.values():
        assert len(parameter.description) >= 10, parameter.name
        default = parameter.default
        kinds = {"integer": int, "number": (int, float), "text": str, "boolean": bool, "list": list, "map": dict}
        assert isinstance(default, kinds[parameter.type]), parameter.name
        assert isinstance(default, bool) == (parameter.type == "boolean"), parameter.name
        if parameter.type in ("integer", "number"):
            assert parameter.minimum is None or parameter.minimum <= default
            assert parameter.maximum is None or default <= parameter.maximum


@pytest.fixture(scope="module")
def agreed() -> dict[str, dict[str, Any]]:
    """What was agreed about each rule before it was written."""
    if not CATALOGUE_OF_RULES.is_file():
        pytest.skip("the catalogue of rules to come is not beside this checkout")
    entries = read_yaml(CATALOGUE_OF_RULES)
    return {entry["id"]: entry for entry in entries}


@every_rule
def test_a_rule_is_what_was_agreed(rule_id: str, agreed: dict[str, dict[str, Any]]) -> None:
    rule = CATALOGUE.rules[rule_id]
    entry = agreed[rule_id]
    expected = (entry["family"], entry["severity"], sorted(entry["practices"]))
    assert expected == (rule.family, rule.severity, sorted(rule.practices))


def test_every_rule_that_was_agreed_is_there_and_no_other(agreed: dict[str, dict[str, Any]]) -> None:
    assert sorted(agreed) == RULES


@every_rule
def test_no_rule_is_from_a_version_to_come(rule_id: str) -> None:
    numbers = [tuple(map(int, text.split("."))) for text in (CATALOGUE.texts(rule_id).since, __version__)]
    assert numbers[0] <= numbers[1]


def test_the_stage_that_a_deployment_makes_is_judged_once(tmp_path: Path) -> None:
    template = """
Resources:
  Api: {Type: AWS::ApiGateway::RestApi, Properties: {Name: orders}}
  Live: {Type: AWS::ApiGateway::Deployment, Properties: {RestApiId: !Ref Api, StageName: live}}
"""
    (tmp_path / "template.yaml").write_text(template, encoding="utf-8")
    graph = load([tmp_path], SourceSettings(root=tmp_path))
    names = ("apigateway-access-logs", "apigateway-execution-logs", "apigateway-tracing")
    rules = [SelectedRule(CATALOGUE.rules[name], "high") for name in names]
    failed = sorted(each.rule_id for each in evaluate(graph, rules, Options()) if each.outcome == "fail")
    assert list(names) == failed
