"""One instance of a managed resource, as expressions see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from walint.catalog.identity import attribute_before, terraform_attribute
from walint.model.value import Reference, Unknown
from walint.sources.terraform.blocks import Case, Occurrence, occurrences
from walint.sources.terraform.config import Part, is_json
from walint.sources.terraform.values import Handle, ListOf, OneOf, TerraformValue

if TYPE_CHECKING:
    from walint.sources.terraform.config import Declared
    from walint.sources.terraform.instances import Entry
    from walint.sources.terraform.module import Module, ModuleScope
    from walint.sources.terraform.scope import Scope


class Managed(Handle):
    """An instance of a `resource` block. What is configured has its value; the rest is known after apply."""

    __slots__ = ("address", "declared", "entry", "module", "scope")

    def __init__(self, module: Module, declared: Declared, local: str, entry: Entry) -> None:
        """`local` is its address inside its module."""
        self.module = module
        self.declared = declared
        self.entry = entry
        self.address = ".".join(part for part in (module.address, local) if part)
        self.scope: ModuleScope = module.scoped(entry.names)

    @property
    def key(self) -> str:
        """Its identity in the graph."""
        return f"{self.module.root.unit}#{self.address}"

    def attribute(self, name: str) -> TerraformValue:
        """An argument or attribute."""
        memo = ("attribute", self.address, name)
        return self.module.value(
            memo, f"{self.address}.{name}", lambda: self._attribute(name), lambda: self.declared.span
        )

    def _attribute(self, name: str) -> TerraformValue:
        before = attribute_before(self.declared.labels[0], name)
        if before is not None:
            from walint.sources.terraform.releases import is_before  # one attribute needs it

            name = before[1] if is_before(self.module, before[0]) else name
        configured = self.declared.body.attributes.get(name)
        if configured is not None:
            value = self.module.root.evaluate(configured[0].expression, configured[1], self.scope)
            if value is None:
                return Reference(self.key, name)
            if terraform_attribute(self.declared.labels[0], name) is None:
                return value
            text = value if isinstance(value, str) else value.text if isinstance(value, Reference) else None
            return Reference(self.key, name, text=text)
        cases = occurrences(self.declared.body, self.scope, self.module.root).get(name)
        return Reference(self.key, name) if cases is None else self._blocks(name, cases)

    def _blocks(self, name: str, cases: tuple[Case, ...]) -> TerraformValue:
        """Nested blocks of a type, as a list."""
        choices: list[tuple[tuple[tuple[str, str | bool], ...], TerraformValue]] = []
        for case in cases:
            if case.rest is not None:
                return Unknown(case.rest.reason, None, f"{self.key}.{name}")
            blocks = (Nested(self, f"{name}[{i}]", one) for i, one in enumerate(case.blocks))
            choices.append((case.given, ListOf(blocks)))
        return choices[0][1] if len(choices) == 1 else OneOf(tuple(choices))

    def whole(self) -> Unknown:
        """All attributes at once."""
        return Unknown(f"{self.address} is not wholly known before it is deployed", None, self.key)


class Nested(Handle):
    """A nested block of a resource, as expressions see it."""

    __slots__ = ("_block", "_owner", "_path")

    def __init__(self, owner: Managed, path: str, block: Occurrence) -> None:
        self._owner = owner
        self._path = path
        self._block = block

    def attribute(self, name: str) -> TerraformValue:
        """An argument, or what AWS fills in."""
        part: Part = self._block.part
        scope: Scope = self._block.scope
        root = self._owner.module.root
        configured = part.attributes.get(name)
        path = f"{self._path}.{name}"
        if configured is not None and not is_json(configured[1]):
            value = root.evaluate(configured[0].expression, configured[1], scope)
            return Reference(self._owner.key, path) if value is None else value
        cases = occurrences(part, scope, root).get(name)
        if cases is None or len(cases) > 1 or cases[0].rest is not None:
            return Reference(self._owner.key, path)
        return ListOf(Nested(self._owner, f"{path}[{i}]", one) for i, one in enumerate(cases[0].blocks))

    def whole(self) -> Unknown:
        """The block as a value."""
        symbol = f"{self._owner.key}.{self._path}"
        return Unknown(f"{symbol.rpartition('#')[2]} is not wholly known before it is deployed", None, symbol)
