"""All resources of a root module: those it declares itself and those of the modules it calls."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from walint.catalog.identity import terraform_attribute
from walint.model.graph import Unseen
from walint.model.value import Known, Reference, Text, Unknown
from walint.sources.terraform.blocks import body, meta
from walint.sources.terraform.handles import Called
from walint.sources.terraform.instances import both, presence_value
from walint.sources.terraform.managed import Managed
from walint.sources.terraform.modules import META
from walint.sources.terraform.resource import TerraformResource
from walint.sources.terraform.root import MOST_MODULES, MOST_RESOURCES
from walint.sources.terraform.values import JsonText, OneOf, Partly, Sensitive, TerraformValue

if TYPE_CHECKING:
    from walint.sources.terraform.config import Declared
    from walint.sources.terraform.instances import Presence
    from walint.sources.terraform.module import Module

RESOURCE_META = frozenset(("count", "for_each", "provider", "depends_on", "lifecycle", "provisioner", "connection"))
_DEEPEST = 20


class Collector:
    """Walks through the modules of one root. What it finds goes to the root."""

    def __init__(self, top: Module, prefixes: tuple[str, ...], note: str = "") -> None:
        """Resources whose type begins with one of the prefixes are taken; `note` goes to each of them."""
        self._top = top
        self._root = top.root
        self._prefixes = prefixes
        self._note = note
        self._full = False
        self._passed: list[tuple[str, frozenset[str] | None, set[str], set[str]]] = []
        """For each module that is not there: why, what types it declares if that is known, and what it is given."""

    def run(self) -> None:
        """Collects everything."""
        self._module(self._top)
        for reason, types, keys, texts in self._passed:
            named = (one.key for one in self._root.resources if texts and not texts.isdisjoint(_names(one)))
            spelled = frozenset(text for text in texts if "\0" not in text)
            concerned = frozenset((*keys, *named))
            self._root.unseen.append(
                Unseen(reason, self._root.unit, concerned, types=types, nested=False, texts=spelled)
            )
        self._root.unseen[:] = dict.fromkeys(self._root.unseen)

    def _module(self, module: Module) -> None:
        for (mode, type_, name), declared in module.configuration.resources.items():
            if mode == "managed" and type_.startswith(self._prefixes):
                self._resources(module, type_, name, declared)
        for name, declared in module.configuration.calls.items():
            self._call(module, name, declared)

    def _resources(self, module: Module, type_: str, name: str, declared: Declared) -> None:
        local = f"{type_}.{name}"
        expansion = module.expansion(("managed", type_, name), local, declared)
        taken = 0
        for position, entry in enumerate(expansion.entries):
            presence = both(module.presence, expansion.unknown or entry.presence)
            if presence is False:
                continue
            taken += 1
            if len(self._root.resources) >= MOST_RESOURCES:
                self._overflow(declared)
                return
            instance = module.instance("managed", type_, name, position)
            self._root.resources.append(self._resource(module, instance, presence))
        if not taken:
            address = ".".join(part for part in (module.address, local) if part)
            self._root.left_out[address] = module.shaper.blamed or declared.span

    def _overflow(self, declared: Declared) -> None:
        if not self._full:
            self._full = True
            reason = f"{self._root.unit} has more than {MOST_RESOURCES:,} resources; the rest is not judged"
            self._root.error(reason, declared.span, "judge its modules one by one")
            self._root.unseen.append(Unseen(reason, self._root.unit, nested=False))

    def _resource(self, module: Module, instance: Managed, presence: Presence) -> TerraformResource:
        declared, shaper, scope = instance.declared, module.shaper, instance.scope
        type_, name = declared.labels
        span = shaper.blamed or declared.span
        rest = Unknown("the block cannot be read wholly", span) if declared.broken else None
        values = body(declared.body, scope, shaper, RESOURCE_META)
        return TerraformResource(
            unit=self._root.unit,
            address=instance.address,
            type=type_,
            name=name,
            source="terraform",
            body=Known(values, span, rest=rest),
            span=span,
            declared=(declared.file.path, declared.start),
            meta=meta(declared.body, scope, shaper),
            presence=presence_value(presence),
            provider=module.providers.of(declared, type_),
            module=module.address,
            fetched=shaper.blamed is not None,
            note=_place(declared) if shaper.blamed else self._note,
        )

    def _call(self, module: Module, name: str, declared: Declared) -> None:
        callee = module.callee(name)
        if isinstance(callee, str):
            self._opaque(module, callee, declared)
            return
        expansion = module.expansion(("module", name), f"module.{name}", declared)
        for position in range(len(expansion.entries)):
            child = module.child(name, position)
            if child.presence is not False:
                self._module(child)
        if not expansion.entries:
            self._root.left_out[".".join(part for part in (module.address, f"module.{name}") if part)] = declared.span

    def _opaque(self, module: Module, reason: str, declared: Declared) -> None:
        """Notes what is passed into a module that is not there."""
        if self._root.modules >= MOST_MODULES:
            self._root.unseen.append(Unseen(reason, self._root.unit, nested=False))
            return
        keys: set[str] = set()
        texts: set[str] = set()
        name = declared.labels[0]
        for entry in module.expansion(("module", name), f"module.{name}", declared).entries:
            for argument, attribute in declared.body.attributes.items():
                if argument in META:
                    continue
                for piece in leaves(module.evaluate(attribute, entry.names)):
                    if isinstance(piece, Managed):
                        keys.add(piece.key)
                    elif isinstance(piece, Reference):
                        keys.add(piece.target)
                    elif (text := _spelled(piece)) is not None:
                        texts.add(text)
        self._passed.append((reason, _types(module, declared), keys, texts))


def _types(module: Module, declared: Declared) -> frozenset[str] | None:
    """What a module that is not there declares, where it is a well-known one."""
    from walint.catalog.terraform_modules import declared_by  # few root modules need it

    attribute = declared.body.attributes.get("source")
    source = module.evaluate(attribute) if attribute else None
    return declared_by(source) if isinstance(source, str) else None


def _place(declared: Declared) -> str:
    return f"it is declared in {declared.file.path}:{declared.span.start_line}"


def leaves(value: TerraformValue, depth: int = 0) -> Iterator[TerraformValue]:  # noqa: C901
    """The references, texts and resources in a value."""
    if depth > _DEEPEST:
        return
    inner: list[TerraformValue] = []
    match value:
        case dict():
            inner = list(value.values())
        case tuple():
            inner = list(value)
        case OneOf(choices=choices):
            inner = [choice for _, choice in choices]
        case Sensitive(value=held) | JsonText(value=held):
            inner = [held]
        case Partly(known=known):
            inner = list(known.values() if isinstance(known, dict) else known)
        case Called():
            inner = [value.attribute(name) for name in value.names() or ()]
        case Text(pieces):
            yield value
            inner = [piece for piece in pieces if isinstance(piece, Reference)]
        case Reference() | Managed() | str():
            yield value
    for each in inner:
        yield from leaves(each, depth + 1)


def _names(resource: TerraformResource) -> Iterator[str]:
    """What identifies a resource, as configured: names of functions, queues and the like."""
    data = resource.body.data
    for name, value in data.items() if isinstance(data, dict) else ():
        if terraform_attribute(resource.type, name) is not None:
            text = _spelled(str(value.data) if isinstance(value, Known) and isinstance(value.data, str) else value)
            if text is not None:
                yield text


def _spelled(value: object) -> str | None:
    """A text, or a partly known one, so that equal ones compare equal."""
    match value:
        case str():
            return value or None
        case Text(pieces):
            parts = (piece if isinstance(piece, str) else _symbol(piece) for piece in pieces)
            listed = [part for part in parts if part is not None]
            return "".join(listed) if len(listed) == len(pieces) else None
        case Unknown(symbol=str() as symbol):
            return f"\0{symbol}\0"
        case _:
            return None


def _symbol(piece: Reference | Unknown) -> str | None:
    if isinstance(piece, Reference):
        return f"\0{piece.target}.{piece.attribute}\0"
    return None if piece.symbol is None else f"\0{piece.symbol}\0"
