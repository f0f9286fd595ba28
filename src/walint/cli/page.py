"""What a rule says about itself, as reports and `walint explain` show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from walint.installation import data_directory
from walint.language.catalogue import Catalogue, RuleTexts
from walint.records import NamedTuple
from walint.reports.context import DIALECTS, Snippet


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
    help_url: str
    written: RuleTexts
    commands: str = ""

    @property
    def snippets(self) -> tuple[Snippet, ...]:
        """How it is done right, in each dialect. Few reports show it, so it is looked up when one does."""
        return tuple(_snippets(self.written))


def page_of(catalogue: Catalogue, rule_id: str, parameters: Mapping[str, Any], pages: str = "") -> RulePage | None:
    """The page of a rule with these parameters (its defaults where there are none), None for an unknown rule.

    `pages` is the address of the site that has a page for each shipped rule, "" where there is none.
    """
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
        f"{pages.rstrip('/')}/rules/{rule_id}.html" if pages and _is_shipped(catalogue, rule_id) else "",
        texts,
        texts.fix.get("cli", ""),
    )


def _is_shipped(catalogue: Catalogue, rule_id: str) -> bool:
    """Whether a rule came with walint; the site has no page of a user's own."""
    path = Path(catalogue.rules[rule_id].path)
    return not path.is_absolute() and (data_directory("rules").parent / path).is_file()


def _snippets(texts: RuleTexts) -> Iterator[Snippet]:
    """For each dialect what its author wrote as the fix, else the first example that passes."""
    for dialect in DIALECTS:
        if dialect in texts.fix:
            yield Snippet(dialect, "", texts.fix[dialect])
        elif (example := _passing(texts, dialect)) is not None:
            yield Snippet(dialect, example["name"], _text(example[dialect]))


def _passing(texts: RuleTexts, dialect: str) -> Mapping[str, Any] | None:
    """The first example that passes with the rule's own parameters, on any day if there is such a one."""
    found = [example for example in texts.examples if _passes(example, dialect)]
    return next((example for example in found if not example.get("today")), found[0] if found else None)


def _passes(example: Mapping[str, Any], dialect: str) -> bool:
    if dialect not in example or example.get("not_applicable") or example.get("parameters"):
        return False
    text = _text(example[dialect])
    return "# finding" not in text and "# unknown" not in text


def _text(example: str | Mapping[str, str]) -> str:
    """An example as one text; each of several files begins with its name."""
    if isinstance(example, str):
        return example.rstrip()
    return "\n\n".join(f"# {name}\n{text.rstrip()}" for name, text in example.items())
