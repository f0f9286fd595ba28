"""JUnit XML, for CI that shows tests: a suite for each file, a case for each rule and resource.

It keeps to what Jenkins' schema (`junit-10.xsd`) allows, so the place of a finding is in the text of its case. GitLab
takes only the first of several cases with one name: the file is part of the name.

A finding is a failure, a suppressed or undecided one is skipped, what could not be read or judged is an error. Rules
that found nothing make a suite of their own, so that a clean run is not an empty one.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from walint.records import dataclass, field
from walint.reports.terminal import neutral
from walint.reports.wording import file_of, place_of, problem_of, remediation_of, told, written

if TYPE_CHECKING:
    from walint.findings.result import Record, Result
    from walint.reports.context import ReportContext

_OTHER_RULES = "rules without findings"


@dataclass(slots=True)
class _Suite:
    """The cases of one file, as XML, and how many of them came out how."""

    cases: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: {"failure": 0, "error": 0, "skipped": 0})
    names: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, rule: str, name: str, kind: str = "", inner: str = "") -> None:
        """A case, and what became of it: `kind` is a key of `counts`, "" for one that passes."""
        times = self.names[rule, name] = self.names.get((rule, name), 0) + 1
        head = _attributes(classname=rule, name=name if times == 1 else f"{name} #{times}")
        self.cases.append(f"<testcase {head}>{inner}</testcase>" if inner else f"<testcase {head}/>")
        if kind:
            self.counts[kind] += 1


def render(result: Result, context: ReportContext) -> str:
    """The suites in the order of their files."""
    suites: dict[str, _Suite] = {}

    def add(record: Record, kind: str, said: str, detail: str = "") -> None:
        inner = f"<{kind} {_attributes(message=said, type=record.severity)}>{_text(detail)}</{kind}>" if kind else ""
        path = file_of(record)
        name = f"{record.rule_id}: {record.resource.address or record.resource.name} ({path})"
        suites.setdefault(path, _Suite()).add(record.rule_id, name, kind, inner)

    for record in result.findings:
        detail = f"{place_of(record)}\n{told(record)}\n{remediation_of(record, context)}"
        add(record, "failure", told(record), detail)
    for record in result.suppressed:
        add(record, "skipped", f"suppressed: {record.suppressed_by.reason if record.suppressed_by else ''}")
    for record in result.unknown:
        add(record, "skipped", f"unknown: {record.reason or record.message}")
    for record in result.errors:
        add(record, "error", f"{record.message}: {record.reason or 'unknown reason'}")
    for record in result.passed or ():
        add(record, "", "")
    for problem in result.incomplete:
        path = problem.location.path if problem.location else problem.what
        place = f"{written(problem.location)}\n" if problem.location else ""
        inner = f"<error {_attributes(message=problem.reason)}>{_text(place + problem_of(problem))}</error>"
        name = problem.what if problem.what == path else f"{problem.what} ({path})"
        suites.setdefault(path, _Suite()).add("incomplete-input", name, "error", inner)
    if result.passed is None:
        _add_rules(result, suites)
    return _document(suites)


def _add_rules(result: Result, suites: dict[str, _Suite]) -> None:
    spoken = {record.rule_id for record in (*result.findings, *result.suppressed, *result.unknown, *result.errors)}
    for rule in result.rules:
        if rule.id not in spoken:
            suites.setdefault(_OTHER_RULES, _Suite()).add(rule.id, rule.title or rule.id)


def _document(suites: dict[str, _Suite]) -> str:
    out = ['<?xml version="1.0" encoding="UTF-8"?>']
    total = {kind: sum(suite.counts[kind] for suite in suites.values()) for kind in ("failure", "error")}
    cases = sum(len(suite.cases) for suite in suites.values())
    out.append(f"<testsuites {_attributes(name='walint', **_numbers(cases, total))}>")
    for name in sorted(suites, key=lambda name: (name == _OTHER_RULES, name)):
        suite = suites[name]
        file = "" if name == _OTHER_RULES else name
        numbers = _numbers(len(suite.cases), suite.counts)
        head = _attributes(name=name, **numbers, skipped=str(suite.counts["skipped"]), file=file)
        out.append(f"  <testsuite {head}>")
        out += [f"    {case}" for case in suite.cases]
        out.append("  </testsuite>")
    return "\n".join([*out, "</testsuites>", ""])


def _numbers(tests: int, counts: dict[str, int]) -> dict[str, str]:
    return {"tests": str(tests), "failures": str(counts["failure"]), "errors": str(counts["error"])}


def _attributes(**values: str) -> str:
    return " ".join(f'{name}="{escape(neutral(" ".join(value.split())))}"' for name, value in values.items() if value)


def _text(text: str) -> str:
    """Text between tags: no character that XML forbids."""
    return "\n".join(escape(neutral(line), quote=False) for line in text.strip().splitlines())
