"""What AWS's own SAM translator makes of a template, and how two graphs are compared fact by fact.

The translator's output is loaded by walint like any CloudFormation template, so that both sides are read with the same
eyes: conditions, parameters and references resolve alike, and only the expansion itself is compared.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from walint.model.graph import Graph
from walint.model.resource import Resource
from walint.model.value import Absent, Alternatives, Known, Reference, Text, Unknown, Value
from walint.sources import SourceSettings, load

REGION = "eu-west-1"
_HASH = re.compile(r"[0-9a-f]{10}$")
_HASHED_TYPES = frozenset({"AWS::Lambda::Version", "AWS::ApiGateway::Deployment", "AWS::Lambda::LayerVersion"})
"""Types whose logical ids end in a hash of their content in SAM's output. walint leaves the hash off."""


class _Session:
    """All that the translator wants of a boto3 session."""

    region_name = REGION


@cache
def _translator() -> Any:
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator

    return Translator({}, Parser(), boto_session=_Session())


def translate(text: str) -> dict[str, Any]:
    """The template that SAM makes, as data; raises what the translator raises for a template it refuses."""
    from samtranslator.yaml_helper import yaml_parse

    translator = _translator()
    translator.document_errors = []
    made: dict[str, Any] = translator.translate(copy.deepcopy(yaml_parse(text)), {}, get_managed_policy_map=dict)
    for resource in made["Resources"].values():
        if resource["Type"] == "AWS::ApiGateway::Deployment":
            # A second stage that is called "Stage" and that nobody can configure: an accident of SAM's that walint,
            # which reads such a deployment as a stage of its own, must not blame on the user.
            resource["Properties"].pop("StageName", None)
    return made


def graphs(text: str, folder: Path) -> tuple[Graph, Graph]:
    """Walint's own expansion of a template, and the graph of what SAM's translator makes of it."""
    made = []
    for name, content in (("ours", text), ("theirs", json.dumps(translate(text), default=str))):
        root = folder / name
        root.mkdir()
        (root / "template.yaml").write_text(content)
        made.append(load([root], SourceSettings(root=root, region=REGION, partition="aws")))
    return made[0], made[1]


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact on which walint and the translator disagree."""

    resource: str
    type: str
    fact: str
    ours: object
    theirs: object


@dataclass
class Comparison:
    """How many facts were compared, how many walint left open, and those that differ."""

    facts: int = 0
    left_open: int = 0
    differences: list[Difference] = field(default_factory=list)


def compare(ours: Graph, theirs: Graph) -> Comparison:
    """Compares every resource and every property of it."""
    names = {resource.key: _short(resource) for resource in theirs.resources}
    mine = {_name(resource): resource for resource in ours.resources}
    its = {names[resource.key]: resource for resource in theirs.resources}
    plain = _Plain(names)
    result = Comparison()
    for name in sorted(mine.keys() | its.keys()):
        first, second = mine.get(name), its.get(name)
        if first is None or second is None:
            kind = first.type if first else second.type if second else ""
            result.facts += 1
            result.differences.append(Difference(name, kind, "exists", first is not None, second is not None))
            continue
        for fact, one, other in _facts(first, second, plain):
            result.facts += 1
            if one == other:
                continue
            if _agrees(one, other):
                result.left_open += 1
            else:
                result.differences.append(Difference(name, first.type, fact, one, other))
    return result


def _agrees(ours: object, theirs: object) -> bool:
    """Whether two values agree wherever walint is sure."""
    if ours == ("unknown", None):
        return True
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(_agrees(ours[name], theirs[name]) for name in ours)
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(_agrees, ours, theirs))
    return ours == theirs


def _facts(first: Resource, second: Resource, plain: _Plain) -> Iterator[tuple[str, object, object]]:
    yield "type", first.type, second.type
    yield "presence", plain.of(first.presence), plain.of(second.presence)
    for attribute in ("DeletionPolicy", "UpdateReplacePolicy", "UpdatePolicy"):
        one, other = (plain.of(each.attributes.get(attribute) or Absent()) for each in (first, second))
        if one is not None or other is not None:
            yield attribute, one, other
    mine, its = plain.of(first.properties), plain.of(second.properties)
    if isinstance(mine, dict) and isinstance(its, dict):
        for name in sorted(mine.keys() | its.keys()):
            one, other = mine.get(name), its.get(name)
            if name in {"ManagedPolicyArns", "Policies", "Tags"}:
                one, other = _unordered(one), _unordered(other)
            yield name, one, other
    else:
        yield "Properties", mine, its


def _unordered(value: object) -> object:
    """Policies and tags without their order, which says nothing."""
    if isinstance(value, list):
        return sorted(value, key=lambda each: str(each["PolicyName"]) if "PolicyName" in each else str(each))
    return value


def _name(resource: Resource) -> str:
    return resource.key.partition("#")[2]


def _short(resource: Resource) -> str:
    name = _name(resource)
    return _HASH.sub("", name) if resource.type in _HASHED_TYPES else name


class _Plain:
    """Values as comparable data: references by name, scalars as text, nothing of spans and reasons."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def of(self, value: Value) -> object:
        match value:
            case Known(data=Mapping() as data):
                entries = {name: self.of(each) for name, each in data.items()}
                return {name: each for name, each in entries.items() if each not in (None, {})}
            case Known(data=Sequence() as data) if not isinstance(data, str):
                return [each for item in data if (each := self.of(item)) is not None]
            case Known(data=data):
                return _scalar(data)
            case Absent():
                return None
            case Reference(target, attribute):
                return ("reference", self._names.get(target, target.partition("#")[2]), attribute)
            case Unknown(symbol=symbol):
                return ("unknown", symbol)
            case Text(pieces=pieces):
                return ("text", *(piece if isinstance(piece, str) else self.of(piece) for piece in pieces))
            case Alternatives(choices=choices):
                cases = [(tuple(sorted(choice.given)), self.of(choice.value)) for choice in choices]
                return ("alternatives", sorted(cases, key=repr))


def _scalar(data: object) -> str | None:
    """Scalars as CloudFormation compares them: true and "true", 7 and "7", 70 and 70.0 are the same."""
    if data is None or isinstance(data, bool):
        return None if data is None else str(data).lower()
    if isinstance(data, float) and data.is_integer():
        return str(int(data))
    return str(data)
