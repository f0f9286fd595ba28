"""CloudFormation's intrinsic functions: each takes the scope, its argument's node and a span, and gives a value."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from walint.model.span import Span
from walint.model.value import Absent, Alternatives, Choice, Known, Reference, Unknown, Value
from walint.patterns import lazy
from walint.sources.cloudformation.arns import part_of
from walint.sources.cloudformation.cases import alternatives, lifted
from walint.sources.cloudformation.document import SEQ
from walint.sources.cloudformation.jsontext import json_text
from walint.sources.cloudformation.scalars import as_text
from walint.sources.cloudformation.texts import MAX_PIECES, Piece, at, pieces_of, text_of, undecided

if TYPE_CHECKING:
    from walint.sources.cloudformation.scope import Scope

Function: TypeAlias = "Callable[[Scope, Node, Span], Value]"

_PLACEHOLDER = lazy(r"\$\{([^{}]*)\}")
_MAX_PARTS = 10_000
_MAX_CIDRS = 256
_MAX_MAP_CHOICES = 32


def malformed(name: str, span: Span) -> Unknown:
    """The value of a function that is not written as CloudFormation expects."""
    return Unknown(f"{name} is not written as CloudFormation expects", span)


def _arguments(node: Node) -> list[Node] | None:
    return node.value if isinstance(node, SequenceNode) and node.tag == SEQ else None


def _items(value: Value) -> Sequence[Value] | None:
    if isinstance(value, Known) and isinstance(value.data, Sequence) and not isinstance(value.data, str):
        return value.data
    return None


def _scalar_text(value: Value) -> str | None:
    if isinstance(value, Known) and not isinstance(value.data, Mapping | list | tuple):
        data = value.data
        if data is None or isinstance(data, str | int | float):
            return as_text(data)
    return None


def _ref(scope: Scope, node: Node, span: Span) -> Value:
    if isinstance(node, ScalarNode):
        return scope.ref(node.value, span)
    return lifted([scope.value(node)], partial(_ref_to, scope, span), span)


def _ref_to(scope: Scope, span: Span, values: Sequence[Value]) -> Value:
    name = _scalar_text(values[0])
    return malformed("Ref", span) if name is None else scope.ref(name, span)


def _get_att(scope: Scope, node: Node, span: Span) -> Value:
    if isinstance(node, ScalarNode):
        logical_id, _, attribute = str(node.value).partition(".")
        return scope.attribute(logical_id, attribute, span) if attribute else malformed("Fn::GetAtt", span)
    parts = _arguments(node)
    if not parts or len(parts) < 2:  # noqa: PLR2004 - a logical id and an attribute
        return malformed("Fn::GetAtt", span)
    return lifted([scope.value(part) for part in parts], partial(_attribute_of, scope, span), span)


def _attribute_of(scope: Scope, span: Span, values: Sequence[Value]) -> Value:
    names = [_scalar_text(value) for value in values]
    if None in names:
        return undecided("Fn::GetAtt", values, span)
    return scope.attribute(str(names[0]), ".".join(str(name) for name in names[1:]), span)


def _sub(scope: Scope, node: Node, span: Span) -> Value:
    variables: Mapping[str, Value] = {}
    parts = _arguments(node)
    if parts is not None:
        given = scope.value(parts[1]) if len(parts) > 1 else Known({})
        if not parts or not isinstance(given, Known) or not isinstance(given.data, Mapping):
            return malformed("Fn::Sub", span)
        node, variables = parts[0], given.data
    if not isinstance(node, ScalarNode):
        return lifted([scope.value(node)], partial(_sub_text, scope, span, variables), span)
    return substitute(scope, node.value, variables, span)


def _sub_text(scope: Scope, span: Span, variables: Mapping[str, Value], values: Sequence[Value]) -> Value:
    text = _scalar_text(values[0])
    return malformed("Fn::Sub", span) if text is None else substitute(scope, text, variables, span)


def substitute(scope: Scope, text: str, variables: Mapping[str, Value], span: Span) -> Value:
    """Fills in `${Name}`, `${Resource.Attribute}` and the variables; `${!Name}` stays as `${Name}`."""
    parts = _PLACEHOLDER.split(scope.substituted(text))
    if len(parts) > MAX_PIECES:
        return Unknown("the text has too many parts to be written out", span, surely_set=True)
    values: list[Value] = []
    for index, part in enumerate(parts):
        if index % 2 == 0:
            values.append(Known(part))
        elif part.startswith("!"):
            values.append(Known("${" + part[1:] + "}"))
        else:
            values.append(_placeholder(scope, part.strip(), variables, span))
    return lifted(values, partial(_joined_text, scope, "Fn::Sub", span), span)


def _placeholder(scope: Scope, name: str, variables: Mapping[str, Value], span: Span) -> Value:
    value = variables.get(name)
    if value is not None:
        return value
    logical_id, dot, attribute = name.partition(".")
    return scope.attribute(logical_id, attribute, span) if dot else scope.ref(name, span)


def _joined_text(scope: Scope, name: str, span: Span, values: Sequence[Value]) -> Value:
    pieces: list[Piece] = []
    for value in values:
        found = pieces_of(value)
        if found is None:
            return undecided(name, values, span)
        pieces.extend(found)
        if len(pieces) > 2 * MAX_PIECES:
            return Unknown("the text has too many parts to be written out", span, surely_set=True)
    return text_of(pieces, span, scope.stack.root.unit)


def _join(scope: Scope, node: Node, span: Span) -> Value:
    parts = _arguments(node)
    if not parts or len(parts) != 2:  # noqa: PLR2004 - delimiter and list
        return malformed("Fn::Join", span)
    return lifted([scope.value(part) for part in parts], partial(_join_values, scope, span), span)


def _join_values(scope: Scope, span: Span, values: Sequence[Value]) -> Value:
    delimiter, items = _scalar_text(values[0]), _items(values[1])
    if delimiter is None or items is None:
        return undecided("Fn::Join", values, span)
    return lifted(list(items), partial(_join_items, scope, span, delimiter), span)


def _join_items(scope: Scope, span: Span, delimiter: str, items: Sequence[Value]) -> Value:
    interleaved: list[Value] = []
    for item in items:
        if isinstance(item, Absent):
            continue
        if interleaved and delimiter:
            interleaved.append(Known(delimiter))
        interleaved.append(item)
    return _joined_text(scope, "Fn::Join", span, interleaved)


def _select(scope: Scope, node: Node, span: Span) -> Value:
    parts = _arguments(node)
    if not parts or len(parts) != 2:  # noqa: PLR2004 - index and list
        return malformed("Fn::Select", span)
    if scope.function_of(parts[1]) == "Fn::Split":
        found = _arn_part(scope, parts, span)
        if found is not None:
            return found
    return lifted([scope.value(part) for part in parts], partial(_select_item, span), span)


def _arn_part(scope: Scope, parts: Sequence[Node], span: Span) -> Value | None:
    """The attribute that a part of an ARN is: `!Select [5, !Split [":", !GetAtt Queue.Arn]]` is the queue's name."""
    split = _arguments(scope.argument_of(parts[1]))
    index = _scalar_text(scope.value(parts[0]))
    if index is None or not index.isdecimal() or not split or len(split) != 2:  # noqa: PLR2004 - delimiter and text
        return None
    delimiter, text = _scalar_text(scope.value(split[0])), scope.value(split[1])
    if delimiter is None or not isinstance(text, Reference):
        return None
    return part_of(scope.stack, text, delimiter, int(index[:9]), span)


def _select_item(span: Span, values: Sequence[Value]) -> Value:
    index, items = _scalar_text(values[0]), _items(values[1])
    if index is None or items is None:
        return undecided("Fn::Select", values, span)
    if not index.isdecimal() or len(index) > 9:  # noqa: PLR2004 - no list is that long
        return malformed("Fn::Select", span)
    position = int(index)
    if any(_may_be_absent(item) for item in items[:position]):
        return undecided("Fn::Select", values, span)
    if position >= len(items):
        return Unknown(f"Fn::Select asks for item {index} of a list of {len(items)}", span)
    return at(items[position], span)


def _may_be_absent(value: Value) -> bool:
    return isinstance(value, Alternatives) and any(isinstance(choice.value, Absent) for choice in value.choices)


def _split(scope: Scope, node: Node, span: Span) -> Value:
    parts = _arguments(node)
    if not parts or len(parts) != 2:  # noqa: PLR2004 - delimiter and text
        return malformed("Fn::Split", span)
    return lifted([scope.value(part) for part in parts], partial(_split_text, span), span)


def _split_text(span: Span, values: Sequence[Value]) -> Value:
    delimiter, text = _scalar_text(values[0]), _scalar_text(values[1])
    if delimiter is None or text is None:
        return undecided("Fn::Split", values, span)
    if not delimiter:
        return malformed("Fn::Split", span)
    if text.count(delimiter) > _MAX_PARTS:
        return Unknown("the list has too many items to be written out", span, surely_set=True)
    return Known(tuple(Known(part, span) for part in text.split(delimiter)), span)


def _if(scope: Scope, node: Node, span: Span) -> Value:
    parts = _arguments(node)
    if not parts or len(parts) != 3:  # noqa: PLR2004 - condition and two branches
        return malformed("Fn::If", span)
    cases = scope.stack.conditions.of_node(parts[0], scope)
    branches: dict[bool, Value] = {}
    for _, holds in cases:
        if holds not in branches:
            branches[holds] = scope.value(parts[1] if holds else parts[2])
    if len(branches) == 1:
        return next(iter(branches.values()))
    return alternatives([Choice(given, branches[holds]) for given, holds in cases], span)


def _truth(name: str, scope: Scope, node: Node, span: Span) -> Value:
    """A condition function where a value is expected."""
    return scope.stack.conditions.as_value(scope.stack.conditions.of_function(name, node, scope), span)


def _find_in_map(scope: Scope, node: Node, span: Span) -> Value:
    parts = _arguments(node)
    if not parts or len(parts) not in (3, 4):
        return malformed("Fn::FindInMap", span)
    default: Value | None = None
    if len(parts) == 4 and isinstance(parts[3], MappingNode):  # noqa: PLR2004 - map, two keys and the options
        for key, value in parts[3].value:
            if key.value == "DefaultValue":
                default = scope.value(value)
    keys = [scope.value(part) for part in parts[:3]]
    return lifted(keys, partial(_found_in_map, scope, span, default), span)


def _found_in_map(scope: Scope, span: Span, default: Value | None, keys: Sequence[Value]) -> Value:
    name = _scalar_text(keys[0])
    if name is None:
        return undecided("Fn::FindInMap", keys, span)
    table = scope.stack.mapping(name)
    if table is None:
        return default or Unknown(f"the mapping {name} is not declared", span)
    return at(_entry(_entry(table, keys[1], default, span), keys[2], default, span), span)


def _entry(table: Value, key: Value, default: Value | None, span: Span) -> Value:
    """One step into a mapping. A key that only the deployment knows gives an alternative per entry."""
    if table is default:
        return table
    if isinstance(table, Alternatives):
        choices = [Choice(choice.given, _entry(choice.value, key, default, span)) for choice in table.choices]
        return _collapsed(choices, span)
    if not isinstance(table, Known) or not isinstance(table.data, Mapping):
        return table if isinstance(table, Unknown) else malformed("Fn::FindInMap", span)
    name = _scalar_text(key)
    if name is not None:
        found = table.data.get(name)
        return found or default or table.rest or Unknown(f"the mapping has no entry {name}", span)
    open_ended = default is not None or table.rest is not None
    if isinstance(key, Unknown) and key.symbol and not open_ended and 0 < len(table.data) <= _MAX_MAP_CHOICES:
        return _collapsed([Choice(((key.symbol, name),), table.data[name]) for name in table.data], span)
    return undecided("Fn::FindInMap", [key], span)


def _collapsed(choices: Sequence[Choice], span: Span) -> Value:
    """The choices as a value; just the value where all agree."""
    first = choices[0].value
    same = isinstance(first, Known) and all(
        isinstance(choice.value, Known) and choice.value.data == first.data for choice in choices
    )
    return first if same and _scalar_text(first) is not None else alternatives(choices, span)


def _import_value(scope: Scope, node: Node, span: Span) -> Value:
    return lifted([scope.value(node)], lambda values: scope.stack.imported(values[0], span), span)


def _base64(scope: Scope, node: Node, span: Span) -> Value:
    return lifted([scope.value(node)], partial(_encoded, span), span)


def _encoded(span: Span, values: Sequence[Value]) -> Value:
    text = _scalar_text(values[0])
    if text is None:
        return undecided("Fn::Base64", values, span)
    return Known(base64.b64encode(text.encode("utf-8", "surrogatepass")).decode("ascii"), span)


def _cidr(scope: Scope, node: Node, span: Span) -> Value:
    parts = _arguments(node)
    if not parts or len(parts) not in (2, 3):
        return malformed("Fn::Cidr", span)
    return lifted([scope.value(part) for part in parts], partial(_cidrs, span), span)


def _cidrs(span: Span, values: Sequence[Value]) -> Value:
    import ipaddress

    texts = [_scalar_text(value) for value in values]
    if None in texts:
        return undecided("Fn::Cidr", values, span)
    block, count, *bits = (str(text) for text in texts)
    try:
        network = ipaddress.ip_network(block, strict=False)
        prefix = network.max_prefixlen - int(bits[0] if bits else "8")
        if not network.prefixlen <= prefix <= network.max_prefixlen or not 0 < int(count) <= _MAX_CIDRS:
            return malformed("Fn::Cidr", span)
    except ValueError:
        return malformed("Fn::Cidr", span)
    subnets = network.subnets(new_prefix=prefix)
    return Known(tuple(Known(str(subnet), span) for subnet, _ in zip(subnets, range(int(count)), strict=False)), span)


def _get_azs(scope: Scope, node: Node, span: Span) -> Value:
    region = scope.value(node)
    if _scalar_text(region) == "":
        region = scope.ref("AWS::Region", span)
    found = undecided("Fn::GetAZs", [region], span)
    symbol = f"{scope.stack.root.unit}#{found.symbol}" if found.symbol else None
    return Unknown("the availability zones of a region are known at deployment", span, symbol, surely_set=True)


def _length(scope: Scope, node: Node, span: Span) -> Value:
    return lifted([scope.value(node)], partial(_counted, span), span)


def _counted(span: Span, values: Sequence[Value]) -> Value:
    items = _items(values[0])
    if items is None or any(_may_be_absent(item) for item in items):
        return undecided("Fn::Length", values, span)
    return Known(len(items), span)


def _to_json_string(scope: Scope, node: Node, span: Span) -> Value:
    return lifted([scope.value(node)], lambda values: json_text(values[0], span, scope.stack.root.unit), span)


FUNCTIONS: dict[str, Function] = {
    "Ref": _ref,
    "Fn::GetAtt": _get_att,
    "Fn::Sub": _sub,
    "Fn::Join": _join,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::If": _if,
    "Fn::FindInMap": _find_in_map,
    "Fn::ImportValue": _import_value,
    "Fn::Base64": _base64,
    "Fn::Cidr": _cidr,
    "Fn::GetAZs": _get_azs,
    "Fn::Length": _length,
    "Fn::ToJsonString": _to_json_string,
    "Fn::Equals": partial(_truth, "Fn::Equals"),
    "Fn::And": partial(_truth, "Fn::And"),
    "Fn::Or": partial(_truth, "Fn::Or"),
    "Fn::Not": partial(_truth, "Fn::Not"),
}
"""By their long names. `Fn::ForEach` and `Fn::Transform` act on the mapping around them (see `loops`)."""
