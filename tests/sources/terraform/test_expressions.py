"""Expressions evaluate to what terraform itself computed (tools/probe_terraform.py), or are refused as it does."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.sources.terraform.evaluating import parsed, shown, value
from walint.sources.terraform import numeric
from walint.sources.terraform.expressions import evaluate
from walint.sources.terraform.functions.signatures import SIGNATURES
from walint.sources.terraform.hcl.parser import parse
from walint.sources.terraform.scope import Names
from walint.sources.terraform.types import convert, parse_type
from walint.sources.terraform.values import EvaluationError, ListOf, MapOf, Sensitive, SetOf, TerraformValue

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "terraform" / "expressions"
CASES: list[dict[str, Any]] = json.loads((FIXTURES / "expected.json").read_text(encoding="utf-8"))
SCALARS: dict[str, type | tuple[type, ...]] = {"string": str, "bool": bool, "number": (int, float)}
NOT_PROBED = {
    # They depend on the machine, the time or chance, or read files.
    *("abspath", "bcrypt", "file", "filebase64", "filebase64sha256", "filebase64sha512", "fileexists", "filemd5"),
    *("fileset", "filesha1", "filesha256", "filesha512", "plantimestamp", "rsadecrypt", "templatefile", "timestamp"),
    *("uuid", "base64gzip"),
}


@cache
def variables() -> dict[str, TerraformValue]:
    """The variables that the expressions may use, as terraform takes them: defaults converted to their types."""
    file = parse((FIXTURES / "variables.tf").read_text(encoding="utf-8"), "variables.tf")
    assert file.problems == []
    return {
        block.labels[0]: convert(
            evaluate(block.body.attributes["default"].expression, Names({})),
            parse_type(block.body.attributes["type"].expression),
        )
        for block in file.body.blocks
    }


def normal(value: Any) -> Any:
    """What terraform printed, its numbers written in one way."""
    if isinstance(value, dict) and list(value) == ["number"] and isinstance(value["number"], str):
        number = numeric.parse(value["number"])
        return {"number": None if number is None else numeric.text(number)}
    if isinstance(value, dict):
        return {name: normal(member) for name, member in value.items()}
    return [normal(item) for item in value] if isinstance(value, list) else value


def fits(value: TerraformValue, type_: Any) -> bool:
    """Whether a value is of the kind that terraform says: a list is no tuple, a map no object."""
    if isinstance(value, Sensitive):
        return fits(value.value, type_)
    if value is None or type_ == "dynamic":
        return True
    if isinstance(type_, str):
        return isinstance(value, SCALARS[type_]) and (type_ == "bool") == isinstance(value, bool)
    kind, inside = type_
    if isinstance(value, tuple):
        if kind == "tuple":
            return type(value) is tuple and all(fits(*pair) for pair in zip(value, inside, strict=True))
        return type(value) is {"list": ListOf, "set": SetOf}.get(kind) and all(fits(item, inside) for item in value)
    if isinstance(value, dict):
        if kind == "object":
            return type(value) is dict and all(fits(value[name], each) for name, each in inside.items())
        return kind == "map" and type(value) is MapOf and all(fits(member, inside) for member in value.values())
    return False


@pytest.mark.parametrize("case", [case for case in CASES if "value" in case], ids=lambda case: case["expression"][:60])
def test_value_and_kind_are_those_of_terraform(case: dict[str, Any]) -> None:
    value = evaluate(parsed(case["expression"]), Names({"var": variables()}))

    assert (shown(value), fits(value, case["type"])) == (normal(case["value"]), True)


@pytest.mark.parametrize("case", [case for case in CASES if "error" in case], ids=lambda case: case["expression"][:60])
def test_what_terraform_refuses_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(EvaluationError):
        evaluate(parsed(case["expression"]), Names({"var": variables()}))


def test_every_function_is_probed() -> None:
    used = {name for case in CASES for name in re.findall(r"[a-z0-9]+(?=\()", case["expression"]) if "value" in case}

    assert set(SIGNATURES) - used == NOT_PROBED - {"abspath"}


def test_expressions_and_answers_are_of_one_make() -> None:
    lines = (FIXTURES / "expressions.txt").read_text(encoding="utf-8").splitlines()

    assert [line for line in lines if line and not line.startswith("# ")] == [case["expression"] for case in CASES]


@pytest.mark.parametrize(
    "text",
    ['"e\u0301"', '"\\u0065\\u0301"', '"${"e"}\u0301"', '{"e\u0301" = "é"}["\u00e9"]'],
)
def test_texts_are_kept_in_one_form(text: str) -> None:
    """Two spellings of one character are the same text, as terraform 1.11.4 plans it."""
    assert value(text) == "\u00e9"


def test_so_are_texts_with_unknown_parts() -> None:
    assert value('"e\u0301-${env}-e\u0301"') == value('"\u00e9-${env}-\u00e9"')
