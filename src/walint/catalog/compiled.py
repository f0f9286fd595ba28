"""Loads data that people edit as YAML, without paying for YAML on every run.

Three places are tried in turn: a JSON file that was made when the wheel was built, the user's own cache, and at
last the YAML itself (whose result is then put into the cache). The cache only ever saves time: whatever is wrong
with it, the data are built anew.
"""

from __future__ import annotations

import json
import os
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from zlib import crc32

from walint import __version__
from walint.errors import WalintError
from walint.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

JsonValue: TypeAlias = Any
"""What `json` reads and writes: mappings, lists, texts, numbers, booleans and None."""
Files: TypeAlias = "Sequence[str | Path]"

_REGISTERING_MODULES: Final = (
    "walint.catalog.alarm_coverage",
    "walint.catalog.alarm_metrics",
    "walint.catalog.defaults",
    "walint.catalog.identity",
    "walint.catalog.live",
    "walint.catalog.practices",
    "walint.catalog.relations",
    "walint.catalog.standards",
    "walint.catalog.terraform",
    "walint.catalog.terraform_modules",
)
"""The catalogue's modules that register data. Other layers import their own before they call `compile_all`."""


class CatalogError(WalintError):
    """Data of the catalogue cannot be read: a damaged installation, or a mistake in a file that was just edited."""


class Compilable(NamedTuple):
    """A piece of data that can be pre-built: its name, the files it is made of, how, and the code that has a say.

    Files that have to be looked for are given as what finds them: they matter only where nothing is pre-built.
    """

    name: str
    sources: Files | Callable[[], Files]
    build: Callable[[], JsonValue]
    code: Files = ()


_PREBUILT: Final = Path(__file__).resolve().parent.parent / "_data" / "compiled"
"""Where the wheel carries what `compile_all` made; a checkout has no such folder."""

_registered: dict[str, Compilable] = {}
_cache_in_use = True


def use_cache(on: bool) -> None:  # noqa: FBT001 - a switch, named by the function
    """Switches the user's cache on or off for this process (`--no-cache`). Pre-built data are used either way."""
    global _cache_in_use  # noqa: PLW0603 - one switch for the process, set once by the command line
    _cache_in_use = on


def register(
    name: str, sources: Files | Callable[[], Files], build: Callable[[], JsonValue], code: Files = ()
) -> Compilable:
    """Announces data that `compile_all` shall pre-build; load them later with `compiled(*the_result)`."""
    item = Compilable(name, sources, build, code)
    _registered[name] = item
    return item


def compiled(
    name: str, sources: Files | Callable[[], Files], build: Callable[[], JsonValue], code: Files = ()
) -> JsonValue:
    """The data called `name`: pre-built, from the user's cache, or from `build()`.

    `sources` are the files that `build` reads; when one of them, or the module that defines `build`, or one of the
    modules `code` that it calls, has changed, the cache is not used. What `build` returns must survive JSON. Errors
    of `build` pass through.
    """
    ready = _read_json(_PREBUILT / f"{name}.json")
    if ready is not None:
        return ready
    if not _cache_in_use:
        return build()
    files = sources() if callable(sources) else sources
    cache = _cache_file(name, files)
    if cache is None:
        return build()
    key = _key([*files, *code], build)
    kept = _read_json(cache)
    if isinstance(kept, dict) and kept.get("key") == key:
        return kept.get("data")
    data = build()
    _write_json(cache, {"key": key, "data": data})
    return data


def compile_all(target: Path) -> list[Path]:
    """Pre-builds everything that is registered into the folder `target`, for the wheel; returns the files written."""
    for module in _REGISTERING_MODULES:
        import_module(module)
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for item in sorted(_registered.values(), key=lambda one: one.name):
        path = target / f"{item.name}.json"
        path.write_text(_dumps(item.build()), encoding="utf-8")
        written.append(path)
    return written


def read_yaml(path: Path) -> Any:
    """A data file of the catalogue, read by libyaml where PyYAML has it. Only called when nothing is pre-built."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - a safe loader either way


def cache_directory() -> Path | None:
    """The folder of this version's cache: below XDG_CACHE_HOME, else ~/.cache; None when there is no home."""
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if not base.is_absolute():
        base = Path(os.path.expanduser("~/.cache"))  # noqa: PTH111 - Path.expanduser raises where there is no home
        if not base.is_absolute():
            return None
    return base / "walint" / __version__


def _cache_file(name: str, sources: Files) -> Path | None:
    """Where the data are kept; another checkout of walint, or another folder of rules, has a file of its own."""
    directory = cache_directory()
    if directory is None:
        return None
    folders = "\n".join(sorted({os.path.dirname(_absolute(path)) for path in sources}))  # noqa: PTH120
    return directory / f"{name}-{crc32(os.fsencode(folders)):08x}.json"


def _absolute(path: str | Path) -> str:
    text = os.fspath(path)
    return text if os.path.isabs(text) else os.path.abspath(text)  # noqa: PTH100, PTH117 - no hundreds of `Path`s


def _key(sources: Files, build: Callable[[], JsonValue]) -> str:
    """What the cached data depend on: walint's version, and path, time and size of every file that made them.

    Texts take the place of `Path`s: every start asks for some hundred files.
    """
    parts = [__version__]
    code = getattr(build, "__code__", None)
    for path in [*sources, *([code.co_filename] if code else [])]:
        where = _absolute(path)
        try:
            status = os.stat(where)  # noqa: PTH116
        except OSError:
            parts.append(f"{where}|missing")
        else:
            parts.append(f"{where}|{status.st_mtime_ns}|{status.st_size}")
    return "\n".join(parts)


def _read_json(path: Path) -> JsonValue:
    """The content of a JSON file; None when it is missing, unreadable or damaged."""
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None


def _write_json(path: Path, data: JsonValue) -> None:
    """Writes a file in one step, so that a process that reads at the same time sees all of it or nothing."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(_dumps(data), encoding="utf-8")
        temporary.replace(path)
    except OSError:
        try:
            temporary.unlink()
        except OSError:
            return


def _dumps(data: JsonValue) -> str:
    return json.dumps(data, separators=(",", ":"), allow_nan=False)
