"""The parameters of a stack and CloudFormation's pseudo-parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from walint.model.span import Span
from walint.model.value import Absent, Alternatives, Choice, Known, Reference, Text, Unknown, Value
from walint.sources.cloudformation.cases import MAX_CHOICES
from walint.sources.cloudformation.scalars import as_text, number
from walint.sources.cloudformation.texts import at

if TYPE_CHECKING:
    from walint.sources.cloudformation.stack import Stack

_PSEUDO = frozenset(
    (
        "AWS::Region", "AWS::AccountId", "AWS::Partition", "AWS::URLSuffix", "AWS::StackName", "AWS::StackId",
        "AWS::NotificationARNs",
    )
)  # fmt: skip
"""The pseudo-parameters, without AWS::NoValue."""

_OF_THE_STACK = frozenset(("AWS::StackName", "AWS::StackId", "AWS::NotificationARNs"))
"""Those that differ between a stack and its nested stacks."""


class Parameters:
    """The values of a stack's parameters: given, by default, or one of the allowed ones."""

    def __init__(self, stack: Stack, declared: Mapping[str, Value]) -> None:
        self._stack = stack
        self._declared = declared
        self._given = stack.deployment.parameters
        self._values: dict[str, Value] = {}

    def __contains__(self, name: object) -> bool:
        return name in self._declared

    def value(self, name: str, span: Span | None) -> Value | None:
        """The value of a parameter or pseudo-parameter where it is used; None for any other name."""
        if name in self._declared:
            value = self._values.get(name)
            if value is None:
                value = self._values[name] = self._resolved(name)
            return _placed(value, span)
        if name == "AWS::NoValue":
            return Absent(span)
        return self._pseudo(name, span) if name in _PSEUDO else None

    def _pseudo(self, name: str, span: Span | None) -> Value:
        given = self._stack.deployment.pseudo(name)
        if given is not None:
            return Known(given, span)
        unit = self._stack.unit if name in _OF_THE_STACK else self._stack.root.unit
        return Unknown(f"{name} is known at deployment", span, f"{unit}#{name}", surely_set=True)

    def _resolved(self, name: str) -> Value:
        symbol = f"{self._stack.unit}#{name}"
        declared = self._declared[name]
        if not isinstance(declared, Known) or isinstance(declared.data, str) or not isinstance(declared.data, Mapping):
            return Unknown(f"parameter {name} is not declared as a mapping", None, symbol, surely_set=True)
        body: Mapping[str, Value] = declared.data
        kind = _text(body.get("Type")) or "String"
        if (_text(body.get("NoEcho")) or "").lower() == "true":
            return Unknown(f"parameter {name} is NoEcho", None, symbol, surely_set=True)
        if kind.startswith("AWS::SSM::Parameter::Value<"):
            reason = f"parameter {name} is read from the SSM Parameter Store at deployment"
            stored = _text(self._given.get(name) or body.get("Default"))  # the path of the parameter in the store
            return Unknown(reason, None, f"ssm#{stored}" if stored else f"{symbol} (ssm)", surely_set=True)
        given = self._given.get(name)
        if given is not None:
            return _typed(given, kind) if isinstance(given, str) else _passed(given, kind)
        default = body.get("Default")
        if default is not None:
            return _passed(default, kind)
        return _allowed(body.get("AllowedValues"), kind, name, symbol)


def _placed(value: Value, span: Span | None) -> Value:
    """The value of a parameter where it is used; its items and choices are said to stand there too."""
    if isinstance(value, Alternatives):
        return Alternatives(tuple(Choice(choice.given, _placed(choice.value, span)) for choice in value.choices), span)
    if isinstance(value, Known) and isinstance(value.data, tuple):
        return Known(tuple(at(item, span) for item in value.data), span)
    return at(value, span)


def _allowed(allowed: Value | None, kind: str, name: str, symbol: str) -> Value:
    """The values that a parameter without a value may take, where they are listed."""
    unknown = Unknown(f"parameter {name} has no default", None, symbol, surely_set=True)
    if not isinstance(allowed, Known) or not isinstance(allowed.data, Sequence) or isinstance(allowed.data, str):
        return unknown
    values = list(dict.fromkeys(_text(item) for item in allowed.data))
    if None in values or not 0 < len(values) <= MAX_CHOICES or "List" in kind:
        return unknown
    texts = [text for text in values if text is not None]
    if len(texts) == 1:
        return _typed(texts[0], kind)
    return Alternatives(tuple(Choice(((symbol, text),), _typed(text, kind)) for text in texts))


def _text(value: Value | str | None) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, Known) and (value.data is None or isinstance(value.data, str | int | float)):
        return as_text(value.data)
    return None


def _typed(text: str, kind: str) -> Value:
    """The value of a parameter of some type, given as text."""
    if kind == "CommaDelimitedList" or kind.startswith("List<"):
        items = [part.strip() for part in text.split(",")] if text else []
        numeric = kind == "List<Number>"
        return Known(tuple(Known(number(item) if numeric else item) for item in items))
    return Known(number(text) if kind == "Number" else text)


def _passed(value: Value, kind: str) -> Value:
    """The value of a parameter as a parent stack passes it, or as its default is written."""
    match value:
        case Known(data=Mapping()):
            return Unknown("a mapping is no value for a parameter", value.span)
        case Known(data=None | str() | int() | float() as scalar):
            return at(_typed(as_text(scalar), kind), value.span)
        case Alternatives(choices=choices):
            passed = (Choice(choice.given, _passed(choice.value, kind)) for choice in choices)
            return Alternatives(tuple(passed), value.span)
        case Text() | Reference() if kind == "CommaDelimitedList" or kind.startswith("List<"):
            return Unknown("the list is put together at deployment", value.span, surely_set=True)
        case Absent():
            return Unknown("no value is passed", value.span)
        case _:
            return value
