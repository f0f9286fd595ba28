"""Lines of the input files, for code frames: read late, kept, and with secrets hidden."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Sequence
from pathlib import Path

from walint.findings.masking import HIDDEN, is_secret_key, mask_line
from walint.patterns import lazy
from walint.sources.terraform.plan.recognise import may_be_plan

_MOST_BYTES = 50_000_000
"""A larger file has no code frames. It is far beyond what CloudFormation takes (1 MB)."""

_LINE_BREAK = lazy(r"\r\n|\n|\r")
_NEIGHBOURS = 12
"""How many lines before and after are searched for the sibling that says that a value is secret."""

_KEY = r"""(?:^|[\s{{,-])["']?(?:{names})["']?\s*[:=]\s*"""
_VALUE = r"""("[^"]*"|'[^']*'|[^\s,}#]+)"""
_DEFAULT = lazy(_KEY.format(names="Default|default") + _VALUE)
_ENTRY_VALUE = lazy(_KEY.format(names="Value|value") + _VALUE)
_NO_ECHO = lazy(_KEY.format(names="NoEcho") + r"""["']?(?:true|yes|on)\b""", re.IGNORECASE)
_SENSITIVE = lazy(r"^\s*sensitive\s*=\s*true\b")
_ENTRY_NAME = lazy(_KEY.format(names="Name|name") + r"""["']?([A-Za-z0-9_.-]+)""")
_BLOCK_SCALAR = lazy(r"""["']?([A-Za-z_][A-Za-z0-9_.-]*)["']?\s*:\s*[|>][-+0-9]*\s*$""")
_LEADING = lazy(r"[\s-]*")


class Lines:
    """Reads the lines of files under one folder. A file that is missing, foreign or no text has no lines.

    Nor has a Terraform plan: it holds sensitive values in clear, and only its own marks tell which they are.
    """

    def __init__(self, root: Path) -> None:
        """`root` is the folder that paths are relative to; nothing outside it is read."""
        self._root = Path(os.path.realpath(root))
        self._files: dict[str, Sequence[str]] = {}
        self._texts: dict[str, str | None] = {}
        self._secret: dict[str, frozenset[int]] = {}

    def of(self, path: str) -> Sequence[str]:
        """All lines of a file as they are written, without line breaks; empty when it cannot be shown."""
        found = self._files.get(path)
        if found is None:
            text = self.text(path)
            found = self._files[path] = () if text is None else _LINE_BREAK.split(text.removeprefix("\ufeff"))
        return found

    def text(self, path: str) -> str | None:
        """The text of a file with its line breaks and byte-order mark, or None."""
        if path not in self._texts:
            data = self._read(path)
            self._texts[path] = None if data is None or may_be_plan(data) else _decoded(data)
        return self._texts[path]

    def raw(self, path: str, number: int) -> str | None:
        """One line, secrets and all (for counting columns, never for showing), or None."""
        lines = self.of(path)
        return lines[number - 1] if 1 <= number <= len(lines) else None

    def shown(self, path: str, number: int) -> str | None:
        """One line with its secrets hidden, or None when there is no such line."""
        lines = self.of(path)
        if not 1 <= number <= len(lines):
            return None
        return _masked(lines, number - 1, self._secret_lines(path))

    def around(self, path: str, first: int, last: int) -> tuple[int, list[str]]:
        """The lines from `first` to `last`, as far as they exist, secrets hidden; and the number of the first one."""
        lines = self.of(path)
        start = max(first, 1)
        secret = self._secret_lines(path)
        return start, [_masked(lines, index, secret) for index in range(start - 1, min(last, len(lines)))]

    def _secret_lines(self, path: str) -> frozenset[int]:
        found = self._secret.get(path)
        if found is None:
            found = self._secret[path] = _in_secret_blocks(self.of(path))
        return found

    def _read(self, path: str) -> bytes | None:
        if "\0" in path:
            return None
        try:
            real = os.path.realpath(self._root / path)
            if os.path.commonpath((real, self._root)) != str(self._root):
                return None
            with open(os.open(real, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:  # noqa: PTH123
                status = os.fstat(file.fileno())
                if not stat.S_ISREG(status.st_mode) or status.st_size > _MOST_BYTES:
                    return None
                return file.read(_MOST_BYTES)
        except (OSError, ValueError):
            return None


def moved_column(raw: str, shown: str, column: int) -> int:
    """Where a 1-based column of a line lies in the same line with its secrets hidden."""
    if raw == shown:
        return column
    index = column - 1
    prefix = _alike(raw, shown)
    if index <= prefix:
        return column
    suffix = _alike(raw[prefix:][::-1], shown[prefix:][::-1])
    if index >= len(raw) - suffix:
        return column + len(shown) - len(raw)
    return prefix + 1


def _alike(one: str, other: str) -> int:
    """How many characters two texts have in common from their beginning."""
    shorter = min(len(one), len(other))
    return next((index for index in range(shorter) if one[index] != other[index]), shorter)


def _decoded(data: bytes) -> str:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    return data.decode(encoding, errors="replace")


def _masked(lines: Sequence[str], index: int, secret: frozenset[int]) -> str:
    """A line with the values hidden that look secret, that `NoEcho` protects, or whose `Name` beside them says so."""
    line = lines[index]
    match = _DEFAULT.search(line)
    if match and _sibling(lines, index, _is_protected):
        line = _without(line, match)
    match = _ENTRY_VALUE.search(line)
    if match and _sibling(lines, index, _names_a_secret):
        line = _without(line, match)
    elif index in secret:
        line = _indent(line) + HIDDEN
    return mask_line(line)


def _without(line: str, match: re.Match[str]) -> str:
    return line[: match.start(1)] + HIDDEN + line[match.end(1) :]


def _is_protected(line: str) -> bool:
    return _NO_ECHO.search(line) is not None or _SENSITIVE.search(line) is not None


def _names_a_secret(line: str) -> bool:
    match = _ENTRY_NAME.search(line)
    return match is not None and is_secret_key(match.group(1))


def _sibling(lines: Sequence[str], index: int, test: Callable[[str], bool]) -> bool:
    """Whether the line, or a line of the same mapping near it, passes the test."""
    if test(lines[index]):
        return True
    depth = _depth(lines[index])
    before = range(index - 1, max(index - _NEIGHBOURS, 0) - 1, -1)
    if not _starts_an_item(lines[index]):
        for other in before:
            if _depth(lines[other]) == depth and test(lines[other]):
                return True
            if not lines[other].strip() or _depth(lines[other]) < depth or _starts_an_item(lines[other], depth):
                break
    for other in range(index + 1, min(index + _NEIGHBOURS + 1, len(lines))):
        if not lines[other].strip() or _depth(lines[other]) < depth or _starts_an_item(lines[other], depth):
            break
        if _depth(lines[other]) == depth and test(lines[other]):
            return True
    return False


def _starts_an_item(line: str, depth: int | None = None) -> bool:
    """Whether the line starts a list item (whose keys stand at this depth)."""
    return line.lstrip().startswith("-") and depth in (None, _depth(line))


def _in_secret_blocks(lines: Sequence[str]) -> frozenset[int]:
    """The indexes of the lines in block scalars (`PrivateKey: |`) of keys whose names promise a secret."""
    found: set[int] = set()
    depth: int | None = None  # how far the key is indented whose block goes on
    for index, line in enumerate(lines):
        if depth is not None and line.strip():
            if len(_indent(line)) > depth:
                found.add(index)
                continue
            depth = None
        if "|" in line or ">" in line:
            match = _BLOCK_SCALAR.search(line)
            if match and is_secret_key(match.group(1)):
                depth = len(_indent(line))
    return frozenset(found)


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _depth(line: str) -> int:
    """The column at which a line's key starts, the dash of a list item counted as white space."""
    match = _LEADING.match(line)
    return match.end() if match else 0
