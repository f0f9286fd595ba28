"""What is out of sight is found by type and by whom it concerns, however much of it there is."""

from __future__ import annotations

import pytest

from walint.language.hidden import Hidden
from walint.model.graph import Graph, Unseen
from walint.model.resource import Resource, Source
from walint.model.value import Known

ALARM, QUEUE = "AWS::CloudWatch::Alarm", "AWS::SQS::Queue"


def subject(unit: str, *, source: Source = "terraform", region: str | None = None) -> Resource:
    return Resource(f"{unit}#q", QUEUE, "q", "q", source, unit, Known({}), region=region)


def reasons(one: Resource, *unseen: Unseen, targets: tuple[str, ...] = (ALARM,)) -> list[str]:
    return Hidden(Graph(unseen=list(unseen))).reasons(targets, one)


@pytest.mark.parametrize(
    ("types", "targets", "found"),
    [
        (None, (ALARM,), True),
        (frozenset({ALARM, QUEUE}), (ALARM,), True),
        (frozenset({QUEUE}), (ALARM,), False),
        (frozenset(), (ALARM,), False),
        (frozenset({"Custom::Alarm"}), ("Custom::*",), True),
        (frozenset({"Custom::Alarm"}), (ALARM, QUEUE), False),
    ],
)
def test_only_what_may_hide_such_a_resource(
    types: frozenset[str] | None, targets: tuple[str, ...], *, found: bool
) -> None:
    part = Unseen("a module is not on disk", "app", types=types)
    assert bool(reasons(subject("app"), part, targets=targets)) is found


@pytest.mark.parametrize(
    ("unit", "part", "nested", "found"),
    [
        ("app", "app", True, True),
        ("app", "app", False, True),
        ("app/db", "app", True, True),
        ("app/db/x", "app", True, True),
        ("app/db", "app", False, False),
        ("app", "app/db", True, False),
        ("application", "app", True, False),
        ("stacks/app.yaml/Db", "stacks/app.yaml", True, True),
    ],
)
def test_a_part_concerns_its_unit_and_those_below(unit: str, part: str, *, nested: bool, found: bool) -> None:
    assert bool(reasons(subject(unit), Unseen("hidden", part, nested=nested))) is found


@pytest.mark.parametrize(("names", "found"), [({"app#q"}, True), ({"app#other"}, False), (set(), False)])
def test_what_resources_are_passed_into_concerns_these_only(names: set[str], *, found: bool) -> None:
    assert bool(reasons(subject("app"), Unseen("hidden", "app", names=frozenset(names)))) is found


@pytest.mark.parametrize(
    ("region", "part", "found"),
    [
        ("eu-west-1", "1/eu-west-1", True),
        ("eu-west-1", "1/us-east-1", False),
        ("eu-west-1", "1/global", True),
        ("eu-west-1", "2/global", False),
        ("global", "1/us-east-1", True),
        ("global", "1/eu-west-1", False),
        (None, "1/global", False),
    ],
)
def test_of_a_live_account_what_has_no_region_and_the_home_region_concern_more(
    region: str | None, part: str, *, found: bool
) -> None:
    one = subject("1/eu-west-1" if region != "global" else "1/global", source="live", region=region)
    assert bool(reasons(one, Unseen("denied", part))) is found


def test_reasons_come_in_the_order_of_the_scan_each_time() -> None:
    parts = [
        Unseen("one", "app"),
        Unseen("two", "app", names=frozenset({"app#q"})),
        Unseen("elsewhere", "other"),
        Unseen("three", ""),
        Unseen("four", "app"),
    ]
    hidden = Hidden(Graph(unseen=parts))
    found = [hidden.reasons((ALARM,), subject("app")) for _ in range(2)]
    assert found == [["one", "two", "four"]] * 2
