"""What a sweep found, as data on disk: one file for each account and region, and how every call ended.

A snapshot is judged again offline (`--replay`) and gives the same results to the byte. Its files are written in one
step each. Parts of one account and region are merged collector by collector, the later one winning, so that the order
of merging does not matter.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from walint.errors import WalintError
from walint.sources.live.places import Place

FORMAT: Final = 1
_MANIFEST: Final = "walint-snapshot.json"
_HELP: Final = "record it again with `walint audit --record DIR`"


class SnapshotError(WalintError):
    """A snapshot that cannot be read: damaged, half written, or of another version."""


@dataclass(frozen=True, slots=True)
class Found:
    """One resource. `properties` are in normal form (`walint.sources.live.normal`)."""

    type: str
    address: str
    name: str
    identifiers: Mapping[str, str]
    properties: Mapping[str, Any]


@dataclass(frozen=True, slots=True, order=True)
class Hidden:
    """A part of the population that could not be listed: why, and which types it may hold."""

    reason: str
    types: tuple[str, ...]
    action: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One line of the ledger: a call, what it was about, and how it ended ("ok", or a kind of failure)."""

    call: str
    subject: str
    outcome: str
    code: str = ""
    pages: int = 0
    by_organization: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Remark:
    """Something to say about an account, or a region of one, that is no call: it could not be entered, it is off.

    unit    "aws/123456789012", "aws/123456789012/eu-west-1"
    level   an "error" makes the audit incomplete, a "note" is only told
    hides   nothing is known of what is there
    """

    unit: str
    level: Literal["error", "note"]
    message: str
    help: str | None = None
    hides: bool = False


@dataclass(slots=True)
class Collection:
    """What one collector found in one place. `finished` is when, in ISO 8601; `complete` says that no call is open."""

    finished: str
    complete: bool
    depth: tuple[str, ...] = ()
    """The further calls that were made for each resource."""
    resources: list[Found] = field(default_factory=list)
    hidden: list[Hidden] = field(default_factory=list)
    ledger: list[Entry] = field(default_factory=list)

    def rank(self) -> tuple[bool, str, str]:
        """Of two collections of the same thing the greater one is kept: complete before not, then the later one."""
        return self.complete, self.finished, json.dumps(asdict(self), sort_keys=True)


@dataclass(slots=True)
class Part:
    """One account and region: what each collector found, by its id."""

    place: Place
    collections: dict[str, Collection] = field(default_factory=dict)


@dataclass(slots=True)
class Snapshot:
    """A whole sweep, or several merged."""

    parts: dict[Place, Part] = field(default_factory=dict)
    remarks: set[Remark] = field(default_factory=set)

    def ledger(self) -> Iterable[tuple[Place, Entry]]:
        """Every call, in order of place, call and subject."""
        for place in sorted(self.parts):
            entries = [entry for one in self.parts[place].collections.values() for entry in one.ledger]
            for entry in sorted(set(entries)):
                yield place, entry


def merged(snapshots: Iterable[Snapshot]) -> Snapshot:
    """One snapshot out of several; where two hold the same collector of the same place, the better one is kept."""
    whole = Snapshot()
    for snapshot in snapshots:
        whole.remarks |= snapshot.remarks
        for place, part in snapshot.parts.items():
            target = whole.parts.setdefault(place, Part(place)).collections
            for name, collection in part.collections.items():
                if name not in target or target[name].rank() < collection.rank():
                    target[name] = collection
    return whole


def write(snapshot: Snapshot, folder: Path) -> None:
    """Writes a snapshot into a folder, each file in one step, the manifest last. Raises `SnapshotError`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for place in sorted(snapshot.parts):
            write_part(snapshot.parts[place], folder)
        places = [list(place) for place in sorted(snapshot.parts)]
        remarks = [asdict(remark) for remark in sorted(snapshot.remarks, key=_order)]
        _write_json(folder / _MANIFEST, {"format": FORMAT, "places": places, "remarks": remarks})
    except OSError as error:
        raise SnapshotError(f"cannot write the snapshot: {error.strerror}", where=str(folder)) from error


def prepare(folder: Path) -> bool:
    """Makes sure that a snapshot can be written into a folder, before any call is made. Whether it holds one already.

    Raises `SnapshotError` when the folder cannot be written, or holds something else.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        holds = (folder / _MANIFEST).exists() or (folder / "parts").is_dir()
        if not holds and any(folder.iterdir()):
            message = "the folder is not empty and holds no snapshot"
            raise SnapshotError(message, where=str(folder), help="give an empty or a new folder")
        (folder / "parts").mkdir(exist_ok=True)
    except OSError as error:
        raise SnapshotError(f"cannot write the snapshot: {error.strerror}", where=str(folder)) from error
    return holds


def _order(remark: Remark) -> tuple[str, str, str]:
    return remark.unit, remark.level, remark.message


def write_part(part: Part, folder: Path) -> None:
    """Writes one account and region, so that an interrupted run leaves it behind."""
    path = _part_file(folder, part.place)
    path.parent.mkdir(parents=True, exist_ok=True)
    collections = {name: _as_json(one) for name, one in sorted(part.collections.items())}
    _write_json(path, {"format": FORMAT, "place": list(part.place), "collections": collections})


def read(folder: Path) -> Snapshot:
    """Reads a snapshot; parts that no manifest names (of an interrupted run) count too.

    A part that is damaged or of another format is left out, with a remark. Raises `SnapshotError` when the whole of it
    is missing, damaged or of another format.
    """
    if not folder.is_dir():
        raise SnapshotError("there is no such folder", where=str(folder), help=_HELP)
    manifest = folder / _MANIFEST
    files = sorted((folder / "parts").glob("*/*/*.json"))
    snapshot = Snapshot()
    named: dict[Path, Place] = {}
    if manifest.exists():
        whole = _read_json(manifest)
        try:
            named = {_part_file(folder, place): place for place in (Place(*map(str, p)) for p in whole["places"])}
            snapshot.remarks = {Remark(**each) for each in whole["remarks"]}
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise _damaged(manifest, error) from error
    elif not files:
        raise SnapshotError("the folder holds no snapshot", where=str(folder), help=_HELP)
    for path in sorted({*files, *named}):
        try:
            part = _read_part(path)
        except SnapshotError as error:
            unit = named[path].unit if path in named else "/".join((*path.parts[-3:-1], path.stem))
            snapshot.remarks.add(Remark(unit, "error", f"{error.message} ({path.name})", error.help, hides=True))
        else:
            snapshot.parts[part.place] = part
    return snapshot


def _part_file(folder: Path, place: Place) -> Path:
    for name in place:
        if not name or not all(character.isalnum() or character in "-_" for character in name):
            raise SnapshotError(f"{name!r} is no partition, account or region", where=str(folder), help=_HELP)
    return folder / "parts" / place.partition / place.account / f"{place.region}.json"


def _as_json(collection: Collection) -> dict[str, Any]:
    return {
        "finished": collection.finished,
        "complete": collection.complete,
        "depth": sorted(collection.depth),
        "resources": [asdict(one) for one in sorted(collection.resources, key=lambda one: (one.type, one.address))],
        "hidden": [asdict(one) for one in sorted(set(collection.hidden))],
        "ledger": [asdict(one) for one in sorted(set(collection.ledger))],
    }


def _read_part(path: Path) -> Part:
    data = _read_json(path)
    try:
        part = Part(Place(*map(str, data["place"])))
        for name, one in data["collections"].items():
            part.collections[name] = Collection(
                finished=str(one["finished"]),
                complete=bool(one["complete"]),
                depth=tuple(map(str, one["depth"])),
                resources=[Found(**each) for each in one["resources"]],
                hidden=[Hidden(**{**each, "types": tuple(each["types"])}) for each in one["hidden"]],
                ledger=[Entry(**each) for each in one["ledger"]],
            )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise _damaged(path, error) from error
    return part


def _damaged(path: Path, error: Exception) -> SnapshotError:
    return SnapshotError(f"the snapshot is damaged ({type(error).__name__}: {error})", where=str(path), help=_HELP)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_bytes())
    except OSError as error:
        message = f"a part of the snapshot cannot be read: {error.strerror}"
        raise SnapshotError(message, where=str(path), help=_HELP) from error
    except (ValueError, RecursionError) as error:
        raise SnapshotError("the snapshot is damaged: not JSON", where=str(path), help=_HELP) from error
    found = data.get("format") if isinstance(data, dict) else None
    if found != FORMAT:
        message = f"the snapshot has format {found}; this version of walint reads format {FORMAT}"
        raise SnapshotError(message, where=str(path), help=_HELP)
    return dict(data)


def _write_json(path: Path, data: Mapping[str, Any]) -> None:
    """In one step: whoever reads at the same time sees the old file or the new one."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    text = json.dumps(data, sort_keys=True, indent=1, allow_nan=False)
    try:
        temporary.write_text(text + "\n", encoding="utf-8")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
