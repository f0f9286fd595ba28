"""The test words of the rule language: each a named, typed, documented operator on one value.

An operator is built once per rule from its argument and answers for a settled value (never alternatives): True,
False, or the reason why it cannot be told. `in_force` says whether AWS's default counts as the value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from walint.language.explain import literal, one_of, some_of
from walint.language.operators.asking import Argument, Ask, Operator, Test, listed, negated, number_of, present
from walint.language.operators.lists import contains_all, contains_each, contains_item, has_any_key, not_empty
from walint.language.operators.patterns import like, matches
from walint.language.operators.references import arn_of, mentions, refers_to, resolves
from walint.language.operators.scalars import above, comparison, equals, equals_any
from walint.language.operators.services import (
    detects_within,
    json_log_format,
    near_timeout,
    outlasts_consumers,
    pinned_image,
    runtime_supported,
    sees_metrics,
    spans_zones,
    valid_json,
)
from walint.language.published import watches_existing_metric


def _simple(words: str, build: Callable[[Argument], Ask]) -> Callable[[Argument], Test]:
    def make(argument: Argument) -> Test:
        return Test(words.format(literal(argument)), build(argument))

    return make


def _choice(words: str, build: Callable[[Argument], Ask]) -> Callable[[Argument], Test]:
    def make(argument: Argument) -> Test:
        return Test(words.format(one_of(listed(argument))), build(argument))

    return make


def _later(module: str, name: str) -> Callable[[Argument], Any]:
    """What builds an operator, in a module that few rules need: imported when one of them does."""

    def build(argument: Argument) -> Any:
        return getattr(import_module(f"walint.language.operators.{module}"), name)(argument)

    return build


OPERATORS: Mapping[str, Operator] = {
    operator.name: operator
    for operator in (
        Operator("equals", "scalar", 'is equal; `"true"` and `true`, `"7"` and `7` are', _simple("{}", equals)),
        Operator(
            "not_equals",
            "scalar",
            "is anything else; an absent value holds too",
            _simple("anything but {}", lambda argument: negated(equals(argument))),
        ),
        Operator("one_of", "list", "equals one of them", _choice("{}", equals_any)),
        Operator(
            "at_least", "number", "is that number or more", _simple("at least {}", comparison(lambda a, b: a >= b))
        ),
        Operator("at_most", "number", "is that number or less", _simple("at most {}", comparison(lambda a, b: a <= b))),
        Operator("more_than", "number", "is more than that", _simple("more than {}", comparison(lambda a, b: a > b))),
        Operator("less_than", "number", "is less than that", _simple("less than {}", comparison(lambda a, b: a < b))),
        Operator(
            "at_most_percent",
            "number",
            "is that many per cent of one, or less: 0.05 is 5 per cent",
            lambda argument: Test(
                f"at most {(number_of(argument) or 0) / 100:g} ({literal(argument)} %)",
                comparison(lambda a, b: a <= b / 100)(argument),
            ),
        ),
        Operator("matches", "text", "contains a match of the regular expression", _simple("a match of {}", matches)),
        Operator("like", "list", "matches one of the globs", _choice("a name like {}", like)),
        Operator(
            "unlike",
            "list",
            "matches none of the globs; an absent value holds too",
            _choice("anything but a name like {}", lambda argument: negated(like(argument))),
        ),
        Operator(
            "contains", "test", "has such an item, or contains such a text", _simple("{} among them", contains_item)
        ),
        Operator("contains_all", "list", "has all of these items", _simple("all of {}", contains_all)),
        Operator("contains_each", "keyed", "is a list of maps that has each of these values at a key", contains_each),
        Operator("not_empty", "true", "has something in it", _simple("at least one entry", not_empty)),
        Operator(
            "has_any_key",
            "list",
            "is a map with one of these keys",
            lambda argument: Test(f"the key {some_of(listed(argument))}", has_any_key(argument)),
        ),
        Operator("above", "above", "is that much above another property", above),
        Operator("json_log_format", "fields", "is JSON once $context variables are filled in", json_log_format),
        Operator("lambda_runtime_supported", "days", "is a supported Lambda runtime", runtime_supported),
        Operator("arn_of", "list", "is the ARN of a resource of one of these types", _choice("the ARN of {}", arn_of)),
        Operator("pinned_image", "tags", "is a container image whose name does not move", pinned_image),
        Operator("spans_zones", "zones", "lists subnets, or zones, that make at least so many zones", spans_zones),
        Operator(
            "outlasts_consumers",
            "times",
            "is that many times the timeout of every function that polls the queue",
            outlasts_consumers,
        ),
        Operator("detects_within", "number", "is an alarm that fires within so many seconds", detects_within),
        Operator("near_timeout", "number", "is that many per cent of the timeout of a function", near_timeout),
        Operator("sees_metrics", "metrics", "belongs to a scan that uses metrics of the user's own", sees_metrics),
        Operator("valid_json", "true", "is JSON", _simple("valid JSON", valid_json)),
        Operator(
            "resolves", "true", "refers to nothing that is undeclared", _simple("something that is declared", resolves)
        ),
        Operator(
            "refers_to",
            "list",
            "is a reference to a declared resource of one of these types",
            _choice("a reference to {}", refers_to),
        ),
        Operator(
            "mentions",
            "list",
            "is a text that holds a reference to a declared resource of one of these types",
            _choice("a reference to {} in it", mentions),
        ),
        Operator(
            "keys_match",
            "text",
            "is a map, one of whose keys matches",
            _simple("a key like {}", _later("repository", "keys_match")),
        ),
        Operator(
            "describes_operations",
            "true",
            "is an OpenAPI document whose every operation is described",
            _later("repository", "describes_operations"),
        ),
        Operator(
            "covers_topics",
            "topics",
            "is a list of documents that speak of these topics",
            _later("repository", "covers_topics"),
        ),
        Operator(
            "has_sections",
            "sections",
            "is a list of headings that name these sections",
            _later("repository", "has_sections"),
        ),
        Operator("has_stages", "stages", "is a list of stages with all of these", _later("repository", "has_stages")),
        Operator(
            "dated_within", "dated", "is a map of dates, one of which is recent", _later("repository", "dated_within")
        ),
        Operator(
            "within_days",
            "number",
            "is a date of the last so many days",
            _simple("in the last {} days", _later("repository", "within_days")),
        ),
        Operator(
            "names_existing_files",
            "true",
            "names no document that the repository does not hold",
            _later("repository", "names_existing_files"),
        ),
        Operator("tagged", "required", "is tags, a list or a map, with these keys", _later("governance", "tagged")),
        Operator(
            "recurs_within",
            "period",
            "is a schedule that runs at least so often",
            _later("governance", "recurs_within"),
        ),
        Operator(
            "in_standard_support",
            "engine",
            "is a version that AWS gives standard support",
            _later("governance", "in_standard_support"),
        ),
        Operator("allows", "actions", "is a policy document that allows these actions", _later("governance", "allows")),
        Operator(
            "tasks_have",
            "tasks",
            "is a state machine whose every task has one of these keys",
            _later("governance", "tasks_have"),
        ),
        Operator(
            "qualified_function",
            "true",
            "names the alias of a function that has one",
            _later("versions", "qualified_function"),
        ),
        Operator(
            "gated",
            "gates",
            "is a pipeline's stages with such an action before it deploys",
            _later("governance", "gated"),
        ),
        Operator(
            "watches_existing_metric",
            "true",
            "names a metric that AWS publishes for an existing resource",
            lambda _argument: Test("a metric that AWS publishes", present, judge=watches_existing_metric),
        ),
    )
}
