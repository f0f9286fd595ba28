"""Makes the resources of a stack out of its template."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from yaml.nodes import MappingNode, Node, ScalarNode

from walint.model.graph import Unseen
from walint.model.resource import Ignore, Resource, Source
from walint.model.span import Span
from walint.model.value import TRUE, Alternatives, Choice, Known, Unknown, Value
from walint.sources.cloudformation import cdk
from walint.sources.cloudformation.cases import ALWAYS, Cases, both
from walint.sources.cloudformation.document import MAP
from walint.sources.cloudformation.elsewhere import kept_elsewhere
from walint.sources.cloudformation.lazy import LazyMapping
from walint.sources.cloudformation.scope import Scope
from walint.sources.cloudformation.stack import Stack
from walint.sources.cloudformation.texts import at

_HELP = "a resource is a mapping with a Type and Properties"

OUTPUT = "Walint::Output"
"""The type of the pseudo-resource that stands for an output of a stack."""
_MOST_NAMED = 5
"""How many resources a note names."""


def resources_of(stack: Stack) -> list[Resource]:
    """Every resource that the template declares and that may exist; problems and unseen parts go to the stack."""
    source: Source = "sam" if stack.is_sam else "cloudformation"
    text = stack.document.text
    has_ignores, is_cdk = "walint" in text, cdk.PATH_KEY in text
    found: list[Resource] = []
    left_out: list[tuple[str, Span]] = []
    for name in stack.resources:
        entry = stack.resources.entry(name)
        if entry is None:
            continue
        body = _body(stack, name, entry)
        type_name = _type(stack, name, entry[0], body) if body is not None else None
        if body is None or type_name is None:
            continue
        span = stack.document.key_span(entry[0], entry[1])
        presence = _presence(stack, body, span)
        if presence is None:
            left_out.append((name, span))
            continue
        construct_path = cdk.construct_path(body) if is_cdk else None
        properties = kept_elsewhere(type_name, _properties(stack, name, body, span))
        found.append(
            Resource(
                key=f"{stack.unit}#{name}",
                type=type_name,
                address=stack.prefix + name,
                name=name,
                source=source,
                unit=stack.unit,
                properties=properties,
                span=span,
                attributes=body,
                presence=presence,
                exempt=cdk.exempt(type_name, name, construct_path),
                construct_path=construct_path,
                account=stack.deployment.account,
                region=stack.deployment.region,
                ignores=_ignores(body) if has_ignores else (),
            )
        )
        if type_name.endswith("::MODULE"):
            stack.unseen.append(Unseen(f"the module {type_name} may hold any resource", stack.unit))
    if stack.resources.rest is not None:
        stack.unseen.append(Unseen(stack.resources.rest.reason, stack.unit))
    if left_out:
        _tell_left_out(stack, left_out)
    return found


def _tell_left_out(stack: Stack, left_out: list[tuple[str, Span]]) -> None:
    """Says which resources are not judged, because nothing makes their condition true."""
    names = ", ".join(name for name, _ in left_out[:_MOST_NAMED]) + (", ..." if len(left_out) > _MOST_NAMED else "")
    count = "1 resource is not judged: its condition is"
    if len(left_out) > 1:
        count = f"{len(left_out)} resources are not judged: their conditions are"
    message = f"{count} false with these parameter values ({names})"
    stack.report("note", message, left_out[0][1], "give other values with --parameters to judge them")


def outputs_of(stack: Stack) -> Iterator[Resource]:
    """A pseudo-resource for each output, so that rules can see what a stack hands out."""
    source: Source = "sam" if stack.is_sam else "cloudformation"
    for name in stack.outputs:
        entry = stack.outputs.entry(name)
        if entry is None or not isinstance(entry[1], MappingNode) or entry[1].tag != MAP:
            continue
        body = LazyMapping(entry[2], entry[1])
        span = stack.document.key_span(entry[0], entry[1])
        presence = _presence(stack, body, span)
        if presence is None:
            continue
        address = f"Outputs.{name}"
        yield Resource(
            key=f"{stack.unit}#{address}",
            type=OUTPUT,
            address=stack.prefix + address,
            name=name,
            source=source,
            unit=stack.unit,
            properties=Known(body, span),
            span=span,
            presence=presence,
        )


def truth_value(cases: Cases, span: Span | None) -> Value:
    """A condition as the presence of a resource."""
    if cases == ALWAYS:
        return TRUE
    return Alternatives(tuple(Choice(given, Known(holds, span)) for given, holds in cases), span)


def _body(stack: Stack, name: str, entry: tuple[Node, Node, Scope]) -> LazyMapping | None:
    key, node, scope = entry
    if isinstance(node, MappingNode) and node.tag == MAP:
        return LazyMapping(scope, node)
    stack.report("error", f"the resource {name} is not a mapping", stack.document.span(key), _HELP)
    return None


def _type(stack: Stack, name: str, key: Node, body: LazyMapping) -> str | None:
    entry = body.entry("Type")
    if entry is None:
        stack.report("error", f"the resource {name} has no Type", stack.document.span(key), _HELP)
        return None
    node, scope = entry[1], entry[2]
    if not isinstance(node, ScalarNode) or node.tag.startswith("!") or not node.value:
        stack.report("error", f"the Type of the resource {name} is not a text", stack.document.span(entry[0]), _HELP)
        return None
    return scope.substituted(node.value)


def _presence(stack: Stack, body: LazyMapping, span: Span) -> Value | None:
    """When the resource exists; None if it never does."""
    entry = body.entry("Condition")
    if entry is None and stack.presence is ALWAYS:
        return TRUE
    cases: Cases | None = ALWAYS
    if entry is not None and isinstance(entry[1], ScalarNode):
        name = entry[2].substituted(entry[1].value)
        if name not in stack.conditions:
            span_of_name = stack.document.span(entry[1])
            stack.report("error", f"the condition {name} is not declared", span_of_name, "declare it under Conditions")
        cases = stack.conditions.named(name)
    if stack.presence is not ALWAYS:
        cases = both(stack.presence, cases or ALWAYS)
    if cases is None:
        return Unknown("too many conditions decide whether it exists", span)
    if not any(holds for _, holds in cases):
        return None
    return truth_value(cases, span)


def _properties(stack: Stack, name: str, body: LazyMapping, span: Span) -> Value:
    macro = stack.macro
    if macro is not None:
        return Unknown(f"the macro {macro} may write anything", span)
    if body.opaque and body.rest is not None:
        return at(body.rest, span)
    entry = body.entry("Properties")
    if entry is None or (isinstance(entry[1], ScalarNode) and entry[1].value in ("", "~", "null")):
        return Known({}, span)
    value = body["Properties"]
    if isinstance(value, Known) and not isinstance(value.data, Mapping):
        stack.report("error", f"the Properties of {name} are not a mapping", stack.document.span(entry[0]), _HELP)
        return Unknown("Properties is not a mapping", span)
    return at(value, span)


def _ignores(body: LazyMapping) -> tuple[Ignore, ...]:
    """The suppressions in `Metadata: {walint: {ignore: [{rule, reason, until}]}}`."""
    listed = _member(_member(body.get("Metadata"), "walint"), "ignore")
    items: Sequence[Value] = [listed] if listed is not None else []
    if isinstance(listed, Known) and isinstance(listed.data, Sequence) and not isinstance(listed.data, str):
        items = listed.data
    found: list[Ignore] = []
    for item in items:
        rule = _text(_member(item, "rule")) or _text(item)
        if rule is not None:
            found.append(Ignore(rule, _text(_member(item, "reason")), _text(_member(item, "until")), item.span))
    return tuple(found)


def _member(value: Value | None, name: str) -> Value | None:
    if isinstance(value, Known) and isinstance(value.data, Mapping):
        return value.data.get(name)
    return None


def _text(value: Value | None) -> str | None:
    if isinstance(value, Known) and isinstance(value.data, str | int | float) and not isinstance(value.data, bool):
        return str(value.data)
    return None
