"""The alarm-coverage matrix: what each cell says, and that it says nothing that an unknown could change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.soundness import blur, worlds
from tests.soundness.dice import Dice
from tests.soundness.test_law import CHECKS
from walint import coverage
from walint.catalog import alarm_coverage as plans
from walint.catalog import alarm_metrics
from walint.catalog.relations import relations
from walint.coverage import alarm_coverage
from walint.engine import judge
from walint.findings.coverage import Cell, CoverageTable
from walint.findings.evaluation import Evaluation
from walint.language.checks import ConditionCheck
from walint.language.file import Document
from walint.language.rule import CompiledRule
from walint.model.graph import Graph
from walint.model.resource import Resource
from walint.model.value import Known
from walint.sources import SourceSettings, load

TODAY = date(2026, 11, 21)
HEAD = """
Parameters:
  Env: {Type: String}
  Topic: {Type: String}
  Name: {Type: String}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
Resources:
  Orders: {Type: AWS::Lambda::Function}
  OnCall: {Type: AWS::SNS::Topic, Properties: {Subscription: [{Protocol: https, Endpoint: "https://example.com"}]}}
  Unheard: {Type: AWS::SNS::Topic}
"""
ERRORS = "Namespace: AWS/Lambda, MetricName: Errors"
OF_ORDERS = "Dimensions: [{Name: FunctionName, Value: !Ref Orders}]"
HEARD = "AlarmActions: [!Ref OnCall]"


def tables(tmp_path: Path, files: str | Mapping[str, str]) -> dict[str, CoverageTable]:
    """The matrix of a template, or of several files by name."""
    for name, text in ({"t.yaml": files} if isinstance(files, str) else files).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    graph = load([tmp_path], SourceSettings(root=tmp_path))
    return {table.title: table for table in alarm_coverage(graph, TODAY)}


def cell(found: Mapping[str, CoverageTable], title: str, column: str, address: str) -> Cell:
    table = found[title]
    row = next(row for row in table.rows if row.resource.address == address)
    return row.cells[[needed.title for needed in table.alarms].index(column)]


def alarm(*properties: str, beside: str = "") -> str:
    return f"  Alarm: {{Type: AWS::CloudWatch::Alarm{beside}, Properties: {{{', '.join(properties)}}}}}\n"


@pytest.mark.parametrize(
    ("text", "status", "reason"),
    [
        ("", "missing", ""),
        (alarm(ERRORS, OF_ORDERS, HEARD), "covered", ""),
        (alarm(ERRORS, OF_ORDERS, "AlarmActions: [!Ref Topic]"), "covered", ""),
        (alarm(ERRORS, HEARD), "missing", ""),
        (
            alarm(ERRORS, OF_ORDERS),
            "no-action",
            "Alarm: AlarmActions is none, expected an action that somebody hears of",
        ),
        (
            alarm(ERRORS, OF_ORDERS, HEARD, "ActionsEnabled: false"),
            "no-action",
            "Alarm: ActionsEnabled is false, expected true",
        ),
        (
            alarm(ERRORS, OF_ORDERS, "AlarmActions: [!Ref Unheard]"),
            "no-action",
            "Alarm: AlarmActions is one that does not fit, expected an action that somebody hears of",
        ),
        (
            alarm(ERRORS, "Dimensions: [{Name: FunctionName, Value: !GetAtt Orders.Arn}]", HEARD),
            "wrong-dimension",
            (
                "Alarm watches its arn (a reference to Orders.Arn), "
                "expected the name of AWS::Lambda::Function in FunctionName"
            ),
        ),
        (
            alarm(ERRORS, "Dimensions: [{Name: FunctionName, Value: oders}]", HEARD),
            "wrong-dimension",
            "Alarm watches the metric of something that is not in this scan",
        ),
        (alarm(ERRORS, OF_ORDERS, HEARD, beside=", Condition: IsProd"), "unknown", "fails unless IsProd"),
        (
            alarm(ERRORS, "Dimensions: [{Name: FunctionName, Value: !Ref Name}]", HEARD),
            "unknown",
            "parameter Name has no default",
        ),
    ],
)
def test_a_cell_says_what_an_alarm_lacks(text: str, status: str, reason: str, tmp_path: Path) -> None:
    found = cell(tables(tmp_path, HEAD + text), "Lambda functions", "Errors", "Orders")
    assert found.status == status
    assert found.reason == reason
    assert [place.address for place in found.alarms] == (["Alarm"] if status != "missing" else [])


def test_an_alarm_of_a_composite_alarm_is_heard(tmp_path: Path) -> None:
    composite = "  Any: {Type: AWS::CloudWatch::CompositeAlarm, Properties: {AlarmRule: !Sub 'ALARM(${Alarm})'}}\n"
    found = tables(tmp_path, HEAD + alarm(ERRORS, OF_ORDERS) + composite)
    assert cell(found, "Lambda functions", "Errors", "Orders").status == "covered"


def test_a_misspelt_name_is_blamed_on_one_resource_only(tmp_path: Path) -> None:
    """Of two functions without an alarm nobody knows which one it means."""
    typo = alarm(ERRORS, "Dimensions: [{Name: FunctionName, Value: oders}]", HEARD)
    found = tables(tmp_path, HEAD + "  Other: {Type: AWS::Lambda::Function}\n" + typo)
    statuses = {row.resource.address: row.cells[0].status for row in found["Lambda functions"].rows}
    assert statuses == {"Orders": "missing", "Other": "missing"}


def test_one_question_is_enough_where_nobody_watches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For each function whether it belongs to the table, and for each cell whether there is any alarm: no more."""
    asked: list[str] = []

    def counted(rule: CompiledRule, resource: Resource, *rest: Any) -> Evaluation:
        asked.append(resource.address)
        return judge(rule, resource, *rest)

    monkeypatch.setattr(coverage, "judge", counted)
    functions = "".join(f"  F{number}: {{Type: AWS::Lambda::Function}}\n" for number in range(20))
    found = tables(tmp_path, f"Resources:\n{functions}")["Lambda functions"]
    assert [len(row.cells) for row in found.rows] == [len(found.alarms)] * 20
    assert len(asked) == 20 * (1 + len(found.alarms))


@pytest.mark.parametrize(
    ("condition", "status"), [("", None), (", Condition: IsProd", "unknown"), (", Condition: Never", "missing")]
)
def test_what_belongs_to_a_table_under_a_condition(condition: str, status: str | None, tmp_path: Path) -> None:
    setup = f"  Made: {{Type: Custom::Made{condition}, Properties: {{ServiceToken: !GetAtt Orders.Arn}}}}\n"
    text = HEAD.replace("Conditions:\n", "Conditions:\n  Never: !Equals [a, b]\n") + setup
    found = tables(tmp_path, text).get("Lambda functions")
    assert (found.rows[0].cells[0].status if found else None) == status


def test_what_needs_no_alarm_has_no_row(tmp_path: Path) -> None:
    setup = """
Resources:
  Setup: {Type: AWS::Lambda::Function}
  Made: {Type: Custom::Made, Properties: {ServiceToken: !GetAtt Setup.Arn}}
  Member: {Type: AWS::RDS::DBInstance, Properties: {DBClusterIdentifier: !Ref Cluster}}
  Cluster: {Type: AWS::RDS::DBCluster}
  Cpu:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/RDS
      MetricName: CPUUtilization
      Dimensions: [{Name: DBInstanceIdentifier, Value: !Ref Member}]
      AlarmActions: ["arn:aws:sns:eu-west-1:111122223333:on-call"]
"""
    found = tables(tmp_path, setup)
    assert list(found) == ["Database clusters"]
    cpu = cell(found, "Database clusters", "CPU", "Cluster")
    assert (cpu.status, [place.address for place in cpu.alarms]) == ("covered", ["Cpu"])


def test_an_alarm_on_the_account_is_enough_where_the_plan_says_so(tmp_path: Path) -> None:
    text = """
Resources:
  Vault: {Type: AWS::Backup::BackupVault, Properties: {BackupVaultName: main}}
  Failed:
    Type: AWS::CloudWatch::Alarm
    Properties: {Namespace: AWS/Backup, MetricName: NumberOfBackupJobsFailed, AlarmActions: ["arn:aws:sns:x:1:y"]}
"""
    assert cell(tables(tmp_path, text), "Backup vaults", "Failed backups", "Vault").status == "covered"


def test_alarms_of_another_stack_count(tmp_path: Path) -> None:
    files = {
        "a.yaml": "Resources:\n  Orders: {Type: AWS::Lambda::Function, Properties: {FunctionName: orders}}\n",
        "b.yaml": "Resources:\n"
        + alarm(ERRORS, "Dimensions: [{Name: FunctionName, Value: orders}]", "AlarmActions: ['arn:aws:sns:x:1:y']"),
    }
    assert cell(tables(tmp_path, files), "Lambda functions", "Errors", "Orders").status == "covered"


def test_every_type_with_metrics_has_a_table_or_a_reason() -> None:
    known = {name for service in alarm_metrics.services() for name in service.types}
    planned = {name for plan in plans.plans() for name in plan.types}
    assert planned & plans.left_out().keys() == set()
    assert known == planned | plans.left_out().keys()


def test_every_needed_metric_is_published_for_the_type() -> None:
    wrong = [
        (plan.title, metric)
        for plan in plans.plans()
        for need in plan.needs
        for metric in need.metrics
        for name in plan.types
        if not any(metric in service.metrics for service in alarm_metrics.for_type(name))
        # An alarm on the members of a cluster counts; DocumentDB has no measure of load.
        and not (need.through and metric in {"DBLoad", "ACUUtilization", "SwapUsage"})
    ]
    assert wrong == []


def test_the_conditions_of_the_plan_are_sound() -> None:
    check = ConditionCheck(Document("alarm_coverage.yaml", {}, {}), {})
    for plan in plans.plans():
        nothing: dict[str, Any] = {"some": {"relation": "alarms", "metric": ["Errors"]}}
        check.case((), plan.types, plan.when, nothing)
    check.case((), worlds.ALARM, None, plans.reaches())
    assert [str(error) for error in check.errors] == []
    through = {need.through for plan in plans.plans() for need in plan.needs if need.through}
    assert through <= relations().keys()


GOOD: set[str] = {"covered"}
BAD: set[str] = {"no-action", "wrong-dimension", "missing"}


def statuses(graph: Graph) -> dict[tuple[str, int], str]:
    return {
        (row.resource.address, number): one.status
        for table in alarm_coverage(graph, TODAY)
        for row in table.rows
        for number, one in enumerate(row.cells)
    }


@st.composite
def cases(draw: st.DrawFn) -> tuple[Graph, Graph]:
    """A world of functions and alarms, and what walint sees of it."""
    dice = Dice(draw)
    world = []
    for one in worlds.world(dice, "alarms"):
        if one.type == worlds.ALARM and dice.chance(70):
            assert isinstance(one.properties, Known)
            members = dict(one.properties.data)  # type: ignore[call-overload]
            action = dice.pick((worlds.scalar("arn:aws:sns:eu-west-1:1:on-call"), worlds.ref("Nowhere")))
            one = replace(one, properties=worlds.mapping(**members, AlarmActions=worlds.listed(action)))  # noqa: PLW2901
        world.append(one)
    seen = blur.blurred(dice, world, "alarms")
    return worlds.graph_of([replace(one, properties=worlds.deployed(one.properties)) for one in world]), seen


@settings(max_examples=600, deadline=None, suppress_health_check=CHECKS, derandomize=True)
@given(cases())
@pytest.mark.filterwarnings("ignore:Generating overly large repr")
def test_what_is_covered_or_is_not_stays_so_however_the_unknowns_turn_out(case: tuple[Graph, Graph]) -> None:
    world, seen = case
    real, blurred = statuses(world), statuses(seen)
    wrong = {
        place: (status, real[place])
        for place, status in blurred.items()
        if place in real and ((status in GOOD and real[place] in BAD) or (status in BAD and real[place] in GOOD))
    }
    assert wrong == {}
