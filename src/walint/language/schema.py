"""The shape of a rule file, validated by pydantic, and its conditions, checked against the catalogue of AWS facts.

Only imported when rules are validated: when the wheel is built, when a rule file has changed, for a user's own rules.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from walint.language.checks import ConditionCheck
from walint.language.file import Document, RuleError, did_you_mean

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")

RuleId = Annotated[str, Field(pattern=f"^{_ID.pattern}$")]
Severity = Literal["high", "medium", "low", "info"]
SourceName = Literal["sam", "cloudformation", "terraform", "terraform-plan", "live", "repository"]
EXAMPLE_SOURCES = ("cloudformation", "sam", "cdk", "terraform", "plan", "live", "repository")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ParameterModel(_Part):
    """A parameter's declaration."""

    type: Literal["integer", "number", "text", "boolean", "list", "map"]
    default: Any
    description: str = ""
    minimum: float | None = None
    maximum: float | None = None


class ProfileModel(_Part):
    """What a profile changes."""

    enabled: bool = True
    severity: Severity | None = None
    parameters: dict[str, Any] = {}


class CaseModel(_Part):
    """One case of a rule."""

    name: str = ""
    resource: str | list[str]
    when: dict[str, Any] | None = None
    expect: dict[str, Any]
    severity: Severity | None = None
    message: str = ""


class ExampleModel(_Part):
    """An example: a name, and one text (or several files) per source."""

    name: str
    not_applicable: bool = False
    today: str | None = None
    parameters: dict[str, Any] = {}
    cloudformation: str | dict[str, str] | None = None
    sam: str | dict[str, str] | None = None
    cdk: str | dict[str, str] | None = None
    terraform: str | dict[str, str] | None = None
    plan: str | dict[str, str] | None = None
    live: str | None = None
    repository: dict[str, str] | None = None


class FixModel(_Part):
    """What to write, in each dialect: a snippet, not a whole file."""

    cloudformation: str | None = Field(default=None, min_length=1)
    sam: str | None = Field(default=None, min_length=1)
    terraform: str | None = Field(default=None, min_length=1)
    cli: str | None = Field(default=None, min_length=1)


class RuleModel(_Part):
    """A whole rule file."""

    id: RuleId
    title: str = Field(max_length=120)
    passing: str = Field(max_length=120)
    severity: Severity
    practices: list[Annotated[str, Field(pattern=r"^[A-Z]+\d\d-BP\d\d$")]] = Field(min_length=1)
    since: str
    aliases: list[RuleId] = []
    only_in: Literal["production"] | None = None
    sources: list[SourceName] = Field(min_length=1)
    profiles: dict[Literal["default", "strict", "minimal"], ProfileModel] = {}
    parameters: dict[str, ParameterModel] = {}
    resource: str | list[str] | None = None
    when: dict[str, Any] | None = None
    expect: dict[str, Any] | None = None
    cases: list[CaseModel] | None = None
    rationale: str = Field(min_length=20)
    remediation: str = Field(min_length=10)
    fix: FixModel = FixModel()
    references: list[str] = []
    examples: list[ExampleModel] = []

    @field_validator("profiles", mode="before")
    @classmethod
    def _short_profiles(cls, value: Any) -> Any:
        """`off`, `on` (booleans to YAML) or a severity stand for a whole entry."""
        if not isinstance(value, Mapping):
            return value
        return {name: _profile(entry) for name, entry in value.items()}


def _profile(entry: Any) -> Any:
    match entry:
        case bool():
            return {"enabled": entry}
        case "on" | "off":
            return {"enabled": entry == "on"}
        case str():
            return {"severity": entry}
        case _:
            return entry


def validate(document: Document, *, file_stem: str) -> tuple[RuleModel | None, list[RuleError]]:
    """The rule of a file, and every mistake in it with its place; no rule when its shape is wrong."""
    if not isinstance(document.data, Mapping):
        return None, [document.error((), "a rule file is a map", "see docs/writing-rules.md")]
    try:
        model = RuleModel.model_validate(document.data)
    except ValidationError as invalid:
        return None, [_shape_error(document, error) for error in invalid.errors()]
    errors = []
    if model.id != file_stem:
        errors.append(document.error(("id",), f"the id {model.id} differs from the file name {file_stem}"))
    errors += _check_cases(document, model)
    return model, errors


def _shape_error(document: Document, error: Any) -> RuleError:
    loc = tuple(part for part in error["loc"] if part not in ("dict[str,str]", "list[str]", "str"))
    if error["type"] == "extra_forbidden":
        model: type[BaseModel] = RuleModel
        if "examples" in loc:
            model = ExampleModel
        elif "parameters" in loc:
            model = ParameterModel
        elif "cases" in loc:
            model = CaseModel
        elif "fix" in loc:
            model = FixModel
        return document.error(loc, f"unknown key {loc[-1]}", did_you_mean(str(loc[-1]), model.model_fields))
    if error["type"] == "missing":
        return document.error(loc, f"the key {loc[-1]} is missing", "see docs/writing-rules.md")
    dotted = ".".join(map(str, loc))
    return document.error(loc, f"{dotted}: {error['msg'][:1].lower()}{error['msg'][1:]}")


def _check_cases(document: Document, model: RuleModel) -> list[RuleError]:
    whole = model.resource is not None or model.expect is not None
    if whole == (model.cases is not None):
        message = "a rule has either resource, when and expect, or cases"
        return [document.error((), message, "see docs/writing-rules.md, Cases")]
    check = ConditionCheck(document, {name: spec.type for name, spec in model.parameters.items()})
    if model.cases is not None:
        for index, case in enumerate(model.cases):
            check.case(("cases", index), case.resource, case.when, case.expect)
    else:
        if model.resource is None or model.expect is None:
            return [document.error((), "a rule without cases needs resource and expect")]
        check.case((), model.resource, model.when, model.expect)
    check.unused_parameters()
    return check.errors
