"""Which collectors and which of their calls a set of rules needs: nothing else is called."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from walint.catalog.defaults import known_defaults
from walint.catalog.live import Call, Collector, Detail, Scope, collectors, template_only
from walint.catalog.relations import relations

Needs = Mapping[str, Collection[str]]
"""CloudFormation type -> the paths that rules read of it; "" is all of them."""


class Planned(NamedTuple):
    """A collector that takes part, and the further calls that it makes."""

    collector: Collector
    details: tuple[Detail, ...]
    tags: bool


class Plan(NamedTuple):
    """What a run calls, parents before those that ask them one by one."""

    planned: tuple[Planned, ...]

    def actions(self) -> tuple[str, ...]:
        """The IAM actions that the plan needs, sorted."""
        found = {"tag:GetResources"} if any(one.tags for one in self.planned) else set()
        for one in self.planned:
            found |= {call.action for call in (one.collector.listing, one.collector.describe) if call is not None}
            found |= {detail.call.action for detail in one.details}
        return tuple(sorted(found))

    def calls(self) -> list[tuple[str, str, str]]:
        """Every call: its operation, its IAM action, and how often it is made, in words."""
        rows = [("sts:GetCallerIdentity", "sts:GetCallerIdentity", "once in each account")]
        rows += [("account:ListRegions", "account:ListRegions", "once in each account, else ec2:DescribeRegions")]
        if any(one.tags for one in self.planned):
            rows.append(("resourcegroupstaggingapi:GetResources", "tag:GetResources", "in each region"))
        for one in self.planned:
            collector = one.collector
            place = "once in each account" if collector.scope == "global" else "in each region"
            of_each = f"for each {' or '.join(collector.types)}"
            if collector.listing is not None:
                rows.append(_row(collector.listing, place if collector.per is None else f"for each of {collector.per}"))
            if collector.describe is not None:
                batch = collector.describe.batch
                rows.append(_row(collector.describe, of_each if batch == 1 else f"{of_each}, {batch} at a time"))
            rows += [_row(detail.call, of_each) for detail in one.details]
        return rows

    def types(self) -> frozenset[str]:
        """The types that the plan finds."""
        return frozenset(name for one in self.planned for name in one.collector.types)


def plan(needs: Needs, services: Collection[str] | None = None) -> Plan:
    """The calls that these needs take. `services` limits them to some APIs, by the names of their files."""
    table = collectors()
    wanted = {
        one.id
        for one in table.values()
        if not needs.keys().isdisjoint(one.types) and (services is None or one.id.partition(".")[0] in services)
    }
    for one in table.values():
        for parent in _parents(one, table) if one.id in wanted else ():
            wanted.add(parent)
    chosen = [table[name] for name in table if name in wanted]
    chosen.sort(key=lambda one: len(_parents(one, table)))
    return Plan(tuple(_planned(one, _paths_of(one, needs)) for one in chosen))


def tags_of(types: Collection[str]) -> Iterator[tuple[str, str]]:
    """Each of these types that has tags in an account, and what the property is called."""
    for one in collectors().values():
        yield from ((name, one.tags) for name in one.types if one.tags and name in types)


def services() -> frozenset[str]:
    """The names that `plan` knows services by."""
    return frozenset(name.partition(".")[0] for name in collectors())


def everything() -> Plan:
    """Every call of the table."""
    return plan({name: ("",) for one in collectors().values() for name in one.types})


def unread(types: Collection[str], scope: Scope) -> frozenset[str]:
    """The types that rules may ask for and of which nothing was collected: "there is none" is then undecided.

    Relations lead to some of them; of any other that could have been collected a rule may ask by its name. Each is
    missed where it would have been looked for: in every region, or once for the whole account.
    """
    leading = {name for relation in relations().values() for name in relation.live_targets}
    elsewhere = _collected("global" if scope == "regional" else "regional") - _collected(scope)
    missed = (leading | _collected(scope)) - elsewhere - set(types) - template_only()
    return frozenset(name for name in missed if not name.startswith("Custom::"))


@cache
def _collected(scope: Scope) -> frozenset[str]:
    return frozenset(name for one in collectors().values() if one.scope == scope for name in one.types)


def _row(call: Call, often: str) -> tuple[str, str, str]:
    if len(call.each) > 1:
        often += f", in {len(call.each)} variants"
    return f"{call.service}:{call.operation}", call.action, often


def _parents(one: Collector, table: Mapping[str, Collector]) -> list[str]:
    found = []
    while one.per is not None:
        found.append(one.per)
        one = table[one.per]
    return found


def _paths_of(one: Collector, needs: Needs) -> frozenset[str]:
    """The paths that are read of what a collector finds, those that decide about defaults included."""
    paths = {path for name in one.types for path in needs.get(name, ())}
    for name in one.types:
        for path, entry in known_defaults().get(name, {}).items():
            if any(_overlap(path, read) for read in paths):
                for case in entry.get("cases", ()):
                    paths |= {case[key] for key in ("if_set", "unless_set") if key in case}
                    paths |= {case["if"][0]} if "if" in case else set()
    return frozenset(paths)


def _planned(one: Collector, paths: Iterable[str]) -> Planned:
    details = tuple(
        detail
        for detail in one.details
        if any(_overlap(given.path, read) for given in detail.properties for read in paths)
    )
    tags = bool(one.tags) and any(_overlap(one.tags, read) for read in paths)
    return Planned(one, details, tags)


def _overlap(left: str, right: str) -> bool:
    """Whether one path lies at or above the other; "" lies above all."""
    if not left or not right or left == right:
        return True
    return left.startswith(right + ".") or right.startswith(left + ".")
