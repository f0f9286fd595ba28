"""Compares findings: which are new, which are the same, which are gone.

A finding is recognised by its fingerprint. One whose resource has moved to another file, or whose file was renamed, has
another fingerprint: it is still the same when the resource is gone from where it was, was not there where it is now,
and nothing but its file differs: rule, type, address and property are the same. One old finding stands for one new one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from walint.findings.result import Record, Result
from walint.records import NamedTuple

_DEEPEST = 12
"""How many folders of two paths are compared to tell which moved file is which."""


class Comparison(NamedTuple):
    """Two results compared.

    new         findings of the new result that the old one has not
    unchanged   findings of the new result that the old one has, too, each after the old one
    fixed       findings of the old result that are gone
    accepted    findings of the old result that are suppressed now
    undecided   findings of the old result that the new one cannot tell: unknown now, or not judged
    """

    new: Sequence[Record]
    unchanged: Sequence[tuple[Record, Record]]
    fixed: Sequence[Record]
    accepted: Sequence[Record]
    undecided: Sequence[Record]


def compare(old: Result, new: Result) -> Comparison:
    """Compares two results by what they say, without the graphs that they were made from.

    A finding has moved here only if its old file is spoken of no more and its new file was not before.
    """
    before, after = _paths(old), _paths(new)
    found = recognised(
        old.findings,
        new.findings,
        gone=lambda record: _path(record) not in after,
        fresh=lambda record: _path(record) not in before,
    )
    known = {id(record) for record in found.values()}
    suppressed = {record.fingerprint for record in new.suppressed}
    undecided = {subject for record in new.unknown for subject in subjects(record)}
    judged = {rule.id for rule in new.rules}
    unread = {problem.what for problem in new.incomplete}
    fixed, accepted, open_ = [], [], []
    for record in old.findings:
        if id(record) in known:
            continue
        if record.fingerprint in suppressed:
            accepted.append(record)
        elif undecided.isdisjoint(subjects(record)) and record.rule_id in judged and _path(record) not in unread:
            fixed.append(record)
        else:
            open_.append(record)
    return Comparison(
        [record for index, record in enumerate(new.findings) if index not in found],
        [(found[index], record) for index, record in enumerate(new.findings) if index in found],
        fixed,
        accepted,
        open_,
    )


def subjects(record: Record) -> list[tuple[str, str, str]]:
    """What a record speaks of: rule, file and resource. An unknown has no property, so its fingerprint is another."""
    return [(record.rule_id, _path(record), address) for address in record.instances or (record.resource.address,)]


def recognised(
    old: Sequence[Record],
    new: Sequence[Record],
    gone: Callable[[Record], bool],
    fresh: Callable[[Record], bool],
) -> dict[int, Record]:
    """The old record that each new one is, by the new one's index; those that are new have none.

    `gone` says of an old record that its resource is no longer where it was, `fresh` of a new one that its resource was
    not there before.
    """
    by_print: dict[str, Record] = {}
    for record in old:
        by_print.setdefault(record.fingerprint, record)
    found = {index: by_print[r.fingerprint] for index, r in enumerate(new) if r.fingerprint in by_print}
    taken = {record.fingerprint for record in found.values()}
    left = [record for record in by_print.values() if record.fingerprint not in taken and gone(record)]
    open_ = [index for index, record in enumerate(new) if index not in found and left and fresh(record)]
    for depth in range(_DEEPEST, -1, -1):
        if not left or not open_:
            break
        places: dict[object, list[Record]] = {}
        for record in reversed(left):
            places.setdefault(_likeness(record, depth), []).append(record)
        for index in open_:
            if candidates := places.get(_likeness(new[index], depth)):
                found[index] = candidates.pop()
        left = [record for several in places.values() for record in reversed(several)]
        open_ = [index for index in open_ if index not in found]
    return found


def _likeness(record: Record, depth: int) -> tuple[object, ...]:
    """What two findings share if one is the other moved: all but the file, of whose path the last parts count."""
    address = record.resource.address.rpartition("/")[2]
    parts = _path(record).split("/")
    return record.rule_id, record.resource.type, address, record.property, tuple(parts[-depth:] if depth else ())


def _paths(result: Result) -> set[str]:
    """Every file that a result speaks of."""
    records = (*result.findings, *result.suppressed, *result.unknown, *result.errors, *(result.passed or ()))
    return {_path(record) for record in records}


def _path(record: Record) -> str:
    return record.location.path if record.location else ""
