"""One instance of a module, evaluated on demand: whatever is asked for is evaluated once, and nothing else is.

What is being evaluated is marked, so that a value that needs itself is found out and becomes unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, TypeVar, cast

from walint.model.value import Unknown
from walint.sources.terraform import modules
from walint.sources.terraform.config import span_of
from walint.sources.terraform.data_sources import Data
from walint.sources.terraform.handles import Called, Names, Opaque, Types, Undeclared
from walint.sources.terraform.instances import ONE, Expansion, Presence, by_count, by_each
from walint.sources.terraform.managed import Managed
from walint.sources.terraform.providers import Providers
from walint.sources.terraform.shaping import Shaper
from walint.sources.terraform.values import EvaluationError, Handle, OneOf, TerraformValue
from walint.sources.terraform.variables import Given, Variable

if TYPE_CHECKING:
    from walint.model.span import Span
    from walint.sources.terraform.budget import Budget
    from walint.sources.terraform.config import Configuration, Declared, Mode
    from walint.sources.terraform.files import Sandbox
    from walint.sources.terraform.hcl import ast
    from walint.sources.terraform.root import Root

_RUNNING: Final = object()
_T = TypeVar("_T")


class ModuleScope:
    """What the expressions of a module see, with `count` or `each` of the block they stand in."""

    __slots__ = ("budget", "files", "module", "names")

    def __init__(self, module: Module, names: Mapping[str, TerraformValue]) -> None:
        self.module = module
        self.names = names
        self.budget: Budget = module.root.budget
        self.files: Sandbox | None = module.root.sandbox

    def lookup(self, name: str) -> TerraformValue | None:
        """The value of a root name."""
        if name in self.names:
            return self.names[name]
        return self.module.lookup(name)


class Module:
    """One instance of a module.

    address    "" for the root module, 'module.api["blue"]' for a called one
    call       the instance of the `module` block that called it; None for the root
    presence   when it exists
    ancestors  the folders of the modules that led here, itself included
    """

    def __init__(
        self,
        root: Root,
        configuration: Configuration,
        *,
        given: Given | None = None,
        call: modules.Call | None = None,
        presence: Presence = True,
    ) -> None:
        self.root = root
        self.configuration = configuration
        self.given = given
        self.call = call
        self.presence = presence
        self.address: str = call.address if call else ""
        self.ancestors: tuple[str, ...] = (*(call.module.ancestors if call else ()), configuration.folder)
        self.shaper = Shaper(root, call.blamed if call else None)
        self.providers = Providers(self)
        self.scope = ModuleScope(self, {})
        self._memo: dict[object, object] = {}
        self._roots: dict[str, TerraformValue] = {}
        root.folders.add(configuration.shown)
        root.files.update(configuration.paths)

    def symbol(self, tail: str = "") -> str:
        """The scoped name of something in this module: 'infra/prod#module.api.var.env'."""
        inner = ".".join(part for part in (self.address, tail) if part)
        return f"{self.root.unit}#{inner}"

    def scoped(self, names: Mapping[str, TerraformValue]) -> ModuleScope:
        """The scope of a block with `count` or `each`."""
        return ModuleScope(self, names) if names else self.scope

    def evaluate(
        self, attribute: tuple[ast.Attribute, ast.File], names: Mapping[str, TerraformValue] | None = None
    ) -> TerraformValue:
        """The value of an argument of a block with these names."""
        return self.root.evaluate(attribute[0].expression, attribute[1], self.scoped(names or {}))

    def lookup(self, name: str) -> TerraformValue | None:
        """The value of a root name; None where there is none."""
        found = self._roots.get(name)
        if found is None:
            found = self._root_name(name)
            if found is not None:
                self._roots[name] = found
        return found

    def _root_name(self, name: str) -> TerraformValue | None:
        match name:
            case "var":
                return Names(self.symbol("var"), self.variable)
            case "local":
                return Names(self.symbol("local"), self.local)
            case "module":
                return Names(self.symbol("module"), self.called)
            case "data" | "ephemeral":
                return Types(self, cast("Mode", name))
            case "path":
                return self._paths()
            case "terraform":
                return self._terraform()
            case "each" | "count" | "self":
                return None
            case _:
                return self.of_type("managed", name) if "_" in name else None

    def _paths(self) -> TerraformValue:
        import os

        inner = os.path.relpath(self.configuration.folder, self.root.folder).replace(os.sep, "/")
        cwd = Unknown("path.cwd depends on the machine", None, f"{self.root.unit}#path.cwd")
        return {"module": inner, "root": ".", "cwd": cwd}

    def _terraform(self) -> TerraformValue:
        name = self.root.settings.workspace
        return {"workspace": name, "env": name, "applying": False}

    def of_type(self, mode: Mode, type_: str) -> Names:
        """The resources of a type, by name."""
        prefix = "" if mode == "managed" else f"{mode}."
        return Names(self.symbol(f"{prefix}{type_}"), lambda name: self.resource(mode, type_, name))

    def demand(self, key: object, address: str, compute: Callable[[], _T], otherwise: Callable[[Unknown], _T]) -> _T:
        """What `compute` gives, found once. `otherwise` makes of a reason what stands for a value that needs itself."""
        found = self._memo.get(key)
        if found is _RUNNING:
            return otherwise(Unknown(f"{address} depends on itself", None, self.symbol(address)))
        if found is not None or key in self._memo:
            return cast("_T", found)
        self._memo[key] = _RUNNING
        try:
            value = compute()
        except BaseException:
            del self._memo[key]
            raise
        self._memo[key] = value
        return value

    def value(
        self, key: object, address: str, compute: Callable[[], TerraformValue], span: Callable[[], Span]
    ) -> TerraformValue:
        """A value, found once; `span` is where it is declared."""

        def cyclic(why: Unknown) -> Unknown:
            self.root.cycle(why.reason, span())
            return why

        return self.demand(key, address, compute, cyclic)

    def variable(self, name: str) -> TerraformValue:
        """The value of an input variable. Raises `EvaluationError` where it is not declared."""
        declared = self.configuration.variables.get(name)
        if declared is None:
            return self._undeclared(f"var.{name}")
        return self.value(("var", name), f"var.{name}", lambda: self._variable(name, declared), lambda: declared.span)

    def _variable(self, name: str, declared: Declared) -> TerraformValue:
        symbol = self.symbol(f"var.{name}")
        try:
            variable = Variable(name, declared)
            value = self._given(variable)
            if value is None or (value[0] is None and not variable.nullable):
                value = (self.evaluate(variable.default),) if variable.default else (variable.unset(symbol),)
            return variable.settled(value[0])
        except EvaluationError as error:
            self.root.complain(error.message, declared.span)
            return Unknown(f"var.{name}: {error.message}", None, symbol)

    def _given(self, variable: Variable) -> tuple[TerraformValue] | None:
        """What the caller, or the user, gives for a variable."""
        if self.call is not None:
            attribute = self.call.declared.body.attributes.get(variable.name)
            return None if attribute is None else (self.call.module.evaluate(attribute, self.call.names),)
        return self.given.value(variable) if self.given else None

    def local(self, name: str) -> TerraformValue:
        """The value of a local. Raises `EvaluationError` where it is not declared."""
        attribute = self.configuration.locals.get(name)
        if attribute is None:
            return self._undeclared(f"local.{name}")
        return self.value(
            ("local", name), f"local.{name}", lambda: self.evaluate(attribute), lambda: span_of(attribute)
        )

    def output(self, name: str) -> TerraformValue:
        """The value of an output. Raises `EvaluationError` where it is not declared."""
        declared = self.configuration.outputs.get(name)
        attribute = declared.body.attributes.get("value") if declared else None
        if attribute is None:
            return self._undeclared(f"{self.address or 'output'}.{name}")
        return self.value(
            ("output", name), f"output.{name}", lambda: self.evaluate(attribute), lambda: span_of(attribute)
        )

    def _undeclared(self, address: str) -> TerraformValue:
        if self.configuration.damaged:
            return Unknown(f"{address} is not in what could be read of the module", None, self.symbol(address))
        raise EvaluationError(f"{address} is not declared")

    def expansion(self, key: tuple[str, ...], address: str, declared: Declared) -> Expansion:
        """The instances of a resource or of a module call."""

        def cyclic(why: Unknown) -> Expansion:
            self.root.complain(why.reason, declared.span)
            return Expansion("one", ONE.entries, (), why)

        return self.demand(("expansion", *key), address, lambda: self._expansion(address, declared), cyclic)

    def _expansion(self, address: str, declared: Declared) -> Expansion:
        symbol = self.symbol(address)
        for name, expand in (("count", by_count), ("for_each", by_each)):
            attribute = declared.body.attributes.get(name)
            if attribute is None:
                continue
            value = self.evaluate(attribute)
            try:
                return expand(value, symbol)
            except EvaluationError as error:
                self.root.complain(error.message, span_of(attribute))
                return expand(Unknown(error.message), symbol)
        return ONE

    def resource(self, mode: Mode, type_: str, name: str) -> TerraformValue:
        """What `type.name` is: an instance, or a list or map of instances."""
        declared = self.configuration.resources.get((mode, type_, name))
        prefix = "" if mode == "managed" else f"{mode}."
        address = f"{prefix}{type_}.{name}"
        if declared is None:
            if mode != "managed":
                return self._undeclared(address)
            if not self.configuration.damaged:
                self.root.undeclared.setdefault(self.configuration.paths[0], {})[address] = None
            return Undeclared(self.symbol(address))
        expansion = self.expansion((mode, type_, name), address, declared)
        return _collection(expansion, self.symbol(address), lambda at: self.instance(mode, type_, name, at))

    def instance(self, mode: Mode, type_: str, name: str, position: int) -> Managed | Data:
        """One instance of a resource, by its position among them."""

        def make() -> Managed | Data:
            declared = self.configuration.resources[mode, type_, name]
            prefix = "" if mode == "managed" else f"{mode}."
            address = f"{prefix}{type_}.{name}"
            entry = self.expansion((mode, type_, name), address, declared).entries[position]
            kind = Managed if mode == "managed" else Data
            return kind(self, declared, address + entry.key, entry)

        return self.demand(("instance", mode, type_, name, position), name, make, lambda _: make())

    def called(self, name: str) -> TerraformValue:
        """What `module.name` is: the outputs of a module, or a list or map of them."""
        declared = self.configuration.calls.get(name)
        if declared is None:
            return self._undeclared(f"module.{name}")
        callee = self.callee(name)
        expansion = self.expansion(("module", name), f"module.{name}", declared)
        if isinstance(callee, str):
            return Opaque(callee, self.symbol(f"module.{name}"), many=expansion.kind != "one")
        symbol = self.symbol(f"module.{name}")
        return _collection(expansion, symbol, lambda at: Called(self.child(name, at)))

    def callee(self, name: str) -> Configuration | str:
        """The configuration that a module call names, or why there is none."""
        declared = self.configuration.calls[name]
        return self.demand(
            ("callee", name), name, lambda: modules.callee(self, name, declared), lambda unknown: unknown.reason
        )

    def child(self, name: str, position: int) -> Module:
        """One instance of a called module."""

        def make() -> Module:
            callee = self.callee(name)
            assert not isinstance(callee, str)  # noqa: S101 - whoever asks has looked
            declared = self.configuration.calls[name]
            entry = self.expansion(("module", name), f"module.{name}", declared).entries[position]
            return modules.child(self, name, declared, entry, callee)

        return self.demand(("child", name, position), name, make, lambda _: make())


def _collection(expansion: Expansion, symbol: str, one: Callable[[int], Handle]) -> TerraformValue:
    """The instances of a block as a value."""
    if expansion.kind == "one":
        return one(0)
    if expansion.unknown is not None:
        return Opaque(expansion.unknown.reason, symbol, many=True)
    choices: list[tuple[tuple[tuple[str, str | bool], ...], TerraformValue]] = []
    for given, positions in expansion.cases:
        if expansion.kind == "count":
            choices.append((given, tuple(one(position) for position in positions)))
        else:
            choices.append((given, {expansion.entries[position].text: one(position) for position in positions}))
    return choices[0][1] if len(choices) == 1 else OneOf(tuple(choices))
