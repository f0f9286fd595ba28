"""Suppressions written as comments in YAML and HCL files, and in documents.

    # walint: ignore[lambda-tracing, "log-*"] reason="batch job, traced by OTel" until=2027-01-31

A comment at the end of a line covers that line. A comment on a line of its own covers the next line below it that is
no comment; written directly under the first line of a block (a logical id, `resource "x" "y" {`) it covers that line
too. In a document (Markdown, AsciiDoc, reStructuredText) a comment covers the whole document. JSON has no comments: use
Metadata or the config there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from walint.patterns import lazy
from walint.records import dataclass, field

GRAMMAR = '# walint: ignore[rule-id] reason="why" until=YYYY-MM-DD'

_BREAKS = lazy("\r\n|[\n\r\x85\u2028\u2029]")
_YAML_MARK = lazy(r"(?:^|(?<=\s))#+\s*walint:")
_HCL_MARK = lazy(r"(?:#+|//+|/\*+|^\s*\*)\s*walint:")
_DOCUMENT_MARK = lazy(r"^\s*(?:<!--|//|\.\.)\s*walint:")
_DOCUMENTS = (".md", ".markdown", ".mdx", ".adoc", ".asciidoc", ".asc", ".rst")
_YAML_COMMENT = lazy(r"\s*#")
_HCL_COMMENT = lazy(r"\s*(?:#|//|/\*|\*)")
_IGNORE = lazy(r"\s*ignore\s*\[(?P<rules>[^\]]*)\](?P<options>.*)$", re.DOTALL)
_OPTION = lazy(r"""\s*([A-Za-z_-]+)\s*=\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s"']+)(?=\s|,|$),?""", re.DOTALL)
_ESCAPE = lazy(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment that speaks to walint.

    lines    the lines it covers; `heads` are lines it covers only where a resource starts on them
    mistake  why it cannot be read, or ""
    """

    path: str
    line: int
    column: int
    end_column: int
    rules: tuple[str, ...] = ()
    reason: str | None = None
    until: str | None = None
    lines: frozenset[int] = field(default_factory=frozenset)
    heads: frozenset[int] = field(default_factory=frozenset)
    mistake: str = ""


def comments_in(path: str, text: str) -> Iterator[Comment]:
    """The comments of a file that speak to walint, in order. `path` decides between YAML and HCL; JSON has none."""
    if "walint:" not in text or path.endswith((".json", ".jsonc")) or text.lstrip("\ufeff \t\r\n").startswith("{"):
        return
    document = path.lower().endswith(_DOCUMENTS)
    hcl = path.endswith((".tf", ".tofu", ".hcl", ".tfvars")) or "jenkinsfile" in path.lower()
    mark, comment = (_HCL_MARK, _HCL_COMMENT) if hcl else (_YAML_MARK, _YAML_COMMENT)
    mark = _DOCUMENT_MARK if document else mark
    lines = _BREAKS.split(text)
    for index, line in enumerate(lines):
        if "walint:" not in line or (found := mark.search(line)) is None:
            continue
        alone = comment.match(line) is not None and not document
        covered = _covered(lines, index, comment) if alone else {index + 1}
        covered = set(range(1, len(lines) + 1)) if document else covered
        heads = _heads(lines, index, comment, hcl=hcl) if alone else set()
        column = len(line) - len(line[found.start() :].lstrip()) + 1
        place = (path, index + 1, column, len(line.rstrip()) + 1)
        yield _parse(place, line[found.end() :], frozenset(covered), frozenset(heads))


def _parse(place: tuple[str, int, int, int], rest: str, lines: frozenset[int], heads: frozenset[int]) -> Comment:
    """Reads what stands after `walint:`."""
    text = rest.strip().removesuffix("*/").removesuffix("-->").rstrip()
    match = _IGNORE.match(text)
    if match is None:
        return Comment(*place, mistake=f"it is written {GRAMMAR}")
    rules = tuple(name for part in match["rules"].split(",") if (name := part.strip().strip("\"'")))
    if not rules:
        return Comment(*place, mistake="it names no rule between the brackets")
    options: dict[str, str] = {}
    at, left = 0, match["options"]
    while option := _OPTION.match(left, at):
        name, value = option.groups()
        options[name] = _ESCAPE.sub(r"\1", value[1:-1]) if value[0] in "\"'" else value
        at = option.end()
    if left[at:].strip():
        return Comment(*place, mistake=f"{left[at:].strip()!r} is not understood; it is written {GRAMMAR}")
    if strange := sorted(options.keys() - {"reason", "until"}):
        return Comment(*place, mistake=f"{strange[0]!r} is not one of reason, until")
    reason = options.get("reason", "").strip() or None
    return Comment(*place, rules, reason, options.get("until"), lines, heads)


def _covered(lines: list[str], index: int, comment: re.Pattern[str]) -> set[int]:
    """The first line below that is no comment; nothing when an empty line comes first."""
    for below in range(index + 1, len(lines)):
        if not comment.match(lines[below]):
            return {below + 1} if lines[below].strip() else set()
    return set()


def _heads(lines: list[str], index: int, comment: re.Pattern[str], *, hcl: bool) -> set[int]:
    """The line above that opens the block which the comment stands in, if it stands at the block's beginning."""
    for above in range(index - 1, -1, -1):
        line = lines[above]
        if comment.match(line):
            continue
        opens = line.rstrip().endswith("{") if hcl else _indent(line) < _indent(lines[index])
        return {above + 1} if line.strip() and opens else set()
    return set()


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
