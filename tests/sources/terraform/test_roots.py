"""What Terraform itself computed: frozen roots of our own, and the probes that the project was designed from.

A value must be equal, or honestly unknown where Terraform knows more (never where the root is one of our own).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.sources.terraform.conftest import Judged
from walint.model.value import Alternatives, Known, Reference, Text, Unknown, Value

ROOTS = Path(__file__).resolve().parents[2] / "fixtures" / "terraform" / "roots"
EXPECTED: dict[str, dict[str, Any]] = json.loads((ROOTS / "expected.json").read_text(encoding="utf-8"))
UNKNOWN = {"unknown": True}
_NOT_KNOWN = (Unknown, Reference, Text, Alternatives)


def data_of(value: Value | None, expected: Any) -> Any:
    """A value as data, in which a leaf that is not known is `UNKNOWN`; JSON text where text is expected."""
    if value is None:
        return None
    if isinstance(value, _NOT_KNOWN):
        return UNKNOWN
    assert isinstance(value, Known), value
    if isinstance(value.data, Mapping):
        if isinstance(expected, str):
            return json.dumps(data_of(value, {}), separators=(",", ":"), sort_keys=True)
        names = value.data.keys() | (expected.keys() if isinstance(expected, dict) else set())
        wanted = expected if isinstance(expected, dict) else {}
        return {name: data_of(value.data.get(name), wanted.get(name)) for name in names}
    if isinstance(value.data, tuple):
        listed = expected if isinstance(expected, list) else []
        padded = [*listed, *[None] * len(value.data)]
        return [data_of(item, padded[index]) for index, item in enumerate(value.data)]
    return value.data


def inputs(judged: Judged, expected: Mapping[str, Any]) -> dict[str, Any]:
    """The `input` of every resource."""
    found = {}
    for address, resource in judged.by_address.items():
        assert isinstance(resource.body.data, Mapping)
        found[address] = data_of(resource.body.data.get("input"), expected.get(address))
    return found


def options_of(root: Path) -> tuple[Path | tuple[str, str], ...]:
    file = root / "options.json"
    words = json.loads(file.read_text(encoding="utf-8")) if file.exists() else []
    pairs = zip(words[::2], words[1::2], strict=True)
    return tuple(
        root / value if option == "--var-file" else (value.partition("=")[0], value.partition("=")[2])
        for option, value in pairs
    )


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_frozen_root(name: str, judge: Callable[..., Judged]) -> None:
    root = ROOTS / name
    judged = judge(root, variables=options_of(root))
    assert inputs(judged, EXPECTED[name]) == EXPECTED[name]


def marked(value: Any, unknown: Any) -> Any:
    """A planned value with its unknown leaves marked."""
    if unknown is True:
        return UNKNOWN
    if isinstance(unknown, dict) and unknown:
        members = dict(value or {})
        return {key: marked(members.get(key), unknown.get(key)) for key in {**members, **unknown}}
    if isinstance(unknown, list) and any(unknown):
        return [marked(item, mask) for item, mask in zip(value, unknown, strict=True)]
    return value


KNOWS_LESS = {
    "terraform_data.p39_sensitive": "texts of sensitive variables are not looked at",
    "terraform_data.p57_provfn": "functions of providers are unknown",
}
KNOWS_MORE = {
    "terraform_data.p24_jsonencode_unknown": {"arn": UNKNOWN, "e": 1},
    "terraform_data.p63_and_unknown_false": False,
}
"""Terraform 1.11 says unknown; `x && false` is false whatever x is."""


def test_the_probes(shared: Path, judge: Callable[..., Judged]) -> None:
    plan = json.loads((shared / "terraform_probes" / "plan.json").read_text(encoding="utf-8"))
    expected = {
        one["address"]: marked(one["change"]["after"].get("input"), one["change"]["after_unknown"].get("input"))
        for one in plan["resource_changes"]
    }
    expected |= dict.fromkeys(KNOWS_LESS, UNKNOWN) | KNOWS_MORE
    judged = judge(shared / "terraform_probes", variables=(("no_default", "cli"),))
    assert inputs(judged, expected) == expected
