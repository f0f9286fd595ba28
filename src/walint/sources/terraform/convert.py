"""The arguments and blocks of one Terraform resource under CloudFormation's names, by the table of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from walint.model.value import Absent, Alternatives, Known, Unknown, Value
from walint.records import replace
from walint.sources.terraform.joining import each, items_of, members_of, merged, put, unknown_shape
from walint.sources.terraform.transforms import transformed

if TYPE_CHECKING:
    from walint.catalog.terraform import Binding, Node
    from walint.sources.terraform.references import References


def converted(body: Value, node: Node, references: References) -> Known:
    """What a body (a Known mapping of arguments and blocks) becomes: an object, with attributes under "@Name"."""
    made: dict[str, Value] = {}
    members = members_of(body) or {}
    for name, value in members.items():
        for binding in node.get(name, ()):
            _bind(made, binding, value, body, references)
    return Known(made, body.span, rest=body.rest if isinstance(body, Known) else None)


def _bind(made: dict[str, Value], binding: Binding, value: Value, body: Value, references: References) -> None:
    match binding.kind:
        case "value":
            bound = _argument(value, binding, references)
            if binding.transform == "attribute":  # a list that nobody wrote: what it lacks, the enclosing block lacks
                bound = each(bound, lambda one: replace(one, span=body.span) if isinstance(one, Known) else one)
        case "object":
            bound = _object(value, binding, references)
        case "list":
            bound = _list(value, binding, references)
        case "flat":
            _flat(made, value, binding, body, references)
            return
    if binding.kind != "value" and binding.transform is not None:
        bound = transformed(bound, binding.transform, binding.arguments)
    if not isinstance(bound, Absent):
        put(made, binding.path, bound, body.span)
    elif binding.unset and len(binding.path) == 1:  # somebody wrote that it is not set: `retention_in_days = 0`
        made.setdefault(binding.path[0], bound)


def _argument(value: Value, binding: Binding, references: References) -> Value:
    bound = each(references.translated(value), _surely_filled)
    if binding.unset:
        bound = each(bound, lambda one: Absent(one.span) if _is_unset(one, binding.unset) else one)
    if binding.transform is not None:
        bound = transformed(bound, binding.transform, binding.arguments)
    return bound


def _surely_filled(value: Value) -> Value:
    """A list whose items that are not known are at least there: providers refuse null in a list or a set.

    Source: Terraform's plugin SDK, "Null value found in list. Null values are not allowed for this attribute value."
    """
    items = items_of(value)
    if items is None or not any(isinstance(item, Unknown) and not item.surely_set for item in items):
        return value
    filled = [replace(item, surely_set=True) if isinstance(item, Unknown) else item for item in items]
    return replace(value, data=filled) if isinstance(value, Known) else value


def _is_unset(value: Value, unset: Sequence[object]) -> bool:
    return isinstance(value, Known) and (value.data in unset or str(value.data) in unset) and value.data is not False


def _object(value: Value, binding: Binding, references: References) -> Value:
    """A block that may occur once."""
    return each(value, lambda blocks: _first_block(blocks, binding, references))


def _first_block(blocks: Value, binding: Binding, references: References) -> Value:
    if members_of(blocks) is not None:  # an attribute that holds an object
        return converted(blocks, binding.inner, references)
    items = items_of(blocks)
    if items is None:
        return unknown_shape(blocks, "a block")
    whole: Value = Absent(blocks.span)
    for item in items:  # where the provider takes several, their contents belong together
        whole = merged(whole, each(item, lambda block: _block(block, binding, references)))
    rest = blocks.rest if isinstance(blocks, Known) else None
    return rest if rest is not None and not items else whole


def _block(block: Value, binding: Binding, references: References) -> Value:
    members = members_of(block)
    if members is None:
        return unknown_shape(block, "a block")
    for name, scalar in binding.unless.items():
        given = members.get(name)
        if isinstance(given, Known) and given.data == scalar:
            return Absent(block.span)
        if given is not None and not isinstance(given, Known):
            return unknown_shape(given, "a switch")
    made = converted(block, binding.inner, references)
    missing = {name: Known(one, block.span, "default") for name, one in binding.fill.items() if name not in made.data}  # type: ignore[operator]
    return Known({**made.data, **missing}, made.span, rest=made.rest) if missing else made  # type: ignore[dict-item]


def _list(value: Value, binding: Binding, references: References) -> Value:
    """A block that may be repeated."""
    return each(value, lambda blocks: _blocks(blocks, binding, references))


def _blocks(blocks: Value, binding: Binding, references: References) -> Value:
    if members_of(blocks) is not None:  # one object where a list is meant
        return Known([converted(blocks, binding.inner, references)], blocks.span)
    items = items_of(blocks)
    if items is None:
        return unknown_shape(blocks, "a list of blocks")
    changed = [each(block, lambda one: _block(one, binding, references)) for block in items]
    rest = blocks.rest if isinstance(blocks, Known) else None
    return Absent(blocks.span) if not changed and rest is None else Known(changed, blocks.span, rest=rest)


def _flat(made: dict[str, Value], value: Value, binding: Binding, body: Value, references: References) -> None:
    """A block whose arguments stand among those of the enclosing one."""
    whole = _object(value, binding, references)
    for name in _first_steps(binding.inner):
        bound = each(whole, partial(_member, name=name))
        if not isinstance(bound, Absent):
            put(made, (*binding.path, name), bound, body.span)


def _first_steps(node: Node) -> Sequence[str]:
    """The names that an object made by a node can have."""
    names: dict[str, None] = {}
    for bindings in node.values():
        for binding in bindings:
            found = binding.path[:1] if binding.path else _first_steps(binding.inner)
            names.update(dict.fromkeys(found))
    return tuple(names)


def _member(value: Value, name: str) -> Value:
    match value:
        case Known(Mapping() as members, span, _, rest):
            return members.get(name) or rest or Absent(span)
        case Unknown() | Alternatives():
            return value
        case _:
            return Absent(value.span)
