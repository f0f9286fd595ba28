"""What the stacks of a scan export, for `Fn::ImportValue`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from walint.model.span import Span
from walint.model.value import Known, Text, Unknown, Value
from walint.sources.cloudformation.texts import at, canonical

if TYPE_CHECKING:
    from walint.sources.cloudformation.stack import Stack


class Calls:
    """How many function calls are open, over all stacks of a scan."""

    __slots__ = ("depth",)

    def __init__(self) -> None:
        self.depth = 0


class Exports:
    """The exports of all stacks, read when the first import asks for one."""

    def __init__(self) -> None:
        self.stacks: list[Stack] = []
        self.calls = Calls()
        self._found: dict[str, list[Value]] | None = None
        self._open: set[str] = set()

    def imported(self, name: Value, span: Span | None, unit: str) -> Value:
        """The exported value of this name; unknown when no stack of the scan, or more than one, exports it."""
        form = canonical(name)
        shown = name.data if isinstance(name, Known) and isinstance(name.data, str) else None
        label = f"Fn::ImportValue {shown}" if shown else "Fn::ImportValue"
        if form is not None and form not in self._open:
            self._open.add(form)
            try:
                values = self._values().get(form, [])
                if len(values) == 1:
                    return at(values[0], span)
            finally:
                self._open.discard(form)
        scope = "" if isinstance(name, Known) else f"{unit}#"
        symbol = f"{scope}Fn::ImportValue({form})" if form is not None else None
        reason = f"{label} is exported by no template of this scan"
        if isinstance(name, Text | Unknown):
            reason = "the name of the import is known at deployment"
        return Unknown(reason, span, symbol, surely_set=True)

    def _values(self) -> dict[str, list[Value]]:
        if self._found is None:
            self._found = {}
            for stack in self.stacks:
                for output in stack.outputs:
                    self._add(stack.outputs[output])
        return self._found

    def _add(self, body: Value) -> None:
        if not isinstance(body, Known) or not isinstance(body.data, Mapping):
            return
        export, value = body.data.get("Export"), body.data.get("Value")
        name = export.data.get("Name") if isinstance(export, Known) and isinstance(export.data, Mapping) else None
        form = canonical(name) if name is not None else None
        if form is not None and value is not None and self._found is not None:
            self._found.setdefault(form, []).append(value)
