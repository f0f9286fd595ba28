"""Times walint on Terraform: the parser alone, one small root module from a cold start, and real modules."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path

from inputs import HERE, ROOT
from measure import Runs, run, take_turns
from peers import CHECKOV_TERRAFORM, PYTHON, WALINT
from rows import Row, row, seconds

ONE_ROOT = HERE / "one-root"
"""A root module of about a hundred lines."""
STARTS_WITHIN = 14
"""`walint check` of one small root module takes at most so many times as long as `python -c pass`."""
MEGABYTES_A_SECOND = 5
FASTER_THAN_CHECKOV = 50
MEGABYTES = 250
_TREES = 5
"""On so many trees checkov is timed: it needs from ten seconds to minutes for each."""
_NO_ERROR = frozenset({0})
_LARGEST_PEER = 1_500_000
"""So many bytes are enough to time the slow parsers."""


def default_folder() -> Path:
    """Real modules when a collection lies beside the checkout, else the project's own fixtures."""
    collection = ROOT.parent / "shared" / "corpora" / "tf"
    return collection if collection.is_dir() else ROOT / "tests" / "fixtures" / "terraform"


def files_of(folder: Path) -> list[Path]:
    """The files of HCL in native syntax."""
    return sorted(path for path in folder.rglob("*.tf") if path.is_file() and not path.is_symlink())


def parsers(folder: Path) -> list[Row]:
    """The parser beside Go's and python-hcl2's, on the same files, in megabytes a second."""
    print("parsers of HCL ...", file=sys.stderr)
    files, size = [], 0
    for path in files_of(folder):
        if size < _LARGEST_PEER:
            files.append(path)
            size += path.stat().st_size
    runs = {name: Runs() for name in ("walint", "pygohcl", "python-hcl2")}
    take_turns(3, [partial(parse, name, files, one) for name, one in runs.items()])
    rows = []
    for name, one in runs.items():
        if not one.seconds:
            rows.append(Row(name, "-", "-", "-", "", one.failed or "not run"))
            continue
        speed = size / 1e6 / one.median
        judged = name == "walint"
        verdict = ("OK" if speed >= MEGABYTES_A_SECOND else "over") if judged else ""
        budget = f">= {MEGABYTES_A_SECOND} MB/s" if judged else ""
        ratio = f"{speed:.2f} MB/s, {one.median / runs['walint'].median:.1f} x"
        rows.append(Row(f"{name} parses {size / 1e6:.1f} MB", seconds(one.seconds), "", ratio, budget, verdict))
    return rows


def parse(parser: str, files: list[Path], runs: Runs) -> None:
    """Adds one run of a parser over all files."""
    command = [PYTHON, str(HERE / "parse_hcl.py"), parser]
    names = "\n".join(map(str, files))
    done = subprocess.run(command, input=names, capture_output=True, text=True, check=False)
    if done.returncode:
        runs.failed = (done.stderr.strip().splitlines() or ["?"])[-1][:100]
    else:
        runs.seconds.append(float(done.stdout))


def one_root(rounds: int) -> list[Row]:
    """The whole program on one small root module, from a cold start."""
    print("one root module ...", file=sys.stderr)
    bare, walint = Runs(), Runs()
    run([*WALINT, str(ONE_ROOT)], Runs(), accept=_NO_ERROR)  # fills the caches of a new checkout
    turns = [
        partial(run, [PYTHON, "-c", "pass"], bare, accept=_NO_ERROR),
        partial(run, [*WALINT, str(ONE_ROOT)], walint, accept=_NO_ERROR),
    ]
    take_turns(rounds, turns)
    return [row("python -c pass", bare, bare.median), row("walint check", walint, bare.median, budget=STARTS_WITHIN)]


def modules(folder: Path, checkov_missing: str) -> list[Row]:
    """Real modules parsed, evaluated and judged, beside a checkov that scans and a python-hcl2 that only parses."""
    files = files_of(folder)
    print(f"{len(files)} files of Terraform ...", file=sys.stderr)
    walint, parsed = Runs(), Runs()
    take_turns(3, [partial(run, [*WALINT, str(folder)], walint, accept=_NO_ERROR)])
    parse("python-hcl2", files, parsed)
    base = walint.median if walint.seconds else 0.0
    return [
        row(f"walint check of {len(files)} files", walint, base, memory_budget=MEGABYTES),
        _slower("python-hcl2, parsing only", parsed, base, 1),
        *beside_checkov(folder, checkov_missing),
    ]


def beside_checkov(folder: Path, checkov_missing: str, most: int = _TREES) -> list[Row]:
    """The largest trees on which checkov does not crash, each by itself and all together, beside walint on the same.

    checkov 3.3 crashes on a folder that holds many repositories, so there is no line for the whole.
    """
    if checkov_missing:
        return [Row("checkov", "-", "-", "-", "", checkov_missing)]
    rows, ours, theirs = [], 0.0, Runs()
    for tree in trees_of(folder):
        walint, checkov = Runs(), Runs()
        run([*CHECKOV_TERRAFORM, "-d", str(tree)], checkov, accept=_NO_ERROR)
        take_turns(3, [partial(run, [*WALINT, str(tree)], walint, accept=_NO_ERROR)])
        if checkov.seconds and walint.seconds:
            rows.append(_slower(f"checkov on {tree.name}", checkov, walint.median, None))
            ours += walint.median
            theirs.seconds.append(checkov.median)
        if len(rows) == most:
            break
    whole = Runs([sum(theirs.seconds)] if theirs.seconds else [], failed="" if rows else "it crashes on every tree")
    return [*rows, _slower(f"checkov on these {len(rows)}", whole, ours, FASTER_THAN_CHECKOV)]


def trees_of(folder: Path) -> list[Path]:
    """The folders right below one that hold modules, the one with most text first."""
    sizes = {tree: sum(file.stat().st_size for file in files_of(tree)) for tree in folder.iterdir() if tree.is_dir()}
    return sorted((tree for tree in sizes if sizes[tree]), key=lambda tree: (-sizes[tree], tree.name))


def _slower(name: str, runs: Runs, base: float, least: float | None) -> Row:
    """The line of a peer that has to take at least so many times as long as walint."""
    if runs.failed or not runs.seconds or not base:
        return Row(name, "-", "-", "-", "", runs.failed or "not run")
    ratio = runs.median / base
    memory = f"{runs.memory / 1e6:.0f} MB" if runs.memory else ""
    if least is None:
        return Row(name, seconds(runs.seconds), memory, f"{ratio:.1f} x walint")
    verdict = "OK" if ratio >= least else "over"
    return Row(name, seconds(runs.seconds), memory, f"{ratio:.1f} x walint", f">= {least:g} x walint", verdict)
