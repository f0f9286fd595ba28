"""What walint knows about one property: a value, its absence, or the reason why it cannot be told.

A value is exactly one of the classes in `Value`. Rules never see Python data directly, so "not resolvable" can
never be mistaken for "not set": the evaluator carries the reason of an `Unknown` to the verdict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from walint.model.span import Span
from walint.records import dataclass, field

Scalar: TypeAlias = str | int | float | bool | None
Origin: TypeAlias = Literal["explicit", "default", "provider", "inherited"]
"""Who set a value: the user here, AWS or Terraform's provider (the documented default), or the user elsewhere (SAM
Globals, default_tags)."""

Assumption: TypeAlias = tuple[str, str | bool]
"""A variable and the value it takes: ("IsProd", True), ("Env", "prod"). Variables are scoped: "stack.yaml#IsProd"."""


@dataclass(frozen=True, slots=True)
class Known:
    """A value that is known: a scalar, or a mapping or sequence whose members are values themselves.

    `rest` is set on a mapping or sequence that may hold more than what is listed (an unresolved `Fn::Transform`
    among its keys, a dynamic block): a key that is not listed is then unknown, not absent.
    """

    data: Scalar | Mapping[str, Value] | Sequence[Value]
    span: Span | None = None
    origin: Origin = "explicit"
    rest: Unknown | None = None


@dataclass(frozen=True, slots=True)
class Absent:
    """Not set. `span` is that of the parent, the place where a user would add it."""

    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that cannot be told before deployment, with the reason in words.

    `symbol`, when given, identifies the unresolved expression: two unknowns with an equal symbol have the same
    value whatever it turns out to be. Symbols are scoped to their stack or module ("app.yaml#Env").
    `surely_set` says that the property is set for certain and only its value is open (a CloudFormation parameter
    without a default); otherwise it may as well be absent (a key beside an unresolved transform).
    """

    reason: str
    span: Span | None = None
    symbol: str | None = None
    surely_set: bool = False


@dataclass(frozen=True, slots=True)
class Reference:
    """Points at another resource. `target` is that resource's `key`; `attribute` is "Ref" or the attribute's name.

    The target need not exist in the graph (a reference to nothing). `text` is the text it stands for, where known.
    `written` is the attribute in the user's own words, where they differ in kind from CloudFormation's: Terraform's.
    """

    target: str
    attribute: str = "Ref"
    span: Span | None = None
    text: str | None = None
    written: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Text:
    """Partly known text: literal pieces between references and unknowns, in order."""

    pieces: tuple[str | Unknown | Reference, ...]
    span: Span | None = None
    origin: Origin = "explicit"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several possible values and the assumptions, all of them, under which it holds."""

    given: tuple[Assumption, ...]
    value: Value


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Several possible values. The choices are exhaustive and mutually exclusive."""

    choices: tuple[Choice, ...]
    span: Span | None = None


Value: TypeAlias = Known | Absent | Unknown | Reference | Text | Alternatives

TRUE = Known(data=True)


def with_origin(value: Value, origin: Origin) -> Value:
    """The same value, said to be of another origin (of inherited Globals, say). Only known values carry one."""
    match value:
        case Known(data, span, _, rest):
            return Known(data, span, origin, rest)
        case Text(pieces, span, _):
            return Text(pieces, span, origin)
        case _:
            return value
