"""The configuration: found from the scanned path upwards, checked against its schema, turned into plain settings.

The nearest of `walint.toml`, `.walint.toml` and `pyproject.toml` (with a table `[tool.walint]`) is used, from the
folder of the scanned path up to the root of the scan: of the git repository, else the current folder if the path lies
in it. What a config names (folders of rules, parameter files, the baseline) lies relative to it and must lie inside the
repository.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from walint.config_schema import SCHEMA
from walint.errors import WalintError
from walint.findings.evaluation import Severity
from walint.findings.place import location_of
from walint.findings.suppression import Suppression, Where
from walint.git.place import git_root
from walint.model.span import Span
from walint.records import dataclass, field, replace

if TYPE_CHECKING:
    from walint.findings.environments import Match

NAMES = ("walint.toml", ".walint.toml", "pyproject.toml")
RULE_KEYS = ("enabled", "severity", "only_in")
"""What `[rules.ID]` may hold beside the rule's own parameters."""
_MOST_BYTES = 1_000_000


class ConfigError(WalintError):
    """The configuration cannot be read, or holds something that means nothing."""


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """What the config says about one rule, and where, so that a mistake in a parameter can be shown."""

    enabled: bool | None
    severity: Severity | None
    parameters: Mapping[str, Any]
    where: Span | None = None
    only_in: str | None = None


@dataclass(frozen=True, slots=True)
class Environment:
    """What holds in one environment, what belongs to it, and whether it is one of production (None: its name tells)."""

    parameters: Mapping[str, str] = field(default_factory=dict)
    parameter_files: tuple[Path, ...] = ()
    region: str | None = None
    account: str | None = None
    sam_config_env: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    var_files: tuple[Path, ...] = ()
    workspace: str | None = None
    match: Match | None = None
    production: bool | None = None


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of a project; those of the command line win over them.

    `file` is where they were read, None when there is no config. `shown_as` is that path for people.
    """

    file: Path | None = None
    shown_as: str = ""
    profile: str = "default"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    min_severity: Severity = "info"
    fail_on: str = "medium"
    fail_on_unknown: bool = False
    exclude: tuple[str, ...] = ()
    everywhere: Environment = field(default_factory=Environment)
    rules_dirs: tuple[Path, ...] = ()
    rule_pages: str = ""
    baseline: Path | None = None
    rules: Mapping[str, RuleSettings] = field(default_factory=dict)
    environments: Mapping[str, Environment] = field(default_factory=dict)
    suppress: tuple[Suppression, ...] = ()

    def layers(self, name: str | None) -> tuple[Environment, ...]:
        """What holds for all environments and, on top of it, what holds in this one. Raises `ConfigError`.

        A project without any environment in its config may name one that only samconfig.toml knows.
        """
        if name is None:
            return (self.everywhere,)
        chosen = self.environments.get(name)
        if chosen is None:
            if not self.environments:
                return self.everywhere, Environment(sam_config_env=name)
            known = ", ".join(sorted(self.environments))
            raise ConfigError(f"there is no environment {name!r}", where=self.shown_as, help=f"the config has: {known}")
        return self.everywhere, replace(chosen, sam_config_env=chosen.sam_config_env or name)


def find(start: Path, top: Path) -> Path | None:
    """The config file that is nearest to a folder, looked for up to the folder `top`; or None.

    Raises `ConfigError` when it is a link that leads out of `top`.
    """
    for folder in (start, *start.parents):
        for name in NAMES:
            file = folder / name
            if file.is_file() and (name != "pyproject.toml" or _is_configured(file)):
                if not Path(os.path.realpath(file)).is_relative_to(os.path.realpath(top)):
                    raise ConfigError("is a link that leads out of the repository", where=_shown(file, top))
                return file
        if folder == top:
            return None
    return None


def load(file: Path, root: Path) -> Config:
    """Reads a config file. `root` is the folder that its paths are shown relative to. Raises `ConfigError`."""
    shown_as = _shown(file, root)
    text = _text(file, shown_as)
    import tomllib  # only when there is a config

    try:
        data: Any = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"the config is no TOML: {error}", where=shown_as) from error
    except RecursionError as error:
        raise ConfigError("the config is nested too deeply", where=shown_as) from error
    prefix: tuple[str, ...] = ()
    if file.name == "pyproject.toml":
        prefix = ("tool", "walint")
        tool = data.get("tool")
        data = tool.get("walint", {}) if isinstance(tool, dict) else {}
    from walint.config_check import Checker

    Checker(shown_as, text, prefix).check(data, SCHEMA)
    return _Reader(file, shown_as, text, prefix, root).config(data)


class _Reader:
    """Turns checked data into a `Config`."""

    def __init__(self, file: Path, shown_as: str, text: str, prefix: tuple[str, ...], root: Path) -> None:
        from walint.config_check import Places

        self._file = file
        self._shown_as = shown_as
        self._folder = file.parent
        self._prefix = prefix
        self._places = Places(text)
        self._fence = Path(os.path.realpath(git_root(file.parent.absolute()) or file.parent))
        self._root = root

    def config(self, data: Mapping[str, Any]) -> Config:
        """The whole config."""
        plain = ("profile", "min_severity", "fail_on", "fail_on_unknown")
        return Config(
            file=self._file,
            shown_as=self._shown_as,
            **{name: data[name] for name in plain if name in data},
            select=tuple(data.get("select", ())),
            ignore=tuple(data.get("ignore", ())),
            exclude=tuple(self._glob(glob) for glob in data.get("exclude", ())),
            everywhere=self._environment(data, ()),
            rules_dirs=tuple(self._inside(name, "rules_dirs") for name in data.get("rules_dirs", ())),
            rule_pages=self._address(data.get("rule_pages", "")),
            baseline=self._inside(data["baseline"], "baseline") if "baseline" in data else None,
            rules={rule_id: self._rule(rule_id, entry) for rule_id, entry in data.get("rules", {}).items()},
            environments={
                name: self._environment(entry, ("environments", name))
                for name, entry in data.get("environments", {}).items()
            },
            suppress=tuple(self._suppression(entry, n) for n, entry in enumerate(data.get("suppress", ()))),
        )

    def _environment(self, data: Mapping[str, Any], keys: tuple[str, ...]) -> Environment:
        return Environment(
            {name: _plain(value) for name, value in data.get("parameters", {}).items()},
            tuple(self._inside(name, *keys, "parameter_files") for name in data.get("parameter_files", ())),
            data.get("region"),
            data.get("account"),
            data.get("sam_config_env"),
            {name: _plain(value) for name, value in data.get("variables", {}).items()},
            tuple(self._inside(name, *keys, "var_files") for name in data.get("var_files", ())),
            data.get("workspace"),
            self._match(data["match"]) if "match" in data else None,
            data.get("production"),
        )

    def _match(self, data: Mapping[str, Any]) -> Match:
        from walint.findings.environments import Match  # few configs have environments that match

        return Match(
            tuple(data.get("stack", ())),
            tuple(self._glob(glob) for glob in data.get("path", ())),
            tuple(data.get("workspace", ())),
            tuple(data.get("account", ())),
            {key: tuple(globs) for key, globs in data.get("tag", {}).items()},
        )

    def _rule(self, rule_id: str, entry: Mapping[str, Any]) -> RuleSettings:
        parameters = {name: value for name, value in entry.items() if name not in RULE_KEYS}
        where = self._span("rules", rule_id)
        return RuleSettings(entry.get("enabled"), entry.get("severity"), parameters, where, entry.get("only_in"))

    def _suppression(self, entry: Mapping[str, Any], number: int) -> Suppression:
        where = Where(
            self._glob(entry["path"]) if "path" in entry else "",
            *(entry.get(name, "") for name in ("resource", "account", "region")),
        )
        until = entry.get("until")
        location = location_of(self._span("suppress", str(number)))
        reason = entry.get("reason", "").strip() or None
        rules = (entry["rule"].strip(),)
        return Suppression("config", rules, reason, None if until is None else str(until), location, where=where)

    def _glob(self, pattern: str) -> str:
        """A glob of the config as one that is relative to the root of the scan."""
        folder = _shown(self._folder, self._root)
        return pattern if folder in {"", "."} or pattern.startswith("**/") else f"{folder}/{pattern.removeprefix('./')}"

    def _address(self, text: str) -> str:
        """The address of a site; it becomes links in reports, so that nothing but the web is let in."""
        if text and not re.fullmatch(r"https?://[!-~]+", text):
            raise ConfigError(
                "rule_pages is no address of a site",
                where=self._span("rule_pages") or self._shown_as,
                help='rule_pages = "https://..."',
            )
        return text

    def _inside(self, name: str, *keys: str) -> Path:
        path = self._folder / name
        real = Path(os.path.realpath(path))
        if real != self._fence and self._fence not in real.parents:
            raise ConfigError(
                f"{name} lies outside of the repository",
                where=self._span(*keys) or self._shown_as,
                help="name it on the command line instead: the config of a repository must not lead out of it",
            )
        return path

    def _span(self, *keys: str) -> Span | None:
        line = self._places.line((*self._prefix, *keys))
        return Span(self._shown_as, line, 1, line, 2) if line else None


def _shown(path: Path, root: Path) -> str:
    try:
        return path.absolute().relative_to(root).as_posix()
    except ValueError:
        return path.as_posix()


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _is_configured(file: Path) -> bool:
    try:
        with file.open("rb") as stream:
            return b"tool.walint" in stream.read(_MOST_BYTES)
    except OSError:
        return False


def _text(file: Path, shown_as: str) -> str:
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise ConfigError("the config is larger than 1 MB", where=shown_as)
        return file.read_bytes().decode("utf-8").replace("\r\n", "\n")
    except FileNotFoundError:
        raise ConfigError("there is no such config file", where=shown_as) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"the config cannot be read: {error}", where=shown_as) from error
