"""Conditions: what holds when, and that values which depend on the same condition stay correlated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations
from typing import Any

import pytest

from walint.model.graph import Graph
from walint.model.value import TRUE, Alternatives, Known

PARAMETERS = """
Parameters:
  Env: {Type: String, AllowedValues: [dev, test, prod]}
  Open: {Type: String}
  Other: {Type: String}
  Set: {Type: String, Default: "on"}
"""


def _presence(graph: Graph) -> Any:
    return {resource.name: resource.presence for resource in graph.resources}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("!Equals [a, a]", "always"),
        ("!Equals [1, '1']", "always"),
        ("!Equals [true, 'true']", "always"),
        ("!Equals [a, b]", "never"),
        ("!Equals [!Ref Set, 'on']", "always"),
        ("{'Fn::Equals': [{Ref: Set}, 'off']}", "never"),
        ("!Not [!Equals [a, b]]", "always"),
        ("!Equals [!Ref Open, !Ref Open]", "always"),
        ("!Equals [!Ref Env, prod]", {"Env=dev": False, "Env=test": False, "Env=prod": True}),
        ("!Not [!Equals [!Ref Env, prod]]", {"Env=dev": True, "Env=test": True, "Env=prod": False}),
        (
            "!Or [!Equals [!Ref Env, dev], !Equals [!Ref Env, test]]",
            {"Env=dev": True, "Env=test": True, "Env=prod": False},
        ),
        ("!And [!Equals [!Ref Env, dev], !Equals [!Ref Env, test]]", "never"),
        ("!Equals [!Ref Env, nowhere]", "never"),
        ("!Equals [!Ref Open, x]", {"C=True": True, "C=False": False}),
        ("!Not [!Equals [!Ref Open, x]]", {'Open == "x"=True': False, 'Open == "x"=False': True}),
        ("!Or [!Equals [!Ref Open, x], !Not [!Equals [!Ref Open, x]]]", "always"),
        ("!And [!Equals [!Ref Open, x], !Not [!Equals [!Ref Open, x]]]", "never"),
        ("!And [!Equals [a, a], !Equals [!Ref Open, x]]", {'Open == "x"=True': True, 'Open == "x"=False': False}),
        ("!Or [!Equals [a, a], !Equals [!Ref Open, x]]", "always"),
        (
            "!And [!Equals [!Ref Open, x], !Equals [!Ref Other, y]]",
            {
                'Open == "x"=False': False,
                'Open == "x"=True Other == "y"=True': True,
                'Open == "x"=True Other == "y"=False': False,
            },
        ),
        ("{Condition: Helper}", {"Helper=True": True, "Helper=False": False}),
        ("!Condition Helper", {"Helper=True": True, "Helper=False": False}),
        ("!Equals [!Sub 'a-${Open}', b-c]", "never"),
        ("!Equals [!Sub '${Open}-a', b-c]", "never"),
        ("!Equals [!FindInMap [M, !Ref Env, k], 2]", {"Env=dev": False, "Env=test": False, "Env=prod": True}),
        ("!Equals [!If [Helper, a, b], a]", {"Helper=True": True, "Helper=False": False}),
    ],
)
def test_presence(scan: Callable[..., Graph], condition: str, expected: Any) -> None:
    graph = scan(f"""{PARAMETERS}
Mappings: {{M: {{dev: {{k: 1}}, test: {{k: 1}}, prod: {{k: 2}}}}}}
Conditions:
  C: {condition}
  Helper: !Equals [!Ref Other, z]
Resources:
  Thing: {{Type: AWS::SQS::Queue, Condition: C}}
""")
    left_out = ["1 resource is not judged: its condition is false with these parameter values (Thing)"]
    assert [problem.message for problem in graph.problems] == (left_out if expected == "never" else [])
    presence = _presence(graph).get("Thing")
    if isinstance(presence, Alternatives):
        found: object = {
            " ".join(
                f"{variable.removeprefix('t.yaml#')}={value}" for variable, value in choice.given
            ): choice.value.data  # type: ignore[union-attr]
            for choice in presence.choices
        }
    else:
        found = {None: "never", TRUE: "always"}[presence]
    assert found == expected


def _worlds(value: Alternatives) -> list[Mapping[str, str | bool]]:
    return [dict(choice.given) for choice in value.choices]


def test_choices_are_mutually_exclusive(scan: Callable[..., Graph]) -> None:
    graph = scan(f"""{PARAMETERS}
Conditions:
  A: !Equals [!Ref Open, a]
  B: !Equals [!Ref Other, b]
  P: !Equals [!Ref Env, prod]
  All: !And [!Or [!Condition A, !Condition B], !Or [!Condition P, !Not [!Condition A]]]
Resources:
  Thing: {{Type: AWS::SQS::Queue, Condition: All}}
""")
    presence = _presence(graph)["Thing"]
    assert isinstance(presence, Alternatives)
    for first, second in combinations(_worlds(presence), 2):
        assert any(second[name] != value for name, value in first.items() if name in second), (first, second)


def test_nested_ifs_drop_what_contradicts(scan: Callable[..., Graph], shown: Callable[..., Any]) -> None:
    graph = scan(f"""{PARAMETERS}
Conditions:
  A: !Equals [!Ref Open, a]
  NotA: !Not [!Condition A]
Resources:
  Thing:
    Type: AWS::SQS::Queue
    Properties:
      X: !If [A, !If [NotA, impossible, 1], !If [NotA, 2, impossible]]
""")
    assert shown(graph.resources[0].properties) == {"X": {"A=True": 1, "A=False": 2}}


def test_an_equality_written_again_is_the_same_variable(scan: Callable[..., Graph], shown: Callable[..., Any]) -> None:
    graph = scan(f"""{PARAMETERS}
Conditions:
  Later: !And [!Equals [!Ref Open, a], !Equals [x, x]]
  Again: !Equals [a, !Ref Open]
Resources:
  Thing:
    Type: AWS::SQS::Queue
    Properties: {{X: !If [Later, !If [Again, 1, 2], 3]}}
""")
    assert shown(graph.resources[0].properties) == {"X": {"Again=True": 1, "Again=False": 3}}


def test_a_given_parameter_settles_it(scan: Callable[..., Graph]) -> None:
    template = f"""{PARAMETERS}
Conditions: {{C: !Equals [!Ref Env, prod]}}
Resources:
  Thing: {{Type: AWS::SQS::Queue, Condition: C}}
"""
    assert list(_presence(scan(template, parameters={"Env": "dev"}))) == []
    assert _presence(scan(template, parameters={"Env": "prod"})) == {"Thing": TRUE}


def test_too_many_worlds_become_one_variable(scan: Callable[..., Graph]) -> None:
    allowed = ", ".join(f"v{index}" for index in range(10))
    graph = scan(f"""
Parameters:
  A: {{Type: String, AllowedValues: [{allowed}]}}
  B: {{Type: String, AllowedValues: [{allowed}]}}
Conditions:
  C: !Equals [!Ref A, !Ref B]
  D: !Or [!Equals [!Ref A, v1], !Equals [!Ref B, v1]]
Resources:
  One: {{Type: AWS::SQS::Queue, Condition: C}}
  Two: {{Type: AWS::SQS::Queue, Condition: D}}
""")
    for presence in _presence(graph).values():
        assert isinstance(presence, Alternatives)
        assert sorted(choice.value.data for choice in presence.choices) == [False, True]  # type: ignore[union-attr, type-var]
    one, two = _presence(graph).values()
    assert one.choices[0].given != two.choices[0].given


@pytest.mark.parametrize(
    "conditions",
    [
        "A: !Condition A",
        "A: !Not [!Condition B]\n  B: !Or [!Condition A, !Equals [a, b]]",
        "A: !And [!Condition B, !Condition C]\n  B: !Equals [a, a]\n  C: !Not [!Condition A]",
    ],
)
def test_a_cycle_is_one_error(scan: Callable[..., Graph], conditions: str) -> None:
    graph = scan(f"Conditions:\n  {conditions}\nResources:\n  Thing: {{Type: AWS::SQS::Queue, Condition: A}}\n")
    assert [(p.level, p.message, p.span and p.span.start_line) for p in graph.problems] == [
        ("error", "the condition A depends on itself", 2)
    ]
    assert len(graph.resources) == 1


def test_a_condition_that_is_not_declared_is_an_error(scan: Callable[..., Graph]) -> None:
    graph = scan("Resources:\n  Thing:\n    Type: AWS::SQS::Queue\n    Condition: Nope\n")
    assert [(p.level, p.message, p.span and p.span.start_line) for p in graph.problems] == [
        ("error", "the condition Nope is not declared", 4)
    ]


def test_a_long_chain_of_conditions_is_no_crash(scan: Callable[..., Graph]) -> None:
    chain = "".join(f"  C{index}: !Not [!Condition C{index + 1}]\n" for index in range(5000))
    graph = scan(
        f"Conditions:\n{chain}  C5000: !Equals [a, a]\nResources:\n  Thing: {{Type: AWS::SQS::Queue, Condition: C0}}\n"
    )
    assert len(graph.resources) == 1


def test_output_with_a_condition(scan: Callable[..., Graph]) -> None:
    graph = scan("""
Conditions: {Never: !Equals [a, b]}
Resources: {Q: {Type: AWS::SQS::Queue}}
Outputs:
  Gone: {Condition: Never, Value: x}
  Kept: {Value: !Ref Q, Export: {Name: exported}}
""")
    outputs = [resource for resource in graph.resources if resource.type == "Walint::Output"]
    assert [(output.name, output.address) for output in outputs] == [("Kept", "Outputs.Kept")]
    assert isinstance(outputs[0].properties, Known)
