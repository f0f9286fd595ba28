"""A plan or a state as Terraform prints it in JSON: parsed, and its parts found by name.

The format is documented at https://developer.hashicorp.com/terraform/internals/json-format. Nothing that is read here
is trusted: a member of a wrong type counts as missing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from walint.errors import WalintError
from walint.model.span import Span
from walint.patterns import lazy
from walint.records import NamedTuple
from walint.sources.terraform.plan.recognise import beginning

Json: TypeAlias = Any
"""Data as `json.loads` gives them."""

NOTHING: Mapping[str, Json] = {}
NEWEST_MAJOR = 1
"""The newest major version of the format that walint knows."""

_STEP = lazy(r'module\.([^.\["]+)(\[(?:"(?:[^"\\]|\\.)*"|\d+)\])?(?:\.|$)')
_KEY = lazy(r'\[(?:"(?:[^"\\]|\\.)*"|[^\]"]*)\]')


class PlanError(WalintError):
    """A file that looks like a plan and cannot be read as one."""


class Change(NamedTuple):
    """One resource instance as it will be.

    address    with module and instance keys
    module     the address of its module, "" for the root
    mask       which leaves are known after apply only: `after_unknown`; None where the input does not say
    sensitive  which leaves must not be shown: `after_sensitive`
    new        it will be created (or replaced): nothing in it comes from what exists
    """

    address: str
    module: str
    type: str
    name: str
    after: Mapping[str, Json]
    mask: Mapping[str, Json] | None
    sensitive: Json
    new: bool

    @property
    def local(self) -> str:
        """Its address inside its module, without an instance key."""
        return f"{self.type}.{self.name}"


class Plan:
    """A parsed plan, or a state (then `is_state`)."""

    __slots__ = ("changes", "data", "is_state", "path")

    def __init__(self, path: str, data: Mapping[str, Json]) -> None:
        self.path = path
        self.data = data
        self.is_state = "planned_values" not in data and "resource_changes" not in data
        self.changes = list(_unique(_changes(data)))

    @property
    def configuration(self) -> Mapping[str, Json] | None:
        """The configuration it was made from; None where it holds none (a state, a cut plan)."""
        found = mapping(self.data, "configuration")
        return found if "root_module" in found else None

    def variable(self, name: str) -> Json:
        """The value of a variable of the root module, None for one that is not set or must not be shown."""
        if mapping(self.data, "configuration", "root_module", "variables", name).get("sensitive") is True:
            return None
        return mapping(self.data, "variables", name).get("value")


def parse(text: str, path: str) -> Plan | None:
    """The plan in a text; None for JSON that is something else. Raises `PlanError` for text that cannot be read."""
    start = beginning(text)
    try:
        data, _ = json.JSONDecoder().raw_decode(text, start)
    except RecursionError:
        raise PlanError("nested too deep to be a plan", where=path) from None
    except json.JSONDecodeError as error:
        where = Span(path, error.lineno, error.colno, error.lineno, error.colno + 1)
        cut = "the file is cut off" if error.pos >= len(text.rstrip()) - 1 else "not valid JSON"
        message = f"looks like a Terraform plan, but {cut}: {error.msg}"
        raise PlanError(message, where=where, help="write it again: `terraform show -json PLAN > plan.json`") from None
    except ValueError as error:  # a number with thousands of digits
        raise PlanError(f"looks like a Terraform plan, but it is not valid JSON: {error}", where=path) from None
    if not isinstance(data, dict) or not _is_plan(data):
        return None
    version = data.get("format_version")
    major = version.partition(".")[0] if isinstance(version, str) else "0"
    if not major.isdecimal() or int(major) > NEWEST_MAJOR:
        message = f"its format_version is {str(version)[:20]!r}; walint reads 0.1 to {NEWEST_MAJOR}.x"
        raise PlanError(message, where=path, help="a newer walint may know it")
    return Plan(path, data)


def mapping(data: Json, *names: str) -> Mapping[str, Json]:
    """The object at the end of a path of names, an empty one where there is none."""
    for name in names:
        data = data.get(name) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else NOTHING


def objects(data: Json) -> Iterator[Mapping[str, Json]]:
    """The members of a list that are objects."""
    if isinstance(data, list):
        yield from (item for item in data if isinstance(item, dict))


def module_of(address: str) -> str:
    """The modules that the address of a resource leads through: "module.a[0].module.b"; "" for the root."""
    end = 0
    while match := _STEP.match(address, end):
        end = match.end()
    return address[:end].removesuffix(".")


def steps_of(module: str) -> tuple[str, ...]:
    """The names of the modules that an address leads through, without instance keys."""
    names: list[str] = []
    at = 0
    while match := _STEP.match(module, at):
        names.append(match.group(1))
        at = match.end()
    return tuple(names)


def parent_of(module: str) -> str:
    """The address of the module that calls a module instance, "" where the root calls it."""
    at = start = 0
    while match := _STEP.match(module, at):
        start, at = at, match.end()
    return module[:start].removesuffix(".")


def without_keys(address: str) -> str:
    """An address without instance keys: the address of the block."""
    return _KEY.sub("", address)


def managed_in(plan: Plan) -> set[str]:
    """What the root module holds: resource blocks, and calls of modules ("module.worker")."""
    root = mapping(plan.configuration, "root_module")
    found = {
        f"{entry.get('type')}.{entry.get('name')}"
        for entry in objects(root.get("resources"))
        if entry.get("mode") == "managed"
    }
    found |= {f"module.{name}" for name in mapping(root, "module_calls")}
    for change in plan.changes:
        steps = steps_of(change.module)
        found.add(f"module.{steps[0]}" if steps else change.local)
    return found


def _is_plan(data: Mapping[str, Json]) -> bool:
    """Whether the shape is that of a plan or a state: sections that hold what they should."""
    if isinstance(data.get("resource_changes"), list):
        return True
    return any("root_module" in mapping(data, name) for name in ("planned_values", "values"))


def _changes(data: Mapping[str, Json]) -> Iterator[Change]:
    """What changes and what stays; then what only the planned values (of a state: the values) tell of."""
    for entry in objects(data.get("resource_changes")):
        change = _change(entry)
        if change is not None:
            yield change
    masks = {
        str(entry.get("address")): mapping(entry, "change", "after_unknown")
        for entry in objects(data.get("resource_changes"))
    }
    for name in ("planned_values", "values"):
        yield from _values(mapping(data, name, "root_module"), masks)


def _change(entry: Mapping[str, Json]) -> Change | None:
    change = mapping(entry, "change")
    actions, after = change.get("actions"), change.get("after")
    leaves = actions in (["delete"], ["forget"]) or entry.get("deposed") is not None
    if leaves or entry.get("mode") != "managed" or not isinstance(after, dict):
        return None
    mask = change.get("after_unknown")
    new = isinstance(actions, list) and "create" in actions
    return _made(entry, after, mask if isinstance(mask, dict) else None, change.get("after_sensitive"), new=new)


def _values(root: Mapping[str, Json], masks: Mapping[str, Mapping[str, Json]]) -> Iterator[Change]:
    """The resources of a module of planned values, and of those below it; `masks` are what changes leave unknown."""
    modules = [root]
    while modules:
        module = modules.pop()
        modules += reversed(list(objects(module.get("child_modules"))))
        for entry in objects(module.get("resources")):
            after = entry.get("values")
            if entry.get("mode") != "managed" or not isinstance(after, dict):
                continue
            mask = masks.get(str(entry.get("address")))
            made = _made(entry, after, mask or None, entry.get("sensitive_values"), new=False)
            if made is not None:
                yield made


def _made(
    entry: Mapping[str, Json], after: Mapping[str, Json], mask: Mapping[str, Json] | None, sensitive: Json, *, new: bool
) -> Change | None:
    address, type_, name = entry.get("address"), entry.get("type"), entry.get("name")
    if not (isinstance(address, str) and isinstance(type_, str) and isinstance(name, str)):
        return None
    module = entry.get("module_address")
    if not isinstance(module, str):
        module = module_of(address)
    return Change(address, module, type_, name, after, mask, sensitive, new)


def _unique(changes: Iterator[Change]) -> Iterator[Change]:
    """Each address once: what `resource_changes` says wins."""
    seen: set[str] = set()
    for change in changes:
        if change.address not in seen:
            seen.add(change.address)
            yield change
