"""The generated pages of the documentation site: one for each rule, each family, and the Well-Architected questions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from walint.catalog.practices import pillars, practice, questions
from walint.catalog.standards import statements_of
from walint.findings.evaluation import SEVERITIES
from walint.language.catalogue import Catalogue, RuleTexts
from walint.language.pages import (
    KINDS,
    MARK,
    SOURCES,
    Kind,
    Shown,
    bounds_of,
    profiles_of,
    severity_note,
    shown_of,
    toml,
)
from walint.language.rule import Rule

LEXERS = {
    "sam": "yaml",
    "cloudformation": "yaml",
    "cdk": "json",
    "terraform": "terraform",
    "plan": "yaml",
    "live": "yaml",
    "cli": "sh",
}
EXTENSIONS = {
    ".yml": "yaml",
    ".yaml": "yaml",
    ".json": "json",
    ".tf": "terraform",
    ".tfvars": "terraform",
    ".md": "markdown",
    ".toml": "toml",
}
_SPECIAL = re.compile(r"([\\*\[\]<>{}$|]|^%|^\+)", re.MULTILINE)


def generated_pages(catalogue: Catalogue) -> dict[str, str]:
    """Path in the site -> Markdown, for every page that is made from data."""
    rules = sorted(catalogue.rules.values(), key=lambda rule: rule.id)
    families: dict[str, list[Rule]] = {}
    for rule in rules:
        families.setdefault(rule.family, []).append(rule)
    pages = {f"rules/{rule.id}.md": joined(rule_page(rule, catalogue.texts(rule.id))) for rule in rules}
    pages |= {f"rules/families/{name}.md": joined(family_page(name, families[name])) for name in families}
    pages["rules/index.md"] = joined(rules_page({name: families[name] for name in sorted(families)}))
    pages["well-architected.md"] = joined(practices_page(rules))
    return pages


def joined(lines: Iterator[str]) -> str:
    """The text of a page."""
    return "\n".join(lines) + "\n"


def rule_page(rule: Rule, texts: RuleTexts) -> Iterator[str]:
    """Everything about a rule: what, why, how to mend, examples, parameters, practices, standards, sources, history."""
    # Outside of the menu, which is part of every page: 150 entries would be more than half of the site.
    yield from ("---", "orphan: true", "---", "")
    yield from (f"# {rule.id}", "", f"**{plain(rule.title)}.** Passes when: {plain(rule.passing)}.", "")
    yield from ("| | |", "|---|---|")
    yield f"| Severity | {rule.severity}{severity_note(rule)} |"
    yield f"| Family | [{rule.family}](families/{rule.family}.md) |"
    yield f"| Judged in | {', '.join(rule.sources)} |"
    yield f"| Judges | {', '.join(f'`{name}`' for name in rule.types)} |"
    if rule.only_in:
        yield f"| Matters in | {rule.only_in}; elsewhere its findings are `info` |"
    yield from (f"| Profile `{name}` | {plain(words)} |" for name, words in profiles_of(rule))
    yield from ("", "## Why", "", prose(texts.rationale), "", "## How to mend it", "", prose(texts.remediation))
    for dialect in SOURCES:
        if dialect in texts.fix:
            yield from ("", f"{SOURCES[dialect]}:", "", *code(texts.fix[dialect], LEXERS[dialect]))
    yield from _parameters(rule)
    yield from _practices(rule)
    yield from _examples(texts)
    yield from _accepting(rule)
    if texts.references:
        yield from ("", "## Sources", "", *(f"- <{address}>" for address in texts.references))
    yield from ("", "## History", "", f"- {rule.since}: the rule is new.")
    if rule.aliases:
        yield f"- Former names that still work: {', '.join(f'`{name}`' for name in rule.aliases)}."


def _parameters(rule: Rule) -> Iterator[str]:
    if not rule.parameters:
        return
    yield from ("", "## Parameters", "", f"Set them in the config under `[rules.{rule.id}]`.", "")
    yield from ("| Parameter | Default | Type | |", "|---|---|---|---|")
    for name, parameter in rule.parameters.items():
        default = toml(parameter.default).replace("|", "\\|")
        yield f"| `{name}` | `{default}` | {bounds_of(parameter)} | {plain(parameter.description)} |"


def _practices(rule: Rule) -> Iterator[str]:
    yield from ("", "## Practices and standards", "")
    for name in rule.practices:
        found = practice(name)
        yield f"- [{name}]({found.url}) {plain(found.title)}" if found else f"- {name}"
    yield from (f"- [{one.id}](../docs/standards.md) {plain(one.text)}" for one in statements_of(rule.id))


def _examples(texts: RuleTexts) -> Iterator[str]:
    """The examples in the order of `KINDS`: those with a finding first."""
    if texts.examples:
        yield from ("", "## Examples", "", "They are the rule's tests. Marked lines are those that walint points at.")
    sorted_out: dict[Kind, list[tuple[str, list[Shown]]]] = {kind: [] for kind in KINDS}
    for example in texts.examples:
        several = shown_of(example)
        for kind, shown in sorted_out.items():
            if fitting := [one for one in several if one.kind == kind]:
                shown.append((_example_name(example), fitting))
    for kind, shown in sorted_out.items():
        if shown:
            yield from ("", f"### {KINDS[kind]}")
            for name, several in shown:
                yield from ("", name)
                for index, one in enumerate(several):
                    yield from _folded(one, is_open=index == 0)


def _example_name(example: Mapping[str, object]) -> str:
    name = plain(str(example["name"]))
    parameters = example.get("parameters")
    set_to = (
        ", ".join(f"`{key} = {toml(value)}`" for key, value in parameters.items())
        if isinstance(parameters, Mapping)
        else ""
    )
    day = f", on {example['today']}" if example.get("today") else ""
    return f"**{name[:1].upper()}{name[1:]}**{f', with {set_to}' if set_to else ''}{day}"


def _folded(shown: Shown, *, is_open: bool) -> Iterator[str]:
    yield from ("", f"<details{' open' if is_open else ''}><summary>{shown.title}</summary>")
    for path, text in shown.files.items():
        lexer = EXTENSIONS.get(path[path.rfind(".") :], "none") if path else LEXERS.get(shown.sources[0], "none")
        yield from ("", *code(text.rstrip(), lexer, caption=path))
    yield from ("", "</details>")


def code(text: str, lexer: str, *, caption: str = "") -> Iterator[str]:
    """A block of code, its marked lines emphasised."""
    fence = "`" * (max((2, *(len(run) for run in re.findall("`+", text)))) + 1)
    marked = [str(number) for number, line in enumerate(text.split("\n"), start=1) if MARK.search(line)]
    yield f"{fence}{{code-block}} {lexer}"
    if caption:
        yield f":caption: {caption}"
    if marked:
        yield f":emphasize-lines: {','.join(marked)}"
    yield from ("", text, fence)


def _accepting(rule: Rule) -> Iterator[str]:
    yield from (
        "",
        "## How to accept a finding",
        "",
        "In a comment on the line or above it, with a reason and a last day:",
        "",
    )
    yield from code(f'# walint: ignore[{rule.id}] reason="why" until=YYYY-MM-DD', "yaml")


def family_page(name: str, rules: Sequence[Rule]) -> Iterator[str]:
    """The rules of a family, worst first."""
    yield from (f"# {name.capitalize()}", "", *_table(rules))


def rules_page(families: Mapping[str, Sequence[Rule]]) -> Iterator[str]:
    """All rules by family."""
    number = sum(map(len, families.values()))
    yield from (
        "# Rules",
        "",
        f"{number} rules in {len(families)} families. `walint explain RULE` shows a rule in the terminal.",
    )
    for name, rules in families.items():
        yield from ("", f"## {name.capitalize()}", "", *_table(rules))
    yield from ("", "```{toctree}", ":hidden:", "", *(f"/rules/families/{name}" for name in families), "```")


def _table(rules: Sequence[Rule]) -> Iterator[str]:
    yield from ("| Severity | Rule | Passes when |", "|---|---|---|")
    for rule in sorted(rules, key=lambda rule: (SEVERITIES.index(rule.severity), rule.id)):
        yield f"| {rule.severity} | {link(rule.id)} | {plain(rule.passing)} |"


def practices_page(rules: Sequence[Rule]) -> Iterator[str]:
    """The questions and practices of the framework with the rules that ask for them."""
    yield from ("# Well-Architected", "")
    yield "The questions of the AWS Well-Architected Framework and the rules that ask for them."
    yield "A question without a rule is *not assessed*: answer it in a review."
    for pillar in pillars().values():
        yield from ("", f"## {pillar}")
        unasked = []
        for question in questions(pillar):
            asked = {name: [rule for rule in rules if name in rule.practices] for name in question.practices}
            if not any(asked.values()):
                unasked.append(question)
                continue
            yield from ("", f"### {question.id}: {plain(question.title)}", "", "| Practice | Rules |", "|---|---|")
            for name, several in asked.items():
                found = practice(name)
                title = plain(found.title) if found else ""
                yield f"| {name} {title} | {', '.join(link(rule.id) for rule in several) or 'no rule'} |"
        if unasked:
            yield from ("", "Not assessed:", "", *(f"- {one.id} {plain(one.title)}" for one in unasked))


def link(rule_id: str) -> str:
    """A link to the page of a rule, from anywhere in the site."""
    return f"[`{rule_id}`](/rules/{rule_id}.md)"


def plain(text: str) -> str:
    """A text in which nothing but `code` is Markdown."""
    parts = re.split(r"(`[^`\n]+`)", text)
    return "".join(part if index % 2 else _SPECIAL.sub(r"\\\1", part) for index, part in enumerate(parts))


def prose(text: str) -> str:
    """Paragraphs of a rule's text; what is indented is code, lines that start with a dash are a list."""
    made = []
    for block in text.strip().split("\n\n"):
        lines = block.split("\n")
        if all(line.startswith(("    ", "\t")) for line in lines):
            made.append("\n".join(code("\n".join(line[4:] for line in lines), "none")))
        else:
            made.append(plain(block))
    return "\n\n".join(made)
