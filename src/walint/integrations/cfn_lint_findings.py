"""cfn-lint's findings beside walint's: `walint check --with-cfn-lint`.

Every template of the scan goes through cfn-lint; its matches become records of the same result, and so appear in every
report. Errors are high, warnings medium, informational ones low. cfn-lint's own config (`.cfnlintrc`) and its
suppressions in `Metadata` hold, but for one thing: code that a repository names there (`append_rules`) is not run.
"""

from __future__ import annotations

import glob
import hashlib
import os
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from walint.errors import WalintError
from walint.findings.evaluation import OUTCOMES, SEVERITIES
from walint.findings.masking import mask
from walint.findings.result import Incomplete, Location, Record, RuleCount, Subject
from walint.reports.wording import CFN_LINT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from walint.findings.evaluation import Severity
    from walint.findings.result import Result
    from walint.model.graph import Graph

_SEVERITIES: dict[str, Severity] = {"error": "high", "warning": "medium", "informational": "low"}
_SUFFIXES = (".yaml", ".yml", ".json", ".template")


class CfnLintError(WalintError):
    """cfn-lint cannot be used."""


def merge(result: Result, graph: Graph, root: Path, mildest: Severity = "info") -> None:
    """Adds cfn-lint's findings in the templates of a scan, down to a severity. Raises `CfnLintError`."""
    types = {(_file(one.unit), one.address.rpartition("/")[2]): one.type for one in graph.resources}
    found: list[Record] = []
    titles: dict[str, tuple[str, Severity]] = {}
    for path in sorted(set(graph.files)):
        if not path.endswith(_SUFFIXES) or path.endswith("manifest.json"):
            continue
        try:
            matches = _matches(root / path)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OSError) as error:
            reason = f"cfn-lint failed: {type(error).__name__}: {error}"
            result.incomplete.append(Incomplete(path, mask(reason), None, "try cfn-lint itself on this template"))
            continue
        for match in matches:
            record = _record(match, path, types)
            if SEVERITIES.index(record.severity) <= SEVERITIES.index(mildest):
                found.append(record)
                titles[record.rule_id] = (match.rule.shortdesc, record.severity)
    _add(result, _told_apart(found), titles)


def _matches(file: Path) -> Iterable[Any]:
    """What cfn-lint says of one template."""
    from yaml import YAMLError

    try:
        from cfnlint.config import ConfigMixIn
        from cfnlint.exceptions import CfnLintExitException
        from cfnlint.runner import Runner
    except ImportError as error:
        raise CfnLintError("cfn-lint is not installed", help="`pip install 'walint[cfn-lint]'`") from error

    class Config(ConfigMixIn):  # type: ignore[misc]
        """cfn-lint's config, without the code that it names."""

        @property
        def append_rules(self) -> list[str]:
            """The rules that come with cfn-lint."""
            return [super().append_rules[0]]

    try:
        return list(Runner(Config(["--template", glob.escape(str(file))])).run())
    except (CfnLintExitException, YAMLError) as error:
        said = " ".join(str(error).split())
        raise CfnLintError(f"cfn-lint: {said}", help="mend its config (.cfnlintrc)") from error


def _record(match: Any, path: str, types: dict[tuple[str, str], str]) -> Record:
    rule_id = f"{CFN_LINT}{match.rule.id}"
    where = [str(step) for step in getattr(match, "path", None) or []]
    address = where[1] if len(where) > 1 and where[0] == "Resources" else path.rpartition("/")[2]
    kind = types.get((path, address), "AWS::CloudFormation::Template")
    message = mask(" ".join(match.message.split()))
    parts = (rule_id, path, "/".join(step for step in where if not step.isdigit()), match.message)
    start, end = max(match.linenumber, 1), max(match.linenumberend, match.linenumber, 1)
    column = max(match.columnnumber, 1)
    return Record(
        fingerprint=hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()[:32],
        rule_id=rule_id,
        outcome="fail",
        severity=_SEVERITIES.get(match.rule.severity, "medium"),
        message=f"{address}: {message}".rstrip("."),
        resource=Subject(kind, address, address, "cloudformation"),
        location=Location(path, start, column, end, max(match.columnnumberend, column + 1 if end == start else 1)),
    )


def _told_apart(records: list[Record]) -> list[Record]:
    """The records once each, those with one fingerprint told apart by a number."""
    seen: Counter[str] = Counter()
    out = []
    for record in dict.fromkeys(records):
        seen[record.fingerprint] += 1
        if (number := seen[record.fingerprint]) > 1:
            again = hashlib.sha256(f"{record.fingerprint}\0{number}".encode()).hexdigest()[:32]
            out.append(record._replace(fingerprint=again))
        else:
            out.append(record)
    return out


def _add(result: Result, found: list[Record], titles: dict[str, tuple[str, Severity]]) -> None:
    """Takes the records into the result and its counts."""
    by_rule: defaultdict[str, int] = defaultdict(int)
    for record in found:
        by_rule[record.rule_id] += 1
        result.severities[record.severity] = result.severities.get(record.severity, 0) + 1
    result.outcomes["fail"] = result.outcomes.get("fail", 0) + len(found)
    for rule_id, count in by_rule.items():
        title, severity = titles[rule_id]
        outcomes = {**dict.fromkeys(OUTCOMES, 0), "fail": count}
        result.rules.append(RuleCount(rule_id, title.rstrip("."), severity, (), outcomes))
    result.rules.sort(key=lambda rule: rule.id)
    result.findings = sorted([*result.findings, *found], key=_place)


def _place(record: Record) -> tuple[str, int, int, str, str]:
    where = record.location or Location("", 0, 0, 0, 0)
    return where.path, where.start_line, where.start_column, record.rule_id, record.fingerprint


def _file(unit: str) -> str:
    return unit.replace(os.sep, "/")
