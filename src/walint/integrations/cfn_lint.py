"""walint's rules inside cfn-lint: `cfn-lint --append-rules walint.integrations.cfn_lint TEMPLATE`.

cfn-lint makes a rule of every class of this module. Each stands for one of walint's rules under the id that `lint_id`
gives it: `E-walint-lambda-tracing` for a rule of high severity, `W-` for medium, `I-` for low and info. So `-i
W-walint` leaves out the warnings of walint, and `-c I` shows the informational ones, as with cfn-lint's own.

A template is judged once, as `walint check TEMPLATE` judges it: with its walint.toml, its suppressions and its
baseline, together with the templates that it nests, and without the others that cfn-lint is given.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cfnlint.rules import CloudFormationLintRule, RuleMatch

from walint.errors import WalintError
from walint.language.catalogue import load_rules
from walint.reports.terminal import neutral
from walint.reports.wording import told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cfnlint.template import Template

    from walint.findings.result import Record, Result

_LETTERS = {"high": "E", "medium": "W", "low": "I", "info": "I"}
_TROUBLE = "E-walint"


def lint_id(rule_id: str, severity: str) -> str:
    """The id of one of walint's rules in cfn-lint, whose first letter is the severity there."""
    return f"{_LETTERS[severity]}-walint-{rule_id}"


@lru_cache(maxsize=8)
def _judged(path: str, changed: int) -> tuple[str, Result] | WalintError:
    """The file's path within its repository and the result of judging it, or what keeps walint from judging."""
    del changed  # a file that is written again is judged again
    from walint.cli.check import parser
    from walint.cli.scan import scan

    try:
        options, operands = parser().parse(["--quiet", "--", path])
        done = scan(options, operands)
    except WalintError as error:
        return error
    return os.path.relpath(os.path.realpath(path), done.root).replace(os.sep, "/"), done.result


def _of(cfn: Template) -> tuple[str, Result] | WalintError | None:
    """What `_judged` says of a template; None for one that comes from no file."""
    name: str | None = cfn.filename
    if not name or not Path(name).is_file():
        return None
    return _judged(name, Path(name).stat().st_mtime_ns)


def _match(record: Record) -> RuleMatch:
    place = record.location
    where = (place.start_line, place.start_column, place.end_line, place.end_column) if place else (1, 1, 1, 2)
    said = f"{neutral(told(record))} ({record.rule_id})"
    return RuleMatch(["Resources", record.resource.address], said, location=tuple(number - 1 for number in where))


class _OneOfWalints(CloudFormationLintRule):  # type: ignore[misc]
    """What all of walint's rules have in common in cfn-lint. Itself it has no id, and so it is none."""

    rule_id = ""

    def match(self, cfn: Template) -> Sequence[RuleMatch]:
        """The findings of this rule in this template."""
        judged = _of(cfn)
        if judged is None or isinstance(judged, WalintError):
            return []
        path, result = judged
        return [
            _match(record)
            for record in result.findings
            if record.rule_id == self.rule_id and record.location and record.location.path == path
        ]


class Trouble(CloudFormationLintRule):  # type: ignore[misc]
    """What kept walint from judging, and findings of rules that only the config knows."""

    id = _TROUBLE
    shortdesc = "walint judges the template"
    description = "walint could read its config and the template; findings of rules of one's own are told here, too"
    tags = ("walint",)

    def match(self, cfn: Template) -> Sequence[RuleMatch]:
        """The trouble there is with this template."""
        judged = _of(cfn)
        if judged is None:
            return []
        if isinstance(judged, WalintError):
            return [RuleMatch([], f"walint: {judged}")]
        path, result = judged
        own = [r for r in result.findings if r.rule_id not in _SHIPPED and r.location and r.location.path == path]
        return [
            *[_match(record) for record in own],
            *[RuleMatch([], f"walint: {neutral(f'{one.what}: {one.reason}')}") for one in result.incomplete],
            *[RuleMatch([], f"walint failed on {record.rule_id}: {record.reason}") for record in result.errors],
        ]


_CATALOGUE = load_rules()
_SHIPPED = frozenset(_CATALOGUE.rules)


def _class_of(rule_id: str) -> type[CloudFormationLintRule]:
    rule, texts = _CATALOGUE.rules[rule_id], _CATALOGUE.texts(rule_id)
    members: dict[str, Any] = {
        "__doc__": rule.title,
        "__module__": __name__,
        "id": lint_id(rule_id, rule.severity),
        "rule_id": rule_id,
        "shortdesc": rule.title,
        "description": " ".join(texts.rationale.split()),
        "source_url": next((address for address in texts.references if address.startswith("https://")), ""),
        "tags": ["walint", rule.family],
    }
    return type("".join(word.title() for word in rule_id.split("-")), (_OneOfWalints,), members)


globals().update({made.__name__: made for made in map(_class_of, sorted(_SHIPPED))})
