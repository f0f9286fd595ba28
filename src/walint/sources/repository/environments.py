"""The environments that a repository configures apart: in parameter files, samconfig, tfvars, folders and pipelines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from walint.patterns import lazy

_WORDS = (
    # Before production, whose word is in these: "pre-prod", "non-prod".
    ("staging", r"staging|stage|stg|(?:pre|non)-?prod(?:uction)?|homolog\w*|hml|uat|acc(?:eptance)?"),
    ("production", r"prod(?:uction|ução|ucao)?|prd|live"),
    ("development", r"dev(?:el|elop|elopment)?|desenvolvimento|sandbox|sbx"),
    ("test", r"test(?:ing)?|qa|int(?:egration)?"),
)
_NAMED = tuple((name, lazy(rf"(?<![a-z])(?:{pattern})(?![a-z])", 2)) for name, pattern in _WORDS)
_FOLDER = lazy(r"(?:.*/)?(?:environments?|envs?|live|stages?)/([^/]+)/[^/]+(?:/.*)?")
_IN_FOLDER = lazy(r"(?:.*/)?(?:parameters|params|config|environments?|envs?|stages?|vars)/([^/]+)\.\w+")
_FILE = lazy(r"(?:.*/)?([\w.-]*(?:parameters|params)[\w.-]*)\.(?:json|ya?ml)|(?:.*/)?([\w.-]*)\.tfvars(?:\.json)?")
_EXACT = {name: lazy(pattern, 2) for name, pattern in _WORDS if name != "test"}
"""What a folder or file of infrastructure must be called to be an environment's; a folder "test" holds tests."""
_PLAIN = lazy(r"[a-z][a-z0-9-]{1,24}")
_OVERRIDE = lazy(r"(?i)\b(?:env|environment|stage|environmentname|envname|stagename)\s*=\s*\"?([\w-]+)")


def environment_named(text: str) -> str | None:
    """The environment that a name speaks of: "prod-eu" is production."""
    return next((name for name, pattern in _NAMED if pattern.search(text)), None)


def environments_spoken_of(text: str) -> Iterator[str]:
    """All environments that a text speaks of: "dev pre-prod prod" names three."""
    for name, pattern in _NAMED:
        text, count = pattern.subn(" ", text)
        if count:
            yield name


def environments_in(
    settings: Iterable[str], infrastructure: Iterable[str], read: Callable[[str], bytes | None]
) -> dict[str, str]:
    """The environments of files of settings and of infrastructure: each name, and the file that first tells of it."""
    found: dict[str, str] = {}
    for path in settings:
        for name in _names(path, read):
            found.setdefault(name, path)
    for path in infrastructure:
        for name in (*_names(path, read), *_exact(path)):
            found.setdefault(name, path)
    return found


def _exact(path: str) -> Iterator[str]:
    """The environments that folders and files are called by: infra/prod/main.tf, infra/app/dev.tf."""
    *folders, file = path.split("/")
    for part in (*folders, file.partition(".")[0]):
        yield from (name for name, pattern in _EXACT.items() if pattern.fullmatch(part))


def _names(path: str, read: Callable[[str], bytes | None]) -> Iterator[str]:
    name = path.rpartition("/")[2]
    if name == "samconfig.toml":
        data = read(path)
        if data is not None:
            yield from _samconfig(data)
        return
    if found := _FOLDER.fullmatch(path):
        folder = found.group(1).lower()
        known = environment_named(folder)
        if known or (_PLAIN.fullmatch(folder) and folder not in {"modules", "module", "common", "shared", "global"}):
            yield known or folder
        return
    if found := _IN_FOLDER.fullmatch(path) or _FILE.fullmatch(path):
        known = environment_named(next(group for group in found.groups() if group is not None))
        if known:
            yield known


def _samconfig(data: bytes) -> Iterator[str]:
    import tomllib  # few repositories have such a file

    try:
        tables = tomllib.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return
    for name, commands in tables.items():
        if not isinstance(commands, dict):
            continue
        words = str(commands)
        given = _OVERRIDE.search(words)
        if name == "default":
            yield (environment_named(given.group(1)) or given.group(1).lower()) if given else "default"
        else:
            yield environment_named(name) or name.lower()
