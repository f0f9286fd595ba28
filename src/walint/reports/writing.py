"""Writes a report file wholly or not at all."""

from __future__ import annotations

import json
import os
from pathlib import Path

from walint.reports import ReportError


def write_atomically(path: Path, text: str) -> None:
    """Writes the text beside its destination and then moves it into place, so that no reader sees half a report.

    Something that is no ordinary file (a pipe, `/dev/stdout`) is written to as it is. A link keeps pointing where it
    did. Raises `ReportError`.
    """
    data = encoded(text)
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)
            return
        target = Path(os.path.realpath(path))
        target.parent.mkdir(parents=True, exist_ok=True)
        _replace(target, data)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ReportError(f"the report cannot be written: {reason}", where=str(path)) from error


def json_text(document: object) -> str:
    """A document as indented JSON that ends in a line break, for people as far as UTF-8 can say it."""
    text = json.dumps(document, ensure_ascii=False, indent=2)
    try:
        text.encode()
    except UnicodeEncodeError:  # a file name that is no text holds half characters: only escapes can say it
        text = json.dumps(document, indent=2)
    return text + "\n"


def encoded(text: str) -> bytes:
    """UTF-8; what has no UTF-8 form (half a character of a file name that is no text) becomes a question mark."""
    return text.encode("utf-8", errors="replace")


def _replace(target: Path, data: bytes) -> None:
    temporary = target.with_name(f".{target.name[:100]}.{os.getpid()}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(data)
        if target.exists():
            temporary.chmod(target.stat().st_mode & 0o777)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
