"""`jsonencode` and `jsondecode`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from walint.model.value import Reference
from walint.patterns import lazy
from walint.sources.terraform import numeric
from walint.sources.terraform.functions.contents import is_open
from walint.sources.terraform.scope import Scope
from walint.sources.terraform.unknowns import maybe_null, pending, plain, symbol_of_call
from walint.sources.terraform.values import EvaluationError, JsonText, TerraformValue

_ESCAPED = lazy(r'[\x00-\x1f"\\<>&\u2028\u2029]')
_SHORT: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def _jsonencode(scope: Scope, value: TerraformValue) -> TerraformValue:
    """The text, or where something inside is not known, the text of that value."""
    value = plain(value)
    if is_open(value):
        return JsonText(value)
    text = encoded(value)
    scope.budget.text(len(text))
    return text


def encoded(value: TerraformValue) -> str:
    """A value that is wholly known as JSON: without white space, the keys sorted."""
    written: list[str] = []
    _write(value, written.append)
    return "".join(written)


def _write(value: TerraformValue, write: Callable[[str], None]) -> None:  # noqa: C901 - one arm per kind of value
    if value is None:
        write("null")
    elif isinstance(value, bool):
        write("true" if value else "false")
    elif isinstance(value, (int, float)):
        write(numeric.text(value))
    elif isinstance(value, str):
        write(quoted(value))
    elif isinstance(value, Reference):
        write(quoted(value.text or ""))
    elif isinstance(value, tuple):
        write("[")
        for place, item in enumerate(value):
            if place:
                write(",")
            _write(item, write)
        write("]")
    elif isinstance(value, dict):
        write("{")
        for place, name in enumerate(sorted(value)):
            write(f",{quoted(name)}:" if place else f"{quoted(name)}:")
            _write(value[name], write)
        write("}")


def quoted(text: str) -> str:
    """A text as JSON, escaped as Go does it: also what HTML would take for its own."""
    return '"' + _ESCAPED.sub(lambda match: _SHORT.get(match[0]) or f"\\u{ord(match[0]):04x}", text) + '"'


def _jsondecode(scope: Scope, text: TerraformValue) -> TerraformValue:
    if isinstance(text, JsonText):
        return _decoded(text.value)
    if not isinstance(text, str):
        return maybe_null(pending(symbol_of_call("jsondecode", [text]), text))
    import json

    scope.budget.text(len(text))
    try:
        value = json.loads(text, parse_float=_number, parse_int=_number, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise EvaluationError(f"this is not JSON: {error}") from None
    return _decoded(value)


def _number(digits: str) -> float:
    number = numeric.parse(digits)
    if number is None:
        raise EvaluationError(f"{digits} is not a number")
    return number


def _no_constant(word: str) -> float:
    raise EvaluationError(f"this is not JSON: {word}")


def _decoded(value: object) -> TerraformValue:
    """JSON knows only tuples and objects."""
    if isinstance(value, (list, tuple)):
        return tuple(_decoded(item) for item in value)
    if isinstance(value, dict):
        return {name: _decoded(value[name]) for name in sorted(value)}
    return value  # type: ignore[return-value] # json gives nothing else


FUNCTIONS: Final[dict[str, Callable[..., TerraformValue]]] = {"jsonencode": _jsonencode, "jsondecode": _jsondecode}
