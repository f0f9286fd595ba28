"""Functions whose results nobody can tell before Terraform runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from walint.model.value import Unknown
from walint.sources.terraform.values import TerraformValue


def _never(name: str, why: str) -> Callable[..., TerraformValue]:
    return lambda *_arguments: Unknown(f"{name}() {why}", surely_set=True)


_TIME: Final = "depends on the time at which terraform runs"

FUNCTIONS: Final[dict[str, Callable[..., TerraformValue]]] = {
    "timestamp": _never("timestamp", _TIME),
    "plantimestamp": _never("plantimestamp", _TIME),
    "uuid": _never("uuid", "is random"),
    "bcrypt": _never("bcrypt", "is random"),
    "rsadecrypt": _never("rsadecrypt", "is not evaluated: walint decrypts nothing"),
}
