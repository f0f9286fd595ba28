"""What AWS does when a property is left out, per source where the sources differ."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from walint.catalog.compiled import CatalogError, JsonValue, compiled, read_yaml, register
from walint.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from walint.model.resource import Source
    from walint.model.value import Scalar

    IsSet: TypeAlias = Callable[[str], bool | None]
    """Whether the resource sets the property at a path; None when that cannot be told."""
    Equals: TypeAlias = Callable[[str, Scalar], bool | None]
    """Whether a property that is set has this value; None when that cannot be told."""
    Entry: TypeAlias = Mapping[str, Any]

_FILE: Final = Path(__file__).resolve().parent / "data" / "defaults.yaml"
_ANY_TYPE: Final = "*"


class Default(NamedTuple):
    """The value in force when a property is not set.

    value     a scalar; a tuple of scalars where the property is a list
    origin    who says so: "CloudFormation schema", "RDS API, CreateDBInstance"
    unknown   the reason, in words, why the value cannot be told; `value` means nothing then
    """

    value: Scalar | tuple[Scalar, ...]
    origin: str
    unknown: str | None = None

    @property
    def by_provider(self) -> bool:
        """Whether Terraform's provider sets it, and not AWS."""
        return self.origin.startswith("AWS provider")


def default_of(
    type_name: str, path: str, source: Source, is_set: IsSet, equals: Equals | None = None
) -> Default | None:
    """The default of the property at a path (lists crossed without index); None when AWS has none.

    Some defaults depend on another property of the same resource: `is_set` and `equals` are asked for paths of the
    resource. Without `equals`, a deciding property that is set makes the default unknown.
    """
    table = _table()
    entry = table.get(type_name, _NO_ENTRIES).get(path)
    if entry is None:
        entry = table[_ANY_TYPE].get(path) if path.startswith("@") else None
        if entry is None:
            return None
    if "only" in entry and source not in entry["only"]:
        return None
    override = entry.get("terraform" if source.startswith("terraform") else source)
    if override is not None:
        entry = override
    if "cases" not in entry:
        return _plain(entry)
    return _of_cases(entry["cases"], lambda case: _holds(case, type_name, source, is_set, equals))


def known_defaults() -> Mapping[str, Mapping[str, Entry]]:
    """The whole table: type -> path -> entry as defaults.yaml writes it, without what only its test needs."""
    return _table()


def _of_cases(cases: list[Entry], holds: Callable[[Entry], tuple[bool | None, str]]) -> Default | None:
    """The outcome of the first case that holds; unknown if an undecided case before it would say something else."""
    outcomes: list[Default | None] = []
    reasons: list[str] = []
    for case in cases:
        verdict, reason = holds(case)
        if verdict is False:
            continue
        outcomes.append(_plain(case))
        if verdict:
            break
        reasons.append(reason)
    else:
        outcomes.append(None)
    first = outcomes[0]
    if all(_same(one, first) for one in outcomes):
        return first
    origin = next((one.origin for one in outcomes if one), "")
    return Default(None, origin, f"its AWS default depends on {reasons[0]}")


def _same(one: Default | None, other: Default | None) -> bool:
    """Whether two outcomes are one and the same known answer."""
    if one is None or other is None:
        return one is other
    return one is other or (one.value == other.value and not one.unknown and not other.unknown)


def _holds(
    case: Entry, type_name: str, source: Source, is_set: IsSet, equals: Equals | None
) -> tuple[bool | None, str]:
    """Whether the condition of a case holds, and what it hinges on in words."""
    if "if_set" in case:
        return is_set(case["if_set"]), f"whether {case['if_set']} is set"
    if "unless_set" in case:
        answer = is_set(case["unless_set"])
        return None if answer is None else not answer, f"whether {case['unless_set']} is set"
    if "if" not in case:
        return True, ""
    path, wanted = case["if"]
    given = is_set(path)
    reason = f"{path}, which is not known"
    if given is None:
        return None, reason
    if given:
        return (equals(path, wanted) if equals else None), reason
    other = default_of(type_name, path, source, is_set, equals)
    if other is not None and other.unknown:
        return None, reason
    return other is not None and other.value == wanted, reason


def _plain(entry: Entry) -> Default | None:
    """An entry without cases."""
    if entry.get("none"):
        return None
    if "unknown" in entry:
        return Default(None, entry["origin"], entry["unknown"])
    value = entry["default"]
    return Default(tuple(value) if isinstance(value, list) else value, entry["origin"])


_NO_ENTRIES: Final[Mapping[str, Entry]] = {}


@cache
def _table() -> Mapping[str, Mapping[str, Entry]]:
    found: Mapping[str, Mapping[str, Entry]] = compiled(*_DATA)
    return found


def _build() -> JsonValue:
    """defaults.yaml without what only the test needs."""
    written = read_yaml(_FILE)
    return {
        type_name: {path: _entry(entry, f"{type_name} {path}") for path, entry in entries.items()}
        for type_name, entries in written.items()
    }


_STATES: Final = {"default", "none", "unknown", "cases"}
_KEYS: Final = _STATES | {"origin", "if_set", "unless_set", "if", "only", "terraform", "live", "checked"}


def _entry(written: dict[str, Any], where: str) -> dict[str, Any]:
    unknown = written.keys() - _KEYS
    says = written.keys() & _STATES
    if unknown or len(says) != 1:
        message = f"defaults.yaml: {where}: {f'no such key: {sorted(unknown)}' if unknown else 'no default stated'}"
        raise CatalogError(message, where=str(_FILE))
    kept = {key: value for key, value in written.items() if key != "checked"}
    if "cases" in kept:
        kept["cases"] = [_entry(case, where) for case in kept["cases"]]
    if "if" in kept:
        kept["if"] = next(iter(kept["if"].items()))
    for source in ("terraform", "live"):
        if source in kept:
            kept[source] = _entry(kept[source], f"{where} ({source})")
    return kept


_DATA: Final = register("defaults", [_FILE], _build)
