"""`format` and `formatlist`: the verbs of Go, as Terraform's type system (cty) understands them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from walint.model.value import Reference, Text, Unknown
from walint.patterns import lazy
from walint.sources.terraform import numeric
from walint.sources.terraform.conversion import convert
from walint.sources.terraform.functions.collections import characters, unresolved
from walint.sources.terraform.functions.contents import is_open
from walint.sources.terraform.functions.json import encoded, quoted
from walint.sources.terraform.sets import in_order
from walint.sources.terraform.templates import joined
from walint.sources.terraform.unification import BOOL, NUMBER, STRING
from walint.sources.terraform.unknowns import NOT_PLAIN, apply, pending, symbol_of_call
from walint.sources.terraform.values import EvaluationError, ListOf, Partly, TerraformValue

_VERB = lazy(r"%([ #+\-0]*)(\d*)(?:\.(\d*))?(?:\[(\d+)\])?([a-zA-Z%])")
_WIDEST: Final = 10_000


class _Verb:
    """One verb: `flags` as written, `width` and `precision` where given, and the `letter`."""

    __slots__ = ("flags", "letter", "precision", "width", "written")

    def __init__(self, written: str, flags: str, width: str, precision: str | None, letter: str) -> None:
        self.written = written
        self.flags = flags
        self.width = int(width) if width else None
        self.precision = None if precision is None else int(precision or 0)
        self.letter = letter
        if max(self.width or 0, self.precision or 0) > _WIDEST:
            raise EvaluationError(f"{written} asks for too wide a text")


def _format(template: TerraformValue, *arguments: TerraformValue) -> TerraformValue:
    if not isinstance(template, str):
        return pending(symbol_of_call("format", [template, *arguments]), template)
    pieces: list[TerraformValue] = []
    used = 0
    next_ = 0
    place = 0
    while True:
        percent = template.find("%", place)
        if percent < 0:
            pieces.append(template[place:])
            break
        pieces.append(template[place:percent])
        match = _VERB.match(template, percent)
        if match is None:
            raise EvaluationError(f"format does not understand {template[percent : percent + 10]!r}")
        flags, width, precision, index, letter = match.groups()
        place = match.end()
        if letter == "%":
            pieces.append("%")
            continue
        next_ = int(index) - 1 if index else next_
        if not 0 <= next_ < len(arguments):
            raise EvaluationError(f"format has no argument for {match[0]}")
        pieces.append(_one(_Verb(match[0], flags, width, precision, letter), arguments[next_]))
        next_ += 1
        used = max(used, next_)
    if used < len(arguments):
        raise EvaluationError(f"format uses {used} of its {len(arguments)} arguments")
    return joined(pieces)


def _one(verb: _Verb, value: TerraformValue) -> TerraformValue:
    """The text of one argument."""
    if isinstance(value, Reference) and value.text is not None:
        value = value.text
    if unresolved(value) or isinstance(value, Partly) or (isinstance(value, (tuple, dict)) and is_open(value)):
        return _unknown(verb, value)
    if value is None and verb.letter != "v":
        raise EvaluationError(f"{verb.written} cannot show a null value")
    try:
        return _VERBS[verb.letter](verb, value)
    except KeyError:
        raise EvaluationError(f"format does not know %{verb.letter}") from None


def _unknown(verb: _Verb, value: TerraformValue) -> TerraformValue:
    as_it_is = verb.letter in "sv" and verb.width is None and verb.precision is None and "#" not in verb.flags
    if as_it_is and isinstance(value, (Unknown, Reference, Text)):
        return value
    return pending(symbol_of_call(f"format {verb.written}", [value]), value)


def _value(verb: _Verb, value: TerraformValue) -> str:
    if "#" in verb.flags:
        return _padded(verb, encoded(value))
    if value is None:
        return _padded(verb, "null")
    if isinstance(value, (tuple, dict)):
        return _padded(verb, encoded(value))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _general(_Verb(verb.written, verb.flags.replace("+", ""), str(verb.width or ""), None, "g"), value)
    return _text(verb, value)


def _text(verb: _Verb, value: TerraformValue) -> str:
    text = str(convert(value, STRING))
    if verb.precision is not None:
        text = "".join(characters(text)[: verb.precision])
    return _padded(verb, text)


def _quoted(verb: _Verb, value: TerraformValue) -> str:
    return _padded(verb, quoted(str(convert(value, STRING))))


def _truth(verb: _Verb, value: TerraformValue) -> str:
    return _padded(verb, "true" if convert(value, BOOL) else "false")


def _padded(verb: _Verb, text: str) -> str:
    missing = (verb.width or 0) - len(characters(text))
    if missing <= 0:
        return text
    return text + " " * missing if "-" in verb.flags else ("0" if "0" in verb.flags else " ") * missing + text


def _given_number(value: TerraformValue) -> float:
    number = convert(value, NUMBER)
    if not isinstance(number, (int, float)):
        raise EvaluationError("a number is required")
    return number


def _whole(verb: _Verb, value: TerraformValue) -> str:
    number = _given_number(value)
    if not isinstance(number, int):
        raise EvaluationError(f"{verb.written} needs a whole number")
    if verb.letter == "b":
        return _signed(verb, number, f"{abs(number):b}")
    digits = f"{abs(number):{verb.letter}}"
    prefix = {"o": "0", "x": "0x", "X": "0X"}.get(verb.letter, "") if "#" in verb.flags else ""
    return _signed(verb, number, digits, prefix)


def _signed(verb: _Verb, number: float, digits: str, prefix: str = "") -> str:
    """A sign, zeros up to the width where they are asked for, and the digits."""
    sign = "-" if number < 0 else "+" if "+" in verb.flags else " " if " " in verb.flags else ""
    if verb.precision is not None and verb.letter in "bdoxX":
        digits = digits.rjust(verb.precision, "0")
    elif "0" in verb.flags and "-" not in verb.flags:
        digits = digits.rjust((verb.width or 0) - len(sign) - len(prefix), "0")
    spaced = _Verb(verb.written, verb.flags.replace("0", ""), str(verb.width or 0), None, "s")
    return _padded(spaced, sign + prefix + digits)


def _fraction(verb: _Verb, value: TerraformValue) -> str:
    number = _given_number(value)
    digits = f"{_decimal(number):.{6 if verb.precision is None else verb.precision}{verb.letter}}"
    if verb.letter in "eE":
        mantissa, mark, power = digits.partition(verb.letter)
        digits = f"{mantissa}{mark}{power[0]}{power[1:].rjust(2, '0')}"
    return _signed(verb, number, digits)


def _general(verb: _Verb, value: TerraformValue) -> str:
    """The shortest form; with an exponent where that is below -4, or as large as the precision (6 without one)."""
    number = _given_number(value)
    if verb.precision is not None:
        return _signed(verb, number, f"{abs(float(number)):.{verb.precision or 1}{verb.letter}}")
    figures = numeric.text(abs(number))
    whole, _, fraction = figures.partition(".")
    digits = (whole + fraction).lstrip("0")
    exponent = len(whole) - 1 if whole != "0" else -(len(fraction) - len(fraction.lstrip("0")) + 1)
    digits = digits.rstrip("0") or "0"
    if number != 0 and (exponent < -4 or exponent >= 6):  # noqa: PLR2004 - Go's limits
        tail = f".{digits[1:]}" if len(digits) > 1 else ""
        letter = "e" if verb.letter == "g" else "E"
        return _signed(verb, number, f"{digits[0]}{tail}{letter}{'-' if exponent < 0 else '+'}{abs(exponent):02d}")
    return _signed(verb, number, figures)


def _decimal(number: float) -> object:
    """The number's absolute value, exactly."""
    from decimal import Context, Decimal

    mantissa, exponent = numeric.parts(number)
    exactly = Context(prec=10_000)
    return exactly.multiply(Decimal(abs(mantissa)), exactly.power(Decimal(2), exponent))


_VERBS: Final[dict[str, Callable[[_Verb, TerraformValue], str]]] = {
    "v": _value,
    "s": _text,
    "q": _quoted,
    "t": _truth,
    **dict.fromkeys("bdoxX", _whole),
    **dict.fromkeys("eEf", _fraction),
    **dict.fromkeys("gG", _general),
}


def _formatlist(template: TerraformValue, *arguments: TerraformValue) -> TerraformValue:
    """`format` for each element of the lists among the arguments; what is no list is the same each time."""
    arguments = tuple(map(in_order, arguments))
    for argument in (template, *arguments):
        if isinstance(argument, (Unknown, Partly)):
            return pending(symbol_of_call("formatlist", [template, *arguments]), argument)
    lengths = {len(argument) for argument in arguments if isinstance(argument, tuple)}
    if len(lengths) > 1:
        raise EvaluationError("the lists of formatlist differ in length")
    count = lengths.pop() if lengths else 1
    results: list[TerraformValue] = []
    for place in range(count):
        row = [argument[place] if isinstance(argument, tuple) else argument for argument in arguments]
        if any(isinstance(each, NOT_PLAIN) for each in row):
            results.append(apply(_format, template, *row))
        else:
            results.append(_format(template, *row))
    return ListOf(results)


FUNCTIONS: Final[dict[str, Callable[..., TerraformValue]]] = {"format": _format, "formatlist": _formatlist}
