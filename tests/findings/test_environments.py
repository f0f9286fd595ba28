"""Which environment a resource belongs to: by stack, path, workspace, account, tag, and by --env."""

from __future__ import annotations

from typing import Any

import pytest

from walint.findings.environments import Belonging, Environments, Match, Told, is_production
from walint.model.resource import Resource
from walint.model.span import Span
from walint.model.value import Absent, Known, Unknown, Value

STACK = "aws:cloudformation:stack-name"
PROD, DEV = Belonging("prod", production=True), Belonging("dev", production=False)
ELSEWHERE, OPEN = Belonging(None, production=False), Belonging(None, None)


def known(**properties: Any) -> Known:
    """Properties; a mapping or a list inside is turned into values, too."""
    return Known({name: value(each) for name, each in properties.items()})


def value(data: Any) -> Value:
    match data:
        case dict():
            return Known({name: value(each) for name, each in data.items()})
        case list():
            return Known([value(each) for each in data])
        case Known() | Unknown() | Absent():
            return data
        case _:
            return Known(data)


def resource(unit: str = "infra/prod/orders.yaml", source: Any = "cloudformation", **others: Any) -> Resource:
    others.setdefault("span", Span(unit, 1, 1, 1, 2) if source != "live" else None)
    properties = others.pop("properties", known())
    address = others.pop("address", "Orders")
    return Resource(f"{unit}#{address}", "AWS::SQS::Queue", address, address, source, unit, properties, **others)


def prod(**match: Any) -> list[Told]:
    return [Told("prod", production=True, match=Match(**match))]


@pytest.mark.parametrize(
    ("globs", "judged", "expected"),
    [
        (("orders-prod",), resource("a/orders-prod.yaml"), PROD),
        (("*-PROD",), resource("a/orders-prod.template.json"), PROD),
        (("orders-prod",), resource("orders-dev.yaml"), ELSEWHERE),
        (("*-prod",), resource("orders-prod.yaml/Nested", address="Nested/Orders"), PROD),
        (("ProdStage",), resource("x.template.json", construct_path="ProdStage/Orders/Resource"), PROD),
        (("prod",), resource("infra/prod", "terraform"), PROD),
        (("prod.eu",), resource("infra/prod.eu", "terraform"), PROD),
        (("prod",), resource(".", "terraform"), OPEN),
        (("*-prod",), resource("1/eu", "live", properties=known(Tags={STACK: "a-prod"})), PROD),
        (("*-prod",), resource("1/eu", "live", properties=known(Tags={STACK: "a"})), ELSEWHERE),
        (("*-prod",), resource("1/eu", "live"), OPEN),
        (("*",), resource("docs/runbook.md", "repository"), OPEN),
    ],
)
def test_by_stack(globs: tuple[str, ...], judged: Resource, expected: Belonging) -> None:
    assert Environments(prod(stack=globs)).of(judged) == expected


@pytest.mark.parametrize(
    ("judged", "expected"),
    [
        (resource(), PROD),
        (resource("infra/dev/orders.yaml"), ELSEWHERE),
        (resource("infra/prod", "terraform", span=Span("modules/queue/main.tf", 1, 1, 1, 2)), PROD),
        (resource("infra/dev", "terraform", span=Span("modules/queue/main.tf", 1, 1, 1, 2)), ELSEWHERE),
        (resource("1/eu", "live"), OPEN),
        (resource("infra/prod/README.md", "repository"), PROD),
    ],
)
def test_by_path(judged: Resource, expected: Belonging) -> None:
    assert Environments(prod(path=("infra/prod/**",))).of(judged) == expected


@pytest.mark.parametrize(
    ("source", "workspace", "expected"),
    [
        ("terraform", "prod-eu", PROD),
        ("terraform-plan", "prod-eu", PROD),
        ("terraform", "dev", ELSEWHERE),
        ("terraform", None, OPEN),
        ("cloudformation", "prod-eu", OPEN),
    ],
)
def test_by_workspace(source: str, workspace: str | None, expected: Belonging) -> None:
    environments = Environments(prod(workspace=("prod-*",)), workspace=workspace)
    assert environments.of(resource("infra", source)) == expected


@pytest.mark.parametrize(
    ("account", "told", "expected"),
    [
        ("111111111111", None, PROD),
        ("222222222222", "111111111111", ELSEWHERE),
        (None, "111111111111", PROD),
        (None, None, OPEN),
    ],
)
def test_by_account(account: str | None, told: str | None, expected: Belonging) -> None:
    environments = Environments(prod(account=("1111*",)), account=told)
    assert environments.of(resource(account=account)) == expected


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        (known(Tags=[{"Key": "Stage", "Value": "Prod"}]), PROD),
        (known(Tags=[{"Key": "owner", "Value": "a"}, {"Key": "stage", "Value": "production"}]), PROD),
        (known(Tags={"Stage": "prod"}), PROD),
        (known(Tags={"Stage": "dev"}), ELSEWHERE),
        (known(Tags=[{"Key": "Stage", "Value": Unknown("parameter Stage has no default")}]), OPEN),
        (known(Tags=Unknown("why")), OPEN),
        (known(Tags=[]), OPEN),
        (known(), OPEN),
        (Unknown("a macro"), OPEN),
    ],
)
def test_by_tag(properties: Value, expected: Belonging) -> None:
    assert Environments(prod(tag={"stage": ("prod*",)})).of(resource(properties=properties)) == expected


def test_any_of_several_ways_is_enough_and_an_open_one_leaves_it_open() -> None:
    environments = Environments(prod(path=("infra/prod",), tag={"stage": ("prod",)}))
    assert environments.of(resource()) == PROD
    assert environments.of(resource("a.yaml", properties=known(Tags={"Stage": "prod"}))) == PROD
    assert environments.of(resource("a.yaml", properties=known(Tags={"Stage": "dev"}))) == ELSEWHERE
    assert environments.of(resource("a.yaml")) == OPEN


def test_the_first_environment_that_fits_counts_then_the_chosen_one() -> None:
    told = [
        Told("dev", production=False, match=Match(path=("infra/dev",))),
        Told("prod", production=True, match=Match(path=("infra",))),
        Told("test", production=False, match=None),
    ]
    environments = Environments(told, chosen="test")
    assert environments.of(resource("infra/dev/a.yaml")) == DEV
    assert environments.of(resource("infra/a.yaml")) == PROD
    assert environments.of(resource("a.yaml")) == Belonging("test", production=False)
    assert environments.of(resource("README.md", "repository")) == ELSEWHERE


def test_all_environments_of_production_must_be_ruled_out() -> None:
    told = [
        Told("prod-eu", production=True, match=Match(path=("eu",))),
        Told("prod-us", production=True, match=Match(tag={"stage": ("prod",)})),
    ]
    assert Environments(told).of(resource("a.yaml")) == OPEN
    assert Environments(told[::-1]).of(resource("a.yaml")) == OPEN
    assert Environments([Told("dev", production=False, match=Match(path=("eu",)))]).of(resource("a.yaml")) == OPEN


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("production", True),
        ("prod", True),
        ("PRD", True),
        ("live", True),
        ("prod-eu", True),
        ("prod_2", True),
        ("preprod", False),
        ("pre-prod", False),
        ("non-prod", False),
        ("product", False),
        ("delivery", False),
        ("dev", False),
    ],
)
def test_production_by_name(name: str, expected: bool) -> None:  # noqa: FBT001
    assert is_production(name) is expected
    assert Environments([], chosen=name).of(resource()) == Belonging(name, expected)
