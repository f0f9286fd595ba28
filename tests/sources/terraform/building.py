"""Terraform resources made by hand, as the evaluator makes them, for tests of the binding."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from walint.model.resource import Resource
from walint.model.span import Span
from walint.model.value import TRUE, Absent, Alternatives, Choice, Known, Reference, Text, Unknown, Value
from walint.sources.terraform.binding import bind
from walint.sources.terraform.resource import Provider, TerraformResource

UNIT = "infra"
_VALUES = (Known, Absent, Unknown, Reference, Text, Alternatives)


def span(line: int) -> Span:
    """A place in main.tf."""
    return Span("main.tf", line, 3, line, 20)


def value(written: Any, at: Span | None = None) -> Value:
    """Python data as a value; a value stays what it is."""
    if isinstance(written, _VALUES):
        return written
    if isinstance(written, Mapping):
        return Known({name: value(one, at) for name, one in written.items()}, at)
    if isinstance(written, (list, tuple)):
        return Known([value(one, at) for one in written], at)
    return Known(written, at)


def plain(found: Value | None) -> Any:
    """A value as Python data; what is not known stays a value, without its span."""
    match found:
        case Known(Mapping() as members, _, _, rest):
            shown: dict[str, Any] = {name: plain(one) for name, one in members.items()}
            return {**shown, "...": rest.reason} if rest is not None else shown
        case Known(str() | int() | float() | bool() | None as data):
            return data
        case Known(items, _, _, rest):
            listed = [plain(one) for one in items]  # type: ignore[union-attr]
            return [*listed, "..."] if rest is not None else listed
        case Alternatives(choices):
            return {choice.given: plain(choice.value) for choice in choices}
        case Reference(target, attribute):
            return f"{target.rpartition('#')[2]}!{attribute}"
        case Text(pieces):
            return tuple(piece if isinstance(piece, str) else plain(piece) for piece in pieces)
        case Unknown(reason):
            return f"unknown: {reason}"
        case _:
            return None


def tf(address: str, body: Mapping[str, Any] | None = None, line: int = 1, **more: Any) -> TerraformResource:
    """A resource at an address such as "aws_sqs_queue.orders"; `line` is that of its header."""
    type_name, name = re.sub(r"\[[^\]]*\]$", "", address).split(".")[-2:]
    meta = {key: value(one, span(line)) for key, one in more.pop("meta", {}).items()}
    known = value(body or {}, span(line + 1))
    assert isinstance(known, Known)
    return TerraformResource(
        unit=UNIT,
        address=address,
        type=type_name,
        name=name,
        source=more.pop("source", "terraform"),
        body=Known(known.data, span(line), rest=more.pop("rest", None)),
        span=span(line),
        declared=("main.tf", line),
        meta=meta,
        **more,
    )


def ref(address: str, attribute: str, text: str | None = None) -> Reference:
    """A reference to a resource's attribute, in Terraform's words."""
    return Reference(f"{UNIT}#{address}", attribute, text=text)


def one_of(condition: str, yes: Any, no: Any) -> Alternatives:
    """A conditional on an unknown; None is "not set"."""
    chosen = [Absent() if one is None else value(one) for one in (yes, no)]
    variable = f"{UNIT}#{condition}"
    return Alternatives((Choice(((variable, True),), chosen[0]), Choice(((variable, False),), chosen[1])))


def provider(region: str | None = None, **tags: Any) -> Provider:
    """A provider with a region and default tags."""
    return Provider("aws", Absent() if region is None else Known(region), value(tags))


def bound(*resources: TerraformResource) -> dict[str, Resource]:
    """What the resources become, by their addresses."""
    return {one.address: one for one in bind(resources)}


def properties(resource: TerraformResource, *others: TerraformResource) -> Any:
    """The properties of one resource as Python data."""
    return plain(bound(resource, *others)[resource.address].properties)


MAYBE = Unknown("var.more is not known", symbol=f"{UNIT}#var.more")
YES = TRUE
