"""What happens to values that are not known: their reasons and symbols, and results that depend on conditions.

A symbol names an unresolved expression in one canonical way, `upper(infra/prod#var.env)`, so that equal expressions
compare equal whatever they turn out to be. It is given up once it is longer than `LONGEST_SYMBOL`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeAlias

from walint.model.value import Assumption, Reference, Text, Unknown
from walint.sources.terraform import numeric
from walint.sources.terraform.values import (
    EvaluationError,
    Handle,
    JsonText,
    OneOf,
    Partly,
    Refused,
    Sensitive,
    TerraformValue,
)

LONGEST_SYMBOL: Final = 200
MOST_CHOICES: Final = 16

Given: TypeAlias = tuple[Assumption, ...]
NOT_PLAIN: Final = (OneOf, Sensitive, Handle)
"""What operators and functions never see: `apply` takes it away before it calls them."""


def symbol_of(value: TerraformValue, room: int = LONGEST_SYMBOL) -> str | None:
    """The symbol of a value, None where it has none or a longer one than there is room for."""
    symbol = _symbol(value, room) if room > 0 else None
    return symbol if symbol is not None and len(symbol) <= room else None


def _symbol(value: TerraformValue, room: int) -> str | None:  # noqa: C901 - one arm per kind of value
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return quoted(value) if len(value) <= room else None
        case int() | float():
            return numeric.text(value)
        case Unknown():
            return value.symbol
        case Reference():
            return f"{value.target}.{value.attribute}"
        case Text():
            pieces = (_symbol_in_text(piece) for piece in value.pieces)
            return _joined('"', pieces, '"', room, between="")
        case tuple():
            return _joined("[", (symbol_of(item, room) for item in value), "]", room)
        case dict():
            members = ((quoted(name), symbol_of(member, room)) for name, member in value.items())
            return _joined("{", (symbol and f"{name}: {symbol}" for name, symbol in members), "}", room)
        case JsonText():
            inner = symbol_of(value.value, room)
            return inner and f"jsonencode({inner})"
        case _:
            return None


def quoted(text: str) -> str:
    """A text between quotes, with the quotes and line ends inside it escaped."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _symbol_in_text(piece: str | Unknown | Reference) -> str | None:
    if isinstance(piece, str):
        return quoted(piece)[1:-1]
    symbol = _symbol(piece, LONGEST_SYMBOL)
    return symbol and f"${{{symbol}}}"


def _joined(start: str, symbols: Iterable[str | None], end: str, room: int, between: str = ", ") -> str | None:
    parts: list[str] = []
    length = 0
    for symbol in symbols:
        if symbol is None:
            return None
        length += len(symbol)
        if length > room:
            return None
        parts.append(symbol)
    return f"{start}{between.join(parts)}{end}"


def unknown_of(value: TerraformValue) -> Unknown:
    """What is not known about a value, as one unknown: a container has the reason of its first unknown member."""
    if isinstance(value, Unknown):
        return value
    return Unknown(reason_of(value) or "it is not known", symbol=symbol_of(value), surely_set=True)


def reason_of(value: TerraformValue) -> str | None:  # noqa: C901 - one arm per kind of value
    """Why a value is not wholly known, in words; None where it is known."""
    match value:
        case Unknown():
            return value.reason
        case Reference():
            if value.text is not None:
                return None
            return f"{value.target.rpartition('#')[2]}.{value.attribute} is known after apply"
        case Text():
            return _first_reason(piece for piece in value.pieces if not isinstance(piece, str))
        case tuple():
            return _first_reason(value)
        case dict():
            return _first_reason(value.values())
        case Partly():
            return value.rest.reason
        case OneOf():
            return _first_reason(choice for _, choice in value.choices) or f"it depends on {_conditions(value)}"
        case Sensitive() | JsonText():
            return reason_of(value.value)
        case Handle():
            return value.whole().reason
        case _:
            return None


def _first_reason(values: Iterable[TerraformValue]) -> str | None:
    for value in values:
        reason = reason_of(value)
        if reason is not None:
            return reason
    return None


def _conditions(value: OneOf) -> str:
    names = dict.fromkeys(name for given, _ in value.choices for name, _ in given)
    return " and ".join(names) or "a condition"


def pending(symbol: str | None, *causes: TerraformValue) -> Unknown:
    """The result of a pure operation on values of which one is not known. The first of them is the root cause."""
    reason = _first_reason(causes) or "it is not known"
    if symbol is not None and len(symbol) > LONGEST_SYMBOL:
        symbol = None
    return Unknown(reason, symbol=symbol, surely_set=True)


def member_of(value: Unknown, name: str) -> Unknown:
    """An attribute or element of something unknown. It may be null, as far as anybody can tell."""
    symbol = value.symbol and f"{value.symbol}{name if name.startswith('[') else '.' + name}"
    return Unknown(value.reason, symbol=symbol if symbol and len(symbol) <= LONGEST_SYMBOL else None)


def maybe_null(value: Unknown) -> Unknown:
    """An unknown that may as well turn out to be null."""
    return Unknown(value.reason, symbol=value.symbol)


def symbol_of_call(name: str, arguments: Sequence[TerraformValue]) -> str | None:
    """The symbol of a function's result."""
    return _joined(f"{name}(", (symbol_of(argument) for argument in arguments), ")", LONGEST_SYMBOL)


def sensitive(value: TerraformValue) -> TerraformValue:
    """A value, marked."""
    return value if isinstance(value, Sensitive) else Sensitive(value)


def plain(value: TerraformValue) -> TerraformValue:
    """A value without what only delays it: a handle becomes an object, or what stands for it as a whole."""
    if isinstance(value, Handle):
        names = value.names()
        return value.whole() if names is None else {name: value.attribute(name) for name in sorted(names)}
    return value


def apply(run: Callable[..., TerraformValue], *arguments: TerraformValue) -> TerraformValue:
    """Calls an operation with values of which none is sensitive, a handle, or one of several.

    What it gives is marked again, or becomes one of several: one for each combination that does not contradict itself.
    """
    marked = False
    secret = False
    several = False
    values: list[TerraformValue] = []
    for argument in arguments:
        value = plain(argument)
        while isinstance(value, Sensitive):
            marked = True
            value = plain(value.value)
            secret = secret or not isinstance(value, (Unknown, Reference))
        several = several or isinstance(value, OneOf)
        values.append(value)
    result = distribute(run, values) if several else run(*values)
    if secret and isinstance(result, Unknown):
        # Its symbol may spell out what was marked.
        result = Unknown(result.reason, surely_set=result.surely_set)
    return sensitive(result) if marked else result


def distribute(run: Callable[..., TerraformValue], arguments: Sequence[TerraformValue]) -> TerraformValue:
    """Calls an operation once for every combination of the choices of its arguments."""
    worlds: list[tuple[Given, tuple[TerraformValue, ...]]] = [((), ())]
    for argument in arguments:
        if not isinstance(argument, OneOf):
            worlds = [(given, (*values, argument)) for given, values in worlds]
            continue
        worlds = [
            (both, (*values, choice))
            for given, values in worlds
            for more, choice in argument.choices
            if (both := together(given, more)) is not None
        ]
        if len(worlds) > MOST_CHOICES:
            return too_many(arguments)
    return one_of((given, attempt(apply, run, *values)) for given, values in worlds)


def too_many(causes: Iterable[TerraformValue]) -> Unknown:
    """What becomes of a result with more choices than are followed."""
    first = _first_reason(causes) or "it depends on conditions"
    return Unknown(f"{first}, in more than {MOST_CHOICES} combinations")


def together(given: Given, more: Given) -> Given | None:
    """Two sets of assumptions as one; None where they contradict each other."""
    result = dict(given)
    for name, value in more:
        if result.setdefault(name, value) != value:
            return None
    return tuple(result.items())


def attempt(run: Callable[..., TerraformValue], *arguments: object) -> TerraformValue:
    """What an operation gives, or that Terraform would refuse it; what it has refused already stays refused."""
    for argument in arguments:
        if isinstance(argument, Refused):
            return argument
    try:
        return run(*arguments)
    except EvaluationError as error:
        return Refused(error.message)


def one_of(choices: Iterable[tuple[Given, TerraformValue]]) -> TerraformValue:
    """Several possible values as one: choices within choices are flattened, and a single one is itself.

    Raises `EvaluationError` where Terraform would refuse all of them.
    """
    flat: list[tuple[Given, TerraformValue]] = []
    for given, value in choices:
        if isinstance(value, OneOf):
            flat.extend((both, choice) for more, choice in value.choices if (both := together(given, more)) is not None)
        else:
            flat.append((given, value))
    first = flat[0][1]
    if all(isinstance(value, Refused) for _, value in flat):
        raise EvaluationError(reason_of(first) or "")
    if len(flat) > MOST_CHOICES:
        return too_many(value for _, value in flat)
    if all(same(value, first) for _, value in flat):
        return first
    return OneOf(tuple(flat))


def same(left: TerraformValue, right: TerraformValue) -> bool:
    """Whether two values may as well be one: equal scalars, unknowns of which one thing is said. Cheap."""
    if type(left) is not type(right):
        return False
    if isinstance(left, Unknown):
        return left == right
    if isinstance(left, (bool, int, str, Reference, Text)) or left is None:
        return left == right
    return left is right


def condition_choices(condition: TerraformValue) -> OneOf | None:
    """A condition that is not known as one of true and false; None where nothing names it."""
    if isinstance(condition, OneOf):
        return condition
    symbol = symbol_of(condition)
    if symbol is None:
        return None
    holds = True
    while symbol.startswith("!(") and symbol.endswith(")"):
        symbol = symbol[2:-1]
        holds = not holds
    return OneOf(((((symbol, True),), holds), (((symbol, False),), not holds)))
