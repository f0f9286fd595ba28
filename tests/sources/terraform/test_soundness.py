"""What is not known never changes a definite result.

In every expression that terraform has answered, each literal in turn is made unknown, or one of two values. Whatever
walint still says about the result must hold for what terraform computed with the literal itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.sources.terraform.evaluating import parsed
from tests.sources.terraform.test_expressions import CASES, variables
from walint.model.value import Reference, Text, Unknown
from walint.sources.terraform import numeric
from walint.sources.terraform.dispatch import EVALUATORS
from walint.sources.terraform.expressions import evaluate
from walint.sources.terraform.hcl import ast
from walint.sources.terraform.scope import Names, Scope
from walint.sources.terraform.sets import set_of_values
from walint.sources.terraform.values import (
    EvaluationError,
    JsonText,
    OneOf,
    Partly,
    Refused,
    Sensitive,
    SetOf,
    TerraformValue,
)

ASSUMED = ("leaf", True)


def others(value: TerraformValue) -> list[TerraformValue]:
    """Values of the same type that the leaf might have had instead."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, (int, float)):
        return [value + 1]
    return ["other"] if isinstance(value, str) else ["x"]


def stand_ins(value: TerraformValue) -> list[TerraformValue]:
    """What takes the place of a leaf."""
    unknowns: list[TerraformValue] = [
        Unknown("the leaf is not known", symbol="#leaf", surely_set=value is not None),
        Unknown("the leaf is not known", surely_set=value is not None),
        *(OneOf((((ASSUMED,), value), ((("leaf", False),), other))) for other in others(value)),
        Sensitive(Unknown("the leaf is not known")),
    ]
    if isinstance(value, str) and value:
        unknowns.append(Text((value[0], Unknown("the rest of the leaf is not known", surely_set=True))))
        unknowns.append(Text((Unknown("the start of the leaf is not known", surely_set=True), value[-1])))
    return unknowns


class Leaves:
    """Literals in the order in which they are evaluated, some of them replaced."""

    def __init__(self) -> None:
        self.seen: dict[int, ast.Literal] = {}
        self.replaced: dict[int, TerraformValue] = {}

    def all_unknown(self) -> None:
        """Makes every literal unknown, each by a symbol of its own."""
        self.replaced = {
            number: Unknown("a leaf is not known", symbol=f"#leaf{place}", surely_set=leaf.value is not None)
            for place, (number, leaf) in enumerate(self.seen.items())
        }

    def __call__(self, node: ast.Literal, scope: Scope) -> TerraformValue:  # noqa: ARG002 - as any evaluator
        self.seen[id(node)] = node
        return self.replaced.get(id(node), node.value)


@contextmanager
def watched() -> Iterator[Leaves]:
    """Literals are evaluated by a `Leaves` meanwhile."""
    kept = EVALUATORS[ast.Literal]
    leaves = Leaves()
    EVALUATORS[ast.Literal] = leaves
    try:
        yield leaves
    finally:
        EVALUATORS[ast.Literal] = kept


def concrete(answer: Any) -> TerraformValue:
    """Terraform's answer as a value; lists, sets and tuples are alike here."""
    if isinstance(answer, dict) and list(answer) == ["number"] and isinstance(answer["number"], str):
        return numeric.parse(answer["number"])
    if isinstance(answer, dict):
        return {name: concrete(member) for name, member in answer.items()}
    return tuple(concrete(item) for item in answer) if isinstance(answer, list) else answer


def written(value: TerraformValue) -> TerraformValue:
    """A scalar as text: whether 5 becomes "5" depends on types that an unknown does not show."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return numeric.text(value) if isinstance(value, (int, float)) else value


def holds(said: TerraformValue, true: TerraformValue) -> bool:  # noqa: C901 - one arm per kind of value
    """Whether what is said about a value is true."""
    match said:
        case Refused():
            return False
        case Unknown():
            return not said.surely_set or true is not None
        case Reference():
            return said.text is None or said.text == true
        case Sensitive():
            return holds(said.value, true)
        case OneOf():
            chosen = [choice for given, choice in said.choices if ("leaf", False) not in given]
            return any(holds(choice, true) for choice in chosen)
        case Text():
            pieces = (re.escape(piece) if isinstance(piece, str) else ".*" for piece in said.pieces)
            return isinstance(true, str) and re.fullmatch("".join(pieces), true, re.DOTALL) is not None
        case JsonText():
            return isinstance(true, str) and holds(
                said.value, concrete(json.loads(true, parse_float=numbered, parse_int=numbered))
            )
        case Partly() if isinstance(said.known, dict):
            return isinstance(true, dict) and all(
                name in true and holds(member, true[name]) for name, member in said.known.items()
            )
        case Partly() | SetOf():
            known = said.known if isinstance(said, Partly) else said
            return isinstance(true, tuple) and all(any(holds(item, one) for one in true) for item in known)
        case tuple():
            return (
                isinstance(true, tuple)
                and len(said) == len(true)
                and all(holds(*pair) for pair in zip(said, true, strict=True))
            )
        case dict():
            return (
                isinstance(true, dict)
                and said.keys() == true.keys()
                and all(holds(member, true[name]) for name, member in said.items())
            )
        case _:
            return written(said) == written(true)


def numbered(digits: str) -> dict[str, str]:
    """A number of JSON, with all its digits."""
    return {"number": digits}


# A mark is what `issensitive` asks for, so a marked stand-in rightly changes its answer.
ANSWERED = [case for case in CASES if "value" in case and "issensitive" not in case["expression"]]


@pytest.mark.parametrize("case", ANSWERED, ids=lambda case: case["expression"][:60])
def test_a_definite_result_never_depends_on_what_is_not_known(case: dict[str, Any]) -> None:
    node = parsed(case["expression"])
    scope = Names({"var": variables()})
    true = concrete(case["value"])
    wrong: list[object] = []
    with watched() as leaves:
        evaluate(node, scope)
        for leaf in list(leaves.seen.values()):
            for stand_in in stand_ins(leaf.value):
                leaves.replaced = {id(leaf): stand_in}
                try:
                    said = evaluate(node, scope)
                except EvaluationError as error:
                    wrong.append((leaf.value, stand_in, error.message))
                    continue
                if not holds(said, true):
                    wrong.append((leaf.value, stand_in, said))

    assert wrong == []


@pytest.mark.parametrize("case", ANSWERED, ids=lambda case: case["expression"][:60])
def test_nor_where_no_literal_is_known(case: dict[str, Any]) -> None:
    node = parsed(case["expression"])
    scope = Names({"var": variables()})
    with watched() as leaves:
        evaluate(node, scope)
        leaves.all_unknown()
        said = evaluate(node, scope)

    assert holds(said, concrete(case["value"]))


def weakened(value: TerraformValue) -> list[TerraformValue]:
    """What less may be known about a variable."""
    unknown = Unknown("the variable is not known", symbol="#var", surely_set=value is not None)
    assumed = OneOf((((ASSUMED,), value), ((("leaf", False),), () if isinstance(value, tuple) else {})))
    found: list[TerraformValue] = [unknown, Sensitive(value), Sensitive(unknown), assumed]
    if isinstance(value, dict) and value:
        first = next(iter(value))
        found.append(Partly({first: value[first]}, unknown))
        found.append(type(value)({**value, first: Unknown("a member is not known")}))
    elif isinstance(value, tuple) and value:
        found.append(Partly(value[:1], unknown))
        found.append(Partly(value[1:], unknown))
        rest = [Unknown("an element is not known", surely_set=True), *value[1:]]
        found.append(set_of_values(rest) if isinstance(value, SetOf) else type(value)(rest))
    elif isinstance(value, (str, bool)):
        found[-1] = OneOf((((ASSUMED,), value), ((("leaf", False),), others(value)[0])))
    return found


@pytest.mark.parametrize(
    "case", [case for case in ANSWERED if "var." in case["expression"]], ids=lambda case: case["expression"][:60]
)
def test_nor_where_variables_are_not_wholly_known(case: dict[str, Any]) -> None:
    node = parsed(case["expression"])
    true = concrete(case["value"])
    wrong: list[object] = []
    for name, value in variables().items():
        if f"var.{name}" not in case["expression"]:
            continue
        for less in weakened(value):
            try:
                said = evaluate(node, Names({"var": {**variables(), name: less}}))
            except EvaluationError as error:
                wrong.append((name, less, error.message))
                continue
            if not holds(said, true):
                wrong.append((name, less, said))

    assert wrong == []
