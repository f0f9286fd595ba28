"""Tells what may be a template from other YAML and JSON, cheaply, by its text: needs no YAML parser."""

from __future__ import annotations

import re

_MARKS = (b"AWS::", b"AWSTemplateFormatVersion", b"Custom::")
_SECTION = re.compile(rb"""Resources["']?\s*:""")


def may_be_template(data: bytes) -> bool:
    """Whether bytes are worth parsing. Other files of a repository cost no more than this."""
    if b"Resources" not in data and b"R\0" not in data:
        return False
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data = data[2:].replace(b"\0", b"")
    data = data.removeprefix(b"\xef\xbb\xbf")
    if not any(mark in data for mark in _MARKS):
        return False
    return any(_is_key(data, found.start()) for found in _SECTION.finditer(data))


def _is_key(data: bytes, start: int) -> bool:
    """Whether what stands before a word lets it be a key at the start of a line or of a JSON member."""
    before = data[max(0, start - 2) : start]
    return before[-1:] in b"{, \t\r\n" or (before[-1:] in b"\"'" and before[:1] in b"{, \t\r\n\"'")
