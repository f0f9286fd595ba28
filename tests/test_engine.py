"""From a graph and rules to evaluations: cases, severities, conditions, isolation, selection."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from walint import engine
from walint.engine import Options, Override, SelectedRule, evaluate, select, today
from walint.findings.evaluation import Evaluation
from walint.language.operators import scalars
from walint.language.rule import Case, Parameter, ProfileEntry, Rule
from walint.model.graph import Graph
from walint.sources import SourceSettings, load

FUNCTION = "AWS::Lambda::Function"
Scan = Callable[..., Graph]


@pytest.fixture
def scan(tmp_path: Path) -> Scan:
    """The graph of a template, or of several files by name."""

    def scanned(files: str | Mapping[str, str], **settings: Any) -> Graph:
        for name, text in ({"t.yaml": files} if isinstance(files, str) else files).items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return load([tmp_path], SourceSettings(root=tmp_path, **settings))

    return scanned


def rule(*cases: Case, rule_id: str = "a-rule", **others: Any) -> Rule:
    return Rule(rule_id, "own", "wrong", "right", "medium", (), ("cloudformation",), cases, "a-rule.yaml", **others)


def case(expect: dict[str, Any], when: dict[str, Any] | None = None, **others: Any) -> Case:
    return Case((FUNCTION,), when, expect, **others)


def judged(graph: Graph, *rules: Rule, **options: Any) -> dict[str, Evaluation]:
    found = evaluate(graph, [SelectedRule(one, one.severity) for one in rules], Options(date(2026, 11, 20), **options))
    return {evaluation.resource.address: evaluation for evaluation in found}


def outcome(evaluation: Evaluation) -> tuple[str, str]:
    return evaluation.outcome, evaluation.reason


TRACED = case({"TracingConfig.Mode": "Active"})
ALARMED = case({"some": {"relation": "alarms", "metric": ["Errors"], "expected": "an alarm on Errors"}})
HEAD = """
Parameters:
  Env: {Type: String}
  Stage: {Type: String, AllowedValues: [dev, test, prod]}
  Size: {Type: Number, AllowedValues: [1, 2, 3]}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  IsTest: !Equals [!Ref Env, test]
  IsNotProd: !Not [!Condition IsProd]
  OnProdStage: !Equals [!Ref Stage, prod]
Resources:
"""


def function(properties: str, *, name: str = "It", beside: str = "") -> str:
    return f"  {name}: {{Type: {FUNCTION}{beside}, Properties: {{{properties}}}}}\n"


def mode(value: str) -> str:
    return f"TracingConfig: {{Mode: {value}}}"


# Conditions.


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Active", ("pass", "")),
        ("PassThrough", ("fail", "")),
        ("!If [IsProd, Active, Active]", ("pass", "")),
        ("!If [IsProd, PassThrough, !Ref AWS::NoValue]", ("fail", "")),
        ("!If [IsProd, Active, PassThrough]", ("unknown", "fails unless IsProd (TracingConfig.Mode: expected Active")),
        ("!If [IsProd, PassThrough, Active]", ("unknown", "fails when IsProd (TracingConfig.Mode: expected Active")),
        ("!If [IsProd, Active, !Ref Env]", ("unknown", "TracingConfig.Mode: parameter Env has no default")),
        ("!If [IsProd, PassThrough, !Ref Env]", ("unknown", "fails when IsProd")),
        (
            "!If [IsProd, Active, !If [IsTest, Active, PassThrough]]",
            ("unknown", "fails when not IsProd and not IsTest"),
        ),
        ("!If [IsProd, PassThrough, !If [IsTest, PassThrough, Active]]", ("unknown", "fails when IsProd or when ")),
        ("!If [IsProd, Active, !If [IsNotProd, Active, PassThrough]]", ("pass", "")),
        ("!If [IsProd, !If [IsNotProd, Active, PassThrough], PassThrough]", ("fail", "")),
        ("!If [OnProdStage, Active, PassThrough]", ("unknown", "fails")),
        ("!Ref Env", ("unknown", "TracingConfig.Mode: parameter Env has no default")),
    ],
)
def test_a_value_under_conditions(scan: Scan, value: str, expected: tuple[str, str]) -> None:
    found = outcome(judged(scan(HEAD + function(mode(value))), rule(TRACED))["It"])
    assert (expected[0], True) == (found[0], found[1].startswith(expected[1])), found[1]


@pytest.mark.parametrize(
    ("least", "expected"),
    [
        (1, ("pass", "")),
        (4, ("fail", "")),
        (3, ("unknown", "fails when Size is 1 or when Size is 2 (Timeout: expected at least 3, found 1)")),
    ],
)
def test_the_allowed_values_of_a_parameter_are_tried(scan: Scan, least: int, expected: tuple[str, str]) -> None:
    graph = scan(HEAD + function("Timeout: !Ref Size"))
    assert expected == outcome(judged(graph, rule(case({"Timeout": {"at_least": least}})))["It"])


def test_a_given_parameter_settles_it(scan: Scan) -> None:
    template = HEAD + function(mode("!If [IsProd, Active, PassThrough]"))
    found = [
        judged(scan(template, parameters={"Env": env, "Stage": "dev", "Size": "1"}), rule(TRACED))["It"].outcome
        for env in ("prod", "test")
    ]
    assert found == ["pass", "fail"]


def test_correlated_conditions_are_split_together(scan: Scan) -> None:
    """Either branch alone could fail; under the same condition one of the two always passes."""
    either = case({"any": [{"TracingConfig.Mode": "Active"}, {"Timeout": {"at_least": 30}}]})
    properties = mode("!If [IsProd, Active, PassThrough]")
    covered = function(f"{properties}, Timeout: !If [IsProd, 3, 30]", name="Covered")
    open_ = function(f"{properties}, Timeout: !If [IsProd, 30, 3]", name="Open")
    found = judged(scan(HEAD + covered + open_), rule(either))
    assert (found["Covered"].outcome, found["Open"].outcome) == ("pass", "unknown")


def many_conditions(count: int) -> str:
    parameters = "".join(f"  P{n}: {{Type: String}}\n" for n in range(count))
    conditions = "".join(f"  C{n}: !Equals [!Ref P{n}, x]\n" for n in range(count))
    layers = ", ".join(f"!If [C{n}, 'a', 'b']" for n in range(count))
    return f"Parameters:\n{parameters}Conditions:\n{conditions}Resources:\n{function(f'Layers: [{layers}]')}"


@pytest.mark.parametrize(
    ("count", "budget", "expected"),
    [
        (3, 32, "fails when not C0 and not C1 and not C2 "),
        (3, 2, "it depends on a condition"),
        (4, 32, "fails when C0 and not C1 and not C2 and not C3 or when "),
        (8, 32, "fails when "),
    ],
)
def test_only_so_many_combinations_are_tried(
    scan: Scan, monkeypatch: pytest.MonkeyPatch, count: int, budget: int, expected: str
) -> None:
    """Whether enough of the layers are "a" is worked out for a few combinations only."""
    monkeypatch.setattr(engine, "_MOST_SPLITS", budget)
    condition = {"some": {"items": "Layers", "where": {".": "a"}, "min": count // 2}}
    evaluation = judged(scan(many_conditions(count)), rule(case(condition)))["It"]
    assert (evaluation.outcome, True) == ("unknown", evaluation.reason.startswith(expected)), evaluation.reason
    assert len(evaluation.reason) < 300


def test_hundreds_of_conditions_take_no_time(scan: Scan) -> None:
    evaluation = judged(scan(many_conditions(150)), rule(case({"Layers": {"contains": "a"}})))["It"]
    assert evaluation.outcome == "unknown"


# Resources that exist under a condition.


@pytest.mark.parametrize("beside", [", Condition: IsProd", ", Condition: IsNotProd", ""])
@pytest.mark.parametrize(("value", "expected"), [("Active", "pass"), ("PassThrough", "fail")])
def test_a_conditional_resource_is_judged_as_if_it_exists(scan: Scan, beside: str, value: str, expected: str) -> None:
    graph = scan(HEAD + function(mode(value), beside=beside))
    assert (expected, "") == outcome(judged(graph, rule(TRACED))["It"])


def test_what_its_own_condition_implies_is_settled(scan: Scan) -> None:
    value = mode("!If [IsProd, Active, PassThrough]")
    in_prod = function(value, name="InProd", beside=", Condition: IsProd")
    elsewhere = function(value, name="Elsewhere", beside=", Condition: IsNotProd")
    found = judged(scan(HEAD + in_prod + elsewhere), rule(TRACED))
    assert [found[name].outcome for name in ("InProd", "Elsewhere")] == ["pass", "fail"]


ALARM = """
  Alarm:
    Type: AWS::CloudWatch::Alarm
    %s
    Properties: {Namespace: AWS/Lambda, MetricName: Errors, Dimensions: [{Name: FunctionName, Value: !Ref It}]}
"""


@pytest.mark.parametrize(
    ("of_function", "of_alarm", "expected"),
    [
        ("", "", ("pass", "")),
        (", Condition: IsProd", "Condition: IsProd", ("pass", "")),
        (", Condition: IsProd", "", ("pass", "")),
        ("", "Condition: IsProd", ("unknown", "fails unless IsProd")),
        (", Condition: IsNotProd", "Condition: IsProd", ("fail", "")),
        (", Condition: IsProd", "Condition: IsTest", ("unknown", "fails unless IsTest")),
    ],
)
def test_an_alarm_under_the_same_condition_counts(
    scan: Scan, of_function: str, of_alarm: str, expected: tuple[str, str]
) -> None:
    graph = scan(HEAD + function("Timeout: 3", beside=of_function) + ALARM % of_alarm)
    assert expected == outcome(judged(graph, rule(ALARMED))["It"])


# Cases.


def test_the_worst_case_speaks(scan: Scan) -> None:
    """Two cases apply: the one that fails says so, with its own name and message."""
    good = case({"Timeout": {"at_least": 1}}, name="good")
    bad = case({"Timeout": {"at_least": 30}}, name="bad", message="Too short")
    for cases in ((good, bad), (bad, good)):
        evaluation = judged(scan(HEAD + function("Timeout: 3")), rule(*cases))["It"]
        assert (evaluation.outcome, evaluation.case, evaluation.message) == ("fail", "bad", "Too short")


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (["pass", "fail", "unknown", "not-applicable"], "fail"),
        (["pass", "unknown", "not-applicable"], "unknown"),
        (["not-applicable", "pass"], "pass"),
        (["not-applicable", "not-applicable"], "not-applicable"),
    ],
)
def test_outcomes_of_cases_are_ranked(scan: Scan, parts: list[str], expected: str) -> None:
    made = {
        "pass": case({"Timeout": 3}),
        "fail": case({"Timeout": 4}),
        "unknown": case({"MemorySize": 4}),
        "not-applicable": case({"Timeout": 3}, {"Timeout": 4}),
    }
    graph = scan(HEAD + function("Timeout: 3, MemorySize: !Ref Env"))
    assert expected == judged(graph, rule(*[made[part] for part in parts]))["It"].outcome


@pytest.mark.parametrize(
    ("when", "expect", "expected"),
    [
        ({"Timeout": 3}, {"MemorySize": 128}, "pass"),
        ({"Timeout": 3}, {"MemorySize": 256}, "fail"),
        ({"Timeout": 4}, {"MemorySize": 256}, "not-applicable"),
        ({"Role": "x"}, {"MemorySize": 128}, "pass"),
        ({"Role": "x"}, {"MemorySize": 256}, "unknown"),
        ({"Role": "x"}, {"Handler": "x"}, "unknown"),
    ],
)
def test_when_a_rule_applies(scan: Scan, when: dict[str, Any], expect: dict[str, Any], expected: str) -> None:
    """`Role` is unknown: only what passes either way is decided."""
    graph = scan(HEAD + function("Timeout: 3, Role: !Ref Env, Handler: !Ref Env"))
    assert expected == judged(graph, rule(case(expect, when)))["It"].outcome


def test_a_rule_with_several_types(scan: Scan) -> None:
    queues = Case(("AWS::SQS::Queue", "AWS::SNS::Topic"), None, {"@Name": {"like": ["Q*"]}})
    resources = "  Q: {Type: AWS::SQS::Queue}\n  T: {Type: AWS::SNS::Topic}\n  R: {Type: AWS::IAM::Role}\n"
    found = judged(scan(HEAD + function("Timeout: 3") + resources), rule(TRACED, queues))
    assert {name: one.outcome for name, one in found.items()} == {"It": "fail", "Q": "pass", "T": "fail"}


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        (("cloudformation", "sam"), {}),
        (("cloudformation", "terraform"), {"aws_lambda_function.f": "fail"}),
        (("terraform-plan",), {}),
    ],
)
def test_only_a_rule_that_names_terraform_judges_it(
    scan: Scan, sources: tuple[str, ...], expected: dict[str, str]
) -> None:
    graph = scan({"main.tf": 'resource "aws_lambda_function" "f" {\n  function_name = "f"\n}\n'})
    found = judged(graph, replace(rule(TRACED), sources=sources))
    assert {name: one.outcome for name, one in found.items()} == expected


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        (("live",), {}),
        (("terraform",), {}),
        (("repository", "terraform-plan"), {}),
        (("sam",), {"It": "fail"}),
        (("live", "cloudformation"), {"It": "fail"}),
    ],
)
def test_only_a_rule_that_names_templates_judges_them(
    scan: Scan, sources: tuple[str, ...], expected: dict[str, str]
) -> None:
    found = judged(scan(HEAD + function("Timeout: 3")), replace(rule(TRACED), sources=sources))
    assert {name: one.outcome for name, one in found.items()} == expected


# Severities.


@pytest.mark.parametrize(
    ("selected", "expected"),
    [
        (SelectedRule(rule(), "medium"), ["low", "medium"]),
        (SelectedRule(rule(), "high", {}, fixed_severity=True), ["high", "high"]),
        (SelectedRule(rule(), "medium", {}, fixed_severity=True, ceiling=True), ["low", "medium"]),
        (SelectedRule(rule(), "info", {}, fixed_severity=True, ceiling=True), ["info", "info"]),
    ],
)
def test_the_severity_of_a_case_yields_to_one_that_was_set(
    scan: Scan, selected: SelectedRule, expected: list[str]
) -> None:
    small, large = case({"Timeout": 9}, {"Timeout": 3}, severity="low"), case({"Timeout": 9}, {"Timeout": 4})
    graph = scan(HEAD + function("Timeout: 3", name="A") + function("Timeout: 4", name="B"))
    one = replace(selected, rule=rule(small, large))
    assert expected == [evaluation.severity for evaluation in evaluate(graph, [one], Options())]


# Places.


def test_the_place_to_blame(scan: Scan) -> None:
    text = f"""Resources:
  Missing:
    Type: {FUNCTION}
    Properties:
      TracingConfig:
        Mode: PassThrough
  Whole:
    Type: {FUNCTION}
  Parent:
    Type: {FUNCTION}
    Properties:
      TracingConfig: {{}}
"""
    spans = {name: found.span for name, found in judged(scan(text), rule(TRACED)).items()}
    lines = {name: span.start_line if span else None for name, span in spans.items()}
    assert lines == {"Missing": 6, "Whole": 7, "Parent": 12}


# Isolation.


def test_an_exempt_resource_is_not_judged(scan: Scan) -> None:
    graph = scan(HEAD + function("Timeout: 3"))
    exempt = Graph()
    exempt.add(replace(graph.resources[0], exempt="the CDK maintains it"))
    assert outcome(judged(exempt, rule(TRACED))["It"]) == ("not-applicable", "the CDK maintains it")


def test_an_internal_error_costs_one_evaluation_only(scan: Scan, monkeypatch: pytest.MonkeyPatch) -> None:
    real = scalars.number_of

    def odd(data: object) -> float | None:
        if data == 13:
            raise ValueError("planted")
        return real(data)

    monkeypatch.setattr(scalars, "number_of", odd)
    graph = scan(HEAD + "".join(function(f"Timeout: {n}", name=f"F{n}") for n in (12, 13, 14)))
    heard: list[tuple[str, str, str]] = []

    def hear(one: Rule, resource: Any, bug: Exception) -> None:
        heard.append((one.id, resource.address, str(bug)))

    found = judged(graph, rule(case({"Timeout": {"at_least": 1}})), on_error=hear)
    assert {name: outcome(one) for name, one in found.items()} == {
        "F12": ("pass", ""),
        "F13": ("error", "internal error: ValueError: planted"),
        "F14": ("pass", ""),
    }
    assert heard == [("a-rule", "F13", "planted")]


def test_a_mistake_that_is_not_ours_is_not_hidden(scan: Scan, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(_data: object) -> float | None:
        raise KeyboardInterrupt

    monkeypatch.setattr(scalars, "number_of", stop)
    graph = scan(HEAD + function("Timeout: 3"))
    with pytest.raises(KeyboardInterrupt):
        judged(graph, rule(case({"Timeout": {"equals": "x"}})))


def test_evaluations_come_resource_by_resource_and_the_same_every_time(scan: Scan) -> None:
    graph = scan(HEAD + function("Timeout: 3", name="B") + function("Timeout: 3", name="A"))
    rules = [SelectedRule(rule(TRACED, rule_id=name), "low") for name in ("one", "two")]
    orders = [[(e.resource.address, e.rule_id) for e in evaluate(graph, rules, Options())] for _ in range(2)]
    assert orders[0] == orders[1] == [("B", "one"), ("B", "two"), ("A", "one"), ("A", "two")]


def test_the_date_is_todays_unless_it_is_given() -> None:
    assert Options().today == today()


# Selection.

DAYS = {"days": Parameter("days", "integer", 30)}
HIGH = Rule("high-rule", "own", "a", "b", "high", (), (), (TRACED,), "p", parameters=DAYS)
LOW = Rule("low-rule", "own", "a", "b", "low", (), (), (TRACED,), "p")
QUIET = Rule(
    "quiet-rule", "own", "a", "b", "medium", (), (), (TRACED,), "p", parameters=DAYS,
    profiles={
        "default": ProfileEntry(enabled=False),
        "strict": ProfileEntry(severity="low", parameters={"days": 90}),
        "minimal": ProfileEntry(enabled=True),
    },
)  # fmt: skip


def chosen(
    profile: str, overrides: Mapping[str, Override] | None = None, asked: Mapping[str, bool] | None = None
) -> dict[str, tuple[str, dict[str, Any], bool]]:
    found = select([QUIET, LOW, HIGH], profile, lambda one: (asked or {}).get(one.id), overrides or {})
    return {one.rule.id: (one.severity, dict(one.parameters), one.fixed_severity) for one in found}


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        ("default", {"high-rule": ("high", {}, False), "low-rule": ("low", {}, False)}),
        (
            "strict",
            {
                "high-rule": ("high", {}, False),
                "low-rule": ("low", {}, False),
                "quiet-rule": ("low", {"days": 90}, True),
            },
        ),
        ("minimal", {"high-rule": ("high", {}, False), "quiet-rule": ("medium", {}, False)}),
    ],
)
def test_profiles(profile: str, expected: object) -> None:
    assert expected == chosen(profile)
    assert list(chosen(profile)) == sorted(chosen(profile))


@pytest.mark.parametrize(
    ("override", "asked", "expected"),
    [
        (Override(enabled=True), None, {"high-rule", "low-rule", "quiet-rule"}),
        (Override(enabled=True), False, {"high-rule", "low-rule"}),
        (Override(enabled=False), True, {"high-rule", "low-rule", "quiet-rule"}),
        (Override(), None, {"high-rule", "low-rule"}),
        (Override(), True, {"high-rule", "low-rule", "quiet-rule"}),
    ],
)
def test_the_command_line_comes_after_the_config_and_that_after_the_profile(
    override: Override, *, asked: bool | None, expected: set[str]
) -> None:
    wanted = {} if asked is None else {"quiet-rule": asked}
    assert expected == set(chosen("default", {"quiet-rule": override}, wanted))


def test_the_config_changes_severity_and_parameters() -> None:
    overrides = {"quiet-rule": Override(severity="high", parameters={"days": 7}), "low-rule": Override(severity="info")}
    assert chosen("strict", overrides) == {
        "high-rule": ("high", {}, False),
        "low-rule": ("info", {}, True),
        "quiet-rule": ("high", {"days": 7}, True),
    }


@pytest.mark.parametrize(("parameters", "expected"), [({}, "fail"), ({"days": 3}, "pass")])
def test_parameters_reach_the_rule(scan: Scan, parameters: dict[str, int], expected: str) -> None:
    one = rule(case({"Timeout": {"at_least": "$days"}}), parameters=DAYS)
    graph = scan(HEAD + function("Timeout: 3"))
    (evaluation,) = evaluate(graph, [SelectedRule(one, "low", parameters)], Options())
    assert expected == evaluation.outcome
