"""Random rules for the soundness law, over the types and relations of `worlds`."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from walint.language.rule import Case, Rule

numbers = st.sampled_from([1, 3, 30, 128, 900])

number_tests = st.one_of(
    st.sampled_from(["present", "absent"]),
    numbers,
    st.builds(lambda op, n: {op: n}, st.sampled_from(["at_least", "at_most", "more_than", "less_than", "not_equals"]), numbers),
    st.builds(lambda items: {"one_of": items}, st.lists(numbers, min_size=1, max_size=2)),
    st.just({"above": {"property": "MemorySize", "percent": 10}}),
)
text_tests = st.one_of(
    st.sampled_from(["present", "absent", "alpha", "Active"]),
    st.sampled_from([{"matches": "alp"}, {"matches": "^a"}, {"like": ["*alpha"]}, {"like": ["al*"]}, {"not_equals": "beta"},
                     {"contains": "lph"}, {"not_empty": True}, {"one_of": ["Active", "beta"]}]),
)  # fmt: skip
list_tests = st.sampled_from(
    ["present", "absent", {"not_empty": True}, {"contains": "arn:otel"}, {"contains": {"matches": "otel"}},
     {"contains_all": ["arn:a", "arn:otel"]}]
)  # fmt: skip


def prop(path: str, tests: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return tests.map(lambda test: {path: test})


function_leaves = st.one_of(
    prop("Timeout", number_tests),
    prop("MemorySize", number_tests),
    prop("TracingConfig.Mode", text_tests),
    prop("FunctionName", text_tests),
    prop("Layers", list_tests),
    prop("Environment.Variables", st.sampled_from([{"has_any_key": ["A"]}, {"not_empty": True}])),
)
alias_leaves = st.one_of(prop("Name", text_tests), prop("Description", text_tests))
group_leaves = st.one_of(prop("RetentionInDays", number_tests), prop("LogGroupName", text_tests))
mount_leaves = prop("LocalMountPath", st.sampled_from(["/mnt/a", {"like": ["/mnt/*"]}, "present", "absent"]))
queue_leaves = prop("DelaySeconds", number_tests)


def combined(leaves: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3)),
            st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3)),
            inner.map(lambda part: {"not": part}),
        ),
        max_leaves=4,
    )


@st.composite
def quantifiers(draw: st.DrawFn, source: dict[str, str], leaves: st.SearchStrategy[dict[str, Any]]) -> dict[str, Any]:
    word = draw(st.sampled_from(["some", "every", "no"]))
    inner: dict[str, Any] = dict(source)
    if draw(st.booleans()):
        inner["where"] = draw(combined(leaves))
    if word == "every" or draw(st.booleans()):
        inner["expect"] = draw(combined(leaves))
    if word == "some" and draw(st.integers(0, 3)) == 0:
        inner["min"] = 2
    return {word: inner}


conditions = combined(
    st.one_of(
        function_leaves,
        quantifiers({"items": "FileSystemConfigs"}, mount_leaves),
        quantifiers({"items": "Layers"}, prop(".", text_tests)),
        quantifiers({"relation": "aliases"}, alias_leaves),
        quantifiers({"relation": "log_group"}, group_leaves),
    )
)
queue_conditions = combined(st.one_of(queue_leaves, quantifiers({"relation": "dead_letter_sources"}, function_leaves)))


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    """A rule on functions, or on queues, with one or two cases."""
    type_name, parts = draw(st.sampled_from([("AWS::Lambda::Function", conditions)] * 3 + [("AWS::SQS::Queue", queue_conditions)]))
    cases = [
        Case((type_name,), draw(st.none() | parts), draw(parts)) for _ in range(draw(st.sampled_from([1, 1, 1, 2])))
    ]
    return Rule("random-rule", "test", "fails", "passes", "medium", (), ("cloudformation",), tuple(cases), "random.yaml")
