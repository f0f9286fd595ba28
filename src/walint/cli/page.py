"""What a rule says about itself, as reports and `walint explain` show it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from walint.language.catalogue import Catalogue


class RulePage(NamedTuple):
    """The texts of a rule. `parameters` have the values in force."""

    id: str
    family: str
    title: str
    passing: str
    severity: str
    practices: tuple[str, ...]
    rationale: str
    remediation: str
    references: tuple[str, ...]
    parameters: Mapping[str, object]
    help_url: str = ""


def page_of(catalogue: Catalogue, rule_id: str, parameters: Mapping[str, Any]) -> RulePage | None:
    """The page of a rule with these parameters (its defaults where there are none), None for an unknown rule."""
    if rule_id not in catalogue.rules:
        return None
    texts = catalogue.texts(rule_id)
    return RulePage(
        texts.id,
        texts.family,
        texts.title,
        texts.passing,
        texts.severity,
        texts.practices,
        texts.rationale,
        texts.remediation,
        texts.references,
        {name: parameters.get(name, parameter.default) for name, parameter in texts.parameters.items()},
    )
