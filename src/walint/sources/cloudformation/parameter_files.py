"""Files with parameter values: CloudFormation's, CodePipeline's, the CDK's and plain ones, in JSON or YAML."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from walint.errors import WalintError
from walint.sources.cloudformation.document import DocumentError, decode, parse

_SHAPES = 'expected [{"ParameterKey": ..., "ParameterValue": ...}], {"Parameters": {...}} or {"Name": "value"}'
_MAX_BYTES = 1 << 20


class ParameterFileError(WalintError):
    """A parameter file that cannot be read or understood."""


def read_parameters(path: Path) -> dict[str, str]:
    """The parameters in a file by name; "Stack:Name" where the file says which stack they are for.

    Understands what `aws cloudformation --parameters file://`, `aws cloudformation deploy --parameter-overrides
    file://`, CodePipeline's template configuration and `cdk deploy --parameters` take.
    Raises ParameterFileError.
    """
    shown = str(path)
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise ParameterFileError(f"cannot be read: {error.strerror}", where=shown) from None
    if len(data) > _MAX_BYTES:
        raise ParameterFileError(f"is longer than {_MAX_BYTES:,} bytes", where=shown, help=_SHAPES)
    try:
        root = parse(decode(data, shown), shown).root
    except DocumentError as error:
        raise ParameterFileError(error.message, where=error.where, help=_SHAPES) from None
    found: dict[str, str] = {}
    if isinstance(root, SequenceNode):
        for item in root.value:
            _add_item(item, found, shown)
    elif isinstance(root, MappingNode):
        entries = _entries(root)
        inner = entries.get("Parameters")
        _add_mapping(_entries(inner) if isinstance(inner, MappingNode) else entries, found, shown)
    else:
        raise ParameterFileError("holds no parameters", where=shown, help=_SHAPES)
    return found


def _entries(node: MappingNode) -> dict[str, Node]:
    return {key.value: value for key, value in node.value if isinstance(key, ScalarNode)}


def _add_item(item: Node, found: dict[str, str], shown: str) -> None:
    """One item of a list: {ParameterKey, ParameterValue}, or "Name=value"."""
    if isinstance(item, ScalarNode) and "=" in item.value:
        name, _, value = item.value.partition("=")
        found[name] = value
        return
    entries: Mapping[str, Node] = _entries(item) if isinstance(item, MappingNode) else {}
    key = entries.get("ParameterKey")
    value_node = entries.get("ParameterValue")
    if not isinstance(key, ScalarNode):
        raise ParameterFileError("an item of the list names no ParameterKey", where=shown, help=_SHAPES)
    if value_node is not None:
        found[key.value] = _text(value_node, key.value, shown)


def _add_mapping(entries: Mapping[str, Node], found: dict[str, str], shown: str) -> None:
    """Names with values, or stacks with such mappings."""
    for name, node in entries.items():
        if isinstance(node, MappingNode):
            for inner, value in _entries(node).items():
                found[f"{name}:{inner}"] = _text(value, inner, shown)
        else:
            found[name] = _text(node, name, shown)


def _text(node: Node, name: str, shown: str) -> str:
    if isinstance(node, ScalarNode):
        return str(node.value)
    if isinstance(node, SequenceNode) and all(isinstance(item, ScalarNode) for item in node.value):
        return ",".join(str(item.value) for item in node.value)
    raise ParameterFileError(f"the value of {name} is neither text nor a list of texts", where=shown, help=_SHAPES)
