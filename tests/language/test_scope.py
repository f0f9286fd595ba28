"""Reading properties: paths, defaults, null, alternatives under assumptions, and maps that may hold more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from walint.language.scope import Scope, parse_path
from walint.model.span import Span
from walint.model.value import Absent, Alternatives, Choice, Known, Reference, Unknown, Value

MakeScope = Callable[..., Scope]
SPAN = Span("t.yaml", 5, 1, 5, 2)


def when(variable: str, yes: Value, no: Value) -> Alternatives:
    return Alternatives((Choice(((variable, True),), yes), Choice(((variable, False),), no)))


def plain(value: Value) -> Any:
    """A value in brief: its data, "absent", or "unknown: why"."""
    match value:
        case Known(dict() as members):
            return {name: plain(member) for name, member in members.items()}
        case Known(tuple() | list() as items):
            return [plain(item) for item in items]
        case Known(data):
            return data
        case Absent():
            return "absent"
        case Unknown(reason):
            return f"unknown: {reason}"
        case Alternatives(choices):
            return [plain(choice.value) for choice in choices]
    return value


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("A", ("A",)),
        ("A.B.C", ("A", "B", "C")),
        (".", ()),
        ("LogConfiguration.Options.[awslogs-group]", ("LogConfiguration", "Options", "awslogs-group")),
        ("Labels.[com.datadog.x].Y", ("Labels", "com.datadog.x", "Y")),
        ("@UpdatePolicy.CodeDeploy", ("@UpdatePolicy", "CodeDeploy")),
    ],
)
def test_the_steps_of_a_path(text: str, path: tuple[str, ...]) -> None:
    assert path == parse_path(text)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Timeout", 3),
        ("Vpc.Subnets", ["a", "b"]),
        ("Vpc.Zones", "absent"),
        ("Missing.Deeper", "absent"),
        ("Null", "absent"),
        ("Null.Deeper", "absent"),
        ("Timeout.Deeper", "unknown: Deeper is asked of something that is not a map"),
        ("Role.Deeper", "unknown: Deeper is asked of something that is not a map"),
        ("Open.Known", 1),
        ("Open.Other", "unknown: a transform adds keys"),
        ("Param", "unknown: no default"),
        ("Param.Deeper", "unknown: no default"),
        ("@Name", "It"),
        ("@DeletionPolicy", "Retain"),
        ("@Metadata.Owner", "us"),
        ("@UpdatePolicy", "absent"),
    ],
)
def test_a_path_is_read(make_scope: MakeScope, path: str, expected: object) -> None:
    scope = make_scope(
        {
            "Timeout": Known(3),
            "Vpc": Known({"Subnets": Known((Known("a"), Known("b")))}),
            "Null": Known(None),
            "Role": Reference("t.yaml#Role", "Arn"),
            "Open": Known({"Known": Known(1)}, rest=Unknown("a transform adds keys")),
            "Param": Unknown("no default", surely_set=True),
        },
        attributes={"DeletionPolicy": Known("Retain"), "Metadata": Known({"Owner": Known("us")})},
    )
    assert expected == plain(scope.read(parse_path(path)))


def test_what_is_below_an_unknown_need_not_be_set(make_scope: MakeScope) -> None:
    scope = make_scope({"Param": Unknown("no default", symbol="t.yaml#P", surely_set=True)})
    assert Unknown("no default") == scope.read(("Param", "Deeper"))


def test_properties_that_a_macro_writes_are_unknown(make_scope: MakeScope) -> None:
    assert plain(make_scope(Unknown("a macro")).read(("Timeout",))) == "unknown: a macro"


def test_a_default_counts_in_force_but_not_as_set(make_scope: MakeScope) -> None:
    scope = make_scope({"TracingConfig": Known({}, SPAN)})
    assert scope.read(("TracingConfig", "Mode")) == Absent(SPAN)
    assert scope.read_in_force(("TracingConfig", "Mode")) == Known("PassThrough", SPAN, "default")


def test_a_default_may_differ_from_source_to_source(make_scope: MakeScope) -> None:
    days = [
        plain(make_scope({}, type_name="AWS::RDS::DBInstance", source=source).read_in_force(("BackupRetentionPeriod",)))
        for source in ("cloudformation", "terraform")
    ]
    assert days == [1, 0]


def test_each_branch_of_a_condition_has_its_default(make_scope: MakeScope) -> None:
    mode = when("t#A", when("t#B", Absent(), Known("Active")), Known(None))
    scope = make_scope({"TracingConfig": Known({"Mode": mode})})
    assert plain(scope.read(("TracingConfig", "Mode"))) == [["absent", "Active"], "absent"]
    assert plain(scope.read_in_force(("TracingConfig", "Mode"))) == [["PassThrough", "Active"], "PassThrough"]


def test_a_path_leads_through_alternatives(make_scope: MakeScope) -> None:
    config = when("t#A", Known({"Mode": Known("Active")}), when("t#B", Absent(), Known({"Mode": Known("x")})))
    assert plain(make_scope({"TracingConfig": config}).read(("TracingConfig", "Mode"))) == ["Active", ["absent", "x"]]


@pytest.mark.parametrize(
    ("assumed", "expected"),
    [
        ({"t#A": True}, "Active"),
        ({"t#A": False, "t#B": True}, "absent"),
        ({"t#A": False, "t#B": False}, "x"),
        ({"t#A": False}, ["absent", "x"]),
        ({"t#C": False}, ["Active", ["absent", "x"]]),
    ],
)
def test_assumptions_choose(make_scope: MakeScope, assumed: dict[str, bool], expected: object) -> None:
    config = when("t#A", Known({"Mode": Known("Active")}), when("t#B", Absent(), Known({"Mode": Known("x")})))
    scope = make_scope({"TracingConfig": config}, assumed=assumed)
    assert expected == plain(scope.read(("TracingConfig", "Mode")))


def test_open_alternatives_are_noted_for_a_split(make_scope: MakeScope) -> None:
    scope = make_scope(
        {"A": when("t#A", Known(1), Known(2)), "B": when("t#B", Known(1), Known(2))}, assumed={"t#B": True}
    )
    scope.read(("A",))
    scope.read(("B",))
    assert {name: list(values) for name, values in scope.context.variables.items()} == {"t#A": [True, False]}


@pytest.mark.parametrize(
    ("value", "items", "more"),
    [
        (Known((Known("a"), Known("b"))), ["a", "b"], None),
        (Known((Known("a"),), rest=Unknown("a loop")), ["a"], "a loop"),
        (Known("a"), ["a"], None),
        (Absent(), [], None),
        (Known(None), [], None),
        (Unknown("no default"), [], "no default"),
    ],
)
def test_the_items_of_a_list(make_scope: MakeScope, value: Value, items: list[object], more: str | None) -> None:
    found, why, _ = make_scope({"Layers": value}).items(("Layers",))
    assert (items, more) == ([plain(item) for item in found], why)


def test_the_item_of_a_list_is_a_scope_that_knows_its_path(make_scope: MakeScope) -> None:
    mount = Known({"LocalMountPath": Known("/mnt/a")})
    scope = make_scope({"FileSystemConfigs": Known((mount,))})
    item = scope.item(mount, ("FileSystemConfigs",))
    assert plain(item.read(("LocalMountPath",))) == "/mnt/a"
    assert item.spoken(("LocalMountPath",)) == "FileSystemConfigs.LocalMountPath"


@pytest.mark.parametrize(
    ("presence", "assumed", "truth"),
    [
        (Known(data=True), {}, True),
        (Known(data=False), {}, False),
        (when("t#A", Known(data=True), Known(data=False)), {}, None),
        (when("t#A", Known(data=True), Known(data=False)), {"t#A": True}, True),
        (when("t#A", Known(data=True), Known(data=False)), {"t#A": False}, False),
        (Unknown("a loop"), {}, None),
    ],
)
def test_whether_a_resource_exists(
    make_scope: MakeScope, presence: Value, assumed: dict[str, bool], *, truth: bool | None
) -> None:
    scope = make_scope({}, assumed=assumed)
    assert truth is scope.context.exists(replace(scope.resource, presence=presence)).truth


def test_alternatives_that_no_assumption_leaves_open_are_undecided(make_scope: MakeScope) -> None:
    scope = make_scope({"A": when("t#A", Known(1), Known(2))}, assumed={"t#A": "neither"})
    judgement = scope.context.over_alternatives(scope.read(("A",)), lambda _value: pytest.fail("asked"))
    assert (judgement.truth, judgement.reasons) == (None, ("its conditions contradict each other",))
