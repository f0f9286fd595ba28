"""Functions on texts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from walint.model.value import Text
from walint.sources.terraform.budget import CHARACTERS, BudgetError
from walint.sources.terraform.functions.collections import characters
from walint.sources.terraform.scope import Scope
from walint.sources.terraform.templates import joined
from walint.sources.terraform.unknowns import pending, symbol_of_call
from walint.sources.terraform.values import EvaluationError, ListOf, Partly, TerraformValue

_SPACE: Final = " \t\n\v\f\r\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))


def _join(separator: TerraformValue, *lists: TerraformValue) -> TerraformValue:
    pieces: list[TerraformValue] = []
    for each in lists:
        if isinstance(each, Partly) or not isinstance(each, tuple):
            return pending(symbol_of_call("join", [separator, *lists]), each)
        for item in each:
            if item is None:
                raise EvaluationError("join finds a null value")
            pieces += [separator, item]
    return joined(pieces[1:])


def _split(separator: TerraformValue, text: TerraformValue) -> TerraformValue:
    if not isinstance(separator, str) or not isinstance(text, str):
        return pending(symbol_of_call("split", [separator, text]), separator, text)
    return ListOf(text.split(separator) if separator else list(text))


def _title(text: str) -> str:
    """Every first letter in upper case. To Go a word ends at white space, and at signs that are no part of a name."""
    letters: list[str] = []
    inside = False
    for letter in text:
        letters.append(letter if inside else _title_case(letter))
        inside = letter.isalnum() or letter == "_" or (not letter.isascii() and not letter.isspace())
    return "".join(letters)


def _title_case(letter: str) -> str:
    titled = letter.title()
    return titled if len(titled) == 1 else letter


def _mapped(change: Callable[[str], str]) -> Callable[[str], str]:
    """Go changes the case of each letter by itself, to one other letter."""

    def run(text: str) -> str:
        if text.isascii():
            return change(text)
        changed = ((letter, change(letter)) for letter in text)
        return "".join(new if len(new) == 1 else letter for letter, new in changed)

    return run


def _replace(scope: Scope, text: str, wanted: str, replacement: str) -> TerraformValue:
    if len(wanted) > 1 and wanted.startswith("/") and wanted.endswith("/"):
        from walint.sources.terraform.functions.regex import replace

        return replace(scope, text, wanted[1:-1], replacement)
    count = text.count(wanted)
    scope.budget.text(len(text) + count * max(0, len(replacement) - len(wanted)))
    return text.replace(wanted, replacement)


def _substr(text: str, offset: float, length: float) -> TerraformValue:
    if not isinstance(offset, int) or not isinstance(length, int):
        raise EvaluationError("substr needs whole numbers")
    letters = characters(text)
    if offset < 0:
        offset = max(0, offset + len(letters))
    end = len(letters) if length < 0 else offset + length
    return "".join(letters[offset:end])


def _known_start(value: TerraformValue) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, Text) and isinstance(value.pieces[0], str):
        return value.pieces[0]
    return None


def _known_end(value: TerraformValue) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, Text) and isinstance(value.pieces[-1], str):
        return value.pieces[-1]
    return None


def _startswith(text: TerraformValue, prefix: TerraformValue) -> TerraformValue:
    start = _known_start(text)
    if start is not None and isinstance(prefix, str):
        if start.startswith(prefix):
            return True
        if isinstance(text, str) or not prefix.startswith(start):
            return False
    return pending(symbol_of_call("startswith", [text, prefix]), text, prefix)


def _endswith(text: TerraformValue, suffix: TerraformValue) -> TerraformValue:
    end = _known_end(text)
    if end is not None and isinstance(suffix, str):
        if end.endswith(suffix):
            return True
        if isinstance(text, str) or not suffix.endswith(end):
            return False
    return pending(symbol_of_call("endswith", [text, suffix]), text, suffix)


def _strcontains(text: TerraformValue, part: TerraformValue) -> TerraformValue:
    if isinstance(part, str):
        if isinstance(text, str):
            return part in text
        if isinstance(text, Text) and any(isinstance(piece, str) and part in piece for piece in text.pieces):
            return True
    return pending(symbol_of_call("strcontains", [text, part]), text, part)


def _indent(spaces: float, text: str) -> TerraformValue:
    if not isinstance(spaces, int) or spaces < 0:
        raise EvaluationError("indent needs a whole number")
    if spaces * (text.count("\n") + 1) > CHARACTERS:
        raise BudgetError("indent makes too long a text")
    return text.replace("\n", "\n" + " " * spaces)


def _chomp(text: str) -> str:
    return text.rstrip("\r\n")


FUNCTIONS: Final[dict[str, Callable[..., TerraformValue]]] = {
    "join": _join,
    "split": _split,
    "lower": _mapped(lambda text: text.replace("\u0130", "i").lower()),
    "upper": _mapped(str.upper),
    "title": _title,
    "replace": _replace,
    "substr": _substr,
    "trim": lambda text, letters: text.strip(letters) if letters else text,
    "trimspace": lambda text: text.strip(_SPACE),
    "trimprefix": lambda text, prefix: text.removeprefix(prefix),
    "trimsuffix": lambda text, suffix: text.removesuffix(suffix),
    "startswith": _startswith,
    "endswith": _endswith,
    "strcontains": _strcontains,
    "strrev": lambda text: "".join(reversed(characters(text))),
    "chomp": _chomp,
    "indent": _indent,
}
