"""The baseline: findings recorded at some day, which are not reported again.

The file is JSON with one finding a line, sorted, so that it can be reviewed and merged:

    {"version": 1, "findings": [
    {"fingerprint": "...", "rule": "sqs-dlq", "resource": "Orders", "path": "app.yaml", "first_seen": "2026-01-31"}
    ]}

A finding is recognised by its fingerprint alone. An entry may carry a `reason`, which reports then show.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from walint.errors import WalintError
from walint.findings.result import Location, Notice, Record, SuppressedBy
from walint.records import NamedTuple

VERSION = 1
DEFAULT_NAME = ".walint-baseline.json"


class BaselineError(WalintError):
    """The baseline file cannot be read or written."""


class Entry(NamedTuple):
    """One recorded finding. `line` is its line in the file, 0 when it has not been written yet."""

    fingerprint: str
    rule: str
    resource: str
    path: str
    first_seen: str
    reason: str | None = None
    line: int = 0

    @property
    def order(self) -> tuple[str, str, str, str]:
        """Entries are sorted by place, so that a change of the code moves few lines of the file."""
        return (self.path, self.resource, self.rule, self.fingerprint)


class Scope(NamedTuple):
    """What a run judged: entries outside of it are neither stale nor touched.

    paths        the files that were read
    rules        the ids that ran, aliases included
    undecided    (rule, path, resource) of what came out unknown: not gone, only not told this time
    missing      tells of a path that is not among `paths` whether the file no longer exists
    """

    paths: Collection[str]
    rules: Collection[str]
    undecided: Collection[tuple[str, str, str]]
    missing: Collection[str]

    def judged(self, entry: Entry) -> bool:
        """Whether this run would have reported the entry's finding if it still existed."""
        if entry.rule not in self.rules or (entry.rule, entry.path, entry.resource) in self.undecided:
            return False
        return entry.path in self.paths or entry.path in self.missing


class Baseline:
    """The entries of a baseline file, by fingerprint."""

    def __init__(self, entries: Iterable[Entry] = (), path: str = DEFAULT_NAME) -> None:
        """`path` is where the file lies, as reports show it."""
        self.path = path
        self.entries = {entry.fingerprint: entry for entry in entries}

    def match(self, fingerprint: str) -> SuppressedBy | None:
        """The baseline's word on a finding, or None when it is new."""
        entry = self.entries.get(fingerprint)
        if entry is None:
            return None
        reason = entry.reason or f"recorded in the baseline on {entry.first_seen}"
        return SuppressedBy("baseline", reason, None, self._place(entry))

    def stale(self, seen: Collection[str], scope: Scope) -> list[Entry]:
        """Entries whose finding is gone: their file and rule were judged, and nothing has their fingerprint."""
        gone = (e for e in self.entries.values() if e.fingerprint not in seen and scope.judged(e))
        return sorted(gone, key=lambda entry: entry.order)

    def notices(self, seen: Collection[str], scope: Scope) -> list[Notice]:
        """One notice for each stale entry."""
        return [
            Notice(
                "note",
                f"stale baseline entry: {entry.rule} no longer reports {entry.resource} in {entry.path}; "
                "`walint baseline prune` removes it",
                self._place(entry),
            )
            for entry in self.stale(seen, scope)
        ]

    def pruned(self, seen: Collection[str], scope: Scope) -> Baseline:
        """The baseline without its stale entries."""
        gone = {entry.fingerprint for entry in self.stale(seen, scope)}
        return Baseline((e for e in self.entries.values() if e.fingerprint not in gone), self.path)

    def updated(self, records: Sequence[Record], scope: Scope, today: str) -> Baseline:
        """The baseline with exactly these findings for what was judged. Known ones keep their day and reason."""
        kept = dict(self.pruned({record.fingerprint for record in records}, scope).entries)
        for record in records:
            entry = entry_of(record, today)
            old = kept.get(entry.fingerprint)
            kept[entry.fingerprint] = entry._replace(first_seen=old.first_seen, reason=old.reason) if old else entry
        return Baseline(kept.values(), self.path)

    def text(self) -> str:
        """The file's content."""
        lines = [
            json.dumps(_as_json(e), ensure_ascii=False) for e in sorted(self.entries.values(), key=lambda e: e.order)
        ]
        body = "\n" + ",\n".join(lines) + "\n" if lines else ""
        return f'{{"version": {VERSION}, "findings": [{body}]}}\n'

    def _place(self, entry: Entry) -> Location | None:
        return Location(self.path, entry.line, 1, entry.line, 2) if entry.line else None


def entry_of(record: Record, today: str) -> Entry:
    """The entry that records a finding."""
    path = record.location.path if record.location else ""
    return Entry(record.fingerprint, record.rule_id, record.resource.address, path, today)


def load(file: Path, shown_as: str) -> Baseline:
    """Reads a baseline file. Raises `BaselineError` when it is missing, no baseline, or of a later version."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise BaselineError(
            "there is no such baseline file", where=shown_as, help="`walint baseline update` writes one"
        ) from None
    except (OSError, ValueError) as error:
        raise BaselineError(f"the baseline cannot be read: {error}", where=shown_as) from error
    mend = "mend it by hand, or delete it and run `walint baseline update`"
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise BaselineError(
            f"the baseline is no JSON: {error.msg}", where=f"{shown_as}:{error.lineno}", help=mend
        ) from error
    except RecursionError as error:
        raise BaselineError("the baseline is nested too deeply", where=shown_as, help=mend) from error
    if not isinstance(data, dict) or not isinstance(data.get("findings"), list):
        raise BaselineError("this is no baseline: it has no list of findings", where=shown_as, help=mend)
    if data.get("version") != VERSION:
        message = f"the baseline is of version {data.get('version')!r}; this walint reads version {VERSION}"
        raise BaselineError(message, where=shown_as, help="update walint, or delete the file and record it again")
    lines = _lines_by_fingerprint(text)
    return Baseline((_entry(item, lines, shown_as, mend) for item in data["findings"]), shown_as)


def write(file: Path, baseline: Baseline) -> None:
    """Writes a baseline file in one step: a reader sees the old content or the new, never a part."""
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        temporary.write_text(baseline.text(), encoding="utf-8", newline="\n")
        temporary.replace(file)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise BaselineError(f"the baseline cannot be written: {error.strerror}", where=str(file)) from error


def _entry(item: object, lines: dict[str, int], shown_as: str, mend: str) -> Entry:
    if not isinstance(item, dict):
        raise BaselineError("an entry of the baseline is no object", where=shown_as, help=mend)
    values = {}
    for name in ("fingerprint", "rule", "resource", "path", "first_seen"):
        value = item.get(name)
        if not isinstance(value, str):
            where = f"{shown_as}:{lines.get(str(item.get('fingerprint')), 1)}"
            raise BaselineError(f"an entry of the baseline has no {name}", where=where, help=mend)
        values[name] = value
    reason = item.get("reason")
    return Entry(**values, reason=reason if isinstance(reason, str) else None, line=lines.get(values["fingerprint"], 0))


def _lines_by_fingerprint(text: str) -> dict[str, int]:
    """Where each entry stands, as long as the file keeps to one entry a line."""
    found: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        _, key, rest = line.partition('"fingerprint": "')
        if key:
            found.setdefault(rest.partition('"')[0], number)
    return found


def _as_json(entry: Entry) -> dict[str, str]:
    data = {
        "fingerprint": entry.fingerprint,
        "rule": entry.rule,
        "resource": entry.resource,
        "path": entry.path,
        "first_seen": entry.first_seen,
    }
    return data | {"reason": entry.reason} if entry.reason else data
