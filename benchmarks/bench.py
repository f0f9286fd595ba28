"""Times walint beside the bare interpreter, the bare parser, cfn-lint and checkov, in one run, and prints the ratios.

    python benchmarks/bench.py [FOLDER...] [--terraform FOLDER] [--rounds N] [--check]

A ratio of two programs that ran in turns on the same machine means something; seconds alone do not.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from audits import SWEEPS, Sweep, swept
from inputs import ONE_TEMPLATE, default_folders, functions_and_alarms, gather
from measure import Runs, one_core, run, take_turns
from peers import CFN_LINT, CHECKOV, PYTHON, WALINT, install_checkov, set_aside_what_crashes_checkov
from report_times import REPORTS, Report, timed
from rows import Row, row, seconds
from terraform import default_folder, modules, one_root, parsers

STARTS_WITHIN = 12
"""`walint check` of one template takes at most so many times as long as `python -c pass`."""
PARSER_SHARE = 10
"""Many templates take at most so many times as long as libyaml alone needs to compose them."""
FASTER_THAN_CHECKOV = 25
MEGABYTES = 200
STACK = 100
"""Functions in one generated template: CloudFormation takes at most 500 resources, and 1 MB, in one."""
GROWTH = 12
"""Ten times the resources may take at most so many times as long: linear, with some room for the machine."""

NO_ERROR = frozenset({0})
ANY_FINDING = frozenset(range(128))


def main() -> int:
    """Runs all measurements; the exit status is 1 with --check when a budget is exceeded."""
    arguments = _arguments()
    live = audits()  # before the others: these may use every core
    one_core()
    checkov_missing = install_checkov()
    rows = {
        "One SAM template of about 100 lines, cold": one_template(arguments.rounds, checkov_missing),
        "Functions with a log group and an alarm each, in one graph": generated(),
        "One root module of Terraform of about 100 lines, cold": one_root(arguments.rounds),
        "Parsers of HCL, processor time of one core": parsers(arguments.terraform),
        "Modules of Terraform: parsed, evaluated and judged, on one core": modules(
            arguments.terraform, checkov_missing
        ),
    }
    folders = arguments.folder or default_folders()
    with tempfile.TemporaryDirectory(prefix="walint-bench-") as scratch:
        title, table = folder_of_templates(folders, Path(scratch), checkov_missing)
    rows[title] = table
    rows["Audits of a false AWS, with a delay before every answer"] = live
    # Last, for it needs much memory here, and Linux counts what this process holds to the programs that it starts.
    rows["Reports, processor time beside json.dumps of the same findings"] = reports()
    for heading, lines in rows.items():
        print_table(heading, lines)
    over = [row.name for lines in rows.values() for row in lines if row.verdict == "over"]
    return 1 if over and arguments.check else 0


def one_template(rounds: int, checkov_missing: str) -> list[Row]:
    """The whole program on one template, from a cold start."""
    print("one template ...", file=sys.stderr)
    bare, walint, cfn_lint, checkov = Runs(), Runs(), Runs(), Runs(failed=checkov_missing)
    target = str(ONE_TEMPLATE)
    first: list[Callable[[], None]] = [
        partial(run, [PYTHON, "-c", "pass"], bare, accept=NO_ERROR),
        partial(run, [*WALINT, target], walint, accept=NO_ERROR),
    ]
    take_turns(1, [partial(run, [*WALINT, target], Runs(), accept=ANY_FINDING)])  # fills the caches of a new checkout
    take_turns(rounds, first)
    take_turns(3, [partial(run, [*CFN_LINT, target], cfn_lint, accept=ANY_FINDING)])
    if not checkov_missing:
        take_turns(3, [partial(run, [*CHECKOV, "-f", target], checkov, accept=NO_ERROR)])
    base = bare.median
    return [
        row("python -c pass", bare, base),
        row("walint check", walint, base, budget=STARTS_WITHIN),
        row("cfn-lint", cfn_lint, base),
        row("checkov", checkov, base),
    ]


def folder_of_templates(folders: list[Path], scratch: Path, checkov_missing: str) -> tuple[str, list[Row]]:
    """All templates of the folders at once, against the bare parser."""
    copies, size, times = gather(folders, scratch)
    title = f"{len(copies)} templates, {size / 1e6:.1f} MB, on one core"
    if times > 1:
        title += f" (the collection {times} times)"
    if not copies:
        return title, []
    print(f"{title} ...", file=sys.stderr)
    bare, walint, cfn_lint = Runs(), Runs(), Runs()
    take_turns(3, [partial(compose, copies, bare), partial(run, [*WALINT, str(scratch)], walint, accept=NO_ERROR)])
    run([*CFN_LINT, *map(str, copies)], cfn_lint, accept=ANY_FINDING)
    base = bare.median
    rows = [
        row("libyaml composes them", bare, base),
        row("walint check", walint, base, budget=PARSER_SHARE, memory_budget=MEGABYTES),
        row("cfn-lint", cfn_lint, base),
    ]
    return title, rows + beside_checkov(walint, scratch, checkov_missing)


def beside_checkov(walint: Runs, scratch: Path, checkov_missing: str) -> list[Row]:
    """How checkov does on the same templates. Where it crashes, both are measured on the rest."""
    checkov, name = Runs(failed=checkov_missing), "checkov"
    if not checkov_missing:
        run([*CHECKOV, "-d", str(scratch)], checkov, accept=NO_ERROR)
    if checkov.failed and not checkov_missing:
        crashing = set_aside_what_crashes_checkov(scratch)
        name = f"checkov, without {len(crashing)} of the folders: it crashes there"
        checkov, walint = Runs(), Runs()
        run([*CHECKOV, "-d", str(scratch)], checkov, accept=NO_ERROR)
        take_turns(3, [partial(run, [*WALINT, str(scratch)], walint, accept=NO_ERROR)])
    if checkov.failed or walint.failed:
        return [row(name, checkov, 0)]
    slower = checkov.median / walint.median
    verdict = "OK" if slower >= FASTER_THAN_CHECKOV else "over"
    budget = f">= {FASTER_THAN_CHECKOV} x walint"
    memory = f"{checkov.memory / 1e6:.0f} MB"
    return [Row(name, seconds(checkov.seconds), memory, f"{slower:.1f} x walint", budget, verdict)]


def generated() -> list[Row]:
    """How time grows with the number of resources."""
    print("generated templates ...", file=sys.stderr)
    rows, times = [], {}
    with tempfile.TemporaryDirectory(prefix="walint-bench-") as scratch:
        for count in (1_000, 10_000):
            folder = Path(scratch) / str(count)
            folder.mkdir()
            for part in range(count // STACK):
                template = functions_and_alarms(STACK, first=part * STACK)
                (folder / f"{part}.yaml").write_text(template, encoding="utf-8")
            runs = Runs()
            command = [option for option in WALINT if option != "--allow-incomplete"]
            take_turns(3, [partial(run, [*command, str(folder)], runs, accept=NO_ERROR)])
            times[count] = runs
            base = times[1_000].median if times[1_000].seconds else 0.0
            rows.append(row(f"{count:,} functions", runs, base, budget=GROWTH if len(times) > 1 else None))
    return rows


def reports(wanted: tuple[Report, ...] = REPORTS) -> list[Row]:
    """How long the reports of many findings take."""
    print("reports ...", file=sys.stderr)
    rows = []
    with tempfile.TemporaryDirectory(prefix="walint-bench-") as scratch:
        for report, took, bare in timed(Path(scratch), wanted):
            limits = [f"<= {report.times:g} x", *([f"{seconds([report.seconds])}"] if report.seconds else [])]
            fine = took <= report.times * bare and took <= (report.seconds or took)
            name = f"{report.findings:,} findings as {report.format}"
            verdict = "OK" if fine else "over"
            rows.append(Row(name, seconds([took]), "", f"{took / bare:.1f} x", ", ".join(limits), verdict))
    return rows


def audits(wanted: tuple[Sweep, ...] = SWEEPS) -> list[Row]:
    """How long sweeps of live accounts take, beside what the rate limits of AWS allow at best."""
    print("audits ...", file=sys.stderr)
    rows = []
    for sweep, runs, ideal in swept(wanted):
        if runs.failed or not runs.seconds:
            rows.append(Row(sweep.name, "-", "-", "-", "", runs.failed or "not run"))
            continue
        took, megabytes = runs.median, runs.memory / 1e6
        kept: dict[str, bool] = {}
        if sweep.times is not None:
            kept[f"<= {sweep.times:g} x the ideal"] = took <= sweep.times * ideal
        if sweep.seconds is not None:
            kept[f"< {sweep.seconds:g} s"] = took < sweep.seconds
        if sweep.megabytes is not None:
            kept[f"< {sweep.megabytes} MB"] = megabytes < sweep.megabytes
        ratio = f"{took / ideal:.2f} x {ideal:.1f} s" if ideal else ""
        verdict = "OK" if all(kept.values()) else "over"
        rows.append(Row(sweep.name, seconds([took]), f"{megabytes:.0f} MB", ratio, ", ".join(kept), verdict))
    return rows


def compose(copies: list[Path], runs: Runs) -> None:
    """Adds one run of the bare parser."""
    command = [PYTHON, str(Path(__file__).with_name("compose.py"))]
    names = "\n".join(map(str, copies))
    done = subprocess.run(command, input=names, capture_output=True, text=True, check=True)
    runs.seconds.append(float(done.stdout))


def print_table(heading: str, rows: list[Row]) -> None:
    """One table, columns aligned."""
    print(f"\n{heading}")
    head = Row("", "median", "memory", "ratio", "budget", "")
    cells = [(one.name, one.time, one.memory, one.ratio, one.budget, one.verdict) for one in (head, *rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(6)]
    for line in cells:
        padded = [
            text.ljust(width) if index in (0, 4, 5) else text.rjust(width)
            for index, (text, width) in enumerate(zip(line, widths, strict=True))
        ]
        print("  " + "  ".join(padded).rstrip())


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", nargs="*", type=Path, help="folders of templates (default: what lies at hand)")
    parser.add_argument("--terraform", type=Path, default=default_folder(), help="folder of Terraform modules")
    parser.add_argument("--rounds", type=int, default=15, help="runs of the single template (default 15)")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a budget is exceeded")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
