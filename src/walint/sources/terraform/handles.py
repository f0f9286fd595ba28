"""What expressions see of a module: `var`, `local`, `module`, `data`, resources and their instances."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from walint.model.value import Unknown
from walint.sources.terraform.values import EvaluationError, Handle, TerraformValue

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
    """A module that is not there to be read: any output is unknown."""

    __slots__ = ("_many", "_reason", "_symbol")

    def __init__(self, reason: str, symbol: str, *, many: bool) -> None:
        self._reason = reason
        self._symbol = symbol
        self._many = many

    def attribute(self, name: str) -> TerraformValue:
        """An output."""
        return Unknown(self._reason, None, f"{self._symbol}.{name}")

    def index(self, key: TerraformValue) -> TerraformValue:
        """One of its instances."""
        shown = f'"{key}"' if isinstance(key, str) else str(key) if isinstance(key, int | float) else "*"
        return Opaque(self._reason, f"{self._symbol}[{shown}]", many=False)

    def whole(self) -> Unknown:
        """All outputs at once."""
        return Unknown(self._reason, None, self._symbol)

    def several(self) -> bool:
        """Whether it has `count` or `for_each`."""
        return self._many


class Several(Handle):
    """Instances whose number is not known: one of them stands for all."""

    __slots__ = ("_one", "_why")

    def __init__(self, one: TerraformValue, why: Unknown) -> None:
        self._one = one
        self._why = why

    def attribute(self, name: str) -> TerraformValue:
        """Instances are asked for by index; a map of them has a name for each."""
        if isinstance(self._one, Handle):
            return self._one
        raise EvaluationError(f"there is no {name}")

    def index(self, key: TerraformValue) -> TerraformValue:  # noqa: ARG002 - each is like the others
        """One of the instances."""
        return self._one

    def whole(self) -> Unknown:
        """All instances."""
        return self._why

    def several(self) -> bool:
        """It does."""
        return True
