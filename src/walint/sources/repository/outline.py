"""The outline of a document, whatever markup it is written in."""

from __future__ import annotations

from walint.records import dataclass, field


@dataclass(slots=True)
class Heading:
    """A heading: its text, its level (the title is 1) and its line."""

    text: str
    level: int
    line: int


@dataclass(slots=True)
class Section:
    """What stands between one heading and the next; its heading is None before the first.

    items    list items, each with its line
    rows     the rows of tables, the heads included
    """

    heading: Heading | None
    lines: list[tuple[int, str]] = field(default_factory=list)
    items: int = 0
    code: int = 0
    rows: list[list[str]] = field(default_factory=list)


@dataclass(slots=True)
class Outline:
    """A document's title, headings, sections and fields (front matter, bold keys, field lists, two-column tables).

    fields   the name in small letters -> the text and its line; the first of a name counts
    labels   the names of lines that begin with one ("- **Impact:** ...", "Timeline:"), which stand for a heading
    """

    sections: list[Section] = field(default_factory=lambda: [Section(None)])
    fields: dict[str, tuple[str, int]] = field(default_factory=dict)
    labels: list[tuple[str, int]] = field(default_factory=list)
    title: Heading | None = None

    @property
    def headings(self) -> list[Heading]:
        """All headings, in order."""
        return [section.heading for section in self.sections if section.heading is not None]

    def open(self, heading: Heading) -> None:
        """Begins a section. The first heading is the title."""
        if self.title is None:
            self.title = heading
        self.sections.append(Section(heading))

    def add_field(self, name: str, value: str, line: int) -> None:
        """Notes a field."""
        if len(self.fields) < _MOST_FIELDS:
            self.fields.setdefault(" ".join(name.lower().replace("_", " ").replace("-", " ").split()), (value, line))

    def add_label(self, name: str, line: int) -> None:
        """Notes a label."""
        if len(self.labels) < _MOST_FIELDS:
            self.labels.append((name, line))

    def below(self, index: int) -> list[Section]:
        """A section with the sections under it."""
        first = self.sections[index]
        if first.heading is None:
            return [first]
        found = [first]
        for section in self.sections[index + 1 :]:
            if section.heading is not None and section.heading.level <= first.heading.level:
                break
            found.append(section)
        return found


_MOST_FIELDS = 400
