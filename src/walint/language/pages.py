"""The words of a rule's page, the same in the terminal and in the documentation: profiles, parameters, examples."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypeAlias

from walint.language.rule import Parameter, Rule
from walint.records import NamedTuple

SOURCES = {
    "sam": "SAM",
    "cloudformation": "CloudFormation",
    "cdk": "CDK",
    "terraform": "Terraform",
    "plan": "Terraform plan",
    "live": "Live account",
    "repository": "Repository",
    "cli": "AWS CLI",
}
"""What the keys of `fix` and of examples are called, in the order of a page."""

MARK = re.compile(r"(?:#|//|<!--)\s*(finding|unknown)\b")
"""A mark of an example: walint blames the line, or cannot judge it."""

Kind: TypeAlias = Literal["finding", "passes", "unknown", "not applicable"]
KINDS: Mapping[Kind, str] = {
    "finding": "Finding",
    "passes": "No finding",
    "unknown": "Cannot be judged",
    "not applicable": "Does not apply",
}


class Shown(NamedTuple):
    """What an example holds for one source, or for several that are written alike.

    `files` holds the texts by path; the path of a single text is "".
    """

    sources: tuple[str, ...]
    kind: Kind
    files: Mapping[str, str]

    @property
    def title(self) -> str:
        """The sources in words: "SAM, CloudFormation"."""
        return ", ".join(SOURCES[name] for name in self.sources)


def shown_of(example: Mapping[str, Any]) -> list[Shown]:
    """The texts of an example in the order of `SOURCES`; what is written alike is there once."""
    found: list[Shown] = []
    for source in SOURCES:
        given = example.get(source)
        if given is None:
            continue
        files = {"": given} if isinstance(given, str) else dict(given)
        same = next((index for index, other in enumerate(found) if other.files == files), None)
        if same is None:
            found.append(Shown((source,), _kind(example, files), files))
        else:
            found[same] = found[same]._replace(sources=(*found[same].sources, source))
    return found


def _kind(example: Mapping[str, Any], files: Mapping[str, str]) -> Kind:
    if example.get("not_applicable"):
        return "not applicable"
    marks = {mark for text in files.values() for mark in MARK.findall(text)}
    return "finding" if "finding" in marks else "unknown" if marks else "passes"


def profiles_of(rule: Rule) -> Iterator[tuple[str, str]]:
    """Each profile and what it does with the rule: ("strict", "on (high) (min_days = 90)")."""
    for name in ("default", "strict", "minimal"):
        entry = rule.profiles.get(name)
        on = entry.enabled if entry else name != "minimal" or rule.severity == "high"
        text = "on" if on else "off"
        if entry and on and entry.severity:
            text += f" ({entry.severity})"
        if entry and on and entry.parameters:
            text += f" ({', '.join(f'{key} = {toml(value)}' for key, value in entry.parameters.items())})"
        yield name, text


def severity_note(rule: Rule) -> str:
    """The other severities of a rule whose cases have their own: " (low in some cases)"; empty for most rules."""
    others = sorted({case.severity for case in rule.cases if case.severity} - {rule.severity})
    return f" ({', '.join(others)} in some cases)" if others else ""


def bounds_of(parameter: Parameter) -> str:
    """The type of a parameter and its limits: "integer, at least 1"."""
    limits = (("at least", parameter.minimum), ("at most", parameter.maximum))
    return parameter.type + "".join(f", {word} {toml(limit)}" for word, limit in limits if limit is not None)


def toml(value: object) -> str:
    """A value as the config writes it."""
    import json

    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(key)} = {toml(item)}" for key, item in value.items()) + "}"
    return json.dumps(int(value) if isinstance(value, float) and value.is_integer() else value)
