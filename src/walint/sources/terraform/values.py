"""What a Terraform expression evaluates to.

Known data are plain Python: None (null), bool, int, float, str, `tuple` (a tuple) and `dict` (an object). A list, a
set and a map are the subclasses `ListOf`, `SetOf` and `MapOf`, so whoever only reads needs to know tuple and dict.
What is not known are the model's own `Unknown`, `Text` (partly known text) and `Reference` (an attribute of a
resource; its `text` is the text it stands for, where known), always without spans: whoever asked for the value knows
where it is written.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from walint.errors import WalintError
from walint.model.value import Assumption, Reference, Text, Unknown


class ListOf(tuple["TerraformValue", ...]):
    """A list: all elements have one type, which matters when it is converted or shown, not when it is read."""


class SetOf(tuple["TerraformValue", ...]):
    """A set: its elements are unique and in the order in which Terraform shows them."""


class MapOf(dict[str, "TerraformValue"]):
    """A map: all values have one type. Its keys are sorted."""


class Sensitive:
    """A value that must never be printed. Decisions may rest on it."""

    __slots__ = ("value",)

    def __init__(self, value: TerraformValue) -> None:
        self.value = value


class OneOf:
    """Several possible values, each with the assumptions under which it holds: exhaustive and mutually exclusive.

    An assumption is a variable and the value it takes, such as ('infra/prod#var.env == "prod"', True).
    """

    __slots__ = ("choices",)

    def __init__(self, choices: tuple[tuple[tuple[Assumption, ...], TerraformValue], ...]) -> None:
        self.choices = choices


class Handle:
    """Something with attributes that are evaluated only when asked for: `var`, `local`, a module, a resource instance.

    Subclasses say what there is. A function that needs the whole of it gets an `Unknown` unless `names` lists all.
    """

    __slots__ = ()

    def attribute(self, name: str) -> TerraformValue:
        """The value of one attribute. Raises `EvaluationError` for one that surely does not exist."""
        raise NotImplementedError

    def names(self) -> Iterable[str] | None:
        """All attribute names, where they are known (the outputs of a module); None for a resource."""
        return None

    def whole(self) -> Unknown:
        """What stands for it where all of it is needed and `names` is None."""
        raise NotImplementedError


TerraformValue: TypeAlias = (
    None
    | bool
    | int
    | float
    | str
    | tuple["TerraformValue", ...]
    | dict[str, "TerraformValue"]
    | Unknown
    | Text
    | Reference
    | OneOf
    | Sensitive
    | Handle
)


class EvaluationError(WalintError):
    """What Terraform itself would refuse: a missing attribute, a value of the wrong type. `try` and `can` catch it."""
