"""The body of a block as a value in Terraform's own names and shapes, `dynamic` blocks written out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from walint.model.value import Absent, Alternatives, Choice, Known, Unknown, Value
from walint.records import NamedTuple
from walint.sources.terraform.budget import BudgetError
from walint.sources.terraform.config import Part
from walint.sources.terraform.hcl import ast
from walint.sources.terraform.instances import Given, joined, reason_of, traversal
from walint.sources.terraform.scope import Inner
from walint.sources.terraform.values import Handle, OneOf, Partly, Sensitive, SetOf, TerraformValue

if TYPE_CHECKING:
    from collections.abc import Collection

    from walint.sources.terraform.root import Root
    from walint.sources.terraform.scope import Scope
    from walint.sources.terraform.shaping import Shaper

_MOST_CASES = 32
_MOST_BLOCKS = 1_000
_DEEPEST = 40
_COST = 20
"""Steps of the budget that one block takes."""
_NOTHING: Collection[str] = frozenset()


class Occurrence(NamedTuple):
    """One block as written, or as a `dynamic` block makes it."""

    part: Part
    scope: Scope
    file: ast.File
    start: int
    end: int


class Case(NamedTuple):
    """The blocks of a type under some assumptions; `rest` says why there may be more of them."""

    given: Given
    blocks: tuple[Occurrence, ...]
    rest: Unknown | None


_EMPTY = (Case((), (), None),)


def occurrences(part: Part, scope: Scope, root: Root) -> dict[str, tuple[Case, ...]]:
    """The nested blocks of a body by type, in their order, under which assumptions."""
    found: dict[str, tuple[Case, ...]] = {}
    for block, file in part.blocks:
        if block.type != "dynamic":
            once = Occurrence(Part.of(block.body, file), scope, file, block.start, block.header_end)
            cases: tuple[Case, ...] = (Case((), (once,), None),)
            found[block.type] = _product(found.get(block.type, _EMPTY), cases)
    for block, file in part.named("dynamic", 1):
        if block.labels:
            cases = tuple(_dynamic(block, file, scope, root))
            found[block.labels[0]] = _product(found.get(block.labels[0], _EMPTY), cases)
    return found


def _product(one: tuple[Case, ...], other: tuple[Case, ...]) -> tuple[Case, ...]:
    """The blocks of one after those of the other, for all assumptions that go together."""
    made: list[Case] = []
    for first in one:
        for second in other:
            given = joined(first.given, second.given)
            if given is not None:
                made.append(Case(given, first.blocks + second.blocks, first.rest or second.rest))
    if len(made) > _MOST_CASES:
        return (Case((), (), Unknown("too many conditions decide which of these blocks there are")),)
    return tuple(made)


def _dynamic(block: ast.Block, file: ast.File, scope: Scope, root: Root) -> Iterator[Case]:
    """What one `dynamic` block makes."""
    content = next((inner for inner in block.body.blocks if inner.type == "content"), None)
    body = Part.of(content.body, file) if content else _json_content(block, file)
    each = block.body.attributes.get("for_each")
    if body is None or each is None:
        span = file.span(block.start, block.header_end)
        message = f'dynamic "{block.labels[0]}" needs a for_each and a content'
        root.complain(message, span)
        yield Case((), (), Unknown(message))
        return
    named = block.body.attributes.get("iterator")
    name = (traversal(named.expression) if named else None) or block.labels[0]
    value = root.evaluate(each.expression, file, scope)
    value = value.value if isinstance(value, Sensitive) else value
    for given, choice in value.choices if isinstance(value, OneOf) else (((), value),):
        pairs, rest = _elements(choice)
        if pairs is None:
            root.complain(
                "the for_each of a dynamic block must be a list, a set or a map", file.span(each.start, each.end)
            )
        inner = (
            Occurrence(body, Inner(scope, {name: {"key": key, "value": item}}), file, block.start, block.header_end)
            for key, item in pairs or ()
        )
        yield Case(given, tuple(inner), rest)


def _json_content(block: ast.Block, file: ast.File) -> Part | None:
    """The content of a dynamic block in JSON."""
    return Part.of(block.body, file).only("content")


def _elements(
    value: TerraformValue,
) -> tuple[list[tuple[TerraformValue, TerraformValue]] | None, Unknown | None]:
    """Key and value of the elements that a dynamic block runs over, and why there may be more; None for a mistake."""
    match value:
        case Sensitive(value=inner):
            return _elements(inner)
        case dict():
            found: list[tuple[TerraformValue, TerraformValue]] = list(value.items())
        case SetOf():
            found = [(item, item) for item in value]
        case tuple():
            found = list(enumerate(value))
        case Partly(known=dict() as known, rest=rest):
            return list(known.items()), rest
        case Partly(known=tuple() as known, rest=rest):
            return [(Unknown(rest.reason), item) for item in known], rest
        case Handle() if (names := value.names()) is not None:
            found = [(name, value.attribute(name)) for name in names]
        case None | bool() | int() | float() | str():
            reason = "the for_each of this dynamic block is no list, set or map"
            return None, Unknown(reason)
        case _:
            return [], reason_of(value, "the for_each of this dynamic block")
    if len(found) > _MOST_BLOCKS:
        return [], Unknown(f"a dynamic block makes more than {_MOST_BLOCKS:,} blocks")
    return found, None


def body(
    part: Part, scope: Scope, shaper: Shaper, skipped: Collection[str] = _NOTHING, depth: int = 0
) -> dict[str, Value]:
    """The arguments and nested blocks of a body by name; what is null or not set is left out."""
    found: dict[str, Value] = {}
    if depth > _DEEPEST:
        return found
    for name, attribute in part.attributes.items():
        if name in skipped or (name == "dynamic" and attribute[1].path.endswith(".json")):
            continue
        value = shaper.argument(attribute, scope)
        if value is not None:
            found[name] = value
    if part.blocks or "dynamic" in part.attributes:
        for type_, cases in occurrences(part, scope, shaper.root).items():
            if type_ not in skipped:
                found[type_] = _blocks(cases, shaper, depth)
    return found


def _blocks(cases: tuple[Case, ...], shaper: Shaper, depth: int) -> Value:
    """The blocks of one type: a sequence of mappings, or alternatives of such."""
    shaped = [(case.given, _sequence(case, shaper, depth)) for case in cases]
    if len(shaped) == 1:
        return shaped[0][1]
    return Alternatives(tuple(Choice(given, value) for given, value in shaped))


def _sequence(case: Case, shaper: Shaper, depth: int) -> Value:
    items: list[Value] = []
    rest = case.rest
    try:
        for one in case.blocks:
            shaper.root.budget.spend(_COST)
            place = shaper.span(one.file, one.start, one.end)
            items.append(Known(body(one.part, one.scope, shaper, depth=depth + 1), place))
    except BudgetError as error:
        last = case.blocks[len(items)]
        shaper.root.complain(error.message, shaper.span(last.file, last.start, last.end))
        rest = Unknown(f"this is not evaluated: {error.message}")
    span = items[0].span if items and not isinstance(items[0], Absent) else None
    return Known(tuple(items), span, rest=rest)


def meta(part: Part, scope: Scope, shaper: Shaper) -> Mapping[str, Value]:
    """The meta-arguments of a block: `lifecycle` as a mapping, `depends_on` as texts."""
    found: dict[str, Value] = {}
    for block, file in part.named("lifecycle"):
        inner = Part.of(block.body, file)
        values = body(inner, scope, shaper, ("ignore_changes", "replace_triggered_by", "precondition", "postcondition"))
        for name in ("ignore_changes", "replace_triggered_by"):
            if name in inner.attributes:
                values[name] = _names(inner.attributes[name], shaper)
        found["lifecycle"] = Known(values, shaper.span(file, block.start, block.header_end))
    if "depends_on" in part.attributes:
        found["depends_on"] = _names(part.attributes["depends_on"], shaper)
    return found


def _names(attribute: tuple[ast.Attribute, ast.File], shaper: Shaper) -> Value:
    """A list of traversals (or the word `all`) as texts."""
    node, file = attribute[0].expression, attribute[1]
    span = shaper.span(file, node.start, node.end)
    if isinstance(node, ast.Tuple):
        return Known(
            tuple(Known(traversal(item) or "", shaper.span(file, item.start, item.end)) for item in node.items), span
        )
    return Known(traversal(node) or "", span)
