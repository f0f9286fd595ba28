"""Random rules for the soundness law: small conditions on the resources of one topic of `worlds`."""

from __future__ import annotations

from typing import Any

from tests.soundness.dice import Dice
from tests.soundness.worlds import FUNCTION, QUEUE
from walint.language.rule import Case, Rule

_NUMBER_TESTS = (
    "present", "absent", 30, {"at_least": 30}, {"at_most": 30}, {"more_than": 30}, {"less_than": 128},
    {"not_equals": 30}, {"one_of": [1, 128]},
)  # fmt: skip
_TEXT_TESTS = (
    "alpha", "present", "absent", {"matches": "alp"}, {"matches": "^a"}, {"like": ["*alpha"]}, {"like": ["al*"]},
    {"not_equals": "beta"}, {"contains": "lph"}, {"not_empty": True}, {"one_of": ["alpha", "beta"]},
)  # fmt: skip
_LIST_TESTS = (
    {"contains": "arn:otel"}, {"not_empty": True}, "present", "absent", {"contains": {"matches": "otel"}},
    {"contains_all": ["arn:a", "arn:otel"]},
)  # fmt: skip
_FUNCTION_TESTS = {
    "Timeout": (*_NUMBER_TESTS, {"above": {"property": "MemorySize", "percent": 10}}),
    "MemorySize": _NUMBER_TESTS,
    "TracingConfig.Mode": ("Active", {"one_of": ["Active"]}, {"not_equals": "PassThrough"}, "present", "absent"),
    "FunctionName": _TEXT_TESTS,
    "Layers": _LIST_TESTS,
    "Environment.Variables": ({"has_any_key": ["A"]}, {"not_empty": True}),
}
_ITEM_TESTS = {
    "FileSystemConfigs": {"LocalMountPath": ("/mnt/a", {"like": ["/mnt/*"]}, "present", "absent")},
    "Layers": {".": ("arn:otel", {"matches": "^arn"}, {"like": ["arn:o*"]})},
}
_RELATED_TESTS = {
    "aliases": {"Name": ("live", {"not_equals": "live"}), "Description": _TEXT_TESTS},
    "log_group": {"RetentionInDays": _NUMBER_TESTS, "LogGroupName": ("present", {"matches": "alpha"})},
    "dead_letter_sources": {"Timeout": _NUMBER_TESTS, "FunctionName": _TEXT_TESTS},
    "alarms": {"ActionsEnabled": (True, {"not_equals": False}), "MetricName": ("Errors", "present")},
}
_SUBJECT = {"dead_letters": QUEUE}
_RELATION = {"dead_letters": "dead_letter_sources"}


def rule(dice: Dice, topic: str) -> Rule:
    """A rule with one case or two."""
    type_name = _SUBJECT.get(topic, FUNCTION)
    cases = [
        Case((type_name,), _condition(dice, topic) if dice.chance(30) else None, _condition(dice, topic))
        for _ in range(2 if dice.chance(15) else 1)
    ]
    return Rule(
        "random-rule", "test", "fails", "passes", "medium", (), ("cloudformation",), tuple(cases), "random.yaml"
    )


def _condition(dice: Dice, topic: str) -> dict[str, Any]:
    return _combined(dice, lambda: _part(dice, topic), 2)


def _combined(dice: Dice, part: Any, depth: int) -> dict[str, Any]:
    """A part alone, mostly, or a few of them joined."""
    if depth == 0 or not dice.chance(30):
        return part()  # type: ignore[no-any-return]
    word = dice.pick(("not", "any", "all"))
    if word == "not":
        return {"not": _combined(dice, part, depth - 1)}
    return {word: [_combined(dice, part, depth - 1) for _ in range(2)]}


def _part(dice: Dice, topic: str) -> dict[str, Any]:
    if topic == "properties":
        return _test(dice, _FUNCTION_TESTS)
    if topic == "items":
        items = dice.pick(tuple(_ITEM_TESTS))
        return _quantifier(dice, {"items": items}, _ITEM_TESTS[items])
    if dice.chance(10):
        name = "DelaySeconds" if topic == "dead_letters" else "Timeout"
        return _test(dice, {name: _NUMBER_TESTS[:4]})
    relation = _RELATION.get(topic, topic)
    source: dict[str, Any] = {"relation": relation}
    if relation == "alarms":
        source["metric"] = dice.pick((["Errors"], ["Errors", "Throttles"]))
        if dice.chance(30):
            source["account_wide"] = True
    return _quantifier(dice, source, _RELATED_TESTS[relation])


def _quantifier(dice: Dice, source: dict[str, Any], tests: dict[str, Any]) -> dict[str, Any]:
    word = dice.pick(("some", "no", "every"))
    inner = dict(source)
    if dice.chance(30):
        inner["where"] = _combined(dice, lambda: _test(dice, tests), 1)
    if word == "every" or dice.chance(30):
        inner["expect"] = _combined(dice, lambda: _test(dice, tests), 1)
    if word == "some" and dice.chance(20):
        inner["min"] = 2
    return {word: inner}


def _test(dice: Dice, tests: dict[str, Any]) -> dict[str, Any]:
    path = dice.pick(tuple(tests))
    return {path: dice.pick(tests[path])}
