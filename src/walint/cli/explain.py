"""`walint explain RULE`: the rule's page in the terminal; for a practice or a question, the rules that ask for it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from walint.catalog.practices import practice, question
from walint.cli.choice import words_for
from walint.cli.parsing import Parser, UsageError, did_you_mean
from walint.cli.scan import config_here
from walint.cli.terminal import say, wants_color, width
from walint.language.catalogue import Catalogue, RuleTexts, load_rules
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
    yield f"  severity   {severity}{_by_case(rule)}"
    yield f"  family     {neutral(rule.family)}"
    yield f"  sources    {', '.join(rule.sources)}"
    yield f"  judges     {', '.join(rule.types)}"
    yield f"  profiles   {_profiles(rule)}"
    if rule.only_in:
        yield f"  matters    only in {rule.only_in}: in every other environment that the config knows it is info"
    for index, name in enumerate(rule.practices):
        found = practice(name)
        yield f"  {'practices' if not index else '':9}  {name}{f' {found.title}' if found else ''}"
    yield from _section("Why", texts.rationale, columns, paint)
    yield from _section("How to mend it", texts.remediation, columns, paint)
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
        bounds = "".join(
            f", {word} {_toml(limit)}"
            for word, limit in (("at least", parameter.minimum), ("at most", parameter.maximum))
            if limit is not None
        )
        yield f"  {name} = {_toml(parameter.default)}    {parameter.type}{bounds}"
        if parameter.description:
            yield f"      {neutral(parameter.description)}"


def _examples(texts: RuleTexts, paint: Paint) -> Iterator[str]:
    """The first failing and the first passing example, as they stand in the rule's file."""
    shown: set[bool] = set()
    for example in texts.examples:
        source = next(
            (name for name in ("sam", "cloudformation", "terraform") if isinstance(example.get(name), str)), None
        )
        if source is None or example.get("not_applicable"):
            continue
        text = example[source]
        fails = "# finding" in text
        if fails in shown or "# unknown" in text:
            continue
        shown.add(fails)
        yield ""
        yield f"{paint('strong', 'Finding' if fails else 'No finding')}: {neutral(example['name'])}"
        yield from (f"  {neutral(line)}" for line in text.rstrip().split("\n"))


def _by_case(rule: Rule) -> str:
    others = sorted({case.severity for case in rule.cases if case.severity} - {rule.severity})
    return f" ({', '.join(others)} in some cases)" if others else ""


def _profiles(rule: Rule) -> str:
    said = []
    for name in ("default", "strict", "minimal"):
        entry = rule.profiles.get(name)
        on = entry.enabled if entry else name != "minimal" or rule.severity == "high"
        text = f"{name}: {'on' if on else 'off'}"
        if entry and on and entry.severity:
            text += f" ({entry.severity})"
        if entry and on and entry.parameters:
            text += f" ({', '.join(f'{key} = {_toml(value)}' for key, value in entry.parameters.items())})"
        said.append(text)
    return ", ".join(said)


def _overview(word: str, rules: Sequence[Rule], paint: Paint) -> Iterator[str]:
    """The rules that are known by a word: a practice, a question, a family."""
    found = practice(word) or question(word)
    yield paint("strong", f"{word} {found.title}" if found else word)
    yield ""
    for rule in sorted(rules, key=lambda rule: rule.id):
        yield f"  {paint(rule.severity, f'{rule.severity:7}')} {neutral(rule.id)}: {neutral(rule.passing)}"
    if not rules:
        yield "  no rule judges this: it needs a person's eye"


def _toml(value: object) -> str:
    """A value as the config writes it."""
    import json

    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(key)} = {_toml(item)}" for key, item in value.items()) + "}"
    return json.dumps(int(value) if isinstance(value, float) and value.is_integer() else value)
