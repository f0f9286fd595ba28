"""The nested stacks that a template declares: where their templates are, and what they are given."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from walint.model.span import Span
from walint.model.value import Absent, Alternatives, Known, Reference, Text, Value
from walint.records import NamedTuple
from walint.sources.cloudformation import cdk
from walint.sources.cloudformation.cases import ALWAYS, Cases, both
from walint.sources.cloudformation.lazy import LazyMapping
from walint.sources.cloudformation.stack import Stack
from walint.sources.discover import Files

_PLACES = {"AWS::CloudFormation::Stack": "TemplateURL", "AWS::Serverless::Application": "Location"}
"""The types of nested stacks, and the property that says where the template is."""


class Nested(NamedTuple):
    """A nested stack as its parent declares it: the file of its template when it is on disk, else why it is not."""

    name: str
    path: Path | None
    reason: str
    given: Mapping[str, Value]
    span: Span | None
    presence: Cases


def nested_of(stack: Stack, files: Files) -> Iterator[Nested]:
    """The nested stacks of a template that may exist."""
    text = stack.document.text
    if not any(name in text for name in _PLACES):
        return
    for name in stack.resources:
        body = stack.resources[name]
        if not isinstance(body, Known) or not isinstance(body.data, LazyMapping):
            continue
        kind = body.data.get("Type")
        if isinstance(kind, Known) and isinstance(kind.data, str) and kind.data in _PLACES:
            nested = _described(stack, files, name, body.data, _PLACES[kind.data])
            if any(holds for _, holds in nested.presence):
                yield nested


def _described(stack: Stack, files: Files, name: str, body: LazyMapping, place: str) -> Nested:
    properties = body.get("Properties")
    data = properties.data if isinstance(properties, Known) else None
    values: Mapping[str, Value] = data if isinstance(data, Mapping) else {}
    location = values.get(place) or Absent()
    asset = cdk.asset_path(body)
    path, reason = _located(stack, files, name, Known(asset, location.span) if asset else location)
    given = values.get("Parameters")
    listed = given.data if isinstance(given, Known) and isinstance(given.data, Mapping) else {}
    condition = body.get("Condition")
    cases: Cases = ALWAYS
    if isinstance(condition, Known) and isinstance(condition.data, str):
        cases = stack.conditions.named(condition.data)
    presence = both(stack.presence, cases)
    return Nested(name, path, reason, listed, location.span, cases if presence is None else presence)


def _located(stack: Stack, files: Files, name: str, location: Value) -> tuple[Path | None, str]:
    """The file that a nested stack names when it is one on disk that may be read, or the reason why there is none."""
    text = location.data if isinstance(location, Known) and isinstance(location.data, str) else None
    if text is None:
        return None, f"the nested stack {name} is not on disk"
    if "://" in text or not text:
        return None, f"the nested stack {name} is not on disk ({text})"
    path = Path(os.path.realpath(Path(files.absolute(stack.document.path)).parent / text))
    if not files.inside(path):
        if files.is_repository:  # written for the folder of a build, perhaps: no wider check would find it
            message = f"the template of the nested stack {name} lies outside the repository ({text})"
            stack.report("note", message, location.span)
        else:
            message = f"the template of the nested stack {name} lies outside the folder that is checked"
            stack.report("error", message, location.span, "check the folder that holds both templates")
        return None, message
    if not path.is_file():
        return None, f"the template of the nested stack {name} is not on disk ({text})"
    return path, ""


def targets(values: Iterable[Value]) -> Iterator[str]:
    """The keys of the resources that values refer to."""
    for value in values:
        match value:
            case Reference(target=target):
                yield target
            case Text(pieces=pieces):
                yield from (piece.target for piece in pieces if isinstance(piece, Reference))
            case Alternatives(choices=choices):
                yield from targets([choice.value for choice in choices])
            case Known(data=Mapping() as entries):
                yield from targets(list(entries.values()))
            case Known(data=Sequence() as items) if not isinstance(items, str):
                yield from targets(list(items))
            case _:
                pass
