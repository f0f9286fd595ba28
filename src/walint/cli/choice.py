"""Which rules run: what --select, --ignore and the config make of the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from walint.cli.parsing import UsageError, did_you_mean
from walint.config import RULE_KEYS, Config, ConfigError, RuleSettings
from walint.engine import Override
from walint.findings.evaluation import Severity
from walint.findings.ruleinfo import RuleInfo
from walint.language.catalogue import Catalogue
from walint.language.rule import Parameter, Rule

_TYPES: Mapping[str, tuple[str, Callable[[Any], bool]]] = {
    "integer": ("a whole number", lambda v: isinstance(v, int) and not isinstance(v, bool)),
    "number": ("a number", lambda v: isinstance(v, (int, float)) and not isinstance(v, bool)),
    "text": ("a text", lambda v: isinstance(v, str)),
    "boolean": ("true or false", lambda v: isinstance(v, bool)),
    "list": ("a list of texts", lambda v: _is_texts(v)),  # noqa: PLW0108 - defined below
    "map": (
        "a table of lists of texts",
        lambda v: isinstance(v, dict) and all(_is_texts(item) for item in v.values()),
    ),
}


def words_for(rule: Rule) -> set[str]:
    """The words that --select and --ignore know a rule by: id, former ids, family, practices and their questions."""
    questions = {practice.partition("-")[0] for practice in rule.practices}
    return {rule.id, *rule.aliases, rule.family, *rule.practices, *questions}


def wanted(
    select: Sequence[str], ignore: Sequence[str], catalogue: Catalogue, where: str = ""
) -> Callable[[Rule], bool | None]:
    """What the words make of a rule: True, False, or None when the profile decides.

    True when a word names the rule by its id, whatever the profile says; False when it is left out. The more exact
    word wins: an id over a family or a practice.
    Raises `UsageError` for a word that no rule is known by; `where` names what holds the words.
    """
    known = {word for rule in catalogue.rules.values() for word in words_for(rule)}
    for word in (*select, *ignore):
        if word not in known:
            hint = did_you_mean(word, known) or "`walint rules list` shows rules, families and practices"
            raise UsageError(f"no rule is known by {word!r}", where=where or None, help=hint)
    chosen, left_out = set(select), set(ignore)

    def answer(rule: Rule) -> bool | None:
        names, all_words = {rule.id, *rule.aliases}, words_for(rule)
        if names & left_out:
            return False
        if names & chosen:
            return True
        if all_words & left_out or (chosen and not all_words & chosen):
            return False
        return None

    return answer


def combined(*answers: Callable[[Rule], bool | None]) -> Callable[[Rule], bool | None]:
    """The first answer that decides, of several in order of their weight."""

    def answer(rule: Rule) -> bool | None:
        return next((said for ask in answers if (said := ask(rule)) is not None), None)

    return answer


def overrides(config: Config, catalogue: Catalogue) -> dict[str, Override]:
    """What the config says about single rules, checked against their parameters. Raises `ConfigError`."""
    found: dict[str, Override] = {}
    for name, entry in config.rules.items():
        rule = catalogue.named(name)
        if rule is None:
            hint = did_you_mean(name, catalogue.rules) or "`walint rules list` shows all rules"
            raise ConfigError(f"there is no rule {name!r}", where=entry.where or config.shown_as, help=hint)
        _check_parameters(rule, entry)
        only_in = "" if entry.only_in == "any" else entry.only_in
        found[rule.id] = Override(entry.enabled, entry.severity, entry.parameters, only_in)
    return found


def rule_infos(rules: Iterable[tuple[Rule, Severity]]) -> dict[str, RuleInfo]:
    """What findings need to know of the selected rules and their severity in this run."""
    return {
        rule.id: RuleInfo(rule.id, rule.title, rule.passing, severity, rule.practices, rule.aliases)
        for rule, severity in rules
    }


def known_names(catalogue: Catalogue) -> set[str]:
    """Every id and former id."""
    return {name for rule in catalogue.rules.values() for name in (rule.id, *rule.aliases)}


def _check_parameters(rule: Rule, entry: RuleSettings) -> None:
    for name, value in entry.parameters.items():
        parameter = rule.parameters.get(name)
        if parameter is None:
            known = (*rule.parameters, *RULE_KEYS)
            hint = did_you_mean(name, known) or f"it has: {', '.join(known)}"
            raise ConfigError(f"the rule {rule.id} has no parameter {name!r}", where=entry.where, help=hint)
        if complaint := _complaint(parameter, value):
            raise ConfigError(f"{rule.id}.{name} {complaint}, not {value!r}", where=entry.where)


def _complaint(parameter: Parameter, value: object) -> str | None:
    """What is wrong with a parameter's value, None when nothing is."""
    called, fits = _TYPES[parameter.type]
    if not fits(value):
        return f"must be {called}"
    if isinstance(value, (int, float)):
        if parameter.minimum is not None and value < parameter.minimum:
            return f"must be at least {parameter.minimum:,.15g}"
        if parameter.maximum is not None and value > parameter.maximum:
            return f"must be at most {parameter.maximum:,.15g}"
    return None


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
