"""`walint rules`: lists the catalogue, tests rule files by their examples, prints the words of the rule language."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from walint.cli import FOUND
from walint.cli.parsing import Parser, UsageError, checked_choice, did_you_mean
from walint.cli.scan import config_here
from walint.cli.terminal import complain, say, wants_color, width
from walint.language.catalogue import load_rules
from walint.reports.terminal import Paint, neutral, wrapped

ACTIONS = ("list", "test", "relations", "operators")


def run(arguments: Sequence[str]) -> int:
    """The command. Returns the exit status."""
    if arguments and arguments[0] in {"-h", "--help"}:
        say(
            "usage: walint rules list [options]\n       walint rules test DIR...\n"
            "       walint rules relations\n       walint rules operators\n\n"
            "Lists the rules; tests rule files by their examples; prints the words that conditions are written in.\n"
        )
        return 0
    action = arguments[0] if arguments and not arguments[0].startswith("-") else "list"
    rest = arguments[1:] if arguments and arguments[0] == action else arguments
    match action:
        case "list":
            return _list(rest)
        case "test":
            return _test(rest)
        case "relations":
            return _relations(rest)
        case "operators":
            return _operators(rest)
        case _:
            hint = did_you_mean(action, ACTIONS) or "it is one of list, test, relations, operators"
            raise UsageError(f"`walint rules` cannot {action!r}", help=hint)


def list_parser() -> Parser:
    """The options of `walint rules list`."""
    made = Parser("rules list", "Lists every rule: the shipped ones and those of the folders given.")
    made.add_argument("--format", default="text", metavar="FORMAT", help="text or json")
    made.add_argument("--rules", action="append", type=Path, default=[], metavar="DIR", help="a folder of your rules")
    made.add_argument("--color", default="auto", metavar="WHEN", help="auto, always or never")
    return made


def _list(arguments: Sequence[str]) -> int:
    options, _ = list_parser().parse(arguments, most=0)
    checked_choice(options.format, ("text", "json"), "--format")
    rules = sorted(
        load_rules([*config_here().rules_dirs, *options.rules]).rules.values(), key=lambda rule: (rule.family, rule.id)
    )
    if options.format == "json":
        import json

        listed = [
            {
                "id": rule.id,
                "family": rule.family,
                "title": rule.title,
                "severity": rule.severity,
                "practices": list(rule.practices),
                "sources": list(rule.sources),
            }
            for rule in rules
        ]
        say(json.dumps({"rules": listed}, indent=2, ensure_ascii=False) + "\n")
        return 0
    paint = Paint(color=wants_color(options.color, sys.stdout))
    longest = max((len(rule.id) for rule in rules), default=0)
    family = ""
    for rule in rules:
        if rule.family != family:
            say(f"{'' if not family else chr(10)}{paint('strong', neutral(rule.family))}\n")
            family = rule.family
        severity = paint(rule.severity, f"{rule.severity:6}")
        say(f"  {neutral(rule.id):{longest}}  {severity}  {neutral(rule.title)}\n")
    say(f"\n{_counted(len(rules), 'rule')}; `walint explain RULE` says more about one\n")
    return 0


def _test(arguments: Sequence[str]) -> int:
    """Runs the examples of the rules in some folders. Status 1 when one does not come out as marked."""
    from walint.examples import run as run_examples

    _, folders = Parser("rules test", "Runs the examples in rule files.", "DIR...").parse(arguments)
    if not folders:
        raise UsageError("which folder of rules?", help="`walint rules test my-rules`")
    for name in folders:
        if not Path(name).is_dir():
            raise UsageError(f"the folder of rules {name} does not exist")
    catalogue = load_rules([Path(name) for name in folders], include_shipped=False)
    if not catalogue.rules:
        raise UsageError(f"there are no rules in {', '.join(folders)}", help="a rule is a file FOLDER/<rule-id>.yaml")
    failures = 0
    for rule_id, rule in sorted(catalogue.rules.items()):
        for failure in run_examples(catalogue, rule_id):
            failures += 1
            complain(f"error: {rule.path}: {failure.example!r} ({failure.source}): {failure.message}")
    examples = sum(len(catalogue.texts(rule_id).examples) for rule_id in catalogue.rules)
    result = f"{failures} did not come out as marked" if failures else "all came out as marked"
    say(f"{_counted(len(catalogue.rules), 'rule')}, {_counted(examples, 'example')}: {result}\n")
    return FOUND if failures else 0


def _relations(arguments: Sequence[str]) -> int:
    from walint.catalog.relations import relations

    Parser("rules relations", "Prints the relations that quantifiers may go over.").parse(arguments, most=0)
    for name, spec in sorted(relations().items()):
        say(f"{name}\n    {_wrapped(spec.doc)}\n")
        if spec.subjects:
            say(f"    from {_wrapped(', '.join(spec.subjects))}\n")
        if spec.targets:
            say(f"    to {_wrapped(', '.join(spec.targets))}\n")
        if spec.arguments:
            say(f"    takes {', '.join(sorted(spec.arguments))}\n")
    return 0


def _operators(arguments: Sequence[str]) -> int:
    from walint.language.operators import OPERATORS

    Parser("rules operators", "Prints the operators that tests may use.").parse(arguments, most=0)
    longest = max(len(name) for name in OPERATORS)
    for name, operator in OPERATORS.items():
        say(f"{name:{longest}}  {operator.doc}\n")
    return 0


def _wrapped(text: str) -> str:
    return wrapped(text, min(width(), 100) - 6, "      ")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
