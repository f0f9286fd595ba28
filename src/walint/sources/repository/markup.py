"""Reads Markdown, AsciiDoc and reStructuredText line by line into an outline.

Only what rules ask of is read: headings, fields, list items, tables and code blocks. Whatever the text holds, it is an
outline in the end, and every line is looked at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from walint.patterns import lazy
from walint.sources.repository.outline import Heading, Outline, Section

_MOST_LINE = 2000
"""What of a line is looked at: longer ones are data, not text."""

_ATX = lazy(r" {0,3}(#{1,6})(?=[ \t]|$)")
_SETEXT = lazy(r" {0,3}(=+|-{2,})[ \t]*$")
_FENCE = lazy(r"[\s>]*(`{3,}|~{3,})")
_ITEM = lazy(r"\s*(?:[-*+]|\d{1,4}[.)]|#\.)\s+\S")
_ADOC_ITEM = lazy(r"\s*(?:[-*.]{1,5}|\d{1,4}\.)\s+\S")
_ADOC_HEADING = lazy(r"(={1,6}|#{1,6})[ \t]+(\S.*)$")
_ADOC_ATTRIBUTE = lazy(r":([A-Za-z][\w -]*):[ \t]+(.*)$")
_ADOC_FENCE = lazy(r"(-{4,}|\.{4,}|`{3,}|\+{4,}|/{4,})[ \t]*$")
_RST_RULE = lazy(r"([!-/:-@\[-`{-~])\1{2,}[ \t]*$")
_RST_FIELD = lazy(r"\s*:([A-Za-z][\w -]*):[ \t]+(.*)$")
_RST_LITERAL = lazy(r"(?:\.\. (?:code-block|code|sourcecode)::.*|.*::)[ \t]*$")
_TABLE_RULE = lazy(r"[\s|:+=-]+$")
_FRONT = lazy(r"([A-Za-z][\w -]{0,60})[:=]\s*(.*)$")
_KEY = lazy(
    r"(?:^[\s>*_+-]*|[.;|·,]\s+[*_]*)([A-Za-zÀ-ÿ][A-Za-zÀ-ÿ-]{0,20}(?:[ /][A-Za-zÀ-ÿ-]{1,20}){0,3})[*_]*\s*:[*_]*(?=\s)"
)
_LABEL = lazy(
    r"\s*(?:(?:[-*+]|\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?[*_]{0,3}|[*_]{2,3}|(?=[^:]*:[*_ \t]*$))"
    r"([^\W\d_][^:*_|]{1,40}?)[*_]*\s*:"
)
_MARKS = "*_`~ \t|"


def outline_of(text: str, path: str) -> Outline:
    """The outline of a document; its ending says which markup it is written in."""
    lines = [line[:_MOST_LINE] for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    ending = path.lower().removesuffix(".erb").rpartition(".")[2]
    if ending == "rst":
        return _Reader(lines).restructured()
    if ending in {"adoc", "asciidoc", "asc"}:
        return _Reader(lines).asciidoc()
    return _Reader(lines).markdown()


class _Reader:
    """The lines of one document, read once."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._outline = Outline()
        self._front_end = 0

    @property
    def _section(self) -> Section:
        return self._outline.sections[-1]

    def markdown(self) -> Outline:
        """Markdown, with YAML or TOML front matter."""
        self._front_matter()
        fence, comment, previous = "", False, ""
        for number, raw in enumerate(self._lines[self._front_end :], self._front_end + 1):
            line = _without_comments(raw) if "<!--" in raw and not fence else raw
            if fence:
                fence = "" if line.strip().startswith(fence) else fence
                continue
            if comment or line.lstrip().startswith("<!--"):
                comment = "-->" not in line
                continue
            if opened := _FENCE.match(line):
                fence = opened.group(1)
                self._section.code += 1
                continue
            if (under := _SETEXT.match(line)) and _is_text(previous):
                self._setext(previous, number - 1, 1 if "=" in under.group(1) else 2)
                previous = ""
                continue
            if heading := _ATX.match(line):
                self._head(_closed(line[heading.end() :]), len(heading.group(1)), number)
                previous = ""
                continue
            self._plain(line, number, _ITEM.match)
            previous = line
        return self._outline

    def asciidoc(self) -> Outline:
        """AsciiDoc."""
        fence = ""
        table = False
        for number, line in enumerate(self._lines, 1):
            if fence:
                fence = "" if line.rstrip() == fence else fence
            elif opened := _ADOC_FENCE.match(line):
                fence = opened.group(1)
                self._section.code += 1
            elif line.startswith("|==="):
                table = not table
            elif table:
                self._row(line, number)
            elif heading := _ADOC_HEADING.match(line):
                self._head(heading.group(2), len(heading.group(1)), number)
            elif attribute := _ADOC_ATTRIBUTE.match(line):
                self._outline.add_field(attribute.group(1), attribute.group(2).strip(), number)
            elif not line.startswith("//"):
                self._plain(line, number, _ADOC_ITEM.match)
        return self._outline

    def restructured(self) -> Outline:
        """reStructuredText: levels are those of the underlines, in the order in which they are first used."""
        levels: dict[str, int] = {}
        literal = False
        previous = ""
        for number, line in enumerate(self._lines, 1):
            if literal:
                if not line.strip() or line[:1].isspace():
                    continue
                literal = False
            if (rule := _RST_RULE.match(line)) and _is_text(previous) and len(line.rstrip()) >= len(previous.strip()):
                level = levels.setdefault(rule.group(1), len(levels) + 1)
                self._setext(previous, number - 1, level)
                previous = ""
                continue
            if rule:
                previous = ""
                continue
            if found := _RST_FIELD.match(line):
                self._outline.add_field(found.group(1), found.group(2).strip(), number)
            else:
                self._plain(line, number, _ITEM.match)
            if _RST_LITERAL.match(line):
                literal = True
                self._section.code += 1
            previous = line
        return self._outline

    def _front_matter(self) -> None:
        mark = self._lines[0].rstrip() if self._lines else ""
        if mark not in {"---", "+++"}:
            return
        for end, line in enumerate(self._lines[1:], 2):
            if line.rstrip() in {mark, "..."}:
                self._front_end = end
                break
        name = ""
        for number, line in enumerate(self._lines[1 : max(self._front_end - 1, 1)], 2):
            found = _FRONT.match(line)
            if found:
                name, value = found.group(1).strip(), found.group(2).strip(" \"'[]")
                if value:
                    self._outline.add_field(name, value, number)
            elif name and line.strip().startswith("- "):
                self._outline.add_field(name, line.strip()[2:].strip(" \"'"), number)
        title = self._outline.fields.get("title")
        if title:
            self._outline.title = Heading(title[0], 1, title[1])

    def _head(self, text: str, level: int, line: int) -> None:
        self._outline.open(Heading(_unmarked(text), level, line))

    def _setext(self, text: str, line: int, level: int) -> None:
        """A line that turned out to be a heading when its underline came."""
        section = self._section
        if section.lines and section.lines[-1][0] == line:
            section.lines.pop()
        self._head(text, level, line)

    def _plain(self, line: str, number: int, item: Callable[[str], object]) -> None:
        if not line.strip():
            return
        self._section.lines.append((number, line))
        if item(line):
            self._section.items += 1
        if ":" in line and (label := _LABEL.match(line)):
            self._outline.add_label(label.group(1).strip(), number)
        if "|" in line and line.count("|") > 1:
            self._row(line, number)
        elif ":" in line:
            self._fields(line, number)

    def _row(self, line: str, number: int) -> None:
        cells = [_unmarked(cell) for cell in line.strip().strip("|").split("|")]
        if not line.strip() or _TABLE_RULE.match(line):
            return
        section = self._section
        if not section.lines or section.lines[-1][0] != number:
            section.lines.append((number, line))
        section.rows.append(cells)
        if len(cells) == _PAIR:
            self._outline.add_field(cells[0].rstrip(":"), cells[1], number)
        if len(section.rows) > 1 and len(section.rows[-2]) == len(cells):
            for name, value in zip(section.rows[-2], cells, strict=True):
                if name and value:
                    self._outline.add_field(name, value, number)

    def _fields(self, line: str, number: int) -> None:
        found = list(_KEY.finditer(line))
        for position, key in enumerate(found):
            end = found[position + 1].start() if position + 1 < len(found) else len(line)
            value = _unmarked(line[key.end() : end]).rstrip(".;, ")
            if value:
                self._outline.add_field(key.group(1), value, number)


_PAIR: Final = 2


def _is_text(line: str) -> bool:
    """Whether a line may be a heading that the next line underlines."""
    stripped = line.strip()
    return bool(stripped) and not stripped.startswith(("|", "-", "*", "+", ">", "#", "```"))


def _closed(text: str) -> str:
    """The text of a heading without the marks that may close it: "Steps ##"."""
    bare = text.strip()
    opened = bare.rstrip("#")
    return opened if not opened or opened[-1:].isspace() else bare


def _without_comments(line: str) -> str:
    """A line without the comments that begin and end on it."""
    kept, at = [], 0
    while (start := line.find("<!--", at)) >= 0 and (end := line.find("-->", start)) >= 0:
        kept.append(line[at:start])
        at = end + 3
    return "".join([*kept, line[at:]])


def _unmarked(text: str) -> str:
    return text.strip(_MARKS)
