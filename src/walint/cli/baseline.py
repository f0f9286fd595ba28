"""`walint baseline`: records today's findings, so that only new ones are reported from now on."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from walint.cli import INCOMPLETE
from walint.cli.parsing import Parser, UsageError, add_scan_options, add_talk_options, did_you_mean
from walint.cli.scan import Scan, baseline_file, configured, locate, scan, shown_path
from walint.cli.terminal import complain, say
from walint.findings import baseline as baselines
from walint.findings.assemble import scope_of
from walint.findings.baseline import Baseline
from walint.reports.terminal import neutral

ACTIONS = ("update", "prune", "show")
_ABOUT = {
    "update": "Records the present findings; keeps the day and the reason of those that were recorded before.",
    "prune": "Removes the entries whose finding is gone.",
    "show": "Lists the entries.",
}


def run(arguments: Sequence[str]) -> int:
    """The command. Returns the exit status."""
    action = arguments[0] if arguments else "--help"
    if action in {"-h", "--help"}:
        lines = "".join(f"  {name:8} {about}\n" for name, about in _ABOUT.items())
        say(f"usage: walint baseline update|prune|show [options] [PATH...]\n\n{lines}")
        return 0
    if action not in ACTIONS:
        hint = did_you_mean(action, ACTIONS) or "it is one of update, prune, show"
        raise UsageError(f"`walint baseline` cannot {action!r}", help=hint)
    options, operands = parser(action).parse(arguments[1:])
    if action == "show":
        return _show(options, operands)
    done = scan(options, operands, honour_baseline=False)
    old = _recorded(done)
    if action == "update":
        return _update(done, old, options)
    return _prune(done, old, options)


def parser(action: str) -> Parser:
    """The options of one action."""
    made = Parser(f"baseline {action}", _ABOUT[action], "[PATH...]")
    add_scan_options(made)
    add_talk_options(made)
    return made


def _recorded(done: Scan) -> Baseline:
    file = done.baseline_file
    shown = shown_path(file, done.root)
    return baselines.load(file, shown) if file.exists() else Baseline(path=shown)


def _update(done: Scan, old: Baseline, options: Namespace) -> int:
    scope = scope_of(done.graph, done.assembly, done.result.unknown, _missing(old, done.root))
    new = old.updated(done.result.findings, scope, done.today.isoformat())
    return _replace(done, old, new, options)


def _prune(done: Scan, old: Baseline, options: Namespace) -> int:
    scope = scope_of(done.graph, done.assembly, done.result.unknown, _missing(old, done.root))
    new = old.pruned({record.fingerprint for record in done.result.findings}, scope)
    return _replace(done, old, new, options)


def _replace(done: Scan, old: Baseline, new: Baseline, options: Namespace) -> int:
    """Writes the new baseline if it differs, and says what changed."""
    file = done.baseline_file
    if new.text() != old.text() or not file.exists():
        baselines.write(file, new)
    added = len(new.entries.keys() - old.entries.keys())
    removed = len(old.entries.keys() - new.entries.keys())
    if not options.quiet:
        say(f"{neutral(old.path)}: {len(new.entries)} recorded ({added} new, {removed} removed)\n")
    for problem in done.result.incomplete:
        complain(f"error: {problem.what}: {problem.reason}; its entries are kept as they were")
    return 0 if done.result.complete else INCOMPLETE


def _show(options: Namespace, operands: Sequence[str]) -> int:
    """Prints the entries, those below the paths if there are any."""
    place = locate(operands)
    file = baseline_file(options, configured(options, place), place) or place.root / baselines.DEFAULT_NAME
    recorded = baselines.load(file, shown_path(file, place.root))
    wanted = [shown_path(Path(os.path.realpath(path)), place.root) for path in place.paths] if operands else []
    entries = [
        entry
        for entry in recorded.entries.values()
        if not wanted or any(entry.path == path or entry.path.startswith(f"{path}/") for path in wanted)
    ]
    for entry in sorted(entries, key=lambda entry: entry.order):
        why = f"  {entry.reason}" if entry.reason else ""
        say(neutral(f"{entry.path}: {entry.rule} {entry.resource}  since {entry.first_seen}{why}") + "\n")
    if not options.quiet:
        say(f"{len(entries)} recorded in {neutral(recorded.path)}\n")
    return 0


def _missing(recorded: Baseline, root: Path) -> list[str]:
    """Files that entries name and that are no more."""
    return [entry.path for entry in recorded.entries.values() if not os.path.lexists(root / entry.path)]
