"""A rule as it is loaded, and as it is compiled for one run with its parameters filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from walint.language.condition import Condition, compile_later
from walint.records import NamedTuple, dataclass, field

Severity: TypeAlias = Literal["high", "medium", "low", "info"]
ParameterValue: TypeAlias = Any
"""A JSON-like value of the type that the parameter's declaration says; checked when the config is read."""


class Parameter(NamedTuple):
    """A knob of a rule: its type ("integer", "number", "text", "boolean", "list", "map"), default and bounds."""

    name: str
    type: str
    default: ParameterValue
    description: str = ""
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class ProfileEntry:
    """What a profile changes about a rule."""

    enabled: bool = True
    severity: Severity | None = None
    parameters: Mapping[str, ParameterValue] = field(default_factory=dict)


class Case(NamedTuple):
    """A part of a rule: which types it judges, when, what it expects. Conditions are as written in the file."""

    types: tuple[str, ...]
    when: Mapping[str, Any] | None
    expect: Mapping[str, Any]
    name: str = ""
    severity: Severity | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """What the engine and reports need of a rule on every run; its long texts are loaded when they are shown.

    `only_in` is "production" for a rule that matters only there: in every other environment its findings are `info`.
    """

    id: str
    family: str
    title: str
    passing: str
    severity: Severity
    practices: tuple[str, ...]
    sources: tuple[str, ...]
    cases: tuple[Case, ...]
    path: str
    since: str = ""
    aliases: tuple[str, ...] = ()
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    profiles: Mapping[str, ProfileEntry] = field(default_factory=dict)
    only_in: str = ""

    @property
    def types(self) -> tuple[str, ...]:
        """All types that the rule judges."""
        return tuple(dict.fromkeys(name for case in self.cases for name in case.types))


class CompiledCase(NamedTuple):
    """A case whose conditions are closures."""

    case: Case
    when: Condition | None
    expect: Condition


_FROM_MILD: tuple[Severity, ...] = ("info", "low", "medium", "high")


class CompiledRule(NamedTuple):
    """A rule ready to judge: its severity in this run, and its cases by resource type."""

    rule: Rule
    severity: Severity
    fixed_severity: bool
    cases: Mapping[str, tuple[CompiledCase, ...]]
    ceiling: bool = False

    def severity_of(self, case: CompiledCase) -> Severity:
        """The severity of what a case finds: its own, unless the profile or the config has set the rule's.

        What a profile has set is a ceiling: a case that is milder by itself, such as a weak sign, stays so.
        """
        own = case.case.severity
        if own is None or (self.fixed_severity and not self.ceiling):
            return self.severity
        if self.ceiling and _FROM_MILD.index(own) > _FROM_MILD.index(self.severity):
            return self.severity
        return own


def compile_rule(
    rule: Rule,
    severity: Severity,
    parameters: Mapping[str, ParameterValue],
    fixed_severity: bool = False,  # noqa: FBT001, FBT002 - a fact about `severity`
    ceiling: bool = False,  # noqa: FBT001, FBT002 - another one
) -> CompiledRule:
    """Fills in the parameters (defaults where `parameters` has none) and compiles the conditions."""
    values = {name: parameters.get(name, parameter.default) for name, parameter in rule.parameters.items()}
    by_type: dict[str, list[CompiledCase]] = {}
    for case in rule.cases:
        when = compile_later(case.when, values) if case.when else None
        ready = CompiledCase(case, when, compile_later(case.expect, values))
        for type_name in case.types:
            by_type.setdefault(type_name, []).append(ready)
    return CompiledRule(
        rule, severity, fixed_severity, {name: tuple(cases) for name, cases in by_type.items()}, ceiling
    )
