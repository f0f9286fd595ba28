"""What a Terraform expression evaluates to.

Known data are plain Python: None (null), bool, int, float, str, `tuple` (a tuple) and `dict` (an object). A list, a
set and a map are the subclasses `ListOf`, `SetOf` and `MapOf`, so whoever only reads needs to know tuple and dict.
A number that no decimal of 17 digits gives exactly is a `numeric.Real`, which is a float too.
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

    __slots__ = ()


class SetOf(tuple["TerraformValue", ...]):
    """A set: its elements are unique and in the order in which Terraform shows them."""

    __slots__ = ()


class MapOf(dict[str, "TerraformValue"]):
    """A map: all values have one type. Its keys are sorted."""

    __slots__ = ()


class Sensitive:
    """A value that must never be printed. Decisions may rest on it. It never holds another `Sensitive`."""

    __slots__ = ("value",)

    def __init__(self, value: TerraformValue) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sensitive) and self.value == other.value

    __hash__ = None  # type: ignore[assignment] # what it holds may be a dict

    def __repr__(self) -> str:
        return "Sensitive(...)"


class OneOf:
    """Several possible values, each with the assumptions under which it holds: exhaustive and mutually exclusive.

    An assumption is a variable and the value it takes, such as ('infra/prod#var.env == "prod"', True). No choice is a
    `OneOf` itself; the values inside a container may be. A choice that Terraform would refuse is a `Refused`.
    """

    __slots__ = ("choices",)

    def __init__(self, choices: tuple[tuple[tuple[Assumption, ...], TerraformValue], ...]) -> None:
        self.choices = choices

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OneOf) and self.choices == other.choices

    __hash__ = None  # type: ignore[assignment] # what it holds may be a dict

    def __repr__(self) -> str:
        return f"OneOf({self.choices!r})"


class JsonText:
    """What `jsonencode` gives where something inside is not known: JSON text of `value`."""

    __slots__ = ("value",)

    def __init__(self, value: TerraformValue) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, JsonText) and self.value == other.value

    __hash__ = None  # type: ignore[assignment] # what it holds may be a dict

    def __repr__(self) -> str:
        return f"JsonText({self.value!r})"


class Partly:
    """A map, object, list or set of which only some members are known: `merge(var.tags, { Name = "x" })`.

    `known` holds the members that are there for certain (a dict, or a tuple in no certain place); others may exist,
    and `rest` says why they cannot be told. It becomes a model `Known` with that `rest`.
    """

    __slots__ = ("known", "rest")

    def __init__(self, known: dict[str, TerraformValue] | tuple[TerraformValue, ...], rest: Unknown) -> None:
        self.known = known
        self.rest = rest

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Partly) and self.known == other.known and self.rest == other.rest

    __hash__ = None  # type: ignore[assignment] # what it holds may be a dict

    def __repr__(self) -> str:
        return f"Partly({self.known!r}, {self.rest!r})"


class Refused(Unknown):
    """The choice of a `OneOf` under whose assumptions Terraform would stop; `reason` is its complaint."""

    __slots__ = ()


class Handle:
    """Something with attributes that are evaluated only when asked for: `var`, `local`, a module, a resource instance.

    Subclasses say what there is. A function that needs the whole of it gets an `Unknown` unless `names` lists all.
    """

    __slots__ = ()

    def attribute(self, name: str) -> TerraformValue:
        """The value of one attribute. Raises `EvaluationError` for one that surely does not exist."""
        raise NotImplementedError

    def index(self, key: TerraformValue) -> TerraformValue:
        """What `handle[key]` is. A single object has its attributes; instances whose number is not known override it.

        `key` is known text, a known number, or not known.
        """
        if type(key) is str:
            return self.attribute(key)
        return self.whole()

    def names(self) -> Iterable[str] | None:
        """All attribute names, where they are known (the outputs of a module); None for a resource."""
        return None

    def whole(self) -> Unknown:
        """What stands for it where all of it is needed and `names` is None."""
        raise NotImplementedError

    def several(self) -> bool:
        """Whether it stands for a list or map of instances whose number is not known, instead of for one object."""
        return False


TerraformValue: TypeAlias = (
    bool
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
    | JsonText
    | Partly
    | Handle
    | None
)


class EvaluationError(WalintError):
    """What Terraform itself would refuse: a missing attribute, a value of the wrong type. `try` and `can` catch it."""


def normal(text: str) -> str:
    """A text as Terraform keeps every text: in Unicode's form NFC (zclconf/go-cty, `cty.NormalizeString`)."""
    if text.isascii():
        return text
    from unicodedata import normalize

    return normalize("NFC", text)
