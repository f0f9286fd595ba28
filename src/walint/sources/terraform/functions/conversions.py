"""`tolist`, `tostring` and the other functions that convert."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from walint.sources.terraform.conversion import convert
from walint.sources.terraform.unification import ANY, BOOL, NUMBER, STRING, Type
from walint.sources.terraform.values import TerraformValue


def _to(wanted: Type) -> Callable[[TerraformValue], TerraformValue]:
    return lambda value: convert(value, wanted)


FUNCTIONS: Final[dict[str, Callable[..., TerraformValue]]] = {
    "tostring": _to(STRING),
    "tonumber": _to(NUMBER),
    "tobool": _to(BOOL),
    "tolist": _to(Type("list", ANY)),
    "toset": _to(Type("set", ANY)),
    "tomap": _to(Type("map", ANY)),
}
