"""Commands of the AWS CLI, read the way the CLI reads them and checked against botocore's models of the services.

The CLI's names are made of the models' ones (PutMetricAlarm is put-metric-alarm); what it renames is listed here, from
its own table of renamed arguments (awscli/customizations/argrename.py).
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import botocore.session
from botocore import xform_name
from botocore.model import ListShape, MapShape, OperationModel, ServiceModel, Shape, StructureShape
from botocore.validate import ParamValidator

_SERVICES = {"deploy": "codedeploy", "configservice": "config", "s3api": "s3"}
"""What the CLI calls a service, where that is not the name of its model."""
_RENAMED = {("sns", "subscribe", "notification-endpoint"): "Endpoint"}
_RENAMED["eks", "update-cluster-version", "kubernetes-version"] = "version"
_HIDDEN = {("sns", "subscribe", "endpoint"), ("eks", "update-cluster-version", "version")}
"""Names that the CLI's own options of the same name would shadow."""
_PROMOTED = {("configservice", "put-configuration-recorder", "recording-group"): "ConfigurationRecorder"}
"""Members of a structure that the CLI makes options of their own."""
_NUMBERS = {"integer": int, "long": int, "float": float, "double": float}
_GLOBAL = ("region", "output", "query")


class CommandError(Exception):
    """The CLI, or AWS, would refuse the command."""


class Command(NamedTuple):
    """A command as botocore would send it. `given` are the options by their names on the command line."""

    service: str
    operation: str
    parameters: Mapping[str, Any]
    given: Mapping[str, Sequence[str]]

    @property
    def name(self) -> str:
        """The service and the operation as botocore's client names them: "sqs set_queue_attributes"."""
        return f"{self.service} {xform_name(self.operation)}"


def lines_of(text: str) -> Iterator[str]:
    """The commands of a text, each on one line; comments are left out."""
    for line in text.replace("\\\n", " ").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line


def command_of(line: str, placeholders: frozenset[str] = frozenset()) -> Command:
    """Reads a command. Raises `CommandError` for what is no operation, option or value of AWS.

    placeholders  words that may stand for a number or for a word of an enumeration
    """
    program, service, operation, *words = [*shlex.split(line), "", "", ""]
    words = words[:-3] if len(words) >= 3 else words
    if program != "aws":
        raise CommandError(f"{program} is not the AWS CLI")
    model = _service(_SERVICES.get(service, service))
    operations = {xform_name(name, "-"): name for name in model.operation_names}
    if operation not in operations:
        raise CommandError(f"{service} has no operation {operation}")
    known = model.operation_model(operations[operation])
    given = dict(_options(words))
    parameters = dict(_parameters(service, operation, known, given, placeholders))
    if known.input_shape is not None:
        report = ParamValidator().validate(_long_enough(parameters), known.input_shape)
        if report.has_errors():
            raise CommandError(report.generate_report())
        for problem in _not_in_enumeration(parameters, known.input_shape, placeholders):
            raise CommandError(problem)
    return Command(model.service_name, operations[operation], parameters, given)


def _long_enough(value: Any) -> Any:
    """The same with long texts: how long a name at least is says nothing about a placeholder."""
    if isinstance(value, Mapping):
        return {key: _long_enough(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_long_enough(item) for item in value]
    return value.ljust(64, "x") if isinstance(value, str) and value else value


@cache
def _session() -> botocore.session.Session:
    return botocore.session.Session()


@cache
def _service(name: str) -> ServiceModel:
    if name not in _session().get_available_services():
        raise CommandError(f"there is no service {name}")
    return _session().get_service_model(name)


def _options(words: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Each option with its values."""
    index = 0
    seen = set()
    while index < len(words):
        if not words[index].startswith("--"):
            raise CommandError(f"{words[index]} belongs to no option")
        name = words[index].removeprefix("--")
        if name in seen:
            raise CommandError(f"--{name} is given twice")
        seen.add(name)
        end = index + 1
        while end < len(words) and not words[end].startswith("--"):
            end += 1
        yield name, list(words[index + 1 : end])
        index = end


def _parameters(
    service: str, operation: str, model: OperationModel, given: Mapping[str, list[str]], placeholders: frozenset[str]
) -> Iterator[tuple[str, Any]]:
    members = model.input_shape.members if model.input_shape is not None else {}
    names = {xform_name(name, "-"): name for name in members}
    names = {name: member for name, member in names.items() if (service, operation, name) not in _HIDDEN}
    names |= {option: member for (*of, option), member in _RENAMED.items() if tuple(of) == (service, operation)}
    promoted = {}
    for option, values in given.items():
        name = option
        if whole := _PROMOTED.get((service, operation, option)):
            inner = {xform_name(name, "-"): name for name in members[whole].members}[option]
            promoted[whole] = {inner: _value(option, values, members[whole].members[inner], placeholders)}
            continue
        if name in _GLOBAL or (name == "max-items" and _pages(model)):
            if len(values) != 1:
                raise CommandError(f"--{option} takes one value")
            continue
        negated = name not in names and name.startswith("no-") and name.removeprefix("no-") in names
        member = names.get(name.removeprefix("no-") if negated else name)
        if member is None:
            raise CommandError(f"{service} {operation} has no option --{option}")
        shape = members[member]
        if negated and shape.type_name != "boolean":
            raise CommandError(f"--{option}: {member} is no switch")
        if shape.type_name == "boolean":
            if values:
                raise CommandError(f"--{option} takes no value")
            yield member, not negated
        else:
            yield member, _value(option, values, shape, placeholders)
    for whole, parts in promoted.items():
        name = xform_name(whole, "-")
        yield whole, {**_value(name, given.get(name, ["{}"]), members[whole], placeholders), **parts}


def _pages(model: OperationModel) -> bool:
    paginators = _session().get_paginator_model(model.service_model.service_name)
    try:
        paginators.get_paginator(model.name)
    except ValueError:
        return False
    return True


def _value(option: str, values: Sequence[str], shape: Shape, placeholders: frozenset[str]) -> Any:
    """The value of an option: words, JSON, or the CLI's shorthand (keys and values only, nothing nested)."""
    if not values:
        raise CommandError(f"--{option} needs a value")
    if isinstance(shape, (StructureShape, MapShape, ListShape)) and values[0].startswith(("{", "[")):
        if len(values) != 1:
            raise CommandError(f"--{option}: JSON is one word")
        try:
            return json.loads(values[0])
        except ValueError as error:
            raise CommandError(f"--{option}: {error}") from error
    if isinstance(shape, ListShape):
        item = shape.member
        if isinstance(item, (StructureShape, MapShape)):
            return [_shorthand(option, word, item, placeholders) for word in values]
        return [_scalar(option, word, item, placeholders) for word in values]
    if len(values) != 1:
        raise CommandError(f"--{option} takes one value, not {' '.join(values)}")
    if isinstance(shape, (StructureShape, MapShape)):
        return _shorthand(option, values[0], shape, placeholders)
    return _scalar(option, values[0], shape, placeholders)


def _shorthand(
    option: str, word: str, shape: StructureShape | MapShape, placeholders: frozenset[str]
) -> dict[str, Any]:
    """`Key=Value,Other=Value`."""
    found: dict[str, Any] = {}
    for part in word.split(","):
        key, mark, value = part.partition("=")
        if not mark or key in found:
            raise CommandError(f"--{option}: {word} is no shorthand that this test reads")
        of = shape.members.get(key) if isinstance(shape, StructureShape) else shape.value
        if of is None:
            raise CommandError(f"--{option} has no member {key}")
        found[key] = _scalar(option, value, of, placeholders)
    return found


def _scalar(option: str, word: str, shape: Shape, placeholders: frozenset[str]) -> Any:
    kind = shape.type_name
    if kind == "boolean" and word in ("true", "false"):
        return word == "true"
    if kind in _NUMBERS:
        try:
            return _NUMBERS[kind](1 if word in placeholders else word)
        except ValueError as error:
            raise CommandError(f"--{option}: {word} is no number") from error
    if kind != "string":
        raise CommandError(f"--{option}: {word} is no {kind}")
    return word


def _not_in_enumeration(value: Any, shape: Shape, placeholders: frozenset[str]) -> Iterator[str]:
    if isinstance(shape, StructureShape):
        for name, member in value.items():
            yield from _not_in_enumeration(member, shape.members[name], placeholders)
    elif isinstance(shape, ListShape):
        for item in value:
            yield from _not_in_enumeration(item, shape.member, placeholders)
    elif isinstance(shape, MapShape):
        for key, item in value.items():
            yield from _not_in_enumeration(key, shape.key, placeholders)
            yield from _not_in_enumeration(item, shape.value, placeholders)
    elif shape.type_name == "string" and shape.enum and value not in shape.enum and value not in placeholders:
        yield f"{value} is none of {', '.join(shape.enum)}"
