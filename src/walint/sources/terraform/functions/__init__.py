"""Terraform's functions: the table of their signatures, and how one is called.

The signatures are those that `terraform metadata functions -json` prints (Terraform 1.11). A family of functions is
imported when one of it is called first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Final

from walint.model.value import Reference, Text, Unknown
from walint.sources.terraform.conversion import convert
from walint.sources.terraform.dispatch import value_of
from walint.sources.terraform.functions.contents import is_open, lifted, unmarked
from walint.sources.terraform.functions.signatures import SIGNATURES
from walint.sources.terraform.hcl import ast
from walint.sources.terraform.scope import Scope
from walint.sources.terraform.sets import in_order
from walint.sources.terraform.unification import ANY, BOOL, NUMBER, STRING, Type
from walint.sources.terraform.unknowns import (
    NOT_PLAIN,
    apply,
    attempt,
    one_of,
    pending,
    plain,
    sensitive,
    symbol_of_call,
    unknown_of,
)
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

_TYPES: Final = {
    "text": STRING,
    "number": NUMBER,
    "bool": BOOL,
    "texts": Type("list", STRING),
    "bools": Type("list", BOOL),
    "list": Type("list", ANY),
    "set": Type("set", ANY),
    "map-of-texts": Type("map", Type("list", STRING)),
}
_PLAIN_KINDS: Final[dict[str, type]] = {"text": str, "bool": bool}


class Function:
    """One function.

    parameters  the kind of each: a key of `_TYPES`, "any" (not null) or "null" (anything); `variadic` likewise
    own         it deals with arguments that are not known by itself
    deep        it looks into its arguments, so marks and alternatives inside them are lifted out first
    marks       only marks are lifted out
    raw         it takes any value as it is, marks and alternatives included
    scoped      it is called with the scope first
    """

    __slots__ = ("deep", "marks", "name", "own", "parameters", "raw", "run", "scoped", "variadic")

    def __init__(self, name: str, run: Callable[..., TerraformValue], signature: str) -> None:
        kinds, _, flags = signature.partition("|")
        words = kinds.split()
        self.name = name
        self.run = run
        self.variadic = words.pop()[1:] if words and words[-1].startswith("*") else None
        self.parameters = words
        self.own = "own" in flags
        self.deep = "deep" in flags
        self.marks = "marks" in flags
        self.raw = "raw" in flags
        self.scoped = "scoped" in flags


_found: dict[str, Function] = {}


def _function(name: str) -> Function:
    if name not in _found:
        if name not in SIGNATURES:
            raise EvaluationError(f"there is no function called {name}")
        family, _, signature = SIGNATURES[name].partition(" ")
        module = import_module(f"{__name__}.{family}")
        _found[name] = Function(name, module.FUNCTIONS[name], signature)
    return _found[name]


def call(node: ast.Call, scope: Scope) -> TerraformValue:
    """The result of a function call."""
    name = node.name.removeprefix("core::")
    if "::" in name:
        return Unknown(f"the function {name} is part of a provider")
    if name == "try":
        return _try(node.arguments, scope)
    if name == "can":
        return _can(node.arguments, scope)
    scope.budget.spend(1)
    function = _function(name)
    arguments = [value_of(argument, scope) for argument in node.arguments]
    if node.expands:
        last = arguments.pop()
        if isinstance(last, NOT_PLAIN):
            return apply(lambda each: _expanded(function, arguments, each, scope), last)
        return _expanded(function, arguments, last, scope)
    return invoke(function, arguments, scope)


def _expanded(
    function: Function, arguments: Sequence[TerraformValue], last: TerraformValue, scope: Scope
) -> TerraformValue:
    last = in_order(last)
    if isinstance(last, tuple):
        return invoke(function, [*arguments, *last], scope)
    if isinstance(last, (Unknown, Partly, Reference)):
        return Unknown(unknown_of(last).reason)
    raise EvaluationError("only a list can be expanded into arguments")


def invoke(function: Function, arguments: Sequence[TerraformValue], scope: Scope) -> TerraformValue:
    """Calls a function with values of any kind. Raises `EvaluationError` where Terraform would refuse them."""
    least = len(function.parameters)
    if len(arguments) < least or (len(arguments) > least and function.variadic is None):
        raise EvaluationError(f"{function.name} takes {least} arguments, not {len(arguments)}")
    if function.raw:
        return function.run(*arguments)
    if function.deep or function.marks:
        for argument in arguments:
            if isinstance(argument, (tuple, dict)):
                scope.budget.walk(argument)
        arguments = [lifted(each) if function.deep else unmarked(each) for each in arguments]
    for argument in arguments:
        if isinstance(argument, NOT_PLAIN):
            return apply(lambda *each: _run(function, each, scope), *arguments)
    return _run(function, arguments, scope)


def _run(function: Function, arguments: Sequence[TerraformValue], scope: Scope) -> TerraformValue:
    values: list[TerraformValue] = []
    for place, argument in enumerate(arguments):
        kind = function.parameters[place] if place < len(function.parameters) else function.variadic or ""
        values.append(_argument(function, place, argument, kind))
    if not function.own:
        for value in values:
            if isinstance(value, _UNKNOWN) or (isinstance(value, (tuple, dict)) and is_open(value)):
                return pending(symbol_of_call(function.name, arguments), *values)
    return function.run(scope, *values) if function.scoped else function.run(*values)


_UNKNOWN: Final = (Unknown, Text, Reference, JsonText, Partly)


def _argument(function: Function, place: int, value: TerraformValue, kind: str) -> TerraformValue:
    if kind == "null" or type(value) is _PLAIN_KINDS.get(kind):
        return value
    if value is None:
        raise EvaluationError(f"argument {place + 1} of {function.name} is null")
    if kind == "any":
        return value
    if isinstance(value, Reference) and value.text is not None:
        value = value.text
    return convert(value, _TYPES[kind])


def _try(arguments: Sequence[ast.Expression], scope: Scope) -> TerraformValue:
    """The first argument that Terraform can evaluate."""
    for place, argument in enumerate(arguments):
        try:
            value = value_of(argument, scope)
        except EvaluationError:
            continue
        return _mended(value, arguments[place + 1 :], scope)
    raise EvaluationError("no argument of try can be evaluated")


def _mended(value: TerraformValue, others: Sequence[ast.Expression], scope: Scope) -> TerraformValue:
    """A value whose refused choices are what the other arguments of `try` give."""
    if isinstance(value, Sensitive) and isinstance(value.value, OneOf):
        return sensitive(_mended(value.value, others, scope))
    if isinstance(value, OneOf) and any(isinstance(choice, Refused) for _, choice in value.choices):
        fallback = attempt(_try, others, scope)
        return one_of((given, fallback if isinstance(choice, Refused) else choice) for given, choice in value.choices)
    return value


def _can(arguments: Sequence[ast.Expression], scope: Scope) -> TerraformValue:
    """Whether Terraform can evaluate the argument."""
    if len(arguments) != 1:
        raise EvaluationError(f"can takes 1 argument, not {len(arguments)}")
    try:
        value = plain(value_of(arguments[0], scope))
    except EvaluationError:
        return False
    return _possible(value)


def _possible(value: TerraformValue) -> TerraformValue:
    if isinstance(value, Sensitive):
        return _possible(value.value)
    if isinstance(value, OneOf):
        return one_of((given, _possible(choice)) for given, choice in value.choices)
    if isinstance(value, Refused):
        return False
    if isinstance(value, (Unknown, Partly, Handle)):
        return Unknown(unknown_of(value).reason, surely_set=True)
    return True
