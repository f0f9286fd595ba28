"""What rules tell users of Terraform to write: HCL with arguments and blocks that the AWS provider has."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from walint.catalog.terraform import bound_types, row_of
from walint.language.catalogue import load_rules
from walint.language.rule import Rule
from walint.sources.terraform.hcl import ast
from walint.sources.terraform.hcl.parser import parse

PROVIDER: Mapping[str, Any] = json.loads(
    (Path(__file__).parent / "fixtures" / "aws_provider.json").read_text(encoding="utf-8")
)["types"]
ANYWHERE = frozenset(("count", "for_each", "provider", "depends_on", "lifecycle", "dynamic"))
TOP = frozenset(("resource", "data", "module", "variable", "locals", "output", "provider", "terraform"))
CATALOGUE = load_rules()
FIXES = {name: text for name in CATALOGUE.rules if (text := CATALOGUE.texts(name).fix.get("terraform"))}


def _wrong(body: ast.Body, known: Mapping[str, Any], where: str) -> Iterator[str]:
    """Names in a body that the provider does not know there, and those written as what they are not."""
    for name in body.attributes:
        kind = known.get(name)
        if kind is None and name not in ANYWHERE:
            yield f"{where} has no {name}"
        elif isinstance(kind, Mapping) and name not in ANYWHERE:
            yield f"{name} of {where} is a block"
    for block in body.blocks:
        name = block.labels[0] if block.type == "dynamic" and block.labels else block.type
        kind = known.get(name)
        if name in ANYWHERE:
            continue
        if not isinstance(kind, Mapping):
            yield f"{where} has no block {name}"
        elif block.type != "dynamic":
            yield from _wrong(block.body, kind, f"{name} of {where}")


def _types(rule: Rule) -> list[str]:
    """The Terraform types that a rule judges."""
    wanted = set(rule.types)
    rows = ((name, row_of(name)) for name in bound_types())
    return [name for name, row in rows if row is not None and row.type in wanted and name in PROVIDER]


@pytest.mark.parametrize("rule_id", sorted(FIXES))
def test_the_provider_has_what_a_fix_says(rule_id: str) -> None:
    file = parse(FIXES[rule_id], "fix.tf")
    assert not file.problems
    problems: list[str] = []
    for block in file.body.blocks:
        if block.type == "resource" and block.labels[0] in PROVIDER:
            problems += _wrong(block.body, PROVIDER[block.labels[0]]["arguments"], block.labels[0])
    loose = ast.Body(0, 0, file.body.attributes, [one for one in file.body.blocks if one.type not in TOP])
    if loose.attributes or loose.blocks:
        tried = {
            name: list(_wrong(loose, PROVIDER[name]["arguments"], name)) for name in _types(CATALOGUE.rules[rule_id])
        }
        if tried and all(tried.values()):
            fewest: list[str] = min(tried.values(), key=len)
            problems += fewest
    assert problems == []
