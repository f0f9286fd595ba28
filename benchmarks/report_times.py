"""How long reports of many findings take: processor time of this very process, which what else runs changes little."""

from __future__ import annotations

import gc
import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import chdir, redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from inputs import functions_and_alarms

from walint.cli import main
from walint.cli.page import page_of
from walint.findings.result import Record, Result
from walint.language.catalogue import load_rules
from walint.reports import render
from walint.reports.context import ReportContext
from walint.reports.json import document, read

STACK, STACKS = 100, 20
"""Functions in a template, and templates."""
ROUNDS = 5
_NEEDED = re.compile(r" +TracingConfig.*\n| +TreatMissingData.*\n")


class Report(NamedTuple):
    """A report to time: of how many findings, and how long it may take, as a multiple of `json.dumps` or in seconds."""

    format: str
    findings: int
    times: float
    seconds: float | None = None


REPORTS = (
    Report("text", 2_000, 1.5, 0.05),
    Report("sarif", 5_000, 8),
    Report("json", 50_000, 2),
    Report("html", 50_000, 4),
)


class Timed(NamedTuple):
    """A report that was timed, in seconds, beside `json.dumps` of the same findings."""

    report: Report
    seconds: float
    bare: float


def timed(folder: Path, reports: tuple[Report, ...] = REPORTS) -> Iterator[Timed]:
    """Times each report on templates that are written into the folder: the best of some rounds."""
    whole = many_findings(folder, max(report.findings for report in reports))
    rules = load_rules()
    gc.collect()
    gc.freeze()  # what the scan has left is not gone through while a report is timed
    for report in reports:
        result = replace(whole, findings=whole.findings[: report.findings])
        plain = document(result)

        def rendered(report: Report = report, result: Result = result) -> None:
            render(report.format, result, ReportContext(folder, lambda name: page_of(rules, name, {})))

        def dumped(plain: object = plain) -> None:
            json.dumps(plain, ensure_ascii=False, indent=2)

        yield Timed(report, best(rendered), best(dumped))


def best(action: Callable[[], None]) -> float:
    """The least processor time that an action took, in seconds; the first round loads what it needs."""
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        action()
        times.append(time.process_time() - start)
    return min(times[1:])


def many_findings(folder: Path, count: int) -> Result:
    """A result with so many findings, each at a place of its own: a scan, and copies of it with their files."""
    first = folder / "copy0"
    first.mkdir()
    for number in range(STACKS):
        text = functions_and_alarms(STACK, first=number * STACK)
        (first / f"{number}.yaml").write_text(_NEEDED.sub("", text).replace("Days: 90", "Days: 3"), encoding="utf-8")
    file = folder / "result.json"
    command = ["check", str(first), "--isolated", "--profile", "strict", "--fail-on", "never", "--format", "concise"]
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere, redirect_stdout(nowhere), chdir(folder):
        main([*command, "--report", f"json={file}"])
    result = read(file.read_text(encoding="utf-8"))
    found = list(result.findings)
    while len(found) < count:
        copy = f"copy{len(found) // len(result.findings)}"
        shutil.copytree(first, folder / copy)
        found += [_copied(record, copy) for record in result.findings]
    return replace(result, findings=found[:count], unknown=[], alarm_coverage=None)


def _copied(record: Record, copy: str) -> Record:
    place = record.location
    moved = place._replace(path=place.path.replace("copy0", copy)) if place else None
    return record._replace(fingerprint=f"{copy}-{record.fingerprint}", location=moved, related=())
