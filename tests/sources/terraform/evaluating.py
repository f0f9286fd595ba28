"""Evaluates expressions that a test writes down, and shows values as data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from walint.model.value import Reference, Text, Unknown
from walint.sources.terraform import numeric
from walint.sources.terraform.budget import Budget
from walint.sources.terraform.expressions import evaluate
from walint.sources.terraform.hcl import ast
from walint.sources.terraform.hcl.parser import parse
from walint.sources.terraform.scope import Files, Names
from walint.sources.terraform.values import OneOf, Sensitive, TerraformValue

ENV = Unknown("variable env has no default", symbol="infra#var.env", surely_set=True)
FLAG = Unknown("variable flag has no default", symbol="infra#var.flag", surely_set=True)
ARN = Reference("infra#aws_sqs_queue.q", "arn")
NAME = Reference("infra#aws_lambda_function.f", "function_name", text="api")
NAMES: dict[str, TerraformValue] = {"env": ENV, "flag": FLAG, "arn": ARN, "name": NAME}


def parsed(text: str) -> ast.Expression:
    """The syntax tree of an expression."""
    file = parse(f"x = {text}\n", "test.tf")
    assert [problem.message for problem in file.problems] == []
    return file.body.attributes["x"].expression


def value(
    text: str, names: Mapping[str, TerraformValue] | None = None, files: Files | None = None, steps: int = 2_000_000
) -> TerraformValue:
    """The value of an expression that may use some names."""
    return evaluate(parsed(text), Names({**NAMES, **(names or {})}, Budget(steps), files))


def shown(found: TerraformValue) -> Any:
    """A value as plain data; numbers as the text that Terraform makes of them, so that none is taken for another."""
    match found:
        case Sensitive():
            return shown(found.value)
        case None | bool() | str():
            return found
        case int() | float():
            return {"number": numeric.text(found)}
        case tuple():
            return [shown(item) for item in found]
        case dict():
            return {name: shown(member) for name, member in found.items()}
        case OneOf():
            return {given: shown(choice) for given, choice in found.choices}
        case Unknown() | Reference() | Text():
            return found
        case _:
            return repr(found)
