"""By which names a live resource is known."""

from __future__ import annotations

from typing import Any

import pytest

from walint.catalog.live import collectors
from walint.sources.live.identities import built_arn, full_name_of, identify
from walint.sources.live.places import GLOBAL, Place

PLACE = Place("aws", "123456789012", "eu-west-1")
CHINA = Place("aws-cn", "123456789012", "cn-north-1")


@pytest.mark.parametrize(
    ("collector", "item", "place", "expected"),
    [
        (
            "lambda.functions",
            {"FunctionName": "orders", "FunctionArn": "arn:aws:lambda:eu-west-1:123456789012:function:orders"},
            PLACE,
            {"name": "orders", "arn": "arn:aws:lambda:eu-west-1:123456789012:function:orders"},
        ),
        (
            "lambda.functions",
            {"FunctionName": "orders"},
            PLACE,
            {"name": "orders", "arn": "arn:aws:lambda:eu-west-1:123456789012:function:orders"},
        ),
        (
            "lambda.functions",
            {"FunctionName": "orders"},
            CHINA,
            {"name": "orders", "arn": "arn:aws-cn:lambda:cn-north-1:123456789012:function:orders"},
        ),
    ],
)
def test_names_come_from_the_answer_and_arns_are_built_where_they_are_missing(
    collector: str, item: dict[str, Any], place: Place, expected: dict[str, str]
) -> None:
    one = collectors()[collector]
    assert identify(one, one.types[0], item, {"region": place.region}, place) == expected


def test_an_arn_is_built_only_of_what_is_known() -> None:
    assert built_arn("dynamodb:table/{name}", {"id": "x"}, PLACE) is None
    assert built_arn("dynamodb:table/{name}", {"name": "t"}, PLACE) == (
        "arn:aws:dynamodb:eu-west-1:123456789012:table/t"
    )


@pytest.mark.parametrize(
    ("arn", "expected"),
    [
        ("arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/web/50dc", "app/web/50dc"),
        ("arn:aws:elasticloadbalancing:eu-west-1:1:listener/app/web/50dc", None),
    ],
)
def test_the_full_name_of_a_load_balancer_is_the_end_of_its_arn(arn: str, expected: str | None) -> None:
    assert full_name_of("elasticloadbalancing:loadbalancer/{full_name}", arn) == expected


@pytest.mark.parametrize("name", sorted(collectors()))
def test_every_collector_gives_its_resources_a_name_and_an_address(name: str) -> None:
    one = collectors()[name]
    place = PLACE._replace(region=GLOBAL) if one.scope == "global" else PLACE
    around = {"region": place.endpoint_region, "account": place.account, "partition": place.partition,
              "parent": {}, "owner": {}, "request": {}}  # fmt: skip
    found = identify(one, one.types[0], {}, around, place)
    assert all(isinstance(text, str) for text in found.values())
    assert "name" in found
