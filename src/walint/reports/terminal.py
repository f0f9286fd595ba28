"""Text for terminals: colours, harmless characters, and how wide things are."""

from __future__ import annotations

_RESET = "\x1b[0m"
_CODES = {
    "high": "1;31",
    "medium": "1;33",
    "low": "1;36",
    "info": "1;34",
    "error": "1;31",
    "warning": "1;33",
    "note": "1;34",
    "unknown": "1;35",
    "suppressed": "1;90",
    "pass": "1;32",
    "strong": "1",
    "faint": "90",
    "line": "1;34",
}
_KEPT = "\u00a0\u3000\u200d\ufe0f"
"""Not printable by Python's reckoning, and harmless: a no-break space, an ideographic space, the glue of emoji."""
_TAB = 4
ELLIPSIS = "…"


class Paint:
    """Colours text when colours are wanted, and leaves it alone otherwise."""

    def __init__(self, *, color: bool, hyperlinks: bool = False) -> None:
        """`hyperlinks` writes OSC 8 links, which most terminals show as links and the others ignore."""
        self._color = color
        self._hyperlinks = hyperlinks

    def __call__(self, style: str, text: str) -> str:
        """The text in a style: a severity, "strong", "faint", "line", "error", ..."""
        return f"\x1b[{_CODES[style]}m{text}{_RESET}" if self._color else text

    def link(self, text: str, address: str) -> str:
        """The text as a link. The address must be encoded already."""
        return f"\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\" if self._hyperlinks and address else text


def neutral(text: str) -> str:
    """The text without anything that a terminal would act on or that would deceive a reader.

    Control characters (escapes, line breaks) become their Unicode pictures; marks that turn the writing direction,
    invisible characters and halves of characters become a replacement character. Every character stays one character.
    """
    if text.isprintable():
        return text
    return "".join([character if character.isprintable() else _harmless(character) for character in text])


def _harmless(character: str) -> str:
    code = ord(character)
    if code < 0x20:  # noqa: PLR2004 - the C0 controls; U+2400 is the picture of NUL
        return chr(0x2400 + code)
    if character in _KEPT:
        return character
    return "\u2421" if code == 0x7F else "\ufffd"  # noqa: PLR2004


def width_of(text: str) -> int:
    """The columns that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if character.isascii():
        return 1
    from unicodedata import category, east_asian_width

    if category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def expanded(line: str, start: int, end: int) -> tuple[str, int, int]:
    """A source line ready for a terminal, with the 0-based columns [start, end) as terminal columns.

    Tabs become spaces, other characters are made harmless, wide characters count two columns.
    """
    if line.isascii() and line.isprintable():
        return line, start, end
    pieces: list[str] = []
    width = new_start = new_end = 0
    for index, character in enumerate(line):
        if index == start:
            new_start = width
        if index == end:
            new_end = width
        piece = " " * (_TAB - width % _TAB) if character == "\t" else neutral(character)
        pieces.append(piece)
        width += width_of(piece)
    if start >= len(line):
        new_start = width + start - len(line)
    if end >= len(line):
        new_end = width + end - len(line)
    return "".join(pieces), new_start, new_end


def clipped(line: str, start: int, end: int, limit: int) -> tuple[str, int, int]:
    """The part of a line around the terminal columns [start, end) that fits the limit; marks say where it is cut.

    Takes and gives what `expanded` gives.
    """
    width = width_of(line)
    if width <= limit and end <= limit:
        return line, start, end
    first = max(0, min(start - limit // 4, width - limit + 1)) if end > limit - 1 else 0
    room = limit - (first > 0)
    last = width if width - first <= room else first + room - 1
    kept: list[str] = []
    shift = position = 0
    for character in line:
        columns = _columns(character)
        if position >= first and position + columns <= last:
            shift = shift if kept else position
            kept.append(character)
        position += columns
    left = ELLIPSIS if first else ""
    right = ELLIPSIS if width > last else ""
    shift -= len(left)
    return f"{left}{''.join(kept)}{right}", max(start - shift, 0), min(end - shift, limit)


def wrapped(text: str, width: int, indent: str) -> str:
    """The words of a text on lines of at most a width, lines after the first indented. White space is collapsed."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    lines.append(line)
    return f"\n{indent}".join(lines)
