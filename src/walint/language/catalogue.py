"""Loads rules: the shipped ones and a user's own, from what was compiled before or, when files changed, from YAML."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from walint.catalog.compiled import Compilable, compiled, register
from walint.errors import WalintError
from walint.installation import data_directory
from walint.language.rule import Case, Parameter, ProfileEntry, Rule
from walint.records import dataclass, field


class RulesError(WalintError):
    """One or more rule files cannot be used; `errors` are the single mistakes."""

    def __init__(self, errors: Sequence[WalintError]) -> None:
        """There is at least one error; the first one is the message."""
        first = errors[0]
        super().__init__(first.message, where=first.where, help=first.help)
        self.errors = tuple(errors)


@dataclass(frozen=True, slots=True)
class RuleTexts:
    """The texts of a rule, for people: reports' help, `walint explain`, the documentation."""

    id: str
    family: str
    title: str
    passing: str
    severity: str
    practices: tuple[str, ...]
    sources: tuple[str, ...]
    since: str
    rationale: str
    remediation: str
    fix: Mapping[str, str]
    references: tuple[str, ...]
    parameters: Mapping[str, Parameter]
    load_examples: Callable[[], tuple[Mapping[str, Any], ...]] = field(repr=False, compare=False)

    @property
    def examples(self) -> tuple[Mapping[str, Any], ...]:
        """The examples as written. They are nine tenths of all text, so they are read when somebody asks for them."""
        return self.load_examples()


class Catalogue:
    """The rules of a run by id, and their texts when somebody asks for them."""

    def __init__(self, folders: Sequence[Path]) -> None:
        """Raises `RulesError` when a rule file is wrong, or an id is used twice."""
        self._folders = tuple(map(_Folder, folders))
        self.rules: dict[str, Rule] = {}
        for folder in self._folders:
            for data in compiled(*folder.compilable("rules")):
                rule = _rule(data)
                if rule.id in self.rules:
                    message = f"the rule {rule.id} is defined twice: {self.rules[rule.id].path} and {rule.path}"
                    raise RulesError([WalintError(message, where=rule.path)])
                self.rules[rule.id] = rule

    @cached_property
    def _texts(self) -> Mapping[str, Mapping[str, Any]]:
        return self._kept("rule_texts")

    @cached_property
    def _examples(self) -> Mapping[str, Mapping[str, Any]]:
        return self._kept("rule_examples")

    def _kept(self, part: str) -> Mapping[str, Mapping[str, Any]]:
        """A part of every rule by id, of those that were there when the rules were loaded."""
        entries = (entry for folder in self._folders for entry in compiled(*folder.compilable(part)))
        return {entry["id"]: entry for entry in entries if entry["id"] in self.rules}

    def texts(self, rule_id: str) -> RuleTexts:
        """The texts of a rule. Raises KeyError for an unknown id."""
        rule = self.rules[rule_id]

        def examples() -> tuple[Mapping[str, Any], ...]:
            return tuple(self._examples.get(rule_id, {}).get("examples", ()))

        return _rule_texts(self._texts.get(rule_id, _GONE), rule, examples)

    def named(self, name: str) -> Rule | None:
        """The rule with this id or this former id."""
        if name in self.rules:
            return self.rules[name]
        return next((rule for rule in self.rules.values() if name in rule.aliases), None)


def load_rules(extra_folders: Sequence[Path] = (), *, include_shipped: bool = True) -> Catalogue:
    """The shipped rules and those of further folders. Raises `RulesError`."""
    shipped = [data_directory("rules")] if include_shipped else []
    return Catalogue([*shipped, *extra_folders])


def rule_files(folder: Path) -> list[Path]:
    """The rule files below a folder, sorted."""
    return list(map(Path, _rule_files(os.fspath(folder))))


def _rule_files(folder: str) -> list[str]:
    found = []
    for base, _, names in os.walk(folder):
        found += [
            os.path.join(base, name)  # noqa: PTH118 - as a start has to find them all, without a `Path` of each
            for name in names
            if name.endswith((".yaml", ".yml")) and not name.startswith(".")
        ]
    return sorted(found, key=lambda path: path.split(os.sep))  # noqa: PTH206 - see above


def validate_files(files: Iterable[Path]) -> list[dict[str, Any]]:
    """The rules of these files as plain data. Raises `RulesError` with every mistake of every file."""
    from walint.language.file import read_document
    from walint.language.schema import validate

    errors: list[WalintError] = []
    found = []
    for path in files:
        try:
            document = read_document(path)
        except WalintError as error:
            errors.append(error)
            continue
        model, mistakes = validate(document, file_stem=path.stem)
        errors += mistakes
        if model is not None:
            data = model.model_dump(mode="json", exclude_none=True)
            found.append({**data, "family": path.parent.name, "path": str(path)})
    if errors:
        raise RulesError(errors)
    return found


_VALIDATORS = tuple(
    os.path.join(os.path.dirname(__file__), name)  # noqa: PTH118, PTH120 - see `_rule_files`
    for name in ("file.py", "schema.py", "checks.py")
)
"""What decides whether a rule file is right: when it changes, in a checkout, rules are validated anew."""


class _Folder:
    """A folder of rules, and what is compiled of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._shipped = folder == data_directory("rules")

    @cached_property
    def _files(self) -> list[str]:
        return _rule_files(os.fspath(self._folder))

    @cached_property
    def _validated(self) -> list[dict[str, Any]]:
        rules = validate_files(rule_files(self._folder))  # as they are now: some may have gone since they were listed
        if self._shipped:  # a wheel must not carry the paths of the machine that built it
            return [{**rule, "path": f"rules/{rule['family']}/{rule['id']}.yaml"} for rule in rules]
        return rules

    def compilable(self, part: str) -> Compilable:
        """The "rules" as the engine needs them, their "rule_texts" or their "rule_examples"."""
        keys = _KEYS[part]

        def build() -> list[dict[str, Any]]:
            return [{key: rule[key] for key in keys if key in rule} for rule in self._validated]

        name = part if self._shipped else f"user_{part}"
        return Compilable(name, lambda: self._files, build, _VALIDATORS)


_GONE: Mapping[str, str] = {"rationale": "", "remediation": ""}
"""The texts of a rule whose file has gone since the rules were loaded."""

_KEYS: Mapping[str, Sequence[str]] = {
    "rules": (
        "id", "family", "title", "passing", "severity", "practices", "sources", "since", "aliases", "only_in",
        "parameters", "profiles", "resource", "when", "expect", "cases", "path",
    ),
    "rule_texts": ("id", "rationale", "remediation", "fix", "references"),
    "rule_examples": ("id", "examples"),
}  # fmt: skip
"""What each part of the compiled rules holds: a check needs the first, and of the second what it reports."""


def register_shipped() -> None:
    """Announces the shipped rules to `walint.catalog.compiled.compile_all`, for the wheel."""
    folder = _Folder(data_directory("rules"))
    for part in _KEYS:
        register(*folder.compilable(part))


def _rule(data: Mapping[str, Any]) -> Rule:
    whole = data.get("cases", [data])
    return Rule(
        id=data["id"],
        family=data["family"],
        title=data["title"],
        passing=data["passing"],
        severity=data["severity"],
        practices=tuple(data["practices"]),
        sources=tuple(data["sources"]),
        cases=tuple(_case(case, whole_rule="cases" not in data) for case in whole),
        path=data["path"],
        since=data["since"],
        aliases=tuple(data.get("aliases", ())),
        only_in=data.get("only_in", ""),
        parameters={name: Parameter(name, **spec) for name, spec in data.get("parameters", {}).items()},
        profiles={name: ProfileEntry(**entry) for name, entry in data.get("profiles", {}).items()},
    )


def _case(data: Mapping[str, Any], *, whole_rule: bool) -> Case:
    resource = data["resource"]
    return Case(
        types=(resource,) if isinstance(resource, str) else tuple(resource),
        when=data.get("when"),
        expect=data["expect"],
        name=data.get("name", "") if not whole_rule else "",
        severity=None if whole_rule else data.get("severity"),
        message="" if whole_rule else data.get("message", ""),
    )


def _rule_texts(
    data: Mapping[str, Any], rule: Rule, examples: Callable[[], tuple[Mapping[str, Any], ...]]
) -> RuleTexts:
    return RuleTexts(
        id=rule.id,
        family=rule.family,
        title=rule.title,
        passing=rule.passing,
        severity=rule.severity,
        practices=rule.practices,
        sources=rule.sources,
        since=rule.since,
        rationale=data["rationale"].strip(),
        remediation=data["remediation"].strip(),
        fix={dialect: snippet.rstrip() for dialect, snippet in data.get("fix", {}).items()},
        references=tuple(data.get("references", ())),
        parameters=rule.parameters,
        load_examples=examples,
    )
