"""What unknown values come from, as far as a plan itself tells."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sources.terraform.plan.conftest import block, change, plain, plan_of, read

QUEUE = change("aws_sqs_queue.q", {"fifo_queue": False, "region": "eu-west-1"}, {"arn": True, "name": True, "id": True})
TOPIC = change("aws_sns_topic.t", {}, {"arn": True, "id": True})


def refers(*references: str) -> dict[str, Any]:
    return {"references": list(references)}


@pytest.mark.parametrize(
    ("after", "unknown", "told", "expected"),
    [
        pytest.param(
            {},
            {"role": True},
            {"role": refers("aws_sqs_queue.q.arn", "aws_sqs_queue.q")},
            {"role": "-> aws_sqs_queue.q.arn"},
            id="one reference",
        ),
        pytest.param(
            {},
            {"topic_arn": True, "sns_topic_id": True, "queue_name": True, "vpc_id": True},
            dict.fromkeys(("topic_arn", "sns_topic_id", "queue_name", "vpc_id"), refers("aws_sns_topic.t")),
            {
                "topic_arn": "-> aws_sns_topic.t.arn",
                "sns_topic_id": "-> aws_sns_topic.t.id",
                "queue_name": "? known after apply, from aws_sns_topic.t",
                "vpc_id": "? known after apply, from aws_sns_topic.t",
            },
            id="a resource alone, in an argument that is named after it",
        ),
        pytest.param(
            {"actions": [None, None]},
            {"actions": [True, True]},
            {"actions": refers("aws_sns_topic.t.arn", "aws_sns_topic.t", "aws_sqs_queue.q.arn", "aws_sqs_queue.q")},
            {"actions": ["-> aws_sns_topic.t.arn", "-> aws_sqs_queue.q.arn"]},
            id="one for each of a list",
        ),
        pytest.param(
            {"dimensions": {"Stage": "prod"}},
            {"dimensions": {"QueueName": True}},
            {"dimensions": refers("aws_sqs_queue.q.name", "aws_sqs_queue.q", "var.stage")},
            {"dimensions": {"Stage": "prod", "QueueName": "-> aws_sqs_queue.q.name"}},
            id="a variable beside it",
        ),
        pytest.param(
            {},
            {"name": True},
            {"name": refers("var.stage", "aws_sqs_queue.q.name", "aws_sqs_queue.q")},
            {"name": "? known after apply, from aws_sqs_queue.q.name"},
            id="a text of a variable and a name",
        ),
        pytest.param(
            {"dimensions": {"Region": "eu-west-1"}},
            {"dimensions": {"QueueName": True}},
            {
                "dimensions": refers(
                    "aws_sqs_queue.q.name", "aws_sqs_queue.q", "aws_sqs_queue.q.region", "aws_sqs_queue.q"
                )
            },
            {"dimensions": {"Region": "eu-west-1", "QueueName": "-> aws_sqs_queue.q.name"}},
            id="a known one beside it",
        ),
        pytest.param(
            {},
            {"name": True},
            {"name": refers("aws_sqs_queue.q.name", "aws_sqs_queue.q", "aws_sqs_queue.q.region", "aws_sqs_queue.q")},
            {"name": "? known after apply, from aws_sqs_queue.q.name"},
            id="a text of two",
        ),
        pytest.param(
            {},
            {"policy": True},
            {"policy": refers("aws_sqs_queue.q.arn", "aws_sqs_queue.q")},
            {"policy": "? known after apply, from aws_sqs_queue.q.arn"},
            id="an argument that is put together",
        ),
        pytest.param(
            {},
            {"redrive_policy": True},
            {"redrive_policy": refers("aws_sqs_queue.q.arn", "aws_sqs_queue.q", "var.tries")},
            {"redrive_policy": {"deadLetterTargetArn": "-> aws_sqs_queue.q.arn"}},
            id="a redrive policy",
        ),
        pytest.param(
            {},
            {"redrive_policy": True},
            {"redrive_policy": refers("aws_sqs_queue.q.redrive_policy", "aws_sqs_queue.q")},
            {"redrive_policy": "? known after apply, from aws_sqs_queue.q.redrive_policy"},
            id="the redrive policy of another queue",
        ),
        pytest.param({}, {"a": True}, {"a": refers("local.x")}, {"a": "? known after apply"}, id="a local"),
        pytest.param({}, {"a": True}, {"a": refers("each.value")}, {"a": "? known after apply"}, id="each.value"),
        pytest.param(
            {},
            {"a": True},
            {"a": refers("aws_sqs_queue.q")},
            {"a": "? known after apply, from aws_sqs_queue.q"},
            id="an attribute that is not told",
        ),
        pytest.param(
            {},
            {"a": True},
            {"a": refers("aws_gone.g.arn", "aws_gone.g")},
            {"a": "? known after apply, from aws_gone.g.arn"},
            id="not in the plan",
        ),
        pytest.param(
            {"a": [None]},
            {"a": [True]},
            {"a": refers("aws_sns_topic.t.arn", "aws_sqs_queue.q.arn")},
            {"a": ["? known after apply, from aws_sns_topic.t.arn, aws_sqs_queue.q.arn"]},
            id="more than there are leaves",
        ),
    ],
)
def test_in_the_root_module(after: dict[str, Any], unknown: Any, told: dict[str, Any], expected: object) -> None:
    plan = plan_of(QUEUE, TOPIC, change("aws_thing.a", after, unknown), blocks=[block("aws_thing.a", **told)])
    assert plain(read(plan)[-1].body) == expected


def test_a_reference_without_a_key_means_the_only_instance() -> None:
    only = change("aws_sqs_queue.q[0]", {}, {"arn": True}, index=0)
    told = block("aws_thing.a", role=refers("aws_sqs_queue.q.arn", "aws_sqs_queue.q"))
    plan = plan_of(only, change("aws_thing.a", {}, {"role": True}), blocks=[told])
    assert plain(read(plan)[-1].body) == {"role": "-> aws_sqs_queue.q[0].arn"}


def test_references_are_followed_through_modules() -> None:
    inner = {
        "resources": [block("aws_thing.a", role=refers("var.role")), block("aws_sqs_queue.in")],
        "outputs": {"arn": {"expression": refers("aws_sqs_queue.in.arn", "aws_sqs_queue.in")}},
    }
    call = {"source": "./m", "module": inner, "expressions": {"role": refers("module.n.arn", "module.n")}}
    root = {"resources": [], "module_calls": {"m": call, "n": {"source": "./m", "module": inner}}}
    plan = plan_of(
        change("module.n.aws_sqs_queue.in", {}, {"arn": True}),
        change('module.m["k"].aws_thing.a', {}, {"role": True}),
        configuration={"root_module": root},
    )
    assert plain(read(plan)[-1].body) == {"role": "-> module.n.aws_sqs_queue.in.arn"}


def test_modules_that_refer_to_each_other_end() -> None:
    outputs = {"x": {"expression": refers("module.m.x", "module.m")}}
    module: dict[str, Any] = {
        "resources": [block("aws_thing.a", role=refers("module.m.x", "module.m"))],
        "outputs": outputs,
    }
    module["module_calls"] = {"m": {"module": {"outputs": outputs, "module_calls": {}}}}
    plan = plan_of(change("aws_thing.a", {}, {"role": True}), configuration={"root_module": module})
    assert plain(read(plan)[0].body) == {"role": "? known after apply"}


def exists(address: str, **attributes: str) -> dict[str, Any]:
    return change(address, dict(attributes))


@pytest.mark.parametrize(
    ("others", "after", "expected"),
    [
        pytest.param(
            [exists("aws_lb.web", name="web", arn_suffix="app/web/1f")],
            {"dimensions": {"LoadBalancer": "app/web/1f", "Stage": "web"}},
            {"dimensions": {"LoadBalancer": "-> aws_lb.web.arn_suffix", "Stage": "web"}},
            id="what AWS made up is a reference, a name is a text",
        ),
        pytest.param(
            [exists("aws_thing.b", id="a1b2c3")],
            {"api": "a1b2c3"},
            {"api": "a1b2c3"},
            id="an id of what nothing refers to",
        ),
        pytest.param(
            [
                exists("aws_appautoscaling_target.read", id="table/t"),
                exists("aws_appautoscaling_target.write", id="table/t"),
            ],
            {"target": "table/t"},
            {"target": "table/t"},
            id="two that share it",
        ),
    ],
)
def test_what_exists_is_known_by_its_text(
    others: list[dict[str, Any]], after: dict[str, Any], expected: object
) -> None:
    plan = plan_of(*others, change("aws_thing.a", after), blocks=[block("aws_thing.a", **{name: {} for name in after})])
    assert plain(read(plan)[-1].body) == expected


def test_a_resource_does_not_refer_to_itself() -> None:
    plan = plan_of(change("aws_sqs_queue.q", {"name": "q", "arn": "arn:aws:sqs:eu-west-1:1:q"}))
    assert plain(read(plan)[0].body) == {"name": "q", "arn": "arn:aws:sqs:eu-west-1:1:q"}
