"""Sets: which values are the same element, and in which order Terraform shows them."""

from __future__ import annotations

from collections.abc import Iterable

from walint.model.value import Reference, Text, Unknown
from walint.sources.terraform import numeric
from walint.sources.terraform.unknowns import symbol_of, unknown_of
from walint.sources.terraform.values import JsonText, ListOf, MapOf, Partly, SetOf, TerraformValue


def set_of_values(values: Iterable[TerraformValue]) -> SetOf:
    """The set of some values of one type: each once, those that are not known last."""
    known: dict[object, TerraformValue] = {}
    others: dict[object, TerraformValue] = {}
    for value in values:
        mark = mark_of(value)
        if mark is None:
            symbol = symbol_of(value)
            others.setdefault(id(value) if symbol is None else symbol, value)
        else:
            known.setdefault(mark, value)
    return SetOf((*_ordered(known), *others.values()))


def in_order(values: TerraformValue) -> TerraformValue:
    """A set as one goes through it. Where an element is not known, neither is the order, nor which are the same."""
    if isinstance(values, SetOf) and len(values) > 1:
        for value in values:
            if mark_of(value) is None:
                return Partly(tuple(values), unknown_of(value))
    return values


def _ordered(known: dict[object, TerraformValue]) -> list[TerraformValue]:
    """Text and numbers by themselves, anything else by the mark that tells it from other elements."""
    values = list(known.values())
    if all(isinstance(value, (str, Reference)) for value in values):
        return sorted(values, key=text_of)
    if all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values):
        from functools import cmp_to_key

        numbers: list[int | float] = [value for value in values if isinstance(value, (int, float))]
        numbers.sort(key=cmp_to_key(numeric.compare))
        return [*numbers]
    return [known[mark] for mark in sorted(known, key=str)]


def text_of(value: TerraformValue) -> str:
    """The text of a text or of a reference to one."""
    if isinstance(value, Reference):
        return value.text or ""
    return value if isinstance(value, str) else ""


def mark_of(value: TerraformValue) -> str | None:  # noqa: C901 - one arm per kind of value
    """What tells one element of a set from the others (cty calls it the hash bytes); None where it is not known."""
    match value:
        case None:
            return "~"
        case bool():
            return "T" if value else "F"
        case str():
            return _quoted(value)
        case Reference():
            return None if value.text is None else _quoted(value.text)
        case int() | float():
            return _number(value)
        case ListOf() | SetOf():
            return _marks("[", value, "]")
        case tuple():
            return _marks("<", value, ">")
        case MapOf():
            inside = [(_quoted(name), mark_of(member)) for name, member in sorted(value.items())]
            if any(mark is None for _, mark in inside):
                return None
            return "{" + "".join(f"{name}:{mark};" for name, mark in inside) + "}"
        case dict():
            return _marks("<", [value[name] for name in sorted(value)], ">")
        case Unknown() | Text() | JsonText() | _:
            return None


def _marks(start: str, values: Iterable[TerraformValue], end: str) -> str | None:
    marks: list[str] = []
    for value in values:
        mark = mark_of(value)
        if mark is None:
            return None
        marks.append(mark + ";")
    return start + "".join(marks) + end


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def _number(value: float) -> str:
    """A number with ten digits, as Go's `big.Float` prints itself, but with all digits where ten are too few."""
    written = f"{float(value):.10g}"
    return written if numeric.parse(written) == value else f"{written}|{numeric.text(value)}"
