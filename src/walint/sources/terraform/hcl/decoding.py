"""Bytes of a file to text."""

from __future__ import annotations


def decode(data: bytes) -> str:
    """The text of a file: UTF-8, or UTF-16 with a byte order mark (as PowerShell writes); the mark is dropped.

    A byte that cannot be read becomes a lone surrogate (U+DC80 to U+DCFF), which the parser reports with its place and
    replaces; no text from here may be shown to anybody before the parser has read it.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            return data.decode("utf-16", "replace").replace("\ufffd", "\udcfd")
    return data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
