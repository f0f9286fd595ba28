"""What expressions see of a module: `var`, `local`, `module`, `data`, resources and their instances."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from walint.model.value import Reference, Unknown
from walint.sources.terraform.values import Handle, TerraformValue

if TYPE_CHECKING:
    from collections.abc import Callable

    from walint.sources.terraform.config import Mode
    from walint.sources.terraform.module import Module


class Names(Handle):
    """`var`, `local`, `module`, or the resources of a type: names whose values are looked up one by one."""

    __slots__ = ("_look_up", "_symbol")

    def __init__(self, symbol: str, look_up: Callable[[str], TerraformValue]) -> None:
        self._symbol = symbol
        self._look_up = look_up

    def attribute(self, name: str) -> TerraformValue:
        """The value of one name."""
        return self._look_up(name)

    def whole(self) -> Unknown:
        """Terraform takes none of them as a whole."""
        return Unknown(f"{self._symbol.rpartition('#')[2]} is not a value", None, self._symbol)


class Types(Handle):
    """`data`: the resources of all types in another mode."""

    __slots__ = ("_mode", "_module")

    def __init__(self, module: Module, mode: Mode) -> None:
        self._module = module
        self._mode = mode

    def attribute(self, name: str) -> TerraformValue:
        """The resources of a type."""
        return self._module.of_type(self._mode, name)

    def whole(self) -> Unknown:
        """It is not a value."""
        return Unknown(f"{self._mode} is not a value")


class Called(Handle):
    """One instance of a module: its outputs."""

    __slots__ = ("_module",)

    def __init__(self, module: Module) -> None:
        self._module = module

    def attribute(self, name: str) -> TerraformValue:
        """The value of an output."""
        return self._module.output(name)

    def names(self) -> Iterable[str] | None:
        """The outputs that it declares."""
        return None if self._module.configuration.damaged else self._module.configuration.outputs.keys()

    def whole(self) -> Unknown:
        """All outputs at once."""
        address = self._module.address
        return Unknown(f"{address} is not wholly known", None, self._module.symbol())


class Opaque(Handle):
    """What cannot be looked into: a module that is not there, or instances whose number is not known."""

    __slots__ = ("_many", "_reason", "_symbol")

    def __init__(self, reason: str, symbol: str | None, *, many: bool) -> None:
        self._reason = reason
        self._symbol = symbol
        self._many = many

    def attribute(self, name: str) -> TerraformValue:
        """An output, or an attribute."""
        return Unknown(self._reason, None, None if self._symbol is None else f"{self._symbol}.{name}")

    def index(self, key: TerraformValue) -> TerraformValue:
        """One of its instances: which one, is known only where the key is."""
        shown = _key(key)
        symbol = None if self._symbol is None or shown is None else f"{self._symbol}[{shown}]"
        return Opaque(self._reason, symbol, many=False)

    def whole(self) -> Unknown:
        """All of it."""
        return Unknown(self._reason, None, self._symbol)

    def several(self) -> bool:
        """Whether it stands for a list or map of instances."""
        return self._many


def _key(key: TerraformValue) -> str | None:
    """A key as it stands in a symbol, None where it has no name of its own."""
    match key:
        case str():
            return f'"{key}"'
        case bool() | None:
            return None
        case int() | float():
            return str(key)
        case Unknown(symbol=symbol):
            return symbol
        case Reference(target, attribute):
            return f"{target}.{attribute}"
        case _:
            return None


class Undeclared(Handle):
    """A resource that no file declares, or whose block was lost in a broken one: its name is known all the same."""

    __slots__ = ("_key",)

    def __init__(self, key: str) -> None:
        """`key` is what its identity in the graph would be."""
        self._key = key

    def attribute(self, name: str) -> TerraformValue:
        """A reference to nothing in the graph."""
        return Reference(self._key, name)

    def index(self, key: TerraformValue) -> TerraformValue:
        """An instance of it."""
        shown = _key(key)
        return self.whole() if shown is None else Undeclared(f"{self._key}[{shown}]")

    def whole(self) -> Unknown:
        """All of it."""
        return Unknown(f"{self._key.rpartition('#')[2]} is not declared", None, self._key)
