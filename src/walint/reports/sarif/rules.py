"""What SARIF says about walint's rules and about the Well-Architected practices that they serve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import sarif_om as om

if TYPE_CHECKING:
    from walint.findings.result import PracticeCount, RuleCount
    from walint.reports.context import ReportContext, RuleText

LEVELS = {"high": "error", "medium": "warning", "low": "note", "info": "note"}
_PROBLEM_SEVERITY = {"high": "error", "medium": "warning", "low": "recommendation", "info": "recommendation"}
_MOST_TAGS = 10
_MOST_CHARACTERS = 1024
TAXONOMY = "AWS Well-Architected Framework"
_TAXONOMY_PAGE = "https://docs.aws.amazon.com/wellarchitected/latest/framework/welcome.html"


def short(text: str) -> str:
    """A text on one line of at most 1,024 characters (GitHub shows no more)."""
    flat = " ".join(text.split())
    return flat if len(flat) <= _MOST_CHARACTERS else f"{flat[: _MOST_CHARACTERS - 1]}…"


def sentence(text: str) -> str:
    """A text with a full stop at its end."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def pascal_case(rule_id: str) -> str:
    """LambdaTracing for lambda-tracing. A name must differ from its id by more than case: NoticeRule for notice."""
    name = "".join(word[:1].upper() + word[1:] for word in rule_id.split("-"))
    return f"{name}Rule" if name.lower() == rule_id.lower() else name


def descriptor(rule: RuleCount, context: ReportContext, taxa: Mapping[str, int]) -> om.ReportingDescriptor:
    """A rule: its names, its help, its tags and the practices that it serves."""
    texts = context.rule(rule.id)
    title = short(sentence(rule.title or rule.id))
    why = " ".join(texts.rationale.split()) if texts else ""
    fix = " ".join(texts.remediation.split()) if texts else ""
    plain = " ".join(part for part in (why, f"How to mend it: {fix}" if fix else "") if part)
    return om.ReportingDescriptor(
        id=rule.id,
        name=pascal_case(rule.id),
        short_description=om.MultiformatMessageString(text=title),
        full_description=om.MultiformatMessageString(text=short(sentence(why or title))),
        help=om.MultiformatMessageString(text=short(plain or title), markdown=_markdown(title, texts)),
        help_uri=_page(texts),
        default_configuration=om.ReportingConfiguration(level=LEVELS[rule.severity], rank=None),
        relationships=[_relationship(practice, taxa[practice]) for practice in rule.practices if practice in taxa]
        or None,
        properties={
            "tags": _tags(rule, texts),
            "precision": "very-high",
            "problem.severity": _PROBLEM_SEVERITY[rule.severity],
        },
    )


def taxonomy(practices: Sequence[PracticeCount]) -> om.ToolComponent:
    """The practices of the run as a SARIF taxonomy."""
    return om.ToolComponent(
        name=TAXONOMY,
        organization="Amazon Web Services",
        information_uri=_TAXONOMY_PAGE,
        short_description=om.MultiformatMessageString(text="Best practices of the AWS Well-Architected Framework."),
        taxa=[
            om.ReportingDescriptor(
                id=practice.id,
                short_description=om.MultiformatMessageString(text=short(sentence(practice.title or practice.id))),
            )
            for practice in practices
        ],
    )


def _relationship(practice: str, index: int) -> om.ReportingDescriptorRelationship:
    component = om.ToolComponentReference(name=TAXONOMY, index=0)
    target = om.ReportingDescriptorReference(id=practice, index=index, tool_component=component)
    return om.ReportingDescriptorRelationship(target=target, kinds=["relevant"])


def _tags(rule: RuleCount, texts: RuleText | None) -> list[str]:
    tags = ["well-architected", *([texts.family] if texts and texts.family else []), *rule.practices]
    return list(dict.fromkeys(tags))[:_MOST_TAGS]


def _page(texts: RuleText | None) -> str | None:
    if texts is None:
        return None
    return texts.help_url or next((address for address in texts.references if address.startswith("https://")), None)


def _markdown(title: str, texts: RuleText | None) -> str:
    if texts is None:
        return title
    parts = [texts.rationale.strip(), f"**How to mend it.** {texts.remediation.strip()}"]
    if texts.parameters:
        rows = [f"| `{name}` | {_cell(value)} |" for name, value in texts.parameters.items()]
        parts.append("\n".join(["| parameter | value |", "|---|---|", *rows]))
    if texts.practices:
        parts.append(f"Practices: {', '.join(texts.practices)}.")
    if texts.references:
        parts.append("\n".join(f"- <{address}>" for address in texts.references))
    return "\n\n".join(part for part in parts if part)


def _cell(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return text.replace("|", "\\|").replace("\n", " ")
