"""`walint explain RULE`: the rule's page in the terminal; for a practice or a question, the rules that ask for it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from walint.catalog.practices import practice, question
from walint.catalog.standards import statements_of
from walint.cli.choice import words_for
from walint.cli.parsing import Parser, UsageError, did_you_mean
from walint.cli.scan import config_here
from walint.cli.terminal import say, wants_color, width
from walint.language.catalogue import Catalogue, RuleTexts, load_rules
from walint.language.pages import KINDS, SOURCES, Kind, bounds_of, profiles_of, severity_note, shown_of, toml
from walint.language.rule import Rule
from walint.reports.terminal import Paint, neutral, wrapped

_WIDEST = 100


def parser() -> Parser:
    """The command's options."""
    made = Parser("explain", "Prints the page of a rule, or the rules of a practice (OPS08-BP02, OPS08).", "RULE")
    made.add_argument("--rules", action="append", type=Path, default=[], metavar="DIR", help="a folder of your rules")
    made.add_argument("--color", default="auto", metavar="WHEN", help="auto, always or never")
    return made


def run(arguments: Sequence[str]) -> int:
    """The command. Returns the exit status."""
    options, operands = parser().parse(arguments, most=1)
    if not operands:
        raise UsageError("which rule?", help="`walint rules list` shows all rules")
    catalogue = load_rules([*config_here().rules_dirs, *options.rules])
    paint = Paint(color=wants_color(options.color, sys.stdout))
    (word,) = operands
    rule = catalogue.named(word)
    if rule is not None:
        say("\n".join(_page(catalogue, rule, paint)) + "\n")
        return 0
    asked = [rule for rule in catalogue.rules.values() if word in words_for(rule)]
    if not asked and practice(word) is None and question(word) is None:
        known = {name for rule in catalogue.rules.values() for name in words_for(rule)}
        hint = did_you_mean(word, known) or "`walint rules list` shows all rules"
        raise UsageError(f"there is no rule {word!r}", help=hint)
    say("\n".join(_overview(word, asked, paint)) + "\n")
    return 0


def _page(catalogue: Catalogue, rule: Rule, paint: Paint) -> Iterator[str]:
    texts = catalogue.texts(rule.id)
    columns = min(width(), _WIDEST)
    yield f"{paint('strong', neutral(rule.id))}: {neutral(rule.title)}"
    yield ""
    severity = paint(rule.severity, rule.severity)
    yield f"  severity   {severity}{severity_note(rule)}"
    yield f"  family     {neutral(rule.family)}"
    yield f"  sources    {', '.join(rule.sources)}"
    yield f"  judges     {', '.join(rule.types)}"
    if rule.only_in:
        yield f"  matters in {rule.only_in}; elsewhere its findings are info"
    yield f"  profiles   {', '.join(f'{name}: {words}' for name, words in profiles_of(rule))}"
    if rule.only_in:
        yield f"  matters    only in {rule.only_in}: in every other environment that the config knows it is info"
    for index, name in enumerate(rule.practices):
        found = practice(name)
        yield f"  {'practices' if not index else '':9}  {name}{f' {found.title}' if found else ''}"
    for index, statement in enumerate(statements_of(rule.id)):
        yield f"  {'standards' if not index else '':9}  {statement.id} {statement.text}"
    yield f"  since      {neutral(rule.since)}{_former(rule)}"
    yield f"  written in {neutral(rule.path)}"
    yield from _section("Why", texts.rationale, columns, paint)
    yield from _section("How to mend it", texts.remediation, columns, paint)
    yield from _fixes(texts, paint)
    if rule.parameters:
        yield from _parameters(rule, paint)
    yield from _examples(texts, paint)
    yield ""
    yield paint("strong", "How to accept a finding")
    yield f'  # walint: ignore[{rule.id}] reason="why" until=YYYY-MM-DD    on or above the line (YAML)'
    yield f"  Metadata: {{walint: {{ignore: [{{rule: {rule.id}, reason: why}}]}}}}    beside Properties"
    if texts.references:
        yield ""
        yield paint("strong", "Read more")
        yield from (f"  {neutral(address)}" for address in texts.references)


def _section(title: str, text: str, columns: int, paint: Paint) -> Iterator[str]:
    """A text under its title; paragraphs are wrapped, what is indented or a list is left as it is."""
    yield ""
    yield paint("strong", title)
    for block in text.strip().split("\n\n"):
        lines = block.split("\n")
        if any(line.startswith((" ", "-", "*", "\t")) for line in lines):
            yield from (f"  {neutral(line)}" for line in lines)
        else:
            yield "  " + wrapped(neutral(" ".join(lines)), columns - 2, "  ")


def _parameters(rule: Rule, paint: Paint) -> Iterator[str]:
    yield ""
    yield f"{paint('strong', 'Parameters')} (in the config under [rules.{rule.id}])"
    for name, parameter in rule.parameters.items():
        yield f"  {name} = {toml(parameter.default)}    {bounds_of(parameter)}"
        if parameter.description:
            yield f"      {neutral(parameter.description)}"


def _fixes(texts: RuleTexts, paint: Paint) -> Iterator[str]:
    """What to write, in each dialect of which the rule's author said it."""
    for dialect, name in SOURCES.items():
        if dialect in texts.fix:
            yield ""
            yield f"  {paint('strong', name)}"
            yield from (f"    {neutral(line)}" for line in texts.fix[dialect].split("\n"))


def _examples(texts: RuleTexts, paint: Paint) -> Iterator[str]:
    """The first failing and the first passing example, as they stand in the rule's file."""
    wanted: list[Kind] = ["finding", "passes"]
    for example in texts.examples:
        shown = next(iter(shown_of(example)), None)
        if shown is None or shown.kind not in wanted:
            continue
        wanted.remove(shown.kind)
        yield ""
        yield f"{paint('strong', KINDS[shown.kind])}: {neutral(example['name'])} ({shown.title})"
        for path, text in shown.files.items():
            if path:
                yield f"  {paint('strong', neutral(path))}"
            yield from (f"  {neutral(line)}" for line in text.rstrip().split("\n"))


def _former(rule: Rule) -> str:
    return f", formerly {', '.join(map(neutral, rule.aliases))}" if rule.aliases else ""


def _overview(word: str, rules: Sequence[Rule], paint: Paint) -> Iterator[str]:
    """The rules that are known by a word: a practice, a question, a family."""
    found = practice(word) or question(word)
    yield paint("strong", f"{word} {found.title}" if found else word)
    yield ""
    for rule in sorted(rules, key=lambda rule: rule.id):
        yield f"  {paint(rule.severity, f'{rule.severity:7}')} {neutral(rule.id)}: {neutral(rule.passing)}"
    if not rules:
        yield "  no rule judges this: it needs a person's eye"
